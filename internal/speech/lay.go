package speech

import (
	"math"
	"regexp"
	"strings"
	"unicode"

	"kikigaki/internal/interview"
)

// laid is a piece of text on the stretch of speech it was said in.
type laid struct {
	region
	text string
}

// lay spreads a text over the regions it was said in. Text-only recognisers give no times, but the sound says when
// there was speech, where the pauses are and where the voice changes, and speech runs at an even pace: the text is cut
// into one piece a region so that each piece is about as long as its region, and the cuts fall on sentence ends and
// commas where that costs little. That is a shortest path over (region, place in the text):
//
//	cost(i, a, b) = (w(a,b) − e_i)² / ((0.3·e_i)² + 6)  +  penalty(b, voice changes after i)
//
// w(a,b) is the weight of the text between two places in morae (Japanese) or letters (English), e_i the weight region i
// should hold: its seconds times the pace of the whole. The denominator is the variance of that pace from sentence to
// sentence: 30 % and two or three syllables.
//
// Every character of the text is in exactly one piece. A region may get none.
func lay(text string, rs []region, language string) []laid {
	text = strings.TrimSpace(text)
	if text == "" || len(rs) == 0 {
		return nil
	}
	if len(rs) == 1 {
		return []laid{{rs[0], text}}
	}
	p := newPath(text, rs, language)
	cuts := p.solve()
	out := make([]laid, 0, len(rs))
	from := 0
	for i, to := range cuts {
		if t := strings.TrimSpace(string(p.text[from:to])); t != "" {
			out = append(out, laid{rs[i], t})
		}
		from = to
	}
	return out
}

// path is the shortest-path problem of lay.
type path struct {
	text    []rune
	rs      []region
	places  []int     // where the text may be cut: indexes into text, 0 and len(text) among them
	weight  []float64 // of the text before each place
	penalty [2][]float64
	expect  []float64 // weight each region should hold
	before  []float64 // weight expected before the end of each region
}

func newPath(text string, rs []region, language string) *path {
	p := &path{text: []rune(text), rs: rs}
	all := 0.0
	p.add(0, 0, 0, 0)
	for i, r := range p.text {
		all += weight(r)
		if i+1 == len(p.text) {
			p.add(i+1, all, 0, 0)
			break
		}
		if same, other, ok := cutPenalty(p.text, i+1, language); ok {
			p.add(i+1, all, same, other)
		}
	}
	seconds := 0.0
	for _, r := range rs {
		seconds += r.Seconds()
	}
	sum := 0.0
	for _, r := range rs {
		e := all * r.Seconds() / seconds
		sum += e
		p.expect, p.before = append(p.expect, e), append(p.before, sum)
	}
	return p
}

func (p *path) add(place int, weight, same, other float64) {
	p.places, p.weight = append(p.places, place), append(p.weight, weight)
	p.penalty[0], p.penalty[1] = append(p.penalty[0], same), append(p.penalty[1], other)
}

// solve returns the end of each region's piece. The search is kept to a band around the even pace, so that the work
// grows with the length of the text and not with its square.
func (p *path) solve() []int {
	n, m := len(p.rs), len(p.places)
	total := p.weight[m-1]
	band := max(60, 0.15*total)
	best := make([]float64, m)
	for j := range best {
		best[j] = math.Inf(1)
	}
	best[0] = 0
	from := make([][]int32, n)
	lowBefore, highBefore := 0, 0
	for i := range n {
		next := make([]float64, m)
		back := make([]int32, m)
		for j := range next {
			next[j] = math.Inf(1)
		}
		low, high := p.within(p.before[i]-band, p.before[i]+band)
		if i == n-1 {
			low, high = m-1, m-1
		}
		e := p.expect[i]
		spread := 0.09*e*e + 6
		changes := 0
		if i+1 < n && p.rs[i+1].speaker != p.rs[i].speaker {
			changes = 1
		}
		for j := low; j <= high; j++ {
			for k := lowBefore; k <= min(highBefore, j); k++ {
				if math.IsInf(best[k], 1) {
					continue
				}
				d := p.weight[j] - p.weight[k] - e
				if c := best[k] + d*d/spread; c < next[j] {
					next[j], back[j] = c, int32(k)
				}
			}
			if i+1 < n {
				next[j] += p.penalty[changes][j]
			}
		}
		best, from[i] = next, back
		lowBefore, highBefore = low, high
	}
	cuts := make([]int, n)
	for i, j := n-1, m-1; i >= 0; i-- {
		cuts[i] = p.places[j]
		j = int(from[i][j])
	}
	return cuts
}

