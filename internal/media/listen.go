package media

import (
	"context"
	"os"
	"time"
)

// Listener is told of samples while they are decoded, always from one goroutine, which Decode waits for.
type Listener interface {
	// Begin says that the recording is decoded from its first sample on. Called a second time it says that what came
	// before is void: the first try failed.
	Begin()
	// Listen may read all that src holds so far; at later calls it holds more. It returns soon, for decoding may have
	// ended meanwhile, and reports whether it would go on at once.
	Listen(ctx context.Context, src Source) (more bool)
}

// growthPoll is how often the file is looked at when the listener has nothing to do.
const growthPoll = 10 * time.Millisecond

// watch lets l have the file at path while it is written, until stop is called; stop waits for l. It is called before
// anything is written. A file that cannot be opened is not listened to; whoever reads it afterwards tells the error.
func watch(ctx context.Context, path string, channels int, l Listener) (stop func()) {
	l.Begin()
	if err := os.Truncate(path, 0); err != nil { // what a first try left must not be heard
		return func() {}
	}
	pcm, err := OpenPCM(path, channels)
	if err != nil {
		return func() {}
	}
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer pcm.Close()
		for more := false; ; {
			if !more {
				select {
				case <-ended:
				case <-time.After(growthPoll):
				}
			}
			select {
			case <-ended:
				return
			default:
			}
			if pcm.grow() != nil {
				return
			}
			more = l.Listen(ctx, pcm)
		}
	}()
	return func() {
		close(ended)
		<-done
	}
}

// grow takes in what was written since the file was opened. Nobody may be reading.
func (p *PCM) grow() error {
	info, err := p.file.Stat()
	if err != nil {
		return withoutPath(err)
	}
	p.samples = info.Size() / int64(2*p.channels)
	for i := range p.blocks {
		if len(p.blocks[i].data) < blockSamples {
			p.blocks[i].from = -1
		}
	}
	return nil
}
