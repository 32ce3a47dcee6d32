package drafting

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// candidate is a sentence that may stand in a section.
type candidate struct {
	i       int // sentence
	section string
	score   float64
	block   int  // stretch of the talk about one matter
	asked   bool // in answer to a question about the section
	with    []int
}

// Weights of the marks of a sentence. They were set by reasoning about the classes, not fitted: a strong cue alone
// suffices, a weak one needs a question about the section before it.
const (
	strongCue   = 2.0
	weakCue     = 0.7
	askedBonus  = 1.0
	healthBonus = 1.4 // asked about rest or health, people play down: one sign is enough
	enoughScore = 2.0
)

// matters fills wishes, concerns and skill gaps.
func (e *excerpt) matters(sections map[string][]interview.Statement) {
	blocks, topics := e.blocks()
	var all []candidate
	for i := range e.r.sentences {
		s := &e.r.sentences[i]
		if s.part != interview.PartEmployee || s.out != "" || e.used[i] != "" || utf8.RuneCountInString(s.s) < 5 || e.cameFor(i) {
			continue
		}
		if c, ok := e.judge(i, topics[i]); ok && !e.bargains(i, c) {
			c.block = blocks[i]
			all = append(all, c)
		}
	}
	all = append(all, e.acknowledged(blocks)...)
	all = append(all, e.answers(all, blocks, topics)...)
	all = append(all, e.pitied(all, blocks)...)
	all = append(all, e.heaviest(all, blocks, topics)...)
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.i, b.i) })
	for _, key := range []string{interview.SkillGaps, interview.Concerns, interview.Wishes} {
		for _, g := range e.group(all, key) {
			sections[key] = append(sections[key], e.statements(g, key)...)
		}
	}
	dedupe(sections)
}

// bargains reports a sentence that belongs to the talk about a task or answers an offer: 「それは受けたいです」.
func (e *excerpt) bargains(i int, c candidate) bool {
	s := e.r.sentences[i]
	if e.inTask[s.turn] && (c.score < strongCue+askedBonus || len(e.r.dates[i]) > 0) && c.section != interview.SkillGaps {
		return true
	}
	if c.section == interview.Wishes && e.inTask[s.turn+1] && slices.ContainsFunc(e.r.dates[i], func(w evidence.When) bool { return w.Limit }) {
		return true // the day of a task that the next turn settles
	}
	if c.section != interview.Wishes || s.turn == 0 || utf8.RuneCountInString(s.s) >= 20 || i > e.r.turns[s.turn].from+1 {
		return false
	}
	if e.r.opensTopic(s.turn - 1) {
		return false
	}
	if e.plansNextTalk(s.turn - 1) {
		return true // about the day of the next talk
	}
	for j := e.r.turns[s.turn-1].from; j < e.r.turns[s.turn-1].to; j++ {
		p := e.r.sentences[j]
		if e.r.c.commit.only(p.s) && e.strong(p.s) && !p.ask || e.r.c.request.only(p.s) || e.r.c.hr.in(p.s) && handsOn.MatchString(p.s) {
			return true
		}
	}
	return strings.HasPrefix(s.s, "それは") || strings.HasPrefix(s.s, "あそれは")
}

// blocks numbers the stretches of the talk between changes of matter, and notes for each sentence which section the
// last question was about.
func (e *excerpt) blocks() (blocks []int, topics []string) {
	r := e.r
	blocks, topics = make([]int, len(r.sentences)), make([]string, len(r.sentences))
	n, topic, age := 0, "", 0
	lastTopic, asked := "", 0
	for t := range r.turns {
		tn := r.turns[t]
		if tn.part != interview.PartEmployee {
			turned := false
			for i := tn.from; i < tn.to; i++ {
				s := r.sentences[i]
				if about := r.asksAbout(s.s); about != "" && (s.ask || r.c.transition.in(s.s) || fragment.MatchString(s.s)) && utf8.RuneCountInString(s.s) >= 5 {
					topic, age, turned = about, 0, true
				} else if lastTopic != "" && asksMore.MatchString(s.s) {
					topic, age, turned = lastTopic, 0, true
				} else if r.c.transition.in(s.s) && utf8.RuneCountInString(s.s) >= 10 {
					turned = true
					if s.ask {
						topic = ""
					}
				}
			}
			if turned {
				n++
			}
			if topic == interview.Wishes || topic == interview.Concerns || topic == interview.SkillGaps {
				if turned {
					lastTopic, asked = topic, t
				}
			} else if turned && topic != "" {
				lastTopic = ""
			}
			if age++; age > 4 {
				topic = ""
			}
		}
		for i := tn.from; i < tn.to; i++ {
			newSegment := i == tn.from || r.sentences[i].id != r.sentences[i-1].id
			if tn.part == interview.PartEmployee && (r.lang == "en" && newSegment && strings.HasPrefix(r.sentences[i].s, "and ") || r.c.more.in(r.sentences[i].s)) && utf8.RuneCountInString(r.sentences[i].s) >= 5 {
				n++
				if topic == "" && lastTopic != "" && t-asked <= 2*reach {
					topic, age = lastTopic, 0 // one thing more of what was asked about
				}
			}
			blocks[i], topics[i] = n, topic
		}
	}
	return blocks, topics
}

