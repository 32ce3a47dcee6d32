package captions

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// labels hands out speaker labels: A, B, … Z, S27, … in order of first speech. A name that is a label itself ("A",
// "S1", "SPEAKER_00") stays one.
type labels struct {
	speakers []interview.Speaker
	byName   map[string]string
	taken    map[string]bool
}

func newLabels() *labels {
	return &labels{speakers: []interview.Speaker{}, byName: map[string]string{}, taken: map[string]bool{}}
}

var labelPattern = regexp.MustCompile(`^(?:[A-Z]|S\d{1,3}|(?i:speaker|spk)[ _-]?\d{1,3})$`)

// of is the label of a name, "" for nobody.
func (l *labels) of(name string) string {
	if name == "" {
		return ""
	}
	if label, ok := l.byName[name]; ok {
		return label
	}
	s := interview.Speaker{Label: name, Role: interview.PartUnknown}
	if !labelPattern.MatchString(name) || l.taken[name] {
		s.Label, s.Name = l.next(), name
	}
	l.byName[name], l.taken[s.Label] = s.Label, true
	l.speakers = append(l.speakers, s)
	return s.Label
}

func (l *labels) next() string {
	for i := range 26 {
		if label := string(rune('A' + i)); !l.taken[label] {
			return label
		}
	}
	for i := 27; ; i++ {
		if label := "S" + strconv.Itoa(i); !l.taken[label] {
			return label
		}
	}
}

var prefixPattern = regexp.MustCompile(`^\s*(?:>>\s*|[-–]\s+)?(?:[\[【((]([^\]】))\n]{1,60})[\]】))]\s*[::]?|([^::\n]{1,60}?)\s*[::])\s*(.*)$`)

// prefix splits "Name: text", "氏名:text", "[Name] text" and "【氏名】text". ok says that the part before may be a name:
// short, no sentence, no number, no address.
func prefix(text string) (name, rest string, ok bool) {
	m := prefixPattern.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	name, rest = squeeze(m[1]+m[2]), strings.TrimSpace(m[3])
	if utf8.RuneCountInString(name) > 40 || len(strings.Fields(name)) > 5 || strings.HasPrefix(rest, "//") {
		return "", "", false
	}
	letters := false
	for _, r := range name {
		if strings.ContainsRune("。、!?!?「」『』…\"<>{}=;;/\\", r) {
			return "", "", false
		}
		letters = letters || unicode.IsLetter(r)
	}
	if !letters || strings.HasSuffix(name, ".") && !strings.HasSuffix(name, "r.") { // "Jr." is a name's end, "end." a sentence's
		return "", "", false
	}
	return name, rest, true
}

// nameByPrefix gives cues without a voice tag their speaker from "Name: text", as Zoom and SubRip files have it. One
// such beginning proves nothing ("結論: 続ける"), so a name counts when most cues begin with one or when it comes back
// often; then cues without a name go on with the speaker before, as programs name only the change.
//
// It returns the cues that have words.
func nameByPrefix(cues []cue) []cue {
	count := map[string]int{}
	open, named := 0, 0
	for _, c := range cues {
		if c.name != "" {
			continue
		}
		open++
		if name, _, ok := prefix(c.text); ok {
			count[name]++
			named++
		}
	}
	names := speakersAmong(count, named, open)
	if len(names) == 0 {
		return cues
	}
	last := ""
	for i := range cues {
		c := &cues[i]
		if c.name == "" {
			if name, rest, ok := prefix(c.text); ok && names[name] {
				c.name, c.text = name, rest
			} else {
				c.name = last
			}
		}
		last = c.name
	}
	return slices.DeleteFunc(cues, func(c cue) bool { return c.text == "" })
}

// speakersAmong decides which beginnings are names, given how many of all pieces begin so.
func speakersAmong(count map[string]int, named, all int) map[string]bool {
	names := map[string]bool{}
	half := named*2 >= all
	// In a few lines nobody comes back often; two different beginnings are then taken for two people.
	mostly := named*10 >= all*8 || half && all < 10 && len(count) >= 2
	for name, n := range count {
		if mostly || half && n >= 2 || n >= 5 || n >= 3 && n*10 >= all {
			names[name] = true
		}
	}
	if !half && len(names) < 2 { // one word that comes back is a turn of speech; a talk has two
		return nil
	}
	return names
}
