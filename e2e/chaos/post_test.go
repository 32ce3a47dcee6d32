//go:build linux

package chaos

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"
)

var nobody = log.New(io.Discard, "", 0)

// letter is one mail that was taken.
type letter struct {
	ID, To, Subject string
	Interview       string
	At              time.Time
	Lost            bool // its sender was never told that it was taken
}

// post is a mail server that keeps what it is given.
type post struct {
	net.Listener
	mu      sync.Mutex
	letters []letter
	how     string // "" or "busy" (451 to everything) or "lost" (takes the mail and cuts the line)
	wg      sync.WaitGroup
}

func newPost() (*post, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &post{Listener: l}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.talk(c) })
		}
	})
	return p, nil
}

func (p *post) bad(how string, d time.Duration) {
	p.set(how)
	time.Sleep(d)
	p.set("")
}

func (p *post) set(how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.how = how
}

func (p *post) mode() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.how
}

func (p *post) talk(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Minute))
	in := bufio.NewReader(c)
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	say("220 sink")
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		word := strings.ToUpper(strings.TrimSpace(line))
		switch {
		case strings.HasPrefix(word, "EHLO"), strings.HasPrefix(word, "HELO"):
			say("250 sink")
		case strings.HasPrefix(word, "RCPT"):
			if p.mode() == "busy" {
				say("451 4.3.0 try again")
				continue
			}
			to = strings.Trim(strings.TrimSpace(line[strings.IndexByte(line, ':')+1:]), "<>")
			say("250 ok")
		case word == "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return // not taken
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(line)
			}
			l := read(b.String())
			l.To, l.At, l.Lost = to, time.Now(), p.mode() == "lost"
			p.mu.Lock()
			p.letters = append(p.letters, l)
			p.mu.Unlock()
			if l.Lost {
				return
			}
			say("250 taken")
		case word == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

var (
	messageID = regexp.MustCompile(`(?im)^Message-ID:\s*<([^>]+)>`)
	subject   = regexp.MustCompile(`(?im)^Subject:\s*(.*(?:\r\n[ \t].*)*)`)
	address   = regexp.MustCompile(`/interviews/([0-9a-zA-Z_-]+)`)
)

func read(text string) letter {
	var l letter
	if m := messageID.FindStringSubmatch(text); m != nil {
		l.ID = m[1]
	}
	if m := subject.FindStringSubmatch(text); m != nil {
		l.Subject = strings.Join(strings.Fields(m[1]), " ")
	}
	if m := address.FindStringSubmatch(strings.ReplaceAll(text, "=\r\n", "")); m != nil {
		l.Interview = m[1]
	}
	return l
}

func (p *post) taken() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.letters...)
}

func (p *post) close() {
	p.Listener.Close()
	p.wg.Wait()
}
