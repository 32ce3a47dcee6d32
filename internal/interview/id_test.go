package interview

import (
	"slices"
	"testing"
	"time"
)

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 200 {
		ids = append(ids, newID(at.Add(time.Duration(i)*time.Millisecond)))
	}
	if !slices.IsSorted(ids) {
		t.Error("ids made later sort earlier")
	}
	seen := map[string]bool{}
	for range 1000 {
		id := newID(at)
		if !ValidID(id) || seen[id] {
			t.Fatalf("id %q: valid %v, seen %v", id, ValidID(id), seen[id])
		}
		seen[id] = true
	}
}

func TestValidID(t *testing.T) {
	t.Parallel()
	good := NewID()
	for _, bad := range []string{"", "../../etc/passwd", good[:25], good + "0", "O" + good[1:], "u" + good[1:], good[:25] + "/", good[:24] + "é"} {
		if ValidID(bad) {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestNowIsTruncated(t *testing.T) {
	t.Parallel()
	if n := Now(); n.Nanosecond()%1000 != 0 || n.Location() != time.UTC {
		t.Errorf("%v", n)
	}
}
