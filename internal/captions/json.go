package captions

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// jsonFile takes the shapes that .json transcripts come in: that of the samples, our own Transcript, Whisper's
// verbose_json, lists of utterances, and a bare list.
type jsonFile struct {
	Lang         string          `json:"lang"`
	Language     string          `json:"language"`
	RecordedOn   string          `json:"recorded_on"`
	Timed        *bool           `json:"timed"`
	Participants []jsonSpeaker   `json:"participants"`
	Speakers     json.RawMessage `json:"speakers"` // a list of speakers, or in other programs a number
	Segments     []jsonSegment   `json:"segments"`
	Utterances   []jsonSegment   `json:"utterances"`
	Entries      []jsonSegment   `json:"entries"`
	Cues         []jsonSegment   `json:"cues"`
	Text         json.RawMessage `json:"text"`
	Transcript   json.RawMessage `json:"transcript"`
}

type jsonSpeaker struct {
	Speaker    string         `json:"speaker"`
	Label      string         `json:"label"`
	Name       string         `json:"name"`
	Role       interview.Part `json:"role"`
	Confidence float64        `json:"confidence"`
	By         string         `json:"by"`
}

type jsonSegment struct {
	ID           json.RawMessage `json:"id"`
	Start        jsonTime        `json:"start"`
	End          jsonTime        `json:"end"`
	StartTime    jsonTime        `json:"start_time"`
	EndTime      jsonTime        `json:"end_time"`
	Speaker      json.RawMessage `json:"speaker"`
	SpeakerLabel string          `json:"speaker_label"`
	Name         string          `json:"name"`
	Text         *string         `json:"text"`
	Content      *string         `json:"content"`
	Confidence   float64         `json:"confidence"`
	Unclear      bool            `json:"unclear"`
	OffRecord    bool            `json:"off_record"`
	Corrected    bool            `json:"corrected"`
}

// jsonTime is seconds as a number, as text ("12.5"), or a clock ("00:00:12.5"); not set when null, absent or nonsense.
type jsonTime struct {
	seconds float64
	set     bool
}

func (t *jsonTime) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(strings.Trim(string(b), `"`))
	if v, err := strconv.ParseFloat(strings.TrimSuffix(s, "s"), 64); err == nil && !math.IsNaN(v) && v >= 0 && v < 1e9 {
		t.seconds, t.set = v, true
	} else if start, _, ok := parseTiming(s+" --> "+s, arrowLine); ok {
		t.seconds, t.set = start, true
	}
	return nil
}

func looksLikeJSON(text string) bool { return json.Valid([]byte(text)) }

func parseJSON(data []byte) (File, string, error) {
	var in jsonFile
	data = bytes.TrimSpace(data)
	if data[0] == '[' {
		if err := json.Unmarshal(data, &in.Segments); err != nil {
			return File{}, "", unreadable("a list of other things")
		}
	} else if err := json.Unmarshal(data, &in); err != nil {
		if _, ok := errors.AsType[*json.SyntaxError](err); ok {
			return File{}, "", unreadable("broken JSON")
		}
		return File{}, "", unreadable("JSON of another shape")
	}
	segments := firstOf(in.Segments, in.Utterances, in.Entries, in.Cues)
	if segments == nil {
		var nested []jsonSegment
		if json.Unmarshal(in.Transcript, &nested) == nil && nested != nil {
			segments = nested
		} else if text := firstText(in.Text, in.Transcript); text != "" {
			segments = []jsonSegment{{Text: &text}} // one text without times
		} else if in.Segments == nil && in.Utterances == nil && in.Entries == nil && in.Cues == nil && in.Text == nil && in.Transcript == nil {
			return File{}, "", unreadable("JSON without segments")
		}
	}
	f := File{Format: "json", RecordedOn: validDate(in.RecordedOn)}
	people := in.Participants
	if people == nil {
		_ = json.Unmarshal(in.Speakers, &people) // a mere number of speakers is no list
	}
	f.Transcript = fromJSON(segments, people)
	if in.Timed != nil && !*in.Timed {
		f.Transcript.Timed = false
	}
	for _, p := range people {
		if label := cmp.Or(p.Speaker, p.Label); label != "" {
			f.Participants = append(f.Participants, Participant{Speaker: label, Role: validPart(p.Role), Name: squeeze(p.Name)})
		}
	}
	return f, languageCode(cmp.Or(in.Lang, in.Language)), nil
}

