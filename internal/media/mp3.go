package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// mp3Frame is what the four bytes of a frame header say (ISO/IEC 11172-3 and 13818-3, layers II and III).
type mp3Frame struct {
	length  int // bytes, header included
	samples int // per channel
	rate    int // Hz
	bits    int // kbit/s
	side    int // offset of a Xing or Info header from the frame's start
}

// parseMP3 reads a frame header. Free-format frames (bit rate 0) are refused: their length is not in the header.
func parseMP3(b []byte) (mp3Frame, bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return mp3Frame{}, false
	}
	version, layer := b[1]>>3&3, b[1]>>1&3 // version 3 = MPEG 1, 2 = MPEG 2, 0 = MPEG 2.5; layer 1 = III, 2 = II
	rate, bits := int(b[2]>>2&3), int(b[2]>>4)
	if version == 1 || layer == 0 || layer == 3 || rate == 3 || bits == 0 || bits == 15 {
		return mp3Frame{}, false
	}
	f := mp3Frame{rate: [3]int{44100, 48000, 32000}[rate], samples: 1152, side: 36}
	table := [15]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	if layer == 2 {
		table = [15]int{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}
	}
	mono := b[3]>>6 == 3
	if mono {
		f.side = 21
	}
	if version != 3 {
		table = [15]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
		f.rate /= 2
		if version == 0 {
			f.rate /= 2
		}
		if layer == 1 {
			f.samples = 576
		}
		f.side = 21
		if mono {
			f.side = 13
		}
	}
	f.bits = table[bits]
	f.length = f.samples/8*f.bits*1000/f.rate + int(b[2]>>1&1)
	return f, f.length > 4
}

// isMP3 reports four frames in a row, starting within the first 16 KiB: sync words alone are common in noise.
func isMP3(b []byte) bool {
	for start := range min(len(b), 16<<10) {
		at, frames := start, 0
		for frames < 4 && at < len(b) {
			f, ok := parseMP3(b[at:])
			if !ok {
				break
			}
			at, frames = at+f.length, frames+1
		}
		if frames == 4 {
			return true
		}
	}
	return false
}

// claimMP3 is how many seconds an mp3 file says it holds, 0 when that cannot be known. ffprobe only guesses from the
// first bit rate and the size, which is wrong for every file with a variable rate. Here the frames are walked:
//
//   - a Xing, Info or VBRI header counts the frames that were written;
//   - else the bytes that are no tag are worth as much time as the frames found among them, so that a tail of zeros
//     (a download that stopped) counts as missing.
//
// A file without such a header, cut between two frames, cannot be told from a whole one.
func claimMP3(r io.ReaderAt, size int64) (float64, error) {
	head, err := readSome(r, 0, 10)
	if err != nil {
		return 0, err
	}
	start := id3Size(head)
	end, err := mp3End(r, start, size)
	if err != nil {
		return 0, err
	}
	in := bufio.NewReaderSize(io.NewSectionReader(r, start, end-start), 256<<10)
	var seconds float64
	var framed int64
	for first := true; ; {
		b, _ := in.Peek(4)
		if len(b) < 4 {
			break
		}
		f, ok := parseMP3(b)
		if ok && first {
			whole, _ := in.Peek(f.length)
			if frames := xingFrames(whole, f.side); frames > 0 {
				return float64(frames) * float64(f.samples) / float64(f.rate), nil
			}
			first = false
		}
		if !ok {
			skipToSync(in)
			continue
		}
		// A header within noise would be worth a whole frame: the next one must follow, or the end.
		if next, _ := in.Peek(f.length + 4); len(next) == f.length+4 {
			if _, ok := parseMP3(next[f.length:]); !ok && framed == 0 {
				_, _ = in.Discard(1)
				continue
			}
		} else if len(next) < f.length {
			break // half a frame at the end
		}
		_, _ = in.Discard(f.length)
		framed += int64(f.length)
		seconds += float64(f.samples) / float64(f.rate)
	}
	if framed == 0 {
		return 0, nil
	}
	return seconds * float64(end-start) / float64(framed), nil
}

// skipToSync moves at least one byte on, to the next that may begin a frame: gigabytes of noise pass at memory speed.
func skipToSync(in *bufio.Reader) {
	_, _ = in.Discard(1)
	for {
		b, err := in.Peek(max(1, in.Buffered()))
		if len(b) == 0 {
			return
		}
		if i := bytes.IndexByte(b, 0xff); i >= 0 {
			_, _ = in.Discard(i)
			return
		}
		_, _ = in.Discard(len(b))
		if err != nil {
			return
		}
	}
}

// xingFrames reads the frame count of a Xing/Info (LAME) or VBRI (Fraunhofer) header.
func xingFrames(frame []byte, side int) int64 {
	if len(frame) >= side+12 {
		if tag := frame[side:]; bytes.HasPrefix(tag, []byte("Xing")) || bytes.HasPrefix(tag, []byte("Info")) {
			if tag[7]&1 != 0 {
				return int64(binary.BigEndian.Uint32(tag[8:]))
			}
			return 0
		}
	}
	if len(frame) >= 36+18 && string(frame[36:40]) == "VBRI" {
		return int64(binary.BigEndian.Uint32(frame[36+14:]))
	}
	return 0
}

// mp3End is where the sound ends: before an ID3v1 tag and an APE tag.
func mp3End(r io.ReaderAt, start, size int64) (int64, error) {
	end := size
	if end-start > 128 {
		b, err := readSome(r, end-128, 3)
		if err != nil {
			return 0, err
		}
		if string(b) == "TAG" {
			end -= 128
		}
	}
	if end-start > 32 {
		b, err := readSome(r, end-32, 32)
		if err != nil {
			return 0, err
		}
		if len(b) == 32 && string(b[:8]) == "APETAGEX" {
			n := int64(binary.LittleEndian.Uint32(b[12:]))
			if binary.LittleEndian.Uint32(b[20:])&(1<<31) != 0 {
				n += 32 // a header of its own
			}
			if n < end-start {
				end -= n
			}
		}
	}
	return end, nil
}
