package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"

	"kikigaki/internal/interview"
)

// sound is decoded PCM in memory.
type sound [][]int16

func (s sound) Channels() int  { return len(s) }
func (s sound) Samples() int64 { return int64(len(s[0])) }
func (s sound) ReadAt(channel int, from int64, dst []int16) (int, error) {
	return copy(dst, s[channel][from:]), nil
}

func (s sound) seconds() float64 { return float64(len(s[0])) / interview.SampleRate }

// decode reads a file with ffmpeg; channels 0 keeps what is there.
func decode(ctx context.Context, path string, channels int) (sound, error) {
	if channels == 0 {
		out, err := exec.CommandContext(ctx, "ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=channels", "-of", "csv=p=0", path).Output()
		if err != nil {
			return nil, fmt.Errorf("ffprobe %s: %w", filepath.Base(path), err)
		}
		if channels, err = strconv.Atoi(string(bytes.TrimRight(bytes.TrimSpace(out), ","))); err != nil {
			return nil, fmt.Errorf("channels of %s: %w", filepath.Base(path), err)
		}
	}
	cmd := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-i", path, "-ac", strconv.Itoa(channels), "-ar", strconv.Itoa(interview.SampleRate), "-f", "s16le", "-")
	raw, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", filepath.Base(path), err)
	}
	n := len(raw) / 2 / channels
	s := make(sound, channels)
	for ch := range s {
		s[ch] = make([]int16, n)
		for i := range n {
			at := 2 * (i*channels + ch)
			s[ch][i] = int16(uint16(raw[at]) | uint16(raw[at+1])<<8)
		}
	}
	return s, nil
}

// through sends a sound through a codec (output arguments of ffmpeg, name with the container's extension) and back.
func (b *bench) through(ctx context.Context, s sound, name string, args ...string) (sound, error) {
	path := filepath.Join(b.work, name)
	in := []string{"-v", "error", "-y", "-f", "s16le", "-ar", strconv.Itoa(interview.SampleRate), "-ac", strconv.Itoa(len(s)), "-i", "-"}
	cmd := exec.CommandContext(ctx, "ffmpeg", append(append(in, args...), path)...)
	raw := make([]byte, 0, 2*len(s)*len(s[0]))
	for i := range s[0] {
		for ch := range s {
			v := uint16(s[ch][i])
			raw = append(raw, byte(v), byte(v>>8))
		}
	}
	cmd.Stdin = bytes.NewReader(raw)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("encode %s: %w: %s", name, err, out)
	}
	return decode(ctx, path, len(s))
}

// noisy adds white noise at a signal-to-noise ratio in dB, relative to the power of the whole channel.
func (s sound) noisy(snr float64, seed uint64) sound {
	random := rand.New(rand.NewPCG(seed, 0))
	out := make(sound, len(s))
	for ch, x := range s {
		deviation := math.Sqrt(power(x) * math.Pow(10, -snr/10))
		out[ch] = make([]int16, len(x))
		for i, v := range x {
			out[ch][i] = clip(float64(v) + deviation*random.NormFloat64())
		}
	}
	return out
}

// gain scales by decibels.
func (s sound) gain(db float64) sound {
	f := math.Pow(10, db/20)
	out := make(sound, len(s))
	for ch, x := range s {
		out[ch] = make([]int16, len(x))
		for i, v := range x {
			out[ch][i] = clip(f * float64(v))
		}
	}
	return out
}

func power(x []int16) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(max(1, len(x)))
}

func clip(v float64) int16 { return int16(math.Round(max(-32768, min(32767, v)))) }
