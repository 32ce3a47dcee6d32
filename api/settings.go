package api

import (
	"net/netip"
	"net/url"
	"time"

	"kikigaki/internal/interview"
)

// Settings are the values of the installation that the API needs.
type Settings struct {
	Version        string
	Auth           string // dev, link, oidc
	OIDC           OIDC
	BaseURL        string         // scheme and host as people know it; empty: that of each request
	TrustedProxies []netip.Prefix // whose X-Forwarded-* are believed
	SecretKey      []byte         // signs the cookie of a sign-in under way
	MaxSize        int64          // bytes of a recording
	ConsentMode    string         // asked, attested
	Notice         NoticeSettings
	Retention      Retention
	// WebhookNetworks are networks of the company that webhooks may lead to although they are not public.
	WebhookNetworks []netip.Prefix
	PublicBucket    string // scheme and host of the bucket for browsers; empty with Proxy: that of each request
}

// OIDC names an identity provider.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Domain                         string // when set, only addresses of this domain
}

// NoticeSettings fill the consent notice.
type NoticeSettings struct {
	Company     string
	Contact     string
	Readers     map[string]string // by language: who reads the approved record
	TransferURL string            // country, system of protection and safeguards; without it nothing may go abroad
	Country     string            // where the installation stands; a processor elsewhere is abroad
	STT, LLM    *Endpoint         // nil: none is configured
	// Desks names whom one can turn to, by matter (crisis, harassment, whistle) and language ("" for both); else Contact.
	Desks map[string]map[string]string
}

// Retention says how long things are kept.
type Retention struct {
	Audio      time.Duration // after approval
	AudioMax   time.Duration // after the talk, approved or not
	Transcript time.Duration
	Record     time.Duration
	Audit      time.Duration
}

const day = 24 * time.Hour

func (s *Settings) fill() {
	or := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	or(&s.Retention.Audio, 30*day)
	or(&s.Retention.AudioMax, 180*day)
	or(&s.Retention.Transcript, 365*day)
	or(&s.Retention.Record, 5*365*day)
	or(&s.Retention.Audit, 7*365*day)
	if s.MaxSize <= 0 {
		s.MaxSize = 2 << 30
	}
	if s.ConsentMode == "" {
		s.ConsentMode = "asked"
	}
	if s.Notice.Country == "" {
		s.Notice.Country = "日本"
	}
	if s.Auth == "" {
		s.Auth = "dev"
	}
}

// Abroad reports whether a processor stands in another country.
func (n NoticeSettings) Abroad() bool {
	if n.Country == "" {
		n.Country = "日本"
	}
	for _, e := range []*Endpoint{n.STT, n.LLM} {
		if e != nil && !e.Internal && !home(e.Country, n.Country) {
			return true
		}
	}
	return false
}

// home compares countries as people write them.
func home(a, b string) bool {
	japan := map[string]bool{"日本": true, "Japan": true, "japan": true, "JP": true, "jp": true, "": true}
	return a == b || japan[a] && japan[b]
}

func originOf(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// route returns whether an interview's words may leave the house.
func external(t interview.Talk) bool { return t.Processing != interview.Internal }
