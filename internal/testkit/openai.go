package testkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// OpenAIOptions says how the stand-in for an OpenAI-compatible endpoint answers. The zero value takes any key, answers
// each audio file with a text made from its SHA-256, and chat with 503.
type OpenAIOptions struct {
	// Keys are the Bearer tokens by model; a model that is not there needs none. "*" stands for all other models.
	Keys map[string]string
	// Models are listed by GET /models, with their shutdown dates ("" = null). nil lists gpt-transcribe and stand-in.
	Models map[string]string
	// Texts are answers by the SHA-256 (hex) of the audio file. Speech is asked for the others; nil says "断片" and the
	// first eight digits of the SHA-256.
	Texts  map[string]string
	Speech func(AudioCall) SpeechAnswer
	// Chat answers a chat request with the content of the message; nil answers 503.
	Chat func(ChatCall) (string, error)
	// Fault decides how a request fails; nil and "" let it succeed. Faults put in line by Fail come first.
	Fault func(Call) Fault
	// Delay is slept before an answer; seconds of audio for speech, 0 for chat.
	Delay func(seconds float64) time.Duration
	// RedirectTo is where FaultRedirect sends the client.
	RedirectTo string
	// RetryAfter is what FaultBusy and FaultBusyDate ask for; 0 means 1 s.
	RetryAfter time.Duration
	// Canary is put into the body of every error, so that a test can look for it where no body may appear.
	Canary string
}

// SpeechAnswer is what was understood in one audio file.
type SpeechAnswer struct {
	Text     string
	Segments []SpeechSegment // for verbose_json and diarized_json; nil spreads Text evenly
}

// SpeechSegment is a part of an answer with times in seconds from the start of the file.
type SpeechSegment struct {
	Start, End float64
	Text       string
	Speaker    string
}

// Call is one request as a Fault function sees it.
type Call struct {
	Kind string // audio, chat, models
	N    int    // number of this request of its kind, from 1
	SHA  string // of the audio file
}

// AudioCall is one transcription request that was received.
type AudioCall struct {
	N       int
	SHA     string // SHA-256 of the file, hex
	Bytes   int64
	Seconds float64
	Model   string
	Name    string // file name of the part
	Fields  map[string][]string
	Key     string
	Status  int
	Fault   Fault
	At      time.Time // when it came
	Done    time.Time // when its answer was out
}

// ChatCall is one chat request that was received.
type ChatCall struct {
	N        int
	Model    string
	Messages []ChatMessage
	Schema   json.RawMessage // response_format
	Body     json.RawMessage
	Key      string
	Status   int
	Fault    Fault
	At       time.Time
}

// ChatMessage is one message of a chat request.
type ChatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// OpenAIHandler is the stand-in as a handler: it enforces the real limits (25 MiB, formats by name and content,
// parameters by model, 1400 s) and counts what it is asked. It needs no *testing.T, so that a program can serve it.
type OpenAIHandler struct {
	opts OpenAIOptions
	mux  *http.ServeMux
	stop chan struct{}
	once sync.Once

	mu     sync.Mutex
	audio  []AudioCall
	chat   []ChatCall
	counts map[string]int
	line   map[string][]Fault // faults in line by kind, or by "sha:"+SHA
}

// NewOpenAI makes the handler. Paths are those below the base URL: /audio/transcriptions, /chat/completions, /models,
// with and without /v1 before them.
func NewOpenAI(o OpenAIOptions) *OpenAIHandler {
	h := &OpenAIHandler{opts: o, mux: http.NewServeMux(), stop: make(chan struct{}), counts: map[string]int{}, line: map[string][]Fault{}}
	for _, prefix := range []string{"", "/v1"} {
		h.mux.HandleFunc("POST "+prefix+"/audio/transcriptions", h.transcribe)
		h.mux.HandleFunc("POST "+prefix+"/chat/completions", h.complete)
		h.mux.HandleFunc("GET "+prefix+"/models", h.models)
	}
	h.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		h.fail(w, http.StatusNotFound, "invalid_request_error", "", "unknown path")
	})
	return h
}

