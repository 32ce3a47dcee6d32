package drafting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
	"kikigaki/internal/pattern"
)

// sentence is a stretch of one segment up to a full stop.
type sentence struct {
	id   int            // of the segment
	seg  int            // index of the segment
	turn int            // index of the turn
	part interview.Part // who speaks
	raw  string         // as it stands in the segment
	s    string         // as cue lists read it
	ask  bool           // ends as a question
	out  string         // reason why it stays out, "" when it does not
}

// turn is what one person says until the other speaks.
type turn struct {
	part     interview.Part
	from, to int // sentences [from, to)
	seconds  float64
}

// split cuts a transcript into sentences and turns. Segments removed at somebody's wish and those without usable text
// have none.
func split(t *interview.Transcript) ([]sentence, []turn) {
	var list []sentence
	var turns []turn
	label := ""
	for i, seg := range t.Segments {
		if seg.OffRecord {
			label = ""
			continue
		}
		if seg.Unclear {
			label = "" // somebody spoke here: what follows is another turn
			continue
		}
		if len(turns) == 0 || seg.Speaker != label {
			turns = append(turns, turn{part: t.Part(seg.Speaker), from: len(list), to: len(list)})
			label = seg.Speaker
		}
		now := &turns[len(turns)-1]
		for _, raw := range spokenSentences(seg.Text, t.Language) {
			s := strings.TrimRight(evidence.Plain(raw), " 。.!?…")
			if s == "" && !strings.Contains(raw, "…") {
				continue
			}
			if t.Language != "en" {
				s = standard(s)
			}
			end, _ := utf8.DecodeLastRuneInString(strings.TrimRight(raw, " 」』)）\""))
			list = append(list, sentence{id: seg.ID, seg: i, turn: len(turns) - 1, part: now.part, raw: raw, s: s,
				ask: end == '?' || end == '？' || asks(s, t.Language)})
		}
		now.to = len(list)
		now.seconds += secondsOf(t, seg)
	}
	return list, turns
}

// secondsOf reckons a segment without times at seven characters a second, a usual rate of Japanese speech.
func secondsOf(t *interview.Transcript, s interview.Segment) float64 {
	if t.Timed && s.End > s.Start {
		return s.End - s.Start
	}
	return float64(utf8.RuneCountInString(s.Text)) / 7
}

// spokenSentences cuts a text at full stops, and where a recogniser wrote none, at pauses after the end of a sentence.
func spokenSentences(text, lang string) []string {
	list := cutSentences(text)
	if lang == "en" {
		return list
	}
	var out []string
	for _, s := range list {
		out = append(out, evidence.AtPauses(s)...)
	}
	return out
}

// cutSentences splits after 。, !, ?, and after a full stop that is followed by a space or the end.
func cutSentences(s string) []string {
	var out []string
	from := 0
	for i, c := range s {
		next := i + utf8.RuneLen(c)
		switch c {
		case '。', '！', '？', '!', '?', '\n':
		case '.':
			if next < len(s) && s[next] != ' ' {
				continue
			}
		default:
			continue
		}
		if strings.TrimSpace(s[from:next]) != "" {
			out = append(out, strings.TrimSpace(s[from:next]))
		}
		from = next
	}
	if rest := strings.TrimSpace(s[from:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

// asks reports whether a sentence ends as a question. Transcripts often have no question mark.
func asks(s, lang string) bool {
	if lang == "en" {
		for _, w := range []string{"what ", "how ", "why ", "when ", "where ", "who ", "which ", "is there", "are you", "do you", "did you", "can you", "could you", "would you", "will you", "have you", "so what", "and what"} {
			if strings.HasPrefix(s, w) {
				return true
			}
		}
		return false
	}
	switch last, _ := utf8.DecodeLastRuneInString(s); last {
	case 'か':
		return !jaAsksNot.MatchString(s)
	case 'ね', 'な', 'う', 'け', 'ん':
		return hasEnd(s, "かね", "かな", "でしょう", "どう", "っけ") || strings.HasSuffix(s, "なん") && !strings.HasSuffix(s, "ほんまなん")
	case 'の':
		return jaAsksNo.MatchString(s)
	}
	return false
}

// hasEnd reports one of some endings.
func hasEnd(s string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(s, e) })
}

var (
	jaAsksNo  = pattern.MustCompile(`..[るたいなうくすつぬむぶぐん]の$`)
	jaAsksNot = pattern.MustCompile(`(?:とか|なんか|いつか|どこか|何か|なにか|誰か|だれか|というか|ていうか|いうか|のか|かどうか)$`)
)
