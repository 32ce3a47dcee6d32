package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// halves are two parts of a recording: the smallest that may come first, and a rest.
func halves() (whole []byte, parts map[int][]byte) {
	whole = noise(MinPartSize+1000, 7)
	return whole, map[int][]byte{1: whole[:MinPartSize], 2: whole[MinPartSize:]}
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	whole, parts := halves()
	key := prefix + "面談.m4a"
	upload := beginUpload(t, b, key, parts, 2, 1, 2) // out of order, and one twice
	got, err := b.Parts(t.Context(), key, upload)
	if err != nil || len(got) != 2 || got[0].Number != 1 || got[0].Size != MinPartSize || got[1].Size != 1000 {
		t.Fatalf("parts: %+v, %v", got, err)
	}
	o, err := b.Complete(t.Context(), key, upload, int64(len(whole)))
	if err != nil || o.Size != int64(len(whole)) || o.ContentType != "audio/mp4" {
		t.Fatalf("complete: %+v, %v", o, err)
	}
	if !bytes.Equal(b.mustRead(t, key), whole) {
		t.Error("other bytes came back")
	}

	// A URL signed before completion still lives: it must not change what was taken in.
	u, err := b.PresignPart(t.Context(), "", key, upload, 2, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if resp, _ := browse(t, http.MethodPut, u, strings.NewReader("forged"), nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("part after completion: %s, want 404", resp.Status)
	}
	again, err := b.Complete(t.Context(), key, upload, int64(len(whole)))
	if err != nil || again.ETag != o.ETag {
		t.Errorf("complete again: %+v, %v", again, err)
	}
	_, err = b.Complete(t.Context(), key, upload, 3)
	wantCode(t, "complete again with another size", err, "upload_size_mismatch")
	if !bytes.Equal(b.mustRead(t, key), whole) {
		t.Error("the object changed")
	}
}

func TestForgedCompletion(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	whole, parts := halves()
	parts[3] = parts[2]
	size := int64(len(whole))
	for i, tt := range []struct {
		name  string
		parts map[int][]byte
		order []int
		want  int64
		code  string
	}{
		{"nothing arrived", nil, nil, size, "upload_incomplete"},
		{"first part missing", parts, []int{2}, size, "upload_incomplete"},
		{"last part missing", parts, []int{1}, size, "upload_incomplete"},
		{"gap with the right sum", parts, []int{1, 3}, size, "upload_incomplete"},
		{"declared larger", parts, []int{1, 2}, size + 1, "upload_incomplete"},
		{"declared smaller", parts, []int{1, 2}, size - 1, "upload_size_mismatch"},
		{"one part too many", parts, []int{1, 2, 3}, size, "upload_size_mismatch"},
		{"part too small for the store", map[int][]byte{1: parts[2], 2: parts[2]}, []int{1, 2}, 2000, "upload_size_mismatch"},
		{"declared empty", parts, []int{1}, 0, "recording_empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key := fmt.Sprintf("%s%d", prefix, i)
			upload := beginUpload(t, b, key, tt.parts, tt.order...)
			_, err := b.Complete(t.Context(), key, upload, tt.want)
			wantCode(t, "complete", err, tt.code)
			_, err = b.Stat(t.Context(), key)
			wantCode(t, "object", err, "not_found")
			if got, err := b.Parts(t.Context(), key, upload); err != nil || len(got) != len(tt.order) {
				t.Errorf("the parts that arrived are not kept: %v, %v", got, err)
			}
			if err := b.Abort(t.Context(), key, upload); err != nil {
				t.Error(err)
			}
			if err := b.Abort(t.Context(), key, upload); err != nil {
				t.Errorf("abort twice: %v", err)
			}
			_, err = b.Parts(t.Context(), key, upload)
			wantCode(t, "parts after abort", err, "upload_expired")
		})
	}
	b.nothingBelow(t, prefix)
}

func TestCompleteAfterAbort(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	_, parts := halves()
	upload := beginUpload(t, b, prefix+"x", parts, 1)
	if err := b.Abort(t.Context(), prefix+"x", upload); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), settleWait+5*time.Second, errors.New("no verdict"))
	defer cancel()
	_, err := b.Complete(ctx, prefix+"x", upload, MinPartSize)
	wantCode(t, "complete", err, "upload_expired")
}

