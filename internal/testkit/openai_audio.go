package testkit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxAudioBytes   = 25 << 20
	maxAudioSeconds = 1400
)

// audioRules are the parameters a model takes, as the public endpoint does.
type audioRules struct {
	fields  []string
	formats []string // response_format
	limit   float64  // seconds of audio
}

func rulesOf(model string) audioRules {
	base := []string{"file", "model", "response_format", "stream"}
	with := func(more ...string) []string { return append(slices.Clone(base), more...) }
	switch {
	case strings.HasPrefix(model, "gpt-transcribe"):
		return audioRules{with("language", "languages[]", "languages", "keywords[]", "keywords", "prompt"), []string{"", "json"}, maxAudioSeconds}
	case strings.HasPrefix(model, "gpt-4o-transcribe-diarize"):
		return audioRules{with("language", "chunking_strategy", "known_speaker_names[]", "known_speaker_references[]"),
			[]string{"", "json", "text", "diarized_json"}, maxAudioSeconds}
	case strings.HasPrefix(model, "gpt-4o"):
		return audioRules{with("language", "prompt", "temperature", "include[]", "chunking_strategy"), []string{"", "json"}, maxAudioSeconds}
	}
	return audioRules{with("language", "prompt", "temperature", "timestamp_granularities[]"),
		[]string{"", "json", "text", "srt", "vtt", "verbose_json"}, 1e9}
}

func (h *OpenAIHandler) transcribe(w http.ResponseWriter, r *http.Request) {
	call := AudioCall{N: h.next("audio"), Fields: map[string][]string{}, Key: bearer(r), At: time.Now()}
	audio, err := readForm(r, &call)
	status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		call.Status, call.Done = status.status, time.Now()
		h.mu.Lock()
		h.audio = append(h.audio, call)
		h.mu.Unlock()
	}()
	refuse := func(code int, reason, message string) {
		h.fail(status, code, "invalid_request_error", reason, message)
	}
	if err != nil {
		refuse(http.StatusBadRequest, "invalid_request", "the form cannot be read")
		return
	}
	sum := sha256.Sum256(audio)
	call.SHA, call.Bytes = hex.EncodeToString(sum[:]), int64(len(audio))
	if !h.authorized(status, r, call.Model) {
		return
	}
	call.Fault = h.fault(Call{Kind: "audio", N: call.N, SHA: call.SHA})
	if call.Fault == FaultDrop || call.Fault == FaultHang {
		status.status = 0 // no answer: nobody pays for it
	}
	if h.misbehave(status, r, call.Fault) {
		return
	}
	if code, reason, message := checkAudio(audio, &call); code != 0 {
		refuse(code, reason, message)
		return
	}
	if h.opts.Delay != nil && !h.wait(r, h.opts.Delay(call.Seconds)) {
		return
	}
	h.write(status, h.speech(call), call.Fault)
}

// readForm reads the multipart body: the audio and the fields.
func readForm(r *http.Request, call *AudioCall) ([]byte, error) {
	m, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	var audio []byte
	for {
		p, err := m.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(io.LimitReader(p, 64<<20))
		if err != nil {
			return nil, err
		}
		if p.FormName() == "file" {
			audio, call.Name = b, p.FileName()
			continue
		}
		call.Fields[p.FormName()] = append(call.Fields[p.FormName()], string(b))
	}
	if v := call.Fields["model"]; len(v) == 1 {
		call.Model = v[0]
	}
	return audio, nil
}

