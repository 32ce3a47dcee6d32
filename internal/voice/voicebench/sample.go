package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice"
)

// script is an annotated sample interview: what is said, when and by whom.
type script struct {
	Lang     string
	Segments []interview.Segment
}

func (b *bench) script(id string) (script, error) {
	var s script
	text, err := os.ReadFile(filepath.Join(b.samples, id+".json"))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("%s: %w", id, err)
	}
	return s, nil
}

// sample returns a sample interview as sound (rendered where there is no recording of it) with its reference.
func (b *bench) sample(ctx context.Context, id string, stereo bool) (sound, []interview.Turn, error) {
	doc, err := b.script(id)
	if err != nil {
		return nil, nil, err
	}
	var ref []interview.Turn
	for _, s := range doc.Segments {
		ref = append(ref, interview.Turn{Speaker: s.Speaker, Start: s.Start, End: s.End})
	}
	path := filepath.Join(b.work, fmt.Sprintf("%s-%v.wav", id, stereo))
	if _, err := os.Stat(path); err != nil {
		script, err := filepath.Abs(filepath.Join(b.samples, "make-audio"))
		if err != nil {
			return nil, nil, err
		}
		args := []string{script, filepath.Join(b.samples, id+".json"), path, "--keep-times"}
		if stereo {
			args = append(args, "--stereo")
		}
		if out, err := exec.CommandContext(ctx, "python3", args...).CombinedOutput(); err != nil {
			return nil, nil, fmt.Errorf("make-audio %s: %w: %s", id, err, out)
		}
	}
	s, err := decode(ctx, path, 0)
	return s, ref, err
}

// rendered scores the samples, mono, under four conditions.
func (b *bench) rendered(ctx context.Context) error {
	t := newTable(b.out, "Rendered samples, mono (2 voices given)")
	for _, id := range b.ids {
		clean, ref, err := b.sample(ctx, id, false)
		if err != nil {
			return err
		}
		law, err := b.through(ctx, clean, "law.wav", "-ar", "8000", "-c:a", "pcm_mulaw")
		if err != nil {
			return err
		}
		opus, err := b.through(ctx, clean, "opus.ogg", "-c:a", "libopus", "-b:a", "16k")
		if err != nil {
			return err
		}
		for _, c := range []struct {
			name string
			s    sound
		}{{"clean", clean}, {"8 kHz µ-law", law}, {"Opus 16 kbit/s", opus}, {"white noise 15 dB", clean.noisy(15, 1)}, {"-45 dB", clean.gain(-45)}} {
			if err := t.hear(ctx, id+", "+c.name, c.s, ref); err != nil {
				return err
			}
		}
	}
	t.close()
	return nil
}

// speed times each step on a recording of some hours: sample 02 over and over.
func (b *bench) speed(ctx context.Context, hours float64) error {
	s, _, err := b.sample(ctx, "02-ja-engineer", false)
	if err != nil {
		return err
	}
	src, err := b.onDisk(s[0], int64(hours*3600*interview.SampleRate))
	if err != nil {
		return err
	}
	defer src.file.Close()
	clear(s) // in production the samples are on disk: here they must not count, nor let the heap grow
	fmt.Fprintf(b.out, "\n### Speed and memory, %.1f h of sample 02\n\n| step | cores | s | CPU s | times real time | peak heap, MiB |\n|---|---|---|---|---|---|\n", hours)
	for _, cores := range []int{1, 2} {
		before := runtime.GOMAXPROCS(cores)
		for _, turns := range []bool{false, true} {
			var heard interview.Sound
			began, spent := time.Now(), cpu()
			peak, err := watch(func() error {
				heard, err = voice.Hear(ctx, src, voice.Options{Turns: turns})
				if err == nil {
					_, err = voice.Cuts(heard, src, voice.Limits{Min: 1, Target: 30, Max: 60})
				}
				return err
			})
			if err != nil {
				return err
			}
			took := time.Since(began).Seconds()
			name := "layout, speech, cuts"
			if turns {
				name += ", turns"
			}
			fmt.Fprintf(b.out, "| %s | %d | %.1f | %.1f | %.0f | %d |\n", name, cores, took, cpu()-spent, hours*3600/took, peak>>20)
		}
		runtime.GOMAXPROCS(before)
	}
	return nil
}

// cpu is the processor time this program has used for its own code, in seconds; on a busy machine it says more than the clock.
func cpu() float64 {
	runtime.GC() // the figure is renewed by a collection
	m := []metrics.Sample{{Name: "/cpu/classes/user:cpu-seconds"}}
	metrics.Read(m)
	return m[0].Value.Float64()
}

// disk is PCM in a file.
type disk struct {
	file    *os.File
	samples int64
}

func (d disk) Channels() int  { return 1 }
func (d disk) Samples() int64 { return d.samples }

func (d disk) ReadAt(_ int, from int64, dst []int16) (int, error) {
	raw := make([]byte, 2*min(int64(len(dst)), d.samples-from))
	if _, err := d.file.ReadAt(raw, 2*from); err != nil {
		return 0, err
	}
	for i := range len(raw) / 2 {
		dst[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return len(raw) / 2, nil
}

// onDisk writes x over and over until there are n samples.
func (b *bench) onDisk(x []int16, n int64) (disk, error) {
	f, err := os.Create(filepath.Join(b.work, "speed.raw"))
	if err != nil {
		return disk{}, err
	}
	for at := int64(0); at < n; at += int64(len(x)) {
		if err := binary.Write(f, binary.LittleEndian, x[:min(int64(len(x)), n-at)]); err != nil {
			return disk{}, err
		}
	}
	return disk{f, n}, nil
}

// watch runs f and returns the largest heap above what was there before.
func watch(f func() error) (uint64, error) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	err := f()
	close(done)
	<-ended
	return peak - min(peak, before), err
}
