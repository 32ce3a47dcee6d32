package export

import (
	"strings"
	"testing"
)

// em measures as a monospaced Japanese font does: ASCII half, all else full.
func em(r rune) float64 {
	if r < 0x80 {
		return 0.5
	}
	return 1
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		text  string
		width float64
		want  string
	}{
		{"あいうえお", 3, "あいう|えお"},
		{"あいうえ。おか", 4, "あいう|え。おか"},                    // no 。 at the start: え goes along
		{"あいう「えお」か", 4, "あいう|「えお」|か"},                 // no 「 at the end
		{"あいう(えお)か", 4, "あいう|(えお)か"},                  // nor (
		{"あいうっとえ", 3, "あい|うっと|え"},                     // small kana
		{"コンピューター", 3, "コン|ピュー|ター"},                   // ー and ュ
		{"弊社のKubernetesを使う", 6, "弊社の|Kubernetesを|使う"}, // a word is not broken
		{"期間は165分です", 4, "期間は|165分で|す"},               // number and unit stay
		{"あと3か月待つ", 3, "あと|3か月|待つ"},                   // まで is free, か月 is not
		{"およそ1,234.5円を", 5, "およそ|1,234.5円|を"},
		{"それは……まあ", 3, "それ|は……|まあ"}, // …… is one
		{"I would like to lead", 5, "I would|like to|lead"},
		{"ABCDEFGHIJ", 2, "ABCD|EFGH|IJ"}, // longer than a line: broken anywhere
		{"あ、、、、、い", 3, "あ、、|、、、|い"},       // so is a run that must not be broken
		{"5月20日まで", 2, "5月|20日|まで"},
		{"", 5, ""}, {"  ", 5, ""},
	} {
		if got := strings.Join(lines(r.text, r.width, em), "|"); got != r.want {
			t.Errorf("%q in %v: %s, want %s", r.text, r.width, got, r.want)
		}
	}
}

// TestLinesLoseNothing sets a long text in every width: all letters are there, no line is too wide, none begins or ends
// with what it must not.
func TestLinesLoseNothing(t *testing.T) {
	t.Parallel()
	text := "2026年5月20日の面談で、「新しい仕事(海外)をやってみたい」と話した。Kubernetesの研修は3か月、週2回、1回90分。費用は120,000円くらい……とのこと。『できれば』年度内に始めたい!ちょっと不安もある。"
	plain := strings.ReplaceAll(text, " ", "")
	for width := 2.0; width < 60; width += 0.5 {
		got := lines(text, width, em)
		if s := strings.ReplaceAll(strings.Join(got, ""), " ", ""); s != plain {
			t.Fatalf("width %v: %s", width, s)
		}
		for i, l := range got {
			sum := 0.0
			for _, r := range l {
				sum += em(r)
			}
			if sum > width {
				t.Errorf("width %v: %q is %v wide", width, l, sum)
			}
			if width < 8 {
				continue // what does not fit on a line is broken anywhere
			}
			rs := []rune(l)
			if i > 0 && strings.ContainsRune(notFirst, rs[0]) || i < len(got)-1 && strings.ContainsRune(notLast, rs[len(rs)-1]) {
				t.Errorf("width %v: line %q", width, l)
			}
		}
	}
}
