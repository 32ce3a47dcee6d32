package score

import (
	"math"
	"testing"
)

func TestSumWeighsByItems(t *testing.T) {
	t.Parallel()
	f := func(v float64) *float64 { return &v }
	got := Sum([]Result{
		{Sections: map[string]Ratio{"wishes": {Gold: 8, Output: 10, Matched: 6}}, Actions: 3, Owner: f(1), DueDate: f(2.0 / 3), Violations: make([]Violation, 2)},
		{Sections: map[string]Ratio{"wishes": {Gold: 2, Output: 0, Matched: 0}, "concerns": {Gold: 0, Output: 2, Matched: 0}}, Actions: 1, Owner: f(0), DueDate: f(1),
			Ungrounded: make([]Ungrounded, 1)},
		{Sections: map[string]Ratio{}},
	})
	w := got.Sections["wishes"]
	if w.Gold != 10 || w.Output != 10 || w.Matched != 6 || math.Abs(w.F1-0.6) > 1e-9 {
		t.Errorf("wishes %+v", w)
	}
	if o := got.Overall; o.Output != 12 || math.Abs(o.Precision-0.5) > 1e-9 || math.Abs(o.Recall-0.6) > 1e-9 {
		t.Errorf("overall %+v", o)
	}
	if *got.Owner != 0.75 || math.Abs(*got.DueDate-0.75) > 1e-9 || got.Violations != 2 || got.Ungrounded != 1 {
		t.Errorf("%v %v %d %d", *got.Owner, *got.DueDate, got.Violations, got.Ungrounded)
	}
	if empty := Sum(nil); empty.Owner != nil || empty.Overall.Recall != 1 {
		t.Errorf("of nothing: %+v", empty)
	}
}
