package queue

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"kikigaki/internal/interview"
)

func open(t *testing.T) (*Redis, *miniredis.Miniredis) {
	t.Helper()
	m := miniredis.RunT(t)
	r, err := Open("redis://" + m.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r, m
}

func task() interview.Task {
	return interview.Task{Kind: interview.TaskTranscribe, Interview: interview.NewID(), Subject: "0-0-480000", Generation: 3}
}

func TestEveryKindHasASpec(t *testing.T) {
	t.Parallel()
	kinds := []interview.TaskKind{interview.TaskPrepare, interview.TaskTranscribe, interview.TaskAssemble, interview.TaskDraft,
		interview.TaskRendition, interview.TaskRevise, interview.TaskNotify, interview.TaskErase}
	if len(kinds) != len(Specs) {
		t.Fatalf("%d kinds, %d specs", len(kinds), len(Specs))
	}
	for _, k := range kinds {
		s := Specs[k]
		if Queues[s.Queue] == 0 || s.Timeout <= 0 || s.Redeliveries < 3 || s.Attempts < 2 {
			t.Errorf("%s: %+v", k, s)
		}
	}
}

func TestPayload(t *testing.T) {
	t.Parallel()
	want := task()
	b, err := Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Decode(b); err != nil || got != want {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
	if !regexp.MustCompile(`^[a-z0-9:_-]+$`).MatchString(want.ID()) {
		t.Errorf("task id %q", want.ID())
	}
	for _, bad := range []string{"", "{}", "null", `{"v":2,"k":"draft","i":"` + want.Interview + `"}`, `{"v":1,"k":"rm","i":"` + want.Interview + `"}`,
		`{"v":1,"k":"draft","i":"../x"}`, strings.Repeat("x", MaxPayload+1)} {
		if _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("decoded %.40q", bad)
		}
	}
	if _, err := Encode(interview.Task{Kind: interview.TaskDraft, Interview: want.Interview, Subject: strings.Repeat("s", 2000)}); err == nil {
		t.Error("encoded a payload of 2 kB")
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "http://x", "redis://a:1,b:2", "redis-sentinel://a:1", "redis-sentinel://a:1/x?master=m", "localhost:6379"} {
		if r, err := Open(bad); err == nil {
			r.Close()
			t.Errorf("opened %q", bad)
		} else if strings.Contains(err.Error(), "a:1") {
			t.Errorf("the error repeats the URL: %v", err)
		}
	}
	for _, good := range []string{"redis://:secret@localhost:6379/2", "rediss://localhost:6380", "redis-sentinel://:p@a:26379,b:26379/1?master=main"} {
		r, err := Open(good)
		if err != nil {
			t.Fatalf("%q: %v", good, err)
		}
		r.Close()
	}
}

func TestEnqueueTwiceIsOnce(t *testing.T) {
	t.Parallel()
	r, m := open(t)
	c := NewClient(r)
	x := task()
	for range 3 {
		if err := c.Enqueue(t.Context(), x, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Enqueue(t.Context(), x, 1, time.Minute); err != nil {
		t.Fatal(err)
	}
	if n, _ := m.List("asynq:{speech}:pending"); len(n) != 1 {
		t.Errorf("%d pending, want 1", len(n))
	}
	if n, _ := m.ZMembers("asynq:{speech}:scheduled"); len(n) != 1 {
		t.Errorf("%d scheduled, want 1", len(n))
	}
}

func TestRedisAwayIsNamed(t *testing.T) {
	t.Parallel()
	r, m := open(t)
	m.Close()
	c := NewClient(r)
	if err := c.Enqueue(t.Context(), task(), 0, 0); interview.Code(err) != "queue_unavailable" {
		t.Errorf("enqueue: %v", err)
	}
	c.Wake(t.Context(), task(), task()) // must return
	if err := r.Ping(t.Context()); interview.Code(err) != "queue_unavailable" {
		t.Errorf("ping: %v", err)
	}
}

func TestQueuesComeBackAfterFlush(t *testing.T) {
	t.Parallel()
	r, m := open(t)
	c := NewClient(r)
	if err := c.Enqueue(t.Context(), task(), 0, 0); err != nil {
		t.Fatal(err)
	}
	m.FlushAll()
	if err := c.Enqueue(t.Context(), task(), 0, 0); err != nil {
		t.Fatal(err)
	}
	if m.Exists("asynq:queues") {
		t.Fatal("asynq now registers its queues again by itself: Registered can go")
	}
	if err := c.Registered(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ok, _ := m.SIsMember("asynq:queues", Speech); !ok {
		t.Error("speech is not registered")
	}
}

func TestEventsReachTheirInterviewOnly(t *testing.T) {
	t.Parallel()
	r, m := open(t)
	a, b := interview.NewID(), interview.NewID()
	events, cancel := r.Subscribe(t.Context(), a)
	for m.PubSubNumSub("kikigaki:events:" + a)["kikigaki:events:"+a] == 0 {
		time.Sleep(time.Millisecond)
	}
	for _, id := range []string{b, a} {
		if err := r.Publish(t.Context(), id, Event{Type: "progress", Step: "transcribing", Done: 7, Total: 12}); err != nil {
			t.Fatal(err)
		}
	}
	e := <-events
	if e.Done != 7 || e.Total != 12 || e.Step != "transcribing" {
		t.Errorf("got %+v", e)
	}
	select {
	case e := <-events:
		t.Errorf("another interview's event: %+v", e)
	default:
	}
	cancel()
	for range events {
	}
}

func TestALossOfDataIsNoticedOnce(t *testing.T) {
	t.Parallel()
	r, m := open(t)
	for _, step := range []struct {
		do   func()
		want bool
	}{
		{func() {}, true}, // new: nothing was ever handed over
		{func() {
			if err := r.Mark(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, false},
		{m.FlushAll, true},
	} {
		step.do()
		if forgot, err := r.Forgot(t.Context()); err != nil || forgot != step.want {
			t.Errorf("forgot is %v, %v, want %v", forgot, err, step.want)
		}
	}
	m.Close()
	if _, err := r.Forgot(t.Context()); interview.Code(err) != "queue_unavailable" {
		t.Errorf("away: %v", err)
	}
}
