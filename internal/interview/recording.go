package interview

import (
	"fmt"
	"time"
)

// SampleRate is the rate, in Hz, of the PCM everything after decoding works on. Absolute time is a sample count.
const SampleRate = 16000

// Recording is one file handed in for an interview.
type Recording struct {
	ID        string    `json:"id"`
	Interview string    `json:"interview"`
	Key       string    `json:"-"` // object key; holds a random id, never reused
	Version   string    `json:"-"` // object version or ETag seen at ingest
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256,omitempty"` // hex, set when a worker has read the bytes
	Format    string    `json:"format,omitempty"`
	Channels  []Part    `json:"channels,omitempty"` // who speaks on which channel, when the uploader said so
	Speakers  int       `json:"speakers"`           // 1, 2 or 3 voices as the uploader says; 0 means 2
	Partial   bool      `json:"partial"`            // "go on with what could be read"
	Sound     *Sound    `json:"sound,omitempty"`
	At        time.Time `json:"at"`
	Erased    bool      `json:"erased"`
}

// Layout is what the channels of a recording are to each other.
type Layout string

const (
	Mono       Layout = "mono"
	DualMono   Layout = "dual_mono"   // the same sound twice
	Inverted   Layout = "inverted"    // the same sound, one turned over: a sum would be silence
	OneSided   Layout = "one_sided"   // one channel is empty
	TwoChannel Layout = "two_channel" // one speaker a channel
)

// Span is a stretch of time in seconds from the start of the recording.
type Span struct {
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// Seconds is the length of s.
func (s Span) Seconds() float64 { return s.End - s.Start }

// Turn is a stretch in which one voice speaks. Speaker is a label of the sound ("S1", "S2"), not yet a person.
type Turn struct {
	Speaker    string  `json:"speaker"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	Confidence float64 `json:"confidence"` // 0 to 1
}

// Channel is the measured level of one channel of the file.
type Channel struct {
	Index       int     `json:"index"`
	Level       float64 `json:"level"`       // dBFS, mean power of the active frames
	Correlation float64 `json:"correlation"` // with channel 0, -1 to 1
}

// Sound is what was heard in a recording before a word of it was recognised.
type Sound struct {
	Container  string    `json:"container"`
	Codec      string    `json:"codec"`
	Claimed    float64   `json:"claimed"`  // seconds the container says; 0 when it says nothing
	Duration   float64   `json:"duration"` // seconds decoded
	SampleRate int       `json:"sample_rate"`
	Layout     Layout    `json:"layout"`
	Channels   []Channel `json:"channels"`
	Speech     []Span    `json:"speech"`
	Turns      []Turn    `json:"turns"`
	Confidence float64   `json:"confidence"` // of the turns as a whole, 0 to 1
	Certain    bool      `json:"certain"`    // the turns may be shown as certain
	Voices     int       `json:"voices"`     // how many speakers Turns tells apart; 0 when turns were not looked for
	Starts     [][]Turn  `json:"-"`          // other readings of the same sound, best first; text cues may choose among them
}

// Cut is one piece of the recording to be transcribed: samples [From, To) of one decoded channel at SampleRate.
// Its id is its range and channel, so that a second run over the same bytes makes the same rows.
type Cut struct {
	Channel int    `json:"channel"`
	From    int64  `json:"from"`
	To      int64  `json:"to"`
	Speaker string `json:"speaker,omitempty"` // the one voice in it, when the sound allows
}

// ID names the cut within its recording: "0-480000-960000".
func (c Cut) ID() string { return fmt.Sprintf("%d-%d-%d", c.Channel, c.From, c.To) }

// Span is the cut in seconds.
func (c Cut) Span() Span {
	return Span{float64(c.From) / SampleRate, float64(c.To) / SampleRate}
}

// Answer is what a recogniser said about one cut, after it was checked to be an answer at all.
type Answer struct {
	Cut      string   `json:"cut"`
	Text     string   `json:"text"`
	Pieces   []Piece  `json:"pieces,omitempty"` // only from models with timestamps
	Model    string   `json:"model"`
	Language string   `json:"language,omitempty"`
	Seconds  float64  `json:"seconds"` // audio seconds billed as reported, else sent
	Tries    int      `json:"tries"`
	Request  string   `json:"request,omitempty"` // the endpoint's request id
	Doubts   []string `json:"doubts,omitempty"`  // stock_phrase, loop, prompt_echo, wrong_language, empty, too_short, too_long
	Unclear  bool     `json:"unclear"`           // given up: marked 聞き取れず
}

// Piece is a part of an answer with times in seconds from the start of its cut.
type Piece struct {
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Text  string  `json:"text"`
	Voice string  `json:"voice,omitempty"` // the provider's own speaker label, the least trusted source
}
