package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// TemplateBody is a template as it is kept when it is first used: its JSON.
func TemplateBody(t *prompts.Template) (string, error) {
	data, err := json.Marshal(t)
	if err != nil {
		return "", interview.E("internal_error", fmt.Errorf("write template: %w", err))
	}
	return string(data), nil
}

// SameTemplate compares a template with the one that was kept under its name and version: template_changed, with the
// places where they differ as the cause, when they are not the same. Records point to name@version; what it means may
// not change under them.
func SameTemplate(keptHash, keptBody string, t *prompts.Template) error {
	if keptHash == t.Hash {
		return nil
	}
	var kept prompts.Template
	if err := json.Unmarshal([]byte(keptBody), &kept); err != nil {
		return interview.E("template_changed", errors.New(t.ID()+" has another hash; the kept one cannot be read"))
	}
	return interview.E("template_changed", fmt.Errorf("%s differs from the one in use before in %s", t.ID(), strings.Join(prompts.Differences(&kept, t), ", ")))
}
