package api

// pageTexts are the words of the plain pages, ja and en.
var pageTexts = map[string][2]string{
	"name":             {"聞き書き", "Kikigaki"},
	"signin":           {"サインイン", "Sign in"},
	"sign_in":          {"サインインする", "Sign in"},
	"sign_out":         {"サインアウト", "Sign out"},
	"sent":             {"メールを送りました", "Mail sent"},
	"uselink":          {"サインイン", "Sign in"},
	"problem":          {"できませんでした", "That did not work"},
	"dev_hint":         {"試すための入口です。だれとして入るかを選んでください。", "This is the entrance for trying things out. Choose who you are."},
	"email":            {"登録されているメールアドレス", "Your registered e-mail address"},
	"send_link":        {"サインイン用リンクを送る", "Send me a sign-in link"},
	"link_hint":        {"リンクは15分間、このブラウザーでだけ使えます。", "The link is valid for 15 minutes, in this browser only."},
	"link_sent":        {"登録されているアドレスなら、サインイン用のリンクを送りました。15分のうちに、このブラウザーで開いてください。", "If the address is registered, a sign-in link is on its way. Open it within 15 minutes, in this browser."},
	"again":            {"もう一度送る", "Send again"},
	"use_hint":         {"このボタンで、サインインします。リンクは1回だけ使えます。", "This button signs you in. The link works once."},
	"to_list":          {"一覧へ", "To the list"},
	"role_interviewer": {"面談者", "interviewer"},
	"role_hr":          {"人事", "HR"},
	"role_admin":       {"管理者", "operator"},
	"list":             {"面談", "Interviews"},
	"list_empty":       {"面談はまだありません。", "There are no interviews yet."},
	"next_page":        {"次へ", "Next"},
	"with":             {"と", "with"},
	"employee":         {"本人", "Employee"},
	"interviewer":      {"面談者", "Interviewer"},
	"hr":               {"人事", "HR"},
	"both":             {"ふたり", "Both"},
	"other":            {"ほかの人", "Somebody else"},
	"unknown":          {"不明", "Unknown"},
	"recorded_on":      {"面談日", "Date"},
	"state":            {"状態", "State"},
	"purpose":          {"目的", "Purpose"},
	"draft":            {"下書き(第%d版)", "Draft (version %d)"},
	"record":           {"承認された記録(第%d版)", "Approved record (version %d)"},
	"unconfirmed":      {"未確認", "Unconfirmed"},
	"summary":          {"要約", "Summary"},
	"no_draft":         {"読める下書きは、まだありません。", "There is no draft to read yet."},
	"stands_on":        {"もとの発言", "What it stands on"},
	"by_hand":          {"根拠なし(手入力)", "No evidence (entered by hand)"},
	"sensitive":        {"閉じた内容", "Closed content"},
	"due":              {"期限", "Due"},
	"ai_made":          {"AIが作った下書きです。承認されるまで、記録ではありません。", "Drafted by AI. It is no record until approved."},
	"recording":        {"録音", "Recording"},
	"coverage_low":     {"話の一部は、文字にできていません。", "Part of the talk could not be turned into text."},
	"not_discussed":    {"話題に出なかった", "Not discussed"},
	"stated_none":      {"なし(本人が明言)", "None (as stated)"},
	"unclear":          {"聞き取れず", "Could not be heard"},
	"stale":            {"文字起こしが変わったため、新しい下書きが要ります。", "The transcript has changed; a new draft is due."},
	"web_missing":      {"画面(Webアプリ)は、このプログラムに入っていません。簡素な画面を使えます。", "The web app is not part of this program. The plain pages work."},

	"needs_consent":       {"本人の同意待ち", "Waiting for consent"},
	"awaiting_recording":  {"録音待ち", "Waiting for the recording"},
	"queued":              {"順番待ち", "In line"},
	"preparing":           {"録音を調べています", "Preparing the recording"},
	"transcribing":        {"文字起こし中", "Transcribing"},
	"needs_transcription": {"文字起こしの接続待ち", "Waiting for transcription"},
	"drafting":            {"下書きを作っています", "Drafting"},
	"checking":            {"面談者の確認待ち", "Waiting for the interviewer's check"},
	"in_review":           {"本人の確認待ち", "Waiting for the employee's check"},
	"in_review_changes":   {"面談者の直し待ち", "Waiting for the interviewer's correction"},
	"revising":            {"直しています", "Being revised"},
	"approved":            {"承認済み", "Approved"},
	"closed_unconfirmed":  {"確認なしで終了", "Closed unconfirmed"},
	"failed":              {"止まっています", "Stopped"},
	"erased":              {"消去済み", "Erased"},
}

// pageText is a text of the plain pages; an unknown key shows as itself, which a test forbids.
func pageText(lang, key string) string {
	t, ok := pageTexts[key]
	if !ok {
		return key
	}
	if lang == "en" {
		return t[1]
	}
	return t[0]
}
