package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

func recordings(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.AwaitingRecording)
	_, err := s.LatestRecording(ctx, v.ID)
	code(t, err, "not_found")
	first, err := s.AddRecording(ctx, interview.Recording{Interview: v.ID, Key: "k1", At: interview.Now().Add(-time.Hour)})
	check(t, err)
	in := interview.Recording{Interview: v.ID, Key: "k2", Version: "v", Size: 1 << 40, Format: "m4a", Speakers: 3, Partial: true,
		Channels: []interview.Part{interview.PartInterviewer, interview.PartEmployee}}
	r, err := s.AddRecording(ctx, in)
	check(t, err)
	latest, err := s.LatestRecording(ctx, v.ID)
	check(t, err)
	if d := cmp.Diff(r, latest); d != "" {
		t.Errorf("recording changed on the way (-want +got):\n%s", d)
	}
	sound := &interview.Sound{Container: "mov", Duration: 1510.25, Layout: interview.TwoChannel, Speech: []interview.Span{{Start: 0.5, End: 2.25}},
		Turns: []interview.Turn{{Speaker: "S1", End: 1}}, Starts: [][]interview.Turn{{{Speaker: "S2", End: 2}}, {}}, Voices: 2}
	sum := "aa"
	got, err := s.UpdateRecording(ctx, r.ID, store.RecordingChange{SHA256: &sum, Sound: sound})
	check(t, err)
	r.SHA256, r.Sound = sum, sound
	if d := cmp.Diff(r, got); d != "" {
		t.Errorf("update (-want +got):\n%s", d)
	}
	got, err = s.Recording(ctx, r.ID)
	check(t, err)
	if d := cmp.Diff(r, got); d != "" {
		t.Errorf("stored update, with the other readings of the sound (-want +got):\n%s", d)
	}
	other := "bb"
	_, err = s.UpdateRecording(ctx, r.ID, store.RecordingChange{SHA256: &other})
	code(t, err, "checksum_mismatch")
	_, err = s.UpdateRecording(ctx, r.ID, store.RecordingChange{SHA256: &sum}) // the same bytes again
	check(t, err)
	_, err = s.Playback(ctx, r.ID)
	code(t, err, "not_found")
	key, kind := "k2.m4a", "audio/mp4"
	_, err = s.UpdateRecording(ctx, r.ID, store.RecordingChange{Playback: &key, PlaybackType: &kind})
	check(t, err)
	play, err := s.Playback(ctx, r.ID)
	check(t, err)
	equal(t, "playback", play, store.Playback{Key: key, Type: kind})
	same, err := s.RecordingsBySHA256(ctx, sum)
	check(t, err)
	equal(t, "found by bytes", len(same), 1)
	none, err := s.RecordingsBySHA256(ctx, "")
	check(t, err)
	equal(t, "no checksum yet is no match", len(none), 0)
	check(t, s.ReplaceOriginal(ctx, r.ID, "k3", "v2", "cc", 9))
	got, err = s.Recording(ctx, r.ID)
	check(t, err)
	equal(t, "replaced", fmt.Sprint(got.Key, got.Version, got.SHA256, got.Size), fmt.Sprint("k3", "v2", "cc", 9))
	list, err := s.Recordings(ctx, v.ID)
	check(t, err)
	equal(t, "oldest first", len(list) == 2 && list[0].ID == first.ID, true)
}

