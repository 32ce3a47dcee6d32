package pipeline

import (
	"context"
	"fmt"
	"io"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/speech"
)

// Chunk is one cut of a recording to be transcribed.
type Chunk struct {
	Cut      interview.Cut
	Sound    interview.Sound // of the whole recording
	Language string
	Keywords []string // names and terms of this talk alone
	Dir      string   // private folder for the files that are sent
	Again    bool     // the chunk is tried again later when the endpoint gives no usable answer; see speech.Chunk
}

// Transcribe has one chunk transcribed and judged; see speech.TranscribeChunk. src needs to hold the cut's samples only.
func Transcribe(ctx context.Context, k *Kit, t speech.Transcriber, src media.Source, c Chunk) (interview.Answer, error) {
	return speech.TranscribeChunk(ctx, t, speech.Chunk{
		Cut: c.Cut, Speech: speech.SpeechOf(c.Sound, c.Cut), Language: c.Language, Keywords: c.Keywords, Again: c.Again,
		Write: func(ctx context.Context, cut interview.Cut) (string, error) {
			return k.Media.WriteChunk(ctx, src, cut, c.Dir)
		},
		Samples: func(from int64, dst []int16) (int, error) { return src.ReadAt(c.Cut.Channel, from, dst) },
	})
}

// Clip is a media.Source that holds one stretch of one channel, at the sample numbers it has in the recording. A worker
// that fetched a range of the decoded sound reads it so.
type Clip struct {
	Channel int
	From    int64
	Data    []int16
}

// Channels is one more than Channel: the channels before it are there and empty.
func (c Clip) Channels() int { return c.Channel + 1 }

// Samples is where the stretch ends.
func (c Clip) Samples() int64 { return c.From + int64(len(c.Data)) }

// ReadAt reads samples of the stretch; see media.Source. What lies outside it is an error, not silence: silence would be
// transcribed.
func (c Clip) ReadAt(channel int, from int64, dst []int16) (int, error) {
	if channel != c.Channel || from < c.From {
		return 0, fmt.Errorf("read sample %d of channel %d: only channel %d from %d is here", from, channel, c.Channel, c.From)
	}
	if from >= c.Samples() {
		return 0, io.EOF
	}
	n := copy(dst, c.Data[from-c.From:])
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

// Frames turns interleaved 16-bit little-endian frames into the samples of one channel.
func Frames(raw []byte, channels, channel int) []int16 {
	frame := 2 * channels
	out := make([]int16, len(raw)/frame)
	for i := range out {
		at := i*frame + 2*channel
		out[i] = int16(uint16(raw[at]) | uint16(raw[at+1])<<8)
	}
	return out
}
