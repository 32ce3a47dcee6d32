package captions

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kikigaki/internal/interview"
)

// cue is one caption before its speaker has a label.
type cue struct {
	start, end float64
	name       string // "" when the file names nobody
	text       string
}

type timing int

const (
	none timing = iota
	arrow
	comma
)

const clockPattern = `(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?`

var (
	arrowLine = regexp.MustCompile(`^\s*` + clockPattern + `\s*-{1,2}>\s*` + clockPattern + `(?:\s.*)?$`)
	commaLine = regexp.MustCompile(`^\s*` + clockPattern + `\s*,\s*` + clockPattern + `\s*$`)
	number    = regexp.MustCompile(`^\s*\d+\s*$`)
	voice     = regexp.MustCompile(`(?i)<v(?:\.[^ \t>]*)?[ \t]+([^>\n]*)>`)
)

// timingOf tells which kind of timing lines a text has.
func timingOf(text string) timing {
	found := none
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if arrowLine.MatchString(line) {
			return arrow
		}
		if found == none && commaLine.MatchString(line) {
			found = comma
		}
	}
	return found
}

// parseTiming reads a timing line. An end before its start becomes the start.
func parseTiming(line string, pattern *regexp.Regexp) (start, end float64, ok bool) {
	m := pattern.FindStringSubmatch(line)
	if m == nil {
		return 0, 0, false
	}
	start, end = clock(m[1:5]), clock(m[5:9])
	return start, max(start, end), true
}

// clock is the seconds of hours, minutes, seconds and fraction; hours and fraction may be "".
func clock(m []string) float64 {
	h, _ := strconv.Atoi(m[0])
	min, _ := strconv.Atoi(m[1])
	s, _ := strconv.Atoi(m[2])
	frac := 0.0
	if m[3] != "" {
		frac, _ = strconv.ParseFloat("0."+m[3], 64)
	}
	return float64(h*3600+min*60+s) + frac
}

// parseCues reads WebVTT, SubRip and SBV. They differ in the timing line and in who is named how; all else that is
// said of them is said in vain, so one reader takes them all.
func parseCues(text, format string) (File, error) {
	pattern := arrowLine
	if format == "sbv" {
		pattern = commaLine
	}
	var cues []cue
	var lines []string // of the present cue
	open := false
	flush := func() {
		if open {
			last := cues[len(cues)-1]
			cues = append(cues[:len(cues)-1], voices(last, lines)...)
		}
		lines, open = nil, false
	}
	all := strings.Split(text, "\n")
	skip, blank := false, true // within a NOTE or STYLE block; after an empty line
	for i, line := range all {
		trimmed := strings.TrimSpace(line)
		start, end, isTiming := parseTiming(line, pattern)
		switch {
		case isTiming:
			flush()
			cues = append(cues, cue{start: start, end: end})
			open, skip, blank = true, false, false
		case trimmed == "":
			skip, blank = false, true
		case skip:
		case blank && format == "vtt" && isBlockWord(trimmed):
			skip = true
		case i+1 < len(all) && isIdentifier(all, i, pattern, blank, format):
			blank = false
		case open:
			// Also after an empty line: programs leave them inside cues, and words must not be lost.
			lines = append(lines, line)
			blank = false
		default:
			blank = false // before the first cue: WEBVTT, Kind:, Language:
		}
	}
	flush()
	if len(cues) == 0 {
		return File{}, unreadable("no cues")
	}
	return File{Transcript: build(nameByPrefix(orderly(cues)), true), Format: format}, nil
}

// orderly drops cues without words and puts the rest in order of time.
func orderly(cues []cue) []cue {
	cues = slices.DeleteFunc(cues, func(c cue) bool { return c.text == "" })
	slices.SortStableFunc(cues, func(a, b cue) int { return cmp.Compare(a.start, b.start) })
	return cues
}

func isBlockWord(s string) bool {
	for _, w := range []string{"NOTE", "STYLE", "REGION"} {
		if s == w || strings.HasPrefix(s, w+" ") || strings.HasPrefix(s, w+"\t") {
			return true
		}
	}
	return false
}

// isIdentifier reports whether line i is the number or name of the cue whose timing line follows. A name is one only
// after an empty line; a bare number also without, as that line is often missing.
func isIdentifier(all []string, i int, pattern *regexp.Regexp, blank bool, format string) bool {
	if !pattern.MatchString(all[i+1]) || format == "sbv" {
		return false
	}
	return blank || number.MatchString(all[i])
}

// voices splits the text of a cue by its <v> tags. Each part keeps the times of the cue: the file says no more.
func voices(c cue, lines []string) []cue {
	text := strings.Join(lines, "\n")
	marks := voice.FindAllStringSubmatchIndex(text, -1)
	if marks == nil {
		c.text = plainLines(text)
		return []cue{c}
	}
	var out []cue
	var same []string // parts of the last of out, joined once: a file may have a million
	finish := func() {
		if len(same) > 1 {
			out[len(out)-1].text = joinLines(same)
		}
	}
	if before := plainLines(text[:marks[0][0]]); before != "" {
		out = append(out, cue{start: c.start, end: c.end, text: before})
	}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		part := cue{start: c.start, end: c.end, name: squeeze(plain(text[m[2]:m[3]])), text: plainLines(text[m[1]:end])}
		if n := len(out); n > 0 && out[n-1].name == part.name { // Teams repeats the tag on each line
			same = append(same, part.text)
			continue
		}
		finish()
		out, same = append(out, part), []string{part.text}
	}
	finish()
	return out
}

func plainLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	return joinLines(lines)
}

// build numbers the cues and gives the speakers labels in order of first speech.
func build(cues []cue, timed bool) *interview.Transcript {
	t := &interview.Transcript{Timed: timed, Speakers: []interview.Speaker{}, Segments: []interview.Segment{}}
	labels := newLabels()
	for _, c := range cues {
		s := interview.Segment{ID: len(t.Segments) + 1, Speaker: labels.of(c.name), Text: c.text}
		if timed {
			s.Start, s.End = c.start, c.end
		}
		t.Segments = append(t.Segments, s)
	}
	t.Speakers = labels.speakers
	return t
}