// checkAudio enforces what the public endpoint enforces; code 0 means the request is taken.
func checkAudio(audio []byte, call *AudioCall) (code int, reason, message string) {
	rules := rulesOf(call.Model)
	switch {
	case call.Model == "":
		return http.StatusBadRequest, "missing_required_parameter", "model is required"
	case len(audio) > maxAudioBytes:
		return http.StatusRequestEntityTooLarge, "request_too_large", "Maximum content size limit (26214400) exceeded"
	case len(audio) == 0:
		return http.StatusBadRequest, "audio_too_short", "the file is empty"
	}
	extension := strings.TrimPrefix(strings.ToLower(filepath.Ext(call.Name)), ".")
	if kind := audioKind(audio); kind == "" || !slices.Contains(extensionsOf(kind), extension) {
		return http.StatusBadRequest, "unsupported_format", "Invalid file format"
	}
	for name := range call.Fields {
		if !slices.Contains(rules.fields, name) {
			return http.StatusBadRequest, "unknown_parameter", "unsupported parameter for this model"
		}
	}
	if format := first(call.Fields["response_format"]); !slices.Contains(rules.formats, format) {
		return http.StatusBadRequest, "unsupported_value", "response_format is not compatible with this model"
	}
	if len(call.Fields["language"]) > 0 && len(call.Fields["languages[]"])+len(call.Fields["languages"]) > 0 {
		return http.StatusBadRequest, "invalid_value", "language and languages are exclusive"
	}
	for _, k := range append(slices.Clone(call.Fields["keywords[]"]), call.Fields["keywords"]...) {
		if strings.ContainsAny(k, "<>\r\n") {
			return http.StatusBadRequest, "invalid_value", "a keyword holds a character that is not allowed"
		}
	}
	seconds, err := audioSeconds(audio, extension)
	if err != nil || seconds < 0.1 {
		return http.StatusBadRequest, "audio_too_short", "the audio cannot be decoded or is too short"
	}
	call.Seconds = seconds
	if seconds > rules.limit {
		return http.StatusBadRequest, "invalid_value", fmt.Sprintf("audio duration %.0f seconds is longer than 1400 seconds", seconds)
	}
	if strings.Contains(call.Model, "diarize") && seconds > 30 && len(call.Fields["chunking_strategy"]) == 0 {
		return http.StatusBadRequest, "invalid_value", "chunking_strategy is required"
	}
	return 0, "", ""
}

// audioKind tells a container by its first bytes.
func audioKind(b []byte) string {
	has := func(at int, s string) bool { return len(b) >= at+len(s) && string(b[at:at+len(s)]) == s }
	switch {
	case has(0, "RIFF") && has(8, "WAVE"):
		return "wav"
	case has(0, "fLaC"):
		return "flac"
	case has(0, "OggS"):
		return "ogg"
	case has(4, "ftyp"):
		return "mp4"
	case has(0, "\x1a\x45\xdf\xa3"):
		return "webm"
	case has(0, "ID3"), len(b) > 1 && b[0] == 0xff && b[1]&0xe0 == 0xe0:
		return "mp3"
	}
	return ""
}

func extensionsOf(kind string) []string {
	switch kind {
	case "mp4":
		return []string{"mp4", "m4a"}
	case "mp3":
		return []string{"mp3", "mpga", "mpeg"}
	}
	return []string{kind}
}

