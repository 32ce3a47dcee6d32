package speech

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"kikigaki/internal/interview"
)

// Chunk is one cut to be transcribed with the whole policy of doubt.
type Chunk struct {
	Cut      interview.Cut
	Speech   []interview.Span // stretches of speech, seconds from the start of the recording
	Language string
	Keywords []string
	// Path is the audio file of the whole cut; "" has Write make it.
	Path string
	// Write makes the audio file of a cut that lies within Cut, for a second look in another cut. The file is removed
	// after use. nil means that only the whole file can be sent again.
	Write func(ctx context.Context, cut interview.Cut) (path string, err error)
	// Samples reads the recording's samples [from, from+len(dst)) of the cut's channel, to find the quietest place where
	// no pause was found. nil means pauses alone.
	Samples func(from int64, dst []int16) (n int, err error)
	// Again says that the caller tries the chunk again later. A part without any usable answer is then no hole but an
	// error: it is the endpoint that is in trouble (a web page, half a document), not the sound.
	Again bool
}

// TranscribeChunk has one cut transcribed and judged. An answer that cannot be believed (empty over speech, a stock
// phrase, a loop, our keywords, another language, too few or too many characters, no answer at all) is asked for once
// more in another cut and without keywords; what is still not believed becomes a piece without text, which means
// speech that nobody could make out (聞き取れず), and its reason stands in Doubts. When nothing is left the answer is
// Unclear. An answer that is right at the second try carries no doubts. Nothing is silently kept or dropped.
//
// Errors: those of the transcriber that waiting or an operator can mend, and one without a code where the caller
// tries again (Chunk.Again). Then nothing is stored, and the same chunk may
// be tried again.
func TranscribeChunk(ctx context.Context, t Transcriber, c Chunk) (interview.Answer, error) {
	d, err := newDoubter()
	if err != nil {
		return interview.Answer{}, err
	}
	path := c.Path
	if path == "" {
		if c.Write == nil {
			return interview.Answer{}, errors.New("chunk has neither a file nor a way to write one")
		}
		if path, err = c.Write(ctx, c.Cut); err != nil {
			return interview.Answer{}, fmt.Errorf("write cut %s: %w", c.Cut.ID(), err)
		}
		defer os.Remove(path)
	}
	first := c.request(path, c.Cut, 1)
	answer, doubts, err := d.ask(ctx, t, first)
	if err != nil {
		return interview.Answer{}, err
	}
	if len(doubts) == 0 {
		return answer, nil
	}
	return d.again(ctx, t, c, path, answer, doubts)
}

func (c Chunk) request(path string, cut interview.Cut, attempt int) Request {
	r := Request{Path: path, Cut: cut, Speech: c.Speech, Language: c.Language, Attempt: attempt}
	if attempt == 1 {
		r.Keywords = c.Keywords
	}
	return r
}

// ask sends one request and judges its answer. Verdicts on this very piece (no answer in the answer, or a refusal of
// this file) are doubts; all other errors are returned.
func (d *doubter) ask(ctx context.Context, t Transcriber, r Request) (interview.Answer, []string, error) {
	a, err := t.Transcribe(ctx, r)
	switch code := interview.Code(err); {
	case err == nil:
		return a, d.doubts(a, r), nil
	case code == "endpoint_answer_unusable":
		return interview.Answer{Cut: r.Cut.ID(), Seconds: r.Cut.Span().Seconds(), Tries: 1}, []string{DoubtUnusable}, nil
	case code == "endpoint_rejected":
		return interview.Answer{Cut: r.Cut.ID(), Tries: 1}, []string{DoubtRejected}, nil
	}
	return interview.Answer{}, nil, err
}

// again takes the second look.
func (d *doubter) again(ctx context.Context, t Transcriber, c Chunk, path string, before interview.Answer, doubts []string) (interview.Answer, error) {
	if total(clip(c.Speech, c.Cut.Span())) < minVoiced {
		// Nobody spoke: what was answered is invented, and a second question would only invite more of it.
		before.Text, before.Pieces, before.Doubts, before.Unclear = "", nil, doubts, false
		return before, nil
	}
	out := interview.Answer{Cut: c.Cut.ID(), Model: before.Model, Language: before.Language, Seconds: before.Seconds,
		Tries: before.Tries, Request: before.Request}
	parts := c.recut()
	rejected, heard := slices.Contains(doubts, DoubtRejected), false
	for _, part := range parts {
		answer, why, err := d.part(ctx, t, c, path, part)
		if err != nil {
			return interview.Answer{}, err
		}
		if c.Again && slices.Contains(why, DoubtUnusable) {
			return interview.Answer{}, fmt.Errorf("cut %s has no usable answer at the second try", part.ID())
		}
		rejected = rejected && slices.Contains(why, DoubtRejected)
		out.Seconds += answer.Seconds
		out.Tries += answer.Tries
		if answer.Model != "" {
			out.Model, out.Request = answer.Model, answer.Request
		}
		ps := piecesOf(answer, part, c.Cut)
		if len(why) > 0 {
			ps = d.salvage(answer, why, part, c)
			out.Doubts = append(out.Doubts, why...)
		}
		for _, p := range ps {
			heard = heard || p.Text != ""
		}
		out.Pieces = append(out.Pieces, ps...)
	}
	if rejected {
		// Not one part was taken: it is not this sound, it is how we ask. An operator must look.
		return interview.Answer{}, interview.E("endpoint_rejected", errors.New("cut "+c.Cut.ID()+" refused whole and in parts"))
	}
	slices.Sort(out.Doubts)
	out.Text = joinPieces(out.Pieces, c.Language)
	if !heard {
		out.Text, out.Pieces, out.Unclear = "", nil, true
	}
	return out, nil
}

