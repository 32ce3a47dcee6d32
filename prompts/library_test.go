package prompts

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kikigaki/internal/interview"
)

func open(t *testing.T, dir string) *Library {
	t.Helper()
	l, err := Open(dir)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return l
}

func TestBuiltInTemplates(t *testing.T) {
	t.Parallel()
	want := []struct {
		name     string
		first    interview.Part
		revise   []interview.Part
		route    interview.Route
		drafted  string
		closed   string // sections that are sensitive as a whole
		byPeople string
	}{
		{"career-interview", "employee", []interview.Part{"interviewer"}, "external",
			"purpose last_time current_work self_understanding wishes concerns skill_gaps action_items next", "", "interviewer_remarks"},
		{"one-on-one", "employee", []interview.Part{"interviewer", "employee"}, "external",
			"last_time current_work concerns wishes skill_gaps action_items", "", ""},
		{"transfer-request", "employee", []interview.Part{"interviewer", "employee"}, "external",
			"current_work wishes reasons circumstances self_understanding skill_gaps concerns action_items next", "circumstances", "interviewer_remarks"},
		{"reskilling-plan", "interviewer", []interview.Part{"interviewer"}, "external",
			"last_time wishes held_skills skill_gaps learning_plan support concerns action_items next", "", "interviewer_remarks"},
		{"early-career", "interviewer", []interview.Part{"interviewer"}, "external",
			"last_time current_work growth workplace concerns wishes skill_gaps action_items next", "", "interviewer_remarks"},
		{"return-to-work", "employee", []interview.Part{"interviewer", "employee"}, "internal",
			"purpose condition home wishes disclosure concerns skill_gaps action_items next", "condition home disclosure concerns interviewer_remarks", "interviewer_remarks"},
	}
	list := open(t, "").List()
	if len(list) != len(want) {
		t.Fatalf("%d built-in templates, want %d", len(list), len(want))
	}
	for i, w := range want {
		x := list[i]
		var closed, people []string
		for _, s := range x.Sections {
			if s.Sensitive {
				closed = append(closed, s.Key)
			}
			if s.Source == SourcePeople {
				people = append(people, s.Key)
			}
		}
		got := []any{x.Name, x.FirstReview, x.ReviseBy, x.Processing, strings.Join(x.Keys(), " "), strings.Join(closed, " "), strings.Join(people, " ")}
		if diff := cmp.Diff([]any{w.name, w.first, w.revise, w.route, w.drafted, w.closed, w.byPeople}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.name, diff)
		}
		for _, lang := range Languages {
			if !x.Speaks(lang) || x.Title[lang] == "" || x.Purpose[lang] == "" || x.Basics[lang] == "" || x.Confirm[lang] == "" {
				t.Errorf("%s: texts in %s are incomplete", x.Name, lang)
			}
			for _, s := range x.Sections {
				for _, state := range []interview.SectionState{interview.NotDiscussed, interview.StatedNone, interview.Unclear} {
					a := s.Absence(state, lang)
					if a.Label == "" || a.Long == "" || strings.ContainsAny(a.Long, "{}") {
						t.Errorf("%s/%s: absence %s in %s is %+v", x.Name, s.Key, state, lang, a)
					}
				}
				if s.Source == SourceTalk && len(s.Questions(lang)) == 0 {
					t.Errorf("%s/%s has no questions in %s", x.Name, s.Key, lang)
				}
			}
		}
	}
}

