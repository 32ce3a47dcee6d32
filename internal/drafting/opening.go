package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// What a talk opens with: why one meets (section purpose), and what came of what was agreed last time (last_time).

// openingTurns is how many turns a talk may take until it is said what it is for.
const openingTurns = 12

var (
	// 「上期のキャリア面談ということで」: the kind of talk, with the nouns before it
	kindJA = pattern.MustCompile(`((?:[\p{Han}\p{Katakana}ーa-z0-9]+の)*[\p{Han}\p{Katakana}ーa-z0-9]*(?:面談|1on1|ワンオンワン))(?:という|って|です|を|の時間|の日|で(?:す|、|。|$)|な(?:ので|んで)|$|。)`)
	// 「…について話します」
	aboutJA = pattern.MustCompile(`(?:今日|本日|今回|この(?:時間|場|面談))(?:は|で|の(?:面談|時間)は)、?(.{2,40}?)(?:について|に関して|のことを|の話を)`)
	// what the employee came with
	cameJA = pattern.MustCompile(`(?:今日|本日|今回|この(?:時間|場))(?:は|で|に)?.*(?:話したい|相談したい|聞きたい|伺いたい|ご相談|お話ししたい|聞いて(?:ほしい|いただきたい))`)
	kindEN = pattern.MustCompile(`(?i)\b(?:this is|here for|time for|it's) (?:just )?(?:our|the|your|a) ([a-z -]{0,40}(?:talk|chat|review|meeting|catch-up|check-in|one-on-one|conversation)(?: (?:for|about|on) [a-z' -]{2,40})?)`)
	// 「今日は…」 in English
	aboutEN = pattern.MustCompile(`(?i)\b(?:today|this time)\b.*?\b(?:talk|speak|hear|chat) (?:a bit |a little )?about ([^.,?!;]{3,60})`)
	cameEN  = pattern.MustCompile(`(?i)\b(?:today|here|this chat)\b.*\b(?:wanted to|want to|would like to|'d like to) (?:ask|talk|raise|discuss)`)
	noMatch = pattern.MustCompile(`録音|記録|下書き|評価|査定|文字|共有|rating|apprais|record|transcri`)
	address = pattern.MustCompile(`^(?:[\p{Han}\p{Katakana}]{1,5}(?:さん|君|くん)の)`)
	pronoun = pattern.MustCompile(`^(?:この|その|次の|今回の|前の|今日の|本日の)?(?:面談|1on1)$|^[0-9一二三四]+回の`)
)

// purpose is what the opening says the talk is for, in the words of the one who says it.
func (e *excerpt) purpose() (interview.Statement, bool) {
	r := e.r
	for i, s := range r.sentences {
		if s.turn >= openingTurns || s.part == interview.PartInterviewer && s.ask && r.asksAbout(s.s) != "" && r.asksAbout(s.s) != "purpose" {
			break
		}
		if s.out != "" || e.used[i] != "" {
			continue
		}
		text := ""
		switch s.part {
		case interview.PartInterviewer:
			text = e.purposeOf(s)
		case interview.PartEmployee:
			if e.cameFor(i) {
				text = e.write(candidate{i: i}, "purpose")
			}
		}
		if text == "" {
			continue
		}
		e.used[i] = "purpose"
		return interview.Statement{Text: text, Speaker: s.part, By: "ai", Evidence: []interview.Evidence{e.quote(i)}}, true
	}
	return interview.Statement{}, false
}

// cameFor reports a sentence in which the employee says what they came with: the purpose of the talk, not a wish.
func (e *excerpt) cameFor(i int) bool {
	s := e.r.sentences[i]
	if s.turn >= openingTurns || e.in.Template.Section("purpose") == nil {
		return false
	}
	return e.r.lang != "en" && cameJA.MatchString(s.s) || e.r.lang == "en" && cameEN.MatchString(s.raw)
}

func (e *excerpt) purposeOf(s sentence) string {
	if e.r.lang == "en" {
		if m := aboutEN.FindStringSubmatch(s.raw); m != nil {
			return "Talk about " + strings.TrimSpace(m[1]) + "."
		}
		if m := kindEN.FindStringSubmatch(s.raw); m != nil && !noMatch.MatchString(strings.ToLower(m[1])) && len(strings.Fields(m[1])) > 1 {
			return capital(strings.TrimSpace(m[1])) + "."
		}
		return ""
	}
	if m := aboutJA.FindStringSubmatch(s.s); m != nil && !noMatch.MatchString(m[1]) {
		return writtenOut(inner(e.k, m[1])) + "について話す。"
	}
	m := kindJA.FindStringSubmatch(s.s)
	if m == nil || noMatch.MatchString(m[1]) {
		return ""
	}
	kind := address.ReplaceAllString(m[1], "")
	if pronoun.MatchString(kind) || strings.HasPrefix(kind, "次回") || strings.HasPrefix(kind, "前回") {
		return ""
	}
	return kind + "を行う。"
}

