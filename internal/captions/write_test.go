package captions_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
)

// sameWords compares what a round trip must keep: text, speaker, times to a millisecond.
func sameWords(t *testing.T, got, want *interview.Transcript, times bool) {
	t.Helper()
	if len(got.Segments) != len(want.Segments) {
		t.Fatalf("%d segments, want %d", len(got.Segments), len(want.Segments))
	}
	if got.Timed != times {
		t.Errorf("timed %v, want %v", got.Timed, times)
	}
	for i, w := range want.Segments {
		g := got.Segments[i]
		if g.Text != w.Text || speakerIn(got, g) != speakerIn(want, w) {
			t.Errorf("segment %d: %s: %q, want %s: %q", i, speakerIn(got, g), g.Text, speakerIn(want, w), w.Text)
		}
		if times && (abs(g.Start-w.Start) > 0.001 || abs(g.End-w.End) > 0.001) {
			t.Errorf("segment %d at %v-%v, want %v-%v", i, g.Start, g.End, w.Start, w.End)
		}
	}
}

func speakerIn(t *interview.Transcript, s interview.Segment) string {
	if name := nameOf(t, s.Speaker); name != "" {
		return name
	}
	return s.Speaker
}

// What Write writes, Read reads: the samples, and invented talks with nasty words.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	talks := map[string]*interview.Transcript{}
	for _, id := range sampleIDs {
		talks[id] = readFile(t, id+".json", "").Transcript
		untimed := readFile(t, id+".txt", "").Transcript
		talks[id+" untimed"] = untimed
	}
	for seed := range uint64(20) {
		talks[fmt.Sprint("invented ", seed)] = invent(seed)
	}
	for name, talk := range talks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, format := range []string{"vtt", "srt", "txt", "json"} {
				var b bytes.Buffer
				err := captions.Write(&b, talk, format)
				if !talk.Timed && (format == "vtt" || format == "srt") {
					if !errors.Is(err, captions.ErrNoTimes) || b.Len() > 0 {
						t.Errorf("%s of an untimed transcript: %v", format, err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got, err := captions.Read("x."+format, bytes.NewReader(b.Bytes()), "")
				if err != nil {
					t.Fatalf("%s: %v\n%.500s", format, err, b.String())
				}
				sameWords(t, got, talk, talk.Timed)
				if format == "json" {
					for i, w := range talk.Segments {
						g := got.Segments[i]
						if g.ID != w.ID || g.Speaker != w.Speaker || g.Confidence != w.Confidence || g.Corrected != w.Corrected {
							t.Errorf("json: %+v, want %+v", g, w)
						}
					}
					for _, p := range talk.Speakers {
						if got.Part(p.Label) != talk.Part(p.Label) {
							t.Errorf("%s is %s, want %s", p.Label, got.Part(p.Label), talk.Part(p.Label))
						}
					}
				}
			}
		})
	}
}

// invent makes a talk of two people with words that look like markup, numbers, times and names.
func invent(seed uint64) *interview.Transcript {
	random := rand.New(rand.NewPCG(seed, 3))
	words := []string{"はい。", "R&D", "a < b", "<v Bob>", "</v>", "&amp;", "12", "10:30", "--", "→", "NOTE", "WEBVTT", "「そうです」", "100%", "C:\\x", "{x}", "#1", "http://x.jp/a?b=c",
		"well,", "I", "企画の仕事", "…", "'quoted'", "\"double\""}
	t := &interview.Transcript{Timed: true, Language: "ja", Speakers: []interview.Speaker{
		{Label: "A", Name: "佐伯 真理", Role: interview.PartInterviewer, Confidence: 1, By: "participants"},
		{Label: "B", Name: "O'Neil-Smith Jr.", Role: interview.PartEmployee, Confidence: 0.5, By: "text"}}}
	at := 0.0
	for i := range 30 {
		var text []string
		for range 1 + random.IntN(6) {
			text = append(text, words[random.IntN(len(words))])
		}
		at += random.Float64() * 3
		end := at + random.Float64()*5
		t.Segments = append(t.Segments, interview.Segment{ID: 2*i + 1, Start: at, End: end, Speaker: []string{"A", "B"}[random.IntN(2)],
			Text: strings.Join(text, " "), Confidence: 0.5, Corrected: i%3 == 0})
	}
	return t
}