// within are the first and last place whose weight lies between low and high; never an empty range.
func (p *path) within(low, high float64) (int, int) {
	a := 0
	for a+1 < len(p.weight) && p.weight[a] < low {
		a++
	}
	b := a
	for b+1 < len(p.weight) && p.weight[b+1] <= high {
		b++
	}
	return a, b
}

// weight of a character in the time it takes to say it, in morae for Japanese and letters for English. Mean readings:
// a kanji of running text has 1.7 to 2 morae.
func weight(r rune) float64 {
	switch {
	case unicode.Is(unicode.Han, r):
		return 1.8
	case strings.ContainsRune("ゃゅょぁぃぅぇぉャュョァィゥェォ", r):
		return 0.1
	case unicode.In(r, unicode.Hiragana, unicode.Katakana), r == 'ー':
		return 1
	case unicode.IsDigit(r):
		return 2
	case unicode.IsLetter(r):
		return 1
	case strings.ContainsRune("。？！、,.?!…", r):
		return 0.3
	}
	return 0
}

// cutPenalty says what it costs to cut the text before place i, where the same voice goes on and where another takes
// over; ok is false where it must not be cut: inside a word or a number.
func cutPenalty(r []rune, i int, language string) (same, other float64, ok bool) {
	last, next := r[i-1], r[i]
	switch {
	case next == ' ' || strings.ContainsRune("。？！?!、,.…」』）)ー～っッゃゅょャュョ", next):
		return 0, 0, false // the mark belongs to what stands before it
	}
	end := i - 1
	for end > 0 && (r[end] == ' ' || strings.ContainsRune("」』）)", r[end])) {
		end--
	}
	switch {
	case endsSentence(r, end):
		if asksOrAnswers(r, end, i) {
			return 0, 0, true
		}
		return 0, 0.7, true
	case strings.ContainsRune("、,…", r[end]):
		return 0.6, 1.2, true
	case last == ' ':
		if language == "ja" {
			return 0.4, 0.8, true // a recogniser's own pause mark
		}
		return 1, 2.5, true
	case wordRune(last) && wordRune(next):
		return 0, 0, false
	case unicode.Is(unicode.Hiragana, last) && !unicode.Is(unicode.Hiragana, next):
		return 1.8, 3, true // behind a particle or an ending
	}
	return 3, 5, true
}

// answers begin what a second voice says to the first.
var answers = regexp.MustCompile(`^ ?(…|あ[、あっー]|え[、えっー]|うーん|いや|(まあ、)?(はい|ええ|うん|いえ|いいえ|そう(ですね|です|か|、|そう)|なるほど|へえ|ああ|おお|ありがとう|すみません|お願いします)|(?i:yes|yeah|no|okay|right|well|great|thank|i see|sure|um|uh)\b)`)

// asksOrAnswers reports whether a sentence that ends at end asks, or the one that begins at next answers: there a voice
// often gives way to the other.
func asksOrAnswers(r []rune, end, next int) bool {
	from := end
	for from > 0 && end-from < 40 && !endsSentence(r, from-1) {
		from--
	}
	return isQuestion(string(r[from:end+1])) || answers.MatchString(string(r[next:min(len(r), next+20)]))
}

// wordRune reports whether a character is part of a word or number written without spaces inside.
func wordRune(r rune) bool {
	return unicode.IsDigit(r) || unicode.Is(unicode.Latin, r) || r == '\'' || r == '.' || r == '%' || r == '-'
}

// sentencesOn divides laid text into its sentences, each with its share of the region's time by weight. A sentence too
// short to be found on its own goes with the next one.
func sentencesOn(l laid) []laid {
	parts := splitSentences(l.text)
	var joined []string
	for i := 0; i < len(parts); i++ {
		s := parts[i]
		for spoken(s) < 5 && i+1 < len(parts) {
			i++
			s += gapBetween(l.text) + parts[i]
		}
		joined = append(joined, s)
	}
	if len(joined) < 2 {
		return []laid{l}
	}
	all := 0.0
	for _, s := range joined {
		all += textWeight(s)
	}
	if all == 0 {
		return []laid{l}
	}
	out := make([]laid, 0, len(joined))
	done := 0.0
	for _, s := range joined {
		start := l.Start + l.Seconds()*done/all
		done += textWeight(s)
		out = append(out, laid{region{interview.Span{Start: start, End: l.Start + l.Seconds()*done/all}, l.speaker, l.confidence}, s})
	}
	return out
}

// gapBetween is what stood between the sentences of a text: a space in languages that write one.
func gapBetween(text string) string {
	if strings.Contains(text, ". ") || strings.Contains(text, "? ") || strings.Contains(text, "! ") {
		return " "
	}
	return ""
}

func textWeight(s string) float64 {
	sum := 0.0
	for _, r := range s {
		sum += weight(r)
	}
	return sum
}
