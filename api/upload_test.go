package api

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/internal/testkit"
)

// awaiting opens an interview and consents to it.
func (w *world) awaiting() string {
	w.t.Helper()
	v := w.open()
	w.consent(v.ID)
	return v.ID
}

// send PUTs one part to its presigned address, as a browser would: without any header of ours.
func (w *world) send(url string, part []byte) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), "PUT", url, bytes.NewReader(part))
	check(w.t, err)
	return w.do(http.DefaultClient, req).status
}

func TestResumableUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	base := "/v1/interviews/" + id + "/uploads"
	data := make([]byte, 2*minPart+1234)
	_, err := rand.Read(data)
	check(t, err)
	sum := sha256.Sum256(data)
	start := map[string]any{"name": "面談 録音.M4A", "size": len(data), "sha256": hex.EncodeToString(sum[:]), "channels": []string{"interviewer", "employee"}}
	var u Upload
	w.call("suzuki", "POST", base, start).want(201).into(&u)
	if u.Parts != 3 || u.PartSize != minPart || u.State != "open" || len(u.Arrived) != 0 {
		t.Fatalf("upload %+v", u)
	}
	one := base + "/" + u.ID
	w.call("kato", "GET", one, nil).want(404, "not_found")
	w.call("sato", "GET", one, nil).want(403, "forbidden")
	w.call("hayashi", "GET", one, nil).want(403, "forbidden") // hr did not open it
	w.call("suzuki", "POST", one+"/parts", map[string]any{"numbers": []int{4}}).want(422, "validation_failed")
	w.call("suzuki", "POST", one+"/parts", map[string]any{"numbers": []int{1, 1}}).want(422, "validation_failed")
	w.call("suzuki", "POST", one+"/parts", map[string]any{"numbers": []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}).want(422, "validation_failed")
	var urls PartURLs
	w.call("suzuki", "POST", one+"/parts", map[string]any{"numbers": []int{1, 2, 3}}).want(200).into(&urls)
	part := func(n int) []byte { return data[(n-1)*minPart : min(len(data), n*minPart)] }
	for _, n := range []int{1, 3} {
		if got := w.send(urls.Parts[n-1].URL, part(n)); got != 200 {
			t.Fatalf("part %d: %d", n, got)
		}
	}
	w.call("suzuki", "POST", one+"/complete", nil).want(409, "upload_incomplete")
	// The same file chosen again goes on where it stopped.
	var again Upload
	w.call("suzuki", "POST", base, start).want(201).into(&again)
	if again.ID != u.ID || len(again.Arrived) != 2 || again.Arrived[1].Number != 3 {
		t.Fatalf("found again %+v", again)
	}
	if got := w.send(urls.Parts[1].URL, part(2)); got != 200 {
		t.Fatalf("part 2: %d", got)
	}
	var v Interview
	w.call("suzuki", "POST", one+"/complete", nil).want(200).into(&v)
	if v.Status != interview.Queued || v.Recording.Size != int64(len(data)) || v.Recording.Format != "m4a" || len(v.Recording.Channels) != 2 || w.waker.kinds(id) != "prepare" {
		t.Errorf("complete %+v %+v", v, v.Recording)
	}
	w.call("suzuki", "POST", one+"/complete", nil).want(200) // the reply was lost
	recs, err := w.store.Recordings(t.Context(), id)
	check(t, err)
	if len(recs) != 1 || recs[0].SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%d recordings", len(recs))
	}
	w.call("suzuki", "DELETE", one, nil).want(409, "state_conflict")
	// A file that another interview of the caller has is pointed out; across others nothing is said.
	other := w.awaiting()
	w.call("suzuki", "POST", "/v1/interviews/"+other+"/uploads", start).want(409, "duplicate_recording")
	var third Interview
	w.call("tanaka", "POST", "/v1/interviews", map[string]any{"employee": "kato@example.co.jp"}).want(201).into(&third)
	w.call("tanaka", "POST", "/v1/interviews/"+third.ID+"/uploads", start).want(201)
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	base := "/v1/interviews/" + id + "/uploads"
	w.call("suzuki", "POST", base, map[string]any{"name": "a.m4a", "size": 0}).want(422, "recording_empty")
	w.call("suzuki", "POST", base, map[string]any{"name": "a.m4a", "size": 65 << 20}).want(413, "recording_too_large")
	w.call("suzuki", "POST", base, map[string]any{"name": "a.m4a", "size": -1}).want(422, "validation_failed")
	w.call("suzuki", "POST", base, map[string]any{"name": "a.m4a", "size": 9, "channels": []string{"a", "b", "c"}}).want(422, "validation_failed")
	var u Upload
	w.call("suzuki", "POST", base, map[string]any{"name": "../../etc/passwd\u202e", "size": 9}).want(201).into(&u)
	var urls PartURLs
	w.call("suzuki", "POST", base+"/"+u.ID+"/parts", map[string]any{"numbers": []int{1}}).want(200).into(&urls)
	if strings.Contains(urls.Parts[0].URL, "passwd") {
		t.Error("the address holds the file's name")
	}
	if got := w.send(urls.Parts[0].URL, []byte("more than nine bytes")); got != 200 {
		t.Fatalf("part: %d", got)
	}
	w.call("suzuki", "POST", base+"/"+u.ID+"/complete", nil).want(422, "upload_size_mismatch")
	w.call("suzuki", "GET", base+"/"+u.ID, nil).want(410, "upload_expired")
	w.call("suzuki", "POST", base, map[string]any{"name": "b.m4a", "size": 9}).want(201).into(&u)
	w.call("suzuki", "DELETE", base+"/"+u.ID, nil).want(204)
	w.call("suzuki", "DELETE", base+"/"+u.ID, nil).want(204)
	w.call("suzuki", "POST", base+"/"+u.ID+"/parts", map[string]any{"numbers": []int{1}}).want(410, "upload_expired")
	w.call("suzuki", "POST", base, map[string]any{"name": "c.m4a", "size": 9}).want(201).into(&u)
	check(t, w.store.ExtendUpload(t.Context(), u.ID, interview.Now().Add(-time.Minute)))
	w.call("suzuki", "POST", base+"/"+u.ID+"/complete", nil).want(410, "upload_expired")
}

