package drafting

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// actionStatement writes an action item: a verb in plain form, owner and due in fields of their own.
func (e *excerpt) actionStatement(a action) (interview.Statement, bool) {
	s := interview.Statement{Speaker: e.r.sentences[a.main].part, By: "ai", Owner: a.owner}
	if e.r.lang == "en" {
		s.Text = e.englishAction(a)
	} else {
		s.Text = e.japaneseAction(a)
	}
	if s.Text == "" {
		return s, false
	}
	var parts []int
	for _, i := range a.said {
		if !slices.Contains(parts, i) && e.r.sentences[i].out == "" && len(parts) < 5 {
			parts = append(parts, i)
		}
	}
	if a.due != nil { // the sentence that names the due is always cited
		for _, i := range a.said {
			for j := range e.r.dates[i] {
				if &e.r.dates[i][j] == a.due && !slices.Contains(parts, i) {
					parts[len(parts)-1] = i
				}
			}
		}
		due := a.due.Text
		s.Due = &due
		if a.due.Date != "" {
			d := a.due.Date
			s.DueDate = &d
		}
		if !e.cites(parts, a) {
			if i, ok := e.sentenceOf(a); ok {
				parts = append(parts, i)
			}
		}
	}
	for _, i := range parts {
		s.Evidence = append(s.Evidence, e.quote(i))
		e.used[i] = interview.ActionItems
	}
	return s, true
}

func (e *excerpt) cites(parts []int, a action) bool {
	for _, i := range parts {
		for j := range e.r.dates[i] {
			if &e.r.dates[i][j] == a.due {
				return true
			}
		}
	}
	return false
}

// sentenceOf finds the sentence that names the due of an action.
func (e *excerpt) sentenceOf(a action) (int, bool) {
	for t := max(0, a.from-1); t <= min(len(e.r.turns)-1, a.to); t++ {
		for i := e.r.turns[t].from; i < e.r.turns[t].to; i++ {
			for j := range e.r.dates[i] {
				if &e.r.dates[i][j] == a.due && e.r.sentences[i].out == "" {
					return i, true
				}
			}
		}
	}
	return 0, false
}

// japaneseAction takes the clause that says most of what is to be done.
func (e *excerpt) japaneseAction(a action) string {
	best := ""
	for n, i := range a.said {
		s := e.r.sentences[i]
		if s.out != "" || n > 0 && !(e.r.c.commit.only(s.s) && e.strong(s.s)) && !e.r.c.request.only(s.s) {
			continue
		}
		text := e.deed(i)
		// the sentence that was asked or promised first wins unless another says clearly more
		if best == "" || utf8.RuneCountInString(text) > utf8.RuneCountInString(best)+6 && utf8.RuneCountInString(best) < 14 || utf8.RuneCountInString(text) > utf8.RuneCountInString(best) && utf8.RuneCountInString(best) < 8 {
			best = text
		}
	}
	if utf8.RuneCountInString(best) < 4 {
		return ""
	}
	return shorten(best + "。")
}

var (
	receives   = regexp.MustCompile(`(?:て|で)もらって(?:よ|ください|ね)?$|(?:て|で)もらったら$`)
	stopVerbs  = map[string]bool{"思う": true, "いう": true, "言う": false, "なる": true, "ある": true, "いる": true, "できる": true, "くださる": true, "いただく": true, "もらう": true, "くれる": true, "もらえる": true, "いただける": true, "頼む": false, "おる": true, "てる": true, "とく": true, "どく": true, "ます": true}
	selfWords  = regexp.MustCompile(`(?:^|、)(?:私(?:のほう)?(?:が|から|は|も)|俺(?:が|から|は|も)|自分で|これは|あれ(?:は|を)?|それ(?:は|を)?|じゃあ|ほな|そしたら|まず)、?`)
	dueTrail   = regexp.MustCompile(`^(?:くらい|ぐらい|頃|ごろ)?(?:までには|までに|まで|には|に|で|中に|中|、)*`)
	emptyComma = regexp.MustCompile(`、{2,}|^、|、$`)
)

// deed turns a promise or request into what is to be done: up to its main verb, in dictionary form.
func (e *excerpt) deed(i int) string {
	raw := e.r.sentences[i].raw
	for _, w := range e.r.dates[i] {
		if at := strings.Index(raw, w.Text); at >= 0 {
			rest := raw[at+len(w.Text):]
			rest = rest[len(dueTrail.FindString(rest)):]
			raw = raw[:at] + rest
		}
	}
	s := tidy(e.k, raw)
	s = selfWords.ReplaceAllString(s, "、")
	s = emptyComma.ReplaceAllString(s, "")
	if receives.MatchString(s) {
		s = receives.ReplaceAllString(s, "")
		return writtenOut(inner(e.k, s)) + "てもらう"
	}
	m := morphemes(e.k, s)
	for n := len(m) - 1; n >= 0; n-- {
		x := m[n]
		if x.pos != "動詞" || x.sub == "非自立" || stopVerbs[x.base] {
			continue
		}
		if x.sub == "接尾" { // 受けさせる, 送られる: the stem comes with it
			head := surfaces(m[:n]) + x.base
			return writtenOut(inner(e.k, head))
		}
		head, base := surfaces(m[:n]), x.base
		// せる, れる after the stem belong to the verb
		if n+1 < len(m) && m[n+1].sub == "接尾" && m[n+1].pos == "動詞" {
			base = x.surface + m[n+1].base
		}
		if n+2 < len(m) && m[n+1].surface == "て" && m[n+2].base == "みる" && !e.r.c.request.only(e.r.sentences[i].s) {
			base = x.surface + "てみる"
		}
		return strings.Trim(writtenOut(inner(e.k, head)), "、") + base
	}
	return ""
}
