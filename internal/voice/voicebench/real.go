package main

import (
	"context"
	"os"
	"path/filepath"
	"sort"

	"kikigaki/internal/interview"
	"kikigaki/internal/voice/der"
)

// reference reads an RTTM file and lists its speakers in order of name.
func reference(path string) ([]interview.Turn, []string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	turns, err := der.ReadRTTM(f)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	var names []string
	for _, t := range turns {
		if !seen[t.Speaker] {
			seen[t.Speaker] = true
			names = append(names, t.Speaker)
		}
	}
	sort.Strings(names)
	return turns, names, nil
}

// real scores the labelled recordings with two speakers: as mono, and the two-channel ones as they are.
func (b *bench) real(ctx context.Context) error {
	files, err := b.recordings()
	if err != nil {
		return err
	}
	mono := newTable(b.out, "Real speech, two speakers, mono (2 voices given)")
	var stereo []string
	for _, f := range files {
		ref, speakers, err := reference(f + ".rttm")
		if err != nil {
			return err
		}
		if len(speakers) != 2 {
			continue
		}
		s, err := decode(ctx, audio(f), 1)
		if err != nil {
			return err
		}
		if err := mono.hear(ctx, filepath.Base(f), s, ref); err != nil {
			return err
		}
		stereo = append(stereo, f)
	}
	mono.close()
	two := newTable(b.out, "Real calls, one speaker a channel")
	for _, f := range stereo {
		ref, _, err := reference(f + ".rttm")
		if err != nil {
			return err
		}
		s, err := decode(ctx, audio(f), 0)
		if err != nil {
			return err
		}
		if len(s) == 2 {
			if err := two.hear(ctx, filepath.Base(f), s, ref); err != nil {
				return err
			}
		}
	}
	two.close()
	return nil
}
