package media

import (
	"bufio"
	"errors"
	"io"
	"math"

	"kikigaki/internal/interview"
)

// mix is what is done with the channels of a recording for playing.
type mix int

const (
	asTheyAre mix = iota
	onlyFirst
	onlySecond
	oneOfSame // both alike: either
)

func (m mix) channels(of int) int {
	if m == asTheyAre {
		return of
	}
	return 1
}

// mixOf compares two channels over the whole recording: power and correlation.
func mixOf(src Source) (mix, error) {
	if src.Channels() != 2 {
		return asTheyAre, nil
	}
	a, b := make([]int16, blockSamples), make([]int16, blockSamples)
	var aa, bb, ab float64
	for at := int64(0); at < src.Samples(); {
		n, err := src.ReadAt(0, at, a)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		m, err := src.ReadAt(1, at, b[:n])
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if n == 0 || m != n {
			return 0, io.ErrUnexpectedEOF
		}
		for i := range n {
			x, y := float64(a[i]), float64(b[i])
			aa, bb, ab = aa+x*x, bb+y*y, ab+x*y
		}
		at += int64(n)
	}
	const silent = 1e-5 // 50 dB below the other side
	switch {
	case bb <= silent*aa:
		return onlyFirst, nil
	case aa <= silent*bb:
		return onlySecond, nil
	}
	switch r := ab / math.Sqrt(aa*bb); {
	case r < -0.5:
		return onlyFirst, nil
	case r > 0.999:
		return oneOfSame, nil
	}
	return asTheyAre, nil
}

// editor passes interleaved 16 bit sound on, with spans zeroed and channels chosen.
type editor struct {
	in       *bufio.Reader
	channels int
	mix      mix
	muted    [][2]int64 // frames [from, to)
	at       int64
	frame    []byte
	out      []byte
	left     []byte
}

func newEditor(in io.Reader, rate, channels int, m mix, muted []interview.Span) *editor {
	e := &editor{in: bufio.NewReaderSize(in, 128<<10), channels: channels, mix: m, frame: make([]byte, 2*channels)}
	for _, s := range muted {
		// Outward, so that no sample of the span is heard.
		e.muted = append(e.muted, [2]int64{int64(math.Floor(s.Start * float64(rate))), int64(math.Ceil(s.End * float64(rate)))})
	}
	return e
}

func (e *editor) Read(p []byte) (int, error) {
	if len(e.left) == 0 {
		e.out = e.out[:0]
		for range 4096 {
			if _, err := io.ReadFull(e.in, e.frame); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				break
			} else if err != nil {
				return 0, err
			}
			e.put()
		}
		if len(e.out) == 0 {
			return 0, io.EOF
		}
		e.left = e.out
	}
	n := copy(p, e.left)
	e.left = e.left[n:]
	return n, nil
}

// put adds one frame to out.
func (e *editor) put() {
	for _, m := range e.muted {
		if e.at >= m[0] && e.at < m[1] {
			clear(e.frame)
			break
		}
	}
	e.at++
	switch e.mix {
	case onlyFirst, oneOfSame:
		e.out = append(e.out, e.frame[:2]...)
	case onlySecond:
		e.out = append(e.out, e.frame[2:4]...)
	default:
		e.out = append(e.out, e.frame...)
	}
}
