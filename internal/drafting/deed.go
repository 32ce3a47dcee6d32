package drafting

import (
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	receives  = pattern.MustCompile(`(?:て|で)もらって(?:よ|ください|ね)?$|(?:て|で)もらったら$`)
	stopVerbs = map[string]bool{"思う": true, "いう": true, "なる": true, "ある": true, "いる": true, "できる": true, "くださる": true, "いただく": true, "もらう": true,
		"くれる": true, "もらえる": true, "いただける": true, "おる": true, "てる": true, "とく": true, "どく": true, "ます": true}
	selfWords  = pattern.MustCompile(`(?:^|、)(?:(?:私|わし)(?:のほう)?(?:が|から|は|も|で)|俺(?:のほう)?(?:が|から|は|も|で)|自分で|これは|あれ(?:は|を)?|それ(?:は|を)?|そこ(?:は|も)?|じゃあ|では|ほな|そしたら|まず)、?`)
	noFuss     = pattern.MustCompile(`、?(?:でええ|でいい|だけでいい|でも(?:いい|ええ))(?:から|ので|んで)、?`)
	dueTrail   = pattern.MustCompile(`^(?:のうちに?)?(?:くらい|ぐらい|頃|ごろ|あたり)?(?:ですね|だね|です|までには|までに|まで|には|に|で|中に|中|の|、)*`)
	emptyComma = pattern.MustCompile(`、{2,}|^、|、$`)
	humble     = pattern.MustCompile(`お([\p{Han}\p{Hiragana}]{1,4}?)([りしきちみいえけせ])する$`)
	toMe       = pattern.MustCompile(`(?:私|俺|僕)(?:宛て|あて)?(に|へ)`)
	toTarget   = map[string]bool{"同席": true, "申し込む": true, "参加": true, "出席": true, "出る": true, "行く": true, "応募": true, "登録": true, "相談": true, "会う": true, "入る": true}
	objects    = pattern.MustCompile(`[をがに]|こと`)
	lastVerb   = pattern.MustCompile(`^(.*[\p{Han}\p{Katakana}ーa-zA-Z0-9])、([^、をがにへで]{2,8})$`)
	preface    = pattern.MustCompile(`^[^、]{1,18}(?:んですけど|ですけど|だけど|ですが|だが)、`)
	thatOne    = pattern.MustCompile(`([\p{Han}\p{Katakana}ーa-z])、(?:あれ|それ|これ)を`)
	withMe     = pattern.MustCompile(`と(?:私|俺|僕)で`)
	byMe       = pattern.MustCompile(`(?:私|俺|僕|わし)(?:のほう)?(?:から|が|で)、?`)
	// until a day that the sentence only points at
	thenUntil = pattern.MustCompile(`^(?:じゃあ|では|で|あと)?、?(?:それ|その日|その時|そのとき|次回|今度|次の面談)まで(?:に(?:は)?)?、?`)
	// what the asker does stands before what is asked for
	promisedFirst = pattern.MustCompile(`^.{4,}?(?:から|ので|んで)、(?:[\p{Han}\p{Katakana}]{1,5}(?:さん|君|くん)(?:は|のほうで(?:は)?|には)|そちら(?:は|で)|あとは)、?`)
	given         = pattern.MustCompile(`^(.*?)(\p{Han}{2,4})(?:が|は)(?:あり|ある|来|届)`)
	youHead       = pattern.MustCompile(`^(?:お前|あなた|君|きみ|\p{Han}{1,4}さん)(?:は|には|のほうは|のほうには|のほうで(?:は)?)、?`)
	goes          = pattern.MustCompile(`行く|行って|参加|出る|通う|申し込`)
	season        = pattern.MustCompile(`(?:休み|明け|連休|月末|年度)$`)
	doing         = pattern.MustCompile(`^([^、]{2,12})はする$`)
	// the thing done, without its particle: 「予約取る」
	bareObject = pattern.MustCompile(`(\p{Han}{2,}|[\p{Han}\p{Katakana}ー]さん|みたいなの|\p{Katakana}[\p{Katakana}ー]+)(取る|入れる|出す|書く|送る|作る|渡す|読む|開く)$`)
	// the thing done, as a topic: 「用紙は出す」
	topicObject = pattern.MustCompile(`^([^、は]{1,16}[\p{Han}\p{Katakana}ー])は((?:送|渡|出|書|作|頼|買|直|調べ|持|用意|準備|提出|確認)[^、をがはに]{0,6})$`)
	// what there is, and what is to be done with it: 「講座があるんだけど、申し込む」
	toOffered = pattern.MustCompile(`^(.{2,24}?)(?:が|も)あ(?:る|り)(?:ます|んです|んだ|の)?(?:けど|けれど|が|ので|から|よ|の)、?(申し込|行|出て|出る|参加|応募)`)
	offered   = pattern.MustCompile(`^(.{2,24}?)(?:が|も)あ(?:る|り)(?:ます|んです|んだ|の)?(?:けど|けれど|が|ので|から|よ|の)、?(受け|使|読)`)
	// a title in address
	vocative = pattern.MustCompile(`^(?:区長|部長|課長|係長|店長|支店長|所長|園長|師長|主任|社長|先生|先輩|班長|室長|校長)、`)
	// a particle that only keeps the floor: 「名札はね、」
	particle   = pattern.MustCompile(`(は|が|を|に|で|の話|の件|のこと|から|まで)(?:ね|な|さ|よ)、`)
	fronted    = pattern.MustCompile(`^([^、]*[\p{Han}\p{Katakana}ー])、(.*)$`)
	needs      = pattern.MustCompile(`^(?:.*[、にでて])?(?:送|出[すし]|渡|書[くき]|受け|提出|申請|見せ|作)`)
	speaks     = pattern.MustCompile(`返事|連絡|相談|話|確認`)
	leadNoun   = pattern.MustCompile(`^[\p{Han}\p{Katakana}ー]{2,}`)
	humbleKana = map[string]string{"り": "る", "し": "す", "き": "く", "ち": "つ", "み": "む", "い": "う", "え": "える", "け": "ける", "せ": "せる"}
)

