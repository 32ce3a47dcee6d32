package export

import (
	"fmt"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// words are the fixed texts of documents in one language.
type words struct {
	record, basics, summary, confirm, making                                      string
	employee, interviewer, date, place, kind, purpose, version, approved, by      string
	objection, seal, draftedBy, processed, coverage, unheard, left, status        string
	owner, what, due, evidence, segment, sensitive, written, ungrounded, none     string
	unconfirmed, unconfirmedLong, closed, closedLong, hidden, nothing, incomplete string
	comma, colon, engineLLM, engineExcerpts, engineHand                           string
	speakers                                                                      map[interview.Part]string
	owners                                                                        map[interview.Part]string
	absence                                                                       map[interview.SectionState]string
}

var ja = words{
	record: "の記録", basics: "基本情報", summary: "要約", confirm: "確認", making: "この記録について",
	employee: "本人", interviewer: "面談者", date: "面談日", place: "場所", kind: "種別", purpose: "目的", version: "版", approved: "承認日", by: "承認した人",
	objection: "付記された異議", seal: "封印(SHA-256)", draftedBy: "下書き", processed: "処理した所", coverage: "文字にした割合", unheard: "聞き取れなかった所",
	left: "記録から外した発言", status: "状態",
	owner: "担当", what: "内容", due: "期限", evidence: "根拠", segment: "発言", sensitive: "要配慮", written: "人が記入", ungrounded: "根拠となる発言なし", none: "なし",
	unconfirmed: "未確認", unconfirmedLong: "本人がまだ確認していない下書きである。", closed: "未確認(確認なしで終了)",
	closedLong: "本人の確認がないまま、人事が閉じた記録である。", hidden: "この写しを読む人に公開されている文はない。", nothing: "記入なし",
	incomplete: "話した時間の一部を文字にできていない。話題に出たかどうかは、この記録だけでは分からない。",
	comma:      "、", colon: ":", engineLLM: "AIによる下書き", engineExcerpts: "発言の抜き出しによる下書き", engineHand: "人が書いた版",
	speakers: map[interview.Part]string{interview.PartInterviewer: "面談者の発言", interview.PartBoth: "二人の一致", interview.PartOther: "ほかの人の発言", interview.PartUnknown: "話し手不明"},
	owners: map[interview.Part]string{interview.PartEmployee: "本人", interview.PartInterviewer: "面談者", interview.PartHR: "人事", interview.PartBoth: "二人",
		interview.PartUnknown: "担当未定", "": "担当未定"},
	absence: map[interview.SectionState]string{interview.NotDiscussed: "{title}は、この面談では話題に出なかった。", interview.StatedNone: "{title}は、たずねたところ、本人が「ない」と答えた。",
		interview.Unclear: "{title}について話しているが、音声からは確かめられなかった。"},
}

var en = words{
	record: ": record", basics: "Basics", summary: "Summary", confirm: "Confirmation", making: "About this record",
	employee: "Employee", interviewer: "Interviewer", date: "Date of the talk", place: "Place", kind: "Kind", purpose: "Purpose", version: "Version", approved: "Approved on", by: "Approved by",
	objection: "Objection noted", seal: "Seal (SHA-256)", draftedBy: "Draft", processed: "Processed by", coverage: "Turned into text", unheard: "Could not be made out",
	left: "Left out of the record", status: "Status",
	owner: "Owner", what: "What", due: "Due", evidence: "Evidence", segment: "segment", sensitive: "sensitive", written: "written by a person", ungrounded: "no words cited", none: "none",
	unconfirmed: "UNCONFIRMED", unconfirmedLong: "This is a draft that the employee has not confirmed yet.", closed: "UNCONFIRMED (closed)",
	closedLong: "HR closed this record without the employee's confirmation.", hidden: "No sentence here is open to the reader of this copy.", nothing: "Not filled in",
	incomplete: "Part of the speech could not be turned into text. From this record alone it cannot be told whether a topic came up.",
	comma:      ", ", colon: ": ", engineLLM: "drafted by AI", engineExcerpts: "drafted from excerpts of what was said", engineHand: "written by a person",
	speakers: map[interview.Part]string{interview.PartInterviewer: "said by the interviewer", interview.PartBoth: "both agree", interview.PartOther: "said by someone else", interview.PartUnknown: "speaker unknown"},
	owners: map[interview.Part]string{interview.PartEmployee: "Employee", interview.PartInterviewer: "Interviewer", interview.PartHR: "HR", interview.PartBoth: "Both",
		interview.PartUnknown: "Unassigned", "": "Unassigned"},
	absence: map[interview.SectionState]string{interview.NotDiscussed: "{title} did not come up in this talk.", interview.StatedNone: "Asked about {title}, the employee said there was nothing.",
		interview.Unclear: "{title} came up, but the recording does not let us make out what was said."},
}

// wordsOf returns the texts of a language; what is not Japanese is read in English.
func wordsOf(language string) *words {
	if language == "ja" {
		return &ja
	}
	return &en
}

// day writes YYYY-MM-DD as people read it; what is no day stays as it is.
func day(text, language string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	if language == "ja" {
		return fmt.Sprintf("%d年%d月%d日(%s)", t.Year(), t.Month(), t.Day(), [...]string{"日", "月", "火", "水", "木", "金", "土"}[t.Weekday()])
	}
	return t.Format("2 January 2006 (Monday)")
}

// clock writes seconds as m:ss or h:mm:ss.
func clock(seconds float64) string {
	s := int(seconds)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// fill puts a section's title into the sentence of an absence.
func fill(text, title string) string { return strings.ReplaceAll(text, "{title}", title) }
