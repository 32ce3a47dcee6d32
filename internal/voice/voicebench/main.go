// Command voicebench measures internal/voice on labelled recordings and prints tables in Markdown: speaker turns on
// real speech, on made dialogues of real voices, under hard conditions, and on rendered samples; layouts; whose words
// they are with two channels; times of quotes; speed. It is a
// tool for developers (make bench-speech), needs ffmpeg, and for rendering what testdata/samples/make-audio needs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "voicebench:", err)
		os.Exit(1)
	}
}

// bench is one run of the program.
type bench struct {
	turns   string // folder of NAME.flac or NAME.wav with NAME.rttm
	samples string // folder of the sample interviews
	ids     []string
	work    string // temporary
	out     *os.File
}

func run(ctx context.Context) error {
	turns := flag.String("turns", os.Getenv("KIKIGAKI_TURNS_DIR"), "folder of labelled recordings, NAME.flac or NAME.wav with NAME.rttm (KIKIGAKI_TURNS_DIR)")
	samples := flag.String("samples", "testdata/samples", "folder of the sample interviews")
	only := flag.String("only", "", "one part alone: real, pairs, conditions, samples, layouts, words, times, speed")
	ids := flag.String("ids", "01-ja-sales,02-ja-engineer,03-en-analyst", "sample interviews to render and score")
	hours := flag.Float64("hours", 1, "length of the recording that speed is measured on")
	flag.Parse()
	work, err := os.MkdirTemp("", "voicebench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b := &bench{turns: *turns, samples: *samples, ids: strings.Split(*ids, ","), work: work, out: os.Stdout}
	parts := []struct {
		name string
		run  func(context.Context) error
	}{
		{"real", b.real}, {"pairs", b.pairs}, {"conditions", b.conditions}, {"samples", b.rendered}, {"layouts", b.layouts}, {"words", b.words}, {"times", b.times},
		{"speed", func(ctx context.Context) error { return b.speed(ctx, *hours) }},
	}
	known := *only == ""
	for _, p := range parts {
		known = known || p.name == *only
		if *only != "" && p.name != *only {
			continue
		}
		if (p.name == "real" || p.name == "pairs" || p.name == "conditions") && *turns == "" {
			fmt.Fprintf(b.out, "\n%s: not measured, no -turns folder given\n", p.name)
			continue
		}
		if err := p.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if !known {
		return fmt.Errorf("no part %q", *only)
	}
	return nil
}

// recordings lists the labelled recordings.
func (b *bench) recordings() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(b.turns, "*.rttm"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("no .rttm files in the -turns folder")
	}
	sort.Strings(files)
	for i, f := range files {
		files[i] = f[:len(f)-len(".rttm")]
	}
	return files, nil
}

// audio is the sound file of a recording: the .flac, else the .wav.
func audio(recording string) string {
	if _, err := os.Stat(recording + ".flac"); err == nil {
		return recording + ".flac"
	}
	return recording + ".wav"
}
