package media

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"kikigaki/internal/interview"
)

// demuxersOf is the list of ffmpeg demuxers a container may be opened with. There is no playlist among them, and a
// file that begins like one kind cannot be opened as another.
func demuxersOf(container string) string {
	switch container {
	case "wav":
		return "wav,w64"
	case "mp4":
		return "mov,mp4,m4a,3gp,3g2,mj2"
	case "matroska":
		return "matroska,webm"
	default:
		return container // ogg, mp3, aac, flac, caf
	}
}

// sniff names the container by its first bytes. The file's name plays no part.
func sniff(r io.ReaderAt, size int64) (string, error) {
	head, err := readSome(r, 0, 64<<10)
	if err != nil {
		return "", err
	}
	// An ID3v2 tag may stand before mp3, aac and flac; what follows it decides.
	if tag := id3Size(head); tag > 0 {
		if tag >= size {
			return "", interview.E("recording_damaged", errors.New("the file ends within its leading tag"))
		}
		after, err := readSome(r, tag, 64<<10)
		if err != nil {
			return "", err
		}
		after = bytes.TrimLeft(after, "\x00") // padding beyond the tag
		switch {
		case bytes.HasPrefix(after, []byte("fLaC")):
			return "flac", nil
		case isADTS(after):
			return "aac", nil
		}
		return "mp3", nil
	}
	at := func(i int, s string) bool { return len(head) >= i+len(s) && string(head[i:i+len(s)]) == s }
	switch {
	case (at(0, "RIFF") || at(0, "RF64") || at(0, "BW64")) && at(8, "WAVE"):
		return "wav", nil
	case at(0, "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"):
		return "wav", nil // Sony Wave64
	case at(0, "\x1a\x45\xdf\xa3"):
		return "matroska", nil
	case at(0, "OggS"):
		return "ogg", nil
	case at(0, "fLaC"):
		return "flac", nil
	case at(0, "caff"):
		return "caf", nil
	}
	for _, box := range []string{"ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"} {
		if at(4, box) {
			return "mp4", nil
		}
	}
	if isPlaylist(head) {
		return "", interview.E("playlist_refused", nil)
	}
	switch {
	case isADTS(head):
		return "aac", nil
	case isMP3(head):
		return "mp3", nil
	case len(bytes.Trim(head, "\x00")) == 0:
		return "", interview.E("recording_damaged", errors.New("nothing but zeros"))
	}
	return "", interview.E("format_not_supported", errors.New("unknown first bytes"))
}

// isPlaylist reports whether text is a list of other files in one of the formats a player follows: HLS and M3U,
// ffconcat, PLS, ASX, SMIL, DASH, XSPF, SDP, or bare addresses.
func isPlaylist(head []byte) bool {
	head = head[:min(len(head), 4096)]
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} { // byte order marks, before anything is decoded
		head = bytes.TrimPrefix(head, []byte(mark))
	}
	text := strings.ToLower(string(bytes.ReplaceAll(head, []byte{0}, nil))) // also as UTF-16
	text = strings.TrimLeft(text, "\ufeff \t\r\n")
	for _, start := range []string{"#extm3u", "#ext-x-", "ffconcat", "[playlist]", "[reference]", "rtsptext", "<asx", "<smil", "<mpd", "v=0\n", "v=0\r\n",
		"concat:", "concatf:", "subfile", "crypto:", "data:", "http:", "https:", "hls+", "file:", "rtsp:", "rtmp:", "ftp:", "tcp:", "udp:", "pipe:", "#!rdf"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	if strings.HasPrefix(text, "<?xml") || strings.HasPrefix(text, "<!doctype") {
		for _, root := range []string{"<mpd", "<smil", "<asx", "<playlist", "<compositionplaylist", "<assetmap"} {
			if strings.Contains(text, root) {
				return true
			}
		}
	}
	// Directives of a list further down: comments may come first, and "file 'x'" needs no header when a demuxer is forced.
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "#ext"):
			continue
		case strings.HasPrefix(line, "#ext"), strings.HasPrefix(line, "ffconcat"), strings.HasPrefix(line, "file '"), strings.HasPrefix(line, "file \""):
			return true
		}
		return false
	}
	return false
}

// readSome reads up to n bytes at off; fewer at the end of the file are no error.
func readSome(r io.ReaderAt, off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	got, err := r.ReadAt(b, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:got], nil
}

// id3Size is the whole length of an ID3v2 tag at the start of b, 0 when there is none.
func id3Size(b []byte) int64 {
	if len(b) < 10 || string(b[:3]) != "ID3" || b[3] == 0xff || b[4] == 0xff {
		return 0
	}
	var n int64
	for _, c := range b[6:10] {
		if c >= 0x80 {
			return 0
		}
		n = n<<7 | int64(c)
	}
	n += 10
	if b[5]&0x10 != 0 {
		n += 10 // footer
	}
	return n
}

// isADTS reports two AAC frames in a row: 12 sync bits, layer 0.
func isADTS(b []byte) bool {
	for range 2 {
		if len(b) < 7 || b[0] != 0xff || b[1]&0xf6 != 0xf0 {
			return false
		}
		n := int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5
		if n < 7 || n > len(b) {
			return false
		}
		b = b[n:]
	}
	return true
}
