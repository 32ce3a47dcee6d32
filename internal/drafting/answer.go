package drafting

import (
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// longAnswer is the least length of a sentence that answers a question by what it tells, in Japanese letters.
const (
	longAnswer  = 11
	wholeAnswer = 14 // without a form that shows it to be amiss
)

// answers finds what is told in answer to a question about worries or lacking skills without a word that marks it as
// one: the question does. A stretch of the talk that has a candidate already needs none.
func (e *excerpt) answers(found []candidate, blocks []int, topics []string) []candidate {
	r := e.r
	done, first := map[int]bool{}, map[int]int{} // by stretch: has a candidate; its first turn
	for _, c := range found {
		done[blocks[c.i]] = true
	}
	var out []candidate
	for i, s := range r.sentences {
		b := blocks[i]
		if _, seen := first[b]; !seen {
			first[b] = s.turn
		}
		if s.part == interview.PartEmployee && r.c.none.in(s.s) {
			done[b] = true // asked, and there is nothing
		}
		if done[b] || topics[i] != interview.Concerns && topics[i] != interview.SkillGaps || s.turn > first[b]+3 || s.part != interview.PartEmployee {
			continue
		}
		if s.turn > first[b]+1 && r.runes(first[b]+1) >= r.short(longAnswer) && r.turns[first[b]+1].part == interview.PartEmployee {
			continue // the first answer was the answer
		}
		if best := e.tells(s.turn, s.turn == first[b]+1); best == i {
			done[b] = true
			out = append(out, candidate{i: i, section: topics[i], score: enoughScore, block: b})
		}
	}
	return out
}

// pitied finds what the listener answers with concern for the teller: 「それはきついですね」. What was told before it is a
// burden, whatever its words.
func (e *excerpt) pitied(found []candidate, blocks []int) []candidate {
	r := e.r
	has := map[int]bool{}
	for _, c := range found {
		has[r.sentences[c.i].turn] = true
	}
	var out []candidate
	for t := 0; t+1 < len(r.turns); t++ {
		if has[t] || e.inTask[t] || r.turns[t].part != interview.PartEmployee || r.turns[t+1].part != interview.PartInterviewer || r.turns[t+1].from >= r.turns[t+1].to {
			continue
		}
		if s := r.sentences[r.turns[t+1].from]; s.out != "" || s.ask || utf8.RuneCountInString(s.s) > r.short(24) || !pity.MatchString(s.s) {
			continue
		}
		if i := e.tells(t, false); i >= 0 {
			out = append(out, candidate{i: i, section: interview.Concerns, score: enoughScore, block: blocks[i]})
		}
	}
	return out
}

// pity is what a listener says to somebody who has it hard.
var pity = pattern.MustCompile(`(?:きつ|つら|しんど|大変|まず|危な|あぶな|心配|こたえ|気の毒|やりづら|やりにく)(?:い|かった|そう)?(?:です|だ|でした|だった)?(?:ね|よね|な|なあ|でしょう)|(?:いけ|いか)(?:ませんね|ないね|んな)|(?:のは|けど)困りま|^(?:oh dear|oh no|that(?:'s| is| must be| sounds) (?:not (?:safe|good|right|great|fair|on)|hard|tough|rough|awful|terrible|a lot|difficult|worrying|stressful)|i'm sorry to hear|sorry to hear)`)

// tells is the sentence of an employee's turn that tells most, -1 when the turn tells nothing: it denies, agrees, asks
// back, or says that all is well. What is asked for needs no form that shows it to be amiss.
func (e *excerpt) tells(t int, asked bool) int {
	r, best, most := e.r, -1, 0
	for i := r.turns[t].from; i < r.turns[t].to; i++ {
		s := r.sentences[i]
		if s.out != "" || e.used[i] != "" || r.c.none.in(s.s) || r.c.deny.in(s.s) || r.c.decline.in(s.s) || unharmed.MatchString(s.s) || wellEnough.MatchString(s.s) {
			return -1
		}
		n := utf8.RuneCountInString(s.s)
		if s.ask || n < r.short(longAnswer) || !(asked && n >= r.short(wholeAnswer)) && !adverse.MatchString(s.s) || again.MatchString(s.s) || r.c.agree.in(s.s) && n < r.short(2*longAnswer) || n <= most {
			continue
		}
		best, most = i, n
	}
	return best
}

// adverse are the forms in which something is told that is not as it should be: negation, what happened against one's
// will, too much, too little, always the same.
var adverse = pattern.MustCompile(`な(?:い|く|かっ)|ませ|ず(?:に|、|$)|しま(?:う|い|っ)|ち(?:ゃ|ま)[うっい]|すぎ|過ぎ|しか|ばかり|ばっか|いつも|毎(?:回|日|週|月|晩)|ずっと|増え|減っ|遅|かかっ|かかる|られ(?:て|る|た)|され(?:て|る|た)|\b(?:not|no|never|only|too|always|every|hardly|barely|nobody|still|hard|lost|late|more and more)\b|n't\b`)

// wellEnough says that there is nothing to write down.
var wellEnough = pattern.MustCompile(`大丈夫|順調|おかげさま|問題な|うまくいっ|慣れ(?:て)?(?:き)?(?:まし)?た(?:$|ので|ん)|特に(?:は)?(?:な|あり)|楽しい|楽しく|満足|落ち着(?:い|き)|なんとか(?:やって|なって|回って)|nothing|all good|(?:is|are|it's|all) fine|no problem|going well|can't complain|happy with`)
