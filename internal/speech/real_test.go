package speech

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
	"kikigaki/internal/voice"
)

// samples is a decoded recording in memory, as package voice reads it.
type samples [][]int16

func (s samples) Channels() int  { return len(s) }
func (s samples) Samples() int64 { return int64(len(s[0])) }
func (s samples) ReadAt(channel int, from int64, dst []int16) (int, error) {
	return copy(dst, s[channel][min(from, s.Samples()):]), nil
}

// decodeSample decodes a recording of the samples to 16 kHz.
func decodeSample(t testing.TB, name string, channels int) samples {
	t.Helper()
	out, err := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-i", samplePath(name), "-ac", fmt.Sprint(channels), "-ar", "16000", "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatalf("ffmpeg is needed (apt-get install ffmpeg): %v", err)
	}
	s := make(samples, channels)
	n := len(out) / 2 / channels
	for c := range s {
		s[c] = make([]int16, n)
		for i := range n {
			s[c][i] = int16(binary.LittleEndian.Uint16(out[2*(i*channels+c):]))
		}
	}
	return s
}

// perfectAnswers is what a recogniser without errors and without times would answer to the cuts: of a segment that a
// cut divides, the share of its letters that lies within.
func perfectAnswers(s sample, cuts []interview.Cut, twoChannels bool) map[string]interview.Answer {
	out := map[string]interview.Answer{}
	for _, c := range cuts {
		var parts []string
		span := c.Span()
		for _, g := range s.Segments {
			if twoChannels && (g.Speaker == "B") != (c.Channel == 1) {
				continue
			}
			a, b := max(g.Start, span.Start), min(g.End, span.End)
			if b <= a {
				continue
			}
			r := []rune(g.Text)
			place := func(at float64) int {
				i := int(math.Round(float64(len(r)) * (at - g.Start) / (g.End - g.Start)))
				for s.Lang == "en" && i > 0 && i < len(r) && r[i] != ' ' {
					i++ // a recogniser answers whole words
				}
				return i
			}
			parts = append(parts, strings.TrimSpace(string(r[place(a):place(b)])))
		}
		out[c.ID()] = interview.Answer{Cut: c.ID(), Text: strings.Join(parts, separator(s.Lang)), Model: "perfect"}
	}
	return out
}

// TestQuoteTimesOnRecordings: heard, cut and laid for real; only the recogniser's words are the annotated ones.
func TestQuoteTimesOnRecordings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		channels   int
	}{{"01-ja-sales", "01-ja-sales.m4a", 1}, {"01-ja-sales", "01-ja-sales.ogg", 2}, {"03-en-analyst", "03-en-analyst.wav", 1}} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			s := loadSample(t, c.name)
			pcm := decodeSample(t, c.file, c.channels)
			sound, err := voice.Hear(t.Context(), pcm, voice.Options{Turns: true})
			if err != nil {
				t.Fatal(err)
			}
			cuts, err := voice.Cuts(sound, pcm, voice.Limits{Min: 15, Target: 24, Max: 30})
			if err != nil {
				t.Fatal(err)
			}
			answers := perfectAnswers(s, cuts, c.channels == 2)
			got, err := Assemble(AssembleInput{Sound: sound, Cuts: cuts, Answers: answers, Language: s.Lang, Participants: s.people()})
			if err != nil {
				t.Fatal(err)
			}
			errors, right, wrong := startErrors(s, got)
			median, p95 := percentile(errors, 0.5), percentile(errors, 0.95)
			t.Logf("%d cuts, %d segments: median %.2f s, 95th percentile %.2f s, voices right %d of %d, certain %v (%.2f), coverage %.3f",
				len(cuts), len(got.Segments), median, p95, right, right+wrong, sound.Certain, sound.Confidence, got.Coverage.Share())
			if median > 1 || p95 > 3 {
				t.Errorf("median %.2f s, 95th percentile %.2f s; want at most 1 and 3", median, p95)
			}
			if sound.Voices == 2 && float64(wrong) > 0.05*float64(right+wrong) {
				t.Errorf("%d of %d segments stand with the wrong voice", wrong, right+wrong)
			}
			if got.Coverage.Share() < 0.98 {
				t.Errorf("coverage %v, holes %v", got.Coverage.Share(), got.Coverage.Holes)
			}
			for _, sp := range got.Speakers {
				t.Logf("%s: %s (%.2f, by %s)", sp.Label, sp.Role, sp.Confidence, sp.By)
			}
		})
	}
}

