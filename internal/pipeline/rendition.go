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
	Peaks       media.Peaks // the outline for the player to draw
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
	heard := pcm
	if len(muted) > 0 {
		again, err := k.Media.Inspect(ctx, r.Path)
		if err != nil {
			return Rendition{}, err
		}
		if heard, err = k.Media.Decode(ctx, r.Path, again, dir, media.Partial); err != nil {
			return Rendition{}, err
		}
		defer heard.Close()
	}
	if r.Peaks, err = media.MeasurePeaks(heard, 10); err != nil {
		return Rendition{}, err
	}
	return r, nil
}
