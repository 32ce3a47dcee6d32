package drafting

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

func TestShortTalkGoesInOnePass(t *testing.T) {
	t.Parallel()
	plants := planted(topics[0])
	s := &scripted{plants: plants}
	l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{Keys: map[string]string{"*": "key"}})
	in := input(t, talk(600, plants))
	d, err := l.Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	arrive(t, d, plants)
	calls := server.Chats()
	if len(calls) != 1 {
		t.Fatalf("%d requests, want 1", len(calls))
	}
	c := calls[0]
	if len(c.Messages) != 3 || c.Messages[0].Role != "system" || c.Messages[2].Role != "user" {
		t.Fatalf("messages %v", c.Messages)
	}
	if got := linesOf(c.Messages[2].Content); len(got) != len(in.Transcript.Segments) || got[0].label != "A" {
		t.Errorf("%d lines in the last message, want %d", len(got), len(in.Transcript.Segments))
	}
	for _, l := range strings.Split(c.Messages[2].Content, "\n") {
		if !lineForm.MatchString(l) {
			t.Errorf("the last message holds %q", l)
		}
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(c.Body, &body); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"tools", "tool_choice", "functions", "store", "metadata", "user"} {
		if _, there := body[k]; there {
			t.Errorf("the request has %s", k)
		}
	}
	if strings.Contains(string(c.Body), "http") {
		t.Error("the request holds an address")
	}
	if d.Author.Engine != "llm" || d.Author.Model != "stand-in" || !strings.HasPrefix(d.Author.Prompt, "single@1:") {
		t.Errorf("author %+v", d.Author)
	}
	if d.Processing.LLM == nil || d.Processing.LLM.Country != "JP" {
		t.Errorf("processing %+v", d.Processing)
	}
	if d.Cost.InputTokens == 0 || d.Cost.OutputTokens == 0 {
		t.Errorf("cost %+v", d.Cost)
	}
	if d.Coverage.Segments != 100 || d.Coverage.Read != 100 {
		t.Errorf("coverage %+v", d.Coverage)
	}
	a := d.Section("action_items").Statements[0]
	if a.Owner != interview.PartEmployee || a.Due == nil || *a.Due != "来月末までに" || a.DueDate == nil || *a.DueDate != "2026-07-31" {
		t.Errorf("action %+v", a)
	}
	if len(d.Summary) != 4 {
		t.Errorf("summary %+v", d.Summary)
	}
	if len(l.memo.items) != 0 {
		t.Error("answers are kept after the draft stands")
	}
}

// TestThreeHours plants facts in each tenth of a talk of three hours: all arrive, and every segment is in exactly one
// last message.
func TestThreeHours(t *testing.T) {
	t.Parallel()
	plants := allPlants()
	s := &scripted{plants: plants}
	l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{})
	in := input(t, talk(3*3600, plants))
	d, err := l.Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	arrive(t, d, plants)
	for _, g := range in.Transcript.Segments {
		if s.read[g.ID] != 1 {
			t.Errorf("segment %d was read %d times", g.ID, s.read[g.ID])
		}
	}
	if d.Coverage.Read != len(in.Transcript.Segments) || d.Coverage.Segments != len(in.Transcript.Segments) {
		t.Errorf("coverage %+v of %d segments", d.Coverage, len(in.Transcript.Segments))
	}
	var first string
	for _, c := range server.Chats() {
		if stageOf(c) != "extract" {
			continue
		}
		if first == "" {
			first = c.Messages[0].Content
		}
		if c.Messages[0].Content != first {
			t.Error("the instructions of two parts differ, so that their prefix cannot be cached")
		}
	}
	if !strings.HasPrefix(d.Author.Prompt, "extract@1:") || !strings.Contains(d.Author.Prompt, " write@1:") {
		t.Errorf("prompt %q", d.Author.Prompt)
	}
}

// TestSixtyMinutesCost holds interviews of an hour to their budget: input at most twice the talk, at most six requests;
// with few and with many facts, at the pace of the samples (about 330 characters a minute) and slower.
func TestSixtyMinutesCost(t *testing.T) {
	t.Parallel()
	models, err := endpoint.LoadModels("")
	if err != nil {
		t.Fatal(err)
	}
	count := models.Chat("stand-in").Tokens
	for _, c := range []struct {
		name   string
		pace   int // seconds a segment
		facts  int
		budget bool // the hour must keep its budget
		length int
	}{
		{"60 min, 40 facts", 6, 40, true, 3600},
		{"60 min, 80 facts", 6, 80, true, 3600},
		{"60 min, slow, 40 facts", 9, 40, true, 3600},
		{"30 min, 40 facts", 6, 40, false, 1800},
		{"180 min, 160 facts", 6, 160, true, 3 * 3600},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var plants []plant
			for i := range c.facts / 4 {
				plants = append(plants, planted(topics[i%len(topics)]+strings.Repeat("など", i/len(topics)))...)
			}
			s := &scripted{plants: plants}
			l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{})
			tr := talk(c.length*6/c.pace, plants)
			for i := range tr.Segments {
				tr.Segments[i].Start, tr.Segments[i].End = float64(i*c.pace), float64((i+1)*c.pace)
			}
			in := input(t, tr)
			d, err := l.Draft(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			arrive(t, d, plants)
			talkTokens := newScript(in.Transcript, count).tokens()
			total, stages := 0, map[string]int{}
			for _, call := range server.Chats() {
				n := count(string(call.Schema))
				for _, m := range call.Messages {
					n += count(m.Content)
				}
				stages[stageOf(call)]++
				total += n
			}
			ratio := float64(total) / float64(talkTokens)
			t.Logf("| %s | %d | %d | %.2f | %d (%v) |", c.name, talkTokens, total, ratio, len(server.Chats()), stages)
			if c.budget && ratio > 2.0 {
				t.Errorf("input is %.2f times the talk, want at most 2.0", ratio)
			}
			if n := len(server.Chats()); c.budget && c.length == 3600 && n > 6 {
				t.Errorf("%d requests, want at most 6", n)
			}
		})
	}
}

