package notify

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kikigaki/internal/interview"
)

// here are the networks of the machine the tests run on.
var here = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func hookSecret(t *testing.T) string {
	t.Helper()
	s, err := NewHookSecret()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return interview.Code(err)
}

// TestHookIsSigned has the reference library of Standard Webhooks check what arrives at a real receiver.
func TestHookIsSigned(t *testing.T) {
	t.Parallel()
	secret, old := hookSecret(t), hookSecret(t)
	body := []byte(`{"id":"evt_1","type":"state"}`)
	var seen atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		for _, s := range []string{secret, old} {
			key, err := standardwebhooks.NewWebhook(s)
			if err != nil || key.Verify(raw, r.Header) != nil {
				t.Errorf("the signature does not hold: %v", r.Header)
			}
			if key.Verify([]byte(strings.Replace(string(raw), "evt_1", "evt_2", 1)), r.Header) == nil {
				t.Error("another body passes")
			}
		}
		other, _ := standardwebhooks.NewWebhook(hookSecret(t))
		if other.Verify(raw, r.Header) == nil {
			t.Error("another secret passes")
		}
		if r.Method != "POST" || r.Header.Get("Webhook-Id") != "evt_1" || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("User-Agent") != "Kikigaki-Webhooks/1.2" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		seen.Add(1)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer srv.Close()
	h := NewHookSender(HookOptions{Networks: here, Version: "1.2"})
	status, err := h.Send(t.Context(), HookCall{URL: srv.URL + "/hook?x=1", Secrets: []string{secret, old}, ID: "evt_1", Body: body})
	if err != nil || status != 204 || seen.Load() != 1 {
		t.Errorf("%d %v, seen %d", status, err, seen.Load())
	}
}

func TestHookAnswers(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	mux := http.NewServeMux()
	for path, status := range map[string]int{"/ok": 200, "/gone": 410, "/bad": 400, "/broken": 500} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/there", func(http.ResponseWriter, *http.Request) { followed.Add(1) })
	mux.HandleFunc("/later", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("/much", func(w http.ResponseWriter, _ *http.Request) { // an answer without an end
		for range 1000 {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
		t.Error("64 MB of an answer were read")
	})
	mux.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the other side leave
		<-r.Context().Done()
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = c.Close()
		}
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	h := NewHookSender(HookOptions{Networks: here, Timeout: 700 * time.Millisecond})
	for path, want := range map[string]struct {
		status int
		code   string
		wait   time.Duration
	}{
		"/ok": {200, "", 0}, "/gone": {410, "webhook_gone", 0}, "/bad": {400, "webhook_rejected", 0}, "/broken": {500, "webhook_rejected", 0},
		"/moved": {307, "webhook_rejected", 0}, "/later": {429, "webhook_rejected", 2 * time.Minute}, "/much": {200, "", 0},
		"/silent": {0, "webhook_unreachable", 0}, "/cut": {0, "webhook_unreachable", 0},
	} {
		status, err := h.Send(t.Context(), HookCall{URL: srv.URL + path, Secrets: []string{hookSecret(t)}, ID: "evt_1", Body: []byte("{}")})
		wait := time.Duration(0)
		if e, ok := err.(*interview.Error); ok {
			wait = e.Wait
		}
		if status != want.status || code(err) != want.code || wait != want.wait {
			t.Errorf("%s: %d %v wait %s, want %+v", path, status, err, wait, want)
		}
		if err != nil && strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: the cause holds the address: %v", path, err)
		}
	}
	if followed.Load() != 0 {
		t.Error("a redirect was followed")
	}
	srv.Close()
	if _, err := h.Send(t.Context(), HookCall{URL: srv.URL, Secrets: []string{hookSecret(t)}, ID: "x"}); code(err) != "webhook_unreachable" {
		t.Errorf("nobody listens: %v", err)
	}
}

// TestHookTLS: a certificate that nobody vouches for is no receiver.
func TestHookTLS(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("an event was told to a stranger") }))
	srv.Config.ErrorLog = nil
	srv.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	srv.StartTLS()
	defer srv.Close()
	_, err := NewHookSender(HookOptions{Networks: here}).Send(t.Context(), HookCall{URL: srv.URL, Secrets: []string{hookSecret(t)}, ID: "x", Body: []byte("{}")})
	if code(err) != "webhook_unreachable" {
		t.Errorf("%v", err)
	}
}

