package api

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A body that trickles in does not hold a connection for ever: its call ends when its time is over, also before anybody has
// signed in.
func TestABodyThatNeverComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.s.bodyTime = 300 * time.Millisecond
	for name, head := range map[string]string{
		"sign-in": "POST /auth/dev HTTP/1.1\r\nContent-Type: application/json\r\n",
		"opening": "POST /v1/interviews HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer " + w.tokens["suzuki"] + "\r\n",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.http.URL, "http://"))
		check(t, err)
		_, err = fmt.Fprintf(conn, "%sHost: localhost\r\nContent-Length: 1000\r\n\r\n{", head)
		check(t, err)
		check(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: no answer: %v", name, err)
		} else if r.StatusCode < 400 || r.StatusCode >= 500 {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
		conn.Close()
	}
}
