package notify

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"kikigaki/internal/interview"
)

// office is a mail server that speaks the real protocol and can misbehave.
type office struct {
	mu      sync.Mutex
	mails   []string // as received
	rcpt    func(n int) error
	data    func(n int) error // after the mail was taken
	user    string
	tries   int
	refused error // of MAIL FROM
}

func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{office: o}, nil }

type visit struct {
	office *office
	known  bool
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }
func (v *visit) Mail(string, *smtp.MailOptions) error {
	if v.office.user != "" && !v.known {
		return smtp.ErrAuthRequired
	}
	return v.office.refused
}

func (v *visit) Rcpt(string, *smtp.RcptOptions) error {
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.tries++
	if v.office.rcpt != nil {
		return v.office.rcpt(v.office.tries)
	}
	return nil
}

func (v *visit) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.mails = append(v.office.mails, string(b))
	if v.office.data != nil {
		return v.office.data(len(v.office.mails))
	}
	return nil
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }
func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != v.office.user || password != "pass:word" {
			return smtp.ErrAuthFailed
		}
		v.known = true
		return nil
	}), nil
}

func (o *office) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.mails...)
}

// open serves o and returns its address. Each connection passes wrap, when there is one.
func open(t *testing.T, o *office, cert *tls.Config, wrap func(net.Conn) net.Conn) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(o)
	s.Domain, s.TLSConfig, s.AllowInsecureAuth, s.ReadTimeout, s.WriteTimeout = "localhost", cert, false, 10*time.Second, 10*time.Second
	s.ErrorLog = quiet{}
	var served net.Listener = l
	if wrap != nil {
		served = wrapped{l, wrap}
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(served) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return l.Addr().String()
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

type wrapped struct {
	net.Listener
	wrap func(net.Conn) net.Conn
}

func (w wrapped) Accept() (net.Conn, error) {
	c, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return w.wrap(c), nil
}

func sender(t *testing.T, url string, conf *tls.Config) *Sender {
	t.Helper()
	s, err := New(Options{URL: url, From: "聞き書き <kikigaki@example.com>", TLS: conf, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func notice(t *testing.T) Mail {
	t.Helper()
	m, err := Render(DraftReady, "ja", full("ja"))
	if err != nil {
		t.Fatal(err)
	}
	return Mail{ID: "01jv3xq8", Name: "髙橋 \"美咲\", <x>", Address: "misaki@example.com", Unwanted: "https://kikigaki.example/settings", Message: m}
}

func TestSendIsReadable(t *testing.T) {
	t.Parallel()
	o := &office{}
	s := sender(t, "smtp://"+open(t, o, nil, nil), nil)
	if err := s.Send(t.Context(), notice(t)); err != nil {
		t.Fatal(err)
	}
	got := o.all()
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	m, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(got[0])))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "面談の記録をご確認ください(2026年6月3日まで)" {
		t.Errorf("subject %q %v", subject, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "misaki@example.com" || to[0].Name != "髙橋 \"美咲\", <x>" {
		t.Errorf("to %v %v", to, err)
	}
	for name, want := range map[string]string{"Message-Id": "<01jv3xq8@example.com>", "Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://kikigaki.example/settings>"} {
		if v := m.Header.Get(name); v != want {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
	if !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/alternative") {
		t.Errorf("type %s", m.Header.Get("Content-Type"))
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted misaki@example.com"}
	gone := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user misaki@example.com"}
	for _, r := range []struct {
		name   string
		office *office
		code   string
		class  interview.Class
	}{
		{"greylisting", &office{rcpt: func(int) error { return busy }}, "mail_failed", interview.Retry},
		{"unknown receiver", &office{rcpt: func(int) error { return gone }}, "mail_refused", interview.Final},
		{"refused content", &office{data: func(int) error { return gone }}, "mail_refused", interview.Final},
		{"full after the mail", &office{data: func(int) error { return busy }}, "mail_failed", interview.Retry},
		{"refused sender is a setting", &office{refused: gone}, "mail_failed", interview.Retry},
	} {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			err := sender(t, "smtp://"+open(t, r.office, nil, nil), nil).Send(t.Context(), notice(t))
			if interview.Code(err) != r.code || interview.ClassOf(err) != r.class {
				t.Errorf("%v (%s)", err, interview.ClassOf(err))
			}
			if strings.Contains(err.Error(), "misaki") {
				t.Errorf("the cause holds an address: %v", err)
			}
		})
	}
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	if err := sender(t, "smtp://"+addr, nil).Send(t.Context(), notice(t)); interview.Code(err) != "mail_failed" {
		t.Errorf("nobody listens: %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := sender(t, "smtp://"+silent.Addr().String(), nil).Send(ctx, notice(t)); interview.Code(err) != "mail_failed" {
		t.Errorf("a silent server: %v", err)
	}
}

// deaf drops the connection in place of the answer to a mail: the server has it, the sender does not know.
type deaf struct {
	net.Conn
	office *office
	cut    *sync.Once
}

func (d *deaf) Write(b []byte) (int, error) {
	lost := false
	if len(d.office.all()) == 1 {
		d.cut.Do(func() { lost = true })
	}
	if lost {
		_ = d.Close()
		return 0, errors.New("cut")
	}
	return d.Conn.Write(b)
}

func TestLostReplyThenRepeatIsTheSameMail(t *testing.T) {
	t.Parallel()
	o, cut := &office{}, &sync.Once{}
	s := sender(t, "smtp://"+open(t, o, nil, func(c net.Conn) net.Conn { return &deaf{c, o, cut} }), nil)
	m := notice(t)
	if err := s.Send(t.Context(), m); interview.Code(err) != "mail_failed" || interview.ClassOf(err) != interview.Retry {
		t.Fatalf("the answer was lost: %v", err)
	}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := o.all()
	if len(got) != 2 {
		t.Fatalf("%d mails", len(got))
	}
	var ids []string
	for _, g := range got {
		p, err := mail.ReadMessage(strings.NewReader(g))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.Header.Get("Message-Id"))
	}
	if ids[0] != ids[1] || ids[0] != "<"+s.MessageID(m.ID)+">" {
		t.Errorf("identities %v", ids)
	}
}

// certificate is a fresh one for 127.0.0.1, for both ends.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}

func TestPasswordsTravelEncrypted(t *testing.T) {
	t.Parallel()
	server, client := certificate(t)
	o := &office{user: "kikigaki"}
	addr := open(t, o, server, nil)
	if err := sender(t, "smtp://kikigaki:pass%3Aword@"+addr+"?tls=mandatory", client).Send(t.Context(), notice(t)); err != nil {
		t.Fatal(err)
	}
	if err := sender(t, "smtp://kikigaki:wrong@"+addr, client).Send(t.Context(), notice(t)); interview.Code(err) != "mail_failed" || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong password: %v", err)
	}
	if err := sender(t, "smtp://kikigaki:pass%3Aword@"+addr+"?tls=mandatory", &tls.Config{ServerName: "127.0.0.1", RootCAs: x509.NewCertPool()}).Send(t.Context(), notice(t)); interview.Code(err) != "mail_failed" {
		t.Errorf("an unknown certificate: %v", err)
	}
	if n := len(o.all()); n != 1 {
		t.Errorf("%d mails arrived", n)
	}
	hidden := &office{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	whole := smtp.NewServer(hidden) // encrypted from the first byte
	go func() { _ = whole.Serve(tls.NewListener(l, server)) }()
	t.Cleanup(func() { _ = whole.Close() })
	if err := sender(t, "smtps://"+l.Addr().String(), client).Send(t.Context(), notice(t)); err != nil || len(hidden.all()) != 1 {
		t.Errorf("smtps: %v", err)
	}
	plain := open(t, &office{}, nil, nil) // offers no STARTTLS
	if err := sender(t, "smtp://"+plain+"?tls=mandatory", client).Send(t.Context(), notice(t)); interview.Code(err) != "mail_failed" {
		t.Errorf("no encryption: %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {URL: "http://x", From: "a@b.c"}, {URL: "smtp://", From: "a@b.c"}, {URL: "smtp://x", From: "nobody"}, {URL: "smtp://x?tls=maybe", From: "a@b.c"},
		{URL: "smtp://u:geheim@[::1", From: "a@b.c"}} {
		if _, err := New(o); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, u := range []string{"smtp://x", "smtp://x:25", "smtps://u:p@x", "smtp://u:p@x:587?tls=opportunistic"} {
		if _, err := New(Options{URL: u, From: "a@b.c"}); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
}
