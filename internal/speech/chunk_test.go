package speech

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// leftText and rightText are what is said in the two halves of the test chunk, at about seven characters a second.
const (
	leftText  = "四月から担当先が増えて、見積もりの作成と受注の入力に時間を取られています。正直に言うと、少し疲れています。"
	rightText = "来年は商品の企画に関わりたいと思っています。そのために、まずは数字の見方を勉強したいです。"
)

// talk answers each file with what was said in its cut, told apart by its length.
func talk(call testkit.AudioCall) testkit.SpeechAnswer {
	switch {
	case call.Seconds > 15:
		return testkit.SpeechAnswer{Text: leftText + rightText}
	case call.Seconds > 9.9:
		return testkit.SpeechAnswer{Text: leftText}
	}
	return testkit.SpeechAnswer{Text: rightText}
}

// testChunk is 20 s with two stretches of speech and a pause at 10.0 to 10.6 s.
func testChunk(t *testing.T, names ...string) Chunk {
	t.Helper()
	dir := t.TempDir()
	c := Chunk{Cut: interview.Cut{From: 16000, To: 16000 + 20*interview.SampleRate}, Language: "ja", Keywords: names,
		Speech: []interview.Span{{Start: 1.2, End: 11}, {Start: 11.6, End: 20.8}}}
	c.Write = func(_ context.Context, cut interview.Cut) (string, error) {
		if cut.From < c.Cut.From || cut.To > c.Cut.To || cut.Channel != c.Cut.Channel {
			t.Errorf("asked for a cut outside the chunk: %+v", cut)
		}
		return wavFile(t, dir, cut), nil
	}
	t.Cleanup(func() {
		left, err := os.ReadDir(dir)
		if err != nil {
			t.Error(err)
		}
		for _, f := range left {
			t.Errorf("file %s was left behind", f.Name())
		}
	})
	return c
}

func TestChunkGoodAtOnce(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk})
	c := testChunk(t)
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), c)
	if err != nil {
		t.Fatal(err)
	}
	if a.Text != leftText+rightText || a.Tries != 1 || a.Unclear || a.Doubts != nil || a.Cut != c.Cut.ID() {
		t.Errorf("answer = %+v", a)
	}
}

// TestSecondLookHelps: an answer that cannot be believed is asked for again in two halves without keywords, and the
// halves are believed.
func TestSecondLookHelps(t *testing.T) {
	t.Parallel()
	for _, f := range []testkit.Fault{testkit.FaultEmptyText, testkit.FaultLoop, testkit.FaultEcho, testkit.FaultStock, testkit.FaultStockTail,
		testkit.FaultKorean, testkit.FaultEnglish, testkit.FaultOKError, testkit.FaultOKObject, testkit.FaultOKNothing, testkit.FaultHTML,
		testkit.FaultTruncated, testkit.FaultTrailing, testkit.FaultNullText, testkit.FaultBadRequest} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk})
			server.Fail("audio", f)
			a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t, "高梨 拓也", "佐伯 真理", "粗利"))
			if err != nil {
				t.Fatal(err)
			}
			if a.Text != leftText+rightText || a.Unclear || a.Doubts != nil || a.Tries != 3 {
				t.Fatalf("answer = %+v", a)
			}
			if len(a.Pieces) != 2 || a.Pieces[0].Text != leftText || a.Pieces[1].Start != a.Pieces[0].End || a.Pieces[1].Start < 9.9 || a.Pieces[1].Start > 10.7 {
				t.Errorf("pieces = %+v, want the halves, parted in the pause", a.Pieces)
			}
			for i, call := range server.Audio() {
				if hasNames := len(call.Fields["keywords[]"]) > 0; hasNames != (i == 0) {
					t.Errorf("call %d: keywords %v", i+1, call.Fields["keywords[]"])
				}
			}
		})
	}
}