// deed turns a promise or request into what is to be done: up to its main verb, in dictionary form.
func (e *excerpt) deed(i int, owner interview.Part) string {
	s := tidy(e.k, e.withoutDates(i))
	s = vocative.ReplaceAllString(s, "")
	s = thenUntil.ReplaceAllString(s, "")
	s = toOffered.ReplaceAllString(s, "${1}に${2}")
	s = offered.ReplaceAllString(s, "${1}を${2}")
	s = particle.ReplaceAllString(s, "${1}、")
	if e.r.c.request.only(e.r.sentences[i].s) {
		s = promisedFirst.ReplaceAllString(s, "")
	}
	if m := preface.FindString(s); m != "" && utf8.RuneCountInString(s[len(m):]) >= 8 {
		s = s[len(m):]
	}
	s = thatOne.ReplaceAllString(s, "${1}を")
	s = youHead.ReplaceAllString(s, "")
	s = noFuss.ReplaceAllString(s, "")
	for range 2 {
		s = selfWords.ReplaceAllString(s, "、")
	}
	s = emptyComma.ReplaceAllString(s, "")
	if e.r.sentences[i].part == interview.PartInterviewer {
		s = withMe.ReplaceAllString(s, "と面談者で")
		s = byMe.ReplaceAllString(s, "")
		s = toMe.ReplaceAllString(s, "面談者$1")
	}
	if receives.MatchString(s) {
		return writtenOut(inner(e.k, receives.ReplaceAllString(s, ""))) + "てもらう"
	}
	m := morphemes(e.k, s)
	at := e.mainVerb(m, owner)
	if at < 0 {
		if x := given.FindStringSubmatch(s); x != nil { // 「回答があります」
			return writtenOut(inner(e.k, x[1])) + x[2] + "する"
		}
		return ""
	}
	head, verb := surfaces(m[:at]), e.verb(m, at, i, owner)
	before := at
	for before > 0 && m[before-1].pos == "記号" {
		before--
	}
	if before > 1 && m[before-1].pos == "動詞" && m[before-1].cform == "基本形" && e.strong(m[before-1].surface) {
		return strings.Trim(writtenOut(inner(e.k, surfaces(m[:before]))), "、") // 「要望を出す、私が書く」: the clause with the thing
	}
	if before < at && before > 0 && (m[before-1].pos == "名詞" || before > 1 && m[before-2].surface == "の") && !strings.Contains(head, "を") {
		head = strings.TrimSuffix(head, "、") + "を"
	}
	out := strings.Trim(writtenOut(inner(e.k, head)), "、") + verb
	if x := humble.FindStringSubmatch(out); x != nil {
		out = strings.TrimSuffix(out, x[0]) + x[1] + humbleKana[x[2]]
	}
	out = strings.Replace(out, "お返事", "返事", 1)
	out = bareObject.ReplaceAllString(out, "${1}を${2}")
	out = topicObject.ReplaceAllString(out, "${1}を${2}")
	if x := lastVerb.FindStringSubmatch(out); x != nil { // 「資料、送る」
		out = x[1] + "を" + x[2]
	}
	return out
}

