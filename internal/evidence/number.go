package evidence

import (
	"slices"
	"strconv"
	"strings"
)

// Number is a number as said, with the one or two characters that follow it.
type Number struct {
	Value float64
	Unit  string
	Kanji bool // written in kanji or English words: may be part of an idiom
	at    int  // rune offset in the folded text
	end   int
}

// counters are what may follow a kanji numeral that is meant as a number.
var counters = []string{"つ", "人", "名", "社", "年", "月", "日", "週", "時", "分", "秒", "回", "件", "本", "枚", "個", "割", "倍", "台", "歳", "才", "級", "円", "代",
	"度", "階", "箇", "か", "ヶ", "ケ", "カ", "次", "点", "位", "%", "パ", "店", "冊", "泊", "床", "棟", "世", "半", "期", "章", "期", "組", "拠", "県", "種", "通"}

// idioms begin with a kanji numeral and count nothing.
var idioms = []string{"一番", "一緒", "一応", "一方", "一部", "一般", "一覧", "一旦", "一切", "一生", "一気", "一言", "一通り", "一人前", "一つ一つ", "一体", "一定", "一致",
	"一日中", "一点張", "二度手間", "十分", "千葉", "三重", "四国", "九州", "五月雨", "三者", "八百屋", "万一", "万が一", "一人ひとり", "一次対応"}

