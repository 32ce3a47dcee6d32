package drafting

import (
	"strings"
	"unicode/utf8"

	"github.com/ikawaha/kagome/v2/tokenizer"

	"kikigaki/internal/pattern"
)

// plain turns a spoken sentence into one in plain form (常体), in the speaker's words: hesitation out, the polite and
// explaining endings off, contractions written out. Strength, condition, negation and numbers stay.
func plain(k *tokenizer.Tokenizer, raw string) string {
	s := tidy(k, raw)
	if s == "" {
		return ""
	}
	s = stays.ReplaceAllString(s, "${1}はいる$2")
	for range 4 {
		next := ending(k, s)
		if next == s {
			break
		}
		s = next
	}
	s = writtenOut(inner(k, s))
	return inOrderJA(strings.Trim(s, "、 "))
}

var inverted = pattern.MustCompile(`^([^、]{2,20}(?:だ|い|る|う))、([^、]{2,20}(?:のが|のは|が|を|に))$`)

// inOrderJA puts an afterthought where it belongs: 「苦手だ、待つのが」 is 「待つのが苦手だ」.
func inOrderJA(s string) string {
	if m := inverted.FindStringSubmatch(s); m != nil {
		return m[2] + m[1]
	}
	return s
}

// stays keeps 〜てはいます from being read as a verb はう.
var stays = pattern.MustCompile(`(て|で)はいます(ね|よ|けど|が|、|$)`)

// sentenceJA is plain with its full stop.
func sentenceJA(k *tokenizer.Tokenizer, raw string) string {
	s := plain(k, raw)
	if s == "" {
		return ""
	}
	return s + "。"
}

type rewrite struct {
	re *pattern.Pattern
	to string
}

func rewrites(pairs ...string) []rewrite {
	var out []rewrite
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, rewrite{pattern.MustCompile(pairs[i]), pairs[i+1]})
	}
	return out
}