// withoutDates is a sentence without the words of its dues, which have a field of their own.
func (e *excerpt) withoutDates(i int) string {
	raw := e.r.sentences[i].raw
	for _, w := range e.r.dates[i] {
		if at := strings.Index(raw, w.Text); at >= 0 && !w.Start {
			rest := raw[at+len(w.Text):]
			raw = raw[:at] + rest[len(dueTrail.FindString(rest)):]
		}
	}
	return raw
}

// mainVerb is the place of the verb that says what is done. A task for the personnel department is what the desk is
// made to do: the verb before 〜てもらう.
func (e *excerpt) mainVerb(m []morpheme, owner interview.Part) int {
	if owner == interview.PartHR {
		for n := 0; n+2 < len(m); n++ {
			if m[n].pos == "動詞" && m[n+1].surface == "て" && (strings.HasPrefix(m[n+2].base, "もら")) || m[n].pos == "動詞" && m[n+1].sub == "接尾" && m[n+1].base == "せる" {
				return n
			}
		}
		desk := false
		for n := range m {
			if desk && m[n].pos == "動詞" && m[n].sub == "自立" && !stopVerbs[m[n].base] && !(n+1 < len(m) && (m[n+1].base == "ぬ" || m[n+1].base == "ない" || m[n+1].base == "ず")) {
				return n
			}
			desk = desk || n > 0 && (m[n].surface == "から" || m[n].surface == "が") && e.r.c.hr.in(surfaces(m[:n]))
		}
	}
	for n := len(m) - 1; n >= 0; n-- {
		if m[n].pos == "動詞" && m[n].sub != "非自立" && m[n].sub != "接尾" && !stopVerbs[m[n].base] {
			return n
		}
	}
	return -1
}

// verb is the main verb in dictionary form, with what changes its meaning: 〜てみる, 〜てもらう, 〜ようにする.
func (e *excerpt) verb(m []morpheme, at, i int, owner interview.Part) string {
	x := m[at]
	next := func(k int) morpheme {
		if at+k < len(m) {
			return m[at+k]
		}
		return morpheme{}
	}
	asked := e.r.c.request.only(e.r.sentences[i].s)
	switch {
	case next(1).sub == "接尾" && next(1).pos == "動詞":
		if owner == interview.PartHR || asked {
			return x.base // made to, or politely asked to
		}
		return x.surface + next(1).base
	case next(1).surface == "て" && next(2).base == "みる" && !asked:
		return x.surface + "てみる"
	case (next(1).surface == "て" || next(1).surface == "で") && (next(2).base == "くる" || next(2).base == "来る") && x.base != "行く":
		return x.surface + next(1).surface + "くる"
	case next(1).surface == "て" && strings.HasPrefix(next(2).base, "もら") && !asked:
		if owner != interview.PartHR || strings.Contains(surfaces(m[:at]), "に") && !strings.Contains(surfaces(m[:at]), "から") {
			return x.surface + "てもらう"
		}
	case next(1).surface == "よう" && next(2).surface == "に":
		if x.sub == "自立" && at > 0 {
			return x.base + "ようにする"
		}
	}
	return x.base
}