func firstOf(lists ...[]jsonSegment) []jsonSegment {
	for _, l := range lists {
		if l != nil {
			return l
		}
	}
	return nil
}

func firstText(raw ...json.RawMessage) string {
	for _, r := range raw {
		var s string
		if json.Unmarshal(r, &s) == nil && strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// fromJSON keeps the ids and labels of the input. Ids that are missing, below 1 or doubled cannot be cited: then all
// are numbered anew.
func fromJSON(in []jsonSegment, people []jsonSpeaker) *interview.Transcript {
	t := &interview.Transcript{Timed: len(in) > 0, Segments: []interview.Segment{}}
	labels := newLabels()
	for _, p := range people {
		if label := cmp.Or(p.Speaker, p.Label); label != "" && !labels.taken[label] {
			s := interview.Speaker{Label: label, Name: squeeze(p.Name), Role: validPart(p.Role), Confidence: p.Confidence, By: p.By}
			if s.Role != interview.PartUnknown && s.By == "" {
				s.Confidence, s.By = 1, "participants"
			}
			labels.speakers = append(labels.speakers, s)
			labels.taken[label], labels.byName[label] = true, label
		}
	}
	seen, ids, inMilliseconds := map[int]bool{}, true, false
	for _, s := range in {
		inMilliseconds = inMilliseconds || cmp.Or(s.End, s.EndTime).seconds > 86400 // no talk lasts a day
	}
	for _, s := range in {
		text := ""
		if s.Text != nil {
			text = *s.Text
		} else if s.Content != nil {
			text = *s.Content
		}
		text = clean(text)
		start, end := cmp.Or(s.Start, s.StartTime), cmp.Or(s.End, s.EndTime)
		t.Timed = t.Timed && start.set && end.set
		if strings.TrimSpace(text) == "" && !s.Unclear && !s.OffRecord {
			continue
		}
		seg := interview.Segment{Start: start.seconds, End: max(start.seconds, end.seconds), Text: strings.TrimSpace(text),
			Speaker: labels.of(speakerOf(s)), Confidence: s.Confidence, Unclear: s.Unclear, OffRecord: s.OffRecord, Corrected: s.Corrected}
		if inMilliseconds {
			seg.Start, seg.End = seg.Start/1000, seg.End/1000
		}
		id, err := strconv.Atoi(strings.Trim(string(s.ID), `"`))
		if err != nil || id < 1 || seen[id] {
			ids = false
		}
		seen[id], seg.ID = true, id
		t.Segments = append(t.Segments, seg)
	}
	if t.Timed {
		slices.SortStableFunc(t.Segments, func(a, b interview.Segment) int { return cmp.Compare(a.Start, b.Start) })
	}
	for i := range t.Segments {
		if !ids {
			t.Segments[i].ID = i + 1
		}
		if !t.Timed {
			t.Segments[i].Start, t.Segments[i].End = 0, 0
		}
	}
	t.Speakers = labels.speakers
	return t
}

func speakerOf(s jsonSegment) string {
	var name string
	if json.Unmarshal(s.Speaker, &name) == nil && name != "" {
		return squeeze(clean(name))
	}
	var n int
	if s.Speaker != nil && json.Unmarshal(s.Speaker, &n) == nil && string(s.Speaker) != "null" {
		return "S" + strconv.Itoa(n)
	}
	return squeeze(clean(cmp.Or(s.SpeakerLabel, s.Name)))
}

func validPart(p interview.Part) interview.Part {
	switch p {
	case interview.PartEmployee, interview.PartInterviewer, interview.PartOther:
		return p
	}
	return interview.PartUnknown
}

func languageCode(s string) string {
	switch s = strings.ToLower(s); {
	case s == "ja" || strings.HasPrefix(s, "ja-") || s == "japanese":
		return "ja"
	case s == "en" || strings.HasPrefix(s, "en-") || s == "english":
		return "en"
	}
	return ""
}

// validDate passes YYYY-MM-DD on and drops all else.
func validDate(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}
