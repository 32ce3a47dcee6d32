package api

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

//go:embed notices
var noticeFiles embed.FS

// noticeVersion grows with every changed word of the notice files; a consent points to the text that was shown.
const noticeVersion = 2

// notice renders the notice for an interview and stores its text, once for equal texts.
func (s *Server) notice(ctx context.Context, t interview.Talk, lang string) (NoticeText, error) {
	interviewer, err := s.Store.Person(ctx, t.Interviewer)
	if err != nil {
		return NoticeText{}, err
	}
	text, values, err := s.noticeText(t, interviewer.Name, lang)
	if err != nil {
		return NoticeText{}, err
	}
	n, err := s.Store.PutNotice(ctx, interview.Notice{Name: fmt.Sprintf("recording-consent/%s@%d", lang, noticeVersion), Language: lang, Text: text})
	if err != nil {
		return NoticeText{}, err
	}
	return NoticeText{ID: n.ID, Name: n.Name, Language: n.Language, Hash: n.Hash, Text: n.Text,
		Short: values.Replace(phrase(lang, "button_page")), Processing: values.Replace(s.processingPhrase(t, lang))}, nil
}

// noticeText chooses the blocks that hold for this installation and interview and fills in the names.
func (s *Server) noticeText(t interview.Talk, interviewer, lang string) (string, *strings.Replacer, error) {
	raw, err := noticeFiles.ReadFile("notices/recording-consent." + lang + ".txt")
	if err != nil {
		return "", nil, interview.E("language_unknown", err)
	}
	values := s.noticeValues(t, interviewer, lang)
	blocks := s.noticeBlocks(t)
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
		if strings.HasPrefix(line, "[") {
			name, rest, _ := strings.Cut(line[1:], "] ")
			if !slices.Contains(blocks, name) {
				continue
			}
			line = rest
		}
		out = append(out, values.Replace(line))
	}
	return strings.Join(out, "\n"), values, nil
}

// noticeBlocks names the blocks of the notice that hold, exactly one of each group.
func (s *Server) noticeBlocks(t interview.Talk) []string {
	n := s.Notice
	var out []string
	pick := func(e *Endpoint, none, internal, external string) {
		switch {
		case e == nil || !e.Internal && t.Processing == interview.Internal:
			out = append(out, none)
		case e.Internal:
			out = append(out, internal)
		default:
			out = append(out, external)
		}
	}
	pick(n.STT, "captions", "internal-stt", "external-stt")
	pick(n.LLM, "no-llm", "internal-llm", "external-llm")
	switch {
	case s.asksAbroad(t):
		out = append(out, "abroad")
	case s.goesAbroad(t):
		out = append(out, "abroad-not")
	}
	return out
}

// goesAbroad reports whether words or voice of this interview would go to another country, once the employee agrees to that.
func (s *Server) goesAbroad(t interview.Talk) bool { return external(t) && s.Notice.Abroad() }

// asksAbroad reports whether the employee is asked about processing abroad. Without a page that tells of that country's
// system and that company's safeguards nobody can be asked, and nothing goes there.
func (s *Server) asksAbroad(t interview.Talk) bool {
	return s.goesAbroad(t) && s.Notice.TransferURL != ""
}

func (s *Server) noticeValues(t interview.Talk, interviewer, lang string) *strings.Replacer {
	n := s.Notice
	or := func(v, ja, en string) string {
		switch {
		case v != "":
			return v
		case lang == "ja":
			return ja
		}
		return en
	}
	purpose := strings.ReplaceAll(cleanLine(t.Purpose), "**", "") // a sentence of the notice, never a heading of its own
	if purpose == "" {
		if tpl, err := s.Templates.Get(t.Template, ""); err == nil {
			purpose = tpl.Purpose[lang]
		}
	}
	if lang == "ja" && purpose != "" && !strings.HasSuffix(purpose, "。") {
		purpose += "。"
	}
	values := []string{"{purpose}", purpose, "{interviewer}", strings.ReplaceAll(cleanLine(interviewer), "**", ""), "{company}", or(n.Company, "会社", "the company"),
		"{contact}", or(n.Contact, "人事", "HR"), "{readers}", or(n.Readers[lang], "人事", "HR"), "{transfer_url}", n.TransferURL,
		"{audio_days}", span(s.Retention.Audio, lang), "{audio_max}", span(s.Retention.AudioMax, lang),
		"{transcript_keep}", span(s.Retention.Transcript, lang), "{record_keep}", span(s.Retention.Record, lang),
		"{audit_keep}", span(s.Retention.Audit, lang)}
	for prefix, e := range map[string]*Endpoint{"stt": n.STT, "llm": n.LLM} {
		processor, country := phrase(lang, "nobody"), phrase(lang, "nowhere")
		if e != nil {
			processor, country = or(e.Processor, "名前の登録されていない会社", "a company whose name is not set"), or(e.Country, n.Country, n.Country)
		}
		values = append(values, "{"+prefix+"_processor}", processor, "{"+prefix+"_country}", country)
	}
	return strings.NewReplacer(values...)
}

