package media

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"kikigaki/internal/interview"
)

// riff builds a wave file of chunks.
func riff(kind string, chunks ...[]byte) []byte {
	b := append([]byte(kind+"\xff\xff\xff\xffWAVE"), bytes.Join(chunks, nil)...)
	return b
}

func chunk(id string, size uint32, body []byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(id), size), body...)
}

// format16 is a fmt chunk of 16 bytes; average is what the header says, true or not.
func format16(tag, channels uint16, rate, average uint32, block uint16) []byte {
	b := binary.LittleEndian.AppendUint16(nil, tag)
	b = binary.LittleEndian.AppendUint16(b, channels)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, average)
	b = binary.LittleEndian.AppendUint16(b, block)
	b = binary.LittleEndian.AppendUint16(b, 16)
	return chunk("fmt ", 16, b)
}

// What headers promise, as recorders, pipes and liars write them.
func TestClaimOfWAV(t *testing.T) {
	t.Parallel()
	mono := format16(1, 1, 16000, 32000, 2)
	sound := make([]byte, 32000)
	ds64 := func(size uint64) []byte {
		b := binary.LittleEndian.AppendUint64(nil, 0)
		return chunk("ds64", 28, append(binary.LittleEndian.AppendUint64(b, size), make([]byte, 12)...))
	}
	for _, row := range []struct {
		name    string
		file    []byte
		seconds float64
		code    string
	}{
		{"plain", riff("RIFF", mono, chunk("data", 32000, sound)), 1, ""},
		{"cut", riff("RIFF", mono, chunk("data", 320000, sound)), 10, ""},
		{"list of odd size before", riff("RIFF", mono, chunk("LIST", 3, []byte("abc\x00")), chunk("data", 32000, sound)), 1, ""},
		{"tags after", riff("RIFF", mono, chunk("data", 32000, sound), chunk("LIST", 4, []byte("abcd"))), 1, ""},
		{"recorder that lost power", riff("RIFF", mono, chunk("data", 0, sound)), 0, ""},
		{"pipe", riff("RIFF", mono, chunk("data", 0xffffffff, sound)), 0, ""},
		{"pipe of another program", riff("RIFF", mono, chunk("data", 0x7ffff000, sound)), 0, ""},
		{"rf64", riff("RF64", ds64(96000), mono, chunk("data", 0xffffffff, sound)), 3, ""},
		{"false average", riff("RIFF", format16(1, 2, 8000, 7, 4), chunk("data", 32000, sound)), 1, ""},
		{"µ-law", riff("RIFF", format16(7, 1, 8000, 8000, 1), chunk("data", 32000, sound)), 4, ""},
		{"empty", riff("RIFF", mono, chunk("data", 0, nil)), 0, "recording_empty"},
		{"header only", riff("RIFF", mono, chunk("data", 32000, nil)), 0, "recording_damaged"},
		{"no format", riff("RIFF", chunk("data", 32000, sound)), 0, "recording_damaged"},
		{"no data", riff("RIFF", mono), 0, "recording_damaged"},
		{"zero rate", riff("RIFF", format16(1, 1, 0, 0, 0), chunk("data", 32000, sound)), 0, "recording_damaged"},
		{"short format", riff("RIFF", chunk("fmt ", 16, []byte{1, 2})), 0, "recording_damaged"},
		{"endless chunks", riff("RIFF", bytes.Repeat(chunk("junk", 0, nil), 5000), mono, chunk("data", 32000, sound)), 0, "recording_damaged"},
	} {
		w, err := parseWAV(bytes.NewReader(row.file), int64(len(row.file)))
		if row.code != "" {
			if err == nil || interview.Code(err) != row.code {
				t.Errorf("%s: %v, want %s", row.name, err, row.code)
			}
			continue
		}
		if err != nil || math.Abs(w.seconds()-row.seconds) > 0.001 {
			t.Errorf("%s: %.3f s, %v, want %.3f", row.name, w.seconds(), err, row.seconds)
		}
	}
}

