package drafting

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
)

// action is one thing that somebody took on.
type action struct {
	owner interview.Part
	main  int      // the sentence that says what
	said  []int    // sentences it rests on, main first
	from  int      // turn in which it begins
	to    int      // and ends
	again []action // where the same thing is spoken of again
	due   *evidence.When
}

// actions finds what was promised, and what was asked for and accepted.
func (e *excerpt) actions() []interview.Statement {
	var list []action
	for t := 0; t < len(e.r.turns); t++ {
		list = append(list, e.actionsOf(t)...)
	}
	list = e.mergeActions(list)
	var out []interview.Statement
	for _, a := range list {
		if s, ok := e.actionStatement(a); ok {
			for _, x := range append(a.again, a) {
				for t := x.from; t <= x.to; t++ {
					e.inTask[t] = true
				}
			}
			out = append(out, s)
		}
	}
	return out
}

// actionsOf looks at one turn: a task for the personnel department, a promise, a request.
func (e *excerpt) actionsOf(t int) []action {
	r := e.r
	var hr, promised, asked []int
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		s := r.sentences[i]
		if s.out != "" || utf8.RuneCountInString(s.s) < 4 {
			continue
		}
		commits := r.c.commit.only(s.s) && !s.ask
		requests := r.c.request.only(s.s)
		switch {
		case r.c.hr.in(s.s) && s.part != interview.PartEmployee && (handsOn.MatchString(s.s) || r.lang == "en" && commits):
			hr = append(hr, i)
		case requests && s.part != interview.PartEmployee && !(commits && e.strong(s.s)):
			asked = append(asked, i)
		case commits:
			promised = append(promised, i)
		}
	}
	part := r.turns[t].part
	var out []action
	switch {
	case len(hr) > 0:
		a := action{owner: interview.PartHR, main: hr[0], said: hr, from: t, to: t}
		a.due = e.dueOf(e.turnSentences(t))
		out = append(out, a)
	case part == interview.PartEmployee:
		if a, ok := e.ownPromise(t, promised); ok {
			out = append(out, a)
		}
	case len(promised) > 0:
		if a, ok := e.promise(t, promised); ok {
			out = append(out, a)
		}
	}
	if len(asked) > 0 && len(hr) == 0 && !e.plansNextTalk(t) {
		if a, ok := e.request(t, asked); ok {
			out = append(out, a)
		}
	}
	return out
}

var (
	// the desk is the giver, or is made to do it
	handsOn    = regexp.MustCompile(`(?:人事|総務|労務|本部|教務|庶務|担当|事務局)[^。]{0,8}(?:から|が)[^。]*(?:もら|送|返事|回答|届|連絡|用意|案内|出|渡|配|知らせ|説明)|(?:人事|総務|労務|本部|担当|事務局)[^。]{0,6}(?:に|へ)[^。]*(?:もら(?:う|い|お|え)|らせ(?:る|ます)|させ(?:る|ます)|頼ん)`)
	strongVerb = regexp.MustCompile(`送|渡|出(?:し|す)|頼|話|調べ|決め|作|書(?:き|く|い)|連絡|電話|確認|確かめ|相談|申し込|受け|予約|準備|調整|同席|報告|提出|紹介|共有|聞(?:き|く|い)|返事|回答|通(?:し|す)|伝え|探|手配|段取り|見せ|言(?:う|い|っ)|行(?:き|く|っ)|会(?:い|う|っ)|やり|終わらせ|始め|まとめ|入れ|読(?:み|む|ん)|取(?:り|る|っ)|持(?:ち|つ|っ)|用意|いたします|知らせ`)
	vague      = regexp.MustCompile(`機会があ|そのうち|いつか|できたら|もし|考えて|考える|かもしれ|たぶん|たら(?:いい|ええ)|あとで|後ほど|ときどき|いつも|毎回|普段|たいてい|maybe|might|perhaps|usually`)
	pointing   = regexp.MustCompile(`そこ|それまで|その日|その時|そのとき|その会`)
)

func (e *excerpt) strong(s string) bool {
	if e.r.lang == "en" {
		return e.r.c.commit.strong.in(s)
	}
	return strongVerb.MatchString(s)
}

func (e *excerpt) turnSentences(t int) []int {
	var out []int
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		out = append(out, i)
	}
	return out
}

// dueOf picks the due among the dates of sentences: the last limit, else the last date.
func (e *excerpt) dueOf(sentences []int) *evidence.When {
	var best *evidence.When
	for _, i := range sentences {
		for j := range e.r.dates[i] {
			w := &e.r.dates[i][j]
			if w.Start {
				continue // from then on, not by then
			}
			if best == nil || w.Limit || !best.Limit {
				best = w
			}
		}
	}
	return best
}

