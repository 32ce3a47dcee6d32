package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/interview"
)

const (
	partsAtOnce  = 3
	uploadRounds = 4 // how often parts that did not arrive are sent again
)

// remoteUpload is an upload as the server sees it.
type remoteUpload struct {
	ID       string `json:"id"`
	Size     int64  `json:"size"`
	PartSize int64  `json:"part_size"`
	Parts    int    `json:"parts"`
	State    string `json:"state"`
	Arrived  []struct {
		Number int `json:"number"`
	} `json:"arrived"`
}

// send hands one recording in and returns its interview and what was done. A recording that the server has is not sent.
func (s *uploadServer) send(ctx context.Context, j uploadJob, watch *progress) (id, result string, err error) {
	f, err := openInput(j.path)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	sum, err := digestOf(ctx, f)
	if err != nil {
		return "", "", err
	}
	employee, err := s.employee(ctx, j.employee)
	if err != nil {
		return "", "", err
	}
	t, there, err := s.find(ctx, j, employee, sum)
	if err != nil {
		return "", "", err
	}
	if there {
		return t.ID, "already_there", nil
	}
	if t == nil {
		if t, err = s.open(ctx, j, employee, sum); err != nil {
			return "", "", err
		}
	}
	if j.captions != "" {
		if err := s.captions(ctx, t.ID, j.captions); err != nil {
			return t.ID, "", err
		}
	}
	err = s.recording(ctx, t.ID, j, f, sum, watch)
	if r, ok := errors.AsType[*refusal](err); ok && r.Code == "duplicate_recording" {
		return t.ID, "already_there", nil
	}
	if err != nil {
		return t.ID, "", err
	}
	return t.ID, "uploaded", nil
}

// digestOf is the SHA-256 of a file, hex.
func digestOf(ctx context.Context, f *os.File) (string, error) {
	sum := sha256.New()
	b := make([]byte, 1<<20)
	for at := int64(0); ; {
		n, err := f.ReadAt(b, at)
		sum.Write(b[:n])
		at += int64(n)
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", errors.New("the file cannot be read to its end")
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
	}
}

// captions sends captions ahead of their recording.
func (s *uploadServer) captions(ctx context.Context, id, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return usageError{"the captions cannot be read"}
	}
	address := s.base + "/v1/interviews/" + id + "/captions?wait=1&name=" + url.QueryEscape("captions"+strings.ToLower(filepath.Ext(path)))
	return s.patiently(ctx, func(ctx context.Context) (time.Duration, error) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
		defer cancel()
		return s.once(ctx, "PUT", address, b, map[string]string{"Content-Type": "application/octet-stream"}, nil)
	})
}

// recording sends the parts that are missing and has the server join them. The file's own name stays here: it may hold a
// person's.
func (s *uploadServer) recording(ctx context.Context, id string, j uploadJob, f *os.File, sum string, watch *progress) error {
	base := "/v1/interviews/" + id + "/uploads"
	start := map[string]any{"name": "recording" + strings.ToLower(filepath.Ext(j.path)), "size": j.size, "sha256": sum}
	if len(j.channels) > 0 {
		start["channels"] = j.channels
	}
	var up remoteUpload
	if err := s.call(ctx, "POST", base, start, nil, &up); err != nil {
		return err
	}
	for round := 1; ; round++ {
		if up.State == "complete" {
			return nil
		}
		if err := s.parts(ctx, base+"/"+up.ID, up, f, watch); err != nil {
			return err
		}
		if info, err := f.Stat(); err != nil || info.Size() != j.size || !info.ModTime().Equal(j.changed) {
			_ = s.call(context.WithoutCancel(ctx), "DELETE", base+"/"+up.ID, nil, nil, nil) // else the server's sweeper
			return usageError{"the file changed while it was sent: nothing of it was used, send it again"}
		}
		err := s.call(ctx, "POST", base+"/"+up.ID+"/complete", nil, nil, nil)
		if r, ok := errors.AsType[*refusal](err); ok && r.Code == "upload_incomplete" && round < uploadRounds {
			if err := s.call(ctx, "GET", base+"/"+up.ID, nil, nil, &up); err != nil {
				return err
			}
			continue
		}
		return err
	}
}

// parts sends what has not arrived, a few parts at a time.
func (s *uploadServer) parts(ctx context.Context, base string, up remoteUpload, f *os.File, watch *progress) error {
	if up.PartSize < 1 || up.Parts < 1 || up.Parts > 10000 {
		return errors.New("the server's answer is not that of Kikigaki")
	}
	have, sent := map[int]bool{}, &atomic.Int64{}
	of := make([]atomic.Int64, up.Parts+1) // bytes of each part that are out in the present try
	for _, p := range up.Arrived {
		have[p.Number] = true
		sent.Add(lengthOf(up, p.Number))
	}
	show := func() { watch.sent(sent.Load(), up.Size) }
	show()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(partsAtOnce)
	for n := 1; n <= up.Parts; n++ {
		if have[n] {
			continue
		}
		group.Go(func() error {
			moved := func(done int64) {
				sent.Add(done - of[n].Swap(done))
				show()
			}
			return s.patiently(ctx, func(ctx context.Context) (time.Duration, error) {
				err := s.part(ctx, base, up, n, f, moved)
				if err != nil {
					moved(0)
				}
				return 0, err
			})
		})
	}
	return group.Wait()
}

// lengthOf is how many bytes part n has.
func lengthOf(up remoteUpload, n int) int64 {
	return min(up.PartSize, up.Size-int64(n-1)*up.PartSize)
}

// part sends one part to a fresh address. An address lives for minutes and a part on a slow line may take longer to begin:
// so each try signs anew, and a refusal by the bucket (403) is only a reason to try again.
func (s *uploadServer) part(ctx context.Context, base string, up remoteUpload, n int, f *os.File, moved func(int64)) error {
	var signed struct {
		Parts []struct {
			URL string `json:"url"`
		} `json:"parts"`
	}
	if err := s.call(ctx, "POST", base+"/parts", map[string]any{"numbers": []int{n}}, nil, &signed); err != nil {
		return err
	}
	if len(signed.Parts) != 1 {
		return errors.New("the server's answer is not that of Kikigaki")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(uploadStall, func() { cancel(errors.New("the line stands still")) })
	defer idle.Stop()
	size := lengthOf(up, n)
	body := &watched{Reader: io.NewSectionReader(f, int64(n-1)*up.PartSize, size), moved: func(done int64) { idle.Reset(uploadStall); moved(done) }}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, signed.Parts[0].URL, body)
	if err != nil {
		return errors.New("the server's address for a part is none")
	}
	req.ContentLength = size
	resp, err := s.http.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && ctx.Err() != nil {
			return cause
		}
		return unreachable(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	switch {
	case resp.StatusCode == http.StatusOK:
		return nil
	case resp.StatusCode == http.StatusNotFound:
		return &refusal{Status: http.StatusGone, Code: "upload_expired", Detail: interview.E("upload_expired", nil).Text(language())}
	}
	return fmt.Errorf("the store answered %d to part %d", resp.StatusCode, n)
}

// watched tells how far a body has been read.
type watched struct {
	io.Reader
	done  atomic.Int64
	moved func(int64)
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	w.moved(w.done.Add(int64(n)))
	return n, err
}
