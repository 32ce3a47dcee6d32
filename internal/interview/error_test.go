package interview

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestEveryCodeHasBothTexts(t *testing.T) {
	t.Parallel()
	holes := regexp.MustCompile(`\{(\w+)\}`)
	for code, m := range Messages {
		if m.JA == "" || m.EN == "" || m.Class == "" || !regexp.MustCompile(`^[a-z_]+$`).MatchString(code) {
			t.Errorf("%s: %+v", code, m)
		}
		if a, b := holes.FindAllString(m.JA, -1), holes.FindAllString(m.EN, -1); len(a) != len(b) {
			t.Errorf("%s: placeholders %v in Japanese, %v in English", code, a, b)
		}
		if strings.ContainsAny(m.JA, "!！") || strings.Contains(m.EN, "!") {
			t.Errorf("%s: an exclamation mark", code)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("prepare: %w", E("recording_truncated", errors.New("cause")).With("claimed", "12:28").With("decoded", "6:14"))
	e, _ := errors.AsType[*Error](err)
	if got := e.Text("ja"); !strings.Contains(got, "12:28のうち6:14") {
		t.Errorf("ja: %s", got)
	}
	if got := e.Text("en"); !strings.Contains(got, "6:14 of 12:28") {
		t.Errorf("en: %s", got)
	}
	if Code(err) != "recording_truncated" || Code(errors.New("x")) != "internal_error" {
		t.Error("codes")
	}
	if !errors.Is(err, E("recording_truncated", nil)) || errors.Is(err, E("recording_empty", nil)) {
		t.Error("errors.Is does not compare codes")
	}
}

func TestClassOf(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		err  error
		want Class
	}{
		{E("recording_empty", nil), Final}, {E("endpoint_unavailable", nil), Retry},
		{&Error{Code: "endpoint_unavailable", Wait: time.Second}, RetryAfter},
		{&Error{Code: "endpoint_quota", Wait: time.Second}, Configuration},
		{E("endpoint_unauthorized", nil), Configuration}, {errors.New("driver"), Retry},
		{fmt.Errorf("x: %w", E("endpoint_model_gone", nil)), Configuration},
	} {
		if got := ClassOf(r.err); got != r.want {
			t.Errorf("%v: %s, want %s", r.err, got, r.want)
		}
	}
}