// ahead are the sentences of a turn whose dates are days still to come.
func (e *excerpt) ahead(t int) []int {
	var out []int
	for _, i := range e.turnSentences(t) {
		if !past.MatchString(e.r.sentences[i].s) {
			out = append(out, i)
		}
	}
	return out
}

var past = regexp.MustCompile(`(?:まで|から|に)は$|でした|ました|だった|かった|last |was |were `)

// promise is one of the interviewer's: it needs a due, or the employee's thanks, and a verb of doing.
func (e *excerpt) promise(t int, promised []int) (action, bool) {
	r := e.r
	main, good := -1, false
	for _, i := range promised {
		s := r.sentences[i].s
		if vague.MatchString(s) && len(r.dates[i]) == 0 {
			continue
		}
		if e.strong(s) || len(r.dates[i]) > 0 {
			if main < 0 || utf8.RuneCountInString(s) > utf8.RuneCountInString(r.sentences[main].s)+6 {
				main = i
			}
			good = true
		}
	}
	if !good {
		return action{}, false
	}
	a := action{owner: interview.PartInterviewer, main: main, from: t, to: t}
	a.said = append(a.said, main)
	for _, i := range promised {
		if i != main {
			a.said = append(a.said, i)
		}
	}
	a.due = e.dueOf(e.turnSentences(t))
	if a.due == nil && t > 0 && pointing.MatchString(r.text(t)) {
		a.due = e.dueOf(e.ahead(t - 1))
		if a.due != nil && r.turns[t-1].to > r.turns[t-1].from {
			a.said = append(a.said, r.turns[t-1].from)
		}
	}
	thanked := t+1 < len(r.turns) && r.turns[t+1].part == interview.PartEmployee && r.c.agree.in(r.text(t+1)) && !r.c.decline.in(r.text(t+1))
	if a.due == nil && !thanked {
		return action{}, false
	}
	if thanked {
		for i := r.turns[t+1].from; i < r.turns[t+1].to; i++ {
			if s := r.sentences[i]; s.out == "" && utf8.RuneCountInString(s.s) >= 5 && r.c.agree.in(s.s) {
				a.said, a.to = append(a.said, i), t+1
				break
			}
		}
	}
	return a, true
}

// ownPromise is one that the employee makes unasked: it needs a due.
func (e *excerpt) ownPromise(t int, promised []int) (action, bool) {
	r := e.r
	for _, i := range promised {
		s := r.sentences[i].s
		if vague.MatchString(s) || !e.strong(s) || len(r.dates[i]) == 0 {
			continue
		}
		a := action{owner: interview.PartEmployee, main: i, said: []int{i}, from: t, to: t, due: e.dueOf([]int{i})}
		if !a.due.Limit && a.due.Date == "" {
			continue
		}
		if t > 0 && r.turns[t-1].part == interview.PartInterviewer && len(e.datesIn(t-1)) > 0 {
			for j := r.turns[t-1].from; j < r.turns[t-1].to; j++ {
				if len(r.dates[j]) > 0 && r.sentences[j].out == "" {
					a.said = append(a.said, j)
				}
			}
		}
		return a, true
	}
	return action{}, false
}

func (e *excerpt) datesIn(t int) []evidence.When {
	var out []evidence.When
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		out = append(out, e.r.dates[i]...)
	}
	return out
}

// maxTalk is how many turns the two may talk about when a task is to be done.
const maxTalk = 8

