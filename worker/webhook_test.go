package worker

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kikigaki/internal/interview"
	"kikigaki/internal/notify"
	"kikigaki/internal/store"
)

// receiver is a program that takes events over real HTTP and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(id string, try int) int
	got    []map[string]any
	tries  map[string]int
	bad    int // whose signature did not hold
}

func newReceiver(t testing.TB, secrets ...string) *receiver {
	r := &receiver{tries: map[string]int{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		raw, err := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		signed := err == nil
		for _, s := range secrets {
			key, err := standardwebhooks.NewWebhook(s)
			signed = signed && err == nil && key.Verify(raw, q.Header) == nil
		}
		var e map[string]any
		if !signed || json.Unmarshal(raw, &e) != nil || e["id"] != q.Header.Get("Webhook-Id") {
			r.bad++
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		id := e["id"].(string)
		r.tries[id]++
		status := http.StatusNoContent
		if r.answer != nil {
			status = r.answer(id, r.tries[id])
		}
		if status < 300 {
			r.got = append(r.got, e)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) types() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, e := range r.got {
		out = append(out, e["type"].(string))
	}
	return strings.Join(out, " ")
}

// hookWorld is a world whose worker delivers events, and an operator.
func hookWorld(t *testing.T, waits ...time.Duration) (*world, *notify.HookVault, interview.Person, *sharedLog) {
	t.Helper()
	log := &sharedLog{}
	w := newWorld(t, world{options: Options{HookRound: 10 * time.Millisecond, HookWaits: waits}, log: slog.New(slog.NewJSONHandler(log, nil))})
	vault, err := notify.NewHookVault([]byte("the secret key of this installation"))
	if err != nil {
		t.Fatal(err)
	}
	w.worker.Hooks = notify.NewHookSender(notify.HookOptions{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 2 * time.Second})
	w.worker.HookVault = vault
	operator, err := w.store.AddPerson(t.Context(), interview.Person{Email: "o@example.jp", Name: "運用", Roles: []interview.Role{interview.RoleAdmin}})
	if err != nil {
		t.Fatal(err)
	}
	return w, vault, operator, log
}

// sharedLog is a buffer that a logger and a test may share.
type sharedLog struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *sharedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *sharedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (w *world) hook(vault *notify.HookVault, url, secret string) store.Webhook {
	w.t.Helper()
	id := interview.NewID()
	sealed, err := vault.Seal(id, secret)
	if err != nil {
		w.t.Fatal(err)
	}
	h, err := w.store.AddWebhook(w.t.Context(), store.Webhook{ID: id, URL: url, Secret: sealed, MadeBy: "o"})
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *world) serve() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.worker.hooks(ctx) }()
	return func() { cancel(); <-done }
}

func secretOf(t testing.TB) string {
	t.Helper()
	s, err := notify.NewHookSecret()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%s did not happen", what)
		}
	}
}

