package interview

import "time"

// Segment is one stretch of speech by one speaker in a transcript. Ids are never reused within an interview; with a
// .json transcript they are the input's own.
type Segment struct {
	ID         int     `json:"id"`
	Start      float64 `json:"start"` // seconds; meaningless when the transcript is not Timed
	End        float64 `json:"end"`
	Speaker    string  `json:"speaker"` // a Speaker.Label
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence,omitempty"` // of the speaker, 0 to 1; 0 when nothing was measured
	Unclear    bool    `json:"unclear,omitempty"`    // 聞き取れず: speech was there, no usable text
	Corrected  bool    `json:"corrected,omitempty"`  // by a person
	OffRecord  bool    `json:"off_record,omitempty"` // removed at a participant's wish; Text is empty
	Cut        string  `json:"cut,omitempty"`        // the cut it came from
}

// Speaker is a voice of the transcript and who it is.
type Speaker struct {
	Label      string  `json:"label"` // "A", "B", "S1", …
	Name       string  `json:"name,omitempty"`
	Role       Part    `json:"role"`
	Confidence float64 `json:"confidence"` // of Role, 0 to 1
	By         string  `json:"by"`         // channel, captions, participants, text, person, ""
}

// Transcript is one version of what was said.
type Transcript struct {
	Version   int       `json:"version"`
	Language  string    `json:"language"`
	Source    string    `json:"source"` // captions, speech, hand
	Timed     bool      `json:"timed"`
	Speakers  []Speaker `json:"speakers"`
	Segments  []Segment `json:"segments"`
	Coverage  Coverage  `json:"coverage"`
	Model     string    `json:"model,omitempty"` // the recogniser's; empty for captions
	Author    string    `json:"author,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// Part returns the role of the speaker with that label, PartUnknown when there is none.
func (t *Transcript) Part(label string) Part {
	for _, s := range t.Speakers {
		if s.Label == label {
			if s.Role == "" {
				return PartUnknown
			}
			return s.Role
		}
	}
	return PartUnknown
}

// Segment returns the segment with that id, nil when there is none.
func (t *Transcript) Segment(id int) *Segment {
	for i := range t.Segments {
		if t.Segments[i].ID == id {
			return &t.Segments[i]
		}
	}
	return nil
}

// Coverage says how much of the speech became text. For captions the seconds are those of the cues.
type Coverage struct {
	Speech      float64  `json:"speech_seconds"`
	Sent        float64  `json:"sent_seconds"`
	Transcribed float64  `json:"transcribed_seconds"`
	Holes       []Span   `json:"holes,omitempty"`    // speech without usable text
	Thin        []Span   `json:"thin,omitempty"`     // text much thinner than the voice's usual: words may be missing
	Pace        float64  `json:"pace,omitempty"`     // letters a second of speech, over all
	LeftOut     []string `json:"left_out,omitempty"` // reasons of artefacts removed, one each: stock_phrase, …
}

// Share is Transcribed over Speech, 1 when there was no speech to cover.
func (c Coverage) Share() float64 {
	if c.Speech <= 0 {
		return 1
	}
	return min(1, c.Transcribed/c.Speech)
}