func uploads(t *testing.T, b Base) {
	ctx, s, now := t.Context(), b.Store, interview.Now()
	v := talk(t, s, interview.AwaitingRecording)
	u, err := s.AddUpload(ctx, store.Upload{Interview: v.ID, Key: "k", S3Upload: "u", Size: 100, PartSize: 8, NameHash: "n", ContentType: "audio/mp4",
		Options: []byte(`{"speakers":3}`), By: v.Interviewer, ExpiresAt: now.Add(time.Hour)})
	check(t, err)
	got, err := s.Upload(ctx, v.ID, u.ID)
	check(t, err)
	if d := cmp.Diff(u, got); d != "" {
		t.Errorf("upload changed on the way (-want +got):\n%s", d)
	}
	_, err = s.Upload(ctx, "another interview", u.ID)
	code(t, err, "not_found")
	check(t, s.ExtendUpload(ctx, u.ID, now.Add(-time.Minute)))
	due, err := s.ExpiredUploads(ctx, now, 10)
	check(t, err)
	equal(t, "expired", len(due), 1)
	errs := race(racers, func(int) error {
		_, err := s.MoveUpload(ctx, u.ID, store.UploadCompleting, "", store.UploadOpen)
		return err
	})
	equal(t, "completers", winners(t, errs, "state_conflict"), 1)
	got, err = s.MoveUpload(ctx, u.ID, store.UploadDone, "r1", store.UploadOpen, store.UploadCompleting)
	check(t, err)
	equal(t, "recording", got.Recording, "r1")
	_, err = s.MoveUpload(ctx, u.ID, store.UploadAborted, "", store.UploadOpen, store.UploadCompleting)
	code(t, err, "state_conflict")
	code(t, s.ExtendUpload(ctx, u.ID, now), "state_conflict")
	due, err = s.ExpiredUploads(ctx, now.Add(time.Hour), 10)
	check(t, err)
	equal(t, "a finished upload is not swept", len(due), 0)
	list, err := s.Uploads(ctx, v.ID)
	check(t, err)
	equal(t, "listed", len(list), 1)
}

func cutList(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Preparing)
	r := recording(t, s, v.ID)
	won, err := s.MergeOnce(ctx, r.ID, 1)
	check(t, err)
	equal(t, "no merge before there is a list", won, false)
	want := cuts(200)
	want[7].Speaker = "S1"
	for range 2 {
		check(t, s.PutCuts(ctx, v.ID, r.ID, 1, want))
	}
	got, err := s.Cuts(ctx, r.ID)
	check(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("cuts changed on the way (-want +got):\n%s", d)
	}
	p, err := s.OpenCuts(ctx, r.ID)
	check(t, err)
	equal(t, "progress", p, store.Progress{Open: 200, Total: 200})
	code(t, s.PutCuts(ctx, v.ID, r.ID, 0, want), "state_conflict") // an old handler
	c, answered, err := s.Cut(ctx, r.ID, want[7].ID())
	check(t, err)
	equal(t, "one cut", c == want[7] && !answered, true)
	_, _, err = s.Cut(ctx, r.ID, "0-1-2")
	code(t, err, "not_found")

	silent := recording(t, s, v.ID)
	check(t, s.PutCuts(ctx, v.ID, silent.ID, 1, nil))
	won, err = s.MergeOnce(ctx, silent.ID, 1)
	check(t, err)
	equal(t, "an empty list is complete", won, true)
}

func answersOnce(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Transcribing)
	r, list := recording(t, s, v.ID), cuts(3)
	check(t, s.PutCuts(ctx, v.ID, r.ID, 1, list))
	firsts := make([]bool, racers)
	for _, err := range race(racers, func(i int) (err error) {
		firsts[i], err = s.SaveAnswer(ctx, v.ID, r.ID, list[0].ID(), interview.Answer{Text: fmt.Sprint(i), Seconds: 30, Doubts: []string{"loop"}})
		return err
	}) {
		check(t, err)
	}
	winner := -1
	for i, first := range firsts {
		if first {
			if winner >= 0 {
				t.Errorf("both %d and %d stored an answer", winner, i)
			}
			winner = i
		}
	}
	got, err := s.Answers(ctx, r.ID)
	check(t, err)
	equal(t, "answers", len(got), 1)
	equal(t, "the winner's text", got[list[0].ID()].Text, fmt.Sprint(winner))
	equal(t, "cut id", got[list[0].ID()].Cut, list[0].ID())
	p, err := s.OpenCuts(ctx, r.ID)
	check(t, err)
	equal(t, "progress", p, store.Progress{Open: 2, Total: 3})
	_, err = s.SaveAnswer(ctx, v.ID, r.ID, "0-5-6", interview.Answer{})
	code(t, err, "not_found")
	_, err = s.SaveAnswer(ctx, "another interview", r.ID, list[1].ID(), interview.Answer{})
	code(t, err, "not_found")

	check(t, s.ReplaceAnswer(ctx, r.ID, list[0].ID(), interview.Answer{Text: "本人の希望により削除"}))
	code(t, s.ReplaceAnswer(ctx, r.ID, list[1].ID(), interview.Answer{}), "not_found")
	n, err := s.ForgetAnswers(ctx, r.ID, list[0].ID(), list[1].ID())
	check(t, err)
	equal(t, "opened again", n, 1)
	p, err = s.OpenCuts(ctx, r.ID)
	check(t, err)
	equal(t, "progress after", p, store.Progress{Open: 3, Total: 3})
}

