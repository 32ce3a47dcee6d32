package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// offRecordText stands where words were taken away.
func offRecordText(lang string) string {
	if lang == "en" {
		return "Removed at a participant's wish"
	}
	return "本人の希望により削除"
}

// segmentsIn lists the segments of ranges, both ends included.
func segmentsIn(t *interview.Transcript, ranges []OffRange, field string) ([]int, error) {
	var out []int
	known := map[int]bool{} // by id: whether it is in out already. A talk can have a hundred thousand of them
	for _, g := range t.Segments {
		known[g.ID] = false
	}
	for i, r := range ranges {
		_, from := known[r.From]
		if _, to := known[r.To]; !from || !to || r.To < r.From {
			return nil, invalid(fmt.Sprintf("%s[%d]", field, i), "unknown")
		}
		for _, g := range t.Segments {
			if g.ID >= r.From && g.ID <= r.To && !known[g.ID] {
				known[g.ID] = true
				out = append(out, g.ID)
			}
		}
	}
	return out, nil
}

// setOf is ids to look in.
func setOf(ids []int) map[int]bool {
	out := make(map[int]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}

// ownWords refuses segments that the caller may not take off the record: the employee may take any, the interviewer
// those of their own voice; others they can propose.
func ownWords(c *call, t *interview.Transcript, ids []int) error {
	if interview.RelationOf(c.person, c.talk).Subject {
		return nil
	}
	marked := setOf(ids)
	for _, g := range t.Segments {
		if marked[g.ID] && !g.OffRecord && t.Part(g.Speaker) != interview.PartInterviewer {
			return interview.E("forbidden", nil)
		}
	}
	return nil
}

// takeOff removes the words of segments from a transcript; their place and time stay, so that the sound can be muted.
func takeOff(t *interview.Transcript, ids []int) {
	marked := setOf(ids)
	for i := range t.Segments {
		if marked[t.Segments[i].ID] {
			g := &t.Segments[i]
			g.Text, g.OffRecord, g.Unclear = "", true, false
		}
	}
}

// takeOffRecord is the rule that beats every other: the words leave all stored transcripts, the recogniser's raw
// answers and all versions of the record, people's edits included; the sound is muted by a worker, and until then
// nothing is played. A seal keeps standing: its salts for the fields are forgotten. The ledger keeps which words, by
// numbers, so that a restored backup does not bring them back.
func (s *Server) takeOffRecord(ctx context.Context, tx *store.Tx, t interview.Talk, now *interview.Transcript, ids []int) error {
	o := store.OffRecord{Segments: ids, Spans: spansOf(now, ids)}
	if err := forgetWords(ctx, tx, t, now, o); err != nil {
		return err
	}
	line := store.Erasure{Interview: t.ID, What: "off_record", Actor: callOf(ctx).person.ID, Reason: fmt.Sprintf("%d_segments", len(ids)), OffRecord: &o}
	return tx.AddErasure(ctx, line, t.Generation)
}

// TakeOffAgain takes words off the record that a restored backup has brought back, as a line of the ledger names them. It
// reports whether there were any.
func TakeOffAgain(ctx context.Context, tx *store.Tx, t interview.Talk, o store.OffRecord) (bool, error) {
	now, err := tx.Transcript(ctx, t.ID, 0)
	if interview.Code(err) == "not_found" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	ids := append(touching(now, o.Spans), o.Segments...)
	marked := setOf(ids)
	found := slices.ContainsFunc(now.Segments, func(g interview.Segment) bool { return !g.OffRecord && marked[g.ID] })
	if !found {
		return false, nil
	}
	fresh := *now
	fresh.Segments = slices.Clone(now.Segments)
	takeOff(&fresh, ids)
	if err := tx.PutTranscript(ctx, t.ID, &fresh, now.Version); err != nil {
		return false, err
	}
	return true, forgetWords(ctx, tx, t, &fresh, store.OffRecord{Segments: ids, Spans: o.Spans})
}

// forgetWords takes the words out of everything but the newest transcript, which now is.
func forgetWords(ctx context.Context, tx *store.Tx, t interview.Talk, now *interview.Transcript, o store.OffRecord) error {
	ids, spans := o.Segments, o.Spans
	t, err := tx.LockTalk(ctx, t.ID) // as it is now: it may have been approved since the call was let in
	if err != nil {
		return err
	}
	versions, err := tx.Transcripts(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Version == now.Version {
			continue
		}
		old, err := tx.Transcript(ctx, t.ID, v.Version)
		if err != nil {
			return err
		}
		takeOff(old, append(touching(old, spans), ids...))
		if err := tx.ReplaceTranscript(ctx, t.ID, old); err != nil {
			return err
		}
	}
	if err := forgetSound(ctx, tx, t, now, spans); err != nil {
		return err
	}
	drafts, err := tx.Drafts(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, v := range drafts {
		d, err := tx.Draft(ctx, t.ID, v.Version)
		if err != nil {
			return err
		}
		paths, changed := takeOffDraft(d, ids)
		if !changed {
			continue
		}
		if err := tx.ReplaceDraft(ctx, d); err != nil {
			return err
		}
		if v.Seal != "" {
			fields, err := tx.SealFields(ctx, t.ID, v.Version)
			if err != nil {
				return err
			}
			if err := tx.RemoveSealFields(ctx, t.ID, v.Version, under(fields, paths)...); err != nil {
				return err
			}
		}
	}
	if t.Sealed > 0 { // what was promised is what was approved, whatever is being written since
		d, err := tx.Draft(ctx, t.ID, t.Sealed)
		if err != nil {
			return err
		}
		if err := tx.PutPromises(ctx, t.ID, promisesOf(d, t)); err != nil {
			return err
		}
	}
	if t.Draft > 0 {
		if !t.Status.In(interview.Approved, interview.ClosedUnconfirmed) {
			if err := tx.MarkStale(ctx, t.ID, &interview.Stale{Reason: "off_record", Since: interview.Now()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetSound takes the words out of the recogniser's answers, stops playback and asks for a muted copy.
func forgetSound(ctx context.Context, tx *store.Tx, t interview.Talk, now *interview.Transcript, spans []interview.Span) error {
	rec, err := tx.LatestRecording(ctx, t.ID)
	if interview.Code(err) == "not_found" {
		return nil
	}
	if err != nil {
		return err
	}
	answers, err := tx.Answers(ctx, rec.ID)
	if err != nil {
		return err
	}
	cuts, err := tx.Cuts(ctx, rec.ID)
	if err != nil {
		return err
	}
	for _, cut := range cuts {
		a, ok := answers[cut.ID()]
		if !ok || !slices.ContainsFunc(spans, func(s interview.Span) bool { return overlap(s, cut.Span()) }) {
			continue
		}
		// What stays of the answer is what the transcript keeps of it: the raw text cannot be told apart by time.
		var kept []string
		for _, g := range now.Segments {
			if g.Cut == cut.ID() && !g.OffRecord && g.Text != "" {
				kept = append(kept, g.Text)
			}
		}
		a.Text = strings.Join(kept, " ")
		a.Pieces = slices.DeleteFunc(slices.Clone(a.Pieces), func(p interview.Piece) bool {
			at := cut.Span().Start
			return slices.ContainsFunc(spans, func(s interview.Span) bool { return overlap(s, interview.Span{Start: at + p.Start, End: at + p.End}) })
		})
		if err := tx.ReplaceAnswer(ctx, rec.ID, cut.ID(), a); err != nil {
			return err
		}
	}
	if !now.Timed {
		return nil // words without times: there is nothing to mute by
	}
	none := ""
	if _, err := tx.UpdateRecording(ctx, rec.ID, store.RecordingChange{Playback: &none}); err != nil {
		return err
	}
	return tx.AddTask(ctx, interview.RenditionTask(t.ID, rec.ID, t.Generation, now.Version), zero)
}

func spansOf(t *interview.Transcript, ids []int) []interview.Span {
	var out []interview.Span
	marked := setOf(ids)
	for _, g := range t.Segments {
		if t.Timed && marked[g.ID] && g.End > g.Start {
			out = append(out, interview.Span{Start: g.Start, End: g.End})
		}
	}
	return out
}

// touching lists the segments of another version that share time with spans: ids may differ between recognitions.
func touching(t *interview.Transcript, spans []interview.Span) []int {
	var out []int
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b interview.Span) int { return cmp.Compare(a.Start, b.Start) })
	longest := 0.0
	for _, s := range spans {
		longest = max(longest, s.Seconds())
	}
	for _, g := range t.Segments {
		if !t.Timed {
			break
		}
		// Only spans that begin before the segment ends, and not so early that none of them reaches it.
		for i := sort.Search(len(spans), func(i int) bool { return spans[i].Start >= g.End }) - 1; i >= 0 && spans[i].Start+longest > g.Start; i-- {
			if overlap(spans[i], interview.Span{Start: g.Start, End: g.End}) {
				out = append(out, g.ID)
				break
			}
		}
	}
	return out
}

// overlap reports whether two spans share more than a rounding error of time.
func overlap(a, b interview.Span) bool { return min(a.End, b.End)-max(a.Start, b.Start) > 0.05 }

// takeOffDraft removes what stands on the segments. paths are JSON pointers to what changed.
func takeOffDraft(d *interview.Draft, ids []int) (paths []string, changed bool) {
	marked := setOf(ids)
	touched := func(list []interview.Evidence) bool {
		return slices.ContainsFunc(list, func(e interview.Evidence) bool { return marked[e.Segment] })
	}
	text := offRecordText(d.Language)
	for i := range d.Summary {
		if touched(d.Summary[i].Evidence) {
			d.Summary[i] = interview.Sentence{ID: d.Summary[i].ID, Text: text}
			paths = append(paths, fmt.Sprintf("/summary/%d", i))
		}
	}
	for i := range d.Sections {
		sec := &d.Sections[i]
		if touched(sec.Evidence) {
			sec.Evidence = nil
			paths = append(paths, fmt.Sprintf("/sections/%d/evidence", i))
		}
		for j := range sec.Statements {
			if st := &sec.Statements[j]; touched(st.Evidence) {
				*st = interview.Statement{ID: st.ID, Text: text, Speaker: st.Speaker, By: st.By, Audience: "both", Sensitive: st.Sensitive, ChangedBy: st.ChangedBy}
				paths = append(paths, fmt.Sprintf("/sections/%d/statements/%d", i, j))
			}
		}
	}
	if len(paths) == 0 {
		return nil, false
	}
	for _, x := range d.Dropped {
		marked[x.Segment] = false
	}
	for _, id := range ids {
		if marked[id] {
			marked[id] = false
			d.Dropped = append(d.Dropped, interview.Dropped{Segment: id, Reason: "off_record"})
		}
	}
	return append(paths, "/dropped"), true
}

// under lists the sealed fields at or below any of the paths.
func under(fields []store.SealField, paths []string) []string {
	var out []string
	for _, f := range fields {
		if slices.ContainsFunc(paths, func(p string) bool { return f.Path == p || strings.HasPrefix(f.Path, p+"/") }) {
			out = append(out, f.Path)
		}
	}
	return out
}

// propose leaves a mark for the employee on the newest draft: the interviewer thinks the range should go.
func propose(ctx context.Context, tx *store.Tx, t interview.Talk, ids []int) error {
	if t.Draft == 0 {
		return audit(ctx, tx, "off_record_proposed", "", fmt.Sprintf("%d_segments", len(ids)))
	}
	d, err := tx.Draft(ctx, t.ID, t.Draft)
	if err != nil {
		return err
	}
	marked := setOf(ids)
	for _, f := range d.Flags {
		if f.Kind == "off_record_proposal" {
			marked[f.Segment] = false
		}
	}
	for _, id := range ids {
		if marked[id] {
			d.Flags = append(d.Flags, interview.Flag{Kind: "off_record_proposal", Segment: id})
		}
	}
	if err := tx.ReplaceDraft(ctx, d); err != nil {
		return err
	}
	return audit(ctx, tx, "off_record_proposed", "", fmt.Sprintf("%d_segments", len(ids)))
}
