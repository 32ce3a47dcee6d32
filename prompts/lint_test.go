package prompts

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// whole is a template without mistakes that uses everything a file can say.
const whole = `name: check
version: 2
title: {ja: 題, en: Title}
purpose: {ja: ため, en: For}
first_review: employee
revise_by: [interviewer]
processing: external
sections:
  - wishes
  - key: concerns
    examples:
      ja:
        - lines: ["1|A|どうですか。", "2|B|ちょっと不安です。"]
          expect:
            - text: ちょっと不安だ。
              speaker: employee
              evidence: [{segment: 2, quote: ちょっと不安}]
          why: 強めない。
  - skill_gaps
  - action_items
  - key: extra
    sensitive: true
    source: talk
    ja: {title: 別, in: 中, out: 外, wording: 形, ask: [何ですか。]}
    en: {title: Extra, in: In, out: Out, wording: Form, ask: ["What?"]}
    empty:
      stated_none: {ja: "{title}はない。", en: "No {title}."}
  - interviewer_remarks
`

func TestLintAcceptsAWholeTemplate(t *testing.T) {
	t.Parallel()
	if p := Lint("check.yaml", []byte(whole)); len(p) > 0 {
		t.Errorf("problems in a correct file: %v", p)
	}
	for _, name := range []string{"career-interview", "one-on-one", "transfer-request", "reskilling-plan", "early-career", "return-to-work"} {
		data, err := os.ReadFile(filepath.Join("templates", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if p := Lint(name+".yaml", data); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
	}
}

// TestLintExplains changes the whole template in one place and expects the mistake to be named on its line.
func TestLintExplains(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		old, new string
		line     int
		code     string
		says     string // in the English text
	}{
		{"unknown key", "processing: external", "proccessing: external", 7, "unknown_key", "proccessing"},
		{"left out", "processing: external\n", "", 1, "missing", "processing"},
		{"duplicate key", "version: 2", "version: 2\nversion: 3", 3, "duplicate_key", "line 2"},
		{"missing language", "title: {ja: 題, en: Title}", "title: {ja: 題}", 3, "language_missing", "en"},
		{"unknown language", "version: 2", "version: 2\nlanguages: [ja, fr]", 3, "language_unknown", "fr"},
		{"no heart section", "  - skill_gaps\n", "", 8, "heart_missing", "skill_gaps"},
		{"heart by people", "- key: concerns", "- key: concerns\n    source: people", 8, "heart_source", "concerns"},
		{"unknown section", "- skill_gaps", "- skill_gaps\n  - hobbies", 20, "section_unknown", "hobbies"},
		{"section twice", "- skill_gaps", "- skill_gaps\n  - wishes", 20, "section_twice", "wishes"},
		{"reserved section", "- skill_gaps", "- skill_gaps\n  - basics", 20, "section_reserved", "basics"},
		{"section key", "- key: extra", "- key: Extra Part", 21, "section_form", "Extra Part"},
		{"wrong reviewer", "first_review: employee", "first_review: manager", 5, "wrong_value", "manager"},
		{"wrong reviser", "[interviewer]", "[interviewer, hr]", 6, "wrong_value", "hr"},
		{"wrong route", "processing: external", "processing: abroad", 7, "wrong_value", "abroad"},
		{"wrong source", "source: talk", "source: model", 23, "wrong_value", "model"},
		{"wrong flag", "sensitive: true", "sensitive: perhaps", 22, "wrong_value", "perhaps"},
		{"no version", "version: 2\n", "", 1, "missing", "version"},
		{"version", "version: 2", "version: two", 2, "version_form", "two"},
		{"version zero", "version: 2", "version: 0", 2, "version_form", "0"},
		{"name", "name: check", "name: Check It", 1, "name_form", "Check It"},
		{"file name", "name: check", "name: chock", 1, "name_file", "chock"},
		{"no name", "name: check\n", "", 1, "missing", "name"},
		{"extends", "version: 2", "version: 2\nextends: carer-interview", 3, "extends_unknown", "carer-interview"},
		{"text expected", "purpose: {ja: ため, en: For}", "purpose: {ja: [ため], en: For}", 4, "not_text", "ja"},
		{"list expected", "revise_by: [interviewer]", "revise_by: interviewer", 6, "not_list", "revise_by"},
		{"mapping expected", "title: {ja: 題, en: Title}", "title: 題", 3, "not_mapping", ""},
		{"empty value", "processing: external", "processing:", 7, "empty_value", "processing"},
		{"anchor", "purpose: {ja: ため, en: For}", "purpose: &x {ja: ため, en: For}", 4, "yaml_feature", ""},
		{"placeholder", "No {title}.", "No {name}.", 27, "placeholder", "{name}"},
		{"section without wording", ", wording: 形", "", 24, "missing", "ja.wording"},
		{"section without language", "    en: {title: Extra, in: In, out: Out, wording: Form, ask: [\"What?\"]}\n", "", 21, "language_missing", "en"},
		{"examples by people", "- interviewer_remarks", "- key: interviewer_remarks\n    examples: {ja: []}", 29, "ask_people", ""},
		{"quote is not literal", "quote: ちょっと不安}", "quote: 少し不安}", 17, "example_quote", "line 2"},
		{"quote of another line", "segment: 2", "segment: 3", 17, "example_segment", "3"},
		{"speaker contradicts", "speaker: employee", "speaker: interviewer", 17, "example_speaker", "employee"},
		{"interviewer's wish", "speaker: employee", "speaker: interviewer", 16, "example_employee", "concerns"},
		{"unknown speaker", "speaker: employee", "speaker: boss", 16, "wrong_value", "boss"},
		{"polite form", "text: ちょっと不安だ。", "text: ちょっと不安です。", 15, "example_polite", ""},
		{"subject", "text: ちょっと不安だ。", "text: 本人はちょっと不安だ。", 15, "example_subject", ""},
		{"owner of a concern", "speaker: employee", "speaker: employee\n              owner: employee", 15, "example_owner", ""},
		{"line without speaker", "1|A|どうですか。", "1|どうですか。", 13, "example_line", ""},
		{"lines out of order", "2|B|", "1|B|", 13, "example_order", "1"},
		{"no reason", "          why: 強めない。\n", "", 13, "missing", "why"},
		{"long title", "en: Title", "en: " + strings.Repeat("long ", 20), 3, "too_long", "60"},
		{"broken YAML", "title: {ja: 題, en: Title}", "title: {ja: 題", 4, "syntax", ""},
		{"two documents", "version: 2", "version: 2\n---\nname: other", 4, "several_documents", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(whole, c.old) {
				t.Fatalf("the template has no %q", c.old)
			}
			text := strings.Replace(whole, c.old, c.new, 1)
			problems := Lint("check.yaml", []byte(text))
			for _, p := range problems {
				if p.Code != c.code || p.Line != c.line {
					continue
				}
				if !strings.Contains(p.EN, c.says) {
					t.Errorf("text %q does not name %q", p.EN, c.says)
				}
				if p.JA == "" || p.JA == p.EN || regexp.MustCompile(`\{[0-9]\}`).MatchString(p.JA+p.EN) {
					t.Errorf("texts are incomplete: %q %q", p.JA, p.EN)
				}
				return
			}
			t.Errorf("no %s on line %d; got %v", c.code, c.line, problems)
		})
	}
}

