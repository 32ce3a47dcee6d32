package endpoint

import (
	"testing"

	"kikigaki/internal/interview"
)

func TestSettingsValidate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		set  Settings
		ok   bool
	}{
		{"unset", Settings{}, true},
		{"https", Settings{BaseURL: "https://stt.example/v1", Model: "m"}, true},
		{"in the house", Settings{BaseURL: "http://10.0.0.5:8000", Model: "m", Internal: true}, true},
		{"shorthand", Settings{BaseURL: "openai", Model: "m"}, true},
		{"no model", Settings{BaseURL: "https://stt.example/v1"}, false},
		{"no scheme", Settings{BaseURL: "stt.example/v1", Model: "m"}, false},
		{"other scheme", Settings{BaseURL: "file:///etc/passwd", Model: "m"}, false},
		{"credentials", Settings{BaseURL: "https://u:p@stt.example", Model: "m"}, false},
		{"query", Settings{BaseURL: "https://stt.example/?key=1", Model: "m"}, false},
		{"unreadable", Settings{BaseURL: "https://%zz", Model: "m"}, false},
		{"key with newline", Settings{BaseURL: "https://stt.example", Model: "m", APIKey: "k\n"}, false},
		{"negative limit", Settings{BaseURL: "https://stt.example", Model: "m", RequestsPerMinute: -1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.set.Validate(); (err == nil) != c.ok {
				t.Errorf("Validate() = %v, want ok %v", err, c.ok)
			}
		})
	}
}

func TestExpandTakesTheEnvironmentsKeyOnlyForTheShorthand(t *testing.T) {
	t.Parallel()
	if got := (Settings{BaseURL: "https://stt.example", Model: "m"}).Expand("sk-env"); got.APIKey != "" {
		t.Errorf("key of the environment went to %s", got.BaseURL)
	}
	got := Settings{BaseURL: OpenAI, Model: "m"}.Expand("sk-env")
	if got.APIKey != "sk-env" || got.BaseURL != PublicBaseURL || got.Processor == "" || got.Country == "" {
		t.Errorf("Expand = %+v", got)
	}
	if got := (Settings{BaseURL: OpenAI, APIKey: "own"}).Expand("sk-env"); got.APIKey != "own" {
		t.Error("own key was replaced")
	}
}

func TestPermits(t *testing.T) {
	t.Parallel()
	outside := Settings{BaseURL: "https://stt.example", Model: "m"}
	inside := Settings{BaseURL: "http://10.0.0.5", Model: "m", Internal: true}
	if err := outside.Permits(interview.Internal); interview.Code(err) != "internal_only" {
		t.Errorf("outside endpoint for an internal interview: %v", err)
	}
	for _, err := range []error{outside.Permits(interview.External), inside.Permits(interview.Internal), Settings{}.Permits(interview.Internal)} {
		if err != nil {
			t.Error(err)
		}
	}
}

func TestProcessedNamesTheHostWhenNobodySaidMore(t *testing.T) {
	t.Parallel()
	got := Settings{BaseURL: "https://stt.example/v1", Model: "m"}.Processed()
	if got != (interview.Processor{Model: "m", Processor: "stt.example"}) {
		t.Errorf("Processed() = %+v", got)
	}
}
