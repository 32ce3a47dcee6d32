package speech

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
)

// heardFrom makes the sound of a sample from its annotated times: one stretch of speech and one turn a segment.
func heardFrom(s sample, layout interview.Layout) interview.Sound {
	labels := map[string]string{"A": "S1", "B": "S2"}
	sound := interview.Sound{Layout: layout, Confidence: 1, Certain: true, Voices: 2}
	for _, g := range s.Segments {
		sound.Speech = append(sound.Speech, interview.Span{Start: g.Start, End: g.End})
		sound.Turns = append(sound.Turns, interview.Turn{Speaker: labels[g.Speaker], Start: g.Start, End: g.End, Confidence: 1})
		sound.Duration = max(sound.Duration, g.End)
	}
	sound.Speech = union(sound.Speech)
	return sound
}

// cutsOf groups segments into cuts of at most 30 s, on one channel or on one channel a voice.
func cutsOf(s sample, layout interview.Layout) []interview.Cut {
	var out []interview.Cut
	add := func(channel int, keep func(interview.Segment) bool) {
		var from, to float64
		open := false
		for _, g := range s.Segments {
			if !keep(g) {
				continue
			}
			if open && g.End-from > 30 {
				c := cutOf(from, to)
				c.Channel = channel
				out = append(out, c)
				open = false
			}
			if !open {
				from, open = g.Start, true
			}
			to = g.End
		}
		if open {
			c := cutOf(from, to)
			c.Channel = channel
			out = append(out, c)
		}
	}
	if layout != interview.TwoChannel {
		add(0, func(interview.Segment) bool { return true })
		return out
	}
	add(0, func(g interview.Segment) bool { return g.Speaker == "A" })
	add(1, func(g interview.Segment) bool { return g.Speaker == "B" })
	return out
}

// answersOf is what a perfect text-only recogniser answers to the cuts.
func answersOf(s sample, cuts []interview.Cut, layout interview.Layout) map[string]interview.Answer {
	out := map[string]interview.Answer{}
	for _, c := range cuts {
		var text []string
		span := c.Span()
		for _, g := range s.Segments {
			if layout == interview.TwoChannel && (g.Speaker == "B") != (c.Channel == 1) {
				continue
			}
			if middle := (g.Start + g.End) / 2; middle > span.Start && middle < span.End {
				text = append(text, g.Text)
			}
		}
		out[c.ID()] = interview.Answer{Cut: c.ID(), Text: strings.Join(text, separator(s.Lang)), Model: "gpt-transcribe", Tries: 1}
	}
	return out
}

func assembleSample(t testing.TB, s sample, layout interview.Layout) (*interview.Transcript, AssembleInput) {
	t.Helper()
	cuts := cutsOf(s, layout)
	in := AssembleInput{Sound: heardFrom(s, layout), Cuts: cuts, Answers: answersOf(s, cuts, layout), Language: s.Lang, Participants: s.people()}
	got, err := Assemble(in)
	if err != nil {
		t.Fatal(err)
	}
	return got, in
}

// startErrors are, for each segment of the sample with at least eight letters, the seconds between its start and the
// time at which its first words stand in the transcript, and whether they stand with the right voice.
func startErrors(s sample, got *interview.Transcript) (errors []float64, right, wrong int) {
	type letter struct {
		r       rune
		time    float64
		speaker string
	}
	var streams [3][]letter // all voices, and each alone: a listener's word may stand within the other's sentence
	for _, g := range got.Segments {
		r := []rune(letters(g.Text))
		for i, c := range r {
			l := letter{c, g.Start + (g.End-g.Start)*float64(i)/float64(len(r)), g.Speaker}
			streams[0] = append(streams[0], l)
			if g.Speaker == "S2" {
				streams[2] = append(streams[2], l)
			} else {
				streams[1] = append(streams[1], l)
			}
		}
	}
	votes := map[string]map[string]int{"A": {}, "B": {}}
	for _, g := range s.Segments {
		r := []rune(letters(g.Text))
		if len(r) < 8 {
			continue
		}
		r = r[:8]
		best, speaker := math.Inf(1), ""
		for _, stream := range streams {
			for i := 0; i+len(r) <= len(stream); i++ {
				d := math.Abs(stream[i].time - g.Start)
				if d < best && slices.EqualFunc(stream[i:i+8], r, func(l letter, c rune) bool { return l.r == c }) {
					best, speaker = d, stream[i+4].speaker
				}
			}
		}
		errors = append(errors, best)
		votes[g.Speaker][speaker]++
	}
	same := votes["A"]["S1"] + votes["B"]["S2"]
	crossed := votes["A"]["S2"] + votes["B"]["S1"]
	return errors, max(same, crossed), min(same, crossed)
}

