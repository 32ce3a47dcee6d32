package media

import (
	"bytes"
	"encoding/binary"
	"io"
)

// endsEarly reports whether the container itself shows that more was meant to follow, for files that do not say how
// long they are: an Ogg file that stops within a page and has no end-of-stream mark, a fragmented mp4 that stops within
// a box. A stopped webm stream looks like a whole one.
func endsEarly(r io.ReaderAt, container string, size int64) (bool, error) {
	switch container {
	case "ogg":
		return oggEndsEarly(r, size)
	case "mp4":
		return fragmentsEndEarly(r, size)
	}
	return false, nil
}

// oggEndsEarly looks at the last page that begins in the file; a page has at most 27+255+255*255 bytes.
func oggEndsEarly(r io.ReaderAt, size int64) (bool, error) {
	const page = 27 + 255 + 255*255
	from := max(0, size-2*page)
	b, err := readSome(r, from, int(size-from))
	if err != nil {
		return false, err
	}
	for i := bytes.LastIndex(b, []byte("OggS")); i >= 0; i = bytes.LastIndex(b[:i], []byte("OggS")) {
		p := b[i:]
		if len(p) < 27 {
			continue // not even a header: the page before tells
		}
		if p[4] != 0 { // version: the letters stood within sound
			continue
		}
		length := 27 + int(p[26])
		if len(p) >= length {
			for _, n := range p[27:length] {
				length += int(n)
			}
			if len(p) >= length {
				const end = 4
				return p[5]&end == 0 && len(p) > length, nil // something follows that is no whole page
			}
		}
		return true, nil
	}
	return true, nil
}

// fragmentsEndEarly walks the top boxes. Without moof boxes the duration in moov tells more.
func fragmentsEndEarly(r io.ReaderAt, size int64) (bool, error) {
	fragmented := false
	at := int64(0)
	for range 1 << 20 {
		b, err := readSome(r, at, 16)
		if err != nil {
			return false, err
		}
		if len(b) == 0 {
			return false, nil
		}
		if len(b) < 8 {
			return fragmented, nil
		}
		n := int64(binary.BigEndian.Uint32(b))
		if n == 1 && len(b) == 16 {
			n = int64(binary.BigEndian.Uint64(b[8:]))
		}
		if n == 0 { // to the end of the file
			return false, nil
		}
		if n < 8 {
			return false, nil // nonsense; ffprobe judges
		}
		fragmented = fragmented || string(b[4:8]) == "moof"
		if n > size-at {
			return fragmented, nil
		}
		at += n
	}
	return false, nil
}
