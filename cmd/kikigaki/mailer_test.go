package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// postbox is a mail server that keeps what it gets.
type postbox struct {
	mu    sync.Mutex
	mails []string
}

func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return p, nil }
func (p *postbox) Reset()                                      {}
func (p *postbox) Logout() error                               { return nil }
func (p *postbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (p *postbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (p *postbox) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, string(b))
	return err
}

// take returns subject and text of the mails so far.
func (p *postbox) take(t *testing.T) (subjects, texts []string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, raw := range p.mails {
		m, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(m.Body)
		if err != nil {
			t.Fatal(err)
		}
		subjects, texts = append(subjects, s), append(texts, string(b))
	}
	p.mails = nil
	return subjects, texts
}

// mailWorld is a store with two people and an interview, and a mailer at a working hour.
type mailWorld struct {
	*mailer
	box             *postbox
	misaki, yamada  interview.Person
	talk            interview.Talk
	settings        *Settings
	employeesNotice func(kind notify.Kind) store.Mail
}

func newMailWorld(t *testing.T, status interview.Status, waiting interview.Party, change func(*interview.Talk)) *mailWorld {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "k.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	w := &mailWorld{box: &postbox{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(w.box)
	server.Domain = "localhost"
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	w.settings = &Settings{SMTPURL: "smtp://" + l.Addr().String(), SMTPFrom: "kikigaki@example.com", BaseURL: "https://kikigaki.example/", Company: "みほん食品",
		RetentionAudio: Keeping{30 * 24 * time.Hour, 180 * 24 * time.Hour}}
	if w.mailer, err = newMailer(w.settings, db); err != nil {
		t.Fatal(err)
	}
	w.calendar = notify.NewCalendar(time.FixedZone("JST", 9*3600))
	w.now = func() time.Time { return time.Date(2026, 5, 20, 3, 0, 0, 0, time.UTC) }
	for _, p := range []struct {
		to   *interview.Person
		mail string
		name string
	}{{&w.misaki, "misaki@example.com", "髙橋 美咲"}, {&w.yamada, "yamada@example.com", "山田 太郎"}} {
		if *p.to, err = db.AddPerson(ctx, interview.Person{Email: p.mail, Name: p.name, Language: "ja"}); err != nil {
			t.Fatal(err)
		}
	}
	since := time.Date(2026, 5, 18, 3, 0, 0, 0, time.UTC)
	talk := interview.Talk{Employee: w.misaki.ID, Interviewer: w.yamada.ID, OpenedBy: w.yamada.ID, Template: "career-interview", Language: "ja",
		RecordedOn: "2026-05-15", Status: status, WaitingFor: waiting, Draft: 1, ReviewSince: &since}
	if change != nil {
		change(&talk)
	}
	if w.talk, err = db.OpenTalk(ctx, talk); err != nil {
		t.Fatal(err)
	}
	w.employeesNotice = func(k notify.Kind) store.Mail {
		return store.Mail{ID: interview.NewID(), Person: w.misaki.ID, Kind: string(k), Interview: w.talk.ID}
	}
	return w
}

func TestMailSaysDatesNamesAndAPlainLink(t *testing.T) {
	t.Parallel()
	w := newMailWorld(t, interview.InReview, interview.ForEmployee, nil)
	if err := w.Send(t.Context(), w.employeesNotice(notify.DraftReady)); err != nil {
		t.Fatal(err)
	}
	subjects, texts := w.box.take(t)
	if len(subjects) != 1 || subjects[0] != "面談の記録をご確認ください(2026年6月1日まで)" { // ten business days after 18 May
		t.Fatalf("%q", subjects)
	}
	if !strings.Contains(texts[0], "https://kikigaki.example/interviews/"+w.talk.ID+"=\r\n") && !strings.Contains(texts[0], "https://kikigaki.example/interviews/"+w.talk.ID+"\r\n") {
		t.Errorf("no plain link in %s", texts[0])
	}
}

