package media_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/testkit"
)

// open inspects and decodes and returns the verdict of whichever refuses.
func open(t *testing.T, tool *media.Tool, path string) error {
	t.Helper()
	f, err := tool.Inspect(t.Context(), path)
	if err != nil {
		return err
	}
	dir := t.TempDir()
	pcm, err := tool.Decode(t.Context(), path, f, dir)
	if err != nil {
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("left %v", left)
		}
		return err
	}
	return pcm.Close()
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Each broken or hostile file has one stable verdict, whose sentence is complete in both languages.
func TestBadInput(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{MaxDuration: 30 * time.Minute, MaxSize: 40 << 20})
	noise := make([]byte, 200_000)
	_, _ = rand.Read(noise)
	noise[0] = 'x' // no magic number by chance
	wav := read(t, testkit.Sample("real/ja-reading-1.wav"))
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	if _, err := z.Create("word/document.xml"); err != nil || z.Close() != nil {
		t.Fatal("zip")
	}
	video := filepath.Join(t.TempDir(), "v.mp4")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "testsrc=d=2:s=64x64", "-an", video)
	m4a := testkit.Tone(t, filepath.Join(t.TempDir(), "end.m4a"), 20, 1)
	long := testkit.Talk(t, filepath.Join(t.TempDir(), "long.m4a"), "03-en-analyst.m4a", 31*60)
	big := write(t, "big.wav", wav)
	if err := os.Truncate(big, 41<<20); err != nil {
		t.Fatal(err)
	}
	head := len(wav) - 2*167040 // 10.44 s of samples stand behind it
	zeroHeader := append(bytes.Clone(wav[:head-4]), 0, 0, 0, 0)
	locked := bytes.ReplaceAll(read(t, m4a), []byte("mp4a"), []byte("enca"))
	for _, row := range []struct {
		name string
		path string
		code string
	}{
		{"empty", write(t, "a.m4a", nil), "recording_empty"},
		{"noise", write(t, "a.mp3", noise), "format_not_supported"},
		{"zeros", write(t, "a.m4a", make([]byte, 5000)), "recording_damaged"},
		{"one byte", write(t, "a.m4a", []byte("R")), "format_not_supported"},
		{"text", write(t, "a.m4a", []byte("これは録音ではありません。\n")), "format_not_supported"},
		{"web page", write(t, "a.m4a", []byte("<html>hello</html>")), "format_not_supported"},
		{"error page", write(t, "a.m4a", []byte("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>")), "format_not_supported"},
		{"zip", write(t, "a.m4a", zipped.Bytes()), "format_not_supported"},
		{"picture", write(t, "a.m4a", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")), "format_not_supported"},
		{"header only", write(t, "a.wav", wav[:head]), "recording_damaged"},
		{"empty header", write(t, "a.wav", zeroHeader), "recording_empty"},
		{"half a header", write(t, "a.wav", wav[:30]), "recording_damaged"},
		{"riff of another kind", write(t, "a.wav", append([]byte("RIFF\x24\x00\x00\x00AVI LIST"), noise...)), "format_not_supported"},
		{"no index", testkit.CutFile(t, m4a, filepath.Join(t.TempDir(), "a.m4a"), 0.5), "recording_damaged"},
		{"magic and noise, mp4", write(t, "a.m4a", append([]byte("\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A isom"), noise...)), "recording_damaged"},
		{"magic and noise, webm", write(t, "a.webm", append([]byte("\x1a\x45\xdf\xa3"), noise...)), "recording_damaged"},
		{"magic and noise, ogg", write(t, "a.ogg", append([]byte("OggS\x00\x02"), noise...)), "recording_damaged"},
		{"magic and noise, flac", write(t, "a.flac", append([]byte("fLaC"), noise...)), "recording_damaged"},
		{"magic and noise, caf", write(t, "a.caf", append([]byte("caff\x00\x01\x00\x00"), noise...)), "recording_damaged"},
		{"tag only", write(t, "a.mp3", append([]byte("ID3\x03\x00\x00\x00\x0f\x7f\x7f"), noise[:100]...)), "recording_damaged"},
		{"tag and noise", write(t, "a.mp3", append([]byte("ID3\x03\x00\x00\x00\x00\x00\x0a0123456789"), noise...)), "recording_damaged"},
		{"picture without sound", video, "recording_no_audio"},
		{"copy protection", write(t, "a.m4p", locked), "format_not_supported"},
		{"too long", long, "recording_too_long"},
		{"too large", big, "recording_too_large"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := wantCode(t, open(t, tool, row.path), row.code)
			for _, text := range []string{e.Text("ja"), e.Text("en"), e.Error()} {
				if text == "" || strings.ContainsAny(text, "{}\x1b<") || strings.Contains(text, filepath.Dir(row.path)) {
					t.Errorf("says %q", text)
				}
			}
			if interview.ClassOf(e) != interview.Final {
				t.Errorf("class %s", interview.ClassOf(e))
			}
		})
	}
}

