//go:build linux

package chaos

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// line carries TCP connections between the installation and one of its parts, and breaks them when told to.
type line struct {
	net.Listener
	dial func() (net.Conn, error)

	mu    sync.Mutex
	open  map[net.Conn]bool
	ready chan struct{} // closed while bytes flow; a fresh one while they stand still
	deaf  bool          // new connections are closed at once
	wg    sync.WaitGroup

	up   atomic.Int64 // bytes that went to the part
	most int64        // when above 0, a connection is cut after so many of them, as long as there are
	cuts atomic.Int64 // cuts left
	lose *losing      // nil: no answer is lost
}

// losing loses the database's yes to a commit: what was committed stands, and whoever asked for it sees a broken line. So
// it is when a server is restarted at that moment.
type losing struct {
	mu     sync.Mutex
	after  []byte // only on a connection that has said this since its last commit; empty: on any
	share  float64
	rnd    *rand.Rand
	left   int // how many are lost at most
	losses int
	early  bool   // the wish itself is lost: what was to be committed is not
	then   func() // when set: called at that moment
}

// commit is how a program asks for it: the simple query of PostgreSQL's protocol.
var commit = []byte("Q\x00\x00\x00\x0bcommit\x00")

// hears looks at what one connection sends; said is what it has said since its last commit. It answers whether the next
// answer is to be lost.
func (l *losing) hears(b []byte, said *bool) (lost bool) {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	*said = *said || bytes.Contains(b, l.after)
	if !*said || !bytes.Contains(b, commit) {
		return false
	}
	*said = false
	if l.left <= 0 || l.rnd.Float64() >= l.share {
		return false
	}
	l.left--
	l.losses++
	return true
}

// happens ends a connection at a commit that was to be lost.
func (l *losing) happens() {
	l.mu.Lock()
	then := l.then
	l.mu.Unlock()
	if then != nil {
		then()
	}
}

func (l *losing) wishToo() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.early
}

// at calls then when a commit is lost; early loses the wish for it too.
func (l *losing) at(early bool, then func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.early, l.then = early, then
}

// arm lets a share of the commits be lost, most at most; after a text, only of transactions that said it.
func (l *losing) arm(after string, share float64, most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.after, l.share, l.left = []byte(after), share, most
}

func (l *losing) lost() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.losses
}

func newLine(dial func() (net.Conn, error)) (*line, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	x := &line{Listener: l, dial: dial, open: map[net.Conn]bool{}, ready: make(chan struct{})}
	close(x.ready)
	x.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			x.wg.Go(func() { x.carry(c) })
		}
	})
	return x, nil
}

func (l *line) carry(c net.Conn) {
	defer c.Close()
	l.mu.Lock()
	deaf := l.deaf
	l.mu.Unlock()
	if deaf {
		return
	}
	s, err := l.dial()
	if err != nil {
		return
	}
	defer s.Close()
	l.mu.Lock()
	l.open[c], l.open[s] = true, true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.open, c)
		delete(l.open, s)
		l.mu.Unlock()
	}()
	var both sync.WaitGroup
	var lost atomic.Bool
	for i, way := range [][2]net.Conn{{c, s}, {s, c}} {
		both.Go(func() {
			defer way[0].Close()
			defer way[1].Close()
			b, sent, said := make([]byte, 32<<10), int64(0), false
			for {
				n, err := way[0].Read(b)
				if i == 0 {
					l.up.Add(int64(n))
					if sent += int64(n); l.most > 0 && sent > l.most && l.cuts.Add(-1) >= 0 {
						return
					}
					if l.lose.hears(b[:n], &said) {
						if l.lose.wishToo() {
							l.lose.happens()
							return
						}
						lost.Store(true)
					}
				} else if lost.Load() {
					l.lose.happens()
					return
				}
				l.mu.Lock()
				ready := l.ready
				l.mu.Unlock()
				<-ready
				if n > 0 {
					if _, err := way[1].Write(b[:n]); err != nil {
						return
					}
				}
				if err != nil {
					return
				}
			}
		})
	}
	both.Wait()
}

// cut ends every connection at once.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.Close()
	}
}

// refuse ends every connection and takes none for d.
func (l *line) refuse(d time.Duration) {
	l.mu.Lock()
	l.deaf = true
	l.mu.Unlock()
	l.cut()
	time.Sleep(d)
	l.mu.Lock()
	l.deaf = false
	l.mu.Unlock()
}

// stall lets no byte through for d, while connections stay open and new ones are taken.
func (l *line) stall(d time.Duration) {
	l.mu.Lock()
	ready := make(chan struct{})
	l.ready = ready
	l.mu.Unlock()
	time.Sleep(d)
	close(ready)
}

func (l *line) close() {
	l.Listener.Close()
	l.cut()
	l.wg.Wait()
}

// tcp dials an address; unix one of a socket.
func tcp(addr string) func() (net.Conn, error) {
	return func() (net.Conn, error) { return net.DialTimeout("tcp", addr, 2*time.Second) }
}

func unix(path string) func() (net.Conn, error) {
	return func() (net.Conn, error) { return net.DialTimeout("unix", path, 2*time.Second) }
}

var _ io.Closer = (*line)(nil)
