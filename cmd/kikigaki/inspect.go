package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/voice"
)

// inspectCommand shows what is heard in a recording before a word is recognised.
type inspectCommand struct {
	File     string `arg:"" help:"Recording (audio or video)."`
	Speakers int    `help:"How many people speak: 1, 2 or 3." default:"2"`
	Partial  bool   `help:"Go on with what can be read of a recording that breaks off."`
	JSON     bool   `name:"json" help:"Everything as JSON."`
}

// Run inspects.
func (c *inspectCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := checked(st, s, headless); err != nil {
		return err
	}
	k, err := newKit(s, nil, nil)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kikigaki-inspect-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	run := &local{kit: k, dir: dir, progress: newProgress(st)}
	path, err := run.private(c.File)
	if err != nil {
		return err
	}
	run.progress.step("preparing", 0, 0)
	p, err := pipeline.Prepare(ctx, k, path, dir, pipeline.Wanted{Voices: c.Speakers, Partial: c.Partial, Turns: true}, nil)
	run.progress.end()
	if err != nil {
		return err
	}
	defer p.Close()
	if c.JSON {
		return json.NewEncoder(st.out).Encode(inspection(p))
	}
	return timeline(st.out, p)
}

// inspectReport is what inspect prints as JSON; the first five fields are part of the contract.
type inspectReport struct {
	Duration   float64             `json:"duration"`
	Channels   []interview.Channel `json:"channels"`
	Speech     []interview.Span    `json:"speech"`
	Turns      []interview.Turn    `json:"turns"`
	TalkShare  map[string]float64  `json:"talk_share"` // seconds of a voice over seconds of all voices
	Container  string              `json:"container"`
	Codec      string              `json:"codec"`
	Claimed    float64             `json:"claimed"`
	SampleRate int                 `json:"sample_rate"`
	Layout     interview.Layout    `json:"layout"`
	Voices     int                 `json:"voices"`
	Confidence float64             `json:"confidence"`
	Certain    bool                `json:"certain"`
}

func inspection(p *pipeline.Prepared) inspectReport {
	s := p.Sound
	r := inspectReport{Duration: s.Duration, Channels: s.Channels, Speech: s.Speech, Turns: s.Turns, TalkShare: talkShare(s.Turns), Container: s.Container,
		Codec: s.Codec, Claimed: s.Claimed, SampleRate: s.SampleRate, Layout: s.Layout, Voices: s.Voices, Confidence: s.Confidence, Certain: s.Certain}
	if r.Turns == nil {
		r.Turns = []interview.Turn{}
	}
	return r
}

// talkShare is each voice's part of all speech that was given to a voice.
func talkShare(turns []interview.Turn) map[string]float64 {
	out, sum := map[string]float64{}, 0.0
	for _, t := range turns {
		out[t.Speaker] += t.End - t.Start
		sum += t.End - t.Start
	}
	for who := range out {
		out[who] = math.Round(1000*out[who]/sum) / 1000
	}
	return out
}

// laneWidth is how many characters a timeline is wide.
const laneWidth = 64

// timeline draws who spoke when, for people.
func timeline(w io.Writer, p *pipeline.Prepared) error {
	s, ja := p.Sound, language() == "ja"
	say := func(jaText, enText string, args ...any) {
		text := enText
		if ja {
			text = jaText
		}
		fmt.Fprintf(w, text+"\n", args...)
	}
	claimed := "–"
	if s.Claimed > 0 {
		claimed = pipeline.Length(s.Claimed)
	}
	say("形式 %s / %s、長さ %s(ファイルの表示 %s)", "Format %s / %s, length %s (the file says %s)", s.Container, s.Codec, pipeline.Length(s.Duration), claimed)
	for _, c := range s.Channels {
		say("チャンネル %d  音量 %.1f dBFS  相関 %.2f", "Channel %d  level %.1f dBFS  correlation %.2f", c.Index+1, c.Level, c.Correlation)
	}
	speech := 0.0
	for _, x := range s.Speech {
		speech += x.Seconds()
	}
	say("話し声 %s(%d 区間)、配置 %s: %s", "Speech %s in %d regions, layout %s: %s", pipeline.Length(speech), len(s.Speech), s.Layout, pick(layouts[s.Layout], ja))
	if len(s.Turns) == 0 {
		return nil
	}
	certain := [2]string{"不確か", "uncertain"}
	switch {
	case s.Certain:
		certain = [2]string{"確か", "certain"}
	case s.Confidence >= voice.FileCertain:
		certain = [2]string{"話し声が短く不確か", "uncertain, too little speech"}
	}
	sure := 0
	for _, t := range s.Turns {
		if t.Confidence >= voice.TurnCertain {
			sure++
		}
	}
	say("話者 %d 人、信頼度 %.2f(%s)、発話 %d 回のうち確かなもの %d 回", "%d voices, confidence %.2f (%s), %d turns, %d of them certain", s.Voices, s.Confidence, pick(certain, ja), len(s.Turns), sure)
	return lanes(w, s)
}

// layouts say what the channels are to each other.
var layouts = map[interview.Layout][2]string{
	interview.Mono:       {"全員が一つの音に入っています", "all voices are in one sound"},
	interview.DualMono:   {"左右は同じ音です", "left and right are the same sound"},
	interview.Inverted:   {"左右は逆の波形です(片方だけを使います)", "right is left turned over (one of them is used)"},
	interview.OneSided:   {"片方だけに音があります", "there is sound on one side alone"},
	interview.TwoChannel: {"左右に一人ずつの声があります", "one voice on each side"},
}

func pick(text [2]string, ja bool) string {
	if ja {
		return text[0]
	}
	return text[1]
}

// lanes draws a row of blocks for each voice: the fuller a block, the more of its time the voice speaks.
func lanes(w io.Writer, s interview.Sound) error {
	if s.Duration <= 0 {
		return errors.New("a recording without length")
	}
	blocks := []rune(" ▁▂▃▄▅▆▇█")
	share := talkShare(s.Turns)
	var names []string
	for _, t := range s.Turns {
		if !slices.Contains(names, t.Speaker) {
			names = append(names, t.Speaker)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		cells := make([]float64, laneWidth)
		for _, t := range s.Turns {
			if t.Speaker != name {
				continue
			}
			for i := range cells {
				from, to := s.Duration*float64(i)/laneWidth, s.Duration*float64(i+1)/laneWidth
				cells[i] += max(0, min(to, t.End)-max(from, t.Start)) / (to - from)
			}
		}
		var row strings.Builder
		for _, c := range cells {
			row.WriteRune(blocks[int(math.Round(min(1, c)*8))])
		}
		fmt.Fprintf(w, "%-4s│%s│ %3.0f%%\n", name, row.String(), 100*share[name])
	}
	_, err := fmt.Fprintf(w, "    0:00%*s\n", laneWidth-2, pipeline.Length(s.Duration))
	return err
}
