package interview

import "fmt"

// TaskKind names a piece of work that a worker does.
type TaskKind string

const (
	TaskPrepare    TaskKind = "prepare"    // read, decode, hear, cut
	TaskTranscribe TaskKind = "transcribe" // one chunk
	TaskAssemble   TaskKind = "assemble"   // transcript from answers, or from captions
	TaskDraft      TaskKind = "draft"
	TaskRendition  TaskKind = "rendition" // playback file; nothing waits for it
	TaskRevise     TaskKind = "revise"
	TaskNotify     TaskKind = "notify"
	TaskErase      TaskKind = "erase" // bytes of an erased interview or recording
)

// Task is a wish to have something done: ids only, no content. Its ID is the same for the same wish, so that a second
// enqueue is harmless, and differs with each generation, so that an archived task never blocks a retry.
type Task struct {
	Kind       TaskKind `json:"k"`
	Interview  string   `json:"i"`
	Subject    string   `json:"s,omitempty"` // chunk id, mail id, …
	Generation int      `json:"g"`
}

// ID is "<kind>:<interview>:<generation>[:<subject>]"; it matches ^[a-z0-9:_-]+$.
func (t Task) ID() string {
	if t.Subject == "" {
		return fmt.Sprintf("%s:%s:%d", t.Kind, t.Interview, t.Generation)
	}
	return fmt.Sprintf("%s:%s:%d:%s", t.Kind, t.Interview, t.Generation, t.Subject)
}
