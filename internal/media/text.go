package media

import (
	"fmt"
	"math"
	"time"

	"kikigaki/internal/interview"
)

// clockText writes seconds as 12:28 or 1:02:03, which both languages read.
func clockText(seconds float64) string {
	if seconds < 0 || seconds > 1e9 || math.IsNaN(seconds) {
		return "?"
	}
	n := int(math.Round(seconds))
	if n < 3600 {
		return fmt.Sprintf("%d:%02d", n/60, n%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
}

// sizeText writes a limit in bytes as "4 GiB" or "512 MiB", rounded down.
func sizeText(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.size {
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d B", n)
}

func (t *Tool) tooLong(seconds float64) error {
	return interview.E("recording_too_long", nil).
		With("duration", clockText(seconds)).With("limit", clockText(t.o.MaxDuration.Seconds()))
}

// truncated makes recording_truncated; claimed 0 means that the file breaks off without saying how long it was to be.
func truncated(claimed, decoded float64) error {
	c := "?"
	if claimed > 0 {
		c = clockText(claimed)
	}
	return interview.E("recording_truncated", nil).With("claimed", c).With("decoded", clockText(decoded))
}

// isShort reports that decoded is less than claimed by more than the greater of a second and 1 % (10 % of a loose claim).
func isShort(f Facts, decoded float64) bool {
	share := 0.01
	if f.Loose {
		share = 0.10
	}
	return f.Claimed > 0 && f.Claimed-decoded > max(time.Second.Seconds(), share*f.Claimed)
}
