package embedded

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/blob"
)

// A sender that is cut off in the middle must leave nothing that looks like a part: the uploader asks which parts arrived
// and does not send those again.
func TestCutBodyIsNoPart(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	for _, sent := range []int{0, 1, 100_000, 4_000_000, size - 1, size} {
		t.Run(fmt.Sprint(sent), func(t *testing.T) {
			t.Parallel()
			s := startS3(t, t.TempDir())
			b := openBucket(t, s)
			upload, err := b.CreateUpload(t.Context(), "interviews/a/x", "audio/wav")
			if err != nil {
				t.Fatal(err)
			}
			signed, err := b.PresignPart(t.Context(), "http://bucket.internal", "interviews/a/x", upload, 1, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(signed)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := net.Dial("unix", s.config.Listen)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: bucket.internal\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", u.RequestURI(), size, strings.Repeat("x", sent)); err != nil {
				t.Fatal(err)
			}
			if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(conn) // the store is done with it when it closes
			if err != nil {
				t.Fatal(err)
			}
			parts, err := b.Parts(t.Context(), "interviews/a/x", upload)
			if err != nil {
				t.Fatal(err)
			}
			if want := sent == size; (len(parts) == 1) != want {
				t.Errorf("%d of %d bytes sent: parts %v; the store said %.40q", sent, size, parts, answer)
			}
		})
	}
}

// The bucket's own check sees the difference between this store and the same one without the guard (see package blob).
func TestCheckFindsNoCutPart(t *testing.T) {
	t.Parallel()
	s := startS3(t, t.TempDir())
	for _, r := range openBucket(t, s).Check(t.Context(), blob.CheckOptions{SkipPublic: true}) {
		if r.Level != blob.OK {
			t.Errorf("%s: %s %s", r.Name, r.Level, r.Detail)
		}
	}
}
