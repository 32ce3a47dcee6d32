package speech

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ikawaha/kagome-dict/ipa"
	"github.com/ikawaha/kagome/v2/tokenizer"
	"golang.org/x/text/unicode/norm"

	"kikigaki/internal/interview"
)

// Confidence of a name that fits, by how it fits.
const (
	fitWhole    = 1.0  // the whole name, in any order and spelling of its width
	fitInside   = 0.96 // the whole name with something around it: a department, a device
	fitReading  = 0.96 // the same reading in another script
	fitFamily   = 0.92 // the family name alone
	fitInitial  = 0.9  // family name and an initial
	fitGiven    = 0.88 // the given name alone
	fitTypo     = 0.86 // one letter off, in a long name
	nameMargin  = 0.05 // by which the best participant must be ahead
	minTypoName = 7    // letters
)

// byName gives roles by the names that captions carry.
func byName(t *interview.Transcript, participants []Participant) {
	for i := range t.Speakers {
		s := &t.Speakers[i]
		if s.Name == "" || settled(*s) {
			continue
		}
		part, fit := matchName(s.Name, participants)
		if fit >= RoleThreshold {
			s.Role, s.Confidence, s.By = part, fit, "captions"
		}
	}
}

// matchName finds the participant a name belongs to. Fit 0 when none or more than one would do.
func matchName(name string, participants []Participant) (interview.Part, float64) {
	best, second := 0.0, 0.0
	part := interview.PartUnknown
	for _, p := range participants {
		fit := fitName(name, p)
		switch {
		case fit > best:
			if p.Role != part {
				second = best
			}
			best, part = fit, p.Role
		case p.Role != part:
			second = max(second, fit)
		}
	}
	if best == 0 || best-second < nameMargin {
		return interview.PartUnknown, 0
	}
	return part, best
}

// fitName says how well a name fits a participant.
func fitName(name string, p Participant) float64 {
	fit := fitWords(nameWords(name), nameWords(p.Name), script(p.Name) != "latin")
	for _, alias := range p.Aliases {
		fit = max(fit, 0.98*fitWords(nameWords(name), nameWords(alias), script(alias) != "latin"))
	}
	if fit >= RoleThreshold {
		return fit
	}
	// Another script: compare how the names are read.
	for _, own := range append([]string{p.Name}, p.Aliases...) {
		if script(name) == script(own) {
			continue
		}
		familyFirst := script(own) != "latin"
		a, b := readWords(name), readWords(own)
		f := fitWords(a, b, familyFirst)
		if family, _ := familyGiven(b, familyFirst); f == 0 && len(b) > 1 && slices.Contains(a, family) {
			f = fitFamily // a given name may be read in more ways than the dictionary knows
		}
		if f > 0 {
			fit = max(fit, f-(fitWhole-fitReading))
		}
	}
	return fit
}

var (
	brackets  = regexp.MustCompile(`[(\[{<【〔「（].*?[)\]}>】〕」）]`)
	honorific = regexp.MustCompile(`(さん|さま|様|氏|くん|君|ちゃん|先生|課長|部長|係長|主任|室長|社長|次長|所長|店長|リーダー|マネージャー|マネジャー)$`)
	titles    = map[string]bool{"mr": true, "mrs": true, "ms": true, "miss": true, "dr": true, "prof": true, "guest": true, "iphone": true, "ipad": true, "pc": true}
)

// nameWords are the words of a name: NFKC, lower case, without what stands in brackets, titles and honorifics.
func nameWords(name string) []string {
	s := brackets.ReplaceAllString(strings.ToLower(norm.NFKC.String(name)), " ")
	words := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && r != 'ー' && !unicode.IsMark(r)
	})
	var out []string
	for _, w := range words {
		for {
			t := honorific.ReplaceAllString(w, "")
			if t == w || t == "" {
				break
			}
			w = t
		}
		if !titles[w] && !honorific.MatchString(w) {
			out = append(out, w)
		}
	}
	return out
}

// fitWords compares the words of a name with those of a participant, whose family name comes first or last.
func fitWords(a, b []string, familyFirst bool) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	ja, jb := strings.Join(a, ""), strings.Join(b, "")
	sa, sb := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	switch {
	case ja == jb, slices.Equal(sa, sb):
		return fitWhole
	case len(b) > 1 && containsAll(a, b), utf8.RuneCountInString(jb) >= 3 && isHan(jb) && strings.Contains(ja, jb):
		return fitInside
	}
	family, given := familyGiven(b, familyFirst)
	switch {
	case len(a) == 1 && a[0] == family:
		return fitFamily
	case len(a) == 2 && slices.Contains(a, family) && slices.ContainsFunc(a, func(w string) bool { return len(w) == 1 && given != "" && given[0] == w[0] }):
		return fitInitial
	case len(a) == 1 && given != "" && a[0] == given:
		return fitGiven
	case len(b) == 1 && isHan(b[0]) && len(a) == 1 && utf8.RuneCountInString(a[0]) >= 2 && strings.HasPrefix(b[0], a[0]):
		return fitFamily // written without a space: 高梨 of 高梨拓也
	case len(ja) >= minTypoName && len(jb) >= minTypoName && !isHan(ja) && oneOff(ja, jb):
		return fitTypo
	}
	return 0
}

// familyGiven tells the family name of a name: first where it is written in Japanese script, last otherwise.
func familyGiven(words []string, familyFirst bool) (family, given string) {
	switch {
	case len(words) == 0:
		return "", ""
	case len(words) == 1:
		return words[0], ""
	case familyFirst:
		return words[0], words[len(words)-1]
	}
	return words[len(words)-1], words[0]
}