// What was taken off the record or not understood is said, in the transcript's language; only json carries the mark.
func TestMarks(t *testing.T) {
	t.Parallel()
	talk := &interview.Transcript{Timed: true, Language: "ja", Speakers: []interview.Speaker{{Label: "S1"}},
		Segments: []interview.Segment{{ID: 1, End: 1, Speaker: "S1", OffRecord: true}, {ID: 2, Start: 1, End: 2, Speaker: "S1", Unclear: true}}}
	for language, want := range map[string][2]string{"ja": {"本人の希望により削除", "聞き取れず"}, "en": {"removed at a participant's wish", "unclear"}} {
		talk.Language = language
		for _, format := range []string{"vtt", "srt", "txt"} {
			var b bytes.Buffer
			if err := captions.Write(&b, talk, format); err != nil {
				t.Fatal(err)
			}
			for _, w := range want {
				if !strings.Contains(b.String(), w) {
					t.Errorf("%s %s: no %q in %s", language, format, w, b.String())
				}
			}
		}
	}
	var b bytes.Buffer
	if err := captions.Write(&b, talk, "json"); err != nil {
		t.Fatal(err)
	}
	back, err := captions.Read("x.json", &b, "")
	if err != nil || !back.Segments[0].OffRecord || !back.Segments[1].Unclear || back.Segments[0].Text != "" {
		t.Errorf("%+v, %v", back, err)
	}
	if err := captions.Write(&b, talk, "exe"); err == nil {
		t.Error("an unknown format was written")
	}
}

// A writer that fails is an error.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"vtt", "srt", "txt", "json"} {
		if err := captions.Write(failing{}, invent(1), format); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

// FuzzRead: whatever comes in, Read ends with a usable transcript or a verdict, and what it made can be written and read.
func FuzzRead(f *testing.F) {
	for _, seed := range []struct{ name, text string }{
		{"a.vtt", "WEBVTT\n\n1\n00:01.000 --> 00:02.000\n<v Ann>Hi <i>you</v>\n\nNOTE x\n"},
		{"a.srt", japanese1},
		{"a.sbv", "0:00:01.000,0:00:02.500\nAnn: a\n"},
		{"a.txt", "[00:01] Ann: a\nBob   0:05\nb\n"},
		{"a.json", `{"segments":[{"id":1,"start":1,"end":"00:02","speaker":"A","text":"x"}]}`},
		{"a.json", `[{"text":"x"}]`},
		{"a.txt", "\xff\xfeA\x00:\x00 \x00b\x00"},
		{"a.docx", string(docx(f, "<w:p><w:t>Ann  0:01</w:t><w:br/><w:t>x</w:t></w:p>"))},
		{"a.docx", string(docx(f, "<w:p><w:t>0:0:0.0 --&gt; 0:0:1.5</w:t></w:p><w:p><w:t>Ann</w:t></w:p><w:p><w:t>x</w:t></w:p>"))},
	} {
		f.Add(seed.name, []byte(seed.text))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		got, err := captions.Read(name, bytes.NewReader(data), "")
		if err != nil {
			if code := interview.Code(err); code != "captions_unreadable" && code != "captions_empty" {
				t.Fatalf("verdict %s", code)
			}
			return
		}
		seen := map[int]bool{}
		for i, s := range got.Segments {
			if s.ID < 1 || seen[s.ID] || s.End < s.Start || s.Start < 0 || got.Timed && i > 0 && s.Start < got.Segments[i-1].Start {
				t.Fatalf("segment %+v", s)
			}
			if strings.TrimSpace(s.Text) == "" && !s.Unclear && !s.OffRecord {
				t.Fatalf("no words in %+v", s)
			}
			if strings.ContainsAny(s.Text, "\x00\x1b\u202e") {
				t.Fatalf("text %q", s.Text)
			}
			seen[s.ID] = true
		}
		var b bytes.Buffer
		if err := captions.Write(&b, got, "json"); err != nil {
			t.Fatal(err)
		}
		if b.Len() > captions.MaxSize {
			return
		}
		back, err := captions.Read("x.json", &b, "")
		if err != nil || len(back.Segments) != len(got.Segments) || back.Timed != got.Timed {
			t.Fatalf("does not survive json: %v", err)
		}
		for i := range got.Segments {
			if back.Segments[i].Text != got.Segments[i].Text || back.Segments[i].ID != got.Segments[i].ID {
				t.Fatalf("segment %+v became %+v", got.Segments[i], back.Segments[i])
			}
		}
	})
}