// part asks for one part of a chunk, from its own file unless it is the whole.
func (d *doubter) part(ctx context.Context, t Transcriber, c Chunk, whole string, part interview.Cut) (interview.Answer, []string, error) {
	path := whole
	if part.ID() != c.Cut.ID() {
		var err error
		if path, err = c.Write(ctx, part); err != nil {
			return interview.Answer{}, nil, fmt.Errorf("write cut %s: %w", part.ID(), err)
		}
		defer os.Remove(path)
	}
	return d.ask(ctx, t, c.request(path, part, 2))
}

// salvage keeps of a doubted second answer what is beyond doubt: of an answer that is only too short its text, on as
// much time as it takes, and the rest as a piece without text; of one with a stock phrase the other sentences.
func (d *doubter) salvage(a interview.Answer, why []string, part interview.Cut, c Chunk) []interview.Piece {
	from, to := part.Span().Start-c.Cut.Span().Start, part.Span().End-c.Cut.Span().Start
	unclear := []interview.Piece{{Start: from, End: to}}
	switch {
	case len(why) == 1 && why[0] == DoubtShort && len(a.Pieces) > 0:
		return withHoles(piecesOf(a, part, c.Cut), clip(c.Speech, part.Span()), c.Cut.Span().Start)
	case len(why) == 1 && why[0] == DoubtShort:
		voiced := clip(c.Speech, part.Span())
		need := float64(spoken(a.Text)) / usualRate(c.Language)
		end := min(to, timeAt(voiced, need)-c.Cut.Span().Start)
		return []interview.Piece{{Start: from, End: end, Text: a.Text}, {Start: end, End: to}}
	case len(why) == 1 && why[0] == DoubtStock:
		var rest []string
		for _, s := range splitSentences(a.Text) {
			if !d.stock.isNever(s) && !d.stock.isForeign(s, c.Language) {
				rest = append(rest, s)
			}
		}
		text := strings.Join(rest, separator(c.Language))
		r := c.request("", part, 2)
		if text != "" && len(d.doubts(interview.Answer{Text: text}, r)) == 0 {
			return []interview.Piece{{Start: from, End: to, Text: text}}
		}
	}
	return unclear
}

// withHoles puts a piece without text where a model with times left speech out for long.
func withHoles(ps []interview.Piece, voiced []interview.Span, origin float64) []interview.Piece {
	covered := make([]interview.Span, 0, len(ps))
	for _, p := range ps {
		covered = append(covered, interview.Span{Start: origin + p.Start, End: origin + p.End})
	}
	for _, s := range subtract(voiced, covered) {
		if s.Seconds() > holeSeconds {
			ps = append(ps, interview.Piece{Start: s.Start - origin, End: s.End - origin})
		}
	}
	slices.SortStableFunc(ps, func(a, b interview.Piece) int { return compare(a.Start, b.Start) })
	return ps
}

// usualRate is how many characters a second people say; between the limits of belief.
func usualRate(language string) float64 {
	if language == "en" {
		return 13
	}
	return 6
}

// timeAt is the moment at which n seconds of the given speech have passed.
func timeAt(voiced []interview.Span, n float64) float64 {
	end := 0.0
	for _, s := range voiced {
		if n <= s.Seconds() {
			return s.Start + n
		}
		n -= s.Seconds()
		end = s.End
	}
	return end
}

// piecesOf moves the pieces of a part into the time of its whole. Text without times becomes one piece of the part's
// length; no text, no piece.
func piecesOf(a interview.Answer, part, whole interview.Cut) []interview.Piece {
	shift := part.Span().Start - whole.Span().Start
	if len(a.Pieces) == 0 {
		if a.Text == "" {
			return nil
		}
		return []interview.Piece{{Start: shift, End: shift + part.Span().Seconds(), Text: a.Text}}
	}
	out := slices.Clone(a.Pieces)
	for i := range out {
		out[i].Start += shift
		out[i].End += shift
	}
	return out
}

func joinPieces(ps []interview.Piece, language string) string {
	var parts []string
	for _, p := range ps {
		if p.Text != "" {
			parts = append(parts, p.Text)
		}
	}
	return strings.Join(parts, separator(language))
}

// separator stands between sentences of a language that are joined.
func separator(language string) string {
	if language == "ja" {
		return ""
	}
	return " "
}
