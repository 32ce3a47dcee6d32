package speech

import (
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"

	"kikigaki/internal/interview"
)

//go:embed cues.yaml
var cueFile []byte

const (
	opening = 0.15 // share of the words within which a talk is opened
	closing = 0.75 // share of the words after which it is closed
	// questionWeight and talkWeight weigh who asks and who talks less against the cues. The listener of a career talk
	// usually asks and talks less, but some interviewers do not, so the share of talk weighs little.
	questionWeight = 1.3
	talkWeight     = 0.8
	// steepness turns the difference of evidence into a confidence, 1/(1+exp(−steepness·difference)). Chosen so that
	// halves, thirds and disturbed versions of the samples are never certain and wrong (TestRolesOfPartsAndDisturbed).
	steepness = 0.45
)

// cue is one sign.
type cue struct {
	Name   string  `yaml:"name"`
	Match  string  `yaml:"match"`
	Unless string  `yaml:"unless"`
	When   string  `yaml:"when"`
	Weight float64 `yaml:"weight"`
	Most   int     `yaml:"most"`

	match, unless *regexp.Regexp
}

// cueList are the signs of one language for one pair of people.
type cueList struct {
	cues     []cue
	language string
}

// readCues compiles the signs of a language. Rows about names are left out when the participants are not known.
func readCues(data []byte, language string, participants []Participant) (*cueList, error) {
	var file map[string][]cue
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read cues: %w", err)
	}
	names := map[string]string{"{employee}": address(participants, interview.PartEmployee), "{interviewer}": address(participants, interview.PartInterviewer)}
	out := &cueList{language: language}
	for _, c := range file[language] {
		usable := true
		for place, name := range names {
			if !strings.Contains(c.Match, place) {
				continue
			}
			usable = usable && name != "" && names["{employee}"] != names["{interviewer}"]
			c.Match = strings.ReplaceAll(c.Match, place, name)
		}
		if !usable {
			continue
		}
		var err error
		if c.match, err = regexp.Compile(c.Match); err != nil {
			return nil, fmt.Errorf("read cue %q: %w", c.Name, err)
		}
		if c.Unless != "" {
			if c.unless, err = regexp.Compile(c.Unless); err != nil {
				return nil, fmt.Errorf("read cue %q: %w", c.Name, err)
			}
		}
		out.cues = append(out.cues, c)
	}
	return out, nil
}

// address is an expression for the names by which one part is spoken to: family name, given name, whole name.
func address(participants []Participant, part interview.Part) string {
	var alternatives []string
	for _, p := range participants {
		if p.Role != part {
			continue
		}
		for _, w := range nameWords(p.Name) {
			if utf8.RuneCountInString(w) >= 2 {
				alternatives = append(alternatives, regexp.QuoteMeta(w))
			}
		}
	}
	if len(alternatives) == 0 {
		return ""
	}
	return "(?:" + strings.Join(alternatives, "|") + ")"
}

// said is one sentence of a voice, at its place in the talk.
type said struct {
	voice string
	text  string  // NFKC, lower case
	at    float64 // share of the words before it, 0 to 1
}

// sentencesOf lists the sentences of a transcript in order.
func sentencesOf(t *interview.Transcript) []said {
	var out []said
	all := 0
	for _, s := range t.Segments {
		for _, text := range splitSentences(norm.NFKC.String(s.Text)) {
			out = append(out, said{voice: s.Speaker, text: strings.ToLower(text), at: float64(all)})
			all += spoken(text)
		}
	}
	for i := range out {
		out[i].at /= float64(max(1, all))
	}
	return out
}

// evidence sums the signs of each voice: positive speaks for the interviewer. signs is how many there were.
func (l *cueList) evidence(sentences []said) (sum map[string]float64, signs int) {
	sum = map[string]float64{}
	counts := map[string]map[int]int{}
	for _, s := range sentences {
		if counts[s.voice] == nil {
			counts[s.voice] = map[int]int{}
		}
		for i, c := range l.cues {
			if counts[s.voice][i] >= max(1, c.Most) || !c.speaks(s) {
				continue
			}
			counts[s.voice][i]++
			sum[s.voice] += c.Weight
			signs++
		}
	}
	return sum, signs
}

