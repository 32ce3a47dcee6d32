package drafting

import (
	"strings"

	"github.com/ikawaha/kagome/v2/tokenizer"

	"kikigaki/internal/evidence"
	"kikigaki/internal/pattern"
)

// morpheme is a token with the features of the IPA dictionary that the rules use.
type morpheme struct {
	surface string
	base    string
	pos     string // 名詞, 動詞, 形容詞, 助動詞, 助詞, …
	sub     string
	ctype   string // 五段・ラ行, 一段, サ変・スル, …
	cform   string // 基本形, 連用形, …
}

func morphemes(k *tokenizer.Tokenizer, s string) []morpheme {
	tokens := k.Tokenize(s)
	out := make([]morpheme, 0, len(tokens))
	for _, t := range tokens {
		f := t.Features()
		m := morpheme{surface: t.Surface, base: t.Surface}
		if len(f) > 0 {
			m.pos = f[0]
		}
		if len(f) > 1 {
			m.sub = f[1]
		}
		if len(f) > 6 {
			m.ctype, m.cform = f[4], f[5]
			if f[6] != "*" {
				m.base = f[6]
			}
		}
		out = append(out, m)
	}
	return out
}

func surfaces(list []morpheme) string {
	var b strings.Builder
	for _, m := range list {
		b.WriteString(m.surface)
	}
	return b.String()
}

// hesitations are words that a record leaves out when they stand alone between commas or open a sentence.
var hesitations = map[string]bool{"あの": true, "その": true, "こう": true, "なんか": true, "まあ": true, "ま": true, "えー": true, "えーと": true, "えっと": true, "ええと": true,
	"うーん": true, "んー": true, "いや": true, "はい": true, "あ": true, "え": true, "ええ": true, "うん": true, "ほんと": true, "あれ": true, "ほら": true, "いえ": true, "あのー": true, "そうですね": true,
	"まあその": true, "なんていうか": true, "ほんまに": true, "なんだろう": true, "すみません": true, "ああ": true, "うわ": true, "いやあ": true, "ふふ": true, "はは": true, "おお": true, "へえ": true, "そら": true}

// openers join a sentence to the one before; a statement stands alone.
var openersJA = map[string]bool{"だよな": true, "だよなあ": true, "だよね": true, "そうだな": true, "そうだね": true, "そうだよね": true, "よし": true, "おう": true, "ほれ": true, "あのさ": true, "うんうん": true, "はいはい": true, "で": true, "なので": true, "だから": true, "それで": true, "ただ": true, "でも": true, "あと": true, "じゃあ": true, "そしたら": true, "ですから": true, "けど": true,
	"しかも": true, "そして": true, "あとは": true, "それから": true, "なんで": true, "まず": true, "一応": true, "特に": true, "ほな": true, "では": true, "だけど": true, "その分": true, "そこで": true, "でもまあ": true, "やっぱり": true, "そうじゃなくて": true, "そうではなくて": true, "そうではなく": true, "次は": true, "ただし": true, "ちなみに": true, "例えば": true, "たとえば": true, "むしろ": true, "それより": true, "それと": true, "そういえば": true, "そういや": true, "わかった": true, "わかりました": true, "了解": true, "なるほど": true, "じゃ": true, "んじゃ": true, "まあまあ": true, "ですよね": true, "正直": false, "もう": false}

// tidy takes hesitations, false starts and openers out of a sentence and drops commas that only mark a breath.
func tidy(k *tokenizer.Tokenizer, raw string) string {
	raw = strings.TrimRight(strings.TrimSpace(raw), "。.!！?？ ")
	raw = pausesAsCommas(raw)
	raw = strings.NewReplacer("……", "、", "…", "、", "，", "、", "「", "", "」", "").Replace(raw)
	raw = haltingCopula.ReplaceAllString(written(repair.ReplaceAllString(raw, "")), "$1")
	var chunks []string
	for _, c := range strings.Split(raw, "、") {
		c = strings.TrimSpace(c)
		for {
			n := leadingFiller(c)
			if n == 0 {
				break
			}
			c = c[n:]
		}
		if c == "" || hesitations[c] || breath.MatchString(c) {
			continue
		}
		if n := len(chunks); n > 0 && strings.HasPrefix(c, chunks[n-1]) && len(chunks[n-1]) >= 6 {
			chunks[n-1] = c // said again, and more of it
			continue
		}
		if len(chunks) == 0 && (openersJA[c] || aside.MatchString(c)) || c == "で" || c == "あと" {
			continue
		}
		chunks = append(chunks, c)
	}
	if len(chunks) == 0 {
		return ""
	}
	var b strings.Builder
	for i, c := range chunks {
		b.WriteString(c)
		if i+1 < len(chunks) && keepsComma(k, c) {
			b.WriteString("、")
		}
	}
	s := b.String()
	if m := glued.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := headOpener.FindString(s); m != "" {
		s = strings.TrimLeft(s[len(m):], "、")
	}
	s = selfHead.ReplaceAllString(s, "")
	if m := meta.FindString(s); m != "" && len(s)-len(m) > 24 {
		s = s[len(m):]
	}
	return s
}

// pausesAsCommas writes the spaces between Japanese letters, which a recogniser puts where a speaker pauses, as commas.
func pausesAsCommas(s string) string {
	at := evidence.Pauses(s)
	if len(at) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, i := range at {
		b.WriteString(strings.TrimRight(s[from:i], " \u3000"))
		if !strings.HasSuffix(b.String(), "、") && !strings.HasSuffix(b.String(), "。") {
			b.WriteString("、")
		}
		from = i
	}
	b.WriteString(s[from:])
	return strings.NewReplacer("、 ", "、", "、\u3000", "、").Replace(b.String())
}