// processingPhrase is the one line on who processes what.
func (s *Server) processingPhrase(t interview.Talk, lang string) string {
	b := s.noticeBlocks(t)
	if slices.Contains(b, "external-stt") || slices.Contains(b, "external-llm") {
		return phrase(lang, "processing")
	}
	return phrase(lang, "processing_internal")
}

// attestText is what an interviewer states by attesting.
func (s *Server) attestText(t interview.Talk, notice, lang string, values *strings.Replacer) string {
	key := "attest_internal"
	if b := s.noticeBlocks(t); slices.Contains(b, "external-stt") || slices.Contains(b, "external-llm") {
		key = "attest"
	}
	return values.Replace(strings.ReplaceAll(phrase(lang, key), "{notice}", notice))
}

// span shows a length of keeping as people say it.
func span(d time.Duration, lang string) string {
	days := int(d / day)
	n, unit := days, [2]string{"日", "day"}
	switch {
	case days >= 365 && days%365 == 0:
		n, unit = days/365, [2]string{"年", "year"}
	case days >= 366: // a calendar year given in hours
		n, unit = days/30, [2]string{"か月", "month"}
	}
	if lang == "ja" {
		return strconv.Itoa(n) + unit[0]
	}
	if n != 1 {
		unit[1] += "s"
	}
	return strconv.Itoa(n) + " " + unit[1]
}

// phrases are the short forms of the notice.
var phrases = map[string][2]string{
	"button_page": {"面談を録音し、文字にして、記録の下書きを作ります。評価には使いません。読むのは、承認までは、あなたと{interviewer}さんだけです。録音は承認から{audio_days}で消します。同意しなくても面談は受けられ、不利益はありません。いつでも取り消せます。",
		"The talk is recorded, turned into text and drafted into a record. It is not an appraisal. Until you approve, only you and {interviewer} read it. The recording is erased {audio_days} after approval. You may say no without any disadvantage, and you can withdraw at any time."},
	"processing": {"声の処理: {stt_processor}({stt_country}) 文の処理: {llm_processor}({llm_country})",
		"Voice: {stt_processor} ({stt_country}). Text: {llm_processor} ({llm_country})."},
	"processing_internal": {"声も文も、{company}の設備の中だけで処理します。", "Voice and text are processed on {company}'s own equipment only."},
	"attest": {"面談の前に説明(版 {notice})を本人に伝え、録音、文字起こし、{stt_country}・{llm_country}での処理に、本人が同意しました。本人にこの申告を知らせます。",
		"Before the talk I explained the notice (version {notice}); the employee agreed to recording, transcription and processing in {stt_country} and {llm_country}. The employee will be told of this statement."},
	"attest_internal": {"面談の前に説明(版 {notice})を本人に伝え、録音、文字起こし、社内の設備での処理に、本人が同意しました。本人にこの申告を知らせます。",
		"Before the talk I explained the notice (version {notice}); the employee agreed to recording, transcription and in-house processing. The employee will be told of this statement."},
	"not_there": {"探しているものは見つかりません。消されたか、見られる人に入っていません。住所を確かめてください。",
		"What you look for is not there: it was removed, or you may not see it. Check the address."},
	"nobody":   {"なし", "nobody"},
	"nowhere":  {"社内", "in-house"},
	"reminder": {"この覚え書きは、本人の開示の求めの対象になることがあります。", "A disclosure request by the employee can cover this note."},
}

func phrase(lang, key string) string {
	p := phrases[key]
	if lang == "ja" {
		return p[0]
	}
	return p[1]
}
