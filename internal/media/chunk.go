package media

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"kikigaki/internal/interview"
)

// wavSeconds is the longest cut that is written as WAV: a minute has 1.9 MB, and no process is started for it. FLAC
// has half of that at 0.16 s a process.
const wavSeconds = 60

// WriteChunk writes the samples of one cut into dir as a file that holds nothing but sound, mono, and returns its
// path: <cut id>.wav up to a minute, <cut id>.flac beyond. A file that is there already is replaced as a whole.
func (t *Tool) WriteChunk(ctx context.Context, src Source, cut interview.Cut, dir string) (string, error) {
	if cut.Channel < 0 || cut.Channel >= src.Channels() || cut.From < 0 || cut.From >= cut.To || cut.To > src.Samples() {
		return "", fmt.Errorf("cut %s lies outside %d channels of %d samples", cut.ID(), src.Channels(), src.Samples())
	}
	sound := &reader{src: src, channel: cut.Channel, at: cut.From, to: cut.To}
	if cut.To-cut.From <= wavSeconds*interview.SampleRate {
		path := filepath.Join(dir, cut.ID()+".wav")
		return path, replace(path, func(tmp string) error { return writeWAV(tmp, sound, cut.To-cut.From) })
	}
	path := filepath.Join(dir, cut.ID()+".flac")
	return path, replace(path, func(tmp string) error {
		return t.run(ctx, job{program: t.o.FFmpeg, args: flacArgs(tmp), stdin: sound,
			output: 2*(cut.To-cut.From) + 1<<20})
	})
}

// replace lets write make a temporary file beside path and renames it when that went well.
func replace(path string, write func(tmp string) error) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".part-*") // 0600
	if err != nil {
		return fmt.Errorf("make a temporary file: %w", withoutPath(err))
	}
	defer os.Remove(tmp.Name())
	tmp.Close()
	if err := write(tmp.Name()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("rename a finished file: %w", err)
	}
	return nil
}

// writeWAV writes n samples of mono 16 bit sound behind a canonical header of 44 bytes.
func writeWAV(path string, sound io.Reader, n int64) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return withoutPath(err)
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 128<<10)
	if _, err := out.Write(wavHeader(n)); err != nil {
		return withoutPath(err)
	}
	got, err := io.Copy(out, sound)
	if err == nil && got != 2*n {
		err = fmt.Errorf("%d of %d samples", got/2, n)
	}
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return fmt.Errorf("write chunk: %w", diskFull(withoutPath(err)))
	}
	return nil
}

func wavHeader(samples int64) []byte {
	const rate = interview.SampleRate
	b := make([]byte, 0, 44)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+2*samples))
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, 1) // mono
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, 2*rate)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	return binary.LittleEndian.AppendUint32(b, uint32(2*samples))
}

// reader gives samples [at, to) of one channel, or of all channels interleaved (channel -1), as little-endian bytes.
type reader struct {
	src     Source
	channel int
	at, to  int64
	left    []byte // not yet handed out
	samples []int16
	bytes   []byte
}

func (r *reader) Read(p []byte) (int, error) {
	if len(r.left) == 0 {
		if r.at >= r.to {
			return 0, io.EOF
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func (r *reader) fill() error {
	first, channels := r.channel, 1
	if r.channel < 0 {
		first, channels = 0, r.src.Channels()
	}
	count := int(min(blockSamples, r.to-r.at))
	if r.samples == nil {
		r.samples, r.bytes = make([]int16, blockSamples), make([]byte, 2*blockSamples*channels)
	}
	for c := range channels {
		n, err := r.src.ReadAt(first+c, r.at, r.samples[:count])
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n < count {
			return io.ErrUnexpectedEOF
		}
		for i, s := range r.samples[:count] {
			binary.LittleEndian.PutUint16(r.bytes[2*(i*channels+c):], uint16(s))
		}
	}
	r.left = r.bytes[:2*count*channels]
	r.at += int64(count)
	return nil
}

// diskFull gives errors of a full disk their code.
func diskFull(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return interview.E("disk_full", err)
	}
	return err
}
