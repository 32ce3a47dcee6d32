package media

import (
	"errors"
	"fmt"
	"io"

	"kikigaki/internal/interview"
)

// Peaks is the outline of a recording for a player to draw. Data[channel] holds minimum and maximum of each bucket in
// turn, -128 to 127.
type Peaks struct {
	Version   int      `json:"version"`    // 1
	Duration  float64  `json:"duration"`   // seconds
	PerSecond float64  `json:"per_second"` // buckets a second; less than asked for where the recording is long
	Buckets   int      `json:"buckets"`    // of each channel
	Data      [][]int8 `json:"data"`
}

// maxBuckets bounds the answer: two channels make 350 KB of JSON at most, and no screen has more columns.
const maxBuckets = 20000

// MeasurePeaks measures src with perSecond buckets a second (10 when not positive), at most maxBuckets in all.
func MeasurePeaks(src Source, perSecond int) (Peaks, error) {
	if perSecond <= 0 {
		perSecond = 10
	}
	const rate = interview.SampleRate
	total := src.Samples()
	duration := float64(total) / rate
	n := min(maxBuckets, (total*int64(perSecond)+rate-1)/rate)
	p := Peaks{Version: 1, Duration: duration, Buckets: int(n), Data: make([][]int8, src.Channels())}
	if n == 0 {
		for c := range p.Data {
			p.Data[c] = []int8{}
		}
		return p, nil
	}
	p.PerSecond = float64(n) / duration
	buf := make([]int16, 8192)
	for c := range p.Data {
		p.Data[c] = make([]int8, 0, 2*n)
		for i := range n {
			low, high := int16(32767), int16(-32768)
			for at, end := i*total/n, (i+1)*total/n; at < end; {
				want := buf[:min(int64(len(buf)), end-at)]
				got, err := src.ReadAt(c, at, want)
				if err != nil && !errors.Is(err, io.EOF) {
					return Peaks{}, fmt.Errorf("measure peaks: %w", err)
				}
				if got == 0 {
					return Peaks{}, fmt.Errorf("measure peaks: %w", io.ErrUnexpectedEOF)
				}
				for _, s := range want[:got] {
					low, high = min(low, s), max(high, s)
				}
				at += int64(got)
			}
			p.Data[c] = append(p.Data[c], int8(low>>8), int8(high>>8))
		}
	}
	return p, nil
}
