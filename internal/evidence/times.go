package evidence

import "kikigaki/internal/interview"

// Times fills Start and End of evidence from the cited segments, in seconds. The quote's place in the segment is
// taken as its share of the text, so that a click on a long segment lands near the words. Without times both stay nil.
func Times(t *interview.Transcript, list []interview.Evidence) {
	for i := range list {
		e := &list[i]
		e.Start, e.End = nil, nil
		s := t.Segment(e.Segment)
		if s == nil || !t.Timed {
			continue
		}
		start, end := s.Start, s.End
		// A short segment is played whole: the reckoned place would be no better than its beginning.
		if long := end - start; long > 12 {
			all, quote := normal(s.Text), normal(firstPart(e.Quote))
			if from, to, ok := locate(all.r, quote.r); ok && len(all.r) > 0 {
				start, end = s.Start+max(0, long*float64(from)/float64(len(all.r))-1), min(s.End, s.Start+long*float64(to)/float64(len(all.r))+1)
			}
		}
		e.Start, e.End = &start, &end
	}
}

func firstPart(quote string) string {
	if p := parts(quote); len(p) > 0 {
		return p[0]
	}
	return quote
}
