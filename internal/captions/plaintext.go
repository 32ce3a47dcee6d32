package captions

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A line of a transcript that people and programs paste may carry a time before or after the name, in brackets or not:
// "[00:12] Name: text", "Name (0:00:12): text", "Name  0:03" with the text on the lines below (Teams, Zoom), a line
// with nothing but a time (Google Docs of Meet).
var (
	timeFirst = regexp.MustCompile(`^[\[【((]?` + clockPattern + `(?:\s*(?:-{1,2}>?|–|〜|~|〜)\s*` + clockPattern + `)?[\]】))]?(?:\s+[-–]\s+|[\s ]+|$)(.*)$`)
	timeLast  = regexp.MustCompile(`^(.{1,60}?)\s+[\[((]?` + clockPattern + `[\]))]?\s*[::]?$`)
	timeMid   = regexp.MustCompile(`^([^::\n]{1,60}?)\s*[\[((]` + clockPattern + `[\]))]\s*[::]\s*(.+)$`)
)

// pasted is one line as read: what it starts, and the words in it.
type pasted struct {
	start, end float64
	timed      bool
	name       string // of a header line: "Name  0:03"
	header     bool
	text       string
	blank      bool   // an empty line came before
	raw        string // the line as it stands
}

// readLine reads one line; without inline a time counts only when nothing but a name stands with it.
func readLine(line string, inline bool) pasted {
	line = strings.TrimSpace(line)
	if m := timeFirst.FindStringSubmatch(line); m != nil && (inline || m[9] == "") {
		p := pasted{start: clock(m[1:5]), timed: true, text: strings.TrimSpace(m[9])}
		if m[7] != "" {
			p.end = max(p.start, clock(m[5:9]))
		}
		return p
	}
	if m := timeMid.FindStringSubmatch(line); m != nil && inline {
		if name, rest, ok := prefix(m[1] + ":"); ok && rest == "" {
			return pasted{start: clock(m[2:6]), timed: true, text: name + ": " + m[6]}
		}
	}
	if m := timeLast.FindStringSubmatch(line); m != nil {
		if name, rest, ok := prefix(strings.Trim(m[1], "[]【】") + ":"); ok && rest == "" {
			return pasted{start: clock(m[2:6]), timed: true, name: name, header: true}
		}
	}
	return pasted{text: line}
}

// readLines reads all lines that are not empty.
func readLines(text string, inline bool) []pasted {
	var lines []pasted
	blank := true
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			blank = true
			continue
		}
		raw := clean(strings.TrimSpace(line)) // plain text has no tags and no entities
		if raw == "" {
			continue
		}
		p := readLine(raw, inline)
		p.raw, p.blank, blank = raw, blank, false
		lines = append(lines, p)
	}
	return withoutFalseHeads(lines)
}

// withoutFalseHeads makes speech again of lines that only look like "Name  0:03": "We meet at 10:30". A name comes
// back, or heads are a good part of all lines.
func withoutFalseHeads(lines []pasted) []pasted {
	count, heads := map[string]int{}, 0
	for _, p := range lines {
		if p.header {
			count[p.name]++
			heads++
		}
	}
	for i, p := range lines {
		if p.header && count[p.name] < 2 && heads*4 < len(lines) {
			lines[i] = pasted{text: p.raw, raw: p.raw, blank: p.blank}
		}
	}
	return lines
}

// withoutTitle drops title, date and attendees above the first time of a transcript that has times.
func withoutTitle(lines []pasted) []pasted {
	first, stamped, alone := -1, 0, 0
	for i, p := range lines {
		if p.timed {
			stamped++
			if first < 0 {
				first = i
			}
			if p.header || p.text == "" {
				alone++
			}
		}
	}
	const title = 12 // lines; more is speech
	if first > 0 && first <= title && (alone > 0 || stamped*10 >= (len(lines)-first)*8) {
		return lines[first:]
	}
	return lines
}

// parseText reads a pasted transcript: each line is one piece of speech; a line that names nobody goes on with the one
// before it unless an empty line or a time stands between. Times count only when most pieces have one; a time of day
// that a line happens to begin with is speech.
func parseText(text string) (File, error) {
	lines := withoutTitle(readLines(text, true))
	stamped := 0
	for _, p := range lines {
		if p.timed && p.text != "" {
			stamped++
		}
	}
	if stamped*2 < len(lines) {
		lines = withoutTitle(readLines(text, false))
	}
	return fromLines(lines)
}

func fromLines(lines []pasted) (File, error) {
	names := pastedNames(lines)
	var cues []cue
	var stamped []bool
	at, pending := 0.0, false // a time that waits for words
	end := 0.0
	header := ""      // a name that waits for words
	var more []string // lines of the last cue, joined once: a file may have a million
	finish := func() {
		if n := len(cues); len(more) > 0 {
			cues[n-1].text = joinLines(append([]string{cues[n-1].text}, more...))
		}
		more = more[:0]
	}
	for _, p := range lines {
		if p.timed {
			at, end, pending = p.start, p.end, true
		}
		if p.header {
			header = p.name
			continue
		}
		if p.text == "" {
			continue
		}
		name, words := header, p.text
		if n, rest, ok := prefix(p.text); ok && names[n] {
			name, words = n, rest
			header = ""
			if words == "" { // the name alone, the words below
				header = n
				continue
			}
		}
		fresh := pending || name != "" && (header == "" || len(cues) == 0 || cues[len(cues)-1].name != name) || p.blank
		if n := len(cues); n > 0 && !fresh && (len(names) > 0 || header != "") {
			more = append(more, words)
			continue
		}
		finish()
		if name == "" && len(cues) > 0 && (len(names) > 0) {
			name = cues[len(cues)-1].name
		}
		cues = append(cues, cue{start: at, end: end, name: name, text: squeeze(words)})
		stamped = append(stamped, pending)
		pending, end = false, 0
	}
	finish()
	if len(cues) == 0 {
		return File{Transcript: build(nil, false), Format: "txt"}, nil
	}
	return File{Transcript: build(cues, stamp(cues, stamped)), Format: "txt"}, nil
}

// pastedNames are the beginnings "Name:" that count as names, by the same rule as for cues.
func pastedNames(lines []pasted) map[string]bool {
	count := map[string]int{}
	named, all := 0, 0
	for _, p := range lines {
		if p.text == "" {
			continue
		}
		all++
		if name, _, ok := prefix(p.text); ok {
			count[name]++
			named++
		}
	}
	return speakersAmong(count, named, all)
}

// stamp completes the times of a pasted transcript and reports whether they can be used: nine of ten pieces must have
// one of their own, and they must not run backwards. A time by the wall clock is counted from the first.
func stamp(cues []cue, stamped []bool) bool {
	have := 0
	for i, ok := range stamped {
		if ok {
			have++
		}
		if i > 0 && cues[i].start < cues[i-1].start {
			return false
		}
	}
	if have*10 < len(cues)*9 {
		return false
	}
	base := 0.0
	if cues[0].start >= 2*3600 {
		base = cues[0].start
	}
	for i := range cues {
		c := &cues[i]
		c.start -= base
		if c.end > 0 {
			c.end = max(c.start, c.end-base)
			continue
		}
		// No end was written: speech takes 1 s for 5 characters at the slowest, and ends before the next begins.
		c.end = c.start + 1 + float64(utf8.RuneCountInString(c.text))/5
		if i+1 < len(cues) && cues[i+1].start-base > c.start {
			c.end = min(c.end, cues[i+1].start-base)
		}
	}
	return true
}