var (
	headOpener = pattern.MustCompile(`^(?:なので、?|それで、|じゃあ、?|でもまあ、?|ただまあ、?|で、|ただ、|あと、|まあ)`)
	// an opener run into the sentence, as recognisers without punctuation write it
	glued = pattern.MustCompile(`^(?:ただ|あと|でも|では)([\p{Han}\p{Katakana}].{8,})$`)
	// the speaker is a field of the statement
	selfHead = pattern.MustCompile(`^(?:私|自分|僕|俺)は(?:、)?`)
	// remarks about what is to be said, not part of it
	meta  = pattern.MustCompile(`^(?:次は、?)?(?:[^、]{0,10}、)?[^、]{0,16}(?:言いたい|細かい|わがまま|申し訳ない|恥ずかしい|言いにくい|個人的な|お願いな)[^、]{0,12}(?:けど|けれど|が)、`)
	aside = pattern.MustCompile(`^(?:まじめに言うと|まじめな話(?:は)?|正直に言うと|.{0,8}(?:って|と)?いうか|そこ(?:なん)?(?:です|だ)(?:が|けど)|(?:私|自分|僕|俺)(?:は)?)$`)
	// a copula or conjunction that a halting speaker sets apart
	haltingCopula = pattern.MustCompile(`、((?:です|でした|でしょうか|ます|なんです|んです)(?:ね|よ|けど|が|、|。|$))`)
	breath        = pattern.MustCompile(`^(?:じゃあ|えーと|それは|ただ|で|えっと|その)?ですね$`)
	// a word taken back at once: the later one counts
	repair = pattern.MustCompile(`[^、。]{1,12}、(?:あ、?)?(?:いや|違う|じゃなくて|じゃないや|違います|ちゃうわ|もとい)、`)
	filler = pattern.MustCompile(`^(?:えーっと|えーと|えっと|ええと|えー|うーん|んー|あのー|そのー|あー|なんか|まあ)`)
)

func leadingFiller(s string) int {
	return len(filler.FindString(s))
}

// keepsComma keeps the comma after a clause: after けど, が, ので, から, て, し, たら, ば, と and after a long topic.
func keepsComma(k *tokenizer.Tokenizer, chunk string) bool {
	m := morphemes(k, chunk)
	if len(m) == 0 {
		return false
	}
	last := m[len(m)-1]
	switch {
	case last.pos == "助詞" && last.sub == "接続助詞":
		return true
	case last.pos == "助動詞" && (last.cform == "仮定形" || last.base == "たり"):
		return true
	case last.pos == "助動詞" || last.pos == "動詞" && last.cform != "基本形":
		return true
	case (last.pos == "動詞" || last.pos == "形容詞") && len([]rune(chunk)) >= 6:
		return true
	case last.surface == "んで", last.surface == "たり":
		return true
	case last.pos == "名詞" || last.pos == "助詞" && last.sub == "終助詞" || last.pos == "副詞" && len(m) > 1:
		return true
	case last.surface == "から":
		return true
	case last.pos == "助詞" && last.sub == "係助詞":
		return len([]rune(chunk)) >= 7
	}
	return false
}

// dictionaryForm, negativeForm and pastForm inflect a verb from its dictionary form and class.
func negativeForm(base, ctype string) string {
	r := []rune(base)
	if len(r) == 0 {
		return base
	}
	head, last := string(r[:len(r)-1]), r[len(r)-1]
	switch {
	case base == "ある":
		return "ない"
	case strings.HasPrefix(ctype, "サ変"):
		return strings.TrimSuffix(base, "する") + "しない"
	case strings.HasPrefix(ctype, "カ変"):
		if strings.HasSuffix(base, "くる") {
			return strings.TrimSuffix(base, "くる") + "こない"
		}
		return head + "ない"
	case strings.HasPrefix(ctype, "一段"):
		return head + "ない"
	}
	if i := strings.IndexRune("うくぐすつぬぶむる", last); i >= 0 {
		return head + string([]rune("わかがさたなばまら")[runeIndex("うくぐすつぬぶむる", last)]) + "ない"
	}
	return base + "ない"
}

func pastForm(base, ctype string) string {
	r := []rune(base)
	if len(r) == 0 {
		return base
	}
	head, last := string(r[:len(r)-1]), r[len(r)-1]
	switch {
	case strings.HasPrefix(ctype, "サ変"):
		return strings.TrimSuffix(base, "する") + "した"
	case strings.HasPrefix(ctype, "カ変"):
		if strings.HasSuffix(base, "くる") {
			return strings.TrimSuffix(base, "くる") + "きた"
		}
		return head + "た"
	case strings.HasPrefix(ctype, "一段"):
		return head + "た"
	case base == "行く" || base == "いく" || strings.Contains(ctype, "カ行促音便"):
		return head + "った"
	}
	switch last {
	case 'く':
		return head + "いた"
	case 'ぐ':
		return head + "いだ"
	case 'す':
		return head + "した"
	case 'ぬ', 'ぶ', 'む':
		return head + "んだ"
	}
	return head + "った"
}

func runeIndex(s string, c rune) int {
	for i, x := range []rune(s) {
		if x == c {
			return i
		}
	}
	return 0
}
