package media

import (
	"bytes"
	"math"
	"testing"

	"kikigaki/internal/interview"
)

// FuzzLook feeds everything that looks at a recording before ffprobe does: no panic, no endless walk, no absurd number.
func FuzzLook(f *testing.F) {
	f.Add(riff("RIFF", format16(1, 1, 16000, 32000, 2), chunk("data", 4, []byte("abcd"))))
	f.Add(riff("RF64", chunk("ds64", 28, make([]byte, 28)), format16(17, 1, 16000, 8000, 256), chunk("data", 0xffffffff, []byte("abcd"))))
	f.Add([]byte("riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00" + "12345678wave567890123456fmt 567890123456\x30\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(bytes.Repeat(frame(1), 5))
	f.Add([]byte("caff\x00\x01\x00\x00desc\x00\x00\x00\x00\x00\x00\x00\x20@\xcf@\x00\x00\x00\x00\x00lpcm\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x10data\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Add([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x04abcd"))
	f.Add([]byte("\x00\x00\x00\x08ftyp\x00\x00\x00\x01moof\x00\x00\x00\x00\x00\x00\x00\x10"))
	f.Add([]byte("ID3\x03\x00\x00\x00\x00\x00\x01\xff\xf1\x50\x80\x00\x1f\xfc"))
	f.Add([]byte("#EXTM3U\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		r, size := bytes.NewReader(data), int64(len(data))
		container, err := sniff(r, size)
		if err != nil && interview.Code(err) == "internal_error" {
			t.Fatal(err)
		}
		if err == nil && demuxersOf(container) == "" {
			t.Fatalf("no demuxers for %q", container)
		}
		if len(data) >= 12 {
			w, err := parseWAV(r, size)
			if err != nil && interview.Code(err) == "internal_error" {
				t.Fatal(err)
			}
			if s := w.seconds(); s < 0 || math.IsNaN(s) || math.IsInf(s, 0) {
				t.Fatalf("wave of %v s", s)
			}
		}
		for name, claim := range map[string]func() (float64, error){
			"mp3": func() (float64, error) { return claimMP3(r, size) },
			"caf": func() (float64, error) { return claimCAF(r, size) },
		} {
			if s, err := claim(); err != nil || s < 0 || math.IsNaN(s) || math.IsInf(s, 0) {
				t.Fatalf("%s of %v s: %v", name, s, err)
			}
		}
		for _, c := range []string{"ogg", "mp4", "wav"} {
			if _, err := endsEarly(r, c, size); err != nil {
				t.Fatal(err)
			}
		}
	})
}
