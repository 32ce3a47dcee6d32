package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kikigaki/internal/interview"
)

// HookOptions is where events may go.
type HookOptions struct {
	// Networks are those of the company that may be reached although they are not public, by http as well. Everything
	// else that is not public is refused when the connection is made, after the name was resolved.
	Networks []netip.Prefix
	Timeout  time.Duration // of one delivery, all of it; default 15 s
	Version  string        // of the program, for User-Agent
}

// HookSender delivers events by the conventions of Standard Webhooks (https://www.standardwebhooks.com): webhook-id,
// webhook-timestamp, and webhook-signature, an HMAC-SHA-256 over both and the body. Safe for concurrent use.
type HookSender struct {
	targets HookTargets
	client  *http.Client
	agent   string
}

// HookCall is one try to deliver one event.
type HookCall struct {
	URL     string
	Secrets []string // whsec_…; every one signs, so that a secret can be changed without a gap
	ID      string   // of the event, the same at every try
	Body    []byte   // JSON
}

// NewHookSender makes a sender. It connects to nothing.
func NewHookSender(o HookOptions) *HookSender {
	if o.Timeout <= 0 {
		o.Timeout = 15 * time.Second
	}
	h := &HookSender{targets: NewHookTargets(o.Networks), agent: "Kikigaki-Webhooks/" + o.Version}
	dialer := &net.Dialer{Timeout: min(o.Timeout, 10*time.Second), ControlContext: h.targets.control}
	h.client = &http.Client{
		Timeout: o.Timeout,
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy of the environment would resolve the name out of our sight
			DialContext:            dialer.DialContext,
			DisableKeepAlives:      true, // every delivery is judged anew
			ForceAttemptHTTP2:      true,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  o.Timeout,
			MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h
}

// maxHookAnswer is how much of an answer is read, in bytes, before the connection is closed: nothing in it matters.
const maxHookAnswer = 4 << 10

// Send delivers an event. status is the receiver's HTTP status, 0 when there was none. nil: it answered 2xx. Errors:
// webhook_target_refused (the address is not public and not allowed), webhook_gone (410), webhook_rejected (any other
// status, redirects included; Wait from Retry-After), webhook_unreachable. Causes hold no address and no word of the
// answer.
func (h *HookSender) Send(ctx context.Context, c HookCall) (status int, err error) {
	u, err := h.targets.Parse(c.URL)
	if err != nil {
		return 0, err
	}
	ctx = context.WithValue(ctx, plainKey{}, u.Scheme == "http")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(c.Body))
	if err != nil {
		return 0, interview.E("webhook_target_refused", errors.New("the address makes no request"))
	}
	at := interview.Now()
	var signatures []string
	for _, s := range c.Secrets {
		key, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			return 0, interview.E("internal_error", errors.New("a webhook's secret is none"))
		}
		sig, err := key.Sign(c.ID, at, c.Body)
		if err != nil {
			return 0, interview.E("internal_error", errors.New("an event cannot be signed"))
		}
		signatures = append(signatures, sig)
	}
	if len(signatures) == 0 {
		return 0, interview.E("internal_error", errors.New("a webhook without a secret"))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", h.agent)
	req.Header.Set(standardwebhooks.HeaderWebhookID, c.ID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	res, err := h.client.Do(req)
	if err != nil {
		return 0, hookVerdict(err)
	}
	_, _ = io.CopyN(io.Discard, res.Body, maxHookAnswer) // lets the other side finish a short answer
	_ = res.Body.Close()
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return res.StatusCode, nil
	case res.StatusCode == http.StatusGone:
		return res.StatusCode, interview.E("webhook_gone", nil)
	}
	return res.StatusCode, &interview.Error{Code: "webhook_rejected", Wait: hookWait(res.Header.Get("Retry-After")),
		Err: fmt.Errorf("the receiver answered %d", res.StatusCode)}
}

// mostHookWait caps what a receiver may ask to wait.
const mostHookWait = 24 * time.Hour

func hookWait(header string) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && n > 0 {
		return min(mostHookWait, time.Duration(min(n, 1<<20))*time.Second)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, min(mostHookWait, at.Sub(interview.Now())))
	}
	return 0
}

// errHookTarget marks a connection that was refused by us.
var errHookTarget = errors.New("the address is not public")

func hookVerdict(err error) error {
	if errors.Is(err, errHookTarget) {
		return interview.E("webhook_target_refused", errHookTarget)
	}
	what := "the connection failed"
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		what = "no answer in time"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		what = "the name cannot be resolved"
	}
	return interview.E("webhook_unreachable", errors.New(what)) // net's own words quote the address
}

// HookTargets judges addresses that events are to go to.
type HookTargets struct {
	networks []netip.Prefix
	guardian *ssrf.Guardian
}

// NewHookTargets judges with the given networks of the company allowed.
func NewHookTargets(networks []netip.Prefix) HookTargets {
	var v4, v6 []netip.Prefix
	for _, n := range networks {
		if n.Addr().Is4() {
			v4 = append(v4, n)
		} else {
			v6 = append(v6, n)
		}
	}
	return HookTargets{networks: networks, guardian: ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))}
}

var hookHosts = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?$`)

// Parse reads an address and refuses what can be told without asking for its name: other schemes than https (http where
// networks of the company are allowed), user names, fragments, names that are not ASCII, literal addresses that are not
// public. The rest is judged when the connection is made.
func (t HookTargets) Parse(address string) (*url.URL, error) {
	refused := func(why string) (*url.URL, error) { return nil, interview.E("webhook_target_refused", errors.New(why)) }
	if len(address) > 500 || strings.ContainsFunc(address, func(r rune) bool { return r <= 0x20 || r >= 0x7f }) {
		return refused("it holds characters that no address has")
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return refused("it is no address")
	}
	switch {
	case u.Scheme != "https" && !(u.Scheme == "http" && len(t.networks) > 0):
		return refused("it is not https")
	case u.User != nil:
		return refused("it holds a user name")
	case u.Fragment != "":
		return refused("it holds a fragment")
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return refused("its port is none")
		}
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || t.judge(ip, u.Scheme == "http") != nil {
			return refused("it is not public")
		}
		return u, nil
	}
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	switch {
	case !hookHosts.MatchString(host):
		return refused("its name is none")
	case len(t.networks) == 0 && (name == "localhost" || strings.HasSuffix(name, ".localhost") || !strings.Contains(name, ".")):
		return refused("it is not public")
	}
	return u, nil
}

// judge holds an address against the networks. Plain http goes only to those that are allowed by name.
func (t HookTargets) judge(ip netip.Addr, plain bool) error {
	ip = ip.Unmap() // ::ffff:10.0.0.1 is 10.0.0.1
	own := slices.ContainsFunc(t.networks, func(n netip.Prefix) bool { return n.Contains(ip) })
	if plain && !own || t.guardian.SafeAddr(ip) != nil {
		return errHookTarget
	}
	return nil
}

type plainKey struct{}

// control is asked with the very address a connection is about to be made to: what a name pointed to before counts for
// nothing.
func (t HookTargets) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return errHookTarget
	}
	plain, _ := ctx.Value(plainKey{}).(bool)
	return t.judge(at.Addr(), plain)
}
