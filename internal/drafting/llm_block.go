package drafting

import (
	"math"
	"strings"
)

// How a talk is divided. Times are seconds, sizes tokens.
const (
	singleSeconds = 20 * 60 // up to here a talk is drafted in one pass
	singleTokens  = 12_000  // the same for transcripts without times, and for very fast talkers
	partSeconds   = 15 * 60 // length of a part to aim for
	partTokens    = 9_000   // the largest part
	partMin       = 5_000   // below this many tokens a part is not worth a request of its own
	contextTokens = 300     // of neighbouring lines on each side of a part
)

// part is a stretch of the talk that one request reads. Every line belongs to exactly one part.
type part struct {
	before []line // read for the meaning only
	lines  []line
	after  []line
}

func (p part) tokens() int {
	n := 0
	for _, l := range p.lines {
		n += l.tokens
	}
	return n
}

// parts divides the lines into parts of about partSeconds, none above limit tokens, and gives each its neighbours.
// affordable bounds their number where larger parts are possible: every part is sent with the instructions.
func (s script) parts(limit, affordable int) []part {
	total := s.tokens()
	size := min(partTokens, limit)
	n := ceil(total, size)
	wanted := min(affordable, ceil(total, min(partMin, size)))
	if sec := s.seconds(); sec > 0 {
		wanted = min(wanted, int(math.Ceil(sec/partSeconds)))
	}
	return neighbours(s.lines, divide(s.lines, max(n, wanted, 1), limit))
}

// divide cuts lines into about n pieces of equal size at good places; it returns the indices at which pieces begin. A
// piece that would exceed limit is cut earlier.
func divide(lines []line, n, limit int) []int {
	total := 0
	for _, l := range lines {
		total += l.tokens
	}
	target := max(1, ceil(total, n))
	starts := []int{0}
	size := 0
	for i := 0; i < len(lines); i++ {
		if size > 0 && (size+lines[i].tokens > limit || size >= target && len(starts) < n) {
			cut := i
			if size+lines[i].tokens <= limit {
				cut = good(lines, starts[len(starts)-1], i)
			}
			starts = append(starts, cut)
			size = 0
			for j := cut; j < i; j++ {
				size += lines[j].tokens
			}
		}
		size += lines[i].tokens
	}
	return starts
}

// good looks back from i, at most a fifth of the piece, for an interviewer's question to begin the next piece with,
// else for a change of speaker. The answer then stands in the same part as its question.
func good(lines []line, from, i int) int {
	low := max(from+1, i-max(1, (i-from)/5))
	for j := i; j >= low; j-- {
		if j < len(lines) && lines[j].asks {
			return j
		}
	}
	for j := i; j >= low; j-- {
		if j < len(lines) && lines[j].label != lines[j-1].label {
			return j
		}
	}
	return i
}

func neighbours(lines []line, starts []int) []part {
	out := make([]part, 0, len(starts))
	for k, from := range starts {
		to := len(lines)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		out = append(out, part{linesBefore(lines[:from]), lines[from:to], linesAfter(lines[to:])})
	}
	return out
}

// linesBefore is the last few of lines, as context for what follows them.
func linesBefore(lines []line) []line {
	from, size := len(lines), 0
	for from > 0 && len(lines)-from < 6 && size+lines[from-1].tokens <= contextTokens {
		from--
		size += lines[from].tokens
	}
	return lines[from:]
}

// linesAfter is the first few of lines, as context for what goes before them.
func linesAfter(lines []line) []line {
	to, size := 0, 0
	for to < len(lines) && to < 3 && size+lines[to].tokens <= contextTokens {
		size += lines[to].tokens
		to++
	}
	return lines[:to]
}

// halves cuts a part in two at a good place; false when it is a single line.
func (p part) halves() ([2]part, bool) {
	if len(p.lines) < 2 {
		return [2]part{}, false
	}
	cut := len(p.lines) / 2
	if starts := divide(p.lines, 2, math.MaxInt); len(starts) > 1 && starts[1] < len(p.lines) {
		cut = starts[1]
	}
	first, second := p.lines[:cut], p.lines[cut:]
	return [2]part{{p.before, first, linesAfter(second)}, {linesBefore(first), second, p.after}}, true
}

// surroundings shows the neighbouring lines of a part, marked so that they are not taken for the part itself.
func (p part) surroundings(language string) string {
	if len(p.before)+len(p.after) == 0 {
		return ""
	}
	head, before, after := "Neighbouring lines (for the meaning only; write no facts from them alone):", "before ", "after "
	if language == "ja" {
		head, before, after = "前後の発言(意味を取るためだけ。ここだけを根拠に書かない):", "前 ", "後 "
	}
	var b strings.Builder
	b.WriteString(head)
	for _, l := range p.before {
		b.WriteString("\n" + before + l.String())
	}
	for _, l := range p.after {
		b.WriteString("\n" + after + l.String())
	}
	return b.String()
}

func ceil(a, b int) int { return (a + b - 1) / max(1, b) }