func percentile(x []float64, p float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[int(p*float64(len(s)-1))]
}

func TestQuoteTimesOfATextOnlyModel(t *testing.T) {
	t.Parallel()
	for _, layout := range []interview.Layout{interview.Mono, interview.TwoChannel} {
		for _, name := range sampleNames {
			t.Run(fmt.Sprintf("%s %s", name, layout), func(t *testing.T) {
				t.Parallel()
				s := loadSample(t, name)
				got, in := assembleSample(t, s, layout)
				errors, right, wrong := startErrors(s, got)
				median, p95 := percentile(errors, 0.5), percentile(errors, 0.95)
				t.Logf("median %.2f s, 95th percentile %.2f s, voices right %d of %d", median, p95, right, right+wrong)
				if median > 1 || p95 > 3 {
					t.Errorf("quote times: median %.2f s, 95th percentile %.2f s; want at most 1 and 3", median, p95)
				}
				if float64(wrong) > 0.05*float64(right+wrong) {
					t.Errorf("%d of %d segments stand with the wrong voice", wrong, right+wrong)
				}
				checkWhole(t, got, in)
			})
		}
	}
}

// checkWhole checks what must be true of every transcript: every letter answered is there once and in order of time on
// its cut, segments have positive length, lie within their cut, are numbered from 1 in order.
func checkWhole(t *testing.T, got *interview.Transcript, in AssembleInput) {
	t.Helper()
	byCut := map[string]string{}
	last := 0.0
	for i, g := range got.Segments {
		if g.ID != i+1 || g.Start < last-1e-9 || g.End < g.Start {
			t.Errorf("segment %d: id %d, %v to %v after %v", i, g.ID, g.Start, g.End, last)
		}
		last = g.Start
		byCut[g.Cut] += letters(g.Text)
	}
	for _, c := range in.Cuts {
		if want := letters(in.Answers[c.ID()].Text); byCut[c.ID()] != want {
			t.Errorf("cut %s: letters were lost, doubled or put out of order:\n got %s\nwant %s", c.ID(), byCut[c.ID()], want)
		}
		for _, g := range got.Segments {
			if span := c.Span(); g.Cut == c.ID() && (g.Start < span.Start-0.01 || g.End > span.End+0.01) {
				t.Errorf("segment %d (%v to %v) lies outside its cut %+v", g.ID, g.Start, g.End, span)
			}
		}
	}
	if share := got.Coverage.Share(); share < 0.999 {
		t.Errorf("coverage %v with every cut answered; holes %v", share, got.Coverage.Holes)
	}
}

// TestTimesHoldAtTheEndOfTwoHours: absolute time is the sample count of the cut, so nothing drifts.
func TestTimesHoldAtTheEndOfTwoHours(t *testing.T) {
	t.Parallel()
	one := loadSample(t, "02-ja-engineer")
	length := one.Segments[len(one.Segments)-1].End + 2
	long := sample{Lang: one.Lang, Participants: one.Participants}
	for i := range 4 {
		for _, g := range one.Segments {
			g.Start += float64(i) * length
			g.End += float64(i) * length
			long.Segments = append(long.Segments, g)
		}
	}
	got, _ := assembleSample(t, long, interview.Mono)
	tail := sample{Lang: long.Lang, Segments: long.Segments[len(long.Segments)-len(one.Segments):]}
	errors, _, _ := startErrors(tail, got)
	if median, p95 := percentile(errors, 0.5), percentile(errors, 0.95); median > 1 || p95 > 3 {
		t.Errorf("last half hour of %.1f h: median %.2f s, 95th percentile %.2f s", 4*length/3600, median, p95)
	}
}