// Two completions at once make one recording.
func TestCompleteTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	base := "/v1/interviews/" + id + "/uploads"
	var u Upload
	w.call("suzuki", "POST", base, map[string]any{"name": "a.wav", "size": 5}).want(201).into(&u)
	var urls PartURLs
	w.call("suzuki", "POST", base+"/"+u.ID+"/parts", map[string]any{"numbers": []int{1}}).want(200).into(&urls)
	w.send(urls.Parts[0].URL, []byte("sound"))
	var all sync.WaitGroup
	replies := make([]*reply, 4)
	for i := range replies {
		all.Go(func() { replies[i] = w.call("suzuki", "POST", base+"/"+u.ID+"/complete", nil) })
	}
	all.Wait()
	for _, r := range replies {
		if r.status != 200 && r.code() != "state_conflict" {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	recs, err := w.store.Recordings(t.Context(), id)
	check(t, err)
	if len(recs) != 1 {
		t.Errorf("%d recordings of one upload", len(recs))
	}
}

func TestPutRecordingAndPlay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	path := "/v1/interviews/" + id + "/recording"
	w.call("suzuki", "PUT", path, "").want(422, "recording_empty")
	w.call("suzuki", "PUT", path+"?speakers=9", "x").want(422, "validation_failed")
	w.call("suzuki", "PUT", path+"?channels=boss", "x").want(422, "validation_failed")
	w.call("suzuki", "PUT", path+"?sha256="+strings.Repeat("0", 64), "x").want(422, "checksum_mismatch")
	raw, err := os.ReadFile(testkit.Sample("01-ja-sales.m4a"))
	check(t, err)
	// A stream of unknown length, as curl -T - sends it.
	var v Interview
	w.call("suzuki", "PUT", path+"?name=a.m4a", io.MultiReader(bytes.NewReader(raw))).want(200).into(&v)
	if v.Status != interview.Queued || v.Recording.Size != int64(len(raw)) || v.Recording.SHA256 == "" {
		t.Errorf("stored %+v", v.Recording)
	}
	w.call("suzuki", "PUT", path, "another").want(409, "state_conflict")
	w.call("kato", "GET", path, nil).want(404, "not_found")
	w.call("hayashi", "GET", path, nil).want(403, "forbidden")

	whole := w.call("sato", "GET", path, nil).want(200)
	if !bytes.Equal(whole.body, raw) || whole.header.Get("Content-Type") != "audio/mp4" || whole.header.Get("Accept-Ranges") != "bytes" ||
		whole.header.Get("X-Content-Type-Options") != "nosniff" || whole.header.Get("Content-Disposition") != "inline" {
		t.Errorf("%d bytes, %v", len(whole.body), whole.header)
	}
	tag := whole.header.Get("ETag")
	for _, c := range []struct {
		head   []string
		status int
		body   []byte
		span   string
	}{
		{[]string{"Range", "bytes=0-1"}, 206, raw[:2], fmt.Sprintf("bytes 0-1/%d", len(raw))},
		{[]string{"Range", "bytes=-500"}, 206, raw[len(raw)-500:], fmt.Sprintf("bytes %d-%d/%d", len(raw)-500, len(raw)-1, len(raw))},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", len(raw)-3)}, 206, raw[len(raw)-3:], ""},
		{[]string{"Range", "bytes=0-1,4-5"}, 200, raw, ""},
		{[]string{"Range", "lines=1-2"}, 200, raw, ""},
		{[]string{"Range", "bytes=0-1", "If-Range", tag}, 206, raw[:2], ""},
		{[]string{"Range", "bytes=0-1", "If-Range", `"other"`}, 200, raw, ""},
		{[]string{"If-None-Match", tag}, 304, nil, ""},
	} {
		r := w.call("sato", "GET", path, nil, c.head...)
		if r.status != c.status || !bytes.Equal(r.body, c.body) || c.span != "" && r.header.Get("Content-Range") != c.span {
			t.Errorf("%v: %d, %d bytes, %q", c.head, r.status, len(r.body), r.header.Get("Content-Range"))
		}
	}
	past := w.call("sato", "GET", path, nil, "Range", fmt.Sprintf("bytes=%d-", len(raw))).want(416, "range_not_satisfiable")
	if past.header.Get("Content-Range") != fmt.Sprintf("bytes */%d", len(raw)) {
		t.Errorf("past the end: %q", past.header.Get("Content-Range"))
	}
	down := w.call("sato", "GET", path+"?download=1", nil).want(200)
	if d := down.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(d, "filename*=UTF-8''%E9%8C%B2%E9%9F%B3-2026-05-20.m4a") {
		t.Errorf("download: %s", d)
	}
	// Every opening by somebody else is seen by the employee, a player's many requests once.
	w.call("suzuki", "GET", path, nil, "Range", "bytes=0-1").want(206)
	w.call("suzuki", "GET", path, nil, "Range", "bytes=2-3").want(206)
	var reads Page[Reading]
	w.call("sato", "GET", "/v1/interviews/"+id+"/reads", nil).want(200).into(&reads)
	if len(reads.Items) != 1 || reads.Items[0].What != "recording" || reads.Items[0].Person.Name != "suzuki" {
		t.Errorf("reads %+v", reads.Items)
	}
}

