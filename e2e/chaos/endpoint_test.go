//go:build linux

package chaos

import (
	"context"
	"math/rand/v2"
	"time"

	"kikigaki/internal/testkit"
)

// endpointFaults break the paid endpoint.
func endpointFaults() []fault {
	out := []fault{
		{"endpoint hangs", 2, func(_ context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("endpoint")()
			w.stt.hang(w.scaled(40 * time.Second))
			return nil
		}},
	}
	for _, f := range []struct {
		name   string
		weight int
		how    testkit.Fault
		share  float64
	}{
		{"endpoint 429 storm", 3, testkit.FaultBusy, 0.9},
		{"endpoint 500", 2, testkit.FaultServer, 0.8},
		{"endpoint 503", 1, testkit.FaultOverloaded, 0.8},
		{"endpoint drops", 1, testkit.FaultDrop, 0.6},
		{"endpoint cuts its answers", 1, testkit.FaultCut, 0.5},
		{"endpoint 200 with an error", 2, testkit.FaultOKError, 0.5},
		{"endpoint 200 with nothing", 1, testkit.FaultOKNothing, 0.5},
		{"endpoint truncated JSON", 1, testkit.FaultTruncated, 0.5},
		{"endpoint wrong JSON", 1, testkit.FaultOKObject, 0.5},
		{"endpoint a web page", 1, testkit.FaultHTML, 0.5},
		{"endpoint key refused", 1, testkit.FaultUnauthorized, 1},
		{"endpoint empty text", 1, testkit.FaultEmptyText, 0.4},
		{"endpoint repeats itself", 1, testkit.FaultLoop, 0.4},
		{"endpoint says a stock phrase", 1, testkit.FaultStock, 0.4},
	} {
		out = append(out, fault{f.name, f.weight, func(_ context.Context, w *world, r *rand.Rand) error {
			defer w.alone("endpoint")()
			w.stt.bad(f.how, f.share, w.scaled(time.Duration(5+r.IntN(25))*time.Second))
			return nil
		}})
	}
	return out
}
