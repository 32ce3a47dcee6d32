package drafting

// A request that opens a stretch of the talk: where the record goes on.

import (
	"unicode/utf8"

	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// forwardEnd finds the last sentence of a range that runs on from sentence i.
func (r *Reading) forwardEnd(i int) int {
	c := &r.c.offRecord
	seconds := 0.0
	for j := i + 1; j < len(r.sentences); j++ { // somebody says where it ends
		x := r.sentences[j]
		if x.turn != r.sentences[j-1].turn {
			seconds += r.turns[x.turn].seconds
		}
		if seconds > maxToEnd {
			break
		}
		if c.end.in(x.s) && (seconds <= maxForward || ofTheRecord.MatchString(x.s)) {
			return j - 1
		}
	}
	seconds = 0
	end, opened := i, -1 // the turn of the question that the range was opened for
	for j := i; j < len(r.sentences); j++ {
		x := r.sentences[j]
		if j > i && x.turn != r.sentences[j-1].turn {
			seconds += r.turns[x.turn].seconds
		}
		if seconds > maxForward {
			break
		}
		if x.part == interview.PartInterviewer && r.sentences[i].part == interview.PartInterviewer && opened < 0 {
			if x.ask {
				opened = x.turn
			}
		} else if j > i && x.part == interview.PartInterviewer && x.turn != opened && r.newMatter(j, x.turn-r.sentences[i].turn > 1 || j > r.turns[x.turn].from) {
			break
		}
		end = j
	}
	return end
}

// ofTheRecord is an end that cannot be meant of anything but the record.
var ofTheRecord = pattern.MustCompile(`(?:記録|録音|録画|議事録)[^。]{0,6}(?:戻|再開)|オフレコ[^。]{0,6}(?:ここまで|終わ|以上)|(?:back|again) on the record|on the record again|resume the recording`)

// newMatter reports a sentence that asks about a section of the record or, further on, goes over to the next point.
func (r *Reading) newMatter(j int, further bool) bool {
	s := r.sentences[j]
	n := utf8.RuneCountInString(s.s)
	return s.ask && n >= 6 && r.asksAbout(s.s) != "" || further && n >= 8 && r.c.transition.in(s.s)
}
