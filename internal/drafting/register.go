package drafting

import (
	"regexp"
	"strings"
)

// The cue lists are written for the polite standard language. Honorific, regional and casual forms of the same endings
// are brought to it before the lists read a sentence; quotes keep what was said.
//
// Sources: 文化審議会答申『敬語の指針』(2007) for the honorific forms; 国立国語研究所『方言文法全国地図』 for the regional
// ones (predicates, conjunctions, negation, aspect), of which only endings are taken that mean nothing else in the
// standard language.

// form is an ending that is read as another; a sentence without one of has is left alone.
type form struct {
	has []string
	re  *regexp.Regexp
	to  string
}

func forms(list ...string) []form {
	var out []form
	for i := 0; i+2 < len(list); i += 3 {
		out = append(out, form{has: strings.Fields(list[i]), re: regexp.MustCompile(list[i+1]), to: list[i+2]})
	}
	return out
}

var honorific = forms(
	"ござい", `でございま(す|し)`, "で$1",
	"ござい", `ございま(す|し|せ)`, "ありま$1",
	"おり", `(て|で)おりま(す|し|せ)`, "${1}いま$2",
	"おり", `(て|で)おり`, "${1}い",
	"存じ", `(を|は|も|とは|まったく)存じ(上げ)?ません`, "${1}知りません",
	"存じ", `存じ(て)?(い)?ま(す|し)`, "思いま$3",
	"いたし", `いたし(ま|て|た)`, "し$1",
	"申し", `と申して`, "と言って",
	"申し", `と申しま`, "と言いま",
	"いただき", `らせていただきま(す|した)`, "りま$1",
	"いただき", `わせていただきま(す|した)`, "いま$1",
	"いただき", `かせていただきま(す|した)`, "きま$1",
	"いただき", `たせていただきま(す|した)`, "ちま$1",
	"いただき", `([\p{Han}\p{Katakana}ー])させていただきま(す|した)`, "${1}しま$2",
	"いただき", `([えけげせてねべめれ見])させていただきま(す|した)`, "${1}ま$2",
	"さよう", `さようです`, "そうです",
	"頂", `頂([きくけいか])`, "いただ$1",
	"下さ", `下さ`, "くださ",
)

var regional = forms(
	// cause and contrast: 九州, 中国, 四国, 東海
	"けん", `(だ|や)けん(ね|な)?`, "だから",
	"けん", `([るたいくすつぬむぶぐうかん])けん(ね|な|さ)?($|、|。|[^かこしけ])`, "${1}から$3",
	"じゃけ じゃき", `じゃ(けえ|けん|け|き)`, "だから",
	"だで", `([なん]|そう)だで(、|ね|な|$)`, "${1}だから$2",
	"ばってん", `ばってん(か)?`, "けど",
	"んだども", `んだども`, "んだけど",
	// nominalised predicates: 九州
	"とです とよ", `([るたいくうぐぶむかなん])と(です|よ$|でしょ)`, "${1}ん$2",
	"っちゃ", `っちゃ(けど|けん|から)`, "んだ$1",
	"っちゃん", `っちゃんね`, "んだよね",
	// adjectives in か: 九州
	"よか", `よか(です|んです|けど|から|っちゃ|もん|なあ|って|と思|よ$|ね$|と$|$)`, "いい$1",
	"たか なか しか つか ろか すか どか", `((?:^|[^い])つ|た|な|(?:^|[^た])し|ろ|す|ど)か(です|んです|けど|から|っちゃ|もん)`, "${1}い$2",
	"つか よか しか", `(きつ|あつ|よ|しんど|おもしろ|難し|厳し|苦し|楽し|嬉し|悲し|忙し)か(こと|ところ|とこ|人|話|よ$|ね$|$)`, "${1}い$2",
	// object and goal: 九州
	"ば", `([\p{Han}\p{Katakana}ー])ば([\p{Han}\p{Katakana}やみ])`, "${1}を$2",
	"ごと", `([るいた])ごと(な|し|す)`, "${1}ように$2",
	// manner words
	"ほんなら", `^ほんなら`, "じゃあ",
	"どげん そげん こげん", `([どそこ])げん`, "${1}う",
	// aspect: 西日本
	"みよ びよ によ", `[みび]よ(?:る|り)?(った|ます|ました|$|から|けど|ん|と|の|け)`, "んでい$1",
	"いよ ちよ りよ", `[いちり]よ(?:る|り)?(った|ます|ました|$|から|けど|ん|と|の|け)`, "ってい$1",
	"きよ", `きよ(?:る|り)?(った|ます|ました|$|から|けど|ん|と|の|け)`, "いてい$1",
	"よる よった より", `([しえけせてねめれべげ])よ(?:る|り)?(った|ます|ました|$|から|けど|ん|と|の|け)`, "${1}てい$2",
	"んどる んどっ", `んど(る|った)($|から|けど|ん|と|の|け|し|ので)`, "んでい$1$2",
	"とる とっ とり どる どっ", `([いきしちみりえけせてねめれべっ])と(る|った)($|から|けど|ん|と|の|け)`, "${1}てい$2$3",
)