// Endings, tried in order; the first that matches is applied, then the list is gone through again.
var endings = rewrites(
	`(?:んす|っす)(?:ね|よ|よね|けど|わ)?$`, ``,
	`(たい|ほしい)(?:な|なあ)?(?:っていう|という)(?:の|気持ち|思い)(?:は|が)、?(?:ずっと)?(?:思いました|思って(?:い)?ます|あります|ある|あって|あるんです|あるんですけど)$`, `$1`,
	`(?:な|なあ)?(?:っていう|という)、?(?:そっち|そういう)?(?:の)?(?:ほう|方)(?:で|だ)?$`, ``,
	`([しきえけせてねべめれげじちにびみりぎ見])ないと(?:な|なあ)?(?:と|って)?(?:、?思って(?:い)?(?:て|ます|る))?$`, `${1}ないといけない`,
	`ほうが$`, `ほうがいい`,
	`([てで]み|[^み])たい(?:です|ですね|ですよ|んです)(?:ね|よ|けど|が)?$`, `${1}たい`,
	// the thought reported as one's own: 〜たいなって思ってて → 〜たい
	`(たい|ほしい)(?:ん(?:だ|です))?(?:な|なあ|かな)?(?:と|って|とは)(?:ずっと|ちょっと|前から)?、?(?:ずっと)?(?:思って(?:い)?(?:て|まして|ます|る|るんです|るところで?す?)|思い(?:まして|ます)|思う(?:んです)?|思ってるんですけど(?:ね)?)?$`, `$1`,
	`(たい|ほしい)(?:な|なあ|なー|かな|かなあ)$`, `$1`,
	`(たら|れば)(?:いい|ええ)(?:な|なあ|かな|かなあ)?(?:と|って)?、?(?:いう感じ(?:で|です)?|思(?:って(?:い)?(?:て|ます|まして|る)|います|う)(?:けど|が)?)?(?:ね)?$`, `${1}いいと思う`,
	`(たら|れば)(?:な|なあ)(?:と|って|って(?:いう)?(?:感じ)?(?:で|です)?)?(?:、?(?:ずっと|ちょっと))?(?:、?思(?:って(?:い)?(?:て|ます|まして|る)|います))?$`, `${1}と思う`,
	`(いい|ええ|うれしい|嬉しい|ありがたい|助かる|使えると(?:いい|ええ)|怖い|悪い)(?:な|なあ|かな|かなあ|のに|んやけどなあ?|んですけどね?)?、?(?:と|って)(?:、|は)?(?:ちょっと|ずっと|みんなで)?、?(?:思(?:って(?:い)?(?:て|ます|まして|る)|います|う)|いう(?:か|感じ)(?:で|です)?|言うて(?:ます|る)|言って(?:ます|る))?$`, `${1}と思う`,
	`([よろそこもとのぼごお]う)か(?:な|なあ)(?:と|って)(?:、?思(?:って(?:い)?(?:て|ます|まして|る)|います))?$`, `${1}と思う`,
	`(ようか|よう)(?:な|なあ)?(?:と|って)(?:、?思(?:って(?:い)?(?:て|ます|まして|る)|います))?$`, `${1}と思う`,
	`(?:の|ん)?(?:かな|かなあ|んかなあ?)(?:と|って)(?:、?(?:いう|っていう)(?:感じ|ところ)?(?:で|です)?)?(?:、?思(?:って(?:い)?(?:て|ます|まして|る)|います|う)(?:けど|が)?)?$`, `のかと思う`,
	`(?:かな|かなあ)(?:とは|っては)(?:、)?思(?:います|って(?:い)?(?:ます|て))(?:けど|が)?$`, `かと思う`,
	// 〜んです and friends
	`なん(?:です|だ|や)(?:けど|けれど|が|よ|よね|ね|けどね|わ)?$`, `だ`,
	`、?(?:っていうか|というか|って感じ)(?:で|です)?$`, ``,
	`(?:ん|の)(?:です|だ)(?:けど|けれど|が|よ|よね|ね|けどね|ってば)?$`, ``,
	`んやけど(?:な|なあ)?$`, ``,
	`(?:です|ます)(?:よ|ね|よね|けど|けどね|けれど|が|ので|んで|から|わ|かね)$`, `<です>`,
	`(?:ので|んで|もんで|ものですから|もんですから|けど|けれど|けども|から|のに|もので|もんで)$`, ``,
	`し$`, `<し>`,
	`(?:ね|よ|よね|なあ|わ|さ|ねえ)$`, ``,
	`、?(?:っていう|という)(?:感じ|ところ|話|こと)?(?:で|です|だ|です?かね)?$`, ``,
	`って(?:感じ|話|こと)(?:で|です|だ)?$`, ``,
	`、?みたいな(?:感じ)?(?:で|です)?$`, ``,
	`、?(?:とか)(?:で|です)?$`, ``,
	`ところで(?:す)?$`, `ところだ`,
	`(?:くらい|ぐらい)で$`, `くらいだ`,
	`(もらえ|いただけ)(?:ると|たら)$`, `${1}るとよい`,
)

// ending rewrites the end of a sentence once.
func ending(k *tokenizer.Tokenizer, s string) string {
	s = strings.TrimRight(s, "、 ")
	for _, e := range endings {
		m := e.re.FindStringIndex(s)
		if m == nil {
			continue
		}
		switch e.to {
		case "<です>":
			p := s[m[0]:]
			s = s[:m[0]] + p[:len("です")]
		case "<し>":
			if x := morphemes(k, s); len(x) > 1 && x[len(x)-1].sub == "接続助詞" {
				s = strings.TrimSuffix(s, "し")
			} else {
				continue
			}
		default:
			if next := e.re.ReplaceAllString(s, e.to); utf8.RuneCountInString(next) >= 2 {
				s = next
			}
		}
		break
	}
	return finalForm(k, s)
}

