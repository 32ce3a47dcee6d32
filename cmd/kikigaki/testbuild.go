//go:build chaos

package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
	"kikigaki/worker"
)

// The build for e2e/chaos alone reads two settings more, which no release knows:
//
//	CHAOS_PACE   a factor on the times after which work is taken from a process that went silent
//	CHAOS_CLOCK  how far this process's clock is from the true one, as 65s or -49h
const (
	chaosPace  = "CHAOS_PACE"
	chaosClock = "CHAOS_CLOCK"
)

// pace is the factor, 1 when none is set.
func pace() float64 {
	f, err := strconv.ParseFloat(os.Getenv(chaosPace), 64)
	if err != nil || f <= 0 {
		return 1
	}
	return f
}

func times(d time.Duration, f float64) time.Duration { return time.Duration(float64(d) * f) }

// paced shortens the times of a worker.
func paced(o worker.Options) worker.Options {
	f := pace()
	o.LeaseTime, o.Redelivered, o.PauseTime = times(time.Minute, f), times(45*time.Second, f), times(time.Minute, f)
	o.MailTime, o.DailyRound = times(2*time.Minute, f), times(time.Minute, f)
	return o
}

// pacedStore shortens the times of the store and sets the clock: it is asked for before anything else is opened.
func pacedStore() store.Options {
	if v := os.Getenv(chaosClock); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", chaosClock, err))
		}
		interview.ShiftClock(d)
	}
	return store.Options{InFlight: times(2*time.Minute, pace())}
}