// negative forms are left as they are in what is written: the checks of evidence compare negations.
var negative = forms(
	// requests and negation: 西日本, 関東
	"んど んと", `([かがさたなまらわば])ん(どって|どいて|といて)`, "${1}ないで",
	"らん きん りん めん けん えん せん れん かん わん", `(わから|分から|でき|足り|知ら|つかめ|取れ|行け|読め|書け|言え|使え|話せ|眠れ|寝れ|休め|慣れ|覚えられ|追いつか|ついていけ|間に合わ|続か|られ)ん(のです|んです|です|から|けど|し|ので|わ|$|と無理|と思)`, "${1}ない$2",
	"わかん 分かん", `(わ|分)かん(な|ね)`, "${1}から$2",
	"ねえ ねー ねぇ", `(わから|分から|でき|足り|知ら|られ|れ|え|け|め|せ)(ねえ|ねー|ねぇ)`, "${1}ない",
	"んかった", `(わから|分から|でき|足り|知ら|つかめ|取れ|行け|読め|書け|言え|使え|話せ|眠れ|寝れ|休め|慣れ|追いつか|間に合わ|続か|せ|れ|け|え)んかった`, "${1}なかった",
	"んか", `(もらえ|いただけ|でき|行け|くれ)んか($|[^っ])`, "${1}ないか$2",
)

var casual = forms(
	"こっから そっから", `([こそ])っから`, "${1}こから",
	// invitations: 九州
	"らんね まんね", `(て|で)(み|く)(らん)?ね$`, "${1}みませんか",
	"らんね", `(て|で)(み|く)らんね`, "${1}みませんか",
	// casual endings
	"っす", `っす(ね|よ|か|けど|から|わ|$)`, "です$1",
	"だべ だっぺ", `だ(べ|っぺ)(な|か|$)`, "だろう$2",
	"べ っぺ", `(る|い|た)(べ|っぺ)(な|か|$)`, "${1}だろう$3",
	"けろ", `てけろ`, "てくれ",
)

// clipped are the polite endings of young speakers.
var clipped = forms(
	"んす", `んす(ね|よ|か|けど|から|が|って|、|。|$)`, "んです$1",
	"っす", `(い|た|る|だ|ない)っす(ね|よ|か|けど|から|が|わ|、|。|$)`, "${1}です$2",
)

// standard brings a Japanese sentence to the forms the cue lists are written in.
func standard(s string) string {
	return reform(reform(written(s), negative), casual)
}

// written is what a statement keeps of it: everything but the negations and the casual endings.
func written(s string) string { return reform(reform(reform(s, honorific), clipped), regional) }

func reform(s string, list []form) string {
	for i := range list {
		for _, h := range list[i].has {
			if strings.Contains(s, h) {
				s = list[i].re.ReplaceAllString(s, list[i].to)
				break
			}
		}
	}
	return s
}