func TestAbsenceSpeaksOfTheSection(t *testing.T) {
	t.Parallel()
	x, err := open(t, "").Get("one-on-one", "ja")
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Section("wishes").Absence(interview.NotDiscussed, "ja").Long; got != "これからやりたいことは、この面談では話題に出なかった。" {
		t.Errorf("long form %q", got)
	}
	if got := x.Section("action_items").Absence(interview.StatedNone, "en").Long; got != "Asked, the employee said there was nothing to decide this time." {
		t.Errorf("own long form %q", got)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	l := open(t, "")
	for _, c := range []struct{ name, lang, code string }{
		{"career-interview", "ja", ""},
		{"career-interview@1", "en", ""},
		{"career-interview", "", ""},
		{"career-interview@2", "ja", "template_unknown"},
		{"career", "ja", "template_unknown"},
		{"", "ja", "template_unknown"},
		{"career-interview", "fr", "language_unknown"},
	} {
		x, err := l.Get(c.name, c.lang)
		if c.code == "" && (err != nil || x.Name != "career-interview") {
			t.Errorf("Get(%q, %q) = %v, %v", c.name, c.lang, x, err)
		}
		if c.code != "" && !errors.Is(err, interview.E(c.code, nil)) {
			t.Errorf("Get(%q, %q) error %v, want %s", c.name, c.lang, err, c.code)
		}
	}
}

// write puts files into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const sales = `name: sales-talk
version: 3
extends: career-interview
title: {ja: 営業の面談, en: Sales talk}
sections:
  - wishes
  - key: concerns
    ja: {title: 気がかり}
  - skill_gaps
  - key: customers
    ja: {title: お客さま, in: 担当先の話, out: 個人の評価, wording: 「…を担当する。」}
    en: {title: Customers, in: Talk of customers, out: Verdicts on people, wording: "Looks after …"}
  - action_items
`

func TestCompanyTemplateExtendsABuiltIn(t *testing.T) {
	t.Parallel()
	l := open(t, write(t, map[string]string{"sales-talk.yaml": sales, "notes.txt": "not a template", ".hidden.yaml": "{"}))
	x, err := l.Get("sales-talk@3", "ja")
	if err != nil {
		t.Fatal(err)
	}
	career, _ := l.Get("career-interview", "ja")
	if got := strings.Join(x.Keys(), " "); got != "wishes concerns skill_gaps customers action_items" {
		t.Errorf("sections %s", got)
	}
	if x.Section("concerns").Title("ja") != "気がかり" || x.Section("concerns").Title("en") != "Concerns" {
		t.Errorf("an overridden title touches its own language only: %+v", x.Section("concerns").Words)
	}
	if x.Purpose["ja"] != career.Purpose["ja"] || x.FirstReview != interview.PartEmployee {
		t.Error("what the file does not say comes from the template it extends")
	}
	if career.Section("concerns").Title("ja") != "不安・懸念" {
		t.Error("the extended template was changed")
	}
	if n := len(l.List()); n != 7 {
		t.Errorf("%d templates, want 7", n)
	}
	if _, err := x.Prompt(Single, "ja"); err != nil {
		t.Errorf("a company's template cannot be rendered: %v", err)
	}
}

func TestOpenNamesEveryMistake(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"a.yaml":       "name: a\nversion: x\nextends: career-interview\n",
		"b.yaml":       "name: b\nversion: 1\nextends: nothing\n",
		"b.yml":        sales,
		"one-line.yml": "name: [",
	})
	_, err := Open(dir)
	if !errors.Is(err, interview.E("template_invalid", nil)) {
		t.Fatalf("error %v, want template_invalid", err)
	}
	var all *Invalid
	if !errors.As(err, &all) {
		t.Fatalf("cause %T, want *Invalid", err)
	}
	var got []string
	for _, p := range all.Problems {
		got = append(got, p.File+" "+p.Code)
	}
	for _, w := range []string{"a.yaml version_form", "b.yaml extends_unknown", "b.yml name_file", "one-line.yml syntax"} {
		if !slices.Contains(got, w) {
			t.Errorf("problems %v lack %q", got, w)
		}
	}
	if _, err := Open(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that does not exist must be named at start")
	}
}

func TestReplacingABuiltInNeedsAnotherVersion(t *testing.T) {
	t.Parallel()
	text := "name: one-on-one\nversion: 1\nextends: one-on-one\nprocessing: internal\n"
	_, err := Open(write(t, map[string]string{"one-on-one.yaml": text}))
	if err == nil || !strings.Contains(err.Error(), "version_reused") || !strings.Contains(err.Error(), "processing") {
		t.Errorf("error %v, want version_reused with the difference", err)
	}
	l := open(t, write(t, map[string]string{"one-on-one.yaml": strings.Replace(text, "version: 1", "version: 2", 1)}))
	x, err := l.Get("one-on-one", "ja")
	if err != nil || x.Version != 2 || x.Processing != interview.Internal {
		t.Errorf("replaced template %+v, %v", x, err)
	}
}

func TestStoredTemplateComesBackWhole(t *testing.T) {
	t.Parallel()
	for _, x := range open(t, "").List() {
		data, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", x.Name, err)
		}
		if diff := cmp.Diff(x, back); diff != "" {
			t.Errorf("%s differs after storing:\n%s", x.Name, diff)
		}
		if _, err := Decode([]byte(strings.Replace(string(data), "wishes", "wants", 1))); err == nil {
			t.Errorf("%s: a changed text passed its hash", x.Name)
		}
	}
	if _, err := Decode([]byte("{")); !errors.Is(err, interview.E("template_invalid", nil)) {
		t.Errorf("damaged JSON: %v", err)
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	a := open(t, "").templates["one-on-one"]
	b, err := Decode(must(json.Marshal(a)))
	if err != nil {
		t.Fatal(err)
	}
	if d := Differences(a, b); len(d) != 0 {
		t.Errorf("equal templates differ in %v", d)
	}
	w := b.Sections[2].Words["ja"]
	w.Title = "悩み"
	b.Sections[2].Words["ja"] = w
	b.Processing = interview.Internal
	b.Sections[0], b.Sections[1] = b.Sections[1], b.Sections[0]
	want := []string{"processing", "sections.concerns.words.ja.title", "sections.order"}
	if diff := cmp.Diff(want, Differences(a, b)); diff != "" {
		t.Error(diff)
	}
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}
