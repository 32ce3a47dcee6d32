package drafting

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// A worry is often told without any word for worry: what went against one's will (〜てしまう), what never ends (〜ばかり,
// 毎回), what one cannot do (〜きれない), who else is there (一人で), what others do to one (迷惑の受身). None of these is a
// worry alone; several together, or one after a question about worries, are.

// burdenWeights are what each class of weak marks adds. They were set by reasoning, not fitted: two classes stay below
// what is enough, three reach it, one that names a feeling counts more than one that only names a form.
var burdenWeights = map[string]float64{
	"feel":      1.1, // a word for a state one would rather not be in
	"regret":    0.7, // against one's will
	"unable":    0.7, // cannot, does not get to
	"suffer":    0.7, // what others do to one
	"alone":     0.6, // nobody else
	"endless":   0.6, // again and again, all the time
	"excess":    0.6, // too much, too late, more and more
	"worse":     0.6, // it was better once
	"uncertain": 0.7, // one does not know what will come
	"relation":  0.4, // "but", told against a better state
}

const (
	answeredBonus = 0.8 // the listener feels for the teller, or offers to do something about it
	aroundShare   = 0.4 // what the other sentences of the turn add
	reliefMalus   = 1.2 // said to be good, over, or another's
	minClasses    = 2   // one class alone is a form of speech, not a burden
)

// burdenOf weighs sentence i of the employee's for marks of a burden, by itself; worked out once.
func (e *excerpt) burdenOf(i int) float64 {
	if e.burdens == nil {
		e.burdens = map[int]float64{}
	}
	v, known := e.burdens[i]
	if !known {
		if s := &e.r.sentences[i]; s.part == interview.PartEmployee && s.out == "" && !s.ask && utf8.RuneCountInString(s.s) >= e.r.short(8) {
			v = e.burden(s.s)
		}
		e.burdens[i] = v
	}
	return v
}

// burdenClass is one class of weak marks.
type burdenClass struct {
	name   string
	weight float64
	marks  *matcher
}

// burden is the sum of the classes of weak marks that a sentence holds, 0 when there are too few of them.
func (e *excerpt) burden(s string) float64 {
	sum, classes := 0.0, 0
	for _, b := range e.r.c.burden {
		if b.marks.in(s) {
			sum += b.weight
			classes++
		}
	}
	if classes < minClasses {
		return 0
	}
	if relief.MatchString(s) || unharmed.MatchString(s) || wellEnough.MatchString(s) || bygone.MatchString(s) {
		sum -= reliefMalus
	}
	return max(0, sum)
}

// burdened is what a sentence has of a burden in its place: its own marks, a share of what is told beside it, and what
// the listener makes of it.
func (e *excerpt) burdened(i int) float64 {
	own := e.burdenOf(i)
	if own == 0 {
		return 0
	}
	s := e.r.sentences[i]
	beside := 0.0
	for j := e.r.turns[s.turn].from; j < e.r.turns[s.turn].to; j++ {
		if j != i {
			beside = max(beside, e.burdenOf(j))
		}
	}
	sum := own + aroundShare*beside
	if e.answered(s.turn) {
		sum += answeredBonus
	}
	return sum
}

// answered reports that the listener feels for the teller or offers to do something about it: in the next turn, or in
// the one after when the next only asks on.
func (e *excerpt) answered(t int) bool {
	r := e.r
	for n := t + 1; n < len(r.turns) && n <= t+3; n += 2 {
		if r.turns[n].part != interview.PartInterviewer || r.turns[n].from >= r.turns[n].to || n > t+1 && (r.opensTopic(n-2) || r.turnsOver(n-2)) {
			return false
		}
		for i := r.turns[n].from; i < min(r.turns[n].to, r.turns[n].from+2); i++ {
			if s := r.sentences[i].s; pity.MatchString(s) || heard.MatchString(s) {
				return true
			}
		}
		if e.inTask[n] && !e.inTask[t] && !r.opensTopic(n) {
			return true
		}
		if r.runes(n) > r.short(20) {
			return false
		}
	}
	return false
}

// A talk about a career seldom passes without a worry. Where few were found, the heaviest of the sentences that have
// some marks of one, and not enough by themselves, are taken, the best first.
const (
	fewWorries = 2
	someBurden = 1.25
)

// heaviest are the sentences with the most weak marks, where the talk has fewer worries than is usual.
func (e *excerpt) heaviest(found []candidate, blocks []int, topics []string) []candidate {
	n := len(e.group(found, interview.Concerns))
	if n >= fewWorries || e.saysNone(interview.Concerns) {
		return nil
	}
	taken := map[int]bool{}
	for _, c := range found {
		taken[blocks[c.i]] = true
	}
	var out []candidate
	for i, s := range e.r.sentences {
		if s.part != interview.PartEmployee || e.used[i] != "" || e.inTask[s.turn] || taken[blocks[i]] || topics[i] == interview.SkillGaps || topics[i] == interview.Wishes {
			continue
		}
		if b := e.burdened(i); b >= someBurden {
			out = append(out, candidate{i: i, section: interview.Concerns, score: b, block: blocks[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var best []candidate
	for _, c := range out {
		if len(best) == fewWorries-n {
			break
		}
		if !taken[c.block] {
			taken[c.block] = true
			best = append(best, c)
		}
	}
	return best
}

// fragmentary ends a question that has no verb: 「不安なこととか、なんでも」.
var fragmentary = pattern.MustCompile(`(?:こと|とか|ところ|点|でも|ほう|の)(?:は|とか|も)?$`)

// saysNone reports that the employee, asked about a section, said that there is nothing.
func (e *excerpt) saysNone(key string) bool {
	for i, s := range e.r.sentences {
		if s.part == interview.PartInterviewer && s.out == "" && (s.ask || fragmentary.MatchString(s.s)) && e.r.c.questions[key].in(s.s) {
			if _, none := e.r.none(i, key); none {
				return true
			}
		}
	}
	return false
}

// heard is what a listener says who has been told something that was not easy to tell.
var heard = pattern.MustCompile(`そうでしたか|そうだったんですか|(?:話して|お話し|言って|打ち明けて)(?:くれ|いただ|くださ)|よく(?:言って|話して)|\b(?:thank you for (?:telling|sharing|saying)|thanks for (?:telling|sharing|saying|being)|oh [a-z]+$)`)

var (
	// good, over, or thanks
	relief = pattern.MustCompile(`(?:て|で)(?:くださっ|くださる|くれて(?:い)?(?:ます|る)|くれるので)|楽し|助か|ありがた|(?:よ|良)かった|うれし|嬉し|おもしろ|面白|好き(?:です|な|で)|得意|慣れてき|できるようにな|落ち着(?:い|き)|解決|改善(?:し|され)|なくなりました|減りました|楽にな|恵まれ|おかげ|勉強になり|\b(?:enjoy|love it|happy|glad|fun|proud|thanks|better now|settled|sorted|used to it|going well|good at)\b`)
	// a time that is past
	bygone = pattern.MustCompile(`^(?:[^。]{0,6})?(?:以前|昔|当時|最初|前職|入社した|新人の|去年まで|前の(?:職場|会社|部署))(?:は|の頃|のころ|のとき|で)[^。]*(?:た|けど|が)$|\b(?:used to|back then|at first)\b`)
)