// A page handed in as a recording is bytes.
func TestPageAsRecording(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	path := "/v1/interviews/" + id + "/recording"
	w.call("suzuki", "PUT", path+"?name=evil.html", "<script>alert(1)</script>", "Content-Type", "text/html").want(200)
	r := w.call("sato", "GET", path, nil).want(200)
	if r.header.Get("Content-Type") != "application/octet-stream" || r.header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", r.header)
	}
}

func TestCaptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	path := "/v1/interviews/" + id + "/captions"
	w.call("suzuki", "PUT", path, "").want(422, "captions_empty")
	w.call("suzuki", "PUT", path+"?name=a.vtt", "WEBVTT\n\n").want(422)
	w.call("suzuki", "PUT", path+"?name=a.docx", "PK\x03\x04 broken").want(422, "captions_unreadable")
	raw, err := os.ReadFile(testkit.Sample("01-ja-sales.vtt"))
	check(t, err)
	var v Interview
	w.call("suzuki", "PUT", path+"?name=a.vtt&wait=1", raw).want(200).into(&v)
	if v.Status != interview.AwaitingRecording || v.Transcript != 1 {
		t.Errorf("with a recording to follow: %s %d", v.Status, v.Transcript)
	}
	w.call("suzuki", "PUT", path, raw, "Content-Type", "text/vtt").want(200).into(&v)
	if v.Status != interview.Queued || w.waker.kinds(id) != "assemble" {
		t.Errorf("alone: %s, woke %q", v.Status, w.waker.kinds(id))
	}
	vtt := w.call("sato", "GET", "/v1/interviews/"+id+"/transcript", nil, "Accept", "text/vtt").want(200)
	if !bytes.HasPrefix(vtt.body, []byte("WEBVTT")) || vtt.header.Get("ETag") != `"t2"` {
		t.Errorf("%v %.60s", vtt.header, vtt.body)
	}
	text := w.call("sato", "GET", "/v1/interviews/"+id+"/transcript?version=1", nil, "Accept", "text/plain").want(200)
	if text.header.Get("ETag") != `"t1"` || !strings.HasPrefix(text.header.Get("Content-Type"), "text/plain") {
		t.Errorf("%v", text.header)
	}
	// captions for a recording that nobody can transcribe: the recording is read as well
	waits := w.awaiting()
	_, err = w.store.AddRecording(t.Context(), interview.Recording{Interview: waits, Key: interview.RecordingKey(waits), Size: 3})
	check(t, err)
	for _, e := range []interview.Event{interview.RecordingArrived, interview.NoEndpoint} {
		_, err := w.store.Move(t.Context(), store.MoveInput{ID: waits, Event: e})
		check(t, err)
	}
	w.call("suzuki", "PUT", "/v1/interviews/"+waits+"/captions", raw, "Content-Type", "text/vtt").want(200)
	if got := w.waker.kinds(waits); got != "prepare" {
		t.Errorf("beside a recording that waited: woke %q", got)
	}
	w.call("sato", "GET", "/v1/interviews/"+id+"/transcript?version=x", nil).want(422, "validation_failed")
	w.call("sato", "GET", "/v1/interviews/"+id+"/transcript?version=9", nil).want(404, "not_found")
}