// TestStillDoubtedIsUnclear: what is wrong again in another cut becomes 聞き取れず, with its reasons, and no word of it
// is kept.
func TestStillDoubtedIsUnclear(t *testing.T) {
	t.Parallel()
	for fault, reason := range map[testkit.Fault]string{testkit.FaultEmptyText: DoubtEmpty, testkit.FaultLoop: DoubtLoop, testkit.FaultStock: DoubtStock,
		testkit.FaultKorean: DoubtLanguage, testkit.FaultEnglish: DoubtLanguage, testkit.FaultOKError: DoubtUnusable, testkit.FaultHTML: DoubtUnusable} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk, Fault: func(testkit.Call) testkit.Fault { return fault }})
			a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t))
			if err != nil {
				t.Fatal(err)
			}
			if !a.Unclear || a.Text != "" || a.Pieces != nil || a.Tries != 3 || !slices.Contains(a.Doubts, reason) {
				t.Errorf("answer = %+v, want unclear because of %s", a, reason)
			}
			if n := len(server.Audio()); n != 3 {
				t.Errorf("%d requests, want the whole and two halves, and no more", n)
			}
		})
	}
}

func TestOneHalfStaysUnclear(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk})
	server.Fail("audio", testkit.FaultLoop, "", testkit.FaultLoop)
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t))
	if err != nil {
		t.Fatal(err)
	}
	if a.Unclear || a.Text != leftText || len(a.Pieces) != 2 || a.Pieces[1].Text != "" || !slices.Equal(a.Doubts, []string{DoubtLoop}) {
		t.Errorf("answer = %+v", a)
	}
}

func TestStockSentenceLeavesTheRest(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk, Fault: func(testkit.Call) testkit.Fault { return testkit.FaultStockTail }})
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t))
	if err != nil {
		t.Fatal(err)
	}
	if a.Text != leftText+rightText || !slices.Equal(a.Doubts, []string{DoubtStock, DoubtStock}) {
		t.Errorf("answer = %+v, want what was said, and the two phrases named as left out", a)
	}
}

func TestTooShortTwiceKeepsTheTextAndShowsTheHole(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: func(testkit.AudioCall) testkit.SpeechAnswer {
		return testkit.SpeechAnswer{Text: "はい。"}
	}})
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t))
	if err != nil {
		t.Fatal(err)
	}
	var text, holes float64
	for _, p := range a.Pieces {
		if p.Text == "" {
			holes += p.End - p.Start
		} else {
			text += p.End - p.Start
		}
	}
	if a.Unclear || len(a.Pieces) != 4 || holes < 12 || text > 6 || !slices.Contains(a.Doubts, DoubtShort) {
		t.Errorf("answer = %+v: text %v s, holes %v s", a, text, holes)
	}
}

// TestHoleInTimesIsAskedForAgain: a model with times that leaves ten seconds of speech out is asked again in halves; what
// it leaves out again is shown as unclear, and the rest is kept with its times.
func TestHoleInTimesIsAskedForAgain(t *testing.T) {
	t.Parallel()
	whole := func(seconds float64) testkit.SpeechAnswer {
		a := testkit.SpeechAnswer{}
		for i, part := range []string{"一つ目は今の仕事の話です。", "二つ目は来年の希望の話です。", "三つ目は研修の申し込みです。", "四つ目は異動の時期の話です。"} {
			if float64(i+1)*11 <= seconds+0.5 {
				a.Segments = append(a.Segments, testkit.SpeechSegment{Start: float64(i) * 11, End: float64(i+1)*11 - 0.5, Text: part})
				a.Text += part
			}
		}
		return a
	}
	lose := func(a testkit.SpeechAnswer, i int) testkit.SpeechAnswer {
		a.Text = strings.Replace(a.Text, a.Segments[i].Text, "", 1)
		a.Segments = slices.Delete(slices.Clone(a.Segments), i, i+1)
		return a
	}
	dir := t.TempDir()
	c := Chunk{Cut: cutOf(0, 44), Language: "ja", Speech: []interview.Span{{Start: 0, End: 21.8}, {Start: 22.2, End: 44}},
		Write: func(_ context.Context, cut interview.Cut) (string, error) { return wavFile(t, dir, cut), nil }}
	for _, again := range []bool{false, true} {
		server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: func(call testkit.AudioCall) testkit.SpeechAnswer {
			a := whole(call.Seconds)
			if call.N == 1 || again && call.N == 3 {
				a = lose(a, 1)
			}
			return a
		}})
		a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "whisper-1"), c)
		if err != nil {
			t.Fatal(err)
		}
		holes := 0
		for i, p := range a.Pieces {
			if p.Text == "" {
				holes++
				if p.Start < 30 || p.End > 44.1 {
					t.Errorf("hole at %v to %v", p.Start, p.End)
				}
			} else if i > 0 && p.Start < a.Pieces[i-1].Start {
				t.Errorf("pieces out of order: %+v", a.Pieces)
			}
		}
		if a.Tries != 3 || a.Unclear || again != (holes == 1) || again != slices.Contains(a.Doubts, DoubtShort) {
			t.Errorf("lost again %v: answer = %+v", again, a)
		}
	}
}

