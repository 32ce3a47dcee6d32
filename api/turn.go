package api

import (
	"context"
	"math"
	"sync"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
)

// Why nobody works on an interview whose turn it could be.
const (
	heldAway    = "away"    // no worker, or no queue to give it work
	heldWaiting = "waiting" // what the step needs is away; the interview's error says what
)

// Times of the look at the queue as a whole.
const (
	lookAgain    = 3 * time.Second  // a list of thirty interviews and their streams ask one question
	typicalAgain = 30 * time.Second // how long steps take changes slowly
	awayAfter    = 6 * time.Second  // one worker that hands over to the next is not away
)

// line is what was last seen of the queue as a whole.
type line struct {
	mu        sync.Mutex
	looked    time.Time
	awaySince time.Time // zero while workers and queue are there
	measured  time.Time
	typical   map[interview.TaskKind]time.Duration
}

// queues names the queue of each kind of task, for the store.
var queues = func() map[interview.TaskKind]string {
	out := map[interview.TaskKind]string{}
	for k, s := range queue.Specs {
		out[k] = s.Queue
	}
	return out
}()

// askLine asks whether work goes on at all and how long steps take. A question that cannot be answered leaves what was known.
func (s *Server) askLine(ctx context.Context) (away bool, typical map[interview.TaskKind]time.Duration) {
	l := &s.line
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.looked) >= lookAgain {
		l.looked = now
		there, err := s.Store.Working(ctx)
		if err == nil && there && s.Courier != nil {
			asked, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
			there = s.Courier(asked) == nil
			cancel()
		}
		switch {
		case ctx.Err() != nil || err != nil: // nothing was learnt
		case there:
			l.awaySince = time.Time{}
		case l.awaySince.IsZero():
			l.awaySince = now
		}
	}
	if now.Sub(l.measured) >= typicalAgain {
		if t, err := s.Store.Typical(ctx, interview.TaskPrepare, interview.TaskAssemble, interview.TaskDraft, interview.TaskRevise); err == nil {
			l.measured, l.typical = now, t
		}
	}
	return !l.awaySince.IsZero() && now.Sub(l.awaySince) >= awayAfter, l.typical
}

// turns tells of interviews that are being worked on where they stand in the queue, and how long their step will still
// take as far as that can be told. Progress is that of talks, in their order; nil where there is none.
func (s *Server) turns(ctx context.Context, talks []interview.Talk, progress []*Progress) error {
	var ids []string
	for i, p := range progress {
		if p != nil {
			ids = append(ids, talks[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := s.Store.Turns(ctx, queues, ids...)
	if err != nil {
		return err
	}
	away, typical := s.askLine(ctx)
	for i, p := range progress {
		if p == nil {
			continue
		}
		turn, open := found[talks[i].ID]
		switch {
		case away:
			p.Held = heldAway
		case !open && talks[i].Error != nil:
			p.Held = heldWaiting
		case open && turn.Begun.IsZero():
			p.Ahead = &turn.Ahead
		case open:
			p.Seconds = left(turn, p, typical, interview.Now())
		}
	}
	return nil
}

// left is how long a step that somebody works on will still take, in seconds: chunks by their own pace, other steps by what
// they took of late. nil where that cannot be told, also when a step takes longer than they do.
func left(turn store.Turn, p *Progress, typical map[interview.TaskKind]time.Duration, now time.Time) *int {
	var rest time.Duration
	if turn.Kind == interview.TaskTranscribe {
		if turn.Done == 0 || p.Total <= p.Done || !now.After(turn.Since) {
			return nil
		}
		rest = now.Sub(turn.Since) / time.Duration(turn.Done) * time.Duration(p.Total-p.Done)
	} else {
		rest = typical[turn.Kind] - now.Sub(turn.Begun)
	}
	if rest <= 0 {
		return nil
	}
	n := int(math.Ceil(rest.Seconds()))
	return &n
}