// finalForm turns polite and connective last forms into the plain final one.
func finalForm(k *tokenizer.Tokenizer, s string) string {
	m := morphemes(k, s)
	n := len(m)
	if n == 0 {
		return s
	}
	last := m[n-1]
	at := func(i int) morpheme {
		if n-1-i < 0 {
			return morpheme{}
		}
		return m[n-1-i]
	}
	cut := func(i int) string { return surfaces(m[:max(0, n-i)]) }
	verb := func(i int) (morpheme, bool) { x := at(i); return x, x.pos == "動詞" }
	switch {
	case last.base == "です" && last.cform == "基本形":
		if p := at(1); p.pos == "名詞" || p.pos == "助詞" || p.pos == "記号" || p.pos == "副詞" || p.pos == "連体詞" {
			return cut(1) + "だ"
		}
		return cut(1)
	case last.base == "た" && at(1).base == "です":
		return cut(2) + "だった"
	case last.surface == "ます" && (at(1).surface == "て" || at(1).surface == "で") && at(1).sub == "接続助詞":
		return cut(1) + "いる"
	case last.base == "ます" && last.cform == "基本形":
		if v, ok := verb(1); ok {
			return cut(2) + v.base
		}
	case last.base == "た" && at(1).base == "ます":
		if v, ok := verb(2); ok {
			return cut(3) + pastForm(v.base, v.ctype)
		}
	case last.surface == "ん" && at(1).base == "ます":
		if v, ok := verb(2); ok {
			return cut(3) + negativeForm(v.base, v.ctype)
		}
	case last.surface == "う" && at(1).base == "です" && last.pos == "助動詞":
		return cut(2) + "だろう"
	case last.surface == "て" && at(1).base == "ない" || last.surface == "て" && at(1).pos == "形容詞":
		return cut(2) + at(1).base
	case last.surface == "て" && at(1).base == "てる":
		return cut(2) + "ている"
	case last.surface == "て" && at(1).base == "ます":
		if v, ok := verb(2); ok {
			return cut(3) + pastForm(v.base, v.ctype)
		}
	case (last.surface == "て" || last.surface == "で") && last.sub == "接続助詞" && at(1).pos == "動詞":
		if at(1).base == "いる" || at(1).base == "てる" {
			return cut(2) + at(1).base
		}
		return cut(2) + pastForm(at(1).base, at(1).ctype)
	case last.surface == "で" && last.base == "だ":
		if at(1).base == "たり" || at(1).surface == "たり" {
			return cut(1) + "する"
		}
		return cut(1) + "だ"
	case last.surface == "で" && at(1).pos == "名詞" && (at(1).sub == "形容動詞語幹" || at(1).sub == "副詞可能" || at(1).sub == "非自立"):
		return cut(1) + "だ"
	case last.surface == "って" && last.sub == "格助詞" && n > 1:
		return cut(1)
	case last.surface == "たり":
		return s + "する"
	case last.base == "てる" && last.cform == "基本形":
		return cut(1) + "ている"
	case last.pos == "名詞" && last.sub == "形容動詞語幹":
		return s + "だ"
	}
	return s
}

