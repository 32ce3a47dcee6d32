package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func TestCorrectingTheTranscript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.InReview)
	path := "/v1/interviews/" + talk.ID + "/transcript"
	patch := func(who, tag string, body map[string]any) *reply {
		return w.call(who, "PATCH", path, body, "If-Match", tag)
	}
	text := map[string]any{"segments": []any{map[string]any{"id": 2, "text": "広報の仕事をしてみたいです。"}}}
	w.call("sato", "PATCH", path, text).want(428, "precondition_required")
	patch("sato", `"t9"`, text).want(412, "precondition_failed")
	patch("kato", `"t1"`, text).want(404, "not_found")
	patch("sato", `"t1"`, map[string]any{}).want(422, "validation_failed")
	patch("sato", `"t1"`, map[string]any{"segments": []any{map[string]any{"id": 99, "text": "x"}}}).want(422, "validation_failed")
	patch("sato", `"t1"`, map[string]any{"segments": []any{map[string]any{"id": 2, "speaker": "Z"}}}).want(422, "validation_failed")
	patch("sato", `"t1"`, map[string]any{"speakers": []any{map[string]any{"label": "A", "role": "boss"}}}).want(422, "validation_failed")
	var got interview.Transcript
	r := patch("sato", `"t1"`, text).want(200)
	r.into(&got)
	if got.Version != 2 || !got.Segment(2).Corrected || got.Segment(2).Text != "広報の仕事をしてみたいです。" || r.header.Get("ETag") != `"t2"` || got.Author != w.people["sato"].ID {
		t.Errorf("corrected %+v", got.Segment(2))
	}
	var d DraftDocument
	w.call("sato", "GET", "/v1/interviews/"+talk.ID+"/drafts/1", nil).want(200).into(&d)
	if d.Stale == nil || d.Stale.Reason != "transcript_corrected" {
		t.Errorf("the draft does not say that it is stale: %+v", d.Stale)
	}
	patch("suzuki", `"t1"`, text).want(412, "precondition_failed")
	patch("suzuki", `"t2"`, map[string]any{"swap_roles": true}).want(200).into(&got)
	if got.Part("A") != interview.PartEmployee || got.Part("B") != interview.PartInterviewer || got.Speakers[0].By != "person" {
		t.Errorf("swapped %+v", got.Speakers)
	}
	old, err := w.store.Transcript(t.Context(), talk.ID, 1)
	check(t, err)
	if old.Segment(2).Text != "企画の仕事をしてみたいです。" {
		t.Error("a stored version was changed by a correction")
	}
	approved := w.at(interview.Approved)
	w.call("sato", "PATCH", "/v1/interviews/"+approved.ID+"/transcript", text, "If-Match", `"t1"`).want(409, "state_conflict")
}

func TestOffTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	talk := w.at(interview.InReview)
	base := "/v1/interviews/" + talk.ID
	// A recording with a recogniser's answer over both of the employee's sentences, and a playback file.
	rec, err := w.store.AddRecording(ctx, interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID), Size: 3})
	check(t, err)
	key := interview.PlaybackKey(talk.ID, rec.ID, 0)
	kind := "audio/mp4"
	_, err = w.bucket.Put(ctx, key, strings.NewReader("snd"), 3, kind, false)
	check(t, err)
	_, err = w.store.UpdateRecording(ctx, rec.ID, store.RecordingChange{Playback: &key, PlaybackType: &kind})
	check(t, err)
	cut := interview.Cut{From: 0, To: 30 * interview.SampleRate}
	check(t, w.store.PutCuts(ctx, talk.ID, rec.ID, 1, []interview.Cut{cut}))
	_, err = w.store.SaveAnswer(ctx, talk.ID, rec.ID, cut.ID(), interview.Answer{Cut: cut.ID(), Text: "企画の仕事 夜はあまり眠れていません"})
	check(t, err)
	w.call("sato", "GET", base+"/recording", nil).want(200)

	off := map[string]any{"off_record": []any{map[string]any{"from": 5, "to": 5}}}
	w.call("suzuki", "PATCH", base+"/transcript", off, "If-Match", `"t1"`).want(403, "forbidden") // not the interviewer's words
	w.call("suzuki", "PATCH", base+"/transcript", map[string]any{"off_record": off["off_record"], "speakers": []any{map[string]any{"label": "B", "role": "interviewer"}}}, "If-Match", `"t1"`)
	if fresh, err := w.store.Transcript(ctx, talk.ID, 0); err != nil || fresh.Segment(5).OffRecord {
		t.Fatalf("by renaming a speaker others' words became one's own: %v", err)
	}
	w.call("suzuki", "PATCH", base+"/transcript", map[string]any{"proposals": off["off_record"]}, "If-Match", `"t1"`).want(200)
	var d DraftDocument
	w.call("sato", "GET", base+"/drafts/1", nil).want(200).into(&d)
	if !slices.Contains(d.Flags, interview.Flag{Kind: "off_record_proposal", Segment: 5}) {
		t.Errorf("no proposal: %+v", d.Flags)
	}
	var got interview.Transcript
	w.call("sato", "PATCH", base+"/transcript", off, "If-Match", `"t1"`).want(200).into(&got)
	if g := got.Segment(5); !g.OffRecord || g.Text != "" || g.End != 24 {
		t.Errorf("segment %+v", g)
	}
	// Nothing stored holds the words any more.
	const words = "眠れ"
	for n := 1; n <= 2; n++ {
		tr, err := w.store.Transcript(ctx, talk.ID, n)
		check(t, err)
		if raw, _ := json.Marshal(tr); strings.Contains(string(raw), words) {
			t.Errorf("transcript %d still says it", n)
		}
	}
	answers, err := w.store.Answers(ctx, rec.ID)
	check(t, err)
	if strings.Contains(answers[cut.ID()].Text, words) {
		t.Errorf("the raw answer still says it: %q", answers[cut.ID()].Text)
	}
	draft, err := w.store.Draft(ctx, talk.ID, 1)
	check(t, err)
	if raw, _ := json.Marshal(draft); strings.Contains(string(raw), words) {
		t.Errorf("the draft still says it: %s", raw)
	}
	if st := draft.Section(interview.Concerns).Statements; st[1].Text != "本人の希望により削除" || st[0].Text == st[1].Text || draft.Stale == nil {
		t.Errorf("statements %+v", st)
	}
	// Nothing is played until a worker has made the muted copy, and it is asked to.
	w.call("sato", "GET", base+"/recording", nil).want(404, "not_found")
	if !strings.Contains(w.waker.kinds(talk.ID), "rendition") {
		t.Errorf("woke %q", w.waker.kinds(talk.ID))
	}
	w.call("sato", "PATCH", base+"/transcript", map[string]any{"off_record": []any{map[string]any{"from": 5, "to": 2}}}, "If-Match", `"t2"`).want(422, "validation_failed")
	w.call("sato", "PATCH", base+"/transcript", map[string]any{"segments": []any{map[string]any{"id": 5, "text": "back"}}}, "If-Match", `"t2"`).want(422, "validation_failed")
}

// After approval too: the seal keeps standing and says which fields are gone.
func TestOffTheRecordUnderASeal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Approved)
	base := "/v1/interviews/" + talk.ID
	w.call("sato", "PATCH", base+"/transcript", map[string]any{"off_record": []any{map[string]any{"from": 6, "to": 6}}}, "If-Match", `"t1"`).want(200)
	var seal Seal
	w.call("sato", "GET", base+"/seal", nil).want(200).into(&seal)
	if !seal.Valid || len(seal.Removed) == 0 || !slices.ContainsFunc(seal.Removed, func(p string) bool { return strings.HasPrefix(p, "/sections/3/statements/0") }) {
		t.Errorf("seal %+v", seal)
	}
	var actions Page[Promise]
	w.call("suzuki", "GET", "/v1/actions", nil).want(200).into(&actions)
	if len(actions.Items) != 0 {
		t.Errorf("a promise of removed words stays: %+v", actions.Items)
	}
	// A change without the rule breaks it.
	d, err := w.store.Draft(t.Context(), talk.ID, 1)
	check(t, err)
	d.Sections[0].Statements[0].Text = "昇進したい。"
	check(t, w.store.ReplaceDraft(t.Context(), d))
	w.call("sato", "GET", base+"/seal", nil).want(200).into(&seal)
	if seal.Valid {
		t.Error("a changed record passes for the sealed one")
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	d := record("i")
	seal, fields, err := SealDraft(d, "異議")
	check(t, err)
	check(t, CheckSeal(d, "異議", seal, fields))
	again, other, err := SealDraft(d, "異議")
	check(t, err)
	if again == seal || other[0].Salt == fields[0].Salt {
		t.Error("salts repeat")
	}
	for name, change := range map[string]func(*interview.Draft){
		"a text": func(d *interview.Draft) { d.Sections[0].Statements[0].Text += "。" },
		"a statement more": func(d *interview.Draft) {
			d.Sections[2].Statements = append(d.Sections[2].Statements, d.Sections[0].Statements[0])
		},
		"a statement less":     func(d *interview.Draft) { d.Sections[0].Statements = nil },
		"a state":              func(d *interview.Draft) { d.Sections[2].State = interview.StatedNone },
		"a quote":              func(d *interview.Draft) { d.Sections[0].Statements[0].Evidence[0].Quote = "x" },
		"a summary's sentence": func(d *interview.Draft) { d.Summary[0].Text = "x" },
	} {
		c := record("i")
		change(c)
		if CheckSeal(c, "異議", seal, fields) == nil {
			t.Errorf("%s was changed and the seal holds", name)
		}
	}
	if CheckSeal(d, "", seal, fields) == nil {
		t.Error("the objection can be taken away")
	}
	stale := record("i")
	stale.Stale = &interview.Stale{Reason: "off_record"}
	check(t, CheckSeal(stale, "異議", seal, fields)) // became stale later: not part of what was approved
}

func TestHRReadsTheApprovedRecordOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	talk := w.at(interview.Approved)
	base := "/v1/interviews/" + talk.ID
	w.call("hayashi", "GET", base+"/transcript", nil).want(403, "forbidden")
	w.call("hayashi", "GET", base+"/insights", nil).want(403, "forbidden")
	w.call("hayashi", "GET", base+"/comments", nil).want(403, "forbidden")
	r := w.call("hayashi", "GET", base+"/drafts/1", nil).want(200)
	for _, hidden := range []string{"眠れ", "企画の仕事をしてみたいです", "quote"} {
		if strings.Contains(string(r.body), hidden+`"`) || hidden != "quote" && strings.Contains(string(r.body), hidden) {
			t.Errorf("hr reads %q: %s", hidden, r.body)
		}
	}
	if !strings.Contains(string(r.body), "英語の会議についていけるか不安がある。") {
		t.Errorf("hr does not read what is open: %s", r.body)
	}
	var reads Page[Reading]
	w.call("sato", "GET", base+"/reads", nil).want(200).into(&reads)
	if len(reads.Items) != 1 || reads.Items[0].Person.Name != "hayashi" || reads.Items[0].What != "record" {
		t.Errorf("reads %+v", reads.Items)
	}
	w.call("hayashi", "GET", base+"/drafts/2", nil).want(404, "not_found")
	var versions Page[Version]
	w.call("hayashi", "GET", base+"/drafts", nil).want(200).into(&versions)
	if len(versions.Items) != 1 || !versions.Items[0].Sealed {
		t.Errorf("versions %+v", versions.Items)
	}
	export := w.call("hayashi", "GET", base+"/export?format=json", nil).want(200)
	if strings.Contains(string(export.body), "眠れ") || !strings.HasPrefix(export.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("export %v %s", export.header, export.body)
	}
	w.call("hayashi", "GET", base+"/export?format=exe", nil).want(422, "validation_failed")
	w.call("hayashi", "GET", "/v1/interviews/"+w.at(interview.InReview).ID+"/export?format=json", nil).want(409, "state_conflict")
}

// A backup taken before the mark brings the words back; the line of the ledger takes them away again, everywhere.
func TestOffTheRecordAgainAfterARestore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	marked, restored := w.at(interview.InReview), w.at(interview.InReview)
	off := map[string]any{"off_record": []any{map[string]any{"from": 5, "to": 5}}}
	w.call("sato", "PATCH", "/v1/interviews/"+marked.ID+"/transcript", off, "If-Match", `"t1"`).want(200)
	ledger, _, err := w.store.ErasureLedger(ctx, store.Page{})
	check(t, err)
	if len(ledger) != 1 || ledger[0].What != "off_record" || ledger[0].OffRecord == nil || !slices.Equal(ledger[0].OffRecord.Segments, []int{5}) || len(ledger[0].OffRecord.Spans) != 1 {
		t.Fatalf("ledger %+v", ledger)
	}
	line := ledger[0]
	line.ID, line.Interview = interview.NewID(), restored.ID
	words := "眠れ"
	before, err := w.store.Transcript(ctx, restored.ID, 1)
	check(t, err)
	if !strings.Contains(before.Segment(5).Text, words) {
		t.Fatalf("segment 5 says %q", before.Segment(5).Text)
	}
	for _, want := range []store.Again{store.AgainErased, store.AgainKnown} {
		got, err := w.store.EraseAgain(ctx, line, TakeOffAgain)
		check(t, err)
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, version := range []int{1, 2} {
		text, err := w.store.Transcript(ctx, restored.ID, version)
		check(t, err)
		if g := text.Segment(5); g.Text != "" || !g.OffRecord {
			t.Errorf("version %d says %q", version, g.Text)
		}
	}
	d, err := w.store.Draft(ctx, restored.ID, 1)
	check(t, err)
	b, err := json.Marshal(d)
	check(t, err)
	if strings.Contains(string(b), words) || d.Stale == nil {
		t.Errorf("the draft has the words back: %s", b)
	}
	line.ID = interview.NewID() // the same words once more: nothing had come back
	if got, err := w.store.EraseAgain(ctx, line, TakeOffAgain); err != nil || got != store.AgainGone {
		t.Errorf("got %s, %v", got, err)
	}
}