func (w *world) opened(status interview.Status) interview.Talk {
	w.t.Helper()
	v, err := w.store.OpenTalk(w.t.Context(), interview.Talk{Employee: w.employee, Interviewer: w.interviewer, Template: "career-interview", Language: "ja",
		RecordedOn: "2026-05-20", Purpose: "秘密の目的", Status: status, WaitingFor: interview.ForEmployee})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// TestHooksDeliver: a receiver that stumbles gets every event under the same id until it has it, with both secrets' signatures
// while they change; what it gets holds no word.
func TestHooksDeliver(t *testing.T) {
	t.Parallel()
	w, vault, _, log := hookWorld(t, 10*time.Millisecond, 10*time.Millisecond, 10*time.Millisecond)
	old, secret := secretOf(t), secretOf(t)
	r := newReceiver(t, old, secret)
	r.answer = func(_ string, try int) int {
		if try < 3 {
			return http.StatusInternalServerError
		}
		return http.StatusNoContent
	}
	h := w.hook(vault, r.URL, old)
	sealed, err := vault.Seal(h.ID, secret)
	if err != nil {
		t.Fatal(err)
	}
	until := interview.Now().Add(time.Hour)
	if _, err := w.store.UpdateWebhook(t.Context(), h.ID, time.Time{}, store.WebhookChange{Secret: &sealed, Until: &until}); err != nil {
		t.Fatal(err)
	}
	defer w.serve()()
	v := w.opened(interview.InReview)
	if _, err := w.store.AddComment(t.Context(), interview.Comment{Interview: v.ID, Draft: 1, Kind: "comment", Text: "秘密の言葉", Author: w.employee}); err != nil {
		t.Fatal(err)
	}
	w.eventually("both events", func() bool { return len(strings.Fields(r.types())) == 2 })
	w.eventually("their end", func() bool {
		d, _, err := w.store.Deliveries(t.Context(), h.ID, store.DeliverySent, store.Page{})
		return err == nil && len(d) == 2 && d[0].Attempts == 3 && d[0].Status == 204
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bad != 0 {
		t.Errorf("%d events came unsigned", r.bad)
	}
	all, err := json.Marshal(r.got)
	if err != nil || strings.Contains(string(all), "秘密") || strings.Contains(string(all), "高梨") {
		t.Errorf("%v %s", err, all)
	}
	if l := log.String(); strings.Contains(l, r.URL) || strings.Contains(l, secret) || strings.Contains(l, "秘密") {
		t.Errorf("the log holds an address, a secret or words:\n%s", l)
	}
}

// TestHookStops: a receiver that takes nothing is given up after the last try; the operator is told once; what was not
// delivered goes out when it is switched on again. One that refuses a single event and takes others goes on.
func TestHookStops(t *testing.T) {
	t.Parallel()
	w, vault, operator, _ := hookWorld(t, time.Millisecond, time.Millisecond)
	secret := secretOf(t)
	dead, picky := newReceiver(t, secret), newReceiver(t, secret)
	dead.answer = func(string, int) int { return http.StatusBadRequest }
	var first string
	picky.answer = func(id string, _ int) int {
		if first == "" || id == first {
			first = id
			return http.StatusBadRequest
		}
		return http.StatusOK
	}
	d, p := w.hook(vault, dead.URL, secret), w.hook(vault, picky.URL, secret)
	defer w.serve()()
	w.opened(interview.InReview)
	w.opened(interview.InReview)
	hook := func(id string) store.Webhook {
		h, err := w.store.Webhook(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	w.eventually("the stop", func() bool { return !hook(d.ID).Active })
	if h := hook(d.ID); h.Stopped != "webhook_rejected" || h.FailingSince == nil {
		t.Errorf("%+v", h)
	}
	mails, _, err := w.store.MailsOf(t.Context(), operator.ID, store.Page{})
	if err != nil || len(mails) != 1 || mails[0].Kind != "webhook_stopped" || mails[0].Subject != d.ID {
		t.Errorf("%v %+v", err, mails)
	}
	lines, _, err := w.store.Audit(t.Context(), store.AuditFilter{Action: "webhook_stopped"}, store.Page{})
	if err != nil || len(lines) != 1 || lines[0].Object != d.ID || lines[0].Reason != "webhook_rejected" {
		t.Errorf("%v %+v", err, lines)
	}
	w.eventually("the end of what was refused", func() bool {
		f, _, err := w.store.Deliveries(t.Context(), p.ID, store.DeliveryFailed, store.Page{})
		return err == nil && len(f) == 1
	})
	if !hook(p.ID).Active {
		t.Error("one refused event stopped a receiver that takes the others")
	}
	dead.mu.Lock()
	dead.answer = nil
	dead.mu.Unlock()
	failed, _, err := w.store.Deliveries(t.Context(), d.ID, store.DeliveryFailed, store.Page{})
	if err != nil || len(failed) == 0 {
		t.Fatalf("%v %d", err, len(failed))
	}
	yes := true
	if _, err := w.store.UpdateWebhook(t.Context(), d.ID, time.Time{}, store.WebhookChange{Active: &yes}); err != nil {
		t.Fatal(err)
	}
	w.eventually("both events after all", func() bool {
		// The second one may have been on its way when the webhook was stopped, and fail only now.
		failed, _, err := w.store.Deliveries(t.Context(), d.ID, store.DeliveryFailed, store.Page{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range failed {
			if _, err := w.store.Redeliver(t.Context(), d.ID, f.ID); err != nil {
				t.Fatal(err)
			}
		}
		return dead.types() == "state state"
	})
}

// TestHookGone: 410 is a farewell. A secret that cannot be opened is one as well: nothing unsigned goes out.
func TestHookGone(t *testing.T) {
	t.Parallel()
	w, vault, _, _ := hookWorld(t, time.Hour)
	secret := secretOf(t)
	gone, lost := newReceiver(t, secret), newReceiver(t, secret)
	gone.answer = func(string, int) int { return http.StatusGone }
	g := w.hook(vault, gone.URL, secret)
	other, err := notify.NewHookVault([]byte("the secret key of another installation"))
	if err != nil {
		t.Fatal(err)
	}
	l := w.hook(other, lost.URL, secret)
	defer w.serve()()
	w.opened(interview.InReview)
	for id, code := range map[string]string{g.ID: "webhook_gone", l.ID: "webhook_secret_lost"} {
		w.eventually(code, func() bool {
			h, err := w.store.Webhook(t.Context(), id)
			return err == nil && !h.Active && h.Stopped == code
		})
	}
	lost.mu.Lock()
	defer lost.mu.Unlock()
	if len(lost.tries) != 0 || lost.bad != 0 {
		t.Error("something was sent without a signature")
	}
}

// TestHooksSurviveAStop: a delivery in mid-air when the process stops is not counted and goes out with the next one; a slow
// receiver keeps nobody else waiting.
func TestHooksSurviveAStop(t *testing.T) {
	t.Parallel()
	w, vault, _, _ := hookWorld(t, time.Hour)
	secret := secretOf(t)
	held, quick := newReceiver(t, secret), newReceiver(t, secret)
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	held.answer = func(string, int) int {
		once.Do(func() { close(entered); <-leave })
		return http.StatusOK
	}
	h := w.hook(vault, held.URL, secret)
	w.hook(vault, quick.URL, secret)
	stop := w.serve()
	w.opened(interview.InReview)
	<-entered
	w.eventually("the quick one", func() bool { return quick.types() == "state" })
	stop()
	d, _, err := w.store.Deliveries(t.Context(), h.ID, "", store.Page{})
	if err != nil || len(d) != 1 || d[0].State != store.DeliveryWaiting || d[0].Attempts != 0 {
		t.Fatalf("%v %+v", err, d)
	}
	close(leave)
	defer w.serve()()
	w.eventually("the slow one", func() bool {
		d, err := w.store.Delivery(t.Context(), h.ID, d[0].ID)
		return err == nil && d.State == store.DeliverySent && d.Attempts == 1
	})
}

// A promise that is due soon is told of once a day of its own, by mail and by event.
func TestPromiseDueIsAnEvent(t *testing.T) {
	t.Parallel()
	w, vault, _, _ := hookWorld(t)
	h := w.hook(vault, "https://hooks.example.com/", secretOf(t))
	v := w.opened(interview.InReview)
	p := interview.Promise{ID: interview.NewID(), Interview: v.ID, Person: w.employee, DueDate: "2026-06-30"}
	for range 2 {
		if err := w.store.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := w.worker.mailPromise(t.Context(), tx, p, false)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	list, _, err := w.store.Deliveries(t.Context(), h.ID, "", store.Page{})
	if err != nil || len(list) != 2 || list[0].Type != store.HookActionDue || !strings.Contains(list[0].Body, `"action":"`+p.ID+`"`) {
		t.Errorf("%v %+v", err, list)
	}
}

// TestANewSecretHelpsAtOnce: when the installation's key changed, the old secret cannot be opened any more; a new one does
// not wait for the old one's day to end.
func TestANewSecretHelpsAtOnce(t *testing.T) {
	t.Parallel()
	w, vault, _, _ := hookWorld(t, time.Hour)
	secret := secretOf(t)
	r := newReceiver(t, secret)
	former, err := notify.NewHookVault([]byte("the secret key this installation had before"))
	if err != nil {
		t.Fatal(err)
	}
	h := w.hook(former, r.URL, secretOf(t))
	sealed, err := vault.Seal(h.ID, secret)
	if err != nil {
		t.Fatal(err)
	}
	until := interview.Now().Add(24 * time.Hour)
	if _, err := w.store.UpdateWebhook(t.Context(), h.ID, time.Time{}, store.WebhookChange{Secret: &sealed, Until: &until}); err != nil {
		t.Fatal(err)
	}
	defer w.serve()()
	w.opened(interview.InReview)
	w.eventually("the event, signed with the new secret", func() bool { return r.types() != "" })
}
