// Package embedded is what an installation on one machine runs instead of servers of its own: a Redis in this process
// and an S3 store as a child process of the same binary, both speaking the real protocols, so that everything above
// them is the code that production runs. Only cmd/kikigaki calls it; `serve` and `work` apart refuse it.
package embedded
