package prompts

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Problem is one mistake in a template file, with what to do about it in both languages.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Code string `json:"code"`
	JA   string `json:"ja"`
	EN   string `json:"en"`
}

// Text is the explanation in that language (ja, else English).
func (p Problem) Text(language string) string {
	if language == "ja" {
		return p.JA
	}
	return p.EN
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s (%s)", p.File, p.Line, p.EN, p.Code) }

// Invalid is the cause of template_invalid: all problems of the files that were read.
type Invalid struct{ Problems []Problem }

func (e *Invalid) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// report collects the problems of one file.
type report struct {
	file     string
	problems []Problem
}

func (r *report) add(line int, code string, args ...string) {
	ja, en := lintTexts[code][0], lintTexts[code][1]
	for i, a := range args {
		at := "{" + itoa(i+1) + "}"
		ja, en = strings.ReplaceAll(ja, at, a), strings.ReplaceAll(en, at, a)
	}
	r.problems = append(r.problems, Problem{r.file, line, code, ja, en})
}

// sorted returns the problems in the order of the file, each once.
func (r *report) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(r.problems)
}

func itoa(n int) string { return strconv.Itoa(n) }

// lintTexts explains every mistake: what is wrong, then what to write. {1}, {2} are filled with what was found.
var lintTexts = map[string][2]string{
	"file_too_large":    {"ファイルが大きすぎます(上限256KB)。", "The file is too large (limit 256 KB)."},
	"file_empty":        {"ファイルに中身がありません。", "The file is empty."},
	"syntax":            {"YAML として読めません: {1}。字下げと引用符を確かめてください。", "This is not valid YAML: {1}. Check indentation and quotation marks."},
	"several_documents": {"一つのファイルに書けるのは、一つの書式だけです(「---」で分けられています)。", "One file holds one template; this one is divided by \"---\"."},
	"yaml_feature":      {"別名(&、*、<<)や型の印(!)は使えません。値を、使う場所に書いてください。", "Anchors, aliases, merge keys and tags are not allowed. Write the value where it is used."},
	"too_deep":          {"入れ子が深すぎます。", "This is nested too deeply."},
	"not_mapping":       {"ここには「名前: 値」の並びを書きます。", "\"key: value\" lines are expected here."},
	"not_list":          {"「{1}」には、「- 」で始まる並びを書きます。", "\"{1}\" takes a list of lines that begin with \"- \"."},
	"not_text":          {"「{1}」には、文字を書きます。", "\"{1}\" takes text."},
	"unknown_key":       {"「{1}」という名前は使えません。使える名前: {2}", "There is no key \"{1}\" here. Allowed: {2}"},
	"duplicate_key":     {"「{1}」が二度書かれています(最初は{2}行目)。どちらかを消してください。", "\"{1}\" is written twice (first on line {2}). Remove one."},
	"missing":           {"「{1}」がありません。", "\"{1}\" is missing."},
	"empty_value":       {"「{1}」に何も書かれていません。", "\"{1}\" is empty."},
	"language_missing":  {"「{1}」に {2} の文がありません。", "\"{1}\" has no text in language {2}."},
	"language_unknown":  {"「{1}」という言語は使えません。ja か en を書いてください。", "Language \"{1}\" is not supported. Use ja or en."},
	"name_form":         {"名前「{1}」は使えません。英小文字、数字、ハイフンで、40字までにしてください。", "The name \"{1}\" is not allowed: lower-case letters, digits and hyphens, at most 40."},
	"name_file":         {"名前「{1}」がファイル名「{2}」とちがいます。同じにしてください。", "The name \"{1}\" differs from the file name \"{2}\". Make them the same."},
	"name_twice":        {"「{1}」という書式は、{2} にもあります。", "Template \"{1}\" is also in {2}."},
	"version_form":      {"版「{1}」は、1 以上の整数にしてください。", "The version \"{1}\" must be a whole number from 1."},
	"version_reused":    {"「{1}」は組み込みの書式と同じ版なのに、中身がちがいます({2})。version を上げてください。", "\"{1}\" is the built-in template's version with other content ({2}). Raise the version."},
	"wrong_value":       {"「{1}」に「{2}」は使えません。使える値: {3}", "\"{1}\" cannot be \"{2}\". Allowed: {3}"},
	"extends_unknown":   {"もとになる書式「{1}」がありません。組み込みの書式: {2}", "There is no template \"{1}\" to extend. Built in: {2}"},
	"heart_missing":     {"「{1}」の項目がありません。wishes、concerns、skill_gaps、action_items の四つは、どの書式にも要ります。", "Section \"{1}\" is missing. Every template has wishes, concerns, skill_gaps and action_items."},
	"heart_source":      {"「{1}」は話から下書きする項目です。source を people にはできません。", "\"{1}\" is drafted from the talk; its source cannot be people."},
	"section_form":      {"項目の名前「{1}」は使えません。英小文字、数字、下線で、30字までにしてください。", "The section key \"{1}\" is not allowed: lower-case letters, digits and underscores, at most 30."},
	"section_reserved":  {"「{1}」は自動で入る項目です。書かないでください。", "\"{1}\" is filled in by the program. Do not list it."},
	"section_unknown":   {"「{1}」という項目は、共通の項目にありません。共通の項目: {2}。新しい項目は、key: {1} のあとに ja と en の文を書いてください。", "\"{1}\" is not a shared section. Shared: {2}. For a new one write key: {1} followed by its texts in ja and en."},
	"section_twice":     {"「{1}」の項目が二度あります。", "Section \"{1}\" is listed twice."},
	"sections_many":     {"項目は20個までです。", "A template has at most 20 sections."},
	"ask_people":        {"人が書く項目(source: people)に examples は書けません。", "A section written by people (source: people) takes no examples."},
	"too_long":          {"「{1}」が長すぎます(上限{2}字)。", "\"{1}\" is too long (limit {2} characters)."},
	"line_break":        {"「{1}」は1行で書いてください。", "Write \"{1}\" on one line."},
	"placeholder":       {"「{1}」の {2} は埋まりません。使えるのは {title} だけです。", "{2} in \"{1}\" will not be filled; only {title} is."},
	"example_line":      {"例の行「{1}」は「12|B|発言」の形にしてください(A は面談者、B は本人)。", "The example line \"{1}\" must read \"12|B|words\" (A interviewer, B employee)."},
	"example_order":     {"例の行の番号 {1} が前の行より大きくありません。", "The number {1} of the example line is not larger than the one before."},
	"example_segment":   {"根拠の番号 {1} は、この例の行にありません。", "Evidence cites line {1}, which this example does not have."},
	"example_quote":     {"引用「{1}」は、{2} の行にその字のとおりにはありません。", "The quote \"{1}\" does not stand literally in line {2}."},
	"example_speaker":   {"speaker は {1} ですが、最初の根拠の行を話したのは {2} です。", "speaker is {1}, but the line cited first is spoken by {2}."},
	"example_employee":  {"「{1}」に書けるのは本人の言葉だけです。", "\"{1}\" holds the employee's own words only."},
	"example_owner":     {"owner と due は action_items の例にだけ書きます。", "owner and due belong to examples of action_items only."},
	"example_due":       {"期限「{1}」は、根拠の行で言われていません。", "The due words \"{1}\" are not said in the lines cited."},
	"example_date":      {"日付「{1}」は 2026-06-30 の形にしてください。", "Write the date \"{1}\" as 2026-06-30."},
	"example_polite":    {"記録の文は常体で書きます(「{1}」)。", "Statements are in plain form (\"{1}\")."},
	"example_subject":   {"記録の文に主語を書きません(「{1}」)。話した人は speaker の欄にあります。", "Statements have no subject (\"{1}\"); the speaker is a field."},
}
