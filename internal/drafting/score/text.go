package score

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kikigaki/internal/interview"
)

var stop = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`a an the and or but of to in on at by for from with as is are was were be been am do does did
not no i you he she it we they my your his her its our their me him us them this that these those there
will would can could should shall may might must have has had so if than then who which what wants want
would like likes wish wishes going get gets very more`) {
		out[w] = true
	}
	return out
}()

// plain is NFKC, lower case, without spaces, punctuation, symbols and control characters.
func plain(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.In(c, unicode.Z, unicode.P, unicode.S, unicode.C) {
			return -1
		}
		return c
	}, strings.ToLower(norm.NFKC.String(s)))
}

var word = regexp.MustCompile(`[a-z0-9]+(?:'[a-z]+)?`)

func words(s string) []string {
	return word.FindAllString(strings.ToLower(norm.NFKC.String(s)), -1)
}

// units counts words in English, character bigrams else.
func units(s, lang string) map[string]int {
	out := map[string]int{}
	if lang == "en" {
		for _, w := range words(s) {
			out[w]++
		}
		return out
	}
	r := []rune(plain(s))
	for i := 0; i+1 < len(r); i++ {
		out[string(r[i:i+2])]++
	}
	if len(out) == 0 && len(r) > 0 {
		out[string(r)] = 1
	}
	return out
}

func textF(a, b, lang string) float64 {
	x, y := units(a, lang), units(b, lang)
	same, total := 0, 0
	for u, n := range x {
		same += min(n, y[u])
		total += n
	}
	for _, n := range y {
		total += n
	}
	if same == 0 {
		return 0
	}
	return 2 * float64(same) / float64(total)
}

// share is how much of the forbidden text the other text holds: in English of the words that carry meaning.
func share(forbidden, text, lang string) float64 {
	var x, y map[string]int
	if lang == "en" {
		x, y = map[string]int{}, map[string]int{}
		for _, w := range words(forbidden) {
			if !stop[w] {
				x[w] = 1
			}
		}
		for _, w := range words(text) {
			y[w] = 1
		}
	} else {
		x, y = units(forbidden, lang), units(text, lang)
	}
	if len(x) == 0 {
		return 0
	}
	hit := 0
	for u := range x {
		if y[u] > 0 {
			hit++
		}
	}
	return float64(hit) / float64(len(x))
}

// weights is 0 where two items may not match; evidence counts above everything else.
func weights(want, have []Item, lang string) [][]float64 {
	out := make([][]float64, len(want))
	for i, g := range want {
		out[i] = make([]float64, len(have))
		for j, o := range have {
			out[i][j] = weight(g, o, lang)
		}
	}
	return out
}

func weight(g, o Item, lang string) float64 {
	f := textF(g.Text, o.Text, lang)
	a, b := set(g.Evidence), set(o.Evidence)
	shared, all, close := 0, len(b), false
	for x := range a {
		if b[x] {
			shared++
		} else {
			all++
		}
		for y := range b {
			close = close || max(x-y, y-x) <= near
		}
	}
	switch {
	case shared > 0:
		return 100 + 10*float64(shared)/float64(all) + 5*f
	case close:
		return 90 + 5*f
	case f >= textMatch:
		return 1 + f
	}
	return 0
}

func set(ids []int) map[int]bool {
	out := map[int]bool{}
	for _, x := range ids {
		out[x] = true
	}
	return out
}

// cutAfter splits a summary after each full stop.
func cutAfter(s string) []string {
	var out []string
	from := 0
	for i, c := range s {
		if strings.ContainsRune("。.!?！？", c) {
			out = append(out, strings.TrimSpace(s[from:i+len(string(c))]))
			from = i + len(string(c))
		}
	}
	out = append(out, strings.TrimSpace(s[from:]))
	return slices.DeleteFunc(out, func(x string) bool { return x == "" })
}

func (r *Result) violations(g *Gold, out Output) {
	cited := map[int]bool{}
	for _, n := range Sections {
		for _, it := range g.Items(n) {
			for _, e := range it.Evidence {
				cited[e] = true
			}
		}
	}
	type entry struct {
		section string
		it      Item
	}
	var entries []entry
	for _, n := range Sections {
		for _, it := range out.Items[n] {
			entries = append(entries, entry{n, it})
		}
	}
	for _, s := range cutAfter(out.Summary) {
		entries = append(entries, entry{"summary", Item{Text: s}})
	}
	for _, e := range entries {
		for _, bad := range g.Gold.Forbidden {
			cites := []int{}
			for _, x := range bad.Segments {
				if !cited[x] && slices.Contains(e.it.Evidence, x) && !slices.Contains(cites, x) {
					cites = append(cites, x)
				}
			}
			slices.Sort(cites)
			held := max(share(bad.Text, e.it.Text, g.Language), share(bad.Text, e.it.Quote, g.Language))
			if len(cites) > 0 || held >= contained {
				r.Violations = append(r.Violations, Violation{e.section, e.it.Text, bad.Reason, bad.Text, cites, held})
			}
		}
	}
}

var leftOut = regexp.MustCompile(`…|\.{3}|[/／]`)

func (r *Result) grounding(g *Gold, out Output) {
	segments := map[int]interview.Segment{}
	for _, s := range g.Segments {
		segments[s.ID] = s
	}
	for _, n := range Sections {
		for _, it := range out.Items[n] {
			if why := ground(it, segments); why != "" {
				r.Ungrounded = append(r.Ungrounded, Ungrounded{n, it.Text, why})
			}
			if it.Quote == "" {
				r.WithoutQuote++
			}
		}
	}
}

func ground(it Item, segments map[int]interview.Segment) string {
	if len(it.Evidence) == 0 {
		return "no evidence"
	}
	var lost []int
	for _, e := range it.Evidence {
		if _, ok := segments[e]; !ok {
			lost = append(lost, e)
		}
	}
	if len(lost) > 0 {
		return fmt.Sprintf("no such segment: %v", lost)
	}
	if it.Quote == "" {
		return ""
	}
	ids := slices.Clone(it.Evidence)
	slices.Sort(ids)
	var source strings.Builder
	for _, e := range slices.Compact(ids) {
		source.WriteString(plain(segments[e].Text))
	}
	found := false
	for _, q := range leftOut.Split(norm.NFC.String(it.Quote), -1) {
		if q = plain(q); q == "" {
			continue
		}
		found = true
		if !strings.Contains(source.String(), q) {
			return "quote not in the cited segments"
		}
	}
	if !found {
		return "quote not in the cited segments"
	}
	return ""
}