// request follows a request to the employee through the talk about its date until it is accepted or dropped.
func (e *excerpt) request(t int, asked []int) (action, bool) {
	r := e.r
	a := action{owner: interview.PartEmployee, main: asked[len(asked)-1], from: t, to: t}
	for _, i := range asked {
		if utf8.RuneCountInString(r.sentences[i].s) > utf8.RuneCountInString(r.sentences[a.main].s) {
			a.main = i
		}
	}
	a.said = []int{a.main}
	accepted, firm := false, false
	dated := e.turnSentences(t)
	last := t
	for n := t + 1; n < len(r.turns) && n <= t+maxTalk; n++ {
		if r.turns[n].to == r.turns[n].from {
			break
		}
		text := r.text(n)
		if r.turns[n].part == interview.PartInterviewer {
			if n > t+1 && (e.startsAnew(n) || accepted && e.promises(n)) {
				break
			}
			for i := r.turns[n].from; i < r.turns[n].to; i++ {
				if len(r.dates[i]) > 0 {
					dated = append(dated, i)
					a.said = append(a.said, i)
				}
			}
			last = n
			continue
		}
		if e.turnOut(n) || r.c.decline.in(text) && !weakNo.in(text) || vague.MatchString(text) && !r.accepts(n) {
			return action{}, false
		}
		yes := false
		for i := r.turns[n].from; i < r.turns[n].to; i++ {
			s := r.sentences[i]
			if r.c.agree.in(s.s) && !s.ask {
				yes = true
				verb := r.c.commit.cue.in(s.s) && e.strong(s.s)
				firm = firm || verb || len(r.dates[i]) > 0
				if utf8.RuneCountInString(s.s) > 3 || verb {
					a.said = append(a.said, i)
				}
			}
			if len(r.dates[i]) > 0 && !reason.MatchString(s.s) {
				dated = append(dated, i)
				a.said = append(a.said, i)
			}
		}
		asksOn := r.sentences[r.turns[n].to-1].ask || asksBack.MatchString(text) || strings.Contains(text, "いつ")
		if n == t+1 && !yes && len(e.datesIn(n)) == 0 && !asksOn {
			break
		}
		accepted = accepted || yes
		last = n
		if firm && n+1 < len(r.turns) && (len(e.datesIn(n+1)) == 0 || e.startsAnew(n+1)) {
			break
		}
		if yes && n+1 < len(r.turns) && len(e.datesIn(n+1)) == 0 && !asksOn {
			break
		}
	}
	if !accepted {
		return action{}, false
	}
	a.to = last
	a.due = e.dueOf(e.lastDated(dated))
	if a.due == nil && !firm {
		return action{}, false
	}
	return a, true
}

var reason = regexp.MustCompile(`(?:ので|から|んで|もんですから)$`)

// lastDated are the sentences of the last turn that names a date.
func (e *excerpt) lastDated(dated []int) []int {
	turn := -1
	for _, i := range dated {
		if len(e.r.dates[i]) > 0 && e.hasDate(i) {
			turn = max(turn, e.r.sentences[i].turn)
		}
	}
	if turn < 0 {
		return dated
	}
	var out []int
	for _, i := range dated {
		if e.r.sentences[i].turn == turn {
			out = append(out, i)
		}
	}
	return out
}

func (e *excerpt) hasDate(i int) bool {
	return slices.ContainsFunc(e.r.dates[i], func(w evidence.When) bool { return w.Date != "" })
}

// turnOut reports a turn that stays out as a whole.
func (e *excerpt) turnOut(t int) bool {
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		if s := e.r.sentences[i]; s.out == "" && utf8.RuneCountInString(s.s) > 2 {
			return false
		}
	}
	return e.r.turns[t].to > e.r.turns[t].from
}

// startsAnew reports an interviewer's turn that goes on to another task or matter.
func (e *excerpt) startsAnew(t int) bool {
	r := e.r
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		s := r.sentences[i]
		if utf8.RuneCountInString(s.s) < 6 {
			continue
		}
		if r.c.transition.in(s.s) && !e.hasDateAhead(i) || r.asksAbout(s.s) != "" && s.ask && len(r.dates[i]) == 0 {
			return true
		}
		if r.c.request.only(s.s) && len(r.dates[i]) == 0 && !strings.Contains(s.s, "いかが") && !strings.Contains(s.s, "どう") {
			return true
		}
	}
	return e.plansNextTalk(t)
}

// hasDateAhead reports a date after the day of the talk: 「今日」 fixes nothing.
func (e *excerpt) hasDateAhead(i int) bool {
	today := e.r.Calendar.RecordedOn.Format("2006-01-02")
	return slices.ContainsFunc(e.r.dates[i], func(w evidence.When) bool { return w.Date != today })
}

// plansNextTalk reports a turn that fixes the next talk: that is no task.
func (e *excerpt) plansNextTalk(t int) bool {
	re := nextTalkJA
	if e.r.lang == "en" {
		re = nextTalkEN
	}
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		if s := e.r.sentences[i].s; re.MatchString(s) && !notNext.MatchString(s) {
			return true
		}
	}
	return false
}

// promises reports a turn in which the interviewer takes something on.
func (e *excerpt) promises(t int) bool {
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		s := e.r.sentences[i]
		if e.r.c.commit.only(s.s) && !s.ask && e.strong(s.s) || e.r.c.hr.in(s.s) && handsOn.MatchString(s.s) {
			return true
		}
	}
	return false
}

