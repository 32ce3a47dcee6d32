package drafting

// How far back a request to leave something out reaches, and how far into the answer.

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// replyEnd is the last sentence of the answer to a request that refers back: the listener agrees, and what is promised
// about the same matter is said in the same breath.
func (r *Reading) replyEnd(i int) int {
	end := r.turns[r.sentences[i].turn].to - 1
	for j := i + 1; j <= end; j++ {
		if x := r.sentences[j]; r.newMatter(j, true) || r.fresh(x.s) || utf8.RuneCountInString(x.s) >= 14 && !sameOne.MatchString(x.s) {
			return j - 1
		}
	}
	t := r.sentences[i].turn
	for n := t + 1; n <= t+2 && n < len(r.turns); n++ {
		for j := r.turns[n].from; j < r.turns[n].to; j++ {
			x := r.sentences[j]
			goesOn := sameOne.MatchString(x.s) || r.c.offRecord.granted.in(x.s) || r.c.offRecord.in(x.s)
			if r.newMatter(j, !goesOn && (j > r.turns[n].from || n == t+2)) || !goesOn && utf8.RuneCountInString(x.s) >= r.short(14) {
				return end
			}
			end = j
		}
	}
	return end
}

// propose asks people whether a sentence is to leave the record.
func (r *Reading) propose(i int) {
	if f := (interview.Flag{Kind: "off_record_proposal", Segment: r.sentences[i].id}); !slices.Contains(r.Flags, f) {
		r.Flags = append(r.Flags, f)
	}
}

// short brings a length in Japanese letters to the language of the talk.
func (r *Reading) short(runes int) int {
	if r.lang == "en" {
		return runes * 2
	}
	return runes
}

// sameOne points at the matter just spoken of.
var sameOne = pattern.MustCompile(`(?:その|この|今の|本)(?:件|話|こと|点)|それ(?:は|について|なら|と)|そこ(?:は|について)|そういうこと|\b(?:it|that|this|him|her|them)\b`)

// leadsOn reports a request that ends open, as one does before the thing itself.
func (r *Reading) leadsOn(s string) bool {
	if r.lang == "en" {
		return !strings.Contains(s, "that")
	}
	s = permission.ReplaceAllString(s, "")
	for _, e := range []string{"けど", "が", "ので", "んで"} {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

var (
	// asks leave before one speaks
	permission = pattern.MustCompile(`(?:それでも|でも)?(?:いい|よろしい|大丈夫|構いません)(?:です|でしょう|す)?か(?:ね)?$`)
	// the listener lets the other tell it
	mayTell = pattern.MustCompile(`^(?:うん|はい|ええ|もちろん|おう|全然)*(?:いい|ええ|大丈夫|構わない|構いません)(?:です)?(?:よ|ですよ|とも)$|^(?:うん|はい|ええ|もちろん|おう|どうぞ)+$|^(?:yes|yeah|sure|of course|absolutely|certainly|okay|please)$`)
	// the listener asks to hear it
	goAhead = pattern.MustCompile(`^(?:はい|ええ|うん|もちろん|なんだ|何だ|なに|何)*(?:なんだ$|何だ$|なに$|どうぞ|何でしょう|なんでしょう|どうした|どうされ|聞きますよ|聞くよ|(?:言|話)ってみ|(?:言|話し)て(?:み|ください|ごらん))|^(?:sure|of course|yes)?,? ?(?:go ahead|go on|what is it)`)
)

// opensTalk reports a request after which the thing itself is told: nothing of the kind was said before it in answer to
// the last question, or the listener asks to hear it.
func (r *Reading) opensTalk(i int) bool {
	t := r.sentences[i].turn
	if t+1 < len(r.turns) && goAhead.MatchString(r.text(t+1)) {
		return true
	}
	if t == 0 || !r.sentences[r.turns[t-1].to-1].ask {
		return false
	}
	for j := r.turns[t].from; j < i; j++ {
		if utf8.RuneCountInString(r.sentences[j].s) >= r.short(8) {
			return false
		}
	}
	return r.turns[t].part == interview.PartEmployee
}

var opener = pattern.MustCompile(`^(?:あ)?(?:と|あと|で|実は|なんか|それと|それから|ところで|そういえば|ちなみに|話(?:は|が)変わ|これ|また|別の話|ほかは|余談|also|and|by the way|so|one more|actually)`)

// topicStart finds where the matter began that the request at sentence i refers back to.
func (r *Reading) topicStart(i int) int {
	s := r.sentences[i]
	part := s.part
	if part == interview.PartInterviewer && s.turn > 0 && r.turns[s.turn-1].part == interview.PartEmployee && r.told(s.turn-1) {
		part = interview.PartEmployee // the interviewer offers to leave out what the employee has said
	}
	first := max(0, s.turn-12)
	for j := i - 1; j >= 0 && r.sentences[j].turn >= first; j-- {
		x := r.sentences[j]
		if x.part != part {
			if r.opensTopic(x.turn) && x.turn != s.turn {
				return r.turns[x.turn].from
			}
			if x.part == interview.PartInterviewer && x.turn < s.turn-1 && r.turnsOver(x.turn) {
				return r.turns[x.turn].from
			}
			continue
		}
		if x.turn < s.turn && r.asksLeave(j) {
			return j
		}
		if x.turn != s.turn && r.runes(x.turn) >= 16 && (opener.MatchString(x.s) || j == r.turns[x.turn].from && r.turns[x.turn].seconds >= 8 && x.turn > 0 && r.asked(x.turn-1)) {
			return j
		}
		if x.turn == s.turn && opener.MatchString(x.s) && utf8.RuneCountInString(x.s) >= 8 {
			return j
		}
	}
	// nothing shows where it began: the last turn in which the same person said something of some length
	for t := s.turn - 1; t >= first; t-- {
		if r.turns[t].part == part && (r.turns[t].seconds >= 8 || r.runes(t) >= 16) {
			if t > 0 && r.asked(t-1) {
				return r.turns[t-1].from
			}
			return r.turns[t].from
		}
	}
	return r.turns[s.turn].from
}

// asksLeave reports a sentence that asks whether one may speak of something, and is let: 「ちょっと…のことでいいですか」.
func (r *Reading) asksLeave(i int) bool {
	s := r.sentences[i]
	n := s.turn + 1
	return n < len(r.turns) && i == r.turns[s.turn].to-1 && r.turns[n].part != s.part && maySpeak.MatchString(s.s) &&
		(mayTell.MatchString(r.text(n)) || goAhead.MatchString(r.text(n)))
}

// maySpeak asks for leave to speak of something.
var maySpeak = pattern.MustCompile(`(?:こと|話|件|相談)(?:で|なん(?:です)?けど|を|も)?(?:して)?も?(?:いい|よろしい|大丈夫)(?:です|でしょう)?か$|\b(?:can|could|may) i (?:just )?(?:say|tell|mention|ask|talk|share)\b`)

// told reports that the employee told something since the interviewer last went over to another matter.
func (r *Reading) told(t int) bool {
	for n := t; n >= max(0, t-4); n-- {
		if r.turns[n].part == interview.PartEmployee {
			if r.runes(n) >= r.short(16) {
				return true
			}
		} else if r.turnsOver(n) {
			return false
		}
	}
	return false
}

// asked reports whether a turn ends in a question of some length: one that opens a matter, not an echo.
func (r *Reading) asked(t int) bool {
	last := r.sentences[max(r.turns[t].from, r.turns[t].to-1)]
	return last.ask && utf8.RuneCountInString(last.s) >= 12
}

func hasAny(s string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(s, w) })
}
