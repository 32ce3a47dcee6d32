package media

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// keepTwo rewrites an interleaved file of n channels in place with two of them.
func keepTwo(path string, n int) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return withoutPath(err)
	}
	defer file.Close()
	power := make([]float64, n)
	err = frames(file, n, func(b []byte) error {
		for c := range n {
			v := float64(int16(binary.LittleEndian.Uint16(b[2*c:])))
			power[c] += v * v
		}
		return nil
	})
	if err != nil {
		return err
	}
	first, second := loudTwo(power)
	// The writer stays behind the reader: four bytes out for 2n in, and the reader's buffer is ahead.
	out := bufio.NewWriterSize(&writerAt{file: file}, 64<<10)
	var total int64
	err = frames(file, n, func(b []byte) error {
		total += 4
		if _, err := out.Write(b[2*first : 2*first+2]); err != nil {
			return err
		}
		_, err := out.Write(b[2*second : 2*second+2])
		return err
	})
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := file.Truncate(total); err != nil {
		return fmt.Errorf("shorten: %w", withoutPath(err))
	}
	return nil
}

// loudTwo returns the first two channels within 20 dB of the loudest; a lone one gets its first neighbour.
func loudTwo(power []float64) (first, second int) {
	top := 0.0
	for _, p := range power {
		top = max(top, p)
	}
	var loud, rest []int
	for c, p := range power {
		if p > 0 && p >= top/100 {
			loud = append(loud, c)
		} else {
			rest = append(rest, c)
		}
	}
	order := append(loud, rest...)
	return min(order[0], order[1]), max(order[0], order[1])
}

// frames calls f with each frame of n samples.
func frames(file *os.File, n int, f func([]byte) error) error {
	in := bufio.NewReaderSize(io.NewSectionReader(file, 0, 1<<62), 256<<10)
	b := make([]byte, 2*n)
	for {
		if _, err := io.ReadFull(in, b); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		} else if err != nil {
			return withoutPath(err)
		}
		if err := f(b); err != nil {
			return err
		}
	}
}

// writerAt writes a file from its beginning without moving the offset others read by.
type writerAt struct {
	file *os.File
	at   int64
}

func (w *writerAt) Write(p []byte) (int, error) {
	n, err := w.file.WriteAt(p, w.at)
	w.at += int64(n)
	return n, err
}
