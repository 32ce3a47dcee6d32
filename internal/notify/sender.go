package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"kikigaki/internal/interview"
)

// Options is where mails go and whose they are.
type Options struct {
	// URL is smtp://[user:password@]host[:port] or smtps://…. smtp upgrades by STARTTLS: always when there is a password
	// and the server is another machine, else when the server offers it; ?tls=none, opportunistic or mandatory overrides.
	URL     string
	From    string // sender, an address or "Name <address>"
	TLS     *tls.Config
	Timeout time.Duration // of one mail; default 30 s
}

// Sender sends mails by SMTP. Safe for concurrent use: each mail has its own connection.
type Sender struct {
	host    string
	options []gomail.Option
	from    *mail.Address
	timeout time.Duration
	tls     *tls.Config // of smtps; nil: STARTTLS or none
}

// Mail is one mail to one person.
type Mail struct {
	ID       string // of the notification; the same ID is the same mail to the receiver
	Name     string
	Address  string
	Unwanted string // page where this kind can be switched off; empty when it cannot
	Message
}

// New checks the options. It connects to nothing.
func New(o Options) (*Sender, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail: the server's URL is not like smtp://host:587") // the URL holds a password
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, errors.New("mail: the sender is no mail address")
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	password, secret := u.User.Password()
	name := u.User.Username()
	policy := gomail.TLSOpportunistic
	if secret && !loopback(u.Hostname()) {
		policy = gomail.TLSMandatory
	}
	switch policyName := u.Query().Get("tls"); policyName {
	case "":
	case "none":
		policy = gomail.NoTLS
	case "opportunistic":
		policy = gomail.TLSOpportunistic
	case "mandatory":
		policy = gomail.TLSMandatory
	default:
		return nil, fmt.Errorf("mail: tls=%q is not none, opportunistic or mandatory", policyName)
	}
	port := 587
	s := &Sender{host: u.Hostname(), from: from, timeout: o.Timeout}
	s.options = []gomail.Option{gomail.WithTimeout(o.Timeout), gomail.WithoutNoop()}
	if u.Scheme == "smtps" {
		port = 465
		s.options = append(s.options, gomail.WithSSL())
		if s.tls = o.TLS; s.tls == nil {
			s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
		}
	} else {
		s.options = append(s.options, gomail.WithTLSPolicy(policy))
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("mail: the server's port is no number")
		}
	}
	s.options = append(s.options, gomail.WithPort(port))
	if o.TLS != nil {
		s.options = append(s.options, gomail.WithTLSConfig(o.TLS))
	}
	if name != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// MessageID is the identity of a mail to its receiver. It follows from the notification alone, so that a second try after
// a lost reply is the same mail.
func (s *Sender) MessageID(id string) string {
	_, domain, _ := strings.Cut(s.from.Address, "@")
	return id + "@" + domain
}

// Send hands a mail to the server. Errors: mail_refused when the server refuses it for good (5xx), mail_failed when
// another try may help: the server is away, busy, greylisting, or the connection broke before the answer came. Causes
// hold the server's numbers and none of its words, which repeat addresses.
func (s *Sender) Send(ctx context.Context, m Mail) error {
	msg := gomail.NewMsg()
	msg.FromMailAddress(s.from)
	to, err := mail.ParseAddress(m.Address)
	if err != nil {
		return interview.E("mail_refused", errors.New("the receiver's address is none"))
	}
	msg.AddToMailAddress(&mail.Address{Name: line(m.Name), Address: to.Address})
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(s.MessageID(m.ID))
	msg.SetDateWithValue(interview.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers, please
	if m.Unwanted != "" {
		msg.SetListUnsubscribe("<" + m.Unwanted + ">")
	}
	msg.SetUserAgent("Kikigaki")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.options), gomail.WithDialContextFunc(s.dialUntil(ctx)))...)
	if err != nil {
		return interview.E("mail_failed", errors.New("the mail settings do not fit together"))
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // delivered, and only the farewell failed
		return nil
	}
	return verdict(err)
}

// dialUntil connects, and cuts the connection when ctx ends: go-mail itself heeds its context only while connecting, and
// a silent server would hold up a shutdown.
func (s *Sender) dialUntil(ctx context.Context) gomail.DialContextFunc {
	return func(dialCtx context.Context, network, address string) (net.Conn, error) {
		var c net.Conn
		var err error
		if s.tls != nil {
			c, err = (&tls.Dialer{Config: s.tls}).DialContext(dialCtx, network, address)
		} else {
			c, err = new(net.Dialer).DialContext(dialCtx, network, address)
		}
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = c.Close() })
		return c, nil
	}
}

// verdict classifies what go-mail reports.
func verdict(err error) error {
	if e, ok := errors.AsType[*gomail.SendError](err); ok {
		code := e.ErrorCode()
		if code >= 500 && code < 600 && e.Reason != gomail.ErrSMTPMailFrom { // a refused sender is a matter of settings
			return interview.E("mail_refused", fmt.Errorf("the mail server answered %d", code))
		}
		if code > 0 {
			return interview.E("mail_failed", fmt.Errorf("the mail server answered %d", code))
		}
		return interview.E("mail_failed", errors.New("the mail server broke off"))
	}
	if e, ok := errors.AsType[*textproto.Error](err); ok { // greeting or sign-in: the settings or the server, not this mail
		return interview.E("mail_failed", fmt.Errorf("the mail server answered %d before the mail", e.Code))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return interview.E("mail_failed", errors.New("the mail server did not answer in time"))
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return interview.E("mail_failed", fmt.Errorf("the mail server cannot be reached (%s)", e.Op))
	}
	return interview.E("mail_failed", errors.New("the mail server cannot be used as set"))
}
