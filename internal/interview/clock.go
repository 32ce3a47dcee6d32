package interview

import (
	"sync/atomic"
	"time"
)

// offset shifts Now; only the breaking machine's test build and clock tests set it.
var offset atomic.Int64

// Now is the only clock of the program: UTC, truncated to microseconds, because SQLite keeps nanoseconds and
// PostgreSQL does not, and a time must compare equal after a round trip through either.
func Now() time.Time {
	return time.Now().Add(time.Duration(offset.Load())).UTC().Truncate(time.Microsecond)
}

// ShiftClock moves Now by d from the real time. It exists for tests of clock skew.
func ShiftClock(d time.Duration) { offset.Store(int64(d)) }
