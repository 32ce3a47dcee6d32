package speech

import (
	"math"
	"strings"
	"testing"

	"kikigaki/internal/endpoint"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body, reason, text string
		seconds                  float64
	}{
		{"text alone", `{"text":"はい、そうです。"}`, "", "はい、そうです。", 0},
		{"OpenAI", `{"text":"はい。","languages":[],"usage":{"type":"duration","seconds":12}}`, "", "はい。", 12},
		{"token usage", `{"text":"はい。","usage":{"type":"tokens","input_tokens":5,"output_tokens":3}}`, "", "はい。", 0},
		{"duration as text", `{"text":"はい。","duration":"3.5","usage":{"seconds":"3.5"}}`, "", "はい。", 3.5},
		{"usage of another shape", `{"text":"はい。","usage":"free"}`, "", "はい。", 0},
		{"segments of another shape", `{"text":"はい。","segments":"none"}`, "", "はい。", 0},
		{"empty text", `{"text":""}`, "", "", 0},
		{"white space and control characters", "{\"text\":\"  a\\n\\tb\\u0000\\ufeffc \"}", "", "a b c", 0},
		{"direction marks", `{"text":"a\u202eb"}`, "", "ab", 0},
		{"empty object", `{}`, "no_text", "", 0},
		{"null text", `{"text":null}`, "no_text", "", 0},
		{"text is a number", `{"text":5}`, "no_json", "", 0},
		{"array", `[{"text":"a"}]`, "no_json", "", 0},
		{"string", `"text"`, "no_json", "", 0},
		{"HTML", `<html></html>`, "no_json", "", 0},
		{"truncated", `{"text":"はい`, "no_json", "", 0},
		{"trailing garbage", `{"text":"a"} {"text":"b"}`, "trailing_garbage", "", 0},
		{"trailing white space", "{\"text\":\"a\"}\n", "", "a", 0},
		{"not UTF-8", "{\"text\":\"\xff\"}", "no_utf8", "", 0},
		{"too long", `{"text":"` + strings.Repeat("あ", maxText+1) + `"}`, "text_too_long", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, reason := decode([]byte(c.body), endpoint.ResponseTimes, 20)
			if reason != c.reason || got.text != c.text || got.seconds != c.seconds {
				t.Errorf("= %q, %v s, reason %q; want %q, %v s, %q", got.text, got.seconds, reason, c.text, c.seconds, c.reason)
			}
		})
	}
}

func TestDecodePieces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, segments string
		times          []float64 // start, end of each; nil: dropped
	}{
		{"numbers", `[{"id":0,"start":0,"end":4,"text":"一つ目。"},{"id":1,"start":4.5,"end":9,"text":"二つ目。"}]`, []float64{0, 4, 4.5, 9}},
		{"ids and times as text", `[{"id":"seg_0","start":"0","end":"4.0","text":"一つ目。"},{"id":"x","start":"4.5","end":"9","text":"二つ目。"}]`, []float64{0, 4, 4.5, 9}},
		{"end beyond the cut", `[{"start":0,"end":4,"text":"一つ目。"},{"start":4.5,"end":22,"text":"二つ目。"}]`, []float64{0, 4, 4.5, 20}},
		{"start after end", `[{"start":4,"end":0,"text":"一つ目。"},{"start":4.5,"end":9,"text":"二つ目。"}]`, []float64{4, 4, 4.5, 9}},
		{"out of order", `[{"start":5,"end":9,"text":"一つ目。"},{"start":1,"end":4,"text":"二つ目。"}]`, []float64{5, 5, 5, 5}},
		{"overlap", `[{"start":0,"end":6,"text":"一つ目。"},{"start":4.5,"end":9,"text":"二つ目。"}]`, []float64{0, 4.5, 4.5, 9}},
		{"other unit", `[{"start":0,"end":4e9,"text":"一つ目。"},{"start":45e8,"end":9e9,"text":"二つ目。"}]`, nil},
		{"no number", `[{"start":"a","end":4,"text":"一つ目。"},{"start":4,"end":9,"text":"二つ目。"}]`, nil},
		{"other text", `[{"start":0,"end":4,"text":"別の話。"}]`, nil},
		{"a part is missing", `[{"start":0,"end":4,"text":"一つ目。"}]`, nil},
		{"none", `[]`, nil},
		{"null", `null`, nil},
		{"empty ones are left out", `[{"start":0,"end":0,"text":""},{"start":0,"end":4,"text":"一つ目。"},{"start":4.5,"end":9,"text":"二つ目。"}]`, []float64{0, 4, 4.5, 9}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := `{"text":"一つ目。二つ目。","segments":` + c.segments + `}`
			got, reason := decode([]byte(body), endpoint.ResponseTimes, 20)
			if reason != "" || got.text != "一つ目。二つ目。" {
				t.Fatalf("text is lost: %q, %q", got.text, reason)
			}
			var times []float64
			for _, p := range got.pieces {
				times = append(times, p.Start, p.End)
			}
			if len(times) != len(c.times) {
				t.Fatalf("times = %v, want %v", times, c.times)
			}
			for i := range times {
				if math.Abs(times[i]-c.times[i]) > 1e-9 {
					t.Errorf("times = %v, want %v", times, c.times)
				}
			}
		})
	}
	got, _ := decode([]byte(`{"text":"a b","segments":[{"start":0,"end":1,"text":"a","speaker":"A"},{"start":1,"end":2,"text":"b","speaker":"B"}]}`), endpoint.ResponseSpeakers, 20)
	if len(got.pieces) != 2 || got.pieces[0].Voice != "A" || got.pieces[1].Voice != "B" {
		t.Errorf("speakers = %+v", got.pieces)
	}
	if got, _ := decode([]byte(`{"text":"a","segments":[{"start":0,"end":1,"text":"a"}]}`), endpoint.ResponseText, 20); got.pieces != nil {
		t.Error("times of a text-only model were believed")
	}
}

// FuzzDecode: no answer makes the decoder panic, and what it accepts can be stored and laid.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"text":"a"}`, `{"text":"一つ目。","segments":[{"id":"s","start":"1","end":2,"text":"一つ目。","speaker":5}]}`,
		`{"text":"a","usage":{"seconds":"x"}}`, `{"error":"x"}`, `[]`, `{"text":"a"}x`, `{"text":"a","segments":[{"start":1e308,"end":-1e308,"text":"a"}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, reason := decode(body, endpoint.ResponseTimes, 20)
		if reason != "" && (got.text != "" || got.pieces != nil) {
			t.Errorf("refused with %q, yet has content", reason)
		}
		last := 0.0
		for _, p := range got.pieces {
			if math.IsNaN(p.Start) || p.Start < last || p.End < p.Start || p.End > 20 {
				t.Errorf("piece %+v after %v is out of order", p, last)
			}
			last = p.Start
		}
	})
}
