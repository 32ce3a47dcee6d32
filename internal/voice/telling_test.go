package voice

import (
	"slices"
	"testing"
)

// TestTheFirstToSpeakIsS1: names of voices follow the talk and not the clustering, in the result and in every reading.
func TestTheFirstToSpeakIsS1(t *testing.T) {
	t.Parallel()
	told := &telling{of: []int8{2, 2, 0, 0, 2, 1}}
	other := []int8{0, 2, 0, 0, 1, 1}
	told.inOrder([][]int8{other}, 3)
	if !slices.Equal(told.of, []int8{0, 0, 1, 1, 0, 2}) {
		t.Errorf("result %v", told.of)
	}
	if !slices.Equal(other, []int8{1, 0, 1, 1, 2, 2}) { // renamed with the result, so that the two can still be compared
		t.Errorf("reading %v", other)
	}
	silent := &telling{of: []int8{1, 1}}
	silent.inOrder(nil, 3)
	if !slices.Equal(silent.of, []int8{0, 0}) {
		t.Errorf("one voice of three: %v", silent.of)
	}
}

// TestNoTurnIsMoreCertainThanTheWhole: readings of one voice taken for two agree on many places, but not on all.
func TestNoTurnIsMoreCertainThanTheWhole(t *testing.T) {
	t.Parallel()
	const n = 400
	told := &telling{rows: &rows{n: n, perSec: 100}, support: make([]float32, n), margin: make([]float32, n), confidence: 0.8}
	for i := range n {
		told.support[i], told.margin[i] = 1, 2*weakMargin
	}
	long := []run{{0, n}}
	if got := told.trust(long); got != 0.8 {
		t.Errorf("trust %.3f in a whole of 0.8", got)
	}
	told.confidence = 1
	if got := told.trust(long); got != 1 {
		t.Errorf("trust %.3f where all agree", got)
	}
	if got := told.trust([]run{{0, 50}}); got != 0.5 {
		t.Errorf("trust %.3f in half a second", got)
	}
	for i := range 100 {
		told.margin[i] = weakMargin / 2
	}
	if got := told.trust([]run{{0, 100}, {100, n}}); got != 0.5 {
		t.Errorf("trust %.3f with a stretch that fits half", got)
	}
}