// TestRealRecogniser sends the first minute of the English sample through chunks to pocketsphinx: the word error rate is
// at most that of the recogniser on the whole and 5 points.
func TestRealRecogniser(t *testing.T) {
	t.Parallel()
	r := recogniseSample(t, 60)
	t.Logf("%+v", r)
	if r.inChunks > r.atOnce+0.05 {
		t.Errorf("word error rate %.1f %% in chunks, %.1f %% at once", 100*r.inChunks, 100*r.atOnce)
	}
	if r.coverage < 0.98 || r.doubts > 0 {
		t.Errorf("coverage %v, %d doubts", r.coverage, r.doubts)
	}
}

// BenchmarkWordErrorRate measures the whole English sample; it takes some minutes of processor time.
func BenchmarkWordErrorRate(b *testing.B) {
	for b.Loop() {
		r := recogniseSample(b, 400)
		b.ReportMetric(100*r.inChunks, "%WER-chunks")
		b.ReportMetric(100*r.atOnce, "%WER-whole")
		b.ReportMetric(100*r.coverage, "%covered")
		b.ReportMetric(float64(r.chunks), "chunks")
	}
}

type recognised struct {
	inChunks, atOnce, coverage float64
	chunks, doubts             int
}

// recogniseSample hears, cuts, recognises and assembles the first seconds of 03-en-analyst.wav.
func recogniseSample(t testing.TB, seconds int) recognised {
	t.Helper()
	s := loadSample(t, "03-en-analyst")
	pcm := decodeSample(t, "03-en-analyst.wav", 1)
	pcm[0] = pcm[0][:min(len(pcm[0]), seconds*interview.SampleRate)]
	var said []string
	for _, g := range s.Segments {
		if g.End <= float64(seconds) {
			said = append(said, g.Text)
			continue
		}
		pcm[0] = pcm[0][:int(g.Start*interview.SampleRate)] // ends between two segments
		break
	}
	sound, err := voice.Hear(t.Context(), pcm, voice.Options{Turns: true})
	if err != nil {
		t.Fatal(err)
	}
	// The recogniser takes minutes of processor time for this; two at a time, as long as each needs.
	client, err := NewClient(endpoint.Settings{BaseURL: testkit.Pocketsphinx(t), Model: "pocketsphinx"}, models(t),
		endpoint.NewLocal(endpoint.Limits{Concurrency: 2}), endpoint.NewHTTPClient(endpoint.Timeouts{Header: 20 * time.Minute, Total: 20 * time.Minute}, true))
	if err != nil {
		t.Fatal(err)
	}
	minimum, target, maximum := client.Limits()
	cuts, err := voice.Cuts(sound, pcm, voice.Limits{Min: minimum, Target: target, Max: maximum})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	answers := map[string]interview.Answer{}
	results := make(chan interview.Answer, len(cuts))
	for _, cut := range cuts {
		go func() {
			c := Chunk{Cut: cut, Speech: sound.Speech, Language: "en",
				Write: func(_ context.Context, part interview.Cut) (string, error) {
					return writeWAV(dir, part, pcm[part.Channel][part.From:part.To])
				}}
			a, err := TranscribeChunk(t.Context(), client, c)
			if err != nil {
				t.Errorf("cut %s: %v", cut.ID(), err)
			}
			results <- a
		}()
	}
	out := recognised{chunks: len(cuts)}
	for range cuts {
		a := <-results
		answers[a.Cut] = a
		out.doubts += len(a.Doubts)
	}
	got, err := Assemble(AssembleInput{Sound: sound, Cuts: cuts, Answers: answers, Language: "en", Participants: s.people()})
	if err != nil {
		t.Fatal(err)
	}
	var heard []string
	for _, g := range got.Segments {
		heard = append(heard, g.Text)
	}
	path, err := writeWAV(dir, interview.Cut{To: pcm.Samples()}, pcm[0])
	if err != nil {
		t.Fatal(err)
	}
	whole, err := testkit.Recognise(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	of := strings.Join(said, " ")
	out.inChunks, out.atOnce, out.coverage = testkit.WER(of, strings.Join(heard, " ")), testkit.WER(of, whole), got.Coverage.Share()
	return out
}
