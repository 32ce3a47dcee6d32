package drafting

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/ikawaha/kagome-dict/ipa"
	"github.com/ikawaha/kagome/v2/tokenizer"

	"kikigaki/internal/interview"
)

// Extractive drafts without any model: it finds the sentences that grammar marks as wishes, worries, gaps and promises,
// shrinks them to plain form and quotes them. It says of itself that the draft is made of excerpts.
type Extractive struct {
	dictionary func() (*tokenizer.Tokenizer, error)
}

// NewExtractive makes the engine. The dictionary (IPA, 45 MB in memory) is loaded by the first Japanese draft.
func NewExtractive() *Extractive {
	return &Extractive{dictionary: sync.OnceValues(func() (*tokenizer.Tokenizer, error) {
		k, err := tokenizer.New(ipa.Dict(), tokenizer.OmitBosEos())
		if err != nil {
			return nil, fmt.Errorf("load dictionary: %w", err)
		}
		return k, nil
	})}
}

// Name is what drafts carry as author.engine.
func (*Extractive) Name() string { return EngineExtractive }

// Draft excerpts a transcript.
func (x *Extractive) Draft(ctx context.Context, in Input) (*interview.Draft, error) {
	if in.Transcript == nil || in.Template == nil {
		return nil, interview.E("internal_error", fmt.Errorf("extractive draft: no transcript or no template"))
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("extractive draft: %w", err)
	}
	e := &excerpt{in: in, r: Read(in)}
	if e.r.lang == "ja" {
		k, err := x.dictionary()
		if err != nil {
			return nil, interview.E("internal_error", err)
		}
		e.k = k
	}
	d := e.draft()
	for _, c := range guides(in.Comments) {
		e.follow(d, c)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("extractive draft: %w", err)
	}
	return finishWith(in, d, e.r)
}

// excerpt is the making of one draft.
type excerpt struct {
	in   Input
	r    *Reading
	k    *tokenizer.Tokenizer
	used map[int]string // sentence to the section it went to

	inTask map[int]bool // turns in which a task was given
	before map[int]bool // sentences written together with the one before them

	burdens map[int]float64 // by sentence: its weak marks of a burden
}

func (e *excerpt) draft() *interview.Draft {
	e.used, e.before, e.inTask = map[int]string{}, map[int]bool{}, map[int]bool{}
	d := &interview.Draft{Author: interview.Author{Kind: "ai", Engine: EngineExtractive}}
	actions := e.actions()
	sections := map[string][]interview.Statement{interview.ActionItems: actions}
	for _, key := range []string{interview.SkillGaps, interview.Concerns, interview.Wishes} {
		sections[key] = nil
	}
	e.matters(sections)
	e.others(sections)
	for _, s := range e.in.Template.Drafted() {
		d.Sections = append(d.Sections, interview.Section{Key: s.Key, Statements: sections[s.Key]})
	}
	d.Summary = e.summary(sections)
	d.Coverage.Read = len(e.in.Transcript.Segments)
	return d
}

// summary takes the first statement of each of the four sections at the heart of a record.
func (e *excerpt) summary(sections map[string][]interview.Statement) []interview.Sentence {
	var out []interview.Sentence
	for _, key := range []string{interview.Wishes, interview.Concerns, interview.SkillGaps, interview.ActionItems} {
		for _, s := range sections[key] {
			if class, _ := e.r.Class(s); class != "" {
				continue
			}
			out = append(out, interview.Sentence{Text: s.Text, Evidence: slices.Clone(s.Evidence)})
			break
		}
	}
	return out
}

// quote makes the evidence of sentence i: the sentence as it stands in its segment, without the full stop.
func (e *excerpt) quote(i int) interview.Evidence {
	s := e.r.sentences[i]
	return interview.Evidence{Segment: s.id, Quote: trimStop(s.raw)}
}

func trimStop(s string) string {
	for s != "" {
		c, n := utf8.DecodeLastRuneInString(s)
		if c != '。' && c != '.' {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}
