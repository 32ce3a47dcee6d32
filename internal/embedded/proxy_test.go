package embedded

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/blob"
)

func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	public := "http://localhost:" + serve(t, s)
	put(t, b, "interviews/a/x", "secret of a")
	get, err := b.PresignGet(t.Context(), public, "interviews/a/x", time.Minute, blob.Delivery{})
	if err != nil {
		t.Fatal(err)
	}
	upload, err := b.CreateUpload(t.Context(), "interviews/b/y", "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	part, err := b.PresignPart(t.Context(), public, "interviews/b/y", upload, 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(get, "?")
	for _, tt := range []struct {
		name, method, url string
		header            map[string]string
		want              int
	}{
		{"good", "GET", get, nil, 200},
		{"good with a browser's headers", "GET", get, map[string]string{"Cookie": "a=b", "X-Amz-Foo": "1", "Accept-Language": "ja"}, 200},
		{"no signature", "GET", public + "/kikigaki/interviews/a/x", nil, 403},
		{"header signature", "GET", public + "/kikigaki/interviews/a/x", map[string]string{"Authorization": "AWS4-HMAC-SHA256 x"}, 403},
		{"both signatures", "GET", get, map[string]string{"Authorization": "AWS4-HMAC-SHA256 x"}, 403},
		{"forged signature", "GET", get[:len(get)-4] + "0000", nil, 403},
		{"other key", "GET", strings.Replace(get, "/a/x", "/a/z", 1), nil, 403},
		{"bucket itself", "GET", public + "/kikigaki/?" + query, nil, 404},
		{"other bucket", "GET", public + "/kikigaki2/interviews/a/x?" + query, nil, 404},
		{"sub-resource", "GET", get + "&acl", nil, 403},
		{"parameter twice", "GET", get + "&X-Amz-Signature=1", nil, 403},
		{"query that cannot be read", "GET", get + "&%zz", nil, 403},
		{"semicolon", "GET", get + ";a=b", nil, 403},
		{"method not signed", "HEAD", get, nil, 403},
		{"delete", "DELETE", get, nil, 405},
		{"post", "POST", part, nil, 405},
		{"put without part", "PUT", get, nil, 403},
		{"get of a part's URL", "GET", part, nil, 403},
		{"preflight from elsewhere", "OPTIONS", part, map[string]string{"Origin": "https://evil.example"}, 403},
		{"preflight of our own", "OPTIONS", part, map[string]string{"Origin": public}, 204},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := request(t, tt.method, tt.url, nil, tt.header)
			if resp.StatusCode != tt.want {
				t.Errorf("%s, want %d: %s", resp.Status, tt.want, body)
			}
			if tt.want >= 300 && strings.Contains(string(body), "secret of a") {
				t.Error("the content came with the refusal")
			}
			if got := resp.Header.Get("X-Content-Type-Options"); got != "nosniff" && tt.want != 404 {
				t.Errorf("nosniff is missing: %q", got)
			}
		})
	}
}

// A part's URL with a copy order would pull another interview's audio into one's own upload.
func TestProxyDropsOrdersToTheStore(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	public := "http://localhost:" + serve(t, s)
	put(t, b, "interviews/a/x", "secret of a")
	upload, err := b.CreateUpload(t.Context(), "interviews/b/y", "audio/mp4")
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.PresignPart(t.Context(), public, "interviews/b/y", upload, 1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	resp, body := request(t, http.MethodPut, u, []byte("mine"), map[string]string{"X-Amz-Copy-Source": "kikigaki/interviews/a/x"})
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	if _, err := b.Complete(t.Context(), "interviews/b/y", upload, 4); err != nil {
		t.Fatal(err)
	}
	if got := read(t, b, "interviews/b/y"); got != "mine" {
		t.Errorf("stored %q, want what was sent", got)
	}
}

func TestHTMLIsNeverAPage(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	public := "http://localhost:" + serve(t, s)
	put(t, b, "interviews/a/x.m4a", "<script>alert(1)</script>")
	u, err := b.PresignGet(t.Context(), public, "interviews/a/x.m4a", time.Minute, blob.Delivery{ContentType: "audio/mp4"})
	if err != nil {
		t.Fatal(err)
	}
	resp, _ := request(t, http.MethodGet, u, nil, nil)
	for name, want := range map[string]string{"Content-Type": "audio/mp4", "Content-Disposition": "attachment",
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestProxyWithoutStore(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	b := openBucket(t, s)
	put(t, b, "interviews/a/x", "here")
	u, err := b.PresignGet(t.Context(), "http://example.com", "interviews/a/x", time.Minute, blob.Delivery{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	r := httptest.NewRequest(http.MethodGet, u, nil)
	r.Header.Set("Accept-Language", "ja")
	w := httptest.NewRecorder()
	s.Proxy(bucketName).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q; want 503 with one", w.Code, w.Header().Get("Retry-After"))
	}
	if body := w.Body.String(); !strings.Contains(body, `"storage_unavailable"`) || !strings.Contains(body, "録音の置き場所") {
		t.Errorf("body %s", body)
	}
}

// Parts and answers flow through: the store sees the first bytes before the last are sent, and so does the browser.
func TestProxyStreams(t *testing.T) {
	t.Parallel()
	arrived, more := make(chan string, 1), make(chan struct{})
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			buf := make([]byte, 5)
			io.ReadFull(r.Body, buf)
			arrived <- string(buf)
			rest, _ := io.ReadAll(r.Body)
			w.Write(rest)
			return
		}
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-more
		io.WriteString(w, "second")
	}))
	t.Cleanup(back.Close)
	s := &S3{transport: http.DefaultTransport.(*http.Transport).Clone()}
	t.Cleanup(s.transport.CloseIdleConnections)
	p := s.Proxy(bucketName).(*proxy)
	inner := p.forward.Rewrite
	p.forward.Rewrite = func(r *httputil.ProxyRequest) {
		inner(r)
		r.Out.URL.Host = strings.TrimPrefix(back.URL, "http://")
	}
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	url := front.URL + "/kikigaki/k?X-Amz-Algorithm=a&X-Amz-Credential=a&X-Amz-Date=a&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=a"

	pr, pw := io.Pipe()
	go func() {
		io.WriteString(pw, "first")
		if got := <-arrived; got != "first" {
			t.Errorf("the store saw %q before the rest was sent", got)
		}
		io.WriteString(pw, "second")
		pw.Close()
	}()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url+"&uploadId=u&partNumber=1", pr)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || string(rest) != "second" {
		t.Errorf("sent the rest: %q, %v", rest, err)
	}

	if r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil); err != nil {
		t.Fatal(err)
	}
	if resp, err = http.DefaultClient.Do(r); err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	buf := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, buf); err != nil || string(buf) != "first" {
		t.Fatalf("before the rest was there: %q, %v", buf, err)
	}
	close(more)
	if rest, err = io.ReadAll(resp.Body); err != nil || string(rest) != "second" {
		t.Errorf("received the rest: %q, %v", rest, err)
	}
}