// Numbers reads the numbers of a text: 全角 and 半角 digits, 漢数字, mixtures such as 12億4千万, thousands commas,
// 半 (half) after a number, English number words up to ninety-nine.
func Numbers(s string) []Number {
	r := []rune(Fold(s))
	var out []Number
	for i := 0; i < len(r); {
		switch {
		case isDigit(r[i]):
			n, j := arabic(r, i)
			n.at, n.end = i, j
			out = append(out, n)
			i = j
		case kanjiDigit(r[i]) >= 0 || unitOf(r[i]) > 1:
			n, j, ok := kanji(r, i)
			if ok {
				n.at, n.end = i, j
				out = append(out, n)
			}
			i = j
		case r[i] >= 'a' && r[i] <= 'z':
			j := i
			for j < len(r) && (r[j] >= 'a' && r[j] <= 'z' || r[j] == '-' || r[j] == '\'') {
				j++
			}
			if v, ok := englishNumber(string(r[i:j])); ok {
				out = append(out, Number{Value: v, Unit: unitAfter(r, j), Kanji: true, at: i, end: j})
			}
			i = j
		default:
			i++
		}
	}
	return out
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func kanjiDigit(c rune) int {
	return slices.Index([]rune("〇一二三四五六七八九"), c)
}

func unitOf(c rune) float64 {
	switch c {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万':
		return 1e4
	case '億':
		return 1e8
	case '兆':
		return 1e12
	}
	return 1
}

func arabic(r []rune, i int) (Number, int) {
	total, group := 0.0, 0.0
	j := i
	for j < len(r) && isDigit(r[j]) {
		v, k := digits(r, j)
		group += v
		for k < len(r) && unitOf(r[k]) > 1 {
			if u := unitOf(r[k]); u >= 1e4 {
				total += group * u
				group = 0
			} else {
				group = group - v + v*u
			}
			v = 1
			k++
		}
		j = k
		if group != 0 && j < len(r) && isDigit(r[j]) && unitOf(r[j-1]) == 1 {
			break
		}
	}
	return Number{Value: total + group, Unit: unitAfter(r, j)}, j
}

// digits reads 6,500 or 3.5 from i.
func digits(r []rune, i int) (float64, int) {
	var b strings.Builder
	j := i
	for j < len(r) {
		switch {
		case isDigit(r[j]):
			b.WriteRune(r[j])
		case r[j] == ',' && groupOf3(r, j+1) && b.Len() <= 3:
		case r[j] == '.' && j+1 < len(r) && isDigit(r[j+1]) && !strings.Contains(b.String(), "."):
			b.WriteByte('.')
		default:
			v, _ := strconv.ParseFloat(b.String(), 64)
			return v, j
		}
		j++
	}
	v, _ := strconv.ParseFloat(b.String(), 64)
	return v, j
}

func groupOf3(r []rune, i int) bool {
	return i+3 <= len(r) && isDigit(r[i]) && isDigit(r[i+1]) && isDigit(r[i+2]) && (i+3 == len(r) || !isDigit(r[i+3]))
}

func kanji(r []rune, i int) (Number, int, bool) {
	rest := string(r[i:min(len(r), i+5)])
	for _, w := range idioms {
		if strings.HasPrefix(rest, w) {
			return Number{}, i + len([]rune(w)), false
		}
	}
	total, group, v, plain, seen := 0.0, 0.0, 0.0, "", false
	j := i
	for ; j < len(r); j++ {
		if d := kanjiDigit(r[j]); d >= 0 {
			v = float64(d)
			plain += strconv.Itoa(d)
			seen = true
			continue
		}
		u := unitOf(r[j])
		if u == 1 {
			break
		}
		if v == 0 && (u < 1e4 || group == 0) {
			v = 1
		}
		if u >= 1e4 {
			total += (group + v) * u
			group = 0
		} else {
			group += v * u
		}
		v = 0
		plain, seen = "", true
	}
	value := total + group + v
	if len(plain) > 1 && total == 0 && group == 0 { // 二〇二七
		value, _ = strconv.ParseFloat(plain, 64)
	}
	ordinal := i > 0 && r[i-1] == '第' // 「第二と第四の日曜」
	if !seen || !ordinal && !counted(r, j) && j-i < 2 {
		return Number{}, j, false
	}
	n := Number{Value: value, Unit: unitAfter(r, j), Kanji: true}
	if n.Unit == "日" && j+1 < len(r) && r[j+1] == '曜' {
		n.Unit = ""
	}
	return n, j, true
}

func counted(r []rune, i int) bool {
	rest := string(r[i:min(len(r), i+2)])
	for _, c := range counters {
		if strings.HasPrefix(rest, c) {
			return true
		}
	}
	return false
}

func unitAfter(r []rune, i int) string {
	for i < len(r) && r[i] == ' ' {
		i++
	}
	if i < len(r) && r[i] >= 'a' && r[i] <= 'z' {
		j := i
		for j < len(r) && r[j] >= 'a' && r[j] <= 'z' {
			j++
		}
		if w := string(r[i:j]); !noUnit[w] {
			return strings.TrimSuffix(w, "s")
		}
		return ""
	}
	for n := 3; n >= 1; n-- {
		rest := string(r[i:min(len(r), i+n)])
		if slices.Contains([]string{"か月", "ヶ月", "ケ月", "カ月", "箇月", "時間", "週間", "年間", "年目", "年後", "月末"}, rest) {
			return strings.NewReplacer("ヶ", "か", "ケ", "か", "カ", "か", "箇", "か").Replace(rest)
		}
		if n == 1 && slices.Contains(counters, rest) {
			return rest
		}
	}
	return ""
}

// noUnit are the small words after a number that name nothing it counts: "two of us".
var noUnit = map[string]bool{"of": true, "for": true, "to": true, "in": true, "on": true, "at": true, "and": true, "or": true, "by": true, "with": true, "more": true, "is": true, "was": true}

var englishUnits = map[string]float64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11,
	"twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
	"twice": 2}

var englishTens = map[string]float64{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	"twentieth": 20, "thirtieth": 30}

func englishNumber(w string) (float64, bool) {
	if v, ok := englishUnits[w]; ok {
		return v, true
	}
	head, tail, hyphen := strings.Cut(w, "-")
	v, ok := englishTens[head]
	if !ok {
		return 0, false
	}
	if hyphen {
		u, ok := englishUnits[tail]
		if !ok || u > 9 {
			return 0, false
		}
		v += u
	}
	return v, true
}