// Two tabs, a double click, a retry that overtakes: all see the one object.
func TestCompleteAtOnce(t *testing.T) {
	t.Parallel()
	opts := store(t)
	whole, parts := halves()
	b, prefix := open(t, opts)
	for round := range 5 {
		key := fmt.Sprintf("%s%d", prefix, round)
		upload := beginUpload(t, b, key, parts, 1, 2)
		etags := make([]string, 8)
		var g sync.WaitGroup
		for i := range etags {
			g.Go(func() {
				o, err := b.Complete(t.Context(), key, upload, int64(len(whole)))
				if err != nil {
					t.Errorf("round %d, call %d: %v", round, i, err)
				}
				etags[i] = o.ETag
			})
		}
		g.Wait()
		for _, e := range etags {
			if e == "" || e != etags[0] {
				t.Fatalf("round %d: they saw %q", round, etags)
			}
		}
		if !bytes.Equal(b.mustRead(t, key), whole) {
			t.Errorf("round %d: other bytes came back", round)
		}
	}
	for u, err := range b.OpenUploads(t.Context(), prefix) {
		t.Errorf("an upload is left: %+v, %v", u, err)
	}
}

// A key is used once: the second upload to it must not replace the first, and must not be told it succeeded.
func TestTwoUploadsToOneKey(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	whole, parts := halves()
	other := noise(len(whole), 8)
	key := prefix + "x"
	first := beginUpload(t, b, key, parts, 1, 2)
	second := beginUpload(t, b, key, map[int][]byte{1: other}, 1)
	if _, err := b.Complete(t.Context(), key, first, int64(len(whole))); err != nil {
		t.Fatal(err)
	}
	_, err := b.Complete(t.Context(), key, second, int64(len(other)))
	wantCode(t, "second upload", err, "state_conflict")
	if !errors.Is(err, ErrExists) {
		t.Errorf("second upload: %v, want ErrExists", err)
	}
	if !bytes.Equal(b.mustRead(t, key), whole) {
		t.Error("the second upload replaced the first")
	}
}

func TestLostReplyToCompletion(t *testing.T) {
	t.Parallel()
	opts, net := through(t, store(t))
	b, prefix := open(t, opts)
	whole, parts := halves()
	upload := beginUpload(t, b, prefix+"x", parts, 1, 2)
	net.set(loseOnce(isComplete))
	o, err := b.Complete(t.Context(), prefix+"x", upload, int64(len(whole)))
	if err != nil || o.Size != int64(len(whole)) {
		t.Errorf("one reply lost: %+v, %v", o, err)
	}
	// No reply comes through at all, the SDK's retries included.
	upload = beginUpload(t, b, prefix+"y", parts, 1, 2)
	net.set(func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if isComplete(r) {
			resp.Body.Close()
			return nil, errCut
		}
		return resp, nil
	})
	if o, err = b.Complete(t.Context(), prefix+"y", upload, int64(len(whole))); err != nil || o.Size != int64(len(whole)) {
		t.Errorf("all replies lost: %+v, %v", o, err)
	}
}

// AWS answers 200 and then an error in the body when joining fails late.
func TestErrorInside200(t *testing.T) {
	t.Parallel()
	opts, net := through(t, store(t))
	b, prefix := open(t, opts)
	_, parts := halves()
	upload := beginUpload(t, b, prefix+"x", parts, 1)
	net.mu.Lock()
	net.before = func(r *http.Request) {
		if isComplete(r) {
			r.URL.Path, r.Method = "/"+b.name, http.MethodHead // the store never sees it
		}
	}
	net.mu.Unlock()
	net.set(func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if strings.Contains(r.URL.RawQuery, "uploadId=") && r.Method == http.MethodHead {
			resp.Body.Close()
			resp.StatusCode, resp.Header = 200, http.Header{"Content-Type": {"application/xml"}}
			resp.Body = io.NopCloser(strings.NewReader("<Error><Code>InternalError</Code><Message>x</Message></Error>"))
		}
		return resp, nil
	})
	_, err := b.Complete(t.Context(), prefix+"x", upload, MinPartSize)
	wantCode(t, "complete", err, "storage_unavailable")
}

// More parts than a page of the listing holds.
func TestManyParts(t *testing.T) {
	t.Parallel()
	b, prefix := open(t, store(t))
	key := prefix + "x"
	upload, err := b.CreateUpload(t.Context(), key, "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 1003; n++ {
		if _, err := b.sendPart(t.Context(), key, upload, n, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	parts, err := b.Parts(t.Context(), key, upload)
	if err != nil || len(parts) != 1003 || parts[1002].Number != 1003 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	_, err = b.Complete(t.Context(), key, upload, 1003)
	wantCode(t, "parts too small", err, "upload_size_mismatch")
	if err := b.Abort(t.Context(), key, upload); err != nil {
		t.Fatal(err)
	}
	b.nothingBelow(t, prefix)
}