// frame is an empty MPEG 1 layer III frame of 44.1 kHz mono at one of the bit rates (1 = 32, 5 = 64, 9 = 128 kbit/s).
func frame(bits byte) []byte {
	h := []byte{0xff, 0xfb, bits << 4, 0xc0}
	f, ok := parseMP3(h)
	if !ok {
		panic("frame")
	}
	return append(h, make([]byte, f.length-4)...)
}

// The length of an mp3 is known from its frame count, or from its frames; guesses by the first bit rate are not made.
func TestClaimOfMP3(t *testing.T) {
	t.Parallel()
	const second = 44100.0 / 1152 // frames
	xing := frame(5)
	copy(xing[21:], "Xing\x00\x00\x00\x01")
	binary.BigEndian.PutUint32(xing[29:], 1000)
	vbri := frame(5)
	copy(vbri[36:], "VBRI")
	binary.BigEndian.PutUint32(vbri[50:], 500)
	id3 := append([]byte("ID3\x03\x00\x00\x00\x00\x02\x00"), make([]byte, 256)...)
	id3v1 := append([]byte("TAG"), make([]byte, 125)...)
	apeBody := make([]byte, 5000)
	ape := append(apeBody, "APETAGEX\xd0\x07\x00\x00"...)
	ape = binary.LittleEndian.AppendUint32(ape, 5000+32)
	ape = append(ape, make([]byte, 16)...)
	low, mid, high := bytes.Repeat(frame(1), 383), bytes.Repeat(frame(5), 383), bytes.Repeat(frame(9), 383)
	for _, row := range []struct {
		name   string
		file   []byte
		frames float64
	}{
		{"constant", mid, 383},
		{"variable", bytes.Join([][]byte{low, high, mid}, nil), 3 * 383},
		{"variable, loud first", bytes.Join([][]byte{high, low, low, low}, nil), 4 * 383},
		{"tags around", bytes.Join([][]byte{id3, mid, ape, id3v1}, nil), 383},
		{"count", append(bytes.Clone(xing), mid...), 1000},
		{"count of another encoder", append(bytes.Clone(vbri), mid...), 500},
		{"half a frame at the end", append(bytes.Clone(mid), frame(5)[:100]...), 383.5},
		{"zeros at the end", append(bytes.Clone(mid), make([]byte, len(mid))...), 2 * 383},
		{"noise in the middle", bytes.Join([][]byte{mid, bytes.Repeat([]byte{7}, 1000), mid}, nil), 2*383 + 4.8},
		{"no frames", bytes.Repeat([]byte{7}, 1000), 0},
	} {
		got, err := claimMP3(bytes.NewReader(row.file), int64(len(row.file)))
		if err != nil || math.Abs(got*second-row.frames) > 0.5 {
			t.Errorf("%s: %.2f frames, %v, want %.1f", row.name, got*second, err, row.frames)
		}
	}
}

// Random bytes hold sync words, but not four frames in a row.
func TestMP3Sync(t *testing.T) {
	t.Parallel()
	if isMP3(append(frame(5), make([]byte, 9000)...)) {
		t.Error("one frame is taken for a recording")
	}
	if !isMP3(append(make([]byte, 700), bytes.Repeat(frame(5), 4)...)) {
		t.Error("frames behind padding are not seen")
	}
	for _, h := range [][]byte{{0xff, 0xfb, 0xf0, 0}, {0xff, 0xfb, 0x0c, 0}, {0xff, 0xeb, 0x50, 0}, {0xff, 0xf9, 0x50, 0}, {0xff, 0xfb, 0x00, 0}, {0xff}} {
		if f, ok := parseMP3(h); ok {
			t.Errorf("% x is %+v", h, f)
		}
	}
}

func TestClockText(t *testing.T) {
	t.Parallel()
	for s, want := range map[float64]string{0: "0:00", 0.4: "0:00", 59.6: "1:00", 748.6: "12:29", 3599.4: "59:59", 3599.6: "1:00:00", 10800: "3:00:00", -1: "?", math.NaN(): "?"} {
		if got := clockText(s); got != want {
			t.Errorf("%v is %q, want %q", s, got, want)
		}
	}
	for n, want := range map[int64]string{4 << 30: "4 GiB", 500 << 20: "500 MiB", 2048: "2 KiB", 5: "5 B"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
