package drafting

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed cues.yaml
var cueFile []byte

// Class of cue: what a sentence may be. Names are the keys of cues.yaml.
type cueClass struct {
	Cue     []string `yaml:"cue"`
	Not     []string `yaml:"not"`
	Near    []string `yaml:"near"`
	Back    []string `yaml:"back"`
	Forward []string `yaml:"forward"`
	All     []string `yaml:"all"`
	End     []string `yaml:"end"`
	Granted []string `yaml:"granted"`
	Real    []string `yaml:"real"`
	Person  []string `yaml:"person"`
	Who     []string `yaml:"who"`
	What    []string `yaml:"what"`
	Strong  []string `yaml:"strong"`
}

type sensitiveCue struct {
	Class  string   `yaml:"class"`
	Source string   `yaml:"source"`
	Out    bool     `yaml:"out"`
	JA     []string `yaml:"ja"`
	EN     []string `yaml:"en"`
}

// cue is a compiled class: not is taken out of the sentence before cue is looked for.
type cue struct {
	cue, not, near, back, forward, all, end, granted, real, person, who, what, strong *matcher

	known map[string]verdicts // of one reading; nil in the shared lists
}

// verdicts are what was found out about a sentence, so that asking again costs nothing.
type verdicts uint8

const (
	inKnown verdicts = 1 << iota
	inYes
	onlyKnown
	onlyYes
)

func (c *cue) in(s string) bool {
	v := c.known[s]
	if v&inKnown == 0 {
		v |= inKnown
		if c.cue.in(s) && (c.not == nil || c.cue.in(c.not.cut(s))) {
			v |= inYes
		}
		c.keep(s, v)
	}
	return v&inYes != 0
}

// only matches when cue stands in the sentence and nothing of not does.
func (c *cue) only(s string) bool {
	v := c.known[s]
	if v&onlyKnown == 0 {
		v |= onlyKnown
		if c.cue.in(s) && !c.not.in(s) {
			v |= onlyYes
		}
		c.keep(s, v)
	}
	return v&onlyYes != 0
}

func (c *cue) keep(s string, v verdicts) {
	if c.known != nil {
		c.known[s] = v
	}
}

// cues are the lists of one language.
type cues struct {
	offRecord, retraction, private, joke, hypothetical, injection, decline, deny, reluctant,
	interviewerWish, judgement, thirdParty, laugh, none,
	wish, concern, skillGap, accept, commit, request, agree, hr, transition, more cue
	questions map[string]*matcher
	burden    []burdenClass // of weak marks

	asked map[string]string // of one reading: the section a sentence asks about
}

// forReading is a copy that remembers its verdicts. The lists themselves are shared and never change.
func (c *cues) forReading() *cues {
	own := *c
	for _, x := range own.classes() {
		x.known = map[string]verdicts{}
	}
	own.asked = map[string]string{}
	return &own
}

// classes are the classes by their key in the file.
func (c *cues) classes() map[string]*cue {
	return map[string]*cue{"off_record": &c.offRecord, "retraction": &c.retraction, "private": &c.private, "joke": &c.joke,
		"hypothetical": &c.hypothetical, "injection": &c.injection, "decline": &c.decline, "deny": &c.deny, "reluctant": &c.reluctant,
		"interviewer_wish": &c.interviewerWish, "judgement": &c.judgement, "third_party": &c.thirdParty, "laugh": &c.laugh, "none": &c.none,
		"wish": &c.wish, "concern": &c.concern, "skill_gap": &c.skillGap, "accept": &c.accept, "commit": &c.commit, "request": &c.request,
		"agree": &c.agree, "hr": &c.hr, "transition": &c.transition, "more": &c.more}
}

type sensitiveClass struct {
	name   string
	out    bool
	ja, en *matcher
}

type lexicon struct {
	by        map[string]*cues
	sensitive []sensitiveClass
	private   map[string]*matcher // by language: the cues of all classes that are left out altogether
}

type cueDocument struct {
	JA        map[string]any `yaml:"ja"`
	EN        map[string]any `yaml:"en"`
	Sensitive []sensitiveCue `yaml:"sensitive"`
}

// words are the compiled cue lists. The file is part of the program: a mistake in it is a mistake of ours and is found
// by the first test that runs.
var words = sync.OnceValue(func() *lexicon {
	l, err := parseCues(cueFile)
	if err != nil {
		panic("drafting: " + err.Error())
	}
	return l
})

func parseCues(data []byte) (*lexicon, error) {
	var doc cueDocument
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("read cue lists: %w", err)
	}
	l := &lexicon{by: map[string]*cues{}}
	for lang, raw := range map[string]map[string]any{"ja": doc.JA, "en": doc.EN} {
		c := &cues{questions: map[string]*matcher{}}
		for name, dst := range c.classes() {
			var cl cueClass
			if err := remarshal(raw[name], &cl); err != nil {
				return nil, fmt.Errorf("cue list %s.%s: %w", lang, name, err)
			}
			*dst = cue{cue: compile(cl.Cue), not: compile(cl.Not), near: compile(cl.Near), back: compile(cl.Back), forward: compile(cl.Forward),
				all: compile(cl.All), end: compile(cl.End), granted: compile(cl.Granted), real: compile(cl.Real), person: compile(cl.Person),
				who: compile(cl.Who), what: compile(cl.What), strong: compile(cl.Strong)}
		}
		var q map[string][]string
		if err := remarshal(raw["questions"], &q); err != nil {
			return nil, fmt.Errorf("cue list %s.questions: %w", lang, err)
		}
		for key, list := range q {
			c.questions[key] = compile(list)
		}
		var b map[string][]string
		if err := remarshal(raw["burden"], &b); err != nil {
			return nil, fmt.Errorf("cue list %s.burden: %w", lang, err)
		}
		for class, list := range b {
			if burdenWeights[class] == 0 {
				return nil, fmt.Errorf("cue list %s.burden: class %s has no weight", lang, class)
			}
			c.burden = append(c.burden, burdenClass{name: class, weight: burdenWeights[class], marks: compile(list)})
		}
		slices.SortFunc(c.burden, func(a, b burdenClass) int { return cmp.Compare(a.name, b.name) })
		l.by[lang] = c
	}
	out := map[string][]string{}
	for _, s := range doc.Sensitive {
		if s.Out {
			out["ja"], out["en"] = append(out["ja"], s.JA...), append(out["en"], s.EN...)
		}
		l.sensitive = append(l.sensitive, sensitiveClass{s.Class, s.Out, compile(s.JA), compile(s.EN)})
	}
	l.private = map[string]*matcher{"ja": compile(out["ja"]), "en": compile(out["en"])}
	return l, nil
}

func remarshal(from, to any) error {
	data, err := yaml.Marshal(from)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(data, to)
}