// audioSeconds measures a file: PCM WAV and FLAC by their headers, the rest by ffprobe.
func audioSeconds(b []byte, extension string) (float64, error) {
	if s := wavSeconds(b); s > 0 {
		return s, nil
	}
	if audioKind(b) == "flac" && len(b) >= 26 {
		rate := int(b[18])<<12 | int(b[19])<<4 | int(b[20])>>4
		samples := int64(b[21]&15)<<32 | int64(binary.BigEndian.Uint32(b[22:26]))
		if rate > 0 && samples > 0 {
			return float64(samples) / float64(rate), nil
		}
	}
	f, err := os.CreateTemp("", "audio-*."+extension)
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(b); err != nil {
		return 0, err
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", f.Name()).Output()
	if err != nil {
		return 0, fmt.Errorf("ffprobe: %w", err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

// wavSeconds reads fmt and data of a PCM WAV; 0 when it is something else.
func wavSeconds(b []byte) float64 {
	if audioKind(b) != "wav" {
		return 0
	}
	rate := uint32(0)
	for at := 12; at+8 <= len(b); {
		size := int(binary.LittleEndian.Uint32(b[at+4 : at+8]))
		body := b[at+8:]
		switch string(b[at : at+4]) {
		case "fmt ":
			if len(body) < 16 || binary.LittleEndian.Uint16(body) != 1 {
				return 0
			}
			rate = binary.LittleEndian.Uint32(body[8:])
		case "data":
			if rate == 0 {
				return 0
			}
			return float64(min(size, len(body))) / float64(rate)
		}
		at += 8 + size + size&1
	}
	return 0
}

// speech makes the answer in the format asked for.
func (h *OpenAIHandler) speech(call AudioCall) map[string]any {
	text, ok := h.opts.Texts[call.SHA]
	answer := SpeechAnswer{Text: text}
	switch {
	case ok:
	case h.opts.Speech != nil:
		answer = h.opts.Speech(call)
	default:
		answer.Text = "断片" + call.SHA[:8]
	}
	answer = spoil(answer, call)
	out := map[string]any{"text": answer.Text, "usage": map[string]any{"type": "duration", "seconds": int(call.Seconds + 0.5)}}
	if call.Fault == FaultNullText {
		out["text"] = nil
	}
	format := first(call.Fields["response_format"])
	if format != "verbose_json" && format != "diarized_json" {
		if strings.HasPrefix(call.Model, "gpt-transcribe") {
			out["languages"] = []string{}
		}
		return out
	}
	segments := answer.Segments
	if segments == nil && answer.Text != "" {
		segments = []SpeechSegment{{0, call.Seconds, answer.Text, ""}}
	}
	list := []map[string]any{}
	for i, s := range segments {
		m := map[string]any{"id": i, "start": s.Start, "end": s.End, "text": s.Text}
		if format == "diarized_json" {
			m["id"], m["type"], m["speaker"] = "seg_"+strconv.Itoa(i), "transcript.text.segment", s.Speaker
		}
		switch call.Fault {
		case FaultNumbersAsText:
			m["id"], m["start"], m["end"] = "s"+strconv.Itoa(i), fmt.Sprint(s.Start), fmt.Sprint(s.End)
		case FaultTimesBackwards:
			m["start"], m["end"] = s.End, s.Start
		case FaultTimesInNano:
			m["start"], m["end"] = s.Start*1e9, s.End*1e9
		case FaultSpeakersMixed:
			m["text"] = "something else entirely"
		}
		list = append(list, m)
	}
	out["task"], out["language"], out["duration"], out["segments"] = "transcribe", "japanese", call.Seconds, list
	if call.Fault == FaultNumbersAsText {
		out["duration"] = fmt.Sprint(call.Seconds)
	}
	return out
}

// spoil plays the faults of the text.
func spoil(a SpeechAnswer, call AudioCall) SpeechAnswer {
	r := []rune(a.Text)
	n := len(r)
	switch call.Fault {
	case FaultEmptyText:
		return SpeechAnswer{}
	case FaultLoop:
		return SpeechAnswer{Text: strings.Repeat("ということで、", int(call.Seconds)+6)}
	case FaultEcho:
		words := append(slices.Clone(call.Fields["keywords[]"]), call.Fields["prompt"]...)
		return SpeechAnswer{Text: strings.Join(words, "、")}
	case FaultStock:
		return SpeechAnswer{Text: "ご視聴ありがとうございました。"}
	case FaultStockTail:
		return SpeechAnswer{Text: a.Text + "ご視聴ありがとうございました。"}
	case FaultKorean:
		return SpeechAnswer{Text: strings.Repeat("시청해주셔서 정말로 감사합니다. 오늘도 좋은 하루 되세요. ", 2)}
	case FaultEnglish:
		return SpeechAnswer{Text: "So this is what we talked about in the meeting and it was very good for all of us here."}
	case FaultMissingMiddle:
		return SpeechAnswer{Text: string(r[:n/3]) + string(r[n*2/3:]), Segments: without(a.Segments, 1)}
	case FaultMissingEnd:
		return SpeechAnswer{Text: string(r[:n/3]), Segments: without(a.Segments, 2)}
	}
	return a
}

// without leaves out one third of the segments: 1 the middle one, 2 the last two.
func without(in []SpeechSegment, third int) []SpeechSegment {
	n := len(in)
	if third == 2 {
		return in[:n/3]
	}
	return append(slices.Clone(in[:n/3]), in[n*2/3:]...)
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(code int) {
	w.status = code
	w.ResponseWriter.WriteHeader(code)
}

func (w *statusWriter) Flush() { flush(w.ResponseWriter) }