// A file cut off anywhere is never taken for a whole one, and says how much could be read; who wants that part gets it.
func TestTruncated(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	for _, row := range formats {
		switch row.name {
		case "adts.aac", "bare.mp3": // cut between frames; nothing shows it
			continue
		case "end.m4a", "alac.m4a", "alac.caf": // the index was at the end: recording_damaged, above
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			whole := testkit.Tone(t, filepath.Join(t.TempDir(), row.name), 40, row.channels, row.args...)
			shares := []float64{0.5}
			switch row.name {
			case "cbr.mp3", "front.m4a", "fragments.mp4", "pcm.wav", "ima.wav", "plain.flac", "voice.opus", "voice.webm", "voice.caf": // one of each way to claim
				shares = []float64{0.1, 0.5, 0.9}
			}
			for _, share := range shares {
				cut := testkit.CutFile(t, whole, filepath.Join(t.TempDir(), "cut"), share)
				f, err := tool.Inspect(t.Context(), cut)
				if err != nil {
					t.Fatal(err)
				}
				dir := t.TempDir()
				_, err = tool.Decode(t.Context(), cut, f, dir)
				e := wantCode(t, err, "recording_truncated")
				if e.Args["decoded"] == "" || e.Args["claimed"] != "0:40" && e.Args["claimed"] != "?" {
					t.Errorf("%.0f %%: says %v", 100*share, e.Args)
				}
				if left, _ := os.ReadDir(dir); len(left) != 0 {
					t.Errorf("left %v", left)
				}
				if share != 0.5 {
					continue
				}
				pcm, err := tool.Decode(t.Context(), cut, f, dir, media.Partial)
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(pcm.Duration()-20) > 4 {
					t.Errorf("%.1f s of 40", pcm.Duration())
				}
				pcm.Close()
			}
		})
	}
}

// A playlist under another name opens no other file and no connection: it is refused by its content, and the same
// argument lists that open recordings would not open it either.
func TestPlaylists(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{}, 100)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			asked <- struct{}{}
			c.Close()
		}
	}()
	defer listener.Close()
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.wav")
	if err := os.WriteFile(secret, read(t, testkit.Sample("real/ja-reading-1.wav")), 0o600); err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String() + "/x.ts"
	utf16 := "\xff\xfe"
	for _, c := range "#EXTM3U\nsecret.wav\n" {
		utf16 += string([]byte{byte(c), 0})
	}
	for name, text := range map[string]string{
		"ffconcat":          "ffconcat version 1.0\nfile 'secret.wav'\n",
		"concat no header":  "file 'secret.wav'\n",
		"concat comment":    "# a list\nfile 'secret.wav'\n",
		"hls file":          "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://" + secret + "\n#EXT-X-ENDLIST\n",
		"hls http":          "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" + url + "\n#EXT-X-ENDLIST\n",
		"hls after newline": "\n\n#EXTM3U\n#EXTINF:10,\n" + url + "\n",
		"m3u with mark":     "\xef\xbb\xbf#EXTM3U\nsecret.wav\n",
		"m3u utf-16":        utf16,
		"pls":               "[playlist]\nFile1=" + url + "\n",
		"asx":               "<ASX version=\"3.0\"><entry><ref href=\"" + url + "\"/></entry></ASX>",
		"smil":              "<smil><body><audio src=\"secret.wav\"/></body></smil>",
		"dash":              "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><BaseURL>" + url + "</BaseURL></MPD>",
		"xspf":              "<?xml version=\"1.0\"?><playlist><trackList/></playlist>",
		"sdp":               "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n",
		"concat protocol":   "concat:secret.wav|secret.wav",
		"address":           url,
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".m4a")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		wantCode(t, open(t, tool, path), "playlist_refused")
	}
	select {
	case <-asked:
		t.Error("a connection was made")
	default:
	}
}

// What is not a plain file is not opened: a link could point to another person's recording, a pipe would block.
func TestNotAFile(t *testing.T) {
	t.Parallel()
	tool := newTool(t, media.Options{})
	dir := t.TempDir()
	link, pipe := filepath.Join(dir, "link.m4a"), filepath.Join(dir, "pipe.m4a")
	if err := os.Symlink(testkit.Sample("01-ja-sales.m4a"), link); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, pipe, dir} {
		wantCode(t, open(t, tool, path), "format_not_supported")
	}
	_, err := tool.Inspect(t.Context(), filepath.Join(dir, "山田の面談.m4a"))
	if err == nil || strings.Contains(err.Error(), "山田") {
		t.Errorf("says %v", err)
	}
}

// A small file that holds hours costs no more than the limit allows.
func TestBomb(t *testing.T) {
	t.Parallel()
	bomb := filepath.Join(t.TempDir(), "bomb.opus")
	minute := filepath.Join(t.TempDir(), "minute.opus")
	testkit.FFmpeg(t, "-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "60", "-c:a", "libopus", "-b:a", "6k", "-frame_duration", "60", minute)
	testkit.FFmpeg(t, "-stream_loop", "89", "-i", minute, "-c", "copy", bomb)
	info, err := os.Stat(bomb)
	if err != nil {
		t.Fatal(err)
	}
	tool := newTool(t, media.Options{MaxDuration: 10 * time.Minute})
	e := wantCode(t, open(t, tool, bomb), "recording_too_long")
	if e.Args["duration"] != "1:30:00" || e.Args["limit"] != "10:00" {
		t.Errorf("says %v", e.Args)
	}
	// The same when the file is silent about its length: decoding itself stops.
	f, err := newTool(t, media.Options{}).Inspect(t.Context(), bomb)
	if err != nil {
		t.Fatal(err)
	}
	f.Claimed = 0
	dir := t.TempDir()
	_, err = tool.Decode(t.Context(), bomb, f, dir)
	e = wantCode(t, err, "recording_too_long")
	if e.Args["duration"] != "10:01" {
		t.Errorf("decoded %s of a %d byte bomb, want to stop a second past the limit", e.Args["duration"], info.Size())
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
