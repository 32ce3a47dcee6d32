package pipeline

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kikigaki/internal/captions"
	"kikigaki/internal/drafting"
	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
	"kikigaki/internal/voice"
)

func kit(t *testing.T) *Kit {
	t.Helper()
	tool, err := media.New(media.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &Kit{Media: tool}
}

// TestPrepareCoversAllSpeech: every stretch of speech lies in cuts, no cut is longer than allowed, and a second run makes the
// same list.
func TestPrepareCoversAllSpeech(t *testing.T) {
	t.Parallel()
	k, path := kit(t), filepath.Join(t.TempDir(), "talk.m4a")
	testkit.FFmpeg(t, "-i", testkit.Sample("01-ja-sales.m4a"), "-t", "150", "-c", "copy", path)
	want := Wanted{Limits: voice.Limits{Min: 10, Target: 20, Max: 25}, Turns: true}
	var lists [2][]interview.Cut
	for i := range lists {
		carried := false
		p, err := Prepare(t.Context(), k, path, t.TempDir(), want, func(pcm string, channels int) {
			_, err := os.Stat(pcm)
			carried = err == nil && channels == 1
		})
		if err != nil {
			t.Fatal(err)
		}
		if !carried {
			t.Error("the decoded sound was not handed over")
		}
		lists[i] = p.Cuts
		speech, cut := 0.0, 0.0
		for _, s := range p.Sound.Speech {
			speech += s.Seconds()
			for _, c := range p.Cuts {
				span := c.Span()
				if span.Seconds() > 25.001 {
					t.Errorf("cut %s of %.1f s", c.ID(), span.Seconds())
				}
				cut += max(0, min(s.End, span.End)-max(s.Start, span.Start))
			}
		}
		if speech < 60 || cut < speech-0.01 || cut > speech+0.01 {
			t.Errorf("%.2f s of speech, %.2f s of it in cuts", speech, cut)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(lists[0], lists[1]) {
		t.Error("a second run cuts elsewhere")
	}
}

func TestPrepareOfSilenceSaysSo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "silence.wav")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "65", path)
	_, err := Prepare(t.Context(), kit(t), path, t.TempDir(), Wanted{}, nil)
	e, ok := errors.AsType[*interview.Error](err)
	if !ok || e.Code != "recording_no_speech" || e.Args["duration"] != "1:05" {
		t.Errorf("%v %+v", err, e)
	}
}

func TestLength(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{0: "0:00", 59.6: "1:00", 748: "12:28", 3725: "1:02:05"} {
		if got := Length(seconds); got != want {
			t.Errorf("%v: %s, want %s", seconds, got, want)
		}
	}
}

func TestClipHasNoSilenceOutsideItself(t *testing.T) {
	t.Parallel()
	raw := []byte{1, 0, 9, 0, 2, 0, 9, 0, 255, 255, 9, 0}
	c := Clip{Channel: 0, From: 100, Data: Frames(raw, 2, 0)}
	if !slices.Equal(c.Data, []int16{1, 2, -1}) || !slices.Equal(Frames(raw, 2, 1), []int16{9, 9, 9}) {
		t.Fatalf("frames %v", c.Data)
	}
	dst := make([]int16, 2)
	if n, err := c.ReadAt(0, 101, dst); n != 2 || err != nil || !slices.Equal(dst, []int16{2, -1}) {
		t.Errorf("%d %v %v", n, err, dst)
	}
	if n, err := c.ReadAt(0, 102, dst); n != 1 || err != io.EOF {
		t.Errorf("%d %v at the end", n, err)
	}
	if _, err := c.ReadAt(0, 99, dst); err == nil {
		t.Error("samples before the clip are made up")
	}
	if _, err := c.ReadAt(1, 100, dst); err == nil {
		t.Error("another channel is made up")
	}
}

// named is an engine that only has a name.
type named struct {
	drafting.Engine
	name string
}

func TestDrafterNeverChangesTheEngineSilently(t *testing.T) {
	t.Parallel()
	llm, extractive := named{name: "llm"}, named{name: "extractive"}
	for _, r := range []struct {
		kit          Kit
		route        interview.Route
		asked        string
		want, refuse string
	}{
		{Kit{Engine: "auto"}, interview.External, "", "extractive", ""},
		{Kit{Engine: "auto", LLM: llm}, interview.External, "", "llm", ""},
		{Kit{Engine: "auto", LLM: llm}, interview.Internal, "", "extractive", ""},
		{Kit{Engine: "auto", LLM: llm, LLMInternal: true}, interview.Internal, "", "llm", ""},
		{Kit{Engine: "auto", LLM: llm}, interview.External, "extractive", "extractive", ""},
		{Kit{Engine: "extractive", LLM: llm}, interview.External, "", "extractive", ""},
		{Kit{Engine: "auto"}, interview.External, "llm", "", "endpoint_unavailable"},
		{Kit{Engine: "auto", LLM: llm}, interview.Internal, "llm", "", "internal_only"},
	} {
		r.kit.Extractive = extractive
		e, by, err := r.kit.Drafter(r.route, r.asked)
		if r.refuse != "" {
			if interview.Code(err) != r.refuse {
				t.Errorf("%+v: %v, want %s", r, err, r.refuse)
			}
			continue
		}
		if err != nil || e.(named).name != r.want || (by != nil) != (r.want == "llm") {
			t.Errorf("%s %s: %v %v %v, want %s", r.route, r.asked, e, by, err, r.want)
		}
	}
}

func TestCaptionCoverageIsMeasuredAgainstTheSound(t *testing.T) {
	t.Parallel()
	f, err := os.Open(testkit.Sample("01-ja-sales.vtt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	words, err := captions.Read("a.vtt", f, "ja")
	if err != nil {
		t.Fatal(err)
	}
	sound := &interview.Sound{Duration: 749, Speech: []interview.Span{{Start: 1, End: 11}, {Start: 100, End: 110}}}
	if whole := cueCoverage(words, sound); whole.Share() != 1 {
		t.Errorf("all speech has its cue: %+v", whole)
	}
	part := *words
	part.Segments = slices.DeleteFunc(slices.Clone(words.Segments), func(s interview.Segment) bool { return s.End > 95 && s.Start < 115 })
	got := cueCoverage(&part, sound)
	if got.Share() > 0.6 || len(got.Holes) != 1 {
		t.Errorf("ten of twenty seconds without a cue: %+v", got)
	}
}