// withObject names the thing when a task says only the verb: the noun last spoken of before it.
func (e *excerpt) withObject(text string, a action) string {
	if m := doing.FindStringSubmatch(text); m != nil {
		return m[1] + "をする"
	}
	if strings.Contains(text, "は") {
		return text
	}
	bare := needs.MatchString(text) && !strings.ContainsAny(text, "をが") && utf8.RuneCountInString(text) <= 24
	if text == "" || speaks.MatchString(text) || !bare && (objects.MatchString(text) || utf8.RuneCountInString(text) > 14) {
		return text
	}
	if m := fronted.FindStringSubmatch(text); m != nil && bare {
		return m[1] + "を、" + m[2]
	}
	thing := e.thing(a, text)
	if thing == "" {
		return text
	}
	if lead := leadNoun.FindString(text); lead != "" && strings.HasSuffix(thing, lead) {
		return thing + "を" + text[len(lead):]
	}
	if at := strings.LastIndex(text, "、"); bare && at > 0 {
		return text[:at+len("、")] + thing + "を" + text[at+len("、"):]
	}
	particle := "を"
	for v := range toTarget {
		if strings.Contains(text, v) {
			particle = "に"
		}
	}
	return thing + particle + text
}

var notThing = map[string]bool{"私": true, "俺": true, "今": true, "今日": true, "次": true, "人": true, "話": true, "件": true, "時間": true, "形": true, "やつ": true, "どれ": true, "いつ": true, "もの": true,
	"わし": true, "わしゃ": true, "うち": true, "最後": true, "最初": true, "ほか": true, "申し込み": true, "締め切り": true, "期限": true, "月末": true, "予定": true, "返事": true, "自分": true, "方": true, "感じ": true, "お盆": true, "休み": true, "年": true, "月": true, "週": true, "日": true, "前": true, "後": true, "上": true, "こちら": true, "会社": true, "確認": true}

// thing looks back through the interviewer's sentences for the last compound noun that was named as a topic or object.
func (e *excerpt) thing(a action, text string) string {
	for t := e.r.sentences[a.main].turn; t >= max(0, a.from-3); t-- {
		for i := e.r.turns[t].to - 1; i >= e.r.turns[t].from; i-- {
			s := e.r.sentences[i]
			if s.part == interview.PartEmployee && (t != e.r.sentences[a.main].turn || i >= a.main) || s.out != "" || i > a.main {
				continue
			}
			if n := lastNoun(morphemes(e.k, tidy(e.k, e.withoutDates(i))), text); n != "" {
				return n
			}
		}
	}
	return ""
}

// lastNoun is the last compound noun, with a の between two nouns, that a particle or comma follows and that the text
// does not hold already.
func lastNoun(m []morpheme, not string) string {
	for end := len(m) - 1; end > 0; end-- {
		x := m[end]
		if !(x.pos == "助詞" && (x.surface == "が" || x.surface == "は" || x.surface == "を" || x.surface == "って" || x.surface == "っていう" || x.surface == "という" || x.surface == "に" && goes.MatchString(not)) || x.surface == "、" || x.pos == "動詞" && x.base == "する") {
			continue
		}
		from := end
		for from > 0 && (thingNoun(m[from-1]) || from < end && m[from-1].surface == "の" && from > 1 && thingNoun(m[from-2])) {
			from--
		}
		if n := surfaces(m[from:end]); from < end && !notThing[n] && !season.MatchString(n) && !strings.Contains(not, n) && utf8.RuneCountInString(n) >= 2 {
			return n
		}
	}
	return ""
}

func thingNoun(x morpheme) bool {
	return x.pos == "名詞" && x.sub != "代名詞" && x.sub != "非自立" && x.sub != "副詞可能" && x.sub != "数" && x.sub != "形容動詞語幹" || x.pos == "接頭詞" && x.sub == "名詞接続"
}
