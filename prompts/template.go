package prompts

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// Sources of a section: who fills it.
const (
	SourceTalk   = "talk"   // drafted from the transcript
	SourcePeople = "people" // written by people only, never by a model
	SourceData   = "data"   // filled by the program
)

// Heart lists the sections that every template has; their keys are part of the contract.
var Heart = []string{interview.Wishes, interview.Concerns, interview.SkillGaps, interview.ActionItems}

// Languages lists the languages a template can be written in.
var Languages = []string{"ja", "en"}

// Template is the form of a record: its sections in order and what the drafting engines and the people are told about
// each. It is complete in itself: shared sections and what it extends have been resolved, so that a stored template
// means the same after the files have changed. Values are shared between callers and are not to be changed.
type Template struct {
	Name        string            `json:"name"`
	Version     int               `json:"version"`
	Hash        string            `json:"hash"` // SHA-256 of the content, hex; see Seal
	Languages   []string          `json:"languages"`
	Title       map[string]string `json:"title"`   // by language
	Purpose     map[string]string `json:"purpose"` // by language
	FirstReview interview.Part    `json:"first_review"`
	ReviseBy    []interview.Part  `json:"revise_by"`
	Processing  interview.Route   `json:"processing"`
	Basics      map[string]string `json:"basics"`       // title of the part that comes first, filled by the program
	Confirm     map[string]string `json:"confirmation"` // title of the part that comes last, filled by the program
	Sections    []Section         `json:"sections"`
}

// Section is one heading of a template.
type Section struct {
	Key       string               `json:"key"`
	Source    string               `json:"source"`    // talk, people
	Sensitive bool                 `json:"sensitive"` // closed on every load, for the two alone until the employee widens it
	Words     map[string]Words     `json:"words"`     // by language
	Examples  map[string][]Example `json:"examples,omitempty"`
}

// Words are the texts of a section in one language.
type Words struct {
	Title   string                             `json:"title"`
	In      string                             `json:"in,omitempty"`      // what belongs here
	Out     string                             `json:"out,omitempty"`     // what does not
	Wording string                             `json:"wording,omitempty"` // how its sentences read
	Ask     []string                           `json:"ask,omitempty"`     // questions for the interviewer
	Empty   map[interview.SectionState]Absence `json:"empty,omitempty"`   // the three absences
}

// Absence is how a kind of absence is shown: Label on a screen, Long in exports and to screen readers.
type Absence struct {
	Label string `json:"label"`
	Long  string `json:"long"` // {title} stands for the section's title
}

// ID is the template's identity on drafts, name@version.
func (t *Template) ID() string { return fmt.Sprintf("%s@%d", t.Name, t.Version) }

// Speaks reports whether the template is written in that language.
func (t *Template) Speaks(language string) bool { return slices.Contains(t.Languages, language) }

// Section returns the section with that key, nil when the template has none.
func (t *Template) Section(key string) *Section {
	for i := range t.Sections {
		if t.Sections[i].Key == key {
			return &t.Sections[i]
		}
	}
	return nil
}

// Drafted returns the sections that are drafted from the talk, in order.
func (t *Template) Drafted() []Section {
	var out []Section
	for _, s := range t.Sections {
		if s.Source == SourceTalk {
			out = append(out, s)
		}
	}
	return out
}

// Keys returns the keys of the drafted sections, in order.
func (t *Template) Keys() []string {
	var out []string
	for _, s := range t.Drafted() {
		out = append(out, s.Key)
	}
	return out
}

// MayRevise reports whether that participant may ask for a revised version.
func (t *Template) MayRevise(p interview.Part) bool { return slices.Contains(t.ReviseBy, p) }

// Title is the section's heading in that language, its key when the language is missing.
func (s Section) Title(language string) string {
	if w, ok := s.Words[language]; ok && w.Title != "" {
		return w.Title
	}
	return s.Key
}

// Questions are the section's questions in that language.
func (s Section) Questions(language string) []string { return s.Words[language].Ask }

// Absence is how an empty section is shown in that state and language; both texts are empty for Discussed.
func (s Section) Absence(state interview.SectionState, language string) Absence {
	a := s.Words[language].Empty[state]
	a.Long = strings.ReplaceAll(a.Long, "{title}", s.Title(language))
	return a
}

// Seal computes the content hash: SHA-256 over the template's JSON without the hash itself. Go writes maps with sorted
// keys, so equal content has equal bytes.
func (t *Template) Seal() (string, error) {
	c := *t
	c.Hash = ""
	data, err := json.Marshal(&c)
	if err != nil {
		return "", fmt.Errorf("encode template %s: %w", t.Name, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Decode reads a template that was stored as JSON and checks that its content is what its hash says.
func Decode(data []byte) (*Template, error) {
	var t Template
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, interview.E("template_invalid", fmt.Errorf("decode stored template: %w", err))
	}
	sum, err := t.Seal()
	if err != nil {
		return nil, err
	}
	if sum != t.Hash {
		return nil, interview.E("template_invalid", fmt.Errorf("stored template %s does not match its hash", t.ID()))
	}
	return &t, nil
}
