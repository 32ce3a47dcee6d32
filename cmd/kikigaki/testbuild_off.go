//go:build !chaos

package main

import (
	"kikigaki/internal/store"
	"kikigaki/worker"
)

// paced leaves the times of a worker as they are; the breaking machine's build shortens them.
func paced(o worker.Options) worker.Options { return o }

// pacedStore leaves the times of the store as they are.
func pacedStore() store.Options { return store.Options{} }
