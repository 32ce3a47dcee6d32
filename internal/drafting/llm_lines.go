package drafting

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// line is one segment, or a piece of a very long one, as a model sees it: 12|B|text.
type line struct {
	segment int
	label   string
	text    string // newlines escaped
	start   float64
	end     float64
	last    bool // the segment's last piece
	asks    bool // an interviewer's question: a good place for a part to begin
	tokens  int
}

func (l line) String() string { return strconv.Itoa(l.segment) + "|" + l.label + "|" + l.text }

// script is a transcript ready to be sent.
type script struct {
	lines  []line
	labels []string // as sent, in order of the transcript's speakers
	roles  []interview.Part
	silent int // segments without words: off the record, empty
	timed  bool
}

// plainLabel is a label that can be sent as it is. Others could be names, or break the form of a line.
var plainLabel = regexp.MustCompile(`^[A-Za-z0-9]{1,4}$`)

// pieceRunes is the length from which one segment is sent in pieces, each with the segment's id: captions without
// breaks can hold an hour in one cue. Two pieces are never the same line.
const pieceRunes = 1500

// newScript prepares t. count estimates the tokens of a text.
func newScript(t *interview.Transcript, count func(string) int) script {
	s := script{timed: t.Timed}
	alias := map[string]string{}
	for i, sp := range t.Speakers {
		label := sp.Label
		if !plainLabel.MatchString(label) {
			label = "P" + strconv.Itoa(i+1)
		}
		alias[sp.Label] = label
		s.labels = append(s.labels, label)
		s.roles = append(s.roles, t.Part(sp.Label))
	}
	for _, g := range t.Segments {
		text := escape(g.Text)
		if g.Unclear {
			text = unclearMark(t.Language)
		}
		if g.OffRecord || text == "" {
			s.silent++
			continue
		}
		label := alias[g.Speaker]
		if label == "" {
			label = "?"
		}
		for i, piece := range pieces(text) {
			l := line{segment: g.ID, label: label, text: piece.text, start: g.Start, end: g.End, last: piece.last}
			l.asks = i == 0 && t.Part(g.Speaker) == interview.PartInterviewer && question(piece.text)
			l.tokens = count(l.String()) + 1
			s.lines = append(s.lines, l)
		}
	}
	return s
}

// escape keeps a segment on one line: what was said cannot begin a line of its own, and so cannot pose as a segment.
func escape(s string) string {
	s = strings.NewReplacer("\r\n", `\n`, "\n", `\n`, "\r", `\n`, "\u2028", `\n`, "\u2029", `\n`, "\x00", "").Replace(strings.TrimSpace(s))
	return s
}

func unclearMark(language string) string {
	if language == "ja" {
		return "(聞き取れず)"
	}
	return "(unclear)"
}

var questionEnd = regexp.MustCompile(`[?？]|(か|かね|かな|ですかね|でしょうか|ますか)[。、 ]*$`)

func question(s string) bool { return questionEnd.MatchString(s) }

type piece struct {
	text string
	last bool
}

// pieces cuts a very long text at ends of sentences, or anywhere when it has none.
func pieces(text string) []piece {
	if utf8.RuneCountInString(text) <= pieceRunes {
		return []piece{{text, true}}
	}
	var out []piece
	r := []rune(text)
	for len(r) > pieceRunes {
		cut := pieceRunes
		for i := pieceRunes - 1; i > pieceRunes/2; i-- {
			if strings.ContainsRune("。.!?！？", r[i]) {
				cut = i + 1
				break
			}
		}
		out = append(out, piece{string(r[:cut]), false})
		r = r[cut:]
	}
	return append(out, piece{string(r), true})
}

func (s script) tokens() int {
	n := 0
	for _, l := range s.lines {
		n += l.tokens
	}
	return n
}

// seconds is the length of the talk, 0 when the transcript has no times.
func (s script) seconds() float64 {
	if !s.timed || len(s.lines) == 0 {
		return 0
	}
	return s.lines[len(s.lines)-1].end - s.lines[0].start
}

func joinLines(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.String())
	}
	return b.String()
}

// legend says who is who and when, as data in the message before the talk: never a name.
func (s script) legend(language, recordedOn string) string {
	var who []string
	for i, l := range s.labels {
		who = append(who, fmt.Sprintf("%s=%s", l, s.roles[i]))
	}
	if language == "ja" {
		return "話した人: " + strings.Join(who, ", ") + "\n面談の日: " + recordedOn
	}
	return "Speakers: " + strings.Join(who, ", ") + "\nDay of the talk: " + recordedOn
}
