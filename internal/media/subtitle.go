package media

import (
	"context"
	"path/filepath"
	"strings"

	"kikigaki/internal/interview"
)

// maxSubtitles bounds an extracted subtitle file; a talk of four hours has half a megabyte.
const maxSubtitles = 16 << 20

// Subtitles writes the first text subtitle stream of a recording to out, as SubRip when out ends in .srt and as WebVTT
// otherwise, and returns out. captions_empty says that there is none.
func (t *Tool) Subtitles(ctx context.Context, path string, f Facts, out string) (string, error) {
	if len(f.Subtitles) == 0 {
		return "", interview.E("captions_empty", nil)
	}
	file, _, err := t.open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	format := "webvtt"
	if strings.EqualFold(filepath.Ext(out), ".srt") {
		format = "srt"
	}
	err = replace(out, func(tmp string) error {
		return t.run(ctx, job{program: t.o.FFmpeg, args: subtitleArgs(f, f.Subtitles[0], format, tmp), file: file,
			output: maxSubtitles})
	})
	if err != nil {
		if e := unreadable(ctx, err); interview.Code(e) == "recording_damaged" {
			return "", interview.E("captions_unreadable", err)
		}
		return "", err
	}
	return out, nil
}
