package testkit

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// pcmWAV is a WAV of silence.
func pcmWAV(seconds float64) []byte {
	var b bytes.Buffer
	samples := make([]int16, int(seconds*16000))
	size := uint32(2 * len(samples))
	for _, v := range []any{[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(16000), uint32(32000),
		uint16(2), uint16(16), []byte("data"), size, samples} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes everything
	}
	return b.Bytes()
}

// send posts a form; fields are name, value pairs.
func send(t *testing.T, url, name string, audio []byte, fields ...string) (int, map[string]any) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(audio); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return answerOf(t, url+"/audio/transcriptions", w.FormDataContentType(), &b)
}

func answerOf(t *testing.T, url, kind string, body io.Reader) (int, map[string]any) {
	t.Helper()
	resp, err := http.Post(url, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, out
}

// TestRealLimits: the stand-in refuses what the public endpoint refuses.
func TestRealLimits(t *testing.T) {
	t.Parallel()
	server := OpenAI(t, OpenAIOptions{})
	wav := pcmWAV(2)
	const gpt, whisper, diarize = "gpt-transcribe", "whisper-1", "gpt-4o-transcribe-diarize"
	for _, c := range []struct {
		name, file string
		audio      []byte
		fields     []string
		status     int
	}{
		{"text-only model", "a.wav", wav, []string{"model", gpt, "languages[]", "ja", "keywords[]", "高梨"}, 200},
		{"verbose_json of a text-only model", "a.wav", wav, []string{"model", gpt, "response_format", "verbose_json"}, 400},
		{"timestamps of a text-only model", "a.wav", wav, []string{"model", gpt, "timestamp_granularities[]", "word"}, 400},
		{"language and languages", "a.wav", wav, []string{"model", gpt, "languages[]", "ja", "language", "ja"}, 400},
		{"keyword with a bracket", "a.wav", wav, []string{"model", gpt, "keywords[]", "<b>"}, 400},
		{"keyword with a line break", "a.wav", wav, []string{"model", gpt, "keywords[]", "a\nb"}, 400},
		{"keywords of another model", "a.wav", wav, []string{"model", whisper, "keywords[]", "a"}, 400},
		{"whisper with times", "a.wav", wav, []string{"model", whisper, "response_format", "verbose_json", "timestamp_granularities[]", "segment"}, 200},
		{"prompt of the diarizing model", "a.wav", wav, []string{"model", diarize, "prompt", "a"}, 400},
		{"diarizing without chunking above 30 s", "a.wav", pcmWAV(31), []string{"model", diarize}, 400},
		{"diarizing", "a.wav", pcmWAV(31), []string{"model", diarize, "chunking_strategy", "auto", "response_format", "diarized_json"}, 200},
		{"no model", "a.wav", wav, nil, 400},
		{"no extension", "audio", wav, []string{"model", gpt}, 400},
		{"extension of another format", "a.mp3", wav, []string{"model", gpt}, 400},
		{"text named .wav", "a.wav", []byte("hello"), []string{"model", gpt}, 400},
		{"empty", "a.wav", nil, []string{"model", gpt}, 400},
		{"too short", "a.wav", pcmWAV(0.05), []string{"model", gpt}, 400},
		{"1401 s at 8 bytes a second", "a.wav", longWAV(1401), []string{"model", gpt}, 400},
		{"1401 s for whisper", "a.wav", longWAV(1401), []string{"model", whisper}, 200},
		{"26 MiB", "a.wav", append(pcmWAV(1), make([]byte, 26<<20)...), []string{"model", gpt}, 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body := send(t, server.URL, c.file, c.audio, c.fields...)
			if status != c.status {
				t.Errorf("status %d, want %d: %v", status, c.status, body)
			}
		})
	}
}

// longWAV claims a byte rate of 8, so that long audio is small.
func longWAV(seconds int) []byte {
	b := pcmWAV(float64(seconds) * 8 / 32000)
	binary.LittleEndian.PutUint32(b[28:], 8)
	binary.LittleEndian.PutUint32(b[24:], 8)
	return b
}

func TestAnswersAndCounts(t *testing.T) {
	t.Parallel()
	wav := pcmWAV(2)
	server := OpenAI(t, OpenAIOptions{Keys: map[string]string{"gpt-transcribe": "sk-right"}})
	if status, _ := send(t, server.URL, "a.wav", wav, "model", "gpt-transcribe"); status != http.StatusUnauthorized {
		t.Errorf("without a key: %d", status)
	}
	status, body := send(t, server.URL, "a.wav", wav, "model", "other")
	calls := server.Audio()
	sha := calls[1].SHA
	if status != 200 || body["text"] != "断片"+sha[:8] || calls[1].Seconds != 2 || calls[1].Model != "other" || calls[1].Name != "a.wav" {
		t.Errorf("%d %v, %+v", status, body, calls[1])
	}
	server.FailAudio(sha, FaultServer)
	send(t, server.URL, "a.wav", pcmWAV(3), "model", "other")
	if status, _ := send(t, server.URL, "a.wav", wav, "model", "other"); status != 500 {
		t.Errorf("the fault of this file: %d", status)
	}
	send(t, server.URL, "a.wav", wav, "model", "other")
	if n := server.Paid()[sha]; n != 2 {
		t.Errorf("paid %d times, want 2: refused and failed ones are free", n)
	}

	scripted := OpenAI(t, OpenAIOptions{Texts: map[string]string{sha: "決まった答え"}, Speech: func(AudioCall) SpeechAnswer {
		return SpeechAnswer{Text: "一つ。二つ。", Segments: []SpeechSegment{{Start: 0, End: 1, Text: "一つ。", Speaker: "A"}, {Start: 1, End: 2, Text: "二つ。", Speaker: "B"}}}
	}})
	if _, body := send(t, scripted.URL, "a.wav", wav, "model", "x"); body["text"] != "決まった答え" {
		t.Errorf("= %v", body)
	}
	_, body = send(t, scripted.URL, "a.wav", pcmWAV(2.5), "model", "x", "response_format", "verbose_json")
	if segments, _ := body["segments"].([]any); len(segments) != 2 {
		t.Errorf("= %v", body)
	}
}

