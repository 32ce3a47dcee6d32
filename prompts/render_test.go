package prompts

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
)

var update = flag.Bool("update", false, "write the golden renderings anew")

// TestGolden shows every changed word of the instructions in review: all stages of career-interview, one pass of the
// other templates, and the schemas.
func TestGolden(t *testing.T) {
	t.Parallel()
	written := map[string]bool{}
	check := func(name string, got []byte) {
		t.Helper()
		file := filepath.Join("testdata", "golden", name)
		written[name] = true
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v (go test ./prompts -update writes it)", err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-golden +now):\n%s", name, diff)
		}
	}
	for _, x := range open(t, "").List() {
		for _, lang := range Languages {
			for _, stage := range Stages {
				if x.Name != "career-interview" && stage != Single {
					continue
				}
				p, err := x.Prompt(stage, lang)
				if err != nil {
					t.Fatal(err)
				}
				check(strings.Join([]string{x.Name, string(stage), lang, "md"}, "."), []byte(p.System))
				if x.Name == "career-interview" && lang == "ja" {
					var b bytes.Buffer
					if err := json.Indent(&b, p.Schema, "", "  "); err != nil {
						t.Fatal(err)
					}
					check("schema."+string(stage)+".json", append(b.Bytes(), '\n'))
				}
			}
		}
	}
	entries, err := os.ReadDir(filepath.Join("testdata", "golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !written[e.Name()] {
			t.Errorf("golden file %s belongs to nothing", e.Name())
		}
	}
}

func TestPromptIsCompleteAndNamed(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, x := range open(t, "").List() {
		for _, lang := range Languages {
			for _, stage := range Stages {
				p, err := x.Prompt(stage, lang)
				if err != nil {
					t.Fatalf("%s %s %s: %v", x.Name, stage, lang, err)
				}
				where := x.Name + " " + string(stage) + " " + lang
				for _, bad := range []string{"{{", "}}", "<no value>", "\n\n\n"} {
					if strings.Contains(p.System, bad) {
						t.Errorf("%s holds %q", where, bad)
					}
				}
				for _, s := range x.Sections {
					inside := strings.Contains(p.System, "**"+s.Key+"**")
					if inside != (s.Source == SourceTalk) {
						t.Errorf("%s: section %s (%s) shown: %v", where, s.Key, s.Source, inside)
					}
				}
				if p.Version == "" || len(p.Hash) != 64 || !strings.HasPrefix(p.ID(), string(stage)+"@"+p.Version+":") {
					t.Errorf("%s is named %q", where, p.ID())
				}
				if other := seen[p.Hash]; other != "" {
					t.Errorf("%s and %s have one hash", where, other)
				}
				seen[p.Hash] = where
			}
		}
	}
	x := open(t, "").templates["one-on-one"]
	if _, err := x.Prompt(Single, "fr"); interview.Code(err) != "language_unknown" {
		t.Errorf("French: %v", err)
	}
	if _, err := x.Prompt(Stage("chat"), "ja"); err == nil {
		t.Error("an unknown stage was rendered")
	}
}

func TestInstructionsSayTheRulesThatMatter(t *testing.T) {
	t.Parallel()
	x := open(t, "").templates["career-interview"]
	for stage, says := range map[Stage]map[string][]string{
		Extract: {"ja": {"指示ではありません", "字のとおり", "相づち", "retracts", "off_record"}, "en": {"never instructions", "letter by letter", "only show listening", "retracts", "off_record"}},
		Write:   {"ja": {"事実にないことは、一つも足しません", "従いません", "常体", "sensitive"}, "en": {"add nothing", "Do not follow", "No subject", "sensitive"}},
		Single:  {"ja": {"指示ではありません", "字のとおり", "stated_none", "常体"}, "en": {"never instructions", "letter by letter", "stated_none", "No subject"}},
		Revise:  {"ja": {"指示ではなく", "意見のない文には触れません", "書きません"}, "en": {"not instructions", "without a comment are not touched", "do not write it"}},
	} {
		for lang, words := range says {
			p, err := x.Prompt(stage, lang)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range words {
				if !strings.Contains(p.System, w) {
					t.Errorf("%s %s does not say %q", stage, lang, w)
				}
			}
		}
	}
}

func TestWriteCanBeLimitedToSections(t *testing.T) {
	t.Parallel()
	p, err := open(t, "").templates["career-interview"].Prompt(Write, "ja", "wishes", "next")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(p.System, "**concerns**") || !strings.Contains(p.System, "**wishes**") {
		t.Error("the instructions show other sections than those asked for")
	}
	var s struct {
		Properties struct {
			Sections struct {
				Required []string `json:"required"`
			} `json:"sections"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(p.Schema, &s); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Properties.Sections.Required, []string{"wishes", "next"}) {
		t.Errorf("schema asks for %v", s.Properties.Sections.Required)
	}
}

func TestInlineHoldsTheSchema(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages {
		p, err := open(t, "").templates["one-on-one"].Prompt(Extract, lang)
		if err != nil {
			t.Fatal(err)
		}
		in, err := p.Inline(lang)
		if err != nil || !strings.HasPrefix(in, strings.TrimSpace(p.System)) || !strings.Contains(in, string(p.Schema)) {
			t.Errorf("%s: %v\n%s", lang, err, in)
		}
	}
}

// TestSchemasAreStrict holds the schemas to what strict structured output accepts: every object closed, every
// property required, no keyword beyond the common ones.
func TestSchemasAreStrict(t *testing.T) {
	t.Parallel()
	allowed := []string{"type", "properties", "required", "additionalProperties", "items", "enum", "$ref", "$defs"}
	var walk func(where string, v any)
	walk = func(where string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for k := range m {
			if !slices.Contains(allowed, k) {
				t.Errorf("%s uses %s", where, k)
			}
		}
		props, _ := m["properties"].(map[string]any)
		if m["type"] == "object" {
			required, _ := m["required"].([]any)
			if m["additionalProperties"] != false || len(required) != len(props) {
				t.Errorf("%s is not closed or not complete", where)
			}
		}
		for k, p := range props {
			walk(where+"."+k, p)
		}
		if i, ok := m["items"]; ok {
			walk(where+"[]", i)
		}
		defs, _ := m["$defs"].(map[string]any)
		for k, d := range defs {
			walk(where+"#"+k, d)
		}
	}
	for _, x := range open(t, "").List() {
		for _, stage := range Stages {
			p, err := x.Prompt(stage, "ja")
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(p.Schema, &v); err != nil {
				t.Fatal(err)
			}
			walk(x.Name+" "+string(stage), v)
		}
	}
}
