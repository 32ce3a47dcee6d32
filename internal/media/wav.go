package media

import (
	"encoding/binary"
	"errors"
	"io"

	"kikigaki/internal/interview"
)

// wavData is the data chunk of a RIFF/WAVE file as its header describes it and as it is there.
type wavData struct {
	claimed   int64   // bytes by the header; -1 when the writer left it open
	available int64   // bytes in the file
	rate      float64 // bytes a second
}

// seconds the header promises; 0 when it promises nothing.
func (w wavData) seconds() float64 {
	if w.claimed < 0 || w.rate <= 0 {
		return 0
	}
	return float64(w.claimed) / w.rate
}

// parseWAV reads the chunk list of RIFF, RF64 and BW64 files (EBU Tech 3306). ffmpeg takes what is there and says
// nothing, so only this shows that a file was cut.
func parseWAV(r io.ReaderAt, size int64) (wavData, error) {
	head, err := readSome(r, 0, 12)
	if err != nil {
		return wavData{}, err
	}
	if string(head[:4]) == "riff" {
		return parseW64(r, size)
	}
	damaged := func(why string) (wavData, error) {
		return wavData{}, interview.E("recording_damaged", errors.New(why))
	}
	var out wavData
	var data64 int64 = -1
	at := int64(12)
	for range 1000 { // a file of nothing but tiny chunks is no recording
		b, err := readSome(r, at, 8)
		if err != nil {
			return wavData{}, err
		}
		if len(b) < 8 {
			break
		}
		id, n := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
		switch id {
		case "ds64":
			b, err := readSome(r, at+8, 16)
			if err != nil || len(b) < 16 {
				return damaged("wave: short ds64 chunk")
			}
			data64 = int64(binary.LittleEndian.Uint64(b[8:]))
		case "fmt ":
			b, err := readSome(r, at+8, int(min(n, 64)))
			if err != nil || len(b) < 16 {
				return damaged("wave: short fmt chunk")
			}
			out.rate = wavRate(b)
		case "data":
			if out.rate <= 0 {
				return damaged("wave: no usable fmt chunk before the data")
			}
			out.available = max(0, size-at-8)
			out.claimed = n
			if n == 0xffffffff && data64 >= 0 {
				out.claimed = data64
			} else if open(n) && out.available != n {
				out.claimed = -1
			}
			if out.available == 0 {
				if out.claimed > 0 {
					return damaged("wave: a header without data")
				}
				return wavData{}, interview.E("recording_empty", errors.New("wave: no data"))
			}
			return out, nil
		}
		at += 8 + n + n&1
	}
	return damaged("wave: no data chunk")
}

// parseW64 reads a Sony Wave64 file: ids of 16 bytes that begin with the old names, sizes of 64 bits that include the
// header of 24 bytes, chunks at multiples of 8.
func parseW64(r io.ReaderAt, size int64) (wavData, error) {
	var out wavData
	at := int64(40) // riff id, size, wave id
	for range 1000 {
		b, err := readSome(r, at, 24+64)
		if err != nil {
			return wavData{}, err
		}
		if len(b) < 24 {
			break
		}
		n := int64(binary.LittleEndian.Uint64(b[16:]))
		switch id := string(b[:4]); {
		case id == "fmt " && len(b) >= 24+16:
			out.rate = wavRate(b[24:])
		case id == "data":
			out.available, out.claimed = max(0, size-at-24), n-24
			if out.claimed <= 0 {
				out.claimed = -1
			}
			return out, nil
		}
		if n < 24 || n > size {
			break
		}
		at += (n + 7) / 8 * 8
	}
	return wavData{}, interview.E("recording_damaged", errors.New("wave64: no data chunk"))
}

// open reports sizes that recorders and pipes write when they do not know the size yet: 0, and the largest numbers of
// 31 and 32 bits less a header.
func open(n int64) bool {
	return n == 0 || n >= 0xffffffff-4096 || n >= 0x7fffffff-4096 && n <= 0x80000000
}

// wavRate is the number of bytes a second by the fmt chunk. For PCM it is computed, since nAvgBytesPerSec is often
// wrong; for ADPCM it follows from the samples of a block.
func wavRate(b []byte) float64 {
	format := binary.LittleEndian.Uint16(b)
	rate, average := float64(binary.LittleEndian.Uint32(b[4:])), float64(binary.LittleEndian.Uint32(b[8:]))
	block := float64(binary.LittleEndian.Uint16(b[12:]))
	switch format {
	case 1, 3, 6, 7, 0xfffe: // PCM, float, A-law, µ-law, extensible (always PCM-like here)
		return rate * block
	case 2, 0x11: // Microsoft and IMA ADPCM
		if len(b) >= 20 {
			if perBlock := float64(binary.LittleEndian.Uint16(b[18:])); perBlock > 0 {
				return rate / perBlock * block
			}
		}
	}
	return average
}
