// Package pipeline is the way from a recording to a draft as four functions on files and values: Prepare, Transcribe,
// Assemble and Draft. It knows no SQL, queue or bucket. worker adds leases, storage and the next task; the command line
// calls the same functions, so that `kikigaki draft` and an installation give the same draft.
package pipeline
