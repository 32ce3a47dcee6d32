package speech

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// Reasons to doubt an answer.
const (
	DoubtEmpty    = "empty"          // speech was heard, no text came
	DoubtStock    = "stock_phrase"   // a phrase recognisers invent over silence
	DoubtLoop     = "loop"           // one phrase over and over
	DoubtEcho     = "prompt_echo"    // our own keywords came back
	DoubtLanguage = "wrong_language" // another script than the talk's
	DoubtShort    = "too_short"      // next to nothing for the speech that was heard, or a hole in the times
	DoubtLong     = "too_long"       // more characters than a mouth can say
	DoubtUnusable = "unusable"       // status 200 with an error or with nothing
	DoubtRejected = "rejected"       // the endpoint took other pieces, but not this one
)

// Limits of belief. The samples, read by machine voices, have 3.6 to 7 characters a second of speech in Japanese and 9
// to 13 in English (TestHonestTextRaisesNoDoubt); people are up to half as fast again.
const (
	silence     = 0.15 // seconds of speech below which nobody spoke
	minVoiced   = 0.6  // seconds of speech below which nothing needs to be said
	minLetters  = 4    // letters below which an answer to longSpeech is next to nothing
	longSpeech  = 8.0  // seconds
	loopRatio   = 2.4  // gzip ratio of a text that repeats itself (Whisper's own limit, for texts of some length)
	loopShare   = 0.6  // share of a text that one repeated phrase may make up
	holeSeconds = 8.0  // speech without a piece of text, from a model with times
)

// fastest is how many letters a second nobody can say: twice the fastest talk (failure-modes §3.4: 15 characters a second
// in Japanese), because a chunk's stretches of speech are themselves an estimate. How slow a talk may be is not judged
// here: people think aloud, and the pace of one voice is only known when all of its chunks are there (Coverage.Thin).
var fastest = map[string]float64{"ja": 30, "en": 50}

// doubter judges answers.
type doubter struct{ stock *stock }

func newDoubter() (*doubter, error) {
	s, err := knownStock()
	if err != nil {
		return nil, err
	}
	return &doubter{stock: s}, nil
}

// doubts returns why the answer to a request cannot be believed as it stands, sorted; nil when it can.
func (d *doubter) doubts(a interview.Answer, r Request) []string {
	voiced := total(clip(r.Speech, r.Cut.Span()))
	text := strings.TrimSpace(a.Text)
	if text == "" {
		if voiced >= minVoiced {
			return []string{DoubtEmpty}
		}
		return nil
	}
	var out []string
	add := func(yes bool, reason string) {
		if yes && !slices.Contains(out, reason) {
			out = append(out, reason)
		}
	}
	add(d.hasStock(text, r.Language, voiced), DoubtStock)
	add(loops(text), DoubtLoop)
	add(echoes(text, r.Keywords), DoubtEcho)
	add(foreignScript(text, r.Language), DoubtLanguage)
	n := spoken(text)
	if limit, ok := fastest[r.Language]; ok {
		add(float64(n) > limit*max(voiced, 1)+40, DoubtLong)
	}
	add(n < minLetters && voiced >= longSpeech, DoubtShort)
	add(len(a.Pieces) > 0 && hole(a.Pieces, r) > holeSeconds, DoubtShort)
	slices.Sort(out)
	return out
}

// hasStock reports whether a sentence of the text is a stock phrase that cannot be believed here.
func (d *doubter) hasStock(text, language string, voiced float64) bool {
	sentences := splitSentences(text)
	silent := voiced < silence
	run, last := 0, ""
	for _, s := range sentences {
		if d.stock.isNever(s) {
			return true
		}
		f := fold(s)
		if f == last {
			run++
		} else {
			run, last = 1, f
		}
		if d.stock.isAlsoSaid(s) && (silent && len(sentences) == 1 || run >= 3) {
			return true
		}
		if d.stock.isForeign(s, language) && (silent || len(sentences) == 1) {
			return true
		}
	}
	return false
}

// loops reports whether one phrase makes up most of the text. It works on characters, because Japanese writes no
// spaces: for each period p the longest stretch in which every character equals the one p before it. A phrase counts
// from the fifth time on; below that people do talk so (「はい、はい、はい」).
func loops(text string) bool {
	r := []rune(fold(text))
	n := min(len(r), 3000)
	r = r[:n]
	if n < 20 {
		return false
	}
	for p := 1; p <= n/3; p++ {
		run, best := 0, 0
		for i := p; i < n; i++ {
			if r[i] == r[i-p] {
				run++
				best = max(best, run)
			} else {
				run = 0
			}
		}
		covered := best + p
		if best >= 4*p && float64(covered) > loopShare*float64(n) {
			return true
		}
		// the same sentence again and again, three times and more, is a loop when it is long
		if p >= 8 && best >= 2*p && float64(covered) > loopShare*float64(n) {
			return true
		}
	}
	return n >= 150 && gzipRatio(string(r)) > loopRatio*scriptFactor(r)
}

// scriptFactor allows for scripts that take three bytes a character, two of which say little: honest Japanese of that
// length reaches 2.45 (measured on the samples), honest English 2.1.
func scriptFactor(r []rune) float64 {
	wide := 0
	for _, c := range r {
		if c > 0x7ff {
			wide++
		}
	}
	if wide*2 > len(r) {
		return 1.5
	}
	return 1.1
}

// gzipRatio is the length of a text over its length when compressed.
func gzipRatio(s string) float64 {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil || w.Close() != nil || b.Len() == 0 {
		return 0
	}
	return float64(len(s)) / float64(b.Len()-18) // 18 bytes of frame carry no text
}

// echoes reports whether the text is little else than the keywords we sent, at least three of them.
func echoes(text string, keywords []string) bool {
	t := fold(text)
	whole := utf8.RuneCountInString(t)
	words := Keywords(keywords)
	folded := make([]string, 0, len(words))
	for _, k := range words {
		if f := fold(k); f != "" {
			folded = append(folded, f)
		}
	}
	slices.SortFunc(folded, func(a, b string) int { return len(b) - len(a) })
	found := 0
	for _, k := range folded {
		if strings.Contains(t, k) {
			found++
			t = strings.ReplaceAll(t, k, "")
		}
	}
	return found >= 3 && float64(utf8.RuneCountInString(t)) < 0.25*float64(whole)
}

// foreignScript reports whether a text of some length is written in another script than the language of the talk.
func foreignScript(text, language string) bool {
	var kana, han, latin, other, all int
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r):
			continue
		case unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー':
			kana++
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Latin, r):
			latin++
		default:
			other++
		}
		all++
	}
	if all < 4 {
		return false
	}
	share := func(n int) float64 { return float64(n) / float64(all) }
	switch language {
	case "ja":
		return share(other) > 0.2 || kana == 0 && han >= 8 || all >= 12 && share(latin) > 0.8
	case "en":
		return share(latin) < 0.5
	}
	return false
}

// hole is the longest stretch of speech, in seconds, for which a model with times gave no text.
func hole(ps []interview.Piece, r Request) float64 {
	span := r.Cut.Span()
	covered := make([]interview.Span, 0, len(ps))
	for _, p := range ps {
		covered = append(covered, interview.Span{Start: span.Start + p.Start, End: span.Start + p.End})
	}
	longest := 0.0
	for _, s := range subtract(clip(r.Speech, span), covered) {
		longest = max(longest, s.Seconds())
	}
	return longest
}

// spoken counts the characters of a text that are said: letters and digits.
func spoken(s string) int { return utf8.RuneCountInString(letters(s)) }
