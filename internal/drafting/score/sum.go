package score

// Summary is the score of several outputs together: items are summed before ratios are taken, so that a long interview
// weighs more than a short one.
type Summary struct {
	Sections   map[string]Ratio `json:"sections"`
	Overall    Ratio            `json:"overall"`
	Owner      *float64         `json:"owner_accuracy"`    // nil when no action item matched
	DueDate    *float64         `json:"due_date_accuracy"` // likewise
	Violations int              `json:"violations"`
	Ungrounded int              `json:"ungrounded"`
}

// Sum adds results up.
func Sum(results []Result) Summary {
	s := Summary{Sections: map[string]Ratio{}}
	var all Ratio
	var owners, dues float64
	actions := 0
	for _, name := range Sections {
		var x Ratio
		for _, r := range results {
			x.Matched, x.Output, x.Gold = x.Matched+r.Sections[name].Matched, x.Output+r.Sections[name].Output, x.Gold+r.Sections[name].Gold
		}
		s.Sections[name] = ratio(x.Matched, x.Output, x.Gold)
		all.Matched, all.Output, all.Gold = all.Matched+x.Matched, all.Output+x.Output, all.Gold+x.Gold
	}
	s.Overall = ratio(all.Matched, all.Output, all.Gold)
	for _, r := range results {
		s.Violations, s.Ungrounded = s.Violations+len(r.Violations), s.Ungrounded+len(r.Ungrounded)
		if r.Actions > 0 && r.Owner != nil && r.DueDate != nil {
			owners, dues, actions = owners+*r.Owner*float64(r.Actions), dues+*r.DueDate*float64(r.Actions), actions+r.Actions
		}
	}
	if actions > 0 {
		o, d := owners/float64(actions), dues/float64(actions)
		s.Owner, s.DueDate = &o, &d
	}
	return s
}
