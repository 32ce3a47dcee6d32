package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"kikigaki/internal/blob"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// A client that closes the page while its answer is being made is no failure: no error in the log, and no 500 counted.
func TestClientThatGoesAway(t *testing.T) {
	t.Parallel()
	asked, log := make(chan struct{}), &syncBuffer{}
	w := newWorld(t, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		s3 := testkit.S3(t)
		to, err := url.Parse(s3.Endpoint)
		check(t, err)
		proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }}
		slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "GET" && strings.HasSuffix(r.URL.Path, ".peaks.json") {
				asked <- struct{}{}
				<-r.Context().Done() // a bucket that takes its time
				return
			}
			proxy.ServeHTTP(w, r)
		}))
		t.Cleanup(slow.Close)
		o.Bucket, err = blob.Open(t.Context(), blob.Options{Endpoint: slow.URL, Region: s3.Region, Bucket: s3.Bucket, AccessKey: s3.AccessKey, SecretKey: s3.SecretKey, UsePathStyle: true})
		check(t, err)
	})
	talk := w.at(interview.InReview)
	_, err := w.store.AddRecording(t.Context(), interview.Recording{Interview: talk.ID, Key: interview.RecordingKey(talk.ID), Size: 3})
	check(t, err)
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", w.http.URL+"/v1/interviews/"+talk.ID+"/recording/peaks", nil)
	check(t, err)
	req.Header.Set("Authorization", "Bearer "+w.tokens["sato"])
	go func() {
		<-asked
		leave()
	}()
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
		t.Fatalf("an answer came: %d", res.StatusCode)
	}
	soon(t, "the end of the call", func() bool { return strings.Contains(log.String(), "/recording/peaks") })
	line := ""
	for l := range strings.Lines(log.String()) {
		if strings.Contains(l, "/recording/peaks") {
			line += l
		}
	}
	if !strings.Contains(line, `"level":"DEBUG"`) || !strings.Contains(line, `"status":499`) || strings.Contains(line, "ERROR") {
		t.Errorf("the log says %s", line)
	}
}
