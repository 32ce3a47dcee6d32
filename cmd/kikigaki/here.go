package main

import (
	"errors"

	"kikigaki/internal/interview"
)

// hereTexts stand in for texts that speak of an installation, where work waits and goes on by itself: at the command line it
// has ended, and what helps is a flag or a variable. Japanese and English.
var hereTexts = map[string][2]string{
	"needs_transcription": {"文字にする接続先が設定されていません。--captions で字幕を渡すか、KIKIGAKI_STT_BASE_URL に接続先を設定してください。",
		"No transcription endpoint is set. Give captions with --captions, or name an endpoint in KIKIGAKI_STT_BASE_URL."},
	"endpoint_unavailable": {"接続先につながりません。KIKIGAKI_STT_BASE_URL と KIKIGAKI_LLM_BASE_URL を確かめて、もう一度試してください。",
		"The endpoint cannot be reached. Check KIKIGAKI_STT_BASE_URL and KIKIGAKI_LLM_BASE_URL and try again."},
	"endpoint_unauthorized": {"接続先に、鍵を断られました。KIKIGAKI_STT_API_KEY と KIKIGAKI_LLM_API_KEY を確かめてください。",
		"The endpoint rejected our key. Check KIKIGAKI_STT_API_KEY and KIKIGAKI_LLM_API_KEY."},
	"endpoint_quota": {"接続先の利用枠を使い切りました。枠を増やすか、次の期間にもう一度試してください。",
		"The endpoint's quota is used up. Raise it, or try again in the next period."},
}

// hereError is a verdict with a text of the command line.
type hereError struct {
	error
	text [2]string
}

func (h *hereError) Unwrap() error { return h.error }

// here gives a verdict the text that helps at the command line.
func here(err error) error {
	if text, ok := hereTexts[interview.Code(err)]; ok && err != nil {
		return &hereError{err, text}
	}
	return err
}

// textOf is what a person reads of a verdict.
func textOf(err error, e *interview.Error, lang string) string {
	h, ok := errors.AsType[*hereError](err)
	switch {
	case !ok:
		return e.Text(lang)
	case lang == "ja":
		return h.text[0]
	}
	return h.text[1]
}
