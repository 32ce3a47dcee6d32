package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write openapi.json anew")

func TestOpenAPIFresh(t *testing.T) {
	t.Parallel()
	got, err := Spec()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("openapi.json is stale: go generate ./api")
	}
}

// Every call of the document has an answer, a problem and no dangling reference, and every call of the contract is in it.
func TestOpenAPIWhole(t *testing.T) {
	t.Parallel()
	b, err := Spec()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Responses map[string]any }
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %q", doc.OpenAPI)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if len(op.Responses) < 2 || op.Responses["default"] == nil {
				t.Errorf("%s %s: responses %v", method, path, op.Responses)
			}
		}
	}
	for _, ref := range strings.Split(string(b), `"$ref": "#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(ref, `"`)
		if doc.Components.Schemas[name] == nil {
			t.Errorf("dangling reference to %s", name)
		}
	}
	for _, call := range strings.Fields(`
		post:/v1/interviews get:/v1/interviews get:/v1/interviews/{id} patch:/v1/interviews/{id} delete:/v1/interviews/{id}
		post:/v1/interviews/{id}/retry get:/v1/interviews/{id}/consent put:/v1/interviews/{id}/consent get:/v1/interviews/{id}/events
		post:/v1/interviews/{id}/uploads get:/v1/interviews/{id}/uploads/{upload} post:/v1/interviews/{id}/uploads/{upload}/parts
		post:/v1/interviews/{id}/uploads/{upload}/complete delete:/v1/interviews/{id}/uploads/{upload} put:/v1/interviews/{id}/recording
		put:/v1/interviews/{id}/captions get:/v1/interviews/{id}/recording get:/v1/interviews/{id}/transcript patch:/v1/interviews/{id}/transcript
		get:/v1/interviews/{id}/drafts post:/v1/interviews/{id}/drafts get:/v1/interviews/{id}/drafts/{n} get:/v1/interviews/{id}/drafts/{n}/diff
		patch:/v1/interviews/{id}/drafts/{n} get:/v1/interviews/{id}/comments post:/v1/interviews/{id}/comments
		patch:/v1/interviews/{id}/comments/{comment} delete:/v1/interviews/{id}/comments/{comment} post:/v1/interviews/{id}/revise
		post:/v1/interviews/{id}/release post:/v1/interviews/{id}/decision post:/v1/interviews/{id}/reopen get:/v1/interviews/{id}/export
		get:/v1/interviews/{id}/insights get:/v1/interviews/{id}/briefing put:/v1/interviews/{id}/sheet get:/v1/interviews/{id}/notes
		put:/v1/interviews/{id}/notes get:/v1/interviews/{id}/reads post:/v1/interviews/{id}/requests get:/v1/actions patch:/v1/actions/{action}
		get:/v1/templates get:/v1/templates/{name} get:/v1/me get:/v1/me/export get:/v1/users post:/v1/users get:/v1/stats get:/v1/audit
		get:/v1/webhooks get:/v1/tokens post:/v1/tokens post:/v1/interviews/search`) {
		method, path, _ := strings.Cut(call, ":")
		if _, ok := doc.Paths[path][method]; !ok {
			t.Errorf("missing %s %s", method, path)
		}
	}
}