func TestUnknownSegmentsAreDropped(t *testing.T) {
	t.Parallel()
	for _, length := range []int{600, 1800} {
		s := &scripted{plants: planted(topics[0])}
		s.change = func(stage string, answer map[string]any) {
			if facts, ok := answer["facts"].([]any); ok {
				for _, f := range facts {
					f.(map[string]any)["segments"] = []int{987654}
				}
			}
			if sections, ok := answer["sections"].(map[string]any); ok && stage == "single" {
				for _, x := range sections["wishes"].(map[string]any)["statements"].([]any) {
					x.(map[string]any)["evidence"] = []any{map[string]any{"segment": 987654, "quote": "ない言葉"}}
				}
			}
		}
		l, _ := serve(t, "stand-in", s, testkit.OpenAIOptions{})
		d, err := l.Draft(t.Context(), input(t, talk(length, s.plants)))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Section("wishes").Statements; len(got) != 0 {
			t.Errorf("%d s: a statement about a segment that does not exist: %+v", length, got)
		}
		if !slices.Contains(d.Dropped, interview.Dropped{Segment: 987654, Reason: "segment_not_found"}) {
			t.Errorf("%d s: dropped %v", length, d.Dropped)
		}
	}
}

func TestCancelEndsTheCalls(t *testing.T) {
	t.Parallel()
	s := &scripted{}
	l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{Fault: func(testkit.Call) testkit.Fault { return testkit.FaultHang }})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := l.Draft(ctx, input(t, talk(1800, planted(topics[0]))))
		done <- err
	}()
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the draft goes on after its context has ended")
	}
	_ = server
}

func TestNothingSaidAsksNothing(t *testing.T) {
	t.Parallel()
	l, server := serve(t, "stand-in", &scripted{}, testkit.OpenAIOptions{})
	tr := talk(60, nil)
	for i := range tr.Segments {
		tr.Segments[i].OffRecord, tr.Segments[i].Text = true, ""
	}
	d, err := l.Draft(t.Context(), input(t, tr))
	if err != nil {
		t.Fatal(err)
	}
	if len(server.Chats()) != 0 || len(texts(d)) != 0 || d.Coverage.Read != len(tr.Segments) {
		t.Errorf("requests %d, draft %s, coverage %+v", len(server.Chats()), describe(d), d.Coverage)
	}
}

// TestRetryPaysOnce fails a run after its parts were read; the next run on the same engine asks only for what is
// missing.
func TestRetryPaysOnce(t *testing.T) {
	t.Parallel()
	s := &scripted{plants: planted(topics[0])}
	down := true
	l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{Chat: func(c testkit.ChatCall) (string, error) {
		if stageOf(c) == "write" && down {
			return "", errors.New("down")
		}
		return s.chat(c)
	}})
	in := input(t, talk(1800, s.plants))
	if _, err := l.Draft(t.Context(), in); interview.Code(err) != "endpoint_unavailable" {
		t.Fatalf("error %v, want endpoint_unavailable", err)
	}
	before := len(server.Chats())
	down = false
	d, err := l.Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	arrive(t, d, s.plants)
	if n := len(server.Chats()) - before; n != 1 {
		t.Errorf("%d requests in the second run, want 1", n)
	}
	if len(l.memo.items) != 0 || l.memo.size != 0 {
		t.Error("answers are kept after the draft stands")
	}
}

func TestNewLLMRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	models, err := endpoint.LoadModels("")
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []endpoint.Settings{{}, {BaseURL: "http://x/v1"}, {BaseURL: "x", Model: "m"}} {
		if l, err := NewLLM(set, models, nil, nil, Options{}); err == nil {
			t.Errorf("%+v made %v", set, l)
		}
	}
	l, _ := serve(t, "stand-in", &scripted{}, testkit.OpenAIOptions{})
	in := input(t, talk(60, nil))
	in.Language = "fr"
	if _, err := l.Draft(t.Context(), in); interview.Code(err) != "language_unknown" {
		t.Errorf("French: %v", err)
	}
	if l.Name() != EngineLLM {
		t.Error(l.Name())
	}
}
