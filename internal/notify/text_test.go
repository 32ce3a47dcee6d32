package notify

import (
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden mails anew")

func full(language string) map[string]string {
	v := map[string]string{"to_name": "髙橋 美咲", "date": "2026年5月20日", "interviewer": "山﨑 徹", "employee": "髙橋 美咲", "due": "2026年6月3日",
		"url": "https://kikigaki.example/interviews/01jv3xq8", "count": "2", "version": "3", "audio_until": "2026年7月3日", "code": "recording_damaged",
		"minutes": "15", "received": "2026年6月1日", "contact": "人事相談窓口", "settings_url": "https://kikigaki.example/settings", "company": "みほん食品"}
	if language == "en" {
		for k, s := range map[string]string{"to_name": "Misaki Takahashi", "date": "20 May 2026", "interviewer": "Toru Yamazaki", "employee": "Misaki Takahashi",
			"due": "3 June 2026", "audio_until": "3 July 2026", "received": "1 June 2026", "contact": "the HR desk", "company": "Mihon Foods"} {
			v[k] = s
		}
	}
	return v
}

// TestGoldenMails keeps every mail in both languages as people read it.
func TestGoldenMails(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds {
		for _, lang := range []string{"ja", "en"} {
			m, err := Render(k, lang, full(lang))
			if err != nil {
				t.Fatal(err)
			}
			got := "Subject: " + m.Subject + "\n\n" + m.Text
			path := filepath.Join("testdata", string(k)+"."+lang+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
			}
			if words := plain(m.HTML); words != fold(m.Subject+m.Text) {
				t.Errorf("%s %s: the HTML says\n%s\nand the text\n%s", k, lang, words, fold(m.Subject+m.Text))
			}
			if strings.ContainsAny(m.Subject+m.Text, "{}[]|") {
				t.Errorf("%s %s: left over marks in\n%s", k, lang, got)
			}
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// plain is what a reader of the HTML sees.
func plain(page string) string { return fold(html.UnescapeString(tags.ReplaceAllString(page, ""))) }

func fold(s string) string {
	return strings.NewReplacer(" ", "", "\n", "").Replace(s)
}

func TestEveryPlaceholderNeedsAValue(t *testing.T) {
	t.Parallel()
	optional := map[string]bool{"company": true, "audio_until": true, "count": true, "received": true}
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds {
		for name := range full("ja") {
			x := all[k]
			used := strings.Contains(x.JA+x.Subject.JA, "{"+name+"}") || name == "to_name" || k != SignIn && (name == "contact" || name == "settings_url")
			v := full("ja")
			v[name] = " \n"
			_, err := Render(k, "ja", v)
			needed := used && (!optional[name] || k == RecordingDeletion && name == "audio_until" || k == ActionDue && name == "count")
			if (err != nil) != needed {
				t.Errorf("%s without %s: %v", k, name, err)
			}
		}
	}
	if _, err := Render("frame", "ja", full("ja")); err == nil {
		t.Error("the frame passes for a mail")
	}
}

func TestOptionalParts(t *testing.T) {
	t.Parallel()
	v := full("ja")
	delete(v, "audio_until")
	delete(v, "count")
	delete(v, "received")
	delete(v, "company")
	for k, want := range map[Kind]string{Approved: "下から受け取れます。\n\nhttps", ChangesRequested: "記録について、直しのお願いがあります。返事", RequestAnswered: "\n\nお申し出に、回答しました。"} {
		m, err := Render(k, "ja", v)
		if err != nil || !strings.Contains(m.Text, want) || !strings.HasSuffix(m.Text, "\n聞き書き\n") {
			t.Errorf("%s: %v\n%s", k, err, m.Text)
		}
	}
}

func TestNamesCannotWriteMails(t *testing.T) {
	t.Parallel()
	v := full("ja")
	v["employee"] = "山田\r\nBcc: all@example.com\n\nhttps://evil.example/<script>\u202e"
	v["interviewer"] = "{url}[[x|y]]"
	m, err := Render(DraftToCheck, "ja", v)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(m.Subject, "\r\n\u202e") || strings.Contains(m.HTML, "<script>") {
		t.Errorf("%q\n%s", m.Subject, m.HTML)
	}
	m, err = Render(DraftReady, "ja", v)
	if err != nil || !strings.Contains(m.Text, "{url}[[x|y]]さんとの") {
		t.Errorf("a name is taken for a text of ours: %v %s", err, m.Text)
	}
}

func TestWhatCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	all := []string{"draft_ready", "draft_to_check", "reminder", "changes_requested", "revised", "approved", "processing_failed", "action_due",
		"sign_in", "consent_asked", "recording_deletion_soon", "request_answered", ""}
	for _, k := range Kinds {
		must := k == SignIn || k == ConsentAsked || k == RecordingDeletion || k == RequestAnswered || k == HookStopped || k == HandedOver
		if k.Off(all) == must || k.Off(nil) {
			t.Errorf("%s: off %v", k, k.Off(all))
		}
	}
}