// TestOrderOfAnswersDoesNotMatter: cuts and answers in any order give the same transcript, byte for byte.
func TestOrderOfAnswersDoesNotMatter(t *testing.T) {
	t.Parallel()
	s := loadSample(t, "04-ja-caregiver")
	want, in := assembleSample(t, s, interview.TwoChannel)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 5 {
		again := in
		again.Cuts = slices.Clone(in.Cuts)
		rng.Shuffle(len(again.Cuts), func(i, j int) { again.Cuts[i], again.Cuts[j] = again.Cuts[j], again.Cuts[i] })
		again.Answers = map[string]interview.Answer{}
		for _, c := range again.Cuts {
			again.Answers[c.ID()] = in.Answers[c.ID()]
		}
		got, err := Assemble(again)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
}

// TestTwoChannelsAreExact: with one voice a channel no word changes sides.
func TestTwoChannelsAreExact(t *testing.T) {
	t.Parallel()
	for _, name := range sampleNames {
		s := loadSample(t, name)
		got, in := assembleSample(t, s, interview.TwoChannel)
		if _, _, wrong := startErrors(s, got); wrong != 0 {
			t.Errorf("%s: %d segments with the wrong voice", name, wrong)
		}
		in.Channels = []interview.Part{s.role("A"), s.role("B")}
		got, err := Assemble(in)
		if err != nil {
			t.Fatal(err)
		}
		for i, label := range []string{"S1", "S2"} {
			if got.Speakers[i].Label != label || got.Speakers[i].Role != in.Channels[i] || got.Speakers[i].By != "channel" || got.Speakers[i].Confidence != 1 {
				t.Errorf("%s: speaker %+v", name, got.Speakers[i])
			}
		}
	}
}

func TestCoverageTellsTheHoles(t *testing.T) {
	t.Parallel()
	sound := interview.Sound{Layout: interview.Mono, Duration: 60, Voices: 1, Speech: []interview.Span{{Start: 1, End: 19}, {Start: 21, End: 39}, {Start: 41, End: 59}}}
	cuts := []interview.Cut{cutOf(0.5, 20), cutOf(20, 40), cutOf(40, 60)}
	text := "四月から担当先が増えて、見積もりの作成に時間を取られています。正直に言うと、少し疲れています。"
	answer := func(i int, a interview.Answer) interview.Answer { a.Cut = cuts[i].ID(); return a }
	for _, c := range []struct {
		name              string
		answers           []interview.Answer // of the three cuts; Cut "" = none
		sent, transcribed float64
		holes             []interview.Span
		leftOut           []string
		unclear           int
	}{
		{"all", []interview.Answer{answer(0, interview.Answer{Text: text}), answer(1, interview.Answer{Text: text}), answer(2, interview.Answer{Text: text})}, 54, 54, nil, nil, 0},
		{"one not answered", []interview.Answer{answer(0, interview.Answer{Text: text}), {}, answer(2, interview.Answer{Text: text})}, 36, 36, []interview.Span{{Start: 21, End: 39}}, nil, 0},
		{"one unclear", []interview.Answer{answer(0, interview.Answer{Text: text}), answer(1, interview.Answer{Unclear: true, Doubts: []string{DoubtLoop}}), answer(2, interview.Answer{Text: text})},
			54, 36, []interview.Span{{Start: 21, End: 39}}, []string{DoubtLoop}, 1},
		{"one empty", []interview.Answer{answer(0, interview.Answer{Text: text}), answer(1, interview.Answer{}), answer(2, interview.Answer{Text: text})}, 54, 36, []interview.Span{{Start: 21, End: 39}}, nil, 1},
		{"half of one unclear", []interview.Answer{answer(0, interview.Answer{Text: text}),
			answer(1, interview.Answer{Text: text, Doubts: []string{DoubtEmpty}, Pieces: []interview.Piece{{Start: 0, End: 10, Text: text}, {Start: 10, End: 20}}}), answer(2, interview.Answer{Text: text})},
			54, 45, []interview.Span{{Start: 30, End: 39}}, []string{DoubtEmpty}, 1},
		{"a hole between times", []interview.Answer{answer(0, interview.Answer{Text: text}),
			answer(1, interview.Answer{Text: "はい。", Pieces: []interview.Piece{{Start: 1, End: 3, Text: "はい。"}}}), answer(2, interview.Answer{Text: text})},
			54, 38, []interview.Span{{Start: 23, End: 39}}, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answers := map[string]interview.Answer{}
			for i, a := range c.answers {
				if a.Cut != "" {
					answers[cuts[i].ID()] = a
				}
			}
			got, err := Assemble(AssembleInput{Sound: sound, Cuts: cuts, Answers: answers, Language: "ja"})
			if err != nil {
				t.Fatal(err)
			}
			got.Coverage.Pace = 0
			want := interview.Coverage{Speech: 54, Sent: c.sent, Transcribed: c.transcribed, Holes: c.holes, LeftOut: c.leftOut}
			if d := cmp.Diff(want, got.Coverage); d != "" {
				t.Error(d)
			}
			n := 0
			for _, g := range got.Segments {
				if g.Unclear {
					n++
					if g.Text != "" {
						t.Errorf("unclear segment with text %q", g.Text)
					}
				}
			}
			if n != c.unclear {
				t.Errorf("%d unclear segments, want %d", n, c.unclear)
			}
		})
	}
}

