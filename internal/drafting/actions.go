package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
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
	list = e.moveDues(e.mergeActions(list))
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
		if s.out != "" || utf8.RuneCountInString(s.s) < 4 || conducts.MatchString(s.s) || e.undoes(i) || t < openingTurns && opensWith.MatchString(s.s) {
			continue
		}
		commits := r.c.commit.only(s.s) && !s.ask || s.part == interview.PartEmployee && len(r.dates[i]) > 0 && writesDown.MatchString(s.s)
		requests := r.c.request.only(s.s) && !(howIs.MatchString(s.s) && (r.asksAbout(s.s) != "" || asksOf.MatchString(s.s)) && !e.limited(i))
		switch {
		case s.part != interview.PartEmployee && commits && i > r.turns[t].from && r.c.hr.in(r.sentences[i-1].s) && r.sentences[i-1].out == "" && theirs.MatchString(s.s):
			hr = append(hr, i)
		case r.c.hr.in(s.s) && s.part != interview.PartEmployee && (handsOn.MatchString(s.s) || r.lang == "en" && commits):
			hr = append(hr, i)
		case requests && s.part != interview.PartEmployee && i > r.turns[t].from && embedded.MatchString(s.s) && inquires.MatchString(r.sentences[i-1].s) && r.c.commit.only(r.sentences[i-1].s):
			promised = append(promised, i) // what is to be asked, said after it
		case requests && s.part != interview.PartEmployee && (!(commits && e.strong(s.s)) || asksLast.MatchString(s.s)):
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
	// an indirect question, and a promise to put it
	embedded = pattern.MustCompile(`(?:もらえる|できる|いける|入れる|出られる|ない|いい)か$`)
	inquires = pattern.MustCompile(`話(?:し|す)|聞(?:い|き|く)|確認|相談|打診|頼(?:ん|む|み)|掛け合|伝え`)
	// the desk that the sentence before named is the giver
	theirs = pattern.MustCompile(`^(?:they|she|he)(?:'ll| will)\b|\b(?:get|have|ask|tell) them to\b|^(?:向こう|そちら|そっち|あちら)(?:から|で|に)`)
	// the desk is the giver, or is made to do it
	handsOn    = pattern.MustCompile(`(?:人事|総務|労務|本部|教務|庶務|担当|事務局)[^。]{0,8}(?:から|が)[^。]*(?:もら|送|返事|回答|届|連絡|用意|案内|出|渡|配|知らせ|説明)|(?:人事|総務|労務|本部|担当|事務局)[^。]{0,6}(?:に|へ)[^。]*(?:もら(?:う|い|お|え)|らせ(?:る|ます)|させ(?:る|ます)|頼ん)`)
	strongVerb = pattern.MustCompile(`送|渡|出(?:し|す)|頼|話|調べ|決め|作|書(?:き|く|い)|連絡|電話|確認|確かめ|相談|申し込|受け|予約|準備|調整|同席|報告|提出|紹介|共有|聞(?:き|く|い)|返事|回答|通(?:し|す)|伝え|探|手配|段取り|見せ|言(?:う|い|っ)|行(?:き|く|っ)|会(?:い|う|っ)|やり|終わらせ|始め|まとめ|入れ|読(?:み|む|ん)|取(?:り|る|っ)|持(?:ち|つ|っ)|用意|いたします|知らせ|教え|入(?:り|る|っ|れ)|付き合|動(?:き|く|い)|回(?:し|す)|置(?:き|く|い)|外(?:し|す)|変え|替え|直(?:し|す)|増や|減ら|止め|消(?:し|す)|買(?:い|う|っ|お)|注文|発注|呼(?:び|ぶ|ん)|組(?:み|む|ん)|貸(?:し|す)|返(?:し|す)|押さえ|つな(?:ぎ|ぐ|い)|打診|掛け合|働きかけ|交渉|依頼|案内|訪ね|伺(?:い|う)|参加|出席|同行|見学|学(?:び|ぶ|ん)|勉強|練習|試(?:し|す)|登録|更新|修正|展開|説明|洗い出|整理|片付|記入|記録し|メモし|描(?:き|く|い)|測|比べ|見積|計算|集計|分析|読み`)
	vague      = pattern.MustCompile(`機会があ|そのうち|いつか|できたら|もし|考えて|考える|かもしれ|たぶん|たら(?:いい|ええ)|あとで|後ほど|ときどき|いつも|毎回|普段|たいてい|maybe|might|perhaps|usually`)
	pointing   = pattern.MustCompile(`そこ|それまで|その日|その時|そのとき|その会`)
)