func containsAll(a, b []string) bool {
	for _, w := range b {
		if !slices.Contains(a, w) {
			return false
		}
	}
	return true
}

func isHan(s string) bool { return script(s) == "han" }

// script is "han" when a name holds a kanji, "kana", else "latin".
func script(s string) string {
	out := "latin"
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			return "han"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			out = "kana"
		}
	}
	return out
}

// oneOff reports whether two words differ by one letter changed, left out or put in.
func oneOff(a, b string) bool {
	ra, rb := []rune(a), []rune(b)
	if len(ra) > len(rb) {
		ra, rb = rb, ra
	}
	if len(rb)-len(ra) > 1 {
		return false
	}
	i := 0
	for i < len(ra) && ra[i] == rb[i] {
		i++
	}
	if len(ra) == len(rb) {
		return string(ra[min(i+1, len(ra)):]) == string(rb[min(i+1, len(rb)):])
	}
	return string(ra[i:]) == string(rb[i+1:])
}

// readWords are the words of a name in one spelling of their sound: kanji by the dictionary's reading, kana by Hepburn,
// long vowels short. The dictionary is loaded only when a name is written in another script than the participant's.
func readWords(name string) []string {
	var out []string
	for _, w := range nameWords(name) {
		if isHan(w) {
			w = readKanji(w)
		}
		if r := shortVowels(romanise(w)); r != "" {
			out = append(out, r)
		}
	}
	return out
}

// readKanji reads a word by the dictionary, preferring names; "" when it cannot.
func readKanji(word string) string {
	tk, err := tokenizer.New(ipa.Dict(), tokenizer.OmitBosEos())
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, token := range tk.Tokenize(word) {
		reading, ok := token.Reading()
		if !ok || reading == "*" {
			return ""
		}
		b.WriteString(reading)
	}
	return b.String()
}

// hepburn romanises katakana; voiced and small forms follow from it.
var hepburn = map[rune]string{
	'ア': "a", 'イ': "i", 'ウ': "u", 'エ': "e", 'オ': "o", 'カ': "ka", 'キ': "ki", 'ク': "ku", 'ケ': "ke", 'コ': "ko",
	'サ': "sa", 'シ': "shi", 'ス': "su", 'セ': "se", 'ソ': "so", 'タ': "ta", 'チ': "chi", 'ツ': "tsu", 'テ': "te", 'ト': "to",
	'ナ': "na", 'ニ': "ni", 'ヌ': "nu", 'ネ': "ne", 'ノ': "no", 'ハ': "ha", 'ヒ': "hi", 'フ': "fu", 'ヘ': "he", 'ホ': "ho",
	'マ': "ma", 'ミ': "mi", 'ム': "mu", 'メ': "me", 'モ': "mo", 'ヤ': "ya", 'ユ': "yu", 'ヨ': "yo",
	'ラ': "ra", 'リ': "ri", 'ル': "ru", 'レ': "re", 'ロ': "ro", 'ワ': "wa", 'ヲ': "o", 'ン': "n",
	'ガ': "ga", 'ギ': "gi", 'グ': "gu", 'ゲ': "ge", 'ゴ': "go", 'ザ': "za", 'ジ': "ji", 'ズ': "zu", 'ゼ': "ze", 'ゾ': "zo",
	'ダ': "da", 'ヂ': "ji", 'ヅ': "zu", 'デ': "de", 'ド': "do", 'バ': "ba", 'ビ': "bi", 'ブ': "bu", 'ベ': "be", 'ボ': "bo",
	'パ': "pa", 'ピ': "pi", 'プ': "pu", 'ペ': "pe", 'ポ': "po", 'ヴ': "vu",
}

var smallY = map[rune]string{'ャ': "a", 'ュ': "u", 'ョ': "o"}

// romanise writes kana in Hepburn; other letters stay.
func romanise(s string) string {
	var out []byte
	double := false
	for _, r := range s {
		if r >= 'ぁ' && r <= 'ゖ' {
			r += 'ァ' - 'ぁ'
		}
		if vowel, ok := smallY[r]; ok && len(out) > 0 && out[len(out)-1] == 'i' {
			out = out[:len(out)-1]
			if n := len(out); !(n >= 1 && (out[n-1] == 'j' || n >= 2 && (string(out[n-2:]) == "sh" || string(out[n-2:]) == "ch"))) {
				out = append(out, 'y')
			}
			out = append(out, vowel...)
			continue
		}
		if r == 'ッ' {
			double = true
			continue
		}
		if r == 'ー' {
			continue
		}
		syllable, ok := hepburn[r]
		if !ok {
			syllable = strings.ToLower(string(r))
		}
		if double && syllable != "" {
			out = append(out, syllable[0])
			double = false
		}
		out = append(out, syllable...)
	}
	return string(out)
}

// shortVowels makes the spellings of long vowels and of ん equal: Satoh, Satō, Satou and Sato; Honma and Homma.
func shortVowels(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	s = strings.NewReplacer("oh", "o", "ou", "o", "oo", "o", "uu", "u", "mb", "nb", "mp", "np", "mm", "nm").Replace(ohBeforeVowel.ReplaceAllString(s, "o_h$1"))
	return strings.ReplaceAll(s, "_", "")
}

// ohBeforeVowel keeps the h of a new syllable: Ohara as お・は・ら reads o-ha-ra, not long o.
var ohBeforeVowel = regexp.MustCompile(`oh([aiueo])`)