// A recording of three hours goes through in bounded memory. The bucket is a process of its own here, as in production.
func TestStreamedRecordingNeedsNoMemory(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.MaxSize = 1 << 30 })
	id := w.awaiting()
	const size = 345 << 20 // three hours of 16 kHz mono WAV
	before := peakOf(t)
	body := io.LimitReader(noise{}, size)
	req, err := http.NewRequestWithContext(t.Context(), "PUT", w.http.URL+"/v1/interviews/"+id+"/recording?name=a.wav", body)
	check(t, err)
	req.ContentLength = size
	req.Header.Set("Authorization", "Bearer "+w.tokens["suzuki"])
	stop := make(chan struct{})
	var most uint64
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, peakOf(t))
			}
		}
	})
	w.do(http.DefaultClient, req).want(200)
	close(stop)
	watch.Wait()
	if grown := int64(most) - int64(before); grown > 64<<20 {
		t.Errorf("grew by %d MiB, at most 64", grown>>20)
	} else {
		t.Logf("grew by %d MiB over %d MiB", grown>>20, size>>20)
	}
}

// noise is an endless recording.
type noise struct{}

func (noise) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i * 31)
	}
	return len(b), nil
}

// peakOf is the memory that the Go runtime has from the system and has not given back, in bytes.
func peakOf(t testing.TB) uint64 {
	t.Helper()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// An interview erased while its recording is on the way keeps nothing.
func TestErasedWhileUploading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	pr, pw := io.Pipe()
	done := make(chan *reply)
	go func() { done <- w.call("suzuki", "PUT", "/v1/interviews/"+id+"/recording", pr) }()
	_, err := pw.Write([]byte("first half"))
	check(t, err)
	check(t, w.store.EraseTalk(t.Context(), id, interview.EraseAsked, "system", "test"))
	_, err = pw.Write([]byte("second half"))
	check(t, err)
	check(t, pw.Close())
	(<-done).want(409, "state_conflict")
	for o, err := range w.bucket.List(t.Context(), interview.Prefix(id)) {
		check(t, err)
		t.Errorf("left behind: %s", o.Key)
	}
}

// A sender that breaks off leaves nothing behind.
func TestBrokenUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.awaiting()
	req, err := http.NewRequestWithContext(t.Context(), "PUT", w.http.URL+"/v1/interviews/"+id+"/recording", io.MultiReader(io.LimitReader(noise{}, 9<<20), broken{}))
	check(t, err)
	req.ContentLength = 20 << 20
	req.Header.Set("Authorization", "Bearer "+w.tokens["suzuki"])
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
		t.Fatalf("a broken body was taken: %d", res.StatusCode)
	}
	soon(t, "cleaning up", func() bool {
		for range w.bucket.List(t.Context(), interview.Prefix(id)) {
			return false
		}
		for range w.bucket.OpenUploads(t.Context(), interview.Prefix(id)) {
			return false
		}
		return strings.Contains(w.log.String(), "upload_incomplete") || strings.Contains(w.log.String(), "canceled") || strings.Contains(w.log.String(), "internal_error")
	})
	if _, err := w.store.LatestRecording(t.Context(), id); interview.Code(err) != "not_found" {
		t.Errorf("half a recording was stored: %v", err)
	}
	now, err := w.store.Talk(t.Context(), id)
	check(t, err)
	if now.Status != interview.AwaitingRecording {
		t.Errorf("moved to %s", now.Status)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }
