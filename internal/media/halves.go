package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"kikigaki/internal/interview"
)

// A long recording is decoded in two halves, at once where a core is free: ffmpeg 5 decodes on one. The second half begins
// splitLead early, so that decoder and filters have settled, and the first goes on for splitOverlap: where the two do not
// agree there, sample by sample, they are thrown away and the recording is decoded as a whole.
const (
	splitLead    = 2 * time.Second
	splitOverlap = 6 * time.Second
	splitAgree   = 0.1 // energy of the difference to that of the sound; see sameMoment
	splitShift   = interview.SampleRate / 8
)

// seekable are the containers whose index or timestamps say which sample a time is. The others are sought by their bit
// rate, which is a guess.
var seekable = []string{"wav", "mp4", "matroska", "ogg", "flac", "caf"}

// errApart says that two halves do not fit together.
var errApart = errors.New("the halves do not agree")

// decodeJob is a stretch of a recording to be decoded into a file.
type decodeJob struct {
	file         *os.File
	facts        Facts
	start, limit time.Duration
	plain        bool
	out          string
}

func (j decodeJob) job(t *Tool) job {
	return job{program: t.o.FFmpeg, file: j.file,
		args:   decodeArgs(j.facts, interview.SampleRate, j.start, j.limit, j.plain, "file:"+j.out),
		output: int64(j.limit.Seconds()+1) * interview.SampleRate * 2 * int64(j.facts.Channels)}
}

// halves divides a job of at least so much sound, if it can be divided.
func (j decodeJob) halves(atLeast time.Duration) (first, second decodeJob, ok bool) {
	claimed := time.Duration(j.facts.Claimed * float64(time.Second))
	if j.plain || claimed < atLeast || claimed > j.limit || j.facts.Channels > 2 || j.facts.CutOff || !slices.Contains(seekable, j.facts.Container) {
		return j, j, false
	}
	middle := (claimed / 2).Truncate(time.Second) // whole seconds: the same phase of every resampler
	first, second = j, j
	first.limit = middle + splitOverlap
	second.start, second.limit, second.out = middle-splitLead, j.limit-middle+splitLead, j.out+".second"
	return first, second, true
}

// decode runs a job, in halves when that is worth it: at once when there is a place for a second process, else one after
// the other, so that the sound does not depend on what else the machine does. errApart says that it has to be run as a
// whole.
func (t *Tool) decode(ctx context.Context, whole decodeJob) error {
	release, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	first, second, ok := whole.halves(t.splitFrom)
	if !ok {
		return t.execute(ctx, whole.job(t))
	}
	defer os.Remove(second.out)
	both, cancel := context.WithCancel(ctx)
	defer cancel()
	behind := make(chan error, 1)
	release, beside := t.tryAcquire()
	if beside {
		defer release()
		go func() { behind <- t.execute(both, second.job(t)) }()
	}
	if err = t.execute(ctx, first.job(t)); err != nil {
		cancel()
	}
	if !beside {
		behind <- t.execute(both, second.job(t))
	}
	late := <-behind
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil, errors.Is(late, errStopped), interview.Code(late) == "disk_full":
		return late
	case late != nil:
		return fmt.Errorf("%w: %w", errApart, late)
	}
	return join(first, second)
}

// decodeWhole runs a job in one process.
func (t *Tool) decodeWhole(ctx context.Context, whole decodeJob) error {
	return t.run(ctx, whole.job(t))
}

// join appends to the first half what the second has beyond it.
func join(first, second decodeJob) error {
	a, err := OpenPCM(first.out, first.facts.Channels)
	if err != nil {
		return err
	}
	defer a.Close()
	if a.Samples() < samplesIn(first.limit-splitOverlap/2) {
		return fmt.Errorf("%w: the recording ends within the first half", errApart)
	}
	b, err := OpenPCM(second.out, first.facts.Channels)
	if err != nil {
		return err
	}
	defer b.Close()
	ends, err := sameMoment(a, b, a.Samples()-samplesIn(second.start))
	if err != nil {
		return err
	}
	out, err := os.OpenFile(first.out, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("join the halves: %w", withoutPath(err))
	}
	_, err = b.file.Seek(ends*int64(2*b.channels), io.SeekStart)
	if err == nil {
		_, err = io.Copy(out, b.file)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("join the halves: %w", diskFull(withoutPath(err)))
	}
	return nil
}

func samplesIn(d time.Duration) int64 { return int64(d.Seconds() * interview.SampleRate) }

// sameMoment finds the sample of b, near guess, that follows the last one of a, by the second of their overlap that is
// loudest in any channel. It is errApart when nothing there is loud or nothing fits. Two decodings of the same moment differ
// by nothing to -18 dB (AAC's perceptual noise substitution takes other noise each time), those of other moments by +3 dB.
func sameMoment(a, b *PCM, guess int64) (int64, error) {
	const second = interview.SampleRate
	var x []float64
	from, channel, loudest := int64(0), 0, 0.0
	for ch := range a.Channels() {
		for at := a.Samples() - samplesIn(splitOverlap) + splitShift; at+second <= a.Samples()-splitShift; at += second / 2 {
			part, energy, err := stretch(a, ch, at, second)
			if err != nil {
				return 0, err
			}
			if energy > loudest {
				x, from, channel, loudest = part, at, ch, energy
			}
		}
	}
	if loudest < second*1e-8 { // -80 dBFS
		return 0, fmt.Errorf("%w: silence tells nothing", errApart)
	}
	near := guess - (a.Samples() - from) // where x is expected in b
	y, _, err := stretch(b, channel, near-splitShift, second+2*splitShift)
	if err != nil {
		return 0, err
	}
	best, shift := loudest, 0
	for k := range 2*splitShift + 1 {
		s := (k + 1) / 2 * (1 - 2*(k%2)) // 0, -1, 1, -2, …: the likely one first, so that the others are given up early
		sum := 0.0
		for i, v := range x {
			d := v - y[splitShift+s+i]
			if sum += d * d; sum > best {
				break
			}
		}
		if sum < best {
			best, shift = sum, s
		}
	}
	if best > splitAgree*loudest {
		return 0, fmt.Errorf("%w: %.1e of the energy is left", errApart, best/loudest)
	}
	return guess + int64(shift), nil
}

// stretch reads n samples of a channel, full scale 1, and their energy.
func stretch(p *PCM, channel int, from int64, n int) ([]float64, float64, error) {
	raw := make([]int16, n)
	if got, err := p.ReadAt(channel, from, raw); got < n {
		if err == nil || errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: the second ends early", errApart)
		}
		return nil, 0, err
	}
	out, energy := make([]float64, n), 0.0
	for i, v := range raw {
		out[i] = float64(v) / 32768
		energy += out[i] * out[i]
	}
	return out, energy, nil
}