func (h *OpenAIHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", fmt.Sprintf("req_%08d", h.next("requests")))
	h.mux.ServeHTTP(w, r)
}

// Close ends requests that hang.
func (h *OpenAIHandler) Close() { h.once.Do(func() { close(h.stop) }) }

// OpenAIServer is the stand-in, listening.
type OpenAIServer struct {
	*OpenAIHandler
	URL string // base URL, with /v1
}

// OpenAI starts the stand-in for the length of a test.
func OpenAI(t testing.TB, o OpenAIOptions) *OpenAIServer {
	t.Helper()
	h := NewOpenAI(o)
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		h.Close()
		s.CloseClientConnections()
		s.Close()
	})
	return &OpenAIServer{OpenAIHandler: h, URL: s.URL + "/v1"}
}

// Fail puts faults in line: the next requests of that kind ("audio", "chat", "models") fail so, one each.
func (h *OpenAIHandler) Fail(kind string, faults ...Fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.line[kind] = append(h.line[kind], faults...)
}

// FailAudio puts faults in line for one audio file.
func (h *OpenAIHandler) FailAudio(sha string, faults ...Fault) { h.Fail("sha:"+sha, faults...) }

// Audio are the transcription requests received so far, refused ones included.
func (h *OpenAIHandler) Audio() []AudioCall {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]AudioCall(nil), h.audio...)
}

// Chats are the chat requests received so far.
func (h *OpenAIHandler) Chats() []ChatCall {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]ChatCall(nil), h.chat...)
}

// Paid counts, by SHA-256 of the audio, the transcriptions that were answered with status 200: what a bill would show.
func (h *OpenAIHandler) Paid() map[string]int {
	out := map[string]int{}
	for _, c := range h.Audio() {
		if c.Status == http.StatusOK {
			out[c.SHA]++
		}
	}
	return out
}

func (h *OpenAIHandler) next(kind string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[kind]++
	return h.counts[kind]
}

// fault takes the next fault for a call.
func (h *OpenAIHandler) fault(c Call) Fault {
	h.mu.Lock()
	for _, key := range []string{"sha:" + c.SHA, c.Kind} {
		if q := h.line[key]; len(q) > 0 {
			h.line[key] = q[1:]
			h.mu.Unlock()
			return q[0]
		}
	}
	h.mu.Unlock()
	if h.opts.Fault != nil {
		return h.opts.Fault(c)
	}
	return ""
}

// authorized answers 401 unless the key of the model was sent.
func (h *OpenAIHandler) authorized(w http.ResponseWriter, r *http.Request, model string) bool {
	want, ok := h.opts.Keys[model]
	if !ok {
		want, ok = h.opts.Keys["*"]
	}
	if !ok || bearer(r) == want {
		return true
	}
	h.fail(w, http.StatusUnauthorized, "invalid_request_error", "invalid_api_key", "Incorrect API key provided")
	return false
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func (h *OpenAIHandler) models(w http.ResponseWriter, r *http.Request) {
	if !h.authorized(w, r, "*") || h.misbehave(w, r, h.fault(Call{Kind: "models", N: h.next("models")})) {
		return
	}
	list := h.opts.Models
	if list == nil {
		list = map[string]string{"gpt-transcribe": "", "stand-in": "", "whisper-1": "2027-02-26"}
	}
	data := []map[string]any{}
	for id, shutdown := range list {
		m := map[string]any{"id": id, "object": "model", "owned_by": "test", "shutdown_date": nil}
		if shutdown != "" {
			m["shutdown_date"] = shutdown
		}
		data = append(data, m)
	}
	h.answer(w, map[string]any{"object": "list", "data": data})
}

func (h *OpenAIHandler) answer(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// fail answers an error in OpenAI's shape, with the canary in its message.
func (h *OpenAIHandler) fail(w http.ResponseWriter, status int, kind, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	var c any
	if code != "" {
		c = code
	}
	json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{
		"message": strings.TrimSpace(message + " " + h.opts.Canary), "type": kind, "param": nil, "code": c}})
}
