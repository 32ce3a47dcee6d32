// Package voice hears who speaks when in decoded PCM, before a word is recognised: what the channels are to each other,
// where there is speech, which voice speaks (turns with a confidence), and where to cut for transcription. It is signal
// processing alone: no file formats, no network, no model files. internal/pipeline calls it.
//
// The way of a recording: measure the channels (channel.go), analyse frames of 10 ms (analysis.go), find speech against
// the measured noise floor (vad.go), tell voices apart (turn.go and the files it names), cut (cut.go).
package voice

import (
	"kikigaki/internal/interview"
)

// Source is decoded sound: one or two channels of signed 16-bit samples at interview.SampleRate. internal/media's PCM
// is one; tests use samples in memory.
type Source interface {
	// Channels is 1 or 2.
	Channels() int
	// Samples is the length of every channel.
	Samples() int64
	// ReadAt fills dst with samples of the channel from sample from on and returns how many there were; fewer than
	// len(dst) only at the end. It must be safe for concurrent use.
	ReadAt(channel int, from int64, dst []int16) (int, error)
}

// Options says what the uploader knows and what the caller wants.
type Options struct {
	Voices   int              // 1, 2 or 3 voices in a mono recording; 0 means 2
	Channels []interview.Part // who speaks on which channel, when named at upload: then two channels are believed
	Turns    bool             // look for the turns of voices in mono sound; two channels always give turns
}

// Frames are 25 ms long and 10 ms apart, the usual choice for speech (quasi-stationary within 20-30 ms).
const (
	rate        = interview.SampleRate
	hop         = rate / 100       // samples between frames
	window      = rate * 25 / 1000 // samples in a frame
	framesASec  = rate / hop
	frameLength = 1.0 / framesASec // seconds
)

func seconds(frame int) float64 { return float64(frame) / framesASec }

// TurnCertain is the confidence from which a turn may be shown as certain, FileCertain that from which a whole recording
// may, when there is enough speech in it.
const (
	TurnCertain = 0.9
	FileCertain = 0.93
)
