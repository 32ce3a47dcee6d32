package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// getTranscript answers JSON, captions or text, as Accept asks.
func (s *Server) getTranscript(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActHear, c.talk); err != nil {
		return err
	}
	version := 0
	if v := r.URL.Query().Get("version"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return invalid("version", "type")
		}
		version = n
	}
	t, err := s.Store.Transcript(ctx, c.talk.ID, version)
	if err != nil {
		return err
	}
	if err := s.logRead(ctx, c.talk, "transcript"); err != nil {
		return err
	}
	w.Header().Set("ETag", transcriptTag(t))
	format, kind := transcriptFormat(r.Header.Get("Accept"))
	if format == "" {
		return writeJSON(w, http.StatusOK, *t)
	}
	var b bytes.Buffer
	if err := captions.Write(&b, t, format); err != nil {
		if errors.Is(err, captions.ErrNoTimes) {
			return invalid("accept", "no_times")
		}
		return fmt.Errorf("write transcript: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", attachment(fileName(c.talk, c.lang, "transcript", format)))
	_, err = w.Write(b.Bytes())
	return err
}

func transcriptTag(t *interview.Transcript) string { return `"t` + strconv.Itoa(t.Version) + `"` }

// transcriptFormat chooses among JSON ("" here), WebVTT and plain text: the first of them that Accept names.
func transcriptFormat(accept string) (format, kind string) {
	for part := range strings.SplitSeq(accept, ",") {
		tag, _, _ := strings.Cut(part, ";")
		switch strings.ToLower(strings.TrimSpace(tag)) {
		case "text/vtt":
			return "vtt", "text/vtt; charset=utf-8"
		case "text/plain":
			return "txt", "text/plain; charset=utf-8"
		case "application/json", "*/*", "application/*":
			return "", ""
		}
	}
	return "", ""
}

// patchTranscript corrects what was heard, in a new version, and takes ranges off the record in all of them.
func (s *Server) patchTranscript(ctx context.Context, in *transcriptPatchIn) (*Tagged[interview.Transcript], error) {
	c := callOf(ctx)
	b := in.Body
	corrects := len(b.Segments) > 0 || len(b.Speakers) > 0 || b.SwapRoles
	marks := len(b.OffRecord) > 0 || len(b.Proposals) > 0
	if !corrects && !marks {
		return nil, invalid("body", "empty")
	}
	for action, asked := range map[interview.Action]bool{interview.ActCorrect: corrects, interview.ActOffRecord: marks} {
		if asked {
			if err := interview.Judge(c.person, action, c.talk); err != nil {
				return nil, err
			}
		}
	}
	if err := s.narrow(c.person, interview.ActHear, c.talk); err != nil {
		return nil, err
	}
	if c.talk.Status.In(interview.Processing...) {
		return nil, &interview.Error{Code: "state_conflict", State: c.talk.Status} // workers are about to write the next version
	}
	t, err := s.Store.Transcript(ctx, c.talk.ID, 0)
	if err != nil {
		return nil, err
	}
	if err := seenVersion(in.IfMatch.IfMatch, "t", t.Version); err != nil {
		return nil, err
	}
	after := t.Version
	fresh := *t
	fresh.Author, fresh.CreatedAt = c.person.ID, zero
	reason := ""
	if corrects {
		if reason, err = correct(&fresh, b); err != nil {
			return nil, err
		}
	}
	off, err := segmentsIn(&fresh, b.OffRecord, "off_record")
	if err == nil {
		err = ownWords(c, t, off) // by who spoke before this call's corrections: nobody makes others' words their own first
	}
	if err != nil {
		return nil, err
	}
	proposed, err := segmentsIn(&fresh, b.Proposals, "proposals")
	if err != nil {
		return nil, err
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		fresh.Segments, fresh.Speakers = append([]interview.Segment(nil), fresh.Segments...), append([]interview.Speaker(nil), fresh.Speakers...)
		if corrects || len(off) > 0 {
			takeOff(&fresh, off)
			if err := tx.PutTranscript(ctx, c.talk.ID, &fresh, after); err != nil {
				return err
			}
		}
		if corrects {
			if err := tx.MarkStale(ctx, c.talk.ID, &interview.Stale{Reason: reason, Since: interview.Now()}); err != nil {
				return err
			}
			if err := audit(ctx, tx, "transcript_corrected", strconv.Itoa(fresh.Version), reason); err != nil {
				return err
			}
		}
		if len(proposed) > 0 {
			if err := propose(ctx, tx, c.talk, proposed); err != nil {
				return err
			}
		}
		if len(off) > 0 {
			return s.takeOffRecord(ctx, tx, c.talk, &fresh, off)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.committed(ctx, c.talk, stateEvent(c.talk))
	return &Tagged[interview.Transcript]{transcriptTag(&fresh), fresh}, nil
}

// correct applies the corrections of a person to t and says what a draft made of the old words now is.
func correct(t *interview.Transcript, b TranscriptPatch) (reason string, err error) {
	reason = "transcript_corrected"
	t.Segments, t.Speakers = append([]interview.Segment(nil), t.Segments...), append([]interview.Speaker(nil), t.Speakers...)
	labels := map[string]bool{}
	for _, sp := range t.Speakers {
		labels[sp.Label] = true
	}
	for i, p := range b.Segments {
		g := t.Segment(p.ID)
		if g == nil {
			return "", invalid(fmt.Sprintf("segments[%d].id", i), "unknown")
		}
		if g.OffRecord {
			return "", invalid(fmt.Sprintf("segments[%d].id", i), "off_record")
		}
		if p.Text != nil {
			g.Text, g.Unclear, g.Corrected = strings.TrimSpace(*p.Text), strings.TrimSpace(*p.Text) == "", true
		}
		if p.Speaker != nil {
			if !labels[*p.Speaker] {
				return "", invalid(fmt.Sprintf("segments[%d].speaker", i), "unknown")
			}
			g.Speaker, g.Confidence, g.Corrected = *p.Speaker, 1, true
		}
	}
	for i, p := range b.Speakers {
		if !labels[p.Label] {
			return "", invalid(fmt.Sprintf("speakers[%d].label", i), "unknown")
		}
		for j := range t.Speakers {
			if t.Speakers[j].Label != p.Label {
				continue
			}
			t.Speakers[j].Role, t.Speakers[j].Confidence, t.Speakers[j].By = p.Role, 1, "person"
			if p.Name != nil {
				t.Speakers[j].Name = *p.Name
			}
		}
		reason = "roles_swapped"
	}
	if len(b.Speakers) == 1 && len(t.Speakers) == 2 {
		partAgain(t, b.Speakers[0])
	}
	if b.SwapRoles {
		reason = "roles_swapped"
		for j := range t.Speakers {
			sp := &t.Speakers[j]
			switch sp.Role {
			case interview.PartEmployee:
				sp.Role = interview.PartInterviewer
			case interview.PartInterviewer:
				sp.Role = interview.PartEmployee
			default:
				continue
			}
			sp.Confidence, sp.By = 1, "person"
		}
	}
	return reason, nil
}

// partAgain gives the other of two speakers the other part, when a person's word on one of them left both with the same:
// two cannot both be the employee.
func partAgain(t *interview.Transcript, said SpeakerPatch) {
	part, ok := map[interview.Part]interview.Part{interview.PartEmployee: interview.PartInterviewer, interview.PartInterviewer: interview.PartEmployee}[said.Role]
	for j := range t.Speakers {
		if sp := &t.Speakers[j]; ok && sp.Label != said.Label && sp.Role == said.Role {
			sp.Role, sp.Confidence, sp.By = part, 1, "person"
		}
	}
}
