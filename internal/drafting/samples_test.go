package drafting

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kikigaki/internal/drafting/score"
	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// engine is shared by the tests of this package: its dictionary is read once.
var engine = sync.OnceValue(NewExtractive)

func testTemplate(t testing.TB, language string) *prompts.Template {
	t.Helper()
	l, err := prompts.Open("")
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := l.Get("career-interview", language)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func gold(t testing.TB, path string) *score.Gold {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g := &score.Gold{}
	if err := json.Unmarshal(data, g); err != nil {
		t.Fatal(err)
	}
	return g
}

func samples(t testing.TB) []*score.Gold {
	t.Helper()
	files, err := filepath.Glob("../../testdata/samples/0*.json")
	if err != nil || len(files) < 7 {
		t.Fatalf("want the seven annotated samples, found %d (%v)", len(files), err)
	}
	var out []*score.Gold
	for _, f := range files {
		out = append(out, gold(t, f))
	}
	return out
}

func inputOf(t testing.TB, g *score.Gold) Input {
	t.Helper()
	return Input{Transcript: g.Transcript(), Template: testTemplate(t, g.Language), Language: g.Language, RecordedOn: g.RecordedOn}
}

// fresh are interviews that were written after the rules, in other trades and manners of speaking.
func fresh(t testing.TB) []*score.Gold {
	t.Helper()
	files, err := filepath.Glob("testdata/fresh/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fresh interviews (%v)", err)
	}
	var out []*score.Gold
	for _, f := range files {
		out = append(out, gold(t, f))
	}
	return out
}

// TestFresh holds the extractive engine to its bounds on interviews the rules were not written from.
func TestFresh(t *testing.T) {
	t.Parallel()
	bounds(t, fresh(t))
}

// TestSamples holds the extractive engine to its bounds on the annotated interviews.
func TestSamples(t *testing.T) {
	t.Parallel()
	bounds(t, samples(t))
}

func bounds(t *testing.T, list []*score.Gold) {
	t.Helper()
	sum := map[string][3]int{}
	var owners, dues, actions float64
	var table strings.Builder
	fmt.Fprintf(&table, "%-22s %-13s %5s %6s %7s %7s %7s %7s\n", "sample", "section", "gold", "output", "matched", "P", "R", "F1")
	for _, g := range list {
		d, err := engine().Draft(t.Context(), inputOf(t, g))
		if err != nil {
			t.Fatal(err)
		}
		r := score.Score(g, score.FromDraft(d))
		for _, key := range score.Sections {
			s := r.Sections[key]
			fmt.Fprintf(&table, "%-22s %-13s %5d %6d %7d %7.3f %7.3f %7.3f\n", g.ID, key, s.Gold, s.Output, s.Matched, s.Precision, s.Recall, s.F1)
			x := sum[key]
			sum[key] = [3]int{x[0] + s.Matched, x[1] + s.Output, x[2] + s.Gold}
		}
		fmt.Fprintf(&table, "%-22s %-13s %5d %6d %7d %7.3f %7.3f %7.3f  text %.2f", g.ID, "overall", r.Overall.Gold, r.Overall.Output, r.Overall.Matched, r.Overall.Precision, r.Overall.Recall, r.Overall.F1, r.TextSimilarity)
		if r.Owner != nil {
			fmt.Fprintf(&table, "  owner %.3f due %.3f", *r.Owner, *r.DueDate)
			owners += *r.Owner * float64(r.Actions)
			dues += *r.DueDate * float64(r.Actions)
			actions += float64(r.Actions)
		}
		fmt.Fprintln(&table)
		if len(r.Violations) > 0 || len(r.Ungrounded) > 0 {
			t.Errorf("%s: %d violations, %d ungrounded: %+v %+v", g.ID, len(r.Violations), len(r.Ungrounded), r.Violations, r.Ungrounded)
		}
		if os.Getenv("KIKIGAKI_SHOW") != "" {
			show(t, g, d, r)
		}
	}
	var all [3]int
	for _, key := range score.Sections {
		x := sum[key]
		all = [3]int{all[0] + x[0], all[1] + x[1], all[2] + x[2]}
		f := 2 * float64(x[0]) / float64(x[1]+x[2])
		fmt.Fprintf(&table, "%-22s %-13s %5d %6d %7d %7.3f %7.3f %7.3f\n", "all", key, x[2], x[1], x[0], float64(x[0])/float64(x[1]), float64(x[0])/float64(x[2]), f)
		if f < 0.5 {
			t.Errorf("%s: F1 %.3f, want at least 0.5", key, f)
		}
	}
	f := 2 * float64(all[0]) / float64(all[1]+all[2])
	fmt.Fprintf(&table, "%-22s %-13s %5d %6d %7d %7.3f %7.3f %7.3f  owner %.3f due %.3f\n", "all", "overall", all[2], all[1], all[0], float64(all[0])/float64(all[1]), float64(all[0])/float64(all[2]), f, owners/actions, dues/actions)
	if f < 0.65 || owners/actions < 0.85 || dues/actions < 0.85 {
		t.Errorf("overall F1 %.3f (0.65), owner %.3f (0.85), due date %.3f (0.85)", f, owners/actions, dues/actions)
	}
	t.Logf("\n%s", table.String())
	if path := os.Getenv("KIKIGAKI_TABLE"); path != "" {
		if err := os.WriteFile(path, []byte(table.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// show prints a draft for the eye of a reader.
func show(t *testing.T, g *score.Gold, d *interview.Draft, r score.Result) {
	var b strings.Builder
	fmt.Fprintf(&b, "=== %s missed %v\n", g.ID, r.Missed)
	extra := map[string]bool{}
	for _, x := range r.Extra {
		extra[x.Section+x.Text] = true
	}
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "[%s] %s\n", s.Key, s.State)
		for _, st := range s.Statements {
			mark := " "
			if extra[s.Key+st.Text] {
				mark = "x"
			}
			var ids []int
			for _, e := range st.Evidence {
				ids = append(ids, e.Segment)
			}
			due, date := "-", "-"
			if st.Due != nil {
				due = *st.Due
			}
			if st.DueDate != nil {
				date = *st.DueDate
			}
			fmt.Fprintf(&b, " %s %s %v", mark, st.Text, ids)
			if s.Key == interview.ActionItems {
				fmt.Fprintf(&b, " %s %s %s", st.Owner, due, date)
			}
			if st.Sensitive {
				fmt.Fprintf(&b, " (%s)", st.Class)
			}
			fmt.Fprintln(&b)
		}
	}
	for _, s := range d.Summary {
		fmt.Fprintf(&b, "  要約: %s\n", s.Text)
	}
	fmt.Fprintf(&b, "dropped %v flags %v\n", d.Dropped, d.Flags)
	t.Log("\n" + b.String())
}
