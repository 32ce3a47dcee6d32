package evidence

import (
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

var (
	// a name is what stands before a form of address; kana between is not part of it
	jaName = pattern.MustCompile(`([\p{Han}々ヶ]{1,6}|[\p{Katakana}ー]{2,12})(?:さん|くん|君|ちゃん|氏|様|先生|課長|部長|次長|係長|主任|室長|所長|店長|工場長|専務|常務|社長)`)
	enName = pattern.MustCompile(`\b(?:Mr|Ms|Mrs|Dr)\.? ([A-Z][a-z]+)|\b([A-Z][a-z]{2,})\b`)
)

// roles look like names but are words for a job, a group or a relative.
var roles = map[string]bool{"入居者": true, "利用者": true, "患者": true, "工場長": true, "看護師": true, "職人": true, "業者": true, "客": true, "奥": true, "旦那": true, "母": true, "父": true,
	"娘": true, "息子": true, "子": true, "赤": true, "新人": true, "班長": true, "守衛": true, "営業": true, "人事": true, "経理": true, "総務": true, "企画": true, "役員": true, "上司": true, "相手": true,
	"皆": true, "担当": true, "会社": true, "工務店": true, "設備会社": true, "メーカー": true, "先方": true, "副": true, "元": true, "前": true, "現": true, "新任": true,
	"研究": true, "大学": true, "主治医": true, "医者": true, "先輩": true, "後輩": true, "同期": true, "先": true, "製造": true, "品質保証": true, "開発": true, "商品企画": true, "技術": true, "事務": true, "チーム": true,
	"グループ": true, "エリア": true, "フロア": true, "ケアマネ": true, "ケアマネジャー": true, "ドクター": true, "お客": true, "叔父": true, "叔母": true}

var enNotNames = map[string]bool{"the": true, "this": true, "that": true, "would": true, "wants": true, "likes": true, "talk": true, "send": true, "finish": true, "has": true, "could": true,
	"can": true, "will": true, "january": true, "february": true, "march": true, "april": true, "may": true, "june": true, "july": true, "august": true, "september": true,
	"october": true, "november": true, "december": true, "monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true, "saturday": true, "sunday": true, "human": true, "resources": true}

// names lists the people a text names, as spelt.
func names(s string) []string {
	var out []string
	if japanese(s) {
		for _, m := range jaName.FindAllStringSubmatch(s, -1) {
			if n := m[1]; !roles[n] && !roles[strings.TrimPrefix(n, "お")] && len([]rune(n)) >= 2 {
				out = append(out, n)
			}
		}
		return out
	}
	for _, m := range enName.FindAllStringSubmatchIndex(s, -1) {
		from, to := m[4], m[5]
		if m[2] >= 0 {
			from, to = m[2], m[3]
		}
		n := s[from:to]
		first := from == 0 || from >= 2 && strings.ContainsRune(".!?", rune(s[from-2]))
		if (!first || m[2] >= 0) && !enNotNames[strings.ToLower(n)] {
			out = append(out, n)
		}
	}
	return out
}

// known are the people whom a transcript names anywhere, without the two who talk.
func known(t *interview.Transcript) map[string]bool {
	out := map[string]bool{}
	for _, s := range t.Segments {
		if !strings.ContainsAny(s.Text, "さくん君氏様先課部次係室所店専常社リ") && japanese(s.Text) {
			continue
		}
		for _, n := range names(s.Text) {
			out[n] = true
		}
	}
	for _, n := range participants(t) {
		delete(out, n)
	}
	return out
}

// participants are the names of the two, whole and in parts: a claim may name them without their being named in the
// evidence, because 「私に送ってください」 means the one who says it.
func participants(t *interview.Transcript) []string {
	var out []string
	for _, s := range t.Speakers {
		if s.Name == "" {
			continue
		}
		out = append(out, s.Name)
		out = append(out, strings.FieldsFunc(s.Name, func(c rune) bool { return c == ' ' || c == '　' || c == '・' })...)
	}
	return out
}
