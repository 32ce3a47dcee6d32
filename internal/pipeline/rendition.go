package pipeline

import (
	"context"
	"path/filepath"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
)

// Rendition is a file that a browser can play and seek in.
type Rendition struct {
	Path        string
	ContentType string
	Peaks       *media.Peaks // only when something was muted: the outline has changed
}

// Render writes the playback file of the recording at path into dir. With muted spans the sound is decoded, silenced
// there and encoded anew; else as little as possible is done to it.
func Render(ctx context.Context, k *Kit, path, dir string, partial bool, muted []interview.Span) (Rendition, error) {
	facts, err := k.Media.Inspect(ctx, path)
	if err != nil {
		return Rendition{}, err
	}
	var options []media.DecodeOption
	if partial || len(muted) > 0 { // the recording was accepted once; what is to be silent must become so
		options = append(options, media.Partial)
	}
	pcm, err := k.Media.Decode(ctx, path, facts, dir, options...)
	if err != nil {
		return Rendition{}, err
	}
	defer pcm.Close()
	r := Rendition{Path: filepath.Join(dir, "playback")}
	if r.ContentType, err = k.Media.Rendition(ctx, path, facts, pcm, muted, r.Path); err != nil {
		return Rendition{}, err
	}
	if len(muted) > 0 {
		again, err := k.Media.Inspect(ctx, r.Path)
		if err != nil {
			return Rendition{}, err
		}
		silent, err := k.Media.Decode(ctx, r.Path, again, filepath.Dir(r.Path), media.Partial)
		if err != nil {
			return Rendition{}, err
		}
		defer silent.Close()
		peaks, err := media.MeasurePeaks(silent, 10)
		if err != nil {
			return Rendition{}, err
		}
		r.Peaks = &peaks
	}
	return r, nil
}
