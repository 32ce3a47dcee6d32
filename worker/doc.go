// Package worker does the work that the API wishes for: one file per step, a reconciler that finds what stands still, and
// the daily schedules. SQL is the truth: a handler claims a lease with a fencing number, works, and commits its result
// together with the next wish. What asynq believes about a task is of no consequence. cmd starts it.
package worker