func TestLintOfDueWords(t *testing.T) {
	t.Parallel()
	const text = `name: due
version: 1
extends: one-on-one
sections:
  - wishes
  - concerns
  - skill_gaps
  - key: action_items
    examples:
      ja:
        - lines: ["4|B|金曜までに出します。"]
          expect:
            - {text: 出す。, speaker: employee, owner: employee, due: 月曜までに, due_date: 6月12日, evidence: [{segment: 4, quote: 出します}]}
          why: 期限。
`
	got := map[string]int{}
	for _, p := range Lint("due.yaml", []byte(text)) {
		got[p.Code] = p.Line
	}
	if got["example_due"] != 13 || got["example_date"] != 13 || len(got) != 2 {
		t.Errorf("problems %v, want example_due and example_date on line 13", got)
	}
}

// TestEveryProblemHasItsText looks for codes that the source names but the table does not, and the other way round.
func TestEveryProblemHasItsText(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	call := regexp.MustCompile(`\b[br]\.add\((.*)`)
	inner := regexp.MustCompile(`\([^()]*\)`) // calls among the arguments
	code := regexp.MustCompile(`^[^"]*"([a-z_]+)"`)
	for _, f := range sources {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(data), -1) {
			if c := code.FindStringSubmatch(inner.ReplaceAllString(m[1], "")); c != nil {
				used[c[1]] = true
			}
		}
	}
	for code := range used {
		if lintTexts[code][0] == "" || lintTexts[code][1] == "" {
			t.Errorf("%s has no text", code)
		}
	}
	for code := range lintTexts {
		if !used[code] {
			t.Errorf("the text of %s is never used", code)
		}
	}
}

func FuzzLint(f *testing.F) {
	f.Add(whole)
	f.Add(sales)
	f.Add("a: &a [*a]")
	f.Add("- - - - - - - - - - - - - - - - x")
	l, err := Open("")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range l.Lint("x.yaml", []byte(text)) {
			if p.Line < 1 || p.JA == "" || p.EN == "" {
				t.Errorf("problem without place or text: %+v", p)
			}
		}
	})
}