func TestMailsThatHaveLostTheirPointAreDropped(t *testing.T) {
	t.Parallel()
	w := newMailWorld(t, interview.InReview, interview.ForInterviewer, nil)
	for _, k := range []notify.Kind{notify.DraftReady, notify.Reminder1, notify.Reminder2, notify.Revised, notify.DraftToCheck, notify.ProcessingFailed, notify.Approved,
		notify.ActionDue, notify.RecordingDeletion} {
		if err := w.Send(t.Context(), w.employeesNotice(k)); interview.Code(err) != "not_found" {
			t.Errorf("%s: %v", k, err)
		}
	}
	gone := w.employeesNotice(notify.ConsentAsked)
	gone.Interview = interview.NewID()
	if err := w.Send(t.Context(), gone); interview.Code(err) != "not_found" {
		t.Errorf("an interview that is not there: %v", err)
	}
	if subjects, _ := w.box.take(t); len(subjects) != 0 {
		t.Errorf("sent %q", subjects)
	}
	note := store.Mail{ID: "x", Person: w.yamada.ID, Kind: string(notify.ChangesRequested), Interview: w.talk.ID}
	if err := w.Send(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	if subjects, _ := w.box.take(t); len(subjects) != 1 || subjects[0] != "髙橋 美咲さんから、記録の修正のお願いがあります" {
		t.Errorf("%q", subjects)
	}
}

func TestMailSwitchedOffAndAccountSwitchedOff(t *testing.T) {
	t.Parallel()
	w := newMailWorld(t, interview.InReview, interview.ForEmployee, nil)
	off, err := json.Marshal(map[string]any{"mail_off": []string{"reminder", "consent_asked"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.UpdatePerson(t.Context(), w.misaki.ID, store.PersonChange{Settings: off}); err != nil {
		t.Fatal(err)
	}
	if err := w.Send(t.Context(), w.employeesNotice(notify.Reminder2)); interview.Code(err) != "not_found" {
		t.Errorf("switched off: %v", err)
	}
	for _, k := range []notify.Kind{notify.DraftReady, notify.ConsentAsked} { // not switched off, cannot be switched off
		if err := w.Send(t.Context(), w.employeesNotice(k)); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
	if err := w.store.DisablePerson(t.Context(), w.misaki.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.Send(t.Context(), w.employeesNotice(notify.DraftReady)); interview.Code(err) != "not_found" {
		t.Errorf("an account that is switched off: %v", err)
	}
	if subjects, _ := w.box.take(t); len(subjects) != 2 {
		t.Errorf("sent %q", subjects)
	}
}

func TestMailWaitsForTheMorning(t *testing.T) {
	t.Parallel()
	w := newMailWorld(t, interview.InReview, interview.ForEmployee, nil)
	w.now = func() time.Time { return time.Date(2026, 5, 20, 13, 30, 0, 0, time.UTC) } // 22:30
	err := w.Send(t.Context(), w.employeesNotice(notify.DraftReady))
	e, ok := err.(*interview.Error)
	if !ok || e.Code != "mail_quiet" || e.Wait != 9*time.Hour+30*time.Minute || interview.ClassOf(err) != interview.RetryAfter {
		t.Fatalf("%v", err)
	}
	if err := w.SignIn(t.Context(), w.misaki, "https://kikigaki.example/auth/link?t=x", 15*time.Minute); err != nil {
		t.Fatal(err)
	}
	if subjects, _ := w.box.take(t); len(subjects) != 1 || subjects[0] != "サインイン用のリンク(15分間使えます)" {
		t.Errorf("%q", subjects)
	}
}

func TestApprovedMailNamesTheEndOfTheRecording(t *testing.T) {
	t.Parallel()
	approved := time.Date(2026, 5, 20, 16, 0, 0, 0, time.UTC) // the 21st in Japan
	w := newMailWorld(t, interview.Approved, interview.ForNobody, func(k *interview.Talk) { k.Sealed, k.ApprovedAt = 1, &approved })
	ctx := t.Context()
	values, err := w.values(ctx, notify.Approved, w.misaki, w.talk, "")
	if err != nil || values["audio_until"] != "" {
		t.Fatalf("without a recording: %v %v", values, err)
	}
	r, err := w.store.AddRecording(ctx, interview.Recording{Interview: w.talk.ID, Key: interview.RecordingKey(w.talk.ID), Size: 9, At: approved.Add(-24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if values, err = w.values(ctx, notify.Approved, w.misaki, w.talk, ""); err != nil || values["audio_until"] != "2026年6月20日" || values["version"] != "1" {
		t.Errorf("%v %v", values, err)
	}
	w.keep.AtMost = 10 * 24 * time.Hour // of the recording's own age
	want := mailDate(r.At.Add(w.keep.AtMost).In(w.calendar.Zone).Format(time.DateOnly), "ja")
	if values, err = w.values(ctx, notify.Approved, w.misaki, w.talk, ""); err != nil || values["audio_until"] != want {
		t.Errorf("%v %v, want %s", values["audio_until"], err, want)
	}
	if err := w.Send(ctx, w.employeesNotice(notify.RecordingDeletion)); err != nil {
		t.Errorf("deletion soon: %v", err)
	}
}

func TestPromiseMailCountsWhatIsDueThatDayAndNothingThatIsDone(t *testing.T) {
	t.Parallel()
	w := newMailWorld(t, interview.Approved, interview.ForNobody, func(k *interview.Talk) { k.Sealed = 1 })
	ctx := t.Context()
	var list []interview.Promise
	for i, due := range []string{"2026-05-22", "2026-05-22", "2026-05-25", "2026-05-19"} {
		list = append(list, interview.Promise{Statement: fmt.Sprint(i), Owner: interview.PartEmployee, Person: w.misaki.ID, Text: "x", DueDate: due})
	}
	if err := w.store.PutPromises(ctx, w.talk.ID, list); err != nil {
		t.Fatal(err)
	}
	stored, _, err := w.store.Promises(ctx, store.PromiseFilter{Interview: w.talk.ID}, store.Page{})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]interview.Promise{}
	for _, p := range stored {
		byName[p.Statement] = p
	}
	send := func(name string) error {
		n := w.employeesNotice(notify.ActionDue)
		n.Subject = byName[name].ID
		return w.Send(ctx, n)
	}
	if err := send("0"); err != nil {
		t.Fatal(err)
	}
	subjects, texts := w.box.take(t)
	if len(subjects) != 1 || subjects[0] != "約束の期限が近づいています(2026年5月22日)" {
		t.Fatalf("%q", subjects)
	}
	if text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(texts[0]))); err != nil || !strings.Contains(string(text), "2件の期限が2026年5月22日です") {
		t.Errorf("%v %s", err, text)
	}
	done := "done"
	if _, err := w.store.UpdatePromise(ctx, byName["2"].ID, time.Time{}, store.PromiseChange{State: &done}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"2", "3", "no such promise"} { // kept, missed, gone
		if err := send(name); interview.Code(err) != "not_found" {
			t.Errorf("promise %s: %v", name, err)
		}
	}
	if _, err := w.store.UpdatePerson(ctx, w.misaki.ID, store.PersonChange{Settings: []byte(`{"mail_off":["action_due"]}`)}); err != nil {
		t.Fatal(err)
	}
	if err := send("0"); interview.Code(err) != "not_found" {
		t.Errorf("switched off: %v", err)
	}
	if subjects, _ := w.box.take(t); len(subjects) != 0 {
		t.Errorf("sent %q", subjects)
	}
}

func TestNoMailWithoutAServer(t *testing.T) {
	t.Parallel()
	if m, err := newMailer(&Settings{}, nil); m != nil || err != nil {
		t.Errorf("%v %v", m, err)
	}
	if _, err := newMailer(&Settings{SMTPURL: "smtp://x", SMTPFrom: "nobody"}, nil); err == nil {
		t.Error("a sender that is no address passes")
	}
}