// inner takes the polite and explaining forms out of the clauses before the last one.
func inner(k *tokenizer.Tokenizer, s string) string {
	if !strings.Contains(s, "です") && !strings.Contains(s, "ます") && !strings.Contains(s, "まし") && !strings.Contains(s, "ません") {
		return s
	}
	m := morphemes(k, s)
	var out []morpheme
	for i := 0; i < len(m); i++ {
		x := m[i]
		var prev morpheme
		if len(out) > 0 {
			prev = out[len(out)-1]
		}
		next := ""
		if i+1 < len(m) {
			next = m[i+1].surface
		}
		switch {
		case x.base == "です" && x.cform == "基本形":
			switch {
			case prev.surface == "ん" && prev.pos == "名詞":
				out = out[:len(out)-1]
				if len(out) > 0 && out[len(out)-1].surface == "な" && out[len(out)-1].base == "だ" {
					out[len(out)-1] = morpheme{surface: "だ", base: "だ", pos: "助動詞"}
				}
			case prev.pos == "名詞" && next == "ので":
				out = append(out, morpheme{surface: "な", base: "だ", pos: "助動詞"})
			case prev.pos == "名詞":
				out = append(out, morpheme{surface: "だ", base: "だ", pos: "助動詞"})
			}
		case x.base == "ます" && (prev.surface == "て" || prev.surface == "で") && prev.sub == "接続助詞":
			if next == "て" && i+1 < len(m) {
				out = append(out, morpheme{surface: "いて", base: "いる", pos: "動詞"})
				i++
			} else {
				out = append(out, morpheme{surface: "いる", base: "いる", pos: "動詞"})
			}
		case x.base == "ます" && prev.pos == "動詞":
			out = out[:len(out)-1]
			switch {
			case next == "ん" && i+1 < len(m):
				out = append(out, morpheme{surface: negativeForm(prev.base, prev.ctype), base: "ない", pos: "助動詞"})
				i++
			case next == "た" && i+1 < len(m):
				out = append(out, morpheme{surface: pastForm(prev.base, prev.ctype), base: "た", pos: "助動詞"})
				i++
			case next == "て" && i+1 < len(m):
				te := pastForm(prev.base, prev.ctype)
				te = strings.TrimSuffix(strings.TrimSuffix(te, "た"), "だ") + map[bool]string{true: "で", false: "て"}[strings.HasSuffix(te, "だ")]
				out = append(out, morpheme{surface: te, base: "て", pos: "助詞"})
				i++
			default:
				out = append(out, morpheme{surface: prev.base, base: prev.base, pos: "動詞"})
			}
		default:
			out = append(out, x)
		}
	}
	return surfaces(out)
}

// Contractions of speech, written out.
var contractions = rewrites(
	`ってない`, `っていない`, `ってなく`, `っていなく`, `([^しっあ])てない`, `${1}ていない`, `([^しっ])てなくて`, `${1}ていなくて`,
	`([^し])てて`, `${1}ていて`, `(っ|し|い|え|け|せ|て|ね|べ|め|れ|げ|ぎ|き|じ|ち|に|び|み|り|来|見|出|得)てる`, `${1}ている`,
	`(っ|し|い|え|け|せ|ね|べ|め|れ|来|見|出|き|ち|に|び|み|り)てた`, `${1}ていた`, `んでる`, `んでいる`, `んでて`, `んでいて`,
	`([っしいえけせねべめれきちにびみり])とく`, `${1}ておく`,
	`っちゃった`, `ってしまった`, `っちゃう`, `ってしまう`, `っちゃって`, `ってしまって`, `しちゃ(っ|う)`, `してしま$1`, `([てえけせれめべね])ちゃ(っ|う)`, `${1}てしま$2`,
	`(んじゃない|のじゃない)か`, `のではないか`, `んちゃうか`, `のではないか`, `じゃなくて`, `ではなくて`, `じゃなく`, `ではなく`, `じゃない`, `ではない`,
	`(の|というの)は、(ある|あるが)$`, `${1}は${2}`, `っていうか`, `というか`, `っていうんですか`, `という`, `っていうの`, `というの`, `っていう`, `という`, `なって思`, `と思`, `って思`, `と思`, `って言`, `と言`, `って聞`, `と聞`, `ってなったら`, `となったら`,
	`けれど、`, `が、`, `けども、`, `が、`, `けど、`, `が、`, `もんですから、`, `ので、`,
	`ないですね、`, `なく、`, `ですね、`, `、`, `んであれば`, `のであれば`, `んやったら`, `のなら`,
	`なので、`, `なので、`, `([いるたなうくすつぬむぶぐ])んで、`, `${1}ので、`, `だが、`, `だが、`, `([いた])だが`, `${1}が`,
	`とええ`, `といい`, `たらええ`, `たらいい`, `なんとなく`, `なんとなく`, `ほんまは`, `本当は`,
	`なんていうか`, ``, `(?:、)?なんか、`, `、`,
)

func writtenOut(s string) string {
	for _, c := range contractions {
		s = c.re.ReplaceAllString(s, c.to)
	}
	return s
}
