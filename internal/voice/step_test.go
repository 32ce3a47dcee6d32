package voice

import "testing"

// TestRowsStayDense: a recording of three hours was once read at 14 rows a second; segments of a second then had too few for
// their covariances, and one voice of two got fifteen turns in three hours. Seven hours stay bounded all the same.
func TestRowsStayDense(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ minutes, step int }{{1, 1}, {25, 1}, {26, 2}, {60, 3}, {90, 4}, {180, 4}, {420, 4}} {
		frames := c.minutes * 60 * framesASec
		if got := stepOf(frames); got != c.step {
			t.Errorf("%d minutes of speech: every %d. frame, want every %d.", c.minutes, got, c.step)
		}
	}
	if stepOf(0) != 1 {
		t.Error("no speech")
	}
}