func TestChatRules(t *testing.T) {
	t.Parallel()
	server := OpenAI(t, OpenAIOptions{Chat: func(c ChatCall) (string, error) { return `{"ids":[12],"text":"` + c.Messages[0].Content + `"}`, nil }})
	message := `"messages":[{"role":"user","content":"x"}]`
	strict := func(schema string) string {
		return `{"model":"stand-in",` + message + `,"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":` + schema + `}}}`
	}
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"plain", `{"model":"stand-in",` + message + `}`, 200},
		{"temperature of a reasoning model", `{"model":"gpt-5-mini","temperature":0,` + message + `}`, 400},
		{"max_tokens of a reasoning model", `{"model":"gpt-5-mini","max_tokens":5,` + message + `}`, 400},
		{"max_completion_tokens", `{"model":"gpt-5-mini","max_completion_tokens":5,` + message + `}`, 200},
		{"strict schema", strict(`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`), 200},
		{"strict schema with an optional property", strict(`{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}`), 400},
		{"strict schema that is open further in", strict(`{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string"}},"required":["b"]}}},"required":["a"],"additionalProperties":false}`), 400},
		{"json_object without the word", `{"model":"stand-in",` + message + `,"response_format":{"type":"json_object"}}`, 400},
		{"no messages", `{"model":"stand-in"}`, 400},
		{"no JSON", `hello`, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if status, body := answerOf(t, server.URL+"/chat/completions", "application/json", strings.NewReader(c.body)); status != c.status {
				t.Errorf("status %d, want %d: %v", status, c.status, body)
			}
		})
	}
	for fault, want := range map[Fault]string{FaultLength: "length", FaultWhitespace: "length", FaultContentFilter: "content_filter", FaultRefusal: "stop", FaultUnknownIDs: "stop"} {
		server.Fail("chat", fault)
		_, body := answerOf(t, server.URL+"/chat/completions", "application/json", strings.NewReader(`{"model":"stand-in",`+message+`}`))
		choice := body["choices"].([]any)[0].(map[string]any)
		if choice["finish_reason"] != want {
			t.Errorf("%s: finish_reason %v, want %s", fault, choice["finish_reason"], want)
		}
		content := choice["message"].(map[string]any)["content"].(string)
		if fault == FaultUnknownIDs && !strings.Contains(content, "987654") {
			t.Errorf("ids are as they were: %s", content)
		}
		if fault == FaultRefusal && choice["message"].(map[string]any)["refusal"] == nil {
			t.Error("no refusal")
		}
	}
}

// TestHangsEndWithTheServer: a request that hangs does not keep a test from ending.
func TestHangsEndWithTheServer(t *testing.T) {
	t.Parallel()
	h := NewOpenAI(OpenAIOptions{Fault: func(Call) Fault { return FaultHang }})
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }() // a hang ends in an aborted connection
		r, err := http.NewRequest(http.MethodGet, "http://x/v1/models", nil)
		if err != nil {
			t.Error(err)
			return
		}
		h.ServeHTTP(discard{}, r)
	}()
	h.Close()
	h.Close()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Error("still hangs")
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestPocketsphinxHearsWords(t *testing.T) {
	t.Parallel()
	url := Pocketsphinx(t)
	path := Speech(t, t.TempDir()+"/a.wav", "en", "I would like to work on the sales report.")
	heard, err := Recognise(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if wer := WER("I would like to work on the sales report", heard); wer > 0.4 {
		t.Errorf("word error rate %.2f: %q", wer, heard)
	}
	status, _ := send(t, url, "a.wav", []byte("no audio"), "model", "pocketsphinx")
	if status != http.StatusBadRequest {
		t.Errorf("no audio: %d", status)
	}
}

func TestWER(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said, heard string
		want        float64
	}{
		{"Um, so it is good.", "so it is good", 0},
		{"It is good", "it was good", 1.0 / 3},
		{"it is good", "it good", 1.0 / 3},
		{"it is good", "it is very good", 1.0 / 3},
		{"it", "a b c", 3},
		{"", "", 0},
		{"", "a", 1},
		{"don’t go", "don't go", 0},
	} {
		if got := WER(c.said, c.heard); got != c.want {
			t.Errorf("WER(%q, %q) = %v, want %v", c.said, c.heard, got, c.want)
		}
	}
	if got := Words("That’s 12,000, um — okay?"); !slices.Equal(got, []string{"that's", "12", "000", "okay"}) {
		t.Errorf("Words = %q", got)
	}
}
