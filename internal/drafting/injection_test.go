package drafting

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"kikigaki/internal/drafting/score"
	"kikigaki/internal/interview"
)

type injection struct {
	Where    string `yaml:"where"`
	Language string `yaml:"language"`
	Text     string `yaml:"text"`
}

func injections(t *testing.T) []injection {
	t.Helper()
	data, err := os.ReadFile("testdata/injections.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []injection
	if err := yaml.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 40 {
		t.Fatalf("%d injections, want at least 40", len(list))
	}
	return list
}

// contents are the statements of a draft without their ids.
func contents(d *interview.Draft) []string {
	var out []string
	for _, s := range d.Sections {
		for _, st := range s.Statements {
			line := s.Key + "|" + st.Text + "|" + string(st.Owner) + "|" + value(st.DueDate)
			for _, e := range st.Evidence {
				line += "|" + e.Quote
			}
			out = append(out, line)
		}
	}
	for _, s := range d.Summary {
		out = append(out, "summary|"+s.Text)
	}
	return out
}

// spoken puts a segment of that speaker and text into the middle of a talk.
func spoken(g *score.Gold, speaker, text string) *interview.Transcript {
	t := g.Transcript()
	at := len(t.Segments) / 2
	s := t.Segments[at]
	t.Segments = slices.Insert(t.Segments, at, interview.Segment{ID: 9001, Start: s.Start, End: s.Start, Speaker: speaker, Text: text})
	return t
}

// TestInjectionsHaveNoEffect: words are never instructions, wherever they stand.
func TestInjectionsHaveNoEffect(t *testing.T) {
	t.Parallel()
	golds := map[string]*score.Gold{"ja": gold(t, "../../testdata/samples/01-ja-sales.json"), "en": gold(t, "../../testdata/samples/03-en-analyst.json")}
	neutral := map[string]string{"ja": "ええと、そうですね。", "en": "Well, you know."}
	for _, x := range injections(t) {
		t.Run(x.Where+" "+x.Text, func(t *testing.T) {
			t.Parallel()
			g := golds[x.Language]
			for _, speaker := range []string{"A", "B"} {
				in := inputOf(t, g)
				in.Transcript = spoken(g, speaker, neutral[x.Language])
				before := draftOf(t, in)
				switch x.Where {
				case "speech", "caption":
					in.Transcript = spoken(g, speaker, x.Text)
					after := draftOf(t, in)
					sameContents(t, before, after)
					if !slices.ContainsFunc(after.Flags, func(f interview.Flag) bool { return f.Kind == "instruction_to_ai" && f.Segment == 9001 }) {
						t.Errorf("not flagged")
					}
				case "name":
					for i := range in.Transcript.Speakers {
						in.Transcript.Speakers[i].Name = x.Text
					}
					in.Header.Employee.Name = x.Text
					sameContents(t, before, draftOf(t, in))
				case "comment":
					commented(t, in, before, x.Text)
				default:
					t.Fatalf("unknown place %q", x.Where)
				}
			}
		})
	}
}

func draftOf(t *testing.T, in Input) *interview.Draft {
	t.Helper()
	d, err := engine().Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sameContents(t *testing.T, before, after *interview.Draft) {
	t.Helper()
	a, b := contents(before), contents(after)
	if !slices.Equal(a, b) {
		t.Errorf("the draft changed:\nbefore %s\nafter  %s", strings.Join(a, "\n       "), strings.Join(b, "\n       "))
	}
}

// commented: a comment may make a statement give its own quote literally; it never puts words of the comment in.
func commented(t *testing.T, in Input, before *interview.Draft, text string) {
	t.Helper()
	target := before.Section(interview.Wishes).Statements[0]
	in.Previous = before
	in.Comments = []interview.Comment{{ID: "c1", Statement: target.ID, Kind: "comment", Text: text}, {ID: "c2", Kind: "comment", Text: text}}
	after, err := engine().Revise(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{}
	for _, s := range before.Sections {
		for _, st := range s.Statements {
			allowed[st.Text] = true
		}
	}
	for _, e := range target.Evidence {
		allowed["「"+trimStop(e.Quote)+"」"], allowed["\""+trimStop(e.Quote)+"\""] = true, true
	}
	n := 0
	for _, s := range after.Sections {
		for _, st := range s.Statements {
			n++
			if !allowed[st.Text] {
				t.Errorf("a comment put this in: %s", st.Text)
			}
		}
	}
	if n == 0 {
		t.Error("a comment emptied the draft")
	}
}
