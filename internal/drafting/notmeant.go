package drafting

import (
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// jokes marks what was not meant, from the remark that says so.
func (r *Reading) jokes() {
	c := &r.c.joke
	for i := range r.sentences {
		s := r.sentences[i]
		switch {
		case c.back.in(s.s):
			r.mark(i, ReasonJoke)
			if m := c.back.find(s.s); m != nil && utf8.RuneCountInString(s.s[m[1]:]) > 8 {
				r.sentences[i].out = "" // the serious answer follows in the same sentence
			}
			for t := s.turn; t >= max(0, s.turn-8); t-- {
				if r.opensTopic(t) && t < s.turn {
					break
				}
				for j := r.turns[t].from; j < min(i, r.turns[t].to); j++ {
					r.mark(j, ReasonJoke)
				}
			}
		case c.in(s.s):
			r.joke(i)
		case r.lang == "ja" && fancy.in(s.s) && r.laughed(s.turn):
			r.markTurn(s.turn, ReasonJoke)
		case r.lang == "ja" && s.part == interview.PartEmployee && r.laughedAt(s.turn) && bids.MatchString(s.s):
			r.markTurn(s.turn, ReasonJoke)
			if s.turn+2 < len(r.turns) && r.runes(s.turn+2) < 20 {
				r.markTurn(s.turn+2, ReasonJoke) // and goes on with it
			}
		}
	}
}

// fancy opens a picture that is not meant; it counts only when the other laughs.
var fancy = compile([]string{`五輪`, `オリン(?:ピック)`, `ノーベル賞`, `世界一`, `世界征服`, `総理大臣`, `(?:社長|会長|大臣|市長|神様)になって[^。]{4,}(?:します|する|やる|やります)(?:よ|ね)?$`, `大統領`, `億万長者`, `大富豪`, `無人島`, `南の島`, `宇宙(?:に|へ|旅)`, `魔法`, `分身`, `タイムマシン`, `会社(?:ごと|を)?買(?:い取|っ)`, `給料(?:を|が)?(?:百|千|十|10|100)倍`, `いっそ`, `^(?:もう)?あれです(?:ね|よ)`, `だったら(?:よかった|最高)のに`})

// bids tells the listener to do something in a form that nobody uses to a superior in earnest.
var bids = pattern.MustCompile(`(?:て|で)くれ(?:え|や|い)?$|(?:て|で)やってくれ|(?:しろ|せえ|やれ)(?:よ|や)?$`)

// laughedAt reports that the listener answers turn t with a laugh.
func (r *Reading) laughedAt(t int) bool {
	return t+1 < len(r.turns) && r.turns[t+1].from < r.turns[t+1].to && r.c.laugh.in(r.sentences[r.turns[t+1].from].s)
}

// laughed reports that somebody laughs within three turns after turn t.
func (r *Reading) laughed(t int) bool {
	for n := t + 1; n < len(r.turns) && n <= t+3; n++ {
		for i := r.turns[n].from; i < r.turns[n].to; i++ {
			if r.c.laugh.in(r.sentences[i].s) {
				return true
			}
		}
	}
	return false
}

var denial = pattern.MustCompile(`^(?:え|あ)?(?:いや|いえ|いいえ|no\b)`)

// leadsIn says before a case is put that it is only one: 「仮の話だけど、…」.
var leadsIn = pattern.MustCompile(`^[^。]{2,6}(?:だ|です|なん)(?:けど|が)(?:ね|な)?[^。]{8,}`)

func (r *Reading) joke(i int) {
	s := r.sentences[i]
	r.mark(i, ReasonJoke)
	if m := r.c.joke.cue.find(s.s); m != nil && leadsIn.MatchString(s.s[m[0]:]) {
		return // it says so of what follows
	}
	// words before it in the same turn
	content := false
	for j := r.turns[s.turn].from; j < i; j++ {
		content = content || utf8.RuneCountInString(r.sentences[j].s) >= 10
	}
	if content {
		for j := max(r.turns[s.turn].from, i-2); j < i; j++ {
			r.mark(j, ReasonJoke)
		}
		return
	}
	prev := s.turn - 1
	if prev < 0 {
		return
	}
	if denial.MatchString(s.s) && r.runes(prev) >= 16 || s.part != interview.PartEmployee && r.turns[prev].part == interview.PartEmployee && !r.selfJoke(s.turn) {
		r.markTail(prev, ReasonJoke)
		return
	}
	if prev > 0 && r.runes(prev) < 40 {
		r.markTurn(prev, ReasonJoke)
		target := prev - 1
		if r.runes(target) < 6 && target > 1 {
			r.markTurn(target-1, ReasonJoke)
			target -= 2
		}
		r.markTail(target, ReasonJoke)
	}
}

// selfJoke reports that the one who says so made the joke: the other only answered in surprise.
func (r *Reading) selfJoke(t int) bool { return t > 1 && r.runes(t-1) < 8 }

// markTail marks a short turn whole, of a long one the last two sentences.
func (r *Reading) markTail(t int, reason string) {
	if t < 0 || t >= len(r.turns) {
		return
	}
	from := r.turns[t].from
	if r.turns[t].to-from > 4 {
		from = r.turns[t].to - 2
	}
	for j := r.turns[t].to - 1; j > from; j-- {
		if s := r.sentences[j].s; opener.MatchString(s) && utf8.RuneCountInString(s) >= r.short(8) {
			from = j // what was said before it is another matter
		}
	}
	for j := from; j < r.turns[t].to; j++ {
		r.mark(j, reason)
	}
}

// hypotheses marks cases that were only supposed. A condition that can come true, with a wish, stays.
func (r *Reading) hypotheses() {
	c := &r.c.hypothetical
	for i := range r.sentences {
		if s := r.sentences[i].s; c.strong.in(s) || c.in(s) && !c.real.in(s) {
			r.mark(i, ReasonHypothetical)
		}
	}
}