// TestSilenceIsAskedOnce: over silence an invented phrase is left out with its reason; asking again would invite more.
func TestSilenceIsAskedOnce(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: func(testkit.AudioCall) testkit.SpeechAnswer {
		return testkit.SpeechAnswer{Text: "ご視聴ありがとうございました。"}
	}})
	c := testChunk(t)
	c.Speech = []interview.Span{{Start: 30, End: 40}}
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), c)
	if err != nil {
		t.Fatal(err)
	}
	if a.Text != "" || a.Unclear || !slices.Equal(a.Doubts, []string{DoubtStock}) || len(server.Audio()) != 1 {
		t.Errorf("answer = %+v after %d requests", a, len(server.Audio()))
	}
}

// TestErrorsThatMendAreReturned: nothing is stored for them, and the same chunk may be tried again.
func TestErrorsThatMendAreReturned(t *testing.T) {
	t.Parallel()
	for fault, code := range map[testkit.Fault]string{testkit.FaultBusy: "endpoint_unavailable", testkit.FaultServer: "endpoint_unavailable",
		testkit.FaultUnauthorized: "endpoint_unauthorized", testkit.FaultQuota: "endpoint_quota", testkit.FaultModelGone: "endpoint_model_gone"} {
		for _, before := range [][]testkit.Fault{nil, {testkit.FaultLoop}, {testkit.FaultLoop, ""}} { // at first, in the left half, in the right half
			server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk})
			server.Fail("audio", append(before, fault)...)
			if _, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t)); interview.Code(err) != code {
				t.Errorf("%s after %v: %v, want %s", fault, before, err, code)
			}
		}
	}
}

// TestRefusedWholeAndInParts: it is not this sound, it is how we ask.
func TestRefusedWholeAndInParts(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk, Fault: func(testkit.Call) testkit.Fault { return testkit.FaultBadRequest }})
	if _, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t)); interview.Code(err) != "endpoint_rejected" {
		t.Errorf("= %v", err)
	}
	server = testkit.OpenAI(t, testkit.OpenAIOptions{Speech: talk})
	server.Fail("audio", testkit.FaultBadRequest, "", testkit.FaultBadRequest)
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), testChunk(t))
	if err != nil || a.Text != leftText || !slices.Equal(a.Doubts, []string{DoubtRejected}) {
		t.Errorf("one half refused: %+v, %v", a, err)
	}
}