// lastWords are the literals of which every mention of the last talk holds one.
var lastWords = []string{"前", "面談", "ないだ", "last "}

var (
	lastJA = pattern.MustCompile(`前回|前の面談|こ(?:の前|ないだ|の間)の面談|(?:半年|三か月|3か月|一年|[0-9]か月)前の?(?:面談|話|約束|宿題)|(?:春|夏|秋|冬|先月|去年|昨年|[0-9]月)の面談`)
	lastEN = pattern.MustCompile(`\blast time\b|\b(?:our|the) last (?:talk|chat|meeting|review|one-on-one|session|catch-up)\b|\bwhen we last (?:met|spoke|talked)\b`)
	// what was agreed on then
	agreedJA = pattern.MustCompile(`決め|約束|宿題|言っ|おっしゃ|話し|お話|お願い|やる|やって|立て|挙げ|目標|アクション|取り組|課題|件`)
	agreedEN = pattern.MustCompile(`\b(?:said|agreed|promised|talked|spoke|discussed|wanted|asked|planned|set|goal|action|were going to|mentioned)\b`)
	// how it stands with it
	standsJA = pattern.MustCompile(`た(?:$|ん|の|よ|けど|が|し)|まし|でし|て(?:い)?ま(?:す|せ)|て(?:い)?(?:る|な)|まだ|途中|続け|これから|できて|進め`)
	standsEN = pattern.MustCompile(`\b(?:did|done|have|has|haven't|not yet|started|finished|still|began|went|got|was|were|spent|took|made|wrote|read|sent|met|ran|gave|saw|had|spoke|put|set|kept|[a-z]+ed)\b`)
)

// lastTime says how it stands with what was agreed last time: what somebody tells of it, or the employee's answer to
// the question about it.
func (e *excerpt) lastTime() []interview.Statement {
	r := e.r
	last, agreed, stands := lastJA, agreedJA, standsJA
	if r.lang == "en" {
		last, agreed, stands = lastEN, agreedEN, standsEN
	}
	var out []interview.Statement
	write := func(i int, with ...int) {
		if text := e.write(candidate{i: i}, "last_time"); text != "" && e.namesThing(text) {
			s := interview.Statement{Text: text, Speaker: r.sentences[i].part, By: "ai", Evidence: []interview.Evidence{e.quote(i)}}
			if e.before[i] {
				s.Evidence = append(s.Evidence, e.quote(i-1))
			}
			for _, j := range with {
				s.Evidence = append(s.Evidence, e.quote(j))
			}
			e.used[i] = "last_time"
			out = append(out, s)
		}
	}
	for i, s := range r.sentences {
		if len(out) >= maxOther {
			break
		}
		if s.out != "" || e.used[i] != "" || !hasAny(s.s, lastWords) || !last.MatchString(s.s) || !agreed.MatchString(s.s) {
			continue
		}
		if !s.ask && stands.MatchString(s.s) && !asksHow.MatchString(s.s) && utf8.RuneCountInString(s.s) >= r.short(16) {
			if s.part == interview.PartEmployee || r.lang != "en" && r.c.commit.strong.in(s.s) || promisedThen.MatchString(s.s) {
				write(i)
				continue
			}
		}
		if s.part != interview.PartInterviewer || s.turn+1 >= len(r.turns) || r.turns[s.turn+1].part != interview.PartEmployee {
			continue
		}
		for j := r.turns[s.turn+1].from; j < r.turns[s.turn+1].to; j++ {
			x := r.sentences[j]
			if x.out == "" && e.used[j] == "" && !x.ask && utf8.RuneCountInString(x.s) >= r.short(10) && stands.MatchString(x.s) {
				write(j, i)
				break
			}
		}
	}
	return out
}

var (
	asksHow      = pattern.MustCompile(`よね$|っけ$|けど$|どう|いかが|how |did you`)
	promisedThen = pattern.MustCompile(`(?:約束|宿題|お願いされ|頼まれ)[^。]*まし(?:た|て)|\bi (?:said|promised) i(?:'d| would)\b`)
)
