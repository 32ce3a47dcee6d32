package endpoint

import (
	"fmt"
	"net/url"
	"strings"

	"kikigaki/internal/interview"
)

// OpenAI is the value of BaseURL that stands for the public endpoint, and PublicBaseURL is what it stands for.
const (
	OpenAI        = "openai"
	PublicBaseURL = "https://api.openai.com/v1"
)

// Settings names one endpoint. The zero value means: there is none, and nothing is sent anywhere.
type Settings struct {
	BaseURL           string // "https://host/v1" without the path of a call, or "openai"; "" = no endpoint
	APIKey            string // sent as a Bearer token when not empty
	Model             string
	Processor         string // who runs it, as people are told; "" = the host name
	Country           string // where it is processed, as people are told
	Internal          bool   // may be used for interviews that are processed in-house only
	RequestsPerMinute int    // 0 = no limit known
	TokensPerMinute   int    // 0 = no limit known
	Concurrency       int    // requests at once over all workers; 0 = 16
}

// Configured reports whether the settings name an endpoint at all.
func (s Settings) Configured() bool { return s.BaseURL != "" }

// Expand replaces the shorthand "openai" by the public endpoint. Only then is openAIKey (the environment's
// OPENAI_API_KEY) taken: a key that happens to be in the environment sends nobody's voice anywhere.
func (s Settings) Expand(openAIKey string) Settings {
	if s.BaseURL != OpenAI {
		return s
	}
	s.BaseURL = PublicBaseURL
	if s.APIKey == "" {
		s.APIKey = openAIKey
	}
	if s.Processor == "" {
		s.Processor = "OpenAI"
	}
	if s.Country == "" {
		s.Country = "US"
	}
	return s
}

// Validate names the first setting that cannot be meant: a base URL that is no absolute http(s) URL or carries
// credentials, query or fragment, a key with white space, negative limits. Unset settings are valid.
func (s Settings) Validate() error {
	if !s.Configured() {
		return nil
	}
	if s.RequestsPerMinute < 0 || s.TokensPerMinute < 0 || s.Concurrency < 0 {
		return fmt.Errorf("endpoint limits must not be negative")
	}
	if strings.ContainsAny(s.APIKey, " \t\r\n") {
		return fmt.Errorf("endpoint key contains white space")
	}
	if s.Model == "" {
		return fmt.Errorf("endpoint has no model")
	}
	if s.BaseURL == OpenAI {
		return nil
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil {
		return fmt.Errorf("endpoint base URL cannot be read") // the parse error would repeat what may hold a password
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("endpoint base URL must be http://… or https://… with a host")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("endpoint base URL must hold no credentials, query or fragment")
	}
	return nil
}

// Processed describes the endpoint to people: in the consent notice, in doctor and on each draft.
func (s Settings) Processed() interview.Processor {
	p := interview.Processor{Model: s.Model, Processor: s.Processor, Country: s.Country}
	if p.Processor == "" {
		if u, err := url.Parse(s.Expand("").BaseURL); err == nil {
			p.Processor = u.Hostname()
		}
	}
	return p
}

// Permits returns internal_only when an interview that is processed in-house would leave the house by this endpoint.
func (s Settings) Permits(route interview.Route) error {
	if route == interview.Internal && s.Configured() && !s.Internal {
		return interview.E("internal_only", nil)
	}
	return nil
}
