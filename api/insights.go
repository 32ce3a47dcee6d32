package api

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"kikigaki/internal/interview"
)

// getInsights counts over the newest transcript. Nothing of it is stored: it is for the two people, at the moment they
// look, and takes part in no statistics.
func (s *Server) getInsights(ctx context.Context, in *OnTalk) (*Body[Insights], error) {
	c := callOf(ctx)
	if err := s.narrow(c.person, interview.ActHear, c.talk); err != nil {
		return nil, err
	}
	t, err := s.Store.Transcript(ctx, in.ID, 0)
	if err != nil {
		return nil, err
	}
	out := insights(t)
	out.Withheld = []Withheld{}
	if s.Doubts != nil {
		var sound interview.Sound
		if rec, err := s.Store.LatestRecording(ctx, in.ID); err == nil && rec.Sound != nil {
			sound = *rec.Sound
		} else if err != nil && interview.Code(err) != "not_found" {
			return nil, err
		}
		out.withhold(s.Doubts(t, sound))
	}
	return &Body[Insights]{out}, nil
}

// withhold takes away what is not certain enough to be told.
func (in *Insights) withhold(list []Withheld) {
	in.Withheld = append(in.Withheld, list...)
	for _, w := range list {
		switch w.Figure {
		case "silence":
			in.Silence = 0
		case "share":
			in.Shares = []Share{}
		case "turns":
			in.Turns = []TurnSpan{}
		case "longest_monologue":
			in.Longest = []Monologue{}
		case "questions":
			in.Questions = Questions{}
		}
	}
}

// pause is the longest silence, in seconds, that does not end a monologue of the same speaker.
const pause = 3.0

func insights(t *interview.Transcript) Insights {
	out := Insights{Timed: t.Timed, Coverage: t.Coverage}
	shares := map[interview.Part]*Share{}
	order := []interview.Part{interview.PartEmployee, interview.PartInterviewer, interview.PartOther, interview.PartUnknown}
	for _, p := range order {
		shares[p] = &Share{Part: p}
	}
	longest := map[interview.Part]Monologue{}
	var turns []TurnSpan
	var spoken, characters, first float64
	for i, g := range t.Segments {
		if g.OffRecord {
			continue
		}
		p := t.Part(g.Speaker)
		if shares[p] == nil {
			p = interview.PartUnknown
		}
		sh := shares[p]
		n := utf8.RuneCountInString(g.Text)
		sh.Characters += n
		characters += float64(n)
		if p == interview.PartInterviewer {
			open, closed := questions(g.Text, t.Language)
			out.Questions.Open += open
			out.Questions.Closed += closed
			if open+closed > 0 {
				out.Questions.Asked = append(out.Questions.Asked, Question{Segment: g.ID, Start: g.Start, End: g.End, Open: open > 0})
			}
		}
		if t.Timed {
			if i == 0 {
				first = g.Start
			}
			d := max(0, g.End-g.Start)
			sh.Seconds += d
			spoken += d
			out.Seconds = max(out.Seconds, g.End-first)
		}
		if last := len(turns) - 1; last >= 0 && turns[last].Part == p && (!t.Timed || g.Start-turns[last].End <= pause) {
			turns[last].End = max(turns[last].End, g.End)
		} else {
			turns = append(turns, TurnSpan{Part: p, Start: g.Start, End: g.End, Segment: g.ID})
			sh.Turns++
		}
	}
	if t.Timed {
		for _, u := range turns {
			if m, ok := longest[u.Part]; !ok || u.End-u.Start > m.End-m.Start {
				longest[u.Part] = Monologue(u)
			}
		}
		out.Silence = max(0, out.Seconds-spoken)
		out.Turns = turns
	}
	for _, p := range order {
		sh := shares[p]
		if sh.Characters == 0 && sh.Seconds == 0 {
			continue
		}
		switch {
		case t.Timed && spoken > 0:
			sh.Percent = 100 * sh.Seconds / spoken
		case characters > 0:
			sh.Percent = 100 * float64(sh.Characters) / characters
		}
		out.Shares = append(out.Shares, *sh)
		if m, ok := longest[p]; ok {
			out.Longest = append(out.Longest, m)
		}
	}
	return out
}

var (
	openJA     = regexp.MustCompile(`何|なに|なん[でのだ]|どう|どの|どん|どこ|どれ|だれ|誰|いつ|なぜ|いか(が|に)|聞かせて|教えて|話して(くだ|いた|もら)`)
	questionJA = regexp.MustCompile(`(か|かな|でしょう|ですよね|ますよね|の)?[?？]|(です|ます|ました|でした|でしょう|ません)か[。\s]|(です|ます|ました|でした|でしょう|ません)か$|(聞かせて|教えて|話して)(くだ|いた|もら)`)
	askEN      = regexp.MustCompile(`(?i)^(tell me|describe|walk me through|talk me through)\b`)
	openEN     = regexp.MustCompile(`(?i)\b(what|how|why|which|where|when|who|tell me|describe|walk me through|talk me through)\b`)
)

// questions counts what one segment asks, sentence by sentence: open when it cannot be answered with yes or no.
func questions(text, lang string) (open, closed int) {
	cut := func(r rune) bool { return strings.ContainsRune("。！!\n", r) }
	if lang == "en" {
		cut = func(r rune) bool { return strings.ContainsRune(".!\n", r) }
	}
	for _, part := range strings.FieldsFunc(strings.NewReplacer("?", "?\n", "？", "？\n").Replace(text), cut) {
		part = strings.TrimSpace(part)
		switch {
		case lang == "en" && (strings.HasSuffix(part, "?") || askEN.MatchString(part)):
			if openEN.MatchString(part) {
				open++
			} else {
				closed++
			}
		case lang != "en" && questionJA.MatchString(part):
			if openJA.MatchString(part) {
				open++
			} else {
				closed++
			}
		}
	}
	return open, closed
}
