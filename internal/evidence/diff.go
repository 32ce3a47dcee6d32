package evidence

import (
	"slices"

	"kikigaki/internal/interview"
)

// Change is the difference of one statement between two versions of a draft. Before is nil for a new statement, After
// for one that is gone.
type Change struct {
	Section string               `json:"section"`
	Kind    string               `json:"kind"` // added, removed, changed, moved
	Before  *interview.Statement `json:"before"`
	After   *interview.Statement `json:"after"`
	By      *string              `json:"by"` // comment or person that caused it
}

// Diff compares two versions statement by statement: by id first, then, for statements written anew, by shared
// evidence and wording within their section. Unchanged statements are not listed.
func Diff(a, b *interview.Draft) []Change {
	type place struct {
		section string
		s       *interview.Statement
	}
	list := func(d *interview.Draft) []place {
		var out []place
		if d == nil {
			return nil
		}
		for i := range d.Sections {
			for j := range d.Sections[i].Statements {
				out = append(out, place{d.Sections[i].Key, &d.Sections[i].Statements[j]})
			}
		}
		return out
	}
	old, fresh := list(a), list(b)
	pair := make([]int, len(fresh))
	taken := make([]bool, len(old))
	for j := range fresh {
		pair[j] = -1
		for i := range old {
			if !taken[i] && old[i].s.ID != "" && old[i].s.ID == fresh[j].s.ID {
				pair[j], taken[i] = i, true
				break
			}
		}
	}
	for j := range fresh {
		if pair[j] >= 0 {
			continue
		}
		best, at := 0.5, -1
		for i := range old {
			if taken[i] || old[i].section != fresh[j].section {
				continue
			}
			if l := likeness(old[i].s, fresh[j].s); l > best {
				best, at = l, i
			}
		}
		if at >= 0 {
			pair[j], taken[at] = at, true
		}
	}
	var out []Change
	for j, f := range fresh {
		if pair[j] < 0 {
			out = append(out, Change{Section: f.section, Kind: "added", After: f.s, By: f.s.ChangedBy})
			continue
		}
		o := old[pair[j]]
		switch {
		case o.section != f.section:
			out = append(out, Change{Section: f.section, Kind: "moved", Before: o.s, After: f.s, By: f.s.ChangedBy})
		case !alike(o.s, f.s):
			out = append(out, Change{Section: f.section, Kind: "changed", Before: o.s, After: f.s, By: f.s.ChangedBy})
		}
	}
	for i, o := range old {
		if !taken[i] {
			out = append(out, Change{Section: o.section, Kind: "removed", Before: o.s})
		}
	}
	return out
}

// likeness of two statements, 0 to 1: wording counts, shared evidence counts more.
func likeness(a, b *interview.Statement) float64 {
	text := (coverage(Fold(a.Text), Fold(b.Text)) + coverage(Fold(b.Text), Fold(a.Text))) / 2
	for _, x := range a.Evidence {
		if slices.ContainsFunc(b.Evidence, func(y interview.Evidence) bool { return x.Segment == y.Segment }) {
			return 0.4 + 0.6*text
		}
	}
	return text
}

// alike reports whether people would see the same statement.
func alike(a, b *interview.Statement) bool {
	if a.Text != b.Text || a.Speaker != b.Speaker || a.By != b.By || a.Audience != b.Audience || a.Sensitive != b.Sensitive ||
		a.Owner != b.Owner || value(a.Due) != value(b.Due) || value(a.DueDate) != value(b.DueDate) || len(a.Evidence) != len(b.Evidence) {
		return false
	}
	for i := range a.Evidence {
		if a.Evidence[i].Segment != b.Evidence[i].Segment || a.Evidence[i].Quote != b.Evidence[i].Quote {
			return false
		}
	}
	return true
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