func (c cue) speaks(s said) bool {
	switch {
	case c.When == "opening" && s.at > opening, c.When == "closing" && s.at < closing:
		return false
	}
	return c.match.MatchString(s.text) && (c.unless == nil || !c.unless.MatchString(s.text))
}

// asks reports whether a sentence asks. Recognisers that write no marks are met half way: in English a question word or
// an inverted verb at the start of the sentence counts.
func asks(text, language string) bool {
	if isQuestion(text) {
		return true
	}
	return language == "en" && !strings.ContainsAny(text, ".?!") && bareQuestion.MatchString(text)
}

var bareQuestion = regexp.MustCompile(`^(so |and |okay |but )?(what|how|why|which|when|where|who|do you|did you|are you|is that|can you|could you|would you|have you)\b`)

// byText gives roles from the words, where two voices talk and at least one has no role yet.
func byText(t *interview.Transcript, participants []Participant) {
	a, b, ok := unsettledPair(t)
	if !ok {
		return
	}
	lean, signs := leaning(t, participants, t.Speakers[a].Label, t.Speakers[b].Label)
	if signs < minSigns {
		return
	}
	confidence := 1 / (1 + math.Exp(-steepness*math.Abs(lean)))
	if lean < 0 {
		a, b = b, a
	}
	for i, part := range map[int]interview.Part{a: interview.PartInterviewer, b: interview.PartEmployee} {
		s := &t.Speakers[i]
		s.Role, s.Confidence, s.By = part, math.Round(confidence*1000)/1000, "text"
	}
}

// minSigns is how many signs are needed before words say anything about roles.
const minSigns = 8

// unsettledPair returns the two voices of a talk between two when neither has a role.
func unsettledPair(t *interview.Transcript) (a, b int, ok bool) {
	var open []int
	for i, s := range t.Speakers {
		switch {
		case s.Label == Nobody:
			if spokenBy(t, Nobody) > 0.1 {
				return 0, 0, false // a tenth of the words belongs to no voice: no pair to tell apart
			}
		case settled(s):
			return 0, 0, false
		default:
			open = append(open, i)
		}
	}
	if len(open) != 2 {
		return 0, 0, false
	}
	return open[0], open[1], true
}

// spokenBy is a voice's share of all characters.
func spokenBy(t *interview.Transcript, label string) float64 {
	own, all := 0, 0
	for _, s := range t.Segments {
		n := spoken(s.Text)
		all += n
		if s.Speaker == label {
			own += n
		}
	}
	if all == 0 {
		return 0
	}
	return float64(own) / float64(all)
}

// leaning is how much more a's words are those of the interviewer than b's; negative when b's are. It changes its sign
// when a and b change places.
func leaning(t *interview.Transcript, participants []Participant, a, b string) (lean float64, signs int) {
	list, err := readCues(cueFile, t.Language, participants)
	if err != nil || len(list.cues) == 0 {
		return 0, 0 // a language without cues; the file itself is checked by a test
	}
	sentences := sentencesOf(t)
	sum, signs := list.evidence(sentences)
	asked := map[string]int{}
	for _, s := range sentences {
		if asks(s.text, t.Language) {
			asked[s.voice]++
			signs++
		}
	}
	lean = sum[a] - sum[b]
	lean += questionWeight * math.Log(float64(asked[a]+2)/float64(asked[b]+2))
	lean += talkWeight * math.Log((spokenBy(t, b)+0.1)/(spokenBy(t, a)+0.1))
	return lean, signs
}

// cueValue is what one sentence says about its voice: +1 interviewer, −1 employee, 0 nothing. Signs that mean something
// only when they are many are left out.
func (l *cueList) cueValue(s said) float64 {
	v := 0.0
	for _, c := range l.cues {
		if c.Most <= 6 && c.speaks(s) {
			v += c.Weight
		}
	}
	if asks(s.text, l.language) {
		v += 0.8
	}
	switch {
	case v >= 0.5:
		return 1
	case v <= -0.5:
		return -1
	}
	return 0
}

// labelsOf lists the voices of turns in order of name.
func labelsOf(turns []interview.Turn) []string {
	var out []string
	for _, t := range turns {
		if !slices.Contains(out, t.Speaker) {
			out = append(out, t.Speaker)
		}
	}
	slices.Sort(out)
	return out
}
