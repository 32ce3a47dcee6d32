package main

import (
	"maps"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// TestRolesOf: roles name a voice by its label or its place; what is not there is told, never passed over.
func TestRolesOf(t *testing.T) {
	t.Parallel()
	type roles = map[string]interview.Part
	e, i := interview.PartEmployee, interview.PartInterviewer
	for _, c := range []struct {
		labels []string
		given  roles
		want   roles // nil: refused
	}{
		{[]string{"A", "B"}, roles{"A": i, "B": e}, roles{"A": i, "B": e}},
		{[]string{"S1", "S2"}, roles{"A": i, "b": e}, roles{"S1": i, "S2": e}},
		{[]string{"S1", "S2"}, roles{"S2": e}, roles{"S2": e}},
		{[]string{"B", "A"}, roles{"A": e}, roles{"A": e}}, // a label before a place
		{[]string{"S1", "S2"}, roles{"C": e}, nil},
		{[]string{"S1"}, roles{"B": e}, nil},
		{[]string{"S1", "S2"}, roles{"S3": e}, nil},
		{[]string{"S1", "S2"}, roles{"BC": e}, nil},
		{[]string{"S1", "S2"}, roles{"": e}, nil},
		{nil, roles{"A": e}, nil},
		{[]string{"S1", "S2"}, nil, roles{}},
	} {
		got, err := rolesOf(c.labels, c.given)
		if c.want == nil && (err == nil || !strings.Contains(err.Error(), "--roles") || len(c.labels) > 0 && !strings.Contains(err.Error(), c.labels[0])) || c.want != nil && (err != nil || !maps.Equal(got, c.want)) {
			t.Errorf("%v of %v: %v, %v", c.given, c.labels, got, err)
		}
	}
}