// Every chunk is finished by two workers at once, in random order; exactly one of them adds the assemble task, and not
// before the last chunk has its answer.
func oneMerge(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	for round := range 3 {
		v := talk(t, s, interview.Transcribing)
		r, list := recording(t, s, v.ID), cuts(racers)
		check(t, s.PutCuts(ctx, v.ID, r.ID, 1, list))
		merges := make([]bool, 2*racers)
		for _, err := range race(2*racers, func(i int) error {
			return s.Tx(ctx, func(tx *store.Tx) (err error) {
				if _, err = tx.SaveAnswer(ctx, v.ID, r.ID, list[i%racers].ID(), interview.Answer{Text: "x"}); err != nil {
					return err
				}
				if merges[i], err = tx.MergeOnce(ctx, r.ID, 1); err != nil || !merges[i] {
					return err
				}
				p, err := tx.OpenCuts(ctx, r.ID)
				if err == nil && p.Open != 0 {
					err = fmt.Errorf("merge was given with %d cuts open", p.Open)
				}
				if err != nil {
					return err
				}
				return tx.AddTask(ctx, interview.Task{Kind: interview.TaskAssemble, Interview: v.ID, Subject: fmt.Sprint(i), Generation: 1}, time.Time{})
			})
		}) {
			check(t, err)
		}
		n := 0
		for _, won := range merges {
			if won {
				n++
			}
		}
		equal(t, fmt.Sprintf("merges in round %d", round), n, 1)
		rows, _, err := s.Tasks(ctx, store.TaskFilter{Interview: v.ID, Kind: interview.TaskAssemble}, store.Page{})
		check(t, err)
		equal(t, "assemble tasks", len(rows), 1)
	}
}

func cutGenerations(t *testing.T, b Base) {
	ctx, s := t.Context(), b.Store
	v := talk(t, s, interview.Transcribing)
	r, list := recording(t, s, v.ID), cuts(4)
	check(t, s.PutCuts(ctx, v.ID, r.ID, 1, list))
	for _, c := range list[:2] {
		_, err := s.SaveAnswer(ctx, v.ID, r.ID, c.ID(), interview.Answer{Text: "paid"})
		check(t, err)
	}
	// The retry cuts differently at the end: answered cuts that stay keep their answers, the others are no longer asked for.
	second := append(append([]interview.Cut{}, list[:3]...), interview.Cut{From: list[3].From, To: list[3].To + 1})
	check(t, s.PutCuts(ctx, v.ID, r.ID, 2, second))
	p, err := s.OpenCuts(ctx, r.ID)
	check(t, err)
	equal(t, "progress", p, store.Progress{Open: 2, Total: 4})
	_, err = s.SaveAnswer(ctx, v.ID, r.ID, list[3].ID(), interview.Answer{})
	code(t, err, "not_found")
	won, err := s.MergeOnce(ctx, r.ID, 1)
	check(t, err)
	equal(t, "the old generation merges no more", won, false)
	for _, c := range second[2:] {
		_, err := s.SaveAnswer(ctx, v.ID, r.ID, c.ID(), interview.Answer{Text: "new"})
		check(t, err)
	}
	for _, want := range []bool{true, false} {
		won, err := s.MergeOnce(ctx, r.ID, 2)
		check(t, err)
		equal(t, "merge of the new generation", won, want)
	}
	// A third list without an answered cut: its answer stays stored but is not part of the list.
	check(t, s.PutCuts(ctx, v.ID, r.ID, 3, second[1:]))
	got, err := s.Answers(ctx, r.ID)
	check(t, err)
	equal(t, "answers of the list", len(got), 3)
	p, err = s.OpenCuts(ctx, r.ID)
	check(t, err)
	equal(t, "progress of the third", p, store.Progress{Open: 0, Total: 3})
}