// conducts says how the talk itself goes on: 「その話はあとで聞くね」 is no task.
var conducts = pattern.MustCompile(`(?:話|こと|件|そこ|それ|これ)(?:は|を|も)[^。]{0,6}(?:あとで|後で|後ほど|のちほど|順番に|このあと)(?:[^。]{0,16}[^に])?(?:聞(?:き|く)|伺|お聞き|触れ|戻)(?:ます|る|く|い)?(?:ます)?(?:ね|よ|から)?$`)

// opensWith says who leads the talk.
var opensWith = pattern.MustCompile(`(?:が|で)(?:聞き|伺い|担当し|進め|務め)ます$`)

// undoing are deeds that only take something back or leave it alone.
var (
	undoing   = pattern.MustCompile(`(?:消(?:し|す)|取り消(?:し|す)|取り下げ|忘れ|断(?:り|る|っ)|なかったこと|なしに|白紙に|外(?:し|す)|見送|書か(?:ない|ずに)|抜(?:い|く)|やめ)(?:[てで](?:お|い)?[くき]?|と[くき]|ます|る)*(?:ます|よ|ね|わ|から|な|し)*$`)
	undoingEN = pattern.MustCompile(`\b(?:drop|scrap|scrub|forget|strike|remove|cross|leave|take|turn|keep|count|cut) (?:it|that|this|them|those)\b(?: (?:off|out|down|in))?|\b(?:off it goes|consider it gone|say no|say i (?:was|wasn't|didn't))\b`)
)

// undoes reports a sentence that promises only to undo, without a thing of its own, or in answer to what stays out:
// 「忘れます」, 「消しとく」 are no tasks, 「古いデータを消しておきます」 is one.
func (e *excerpt) undoes(i int) bool {
	r, s := e.r, e.r.sentences[i]
	if r.lang == "en" {
		return undoingEN.MatchString(s.s)
	}
	if !undoing.MatchString(s.s) {
		return false
	}
	return !strings.ContainsAny(s.s, "をにへ") || s.turn > 0 && (r.retracted(s.turn-1) || r.turnedDown(s.turn-1))
}

// asksLast ends in a request, whatever was promised before it: 「…は頼んでおくから、…を出してもらえる」.
var asksLast = pattern.MustCompile(`(?:から|ので|んで|けど|が|よ|ね).*(?:(?:て|で)(?:もらえ(?:る|ます|ませんか)|いただけ(?:ます|ません|る)|くれ(?:る|ます|ない)|ください|くださいね|ほしい|もらって)|お願い(?:できます|します|できる))(?:か|かな|ね|よ|んだけど)?$`)

// writesDown is about the record when nothing else is said; with a day it is a task.
var writesDown = pattern.MustCompile(`書い(?:とき|ておき)ます$`)

// howIs asks about a matter; with a thing to do instead it would propose it.
var howIs = pattern.MustCompile(`(?:どう|いかが)(?:ですか|でしょうか|でしょう|かな|$)`)

// asksOf asks how something is: 「約款のほうはいかがですか」.
var asksOf = pattern.MustCompile(`(?:の(?:ほう|方|面|件|様子|状況|具合)|最近|その後|調子)(?:は|も)?(?:どう|いかが)`)

// volition are the auxiliaries of a deed one means to do: 〜ておく, 〜てみる, 〜ようにする.
var volition = pattern.MustCompile(`(?:て|で)お(?:きます|く(?:よ|ね|から|$))|(?:と|ど)(?:きます|く(?:わ|よ|ね|から|$))|て(?:みます|み(?:る|よう)(?:わ|よ|ね|から|か|$))|ようにします|(?:私|俺|僕|自分|こちら|こっち|わし|うち)(?:のほう)?(?:から|で|が|も)[^。]{2,}(?:ます|[うくぐすつぬぶむる])(?:わ|よ|ね|から)?$`)