// mergeActions joins what is spoken of more than once: the same owner and the same matter, the later due wins.
func (e *excerpt) mergeActions(list []action) []action {
	var out []action
	for _, a := range list {
		at := -1
		for i := range out {
			for _, o := range append([]action{out[i]}, out[i].again...) {
				if e.sameTask(o, a) {
					at = i
				}
			}
		}
		if at < 0 {
			out = append(out, a)
			continue
		}
		o := &out[at]
		for _, i := range a.said {
			if !slices.Contains(o.said, i) {
				o.said = append(o.said, i)
			}
		}
		if a.due != nil {
			o.due = a.due
		}
		o.again = append(o.again, a)
	}
	return out
}

func (e *excerpt) sameTask(a, b action) bool {
	if a.owner != b.owner {
		return false
	}
	mainA, mainB := e.r.sentences[a.main].raw, e.r.sentences[b.main].raw
	apart := a.due != nil && b.due != nil && a.due.Date != b.due.Date && names(mainA, mainB) && names(mainB, mainA)
	if b.from <= a.to+2 && b.from >= a.from && !e.parted(a, b) && !apart {
		return true
	}
	mine := e.taskWords(a)
	if b.from-a.to > 12 && utf8.RuneCountInString(e.r.sentences[b.main].s) >= 20 && names(e.r.sentences[b.main].raw, e.r.text(a.from)+e.r.text(a.to)) {
		return false // spoken of at length, and of something else
	}
	for _, w := range e.r.topics(e.r.sentences[b.main].s) {
		if mine[w] && e.rare(w) {
			return true
		}
	}
	hits := 0
	after := -1
	if apart {
		after = a.to
	}
	for w := range e.taskWordsAfter(b, after) {
		for v := range mine {
			if v == w && utf8.RuneCountInString(w) >= 5 && e.rare(w) {
				return true
			}
			if v == w || strings.HasPrefix(v, w) || strings.HasPrefix(w, v) {
				if e.rare(v) && e.rare(w) {
					hits++
					break
				}
			}
		}
	}
	return hits >= 2 || hits == 1 && utf8.RuneCountInString(e.r.text(b.from)) < 30
}

// rare reports a word that few sentences hold: two tasks that share it are the same one.
func (e *excerpt) rare(w string) bool {
	n := 0
	for _, s := range e.r.sentences {
		if strings.Contains(s.s, w) {
			if n++; n > 6 {
				return false
			}
		}
	}
	return true
}

// parted reports that another matter was opened between two tasks.
func (e *excerpt) parted(a, b action) bool {
	for t := a.to + 1; t <= b.from; t++ {
		if e.r.turns[t].part == interview.PartInterviewer && e.startsAnew(t) {
			return true
		}
	}
	return false
}

// taskWords are the nouns spoken while a task was given.
func (e *excerpt) taskWords(a action) map[string]bool { return e.taskWordsAfter(a, -1) }

// taskWordsAfter leaves out the turns up to one in which another task was given.
func (e *excerpt) taskWordsAfter(a action, after int) map[string]bool {
	out := map[string]bool{}
	back := 2
	if e.r.turns[a.from].part == interview.PartEmployee {
		back = 3 // the interviewer's two turns before it
	}
	for t := max(0, a.from-back, after+1); t <= min(len(e.r.turns)-1, a.to); t++ {
		if e.r.turns[t].part == interview.PartEmployee && t != e.r.sentences[a.main].turn {
			continue // reasons and side remarks
		}
		for _, w := range taskWord.FindAllString(e.r.text(t), -1) {
			if !notTask[w] && !strings.ContainsAny(w, "曜月日") {
				out[w] = true
			}
		}
	}
	return out
}

var (
	taskWord = regexp.MustCompile(`[\p{Han}]{2,6}|[a-z]*[\p{Katakana}ー]{3,}|[a-z]{4,}`)
	notTask  = map[string]bool{"来月": true, "来週": true, "今月": true, "今週": true, "面談": true, "時間": true, "今日": true, "自分": true, "部長": true, "課長": true, "一回": true, "今年": true,
		"来年": true, "予定": true, "確認": true, "返事": true, "相談": true, "会社": true, "仕事": true, "月末": true, "水曜": true, "金曜": true, "月曜": true, "火曜": true, "木曜": true, "will": true, "that": true,
		"this": true, "with": true, "have": true, "your": true, "what": true, "yes": true, "good": true, "thank": true, "there": true, "about": true, "next": true, "month": true, "friday": true, "them": true, "then": true, "they": true, "from": true, "week": true, "days": true, "second": true, "first": true}
)
