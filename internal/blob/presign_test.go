package blob

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/interview"
)

func TestPresignedGet(t *testing.T) {
	t.Parallel()
	opts := store(t)
	b, prefix := open(t, opts)
	content := noise(1000, 1)
	key := prefix + "録音 1.m4a"
	b.mustPut(t, key, content)
	good, err := b.PresignGet(t.Context(), "", key, time.Minute, Delivery{ContentType: "audio/mp4", FileName: "録音 1.m4a"})
	if err != nil {
		t.Fatal(err)
	}
	past := opts
	past.Now = func() time.Time { return interview.Now().Add(-time.Hour) }
	old, err := Open(t.Context(), past)
	if err != nil {
		t.Fatal(err)
	}
	expired, err := old.PresignGet(t.Context(), "", key, time.Minute, Delivery{})
	if err != nil {
		t.Fatal(err)
	}
	bare, _, _ := strings.Cut(good, "?")
	for _, tt := range []struct {
		name, method, url, ask string
		want                   int
	}{
		{"whole", "GET", good, "", 200},
		{"first bytes", "GET", good, "bytes=0-1", 206},
		{"last bytes", "GET", good, "bytes=-500", 206},
		{"past the end", "GET", good, "bytes=1000-", 416},
		{"no signature", "GET", bare, "", 403},
		{"signature tampered with", "GET", strings.Replace(good, "X-Amz-Signature=", "X-Amz-Signature=0", 1), "", 403},
		{"life tampered with", "GET", strings.Replace(good, "X-Amz-Expires=60", "X-Amz-Expires=600", 1), "", 403},
		{"type tampered with", "GET", strings.Replace(good, "audio%2Fmp4", "text%2Fhtml", 1), "", 403},
		{"other key", "GET", strings.Replace(good, "1.m4a?", "2.m4a?", 1), "", 403},
		{"other method", "PUT", good, "", 403},
		{"expired", "GET", expired, "", 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := map[string]string{}
			if tt.ask != "" {
				header["Range"] = tt.ask
			}
			resp, body := browse(t, tt.method, tt.url, nil, header)
			if resp.StatusCode != tt.want {
				t.Errorf("%s, want %d", resp.Status, tt.want)
			}
			if resp.StatusCode > 206 && bytes.Contains(body, content[:100]) {
				t.Error("the content came with a refusal")
			}
		})
	}
	resp, body := browse(t, http.MethodGet, good, nil, map[string]string{"Range": "bytes=10-19"})
	if !bytes.Equal(body, content[10:20]) {
		t.Error("a range brings other bytes")
	}
	for name, want := range map[string]string{"Content-Range": "bytes 10-19/1000", "Content-Type": "audio/mp4", "Accept-Ranges": "bytes",
		"Content-Disposition": "attachment; filename=\"__ 1.m4a\"; filename*=UTF-8''%E9%8C%B2%E9%9F%B3%201.m4a"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if _, err := old.Stat(t.Context(), key); err != nil { // its answer tells the store's time
		t.Fatal(err)
	}
	again, err := old.PresignGet(t.Context(), "", key, time.Minute, Delivery{})
	if err != nil {
		t.Fatal(err)
	}
	if resp, _ := browse(t, http.MethodGet, again, nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("a host whose clock is an hour slow signs a URL that answers %s", resp.Status)
	}
}

func TestPresignedForPublicName(t *testing.T) {
	t.Parallel()
	opts := Options{Endpoint: "http://inner:7070", PublicURL: "https://audio.example.com", Bucket: "kikigaki", UsePathStyle: true,
		AccessKey: "a", SecretKey: "b"}
	b, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ public, want string }{
		{"", "https://audio.example.com/kikigaki/interviews/a"},
		{"http://127.0.0.2:8080", "http://127.0.0.2:8080/kikigaki/interviews/a"},
		{"http://[::1]:8080/", "http://[::1]:8080/kikigaki/interviews/a"},
	} {
		part, err := b.PresignPart(t.Context(), tt.public, "interviews/a", "u", 1, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		get, err := b.PresignGet(t.Context(), tt.public, "interviews/a", time.Minute, Delivery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range []string{part, get} {
			if bare, _, _ := strings.Cut(u, "?"); bare != tt.want {
				t.Errorf("under %q: %s, want %s", tt.public, bare, tt.want)
			}
			p, err := url.Parse(u)
			if err != nil || p.Query().Get("X-Amz-SignedHeaders") != "host" {
				t.Errorf("%s signs %q, want host alone: browsers cannot send more", u, p.Query().Get("X-Amz-SignedHeaders"))
			}
			if strings.Contains(strings.ToLower(u), "checksum") {
				t.Errorf("%s carries a checksum of nothing", u)
			}
		}
	}
	for _, public := range []string{"ftp://x", "//x", "http://", "http://user:pw@x", "http://x?y", "x"} {
		if _, err := b.PresignPart(t.Context(), public, "interviews/a", "u", 1, time.Minute); err == nil {
			t.Errorf("signed for %q", public)
		}
	}
	for _, ttl := range []time.Duration{0, -time.Second, MaxTTL + time.Second} {
		if _, err := b.PresignGet(t.Context(), "", "interviews/a", ttl, Delivery{}); err == nil {
			t.Errorf("signed for %v", ttl)
		}
	}
	for _, n := range []int{0, -1, MaxParts + 1} {
		if _, err := b.PresignPart(t.Context(), "", "interviews/a", "u", n, time.Minute); err == nil {
			t.Errorf("signed part %d", n)
		}
	}
}

func TestDisposition(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"":             "attachment",
		"a.m4a":        `attachment; filename="a.m4a"; filename*=UTF-8''a.m4a`,
		`a"b\c;%.m4a`:  `attachment; filename="a_b_c__.m4a"; filename*=UTF-8''a%22b%5Cc%3B%25.m4a`,
		"a\r\nX: y":    `attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y`,
		"面談 +1.mp3":    `attachment; filename="__ +1.mp3"; filename*=UTF-8''%E9%9D%A2%E8%AB%87%20%2B1.mp3`,
		"../../passwd": `attachment; filename=".._.._passwd"; filename*=UTF-8''..%2F..%2Fpasswd`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
