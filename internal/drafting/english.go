package drafting

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	enNoise = pattern.MustCompile(`(?i)(?:,\s*)?\b(?:um|uh|er|erm|you know,|i mean|well|so|okay|honestly|actually)\b,?\s*`)
	enLead  = pattern.MustCompile(`(?i)^(?:and|but|so|then|also|because|or|yes|no|well|right|okay|good|great),?\s+`)
)

type person struct {
	re *pattern.Pattern
	to string
}

// persons turn the first person into a sentence without a subject.
var persons = func() []person {
	pairs := []string{
		`(?i)^i (?:really |just )?would like to\b`, `Would like to`, `(?i)^i'd like to\b`, `Would like to`, `(?i)^i'd (love|prefer) to\b`, `Would $1 to`,
		`(?i)^i (?:really )?want to\b`, `Wants to`, `(?i)^i (?:really )?hope to\b`, `Hopes to`, `(?i)^i am\b`, `Is`, `(?i)^i'm\b`, `Is`,
		`(?i)^i have (no|a|an|the|to)\b`, `Has $1`, `(?i)^i have\b`, `Has`, `(?i)^i've\b`, `Has`, `(?i)^i (?:can not|cannot|can't)\b`, `Cannot`, `(?i)^i can\b`, `Can`,
		`(?i)^i (?:do not|don't)\b`, `Does not`, `(?i)^i will\b`, `Will`, `(?i)^i'll\b`, `Will`, `(?i)^i could\b`, `Could`, `(?i)^i was\b`, `Was`,
		`(?i)^i worry\b`, `Worries`, `(?i)^i think\b`, `Thinks`, `(?i)^i need\b`, `Needs`, `(?i)^i lose\b`, `Loses`, `(?i)^i find\b`, `Finds`, `(?i)^i like\b`, `Likes`, `(?i)^i feel\b`, `Feels`,
		`(?i)^my\b`, `Own`,
	}
	var out []person
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, person{pattern.MustCompile(pairs[i]), pairs[i+1]})
	}
	return out
}()

// englishSentence drops hesitation and the subject: the speaker is a field of the statement.
func englishSentence(raw, _ string) string {
	s := strings.TrimSpace(enNoise.ReplaceAllString(strings.TrimRight(raw, ".!? "), " "))
	for {
		next := enLead.ReplaceAllString(s, "")
		if next == s {
			break
		}
		s = next
	}
	for _, p := range persons {
		if p.re.MatchString(s) && p.to != "Own" {
			s = p.re.ReplaceAllString(s, p.to)
			break
		}
	}
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, " ,", ",")
	return capital(s) + "."
}

func capital(s string) string {
	c, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(c)) + s[n:]
}

var (
	enAsk   = pattern.MustCompile(`(?i)^.*?\b(?:can|could|would|will) you (?:please )?|^.*?\bplease |^.*?\bwhat i'd (?:need|like|want)(?: from you)? is `)
	enVow   = pattern.MustCompile(`(?i)^.*?\b(?:i will|i'll|i am going to|i'm going to|let me|i can|i'd like to|i would like to|i'm happy to|i am happy to) `)
	enWill  = pattern.MustCompile(`\b(you|i|it|that|they)'ll\b`)
	enWould = pattern.MustCompile(`\b(you|i|it|that|they)'d\b`)
	enYou   = pattern.MustCompile(`\byou\b`)
	enMe    = pattern.MustCompile(`\bme\b`)
	enIt    = pattern.MustCompile(`\bit\b`)
	enThing = pattern.MustCompile(`(?i)\b(?:there is|there's|we have) (?:an?|the) ([a-z][^.,?!]{2,50})`)
	enOther = pattern.MustCompile(`(?i)^.*?\b(?:human resources|hr|personnel) (?:will|can|is going to) `)
)

// englishAction begins with the verb.
func (e *excerpt) englishAction(a action) string {
	raw := strings.TrimRight(e.r.sentences[a.main].raw, ".!? ")
	for _, re := range []*pattern.Pattern{enOther, enAsk, enVow} {
		if m := re.FindString(raw); m != "" {
			raw = raw[len(m):]
			break
		}
	}
	for _, w := range e.r.dates[a.main] {
		raw = strings.ReplaceAll(raw, w.Text, "")
	}
	raw = strings.Join(strings.Fields(enNoise.ReplaceAllString(raw, " ")), " ")
	raw = enWould.ReplaceAllString(enWill.ReplaceAllString(raw, "$1 will"), "$1 would")
	you, me := "the employee", "the interviewer"
	if e.r.sentences[a.main].part == interview.PartEmployee {
		you, me = me, you
	}
	raw = enMe.ReplaceAllString(enYou.ReplaceAllString(raw, you), me)
	if a.main > e.r.turns[e.r.sentences[a.main].turn].from && enIt.MatchString(raw) {
		if m := enThing.FindStringSubmatch(e.r.sentences[a.main-1].raw); m != nil {
			raw = enIt.ReplaceAllString(raw, "the "+m[1])
		}
	}
	raw = strings.ReplaceAll(raw, " ,", ",")
	if len(strings.Fields(raw)) < 2 || len(evidence.ContentOf(raw)) == 0 {
		return "" // "do it" tells a reader nothing
	}
	return capital(strings.Trim(raw, ", ")) + "."
}