func TestSpeechInNoCutIsAHole(t *testing.T) {
	t.Parallel()
	sound := interview.Sound{Layout: interview.Mono, Voices: 1, Speech: []interview.Span{{Start: 1, End: 9}, {Start: 31, End: 39}}}
	cut := cutOf(0, 10)
	got, err := Assemble(AssembleInput{Sound: sound, Cuts: []interview.Cut{cut}, Language: "ja", Answers: map[string]interview.Answer{cut.ID(): {Cut: cut.ID(), Text: "今日はよろしくお願いします。"}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(interview.Coverage{Speech: 16, Sent: 8, Transcribed: 8, Pace: 1.63, Holes: []interview.Span{{Start: 31, End: 39}}}, got.Coverage); d != "" {
		t.Error(d)
	}
}

// TestThinTextIsShown: no honest text of the samples is thin, read whole or voice by voice; a cut that lost its second
// half is, in whichever cut it happens.
func TestThinTextIsShown(t *testing.T) {
	t.Parallel()
	lost, shown := 0, 0
	for _, name := range []string{"01-ja-sales", "02-ja-engineer", "03-en-analyst"} { // the ones with real times
		s := loadSample(t, name)
		for _, layout := range []interview.Layout{interview.Mono, interview.TwoChannel} {
			got, in := assembleSample(t, s, layout)
			if len(got.Coverage.Thin) > 0 {
				t.Errorf("%s, %s: honest text is thin at %v", name, layout, got.Coverage.Thin)
			}
			if p := got.Coverage.Pace; p < 3 || p > 15 {
				t.Errorf("%s: pace %v", name, p)
			}
			for i := 0; i < len(in.Cuts); i += 3 {
				cut := in.Cuts[i]
				if total(SpeechOf(in.Sound, cut)) < 15 {
					continue
				}
				again := in
				again.Answers = map[string]interview.Answer{}
				for id, a := range in.Answers {
					if r := []rune(a.Text); id == cut.ID() {
						a.Text = string(r[:len(r)/2])
					}
					again.Answers[id] = a
				}
				half, err := Assemble(again)
				if err != nil {
					t.Fatal(err)
				}
				lost++
				if len(half.Coverage.Thin) == 1 && math.Abs(half.Coverage.Thin[0].Start-cut.Span().Start) < 0.01 {
					shown++
				}
			}
		}
	}
	t.Logf("%d of %d halves that were lost are shown", shown, lost)
	if lost < 20 || shown*10 < lost*8 {
		t.Errorf("%d of %d halves that were lost are shown, want four in five", shown, lost)
	}
}

func TestModelsWithTimes(t *testing.T) {
	t.Parallel()
	sound := interview.Sound{Layout: interview.Mono, Confidence: 1, Certain: true, Voices: 2, Speech: []interview.Span{{Start: 10, End: 30}},
		Turns: []interview.Turn{{Speaker: "S1", Start: 10, End: 16, Confidence: 0.9}, {Speaker: "S2", Start: 16, End: 30, Confidence: 0.8}}}
	cut := cutOf(10, 30)
	in := AssembleInput{Sound: sound, Cuts: []interview.Cut{cut}, Language: "ja", Answers: map[string]interview.Answer{cut.ID(): {Cut: cut.ID(), Text: "最近の仕事はどうですか。忙しいです。でも楽しいです。",
		Pieces: []interview.Piece{{Start: 0.2, End: 5.8, Text: "最近の仕事はどうですか。"}, {Start: 6.2, End: 12, Text: "忙しいです。"}, {Start: 12.5, End: 12.5, Text: "でも楽しいです。"}}}}}
	got, err := Assemble(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Segments) != 3 {
		t.Fatalf("segments = %+v", got.Segments)
	}
	for i, want := range []interview.Segment{{Start: 10.2, End: 15.8, Speaker: "S1"}, {Start: 16.2, End: 22, Speaker: "S2"}, {Start: 22.5, End: 23.5, Speaker: "S2"}} {
		g := got.Segments[i]
		if math.Abs(g.Start-want.Start) > 0.05 || math.Abs(g.End-want.End) > 0.3 || g.Speaker != want.Speaker {
			t.Errorf("segment %d = %+v, want about %+v", i, g, want)
		}
	}
	if got.Segments[1].Confidence != 0.8 {
		t.Errorf("confidence of the turn is lost: %+v", got.Segments[1])
	}
}

func TestProviderLabelsAreTheLastResort(t *testing.T) {
	t.Parallel()
	cut, second := cutOf(0, 20), cutOf(20, 40)
	pieces := []interview.Piece{{Start: 1, End: 8, Text: "最近の仕事はどうですか。", Voice: "A"}, {Start: 9, End: 19, Text: "忙しいです。", Voice: "B"}}
	sound := interview.Sound{Layout: interview.Mono, Speech: []interview.Span{{Start: 1, End: 19}}}
	labels := func(sound interview.Sound, cuts ...interview.Cut) (out []string) {
		t.Helper()
		answers := map[string]interview.Answer{}
		for _, c := range cuts {
			answers[c.ID()] = interview.Answer{Cut: c.ID(), Text: "最近の仕事はどうですか。忙しいです。", Pieces: pieces}
		}
		got, err := Assemble(AssembleInput{Sound: sound, Cuts: cuts, Answers: answers, Language: "ja"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Speakers {
			out = append(out, s.Label)
		}
		return out
	}
	if got := labels(sound, cut); !slices.Equal(got, []string{"PA", "PB"}) {
		t.Errorf("one request for the whole talk: %v", got)
	}
	if got := labels(sound, cut, second); !slices.Equal(got, []string{Nobody}) {
		t.Errorf("labels start anew in each request, yet %v", got)
	}
	sound.Turns = []interview.Turn{{Speaker: "S1", Start: 1, End: 8.5, Confidence: 1}, {Speaker: "S2", Start: 8.5, End: 19, Confidence: 1}}
	sound.Voices = 2
	if got := labels(sound, cut); !slices.Equal(got, []string{"S1", "S2"}) {
		t.Errorf("turns of the sound come before the provider's labels: %v", got)
	}
}

func TestAssembleRefuses(t *testing.T) {
	t.Parallel()
	cut := cutOf(0, 10)
	for name, in := range map[string]AssembleInput{
		"no language": {Cuts: []interview.Cut{cut}},
		"twice":       {Cuts: []interview.Cut{cut, cut}, Language: "ja"},
		"other cut":   {Cuts: []interview.Cut{cut}, Language: "ja", Answers: map[string]interview.Answer{cut.ID(): {Cut: "0-1-2", Text: "x"}}},
	} {
		if _, err := Assemble(in); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	got, err := Assemble(AssembleInput{Language: "ja"})
	if err != nil || len(got.Segments) != 0 || got.Coverage.Share() != 1 {
		t.Errorf("nothing at all: %+v, %v", got, err)
	}
}

// TestTextWithoutMarks: a recogniser that writes no punctuation still gives segments that end at pauses.
func TestTextWithoutMarks(t *testing.T) {
	t.Parallel()
	s := loadSample(t, "03-en-analyst")
	for i := range s.Segments {
		s.Segments[i].Text = strings.ToLower(strings.NewReplacer(".", "", ",", "", "?", "", "!", "").Replace(s.Segments[i].Text))
	}
	got, in := assembleSample(t, s, interview.Mono)
	checkWhole(t, got, in)
	errors, right, wrong := startErrors(s, got)
	if p95 := percentile(errors, 0.95); p95 > 3 || wrong > right/10 {
		t.Errorf("95th percentile %.2f s, %d of %d with the wrong voice", p95, wrong, right+wrong)
	}
	for _, g := range got.Segments {
		if g.End-g.Start > maxSegment {
			t.Errorf("segment %d lasts %.1f s", g.ID, g.End-g.Start)
		}
	}
}

// FuzzLay: no text and no regions make letters vanish or time run backwards.
func FuzzLay(f *testing.F) {
	f.Add("はい、そうです。えーと、3.5パーセントで、Mr. Reedが言いました。", int64(1), "ja")
	f.Add("so what 12,000 did you... (say)? ok", int64(7), "en")
	f.Fuzz(func(t *testing.T, text string, seed int64, language string) {
		text = clean(text)
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		var rs []region
		at := 0.0
		for range rng.IntN(12) {
			at += rng.Float64()
			d := 0.05 + 5*rng.Float64()
			rs = append(rs, region{interview.Span{Start: at, End: at + d}, []string{"S1", "S2"}[rng.IntN(2)], 1})
			at += d
		}
		var all strings.Builder
		last := 0.0
		for _, l := range lay(text, rs, language) {
			for _, p := range sentencesOn(l) {
				if p.Start < last-1e-9 || p.End < p.Start {
					t.Errorf("%v to %v after %v", p.Start, p.End, last)
				}
				last = p.Start
				all.WriteString(p.text)
			}
		}
		if len(rs) > 0 && strings.ReplaceAll(all.String(), " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Errorf("laid %q, was %q", all.String(), text)
		}
	})
}

func BenchmarkAssembleThreeHours(b *testing.B) {
	one := loadSample(b, "02-ja-engineer")
	length := one.Segments[len(one.Segments)-1].End + 2
	long := sample{Lang: one.Lang, Participants: one.Participants}
	for i := range 6 {
		for _, g := range one.Segments {
			g.Start += float64(i) * length
			g.End += float64(i) * length
			long.Segments = append(long.Segments, g)
		}
	}
	cuts := cutsOf(long, interview.Mono)
	in := AssembleInput{Sound: heardFrom(long, interview.Mono), Cuts: cuts, Answers: answersOf(long, cuts, interview.Mono), Language: "ja", Participants: long.people()}
	for b.Loop() {
		t, err := Assemble(in)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(t); err != nil {
			b.Fatal(err)
		}
	}
}
