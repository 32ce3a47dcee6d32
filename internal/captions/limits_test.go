package captions_test

import (
	"strings"
	"testing"

	"kikigaki/internal/captions"
)

// Large files made to be slow: each is read in one pass. A quadratic step would take minutes.
func TestLargest(t *testing.T) {
	t.Parallel()
	fill := func(head, line string) string {
		return head + strings.Repeat(line, (captions.MaxSize/8-len(head))/len(line))
	}
	for _, row := range []struct{ name, file, text string }{
		{"lines of one speaker", "a.txt", fill("Ann: hello\nBob: hello\n", "a\n")},
		{"one line", "a.txt", fill("Ann: ", "a b ")},
		{"voices of one cue", "a.vtt", fill("WEBVTT\n\n00:01.000 --> 00:02.000\n", "<v A>x\n")},
		{"voices in turn", "a.vtt", fill("WEBVTT\n\n00:01.000 --> 00:02.000\n", "<v A>x<v B>y")},
		{"open tags", "a.vtt", fill("WEBVTT\n\n00:01.000 --> 00:02.000\n", "<a ")},
		{"ampersands", "a.srt", fill("00:00:01,000 --> 00:00:02,000\n", "&a")},
		{"colons", "a.srt", fill("00:00:01,000 --> 00:00:02,000\n", "a:")},
		{"empty cues", "a.vtt", fill("WEBVTT\n\n", "00:01.000 --> 00:02.000\n\n")},
		{"json", "a.json", "[" + strings.Repeat(`{"text":"a"},`, 80_000) + `{"text":"a"}]`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := captions.Read(row.file, strings.NewReader(row.text), "en")
			if err == nil && len(got.Segments) == 0 {
				t.Error("neither words nor a verdict")
			}
		})
	}
}