var (
	// a question without a verb: 「困ってること。」
	fragment = pattern.MustCompile(`^.{0,14}(?:こと|ところ|とこ|点|面|ほう|方)(?:は|とか|なんか)?$`)
	// asks for more of the same
	asksMore = pattern.MustCompile(`^(?:あ|で|じゃあ|うん|ええ|はい)*(?:ほか|他|あと|それ以外|そのほか)(?:に|で)?(?:は|も)?(?:何か|なんか|なにか)?(?:ある|あります|ございます|あれば|どう|どうです)?(?:か|かな|の)?$|^(?:and |so |is there )*anything else(?: in that area| there| like that| on that)?$`)
)

// judge scores a sentence of the employee's for the three sections and picks one.
func (e *excerpt) judge(i int, topic string) (candidate, bool) {
	r := e.r
	s := r.sentences[i].s
	score := map[string]float64{}
	if wish := e.wishes(i, topic); wish > 0 {
		score[interview.Wishes] = wish
	}
	if r.c.concern.in(s) {
		score[interview.Concerns] += strongCue
	} else if m := r.c.concern.near; m != nil && !unharmed.MatchString(s) {
		if n := m.count(s, 4); n > 0 {
			score[interview.Concerns] += min(3, float64(n)) * weakCue
			if topic == "health" {
				score[interview.Concerns] += healthBonus
			}
		}
	}
	if r.c.skillGap.in(s) {
		score[interview.SkillGaps] += strongCue
	} else if topic == interview.SkillGaps && r.c.skillGap.near.in(s) {
		score[interview.SkillGaps] += strongCue - askedBonus + 0.1
	}
	if score[interview.Concerns] < strongCue && score[interview.Wishes] < enoughScore && score[interview.SkillGaps] < strongCue-askedBonus {
		if !(topic == interview.Wishes && e.wishBeside(i)) { // there it is the reason of the wish
			score[interview.Concerns] += e.burdened(i) // weak marks decide only where no clear word does
		}
	}
	for key, v := range score {
		if key == topic {
			score[key] = v + askedBonus
		}
	}
	// a wish that ends in an obstacle is a worry; a lack of skill said as a fear stays a fear
	best, top := "", 0.0
	for _, key := range []string{interview.SkillGaps, interview.Concerns, interview.Wishes} {
		if score[key] > top {
			best, top = key, score[key]
		}
	}
	if score[interview.Wishes] >= enoughScore && best != interview.Wishes && score[interview.Wishes] >= top-askedBonus && e.endsInWish(i) {
		best, top = interview.Wishes, score[interview.Wishes]
	}
	if best == interview.SkillGaps && score[interview.Concerns] >= strongCue && topic != interview.SkillGaps && e.endsInFear(i) {
		best, top = interview.Concerns, score[interview.Concerns]
	}
	if best == interview.Concerns && topic == interview.SkillGaps && !fear.MatchString(s) {
		best = interview.SkillGaps // asked about skills, what is hard is one
	}
	if best == interview.Wishes && learning.MatchString(s) && topic == interview.SkillGaps {
		best = interview.SkillGaps
	}
	return candidate{i: i, section: best, score: top, asked: best == topic}, top >= enoughScore
}

// wishBeside reports a wish in one of the sentences beside sentence i in its turn.
func (e *excerpt) wishBeside(i int) bool {
	t := e.r.turns[e.r.sentences[i].turn]
	for j := max(t.from, i-1); j < min(t.to, i+2); j++ {
		if j != i && e.r.sentences[j].out == "" && e.wishes(j, interview.Wishes) > 0 {
			return true
		}
	}
	return false
}

var (
	fear = pattern.MustCompile(`不安|心配|怖|気が重|人手|時間|予算|worr|afraid|anxious|scared|stress`)
)

// unharmed says that nothing is the matter.
var unharmed = pattern.MustCompile(`(?:問題|異常|支障|不満)(?:は|も)?(?:な|あり?ませ)|(?:元気|健康|順調|平気)(?:です|だ|$)|お疲れ(?:さ|様|$)`)

// acknowledged finds gaps that the interviewer named and the employee admits.
func (e *excerpt) acknowledged(blocks []int) []candidate {
	r := e.r
	var out []candidate
	for t := 1; t < len(r.turns); t++ {
		if r.turns[t].part != interview.PartEmployee || r.turns[t].from >= r.turns[t].to {
			continue
		}
		named := -1
		for i := r.turns[t-1].from; i < r.turns[t-1].to; i++ {
			if r.sentences[i].out == "" && r.sentences[i].part == interview.PartInterviewer && r.c.judgement.in(r.sentences[i].s) {
				named = i
			}
		}
		first := r.turns[t].from
		if named < 0 || e.inTask[t] || r.sentences[first].out != "" || !r.c.accept.in(r.text(t)) {
			continue
		}
		denied := false
		for i := first; i < r.turns[t].to; i++ {
			if denied = denied || r.c.deny.in(r.sentences[i].s) && !r.c.accept.in(r.sentences[i].s); denied {
				break
			}
			if r.c.accept.in(r.sentences[i].s) && r.sentences[i].out == "" {
				first = i
				break
			}
		}
		if denied {
			continue
		}
		c := candidate{i: first, section: interview.SkillGaps, score: strongCue + askedBonus, block: blocks[first], with: []int{named}}
		for i := first + 1; i < r.turns[t].to && i < first+r.short(3); i++ {
			c.with = append(c.with, i)
		}
		out = append(out, c)
	}
	return out
}