func TestRecut(t *testing.T) {
	t.Parallel()
	c := testChunk(t)
	at := func(cuts []interview.Cut) float64 {
		t.Helper()
		if len(cuts) != 2 || cuts[0].From != c.Cut.From || cuts[0].To != cuts[1].From || cuts[1].To != c.Cut.To {
			t.Fatalf("cuts = %+v", cuts)
		}
		return float64(cuts[0].To) / interview.SampleRate
	}
	if got := at(c.recut()); got < 11 || got > 11.6 {
		t.Errorf("parted at %v, the pause is 11.0 to 11.6", got)
	}
	c.Speech = []interview.Span{{Start: 1, End: 21}}
	if got := c.recut(); len(got) != 1 || got[0] != c.Cut {
		t.Errorf("no pause and no samples: %+v", got)
	}
	c.Samples = func(from int64, dst []int16) (int, error) {
		for i := range dst {
			dst[i] = 9000
			if s := float64(from+int64(i)) / interview.SampleRate; s > 14 && s < 14.3 {
				dst[i] = 20
			}
		}
		return len(dst), nil
	}
	if got := at(c.recut()); got < 14 || got > 14.3 {
		t.Errorf("parted at %v, the quiet place is 14.0 to 14.3", got)
	}
	c.Samples = func(int64, []int16) (int, error) { return 0, errors.New("gone") }
	if got := c.recut(); len(got) != 1 {
		t.Errorf("unreadable samples: %+v", got)
	}
	c.Cut.To = c.Cut.From + 3*interview.SampleRate
	if got := c.recut(); len(got) != 1 {
		t.Errorf("3 s were parted: %+v", got)
	}
}

// TestShortChunkIsAskedAgainWhole: too short to part, so the second look is without keywords.
func TestShortChunkIsAskedAgainWhole(t *testing.T) {
	t.Parallel()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{Speech: func(testkit.AudioCall) testkit.SpeechAnswer {
		return testkit.SpeechAnswer{Text: "はい、お願いします。"}
	}})
	server.Fail("audio", testkit.FaultEcho)
	cut := cutOf(0, 3)
	c := Chunk{Cut: cut, Path: wavFile(t, t.TempDir(), cut), Speech: []interview.Span{{Start: 0.3, End: 2}}, Language: "ja", Keywords: []string{"高梨", "佐伯", "粗利"}}
	a, err := TranscribeChunk(t.Context(), newClient(t, server.URL, "gpt-transcribe"), c)
	if err != nil {
		t.Fatal(err)
	}
	if a.Text != "はい、お願いします。" || a.Tries != 2 || strings.Contains(a.Text, "高梨") {
		t.Errorf("answer = %+v", a)
	}
	if _, err := os.Stat(c.Path); err != nil {
		t.Errorf("the caller's file was removed: %v", err)
	}
}

// TestSpeechOfIsThatOfTheCutsVoice: where two channels carry one voice each, the other one's talk is no speech of this
// cut: a listener's 「はい」 in twenty seconds is a whole answer.
func TestSpeechOfIsThatOfTheCutsVoice(t *testing.T) {
	t.Parallel()
	sound := interview.Sound{Layout: interview.TwoChannel, Voices: 2, Certain: true, Confidence: 1, Speech: []interview.Span{{Start: 0, End: 20}},
		Turns: []interview.Turn{{Speaker: "S1", Start: 0, End: 20, Confidence: 1}, {Speaker: "S2", Start: 8, End: 8.7, Confidence: 1}}}
	listener := interview.Cut{Channel: 1, From: 7 * interview.SampleRate, To: 20 * interview.SampleRate}
	heard := SpeechOf(sound, listener)
	if total(heard) > 0.71 || total(heard) < 0.69 {
		t.Fatalf("speech of the listener = %v", heard)
	}
	a := interview.Answer{Text: "はい。"}
	r := Request{Cut: listener, Language: "ja", Speech: heard}
	if got := mustDoubter(t).doubts(a, r); got != nil {
		t.Errorf("doubts = %v", got)
	}
	r.Speech = sound.Speech
	if got := mustDoubter(t).doubts(a, r); got == nil {
		t.Error("with the speech of both the answer would not be doubted, so this test shows nothing")
	}
	sound.Layout = interview.Mono
	if got := total(SpeechOf(sound, listener)); got != 13 {
		t.Errorf("a mixed channel: %v s, want all speech within the cut", got)
	}
}