func TestHookTargets(t *testing.T) {
	t.Parallel()
	office := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for _, r := range []struct {
		url      string
		networks []netip.Prefix
		ok       bool
	}{
		{"https://hooks.example.com/x?y=1", nil, true}, {"https://hooks.example.com:8443/", nil, true}, {"https://93.184.216.34/", nil, true},
		{"https://[2606:2800:220:1:248:1893:25c8:1946]/", nil, true}, {"https://xn--eckwd4c7c.example/", nil, true},
		{"http://hooks.example.com/", nil, false}, {"ftp://hooks.example.com/", nil, false}, {"hooks.example.com", nil, false}, {"", nil, false},
		{"https://user:pass@hooks.example.com/", nil, false}, {"https://hooks.example.com/#x", nil, false}, {"https:///x", nil, false},
		{"https://127.0.0.1/", nil, false}, {"https://localhost/", nil, false}, {"https://LOCALHOST./", nil, false}, {"https://a.localhost/", nil, false},
		{"https://[::1]/", nil, false}, {"https://[::ffff:127.0.0.1]/", nil, false}, {"https://[fe80::1%25eth0]/", nil, false}, {"https://[fd00::1]/", nil, false},
		{"https://[64:ff9b::7f00:1]/", nil, false}, {"https://[2002:7f00:1::]/", nil, false},
		{"https://10.0.0.1/", nil, false}, {"https://192.168.1.1/", nil, false}, {"https://172.16.0.1/", nil, false}, {"https://169.254.169.254/latest/meta-data/", nil, false},
		{"https://100.64.0.1/", nil, false}, {"https://0.0.0.0/", nil, false}, {"https://224.0.0.1/", nil, false}, {"https://intranet/", nil, false},
		{"https://hooks.example.com:0/", nil, false}, {"https://hooks.example.com:99999/", nil, false},
		{"https://ｌｏｃａｌｈｏｓｔ/", nil, false}, {"https://hooks.example.com\r\nX: y/", nil, false}, {"https://hooks.example.com/a b", nil, false},
		{"https://" + strings.Repeat("a", 600) + ".example/", nil, false},
		{"http://10.1.2.3/", office, true}, {"https://10.1.2.3/", office, true}, {"http://10.2.0.1/", office, false}, {"http://93.184.216.34/", office, false},
		{"https://93.184.216.34/", office, true}, {"http://receiver/", office, true}, {"https://127.0.0.1/", office, false},
	} {
		_, err := NewHookTargets(r.networks).Parse(r.url)
		if (err == nil) != r.ok || err != nil && code(err) != "webhook_target_refused" {
			t.Errorf("%q with %v: %v", r.url, r.networks, err)
		}
	}
}

// TestHookNameIsJudgedWhenConnecting: a name that looks public and points to this machine is refused at the connection,
// after it was resolved, whatever it pointed to before.
func TestHookNameIsJudgedWhenConnecting(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the inside was reached") }))
	defer srv.Close()
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	h := NewHookSender(HookOptions{Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}) // another network is allowed
	for _, url := range []string{"https://localhost:" + port + "/", "http://localhost:" + port + "/"} {
		if _, err := h.Send(t.Context(), HookCall{URL: url, Secrets: []string{hookSecret(t)}, ID: "x", Body: []byte("{}")}); code(err) != "webhook_target_refused" {
			t.Errorf("%s: %v", url, err)
		}
	}
	for address, want := range map[string]bool{"127.0.0.1:80": false, "[::1]:443": false, "10.1.0.5:80": true, "10.2.0.5:443": false, "93.184.216.34:443": true,
		"[::ffff:10.1.0.5]:80": true, "[::ffff:127.0.0.1]:80": false, "169.254.169.254:80": false, "nonsense": false} {
		if err := h.targets.control(context.Background(), "tcp4", address, nil); (err == nil) != want {
			t.Errorf("connection to %s: %v", address, err)
		}
	}
	if h.targets.control(context.WithValue(context.Background(), plainKey{}, true), "tcp4", "93.184.216.34:80", nil) == nil {
		t.Error("plain http leaves the house")
	}
	if h.targets.control(context.Background(), "udp", "93.184.216.34:443", nil) == nil {
		t.Error("other networks than tcp pass")
	}
}

func TestHookVault(t *testing.T) {
	t.Parallel()
	v, err := NewHookVault([]byte("a secret key of this installation"))
	if err != nil {
		t.Fatal(err)
	}
	secret := hookSecret(t)
	sealed, err := v.Seal("w1", secret)
	if err != nil || strings.Contains(sealed, secret[6:]) {
		t.Fatalf("%q %v", sealed, err)
	}
	if again, _ := v.Seal("w1", secret); again == sealed {
		t.Error("two sealings are the same")
	}
	if got, err := v.Open("w1", sealed); err != nil || got != secret {
		t.Errorf("%q %v", got, err)
	}
	other, err := NewHookVault([]byte("another secret key of another one"))
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (string, error){
		"another webhook": func() (string, error) { return v.Open("w2", sealed) }, "another key": func() (string, error) { return other.Open("w1", sealed) },
		"cut": func() (string, error) { return v.Open("w1", sealed[:12]) }, "empty": func() (string, error) { return v.Open("w1", "") },
		"changed": func() (string, error) { return v.Open("w1", sealed[:len(sealed)-2]+"AA") },
	} {
		if got, err := open(); got != "" || code(err) != "webhook_secret_lost" {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	if _, err := NewHookVault(nil); err == nil {
		t.Error("a vault without a key")
	}
}
