package queue

import (
	"time"

	"kikigaki/internal/interview"
)

// The queues, by who waits. One asynq.Server serves each, with a concurrency of its own.
const (
	Interactive = "interactive" // revise, notify: someone waits
	Pipeline    = "pipeline"    // prepare, assemble, draft
	Speech      = "speech"      // chunks
	Upkeep      = "upkeep"      // renditions, erasure: nothing waits for them
)

// Queues lists every queue with its default concurrency in one process.
var Queues = map[string]int{Interactive: 4, Pipeline: 2, Speech: 8, Upkeep: 1}

// Spec is how one kind of task is carried.
type Spec struct {
	Queue string
	// Timeout ends the handler's context. It is the longest a healthy run may take, not a guess of the usual one.
	Timeout time.Duration
	// Redeliveries is how often asynq hands the task out again when a worker died under it. It is not the number of
	// attempts after an error: those are counted in SQL and enqueued anew, because asynq can neither honour "not
	// before" nor forget a task that it archived.
	Redeliveries int
	// Attempts is how often an error of the retry class is tried before the interview fails with its reason. Waiting
	// for an endpoint does not count.
	Attempts int
}

// Specs names queue, timeout and retries of each kind.
var Specs = map[interview.TaskKind]Spec{
	interview.TaskPrepare:    {Pipeline, 2 * time.Hour, 3, 5},
	interview.TaskTranscribe: {Speech, 15 * time.Minute, 3, 6},
	interview.TaskAssemble:   {Pipeline, 15 * time.Minute, 3, 5},
	interview.TaskDraft:      {Pipeline, 45 * time.Minute, 3, 5},
	interview.TaskRendition:  {Upkeep, 2 * time.Hour, 3, 5},
	interview.TaskRevise:     {Interactive, 30 * time.Minute, 3, 4},
	interview.TaskNotify:     {Interactive, 2 * time.Minute, 3, 8},
	interview.TaskErase:      {Upkeep, 30 * time.Minute, 3, 50},
}
