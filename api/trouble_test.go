package api

import (
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// A failure in the background has no request: what is said of it names the interview, and shows no placeholder.
func TestTroubleNamesTheInterview(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ja", "en"} {
		got := trouble(&interview.Trouble{Code: "internal_error", Step: "draft"}, "01m89abc", false, lang).Message
		if !strings.Contains(got, "01m89abc") || strings.Contains(got, "{") {
			t.Errorf("%s: %s", lang, got)
		}
	}
}
