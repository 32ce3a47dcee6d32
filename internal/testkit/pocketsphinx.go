package testkit

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// PocketsphinxHandler is a real, if modest, English recogniser behind the API of the public endpoint: ffmpeg brings the
// file to 16 kHz, pocketsphinx_continuous listens. It needs the Debian packages ffmpeg, pocketsphinx and
// pocketsphinx-en-us. It needs no *testing.T, so that a program can serve it.
func PocketsphinxHandler() http.Handler {
	places := make(chan struct{}, 2) // one recogniser takes one core
	mux := http.NewServeMux()
	listen := func(w http.ResponseWriter, r *http.Request) {
		places <- struct{}{}
		defer func() { <-places }()
		text, seconds, err := recognise(r)
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, mustJSON(map[string]any{"error": map[string]any{"message": "the audio cannot be recognised", "type": "invalid_request_error", "code": "unsupported_format"}}))
			return
		}
		io.WriteString(w, mustJSON(map[string]any{"text": text, "usage": map[string]any{"type": "duration", "seconds": seconds}}))
	}
	models := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"object":"list","data":[{"id":"pocketsphinx","object":"model","shutdown_date":null}]}`)
	}
	for _, prefix := range []string{"", "/v1"} {
		mux.HandleFunc("POST "+prefix+"/audio/transcriptions", listen)
		mux.HandleFunc("GET "+prefix+"/models", models)
	}
	return mux
}

// Pocketsphinx serves the recogniser for the length of a test and returns its base URL. The model's name is
// "pocketsphinx".
func Pocketsphinx(t testing.TB) string {
	t.Helper()
	for _, tool := range []string{"ffmpeg", "pocketsphinx_continuous"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("testkit: %s is missing: apt-get install ffmpeg pocketsphinx pocketsphinx-en-us", tool)
		}
	}
	s := httptest.NewServer(PocketsphinxHandler())
	t.Cleanup(s.Close)
	return s.URL + "/v1"
}

// recognise reads the form of a request and listens to its file.
func recognise(r *http.Request) (text string, seconds float64, err error) {
	call := AudioCall{Fields: map[string][]string{}}
	audio, err := readForm(r, &call)
	if err != nil {
		return "", 0, err
	}
	if len(audio) == 0 {
		return "", 0, fmt.Errorf("no audio")
	}
	dir, err := os.MkdirTemp("", "pocketsphinx-")
	if err != nil {
		return "", 0, err
	}
	defer os.RemoveAll(dir)
	in := filepath.Join(dir, "in"+filepath.Ext(filepath.Base("x"+call.Name)))
	if err := os.WriteFile(in, audio, 0o600); err != nil {
		return "", 0, err
	}
	text, err = Recognise(r.Context(), in)
	if err != nil {
		return "", 0, err
	}
	seconds, err = audioSeconds(audio, strings.TrimPrefix(filepath.Ext(in), "."))
	return text, seconds, err
}

// Recognise listens to one audio file with pocketsphinx's English model.
func Recognise(ctx context.Context, path string) (string, error) {
	dir, err := os.MkdirTemp("", "pocketsphinx-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	wav := filepath.Join(dir, "in.wav")
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-i", path,
		"-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", wav).Run(); err != nil {
		return "", fmt.Errorf("convert: %w", err)
	}
	out, err := exec.CommandContext(ctx, "pocketsphinx_continuous", "-infile", wav, "-logfn", "/dev/null").Output()
	if err != nil {
		return "", fmt.Errorf("recognise: %w", err)
	}
	return strings.Join(strings.Fields(string(out)), " "), nil
}