func (e *excerpt) strong(s string) bool {
	if e.r.lang == "en" {
		return e.r.c.commit.strong.in(s)
	}
	return strongVerb.MatchString(s) || volition.MatchString(s)
}

// limited reports a sentence that names a day by which something is to be done.
func (e *excerpt) limited(i int) bool {
	return slices.ContainsFunc(e.r.dates[i], func(w evidence.When) bool { return w.Limit })
}

func (e *excerpt) turnSentences(t int) []int {
	var out []int
	for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
		out = append(out, i)
	}
	return out
}

// dueOf picks the due among the dates of sentences: the last limit, else the last date. The day of the talk itself
// counts only when no other is named.
func (e *excerpt) dueOf(sentences []int) *evidence.When {
	var best, today *evidence.When
	for _, i := range sentences {
		for j := range e.r.dates[i] {
			w := &e.r.dates[i][j]
			if w.Start || e.r.sentences[i].out != "" {
				continue // from then on, not by then
			}
			if e.noDay(w) {
				if !todayIs.MatchString(e.r.sentences[i].raw[w.To:]) {
					today = w
				}
				continue
			}
			if best == nil || w.Limit || !best.Limit {
				best = w
			}
		}
	}
	if best == nil {
		return today
	}
	return best
}

// noDay reports words for the day of the talk that fix little: 「今日はこれで」. 「今日中」 does.
func (e *excerpt) noDay(w *evidence.When) bool {
	return !w.Limit && w.Date != "" && w.Date == e.r.Calendar.RecordedOn.Format("2006-01-02") && !withinToday.MatchString(w.Text)
}

var (
	withinToday = pattern.MustCompile(`中|うち|まで|tonight|end of|by `)
	todayIs     = pattern.MustCompile(`^(?:は|の|も|、?これで|'s| is|,? we)`)
)

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

var past = pattern.MustCompile(`(?:まで|から|に)は$|でした|ました|だった|かった|last |was |were `)

// promise is one of the interviewer's: it needs a due, or the employee's thanks, and a verb of doing.
func (e *excerpt) promise(t int, promised []int) (action, bool) {
	r := e.r
	main, good := -1, false
	for _, i := range promised {
		s := r.sentences[i].s
		if vague.MatchString(s) && len(e.datesIn(t)) == 0 {
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
	if background.MatchString(r.sentences[main].s) && (!thanked || nod.MatchString(r.text(t+1))) {
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

// nod only shows that one listens.
var nod = pattern.MustCompile(`^(?:あ)?(?:はい|ええ|うん)(?:。?(?:はい|ええ|うん))*$`)

// background is a reason for what follows, not a promise: 「…をやるから」 without a giver.
var background = pattern.MustCompile(`^[^私俺僕わ]*[^くき](?:から|ので|んで)$`)

// ownPromise is one that the employee makes unasked: it needs a due.
func (e *excerpt) ownPromise(t int, promised []int) (action, bool) {
	r := e.r
	for _, i := range promised {
		s := r.sentences[i].s
		dated := []int{i}
		for j := r.turns[t].from; j < r.turns[t].to && !e.limited(i); j++ {
			if j != i && e.limited(j) && r.sentences[j].out == "" {
				dated = append(dated, j) // the day in a sentence of its own
			}
		}
		if vague.MatchString(s) || !e.strong(s) || len(r.dates[i]) == 0 && len(dated) == 1 {
			continue
		}
		a := action{owner: interview.PartEmployee, main: i, said: dated, from: t, to: t, due: e.dueOf(dated)}
		if a.due != nil && e.noDay(a.due) && t > 0 {
			if w := e.dueOf(e.ahead(t - 1)); w != nil && w.Limit {
				a.due = w // done today, due by then
			}
		}
		if a.due == nil || !a.due.Limit && a.due.Date == "" {
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
