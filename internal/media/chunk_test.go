package media_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

// ramp is a Source whose every sample tells its place.
type ramp struct {
	channels int
	samples  int64
}

func (r ramp) Channels() int  { return r.channels }
func (r ramp) Samples() int64 { return r.samples }
func (r ramp) ReadAt(channel int, from int64, dst []int16) (int, error) {
	n := int(min(int64(len(dst)), max(0, r.samples-from)))
	for i := range n {
		dst[i] = r.at(channel, from+int64(i))
	}
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}
func (r ramp) at(channel int, i int64) int16 { return int16((i*7 + int64(channel)*1000) % 20011) }

// samplesOf reads a chunk back: WAV by its header, FLAC by ffmpeg.
func samplesOf(t *testing.T, path string) []int16 {
	t.Helper()
	if strings.HasSuffix(path, ".flac") {
		raw := filepath.Join(t.TempDir(), "raw")
		testkit.FFmpeg(t, "-i", path, "-f", "s16le", "-c:a", "pcm_s16le", raw)
		return little(read(t, raw))
	}
	b := read(t, path)
	if string(b[:4]) != "RIFF" || string(b[36:40]) != "data" || binary.LittleEndian.Uint32(b[4:]) != uint32(len(b)-8) ||
		binary.LittleEndian.Uint32(b[40:]) != uint32(len(b)-44) || binary.LittleEndian.Uint32(b[24:]) != interview.SampleRate {
		t.Fatalf("header % x of %d bytes", b[:44], len(b))
	}
	return little(b[44:])
}

func little(b []byte) []int16 {
	out := make([]int16, len(b)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return out
}

// Whatever the cut list, the chunks together are the recording, sample for sample.
func TestChunksAreTheWhole(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			src := ramp{channels: 1 + int(seed%2), samples: 1 + random.Int64N(200*interview.SampleRate)}
			dir := t.TempDir()
			for c := range src.channels {
				ends := []int64{src.samples}
				for range random.IntN(8) {
					ends = append(ends, 1+random.Int64N(src.samples))
				}
				slices.Sort(ends)
				from := int64(0)
				for _, to := range slices.Compact(ends) {
					cut := interview.Cut{Channel: c, From: from, To: to}
					path, err := tool.WriteChunk(t.Context(), src, cut, dir)
					if err != nil {
						t.Fatal(err)
					}
					if want := cut.ID() + map[bool]string{true: ".wav", false: ".flac"}[to-from <= 60*interview.SampleRate]; filepath.Base(path) != want {
						t.Errorf("named %s, want %s", filepath.Base(path), want)
					}
					got := samplesOf(t, path)
					if int64(len(got)) != to-from {
						t.Fatalf("cut %s has %d samples", cut.ID(), len(got))
					}
					for i, s := range got {
						if want := src.at(c, from+int64(i)); s != want {
							t.Fatalf("cut %s sample %d is %d, want %d", cut.ID(), i, s, want)
						}
					}
					from = to
				}
				if from != src.samples {
					t.Fatalf("the cuts end at %d of %d", from, src.samples)
				}
			}
			files, _ := os.ReadDir(dir)
			for _, f := range files {
				if info, _ := f.Info(); strings.HasPrefix(f.Name(), ".") || info.Mode().Perm() != 0o600 {
					t.Errorf("%s is left with mode %v", f.Name(), info.Mode())
				}
			}
		})
	}
}

// A cut outside the sound, or sound that ends early, gives an error and no file.
func TestChunkErrors(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	src := ramp{channels: 1, samples: 1000}
	dir := t.TempDir()
	for _, cut := range []interview.Cut{{From: -1, To: 5}, {From: 5, To: 5}, {From: 0, To: 1001}, {Channel: 1, From: 0, To: 5}, {Channel: -1, From: 0, To: 5}} {
		if path, err := tool.WriteChunk(t.Context(), src, cut, dir); err == nil {
			t.Errorf("cut %s made %s", cut.ID(), path)
		}
	}
	for _, samples := range []int64{1000, 70 * interview.SampleRate} {
		if _, err := tool.WriteChunk(t.Context(), short{ramp{1, samples}}, interview.Cut{From: 0, To: samples}, dir); err == nil {
			t.Errorf("a source that ends early made a chunk of %d samples", samples)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tool.WriteChunk(ctx, ramp{1, 70 * interview.SampleRate}, interview.Cut{To: 70 * interview.SampleRate}, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("left %v", files)
	}
}

// short says more than it has.
type short struct{ ramp }

func (s short) ReadAt(channel int, from int64, dst []int16) (int, error) {
	if from+int64(len(dst)) > s.samples/2 {
		return 0, io.EOF
	}
	return s.ramp.ReadAt(channel, from, dst)
}

// What is sent to a recogniser holds sound and nothing else.
func TestChunksHoldNoTags(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	_, pcm := prepare(t, tool, tagged(t, "x.m4a"))
	for _, to := range []int64{5 * interview.SampleRate, 65 * interview.SampleRate} {
		path, err := tool.WriteChunk(t.Context(), pcm, interview.Cut{To: to}, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		wantNoTags(t, path)
	}
}

// Reads of any size, order and goroutine give the samples that are there.
func TestPCM(t *testing.T) {
	t.Parallel()
	src := ramp{channels: 2, samples: 100_003}
	raw := make([]byte, 0, 4*src.samples)
	for i := range src.samples {
		for c := range 2 {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(src.at(c, i)))
		}
	}
	raw = append(raw, 1, 2, 3) // half a frame at the end is no sample
	pcm, err := media.OpenPCM(write(t, "x.pcm", raw), 2)
	if err != nil {
		t.Fatal(err)
	}
	defer pcm.Close()
	if pcm.Samples() != src.samples || pcm.Channels() != 2 {
		t.Fatalf("%d samples, %d channels", pcm.Samples(), pcm.Channels())
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			for range 300 {
				c, from := random.IntN(2), random.Int64N(src.samples+10)
				got := make([]int16, random.IntN(70_000))
				want := make([]int16, len(got))
				n, err := pcm.ReadAt(c, from, got)
				m, wantErr := src.ReadAt(c, from, want)
				if n != m || !errors.Is(err, wantErr) || !slices.Equal(got[:n], want[:m]) {
					t.Fatalf("channel %d from %d: %d samples %v, want %d %v", c, from, n, err, m, wantErr)
				}
			}
		})
	}
	for _, bad := range []struct {
		channel int
		from    int64
	}{{-1, 0}, {2, 0}, {0, -1}} {
		if _, err := pcm.ReadAt(bad.channel, bad.from, make([]int16, 1)); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}
