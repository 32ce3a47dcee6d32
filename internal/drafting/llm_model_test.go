package drafting

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
	"kikigaki/prompts"
)

// scripted plays the model by rule: it reports the plants it can see in the lines of a request, and nothing else. What
// it cannot see it cannot report, so what arrives in a draft was read.
type scripted struct {
	plants []plant

	mu     sync.Mutex
	stages []string
	read   map[int]int                               // lines in last messages of extract and single requests that were answered, by segment
	change func(stage string, answer map[string]any) // spoils an answer
	revise func(data, lines string) []map[string]any
}

// plant is something said in the talk and what a careful reader writes down.
type plant struct {
	said    string // words of the segment
	section string
	claim   string
	quote   string
	kind    string
	owner   string
	due     string
	also    int // further segment as evidence, relative to the plant's
}

var lineForm = regexp.MustCompile(`^(\d+)\|([^|]*)\|(.*)$`)

type seenLine struct {
	id    int
	label string
	text  string
}

func linesOf(message string) []seenLine {
	var out []seenLine
	for _, l := range strings.Split(message, "\n") {
		if m := lineForm.FindStringSubmatch(l); m != nil {
			id, _ := strconv.Atoi(m[1])
			out = append(out, seenLine{id, m[2], m[3]})
		}
	}
	return out
}

// stageOf reads the stage from response_format, or from the schema in the instructions.
func stageOf(c testkit.ChatCall) string {
	var f struct {
		Schema struct {
			Name string `json:"name"`
		} `json:"json_schema"`
	}
	if json.Unmarshal(c.Schema, &f) == nil && f.Schema.Name != "" {
		return f.Schema.Name
	}
	system := c.Messages[0].Content
	switch {
	case strings.Contains(system, `"changes"`):
		return "revise"
	case strings.Contains(system, `"state_evidence"`):
		return "single"
	case strings.Contains(system, `"claim"`):
		return "extract"
	}
	return "write"
}

func (s *scripted) chat(c testkit.ChatCall) (string, error) {
	stage := stageOf(c)
	last := c.Messages[len(c.Messages)-1].Content
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stages = append(s.stages, stage)
	var answer map[string]any
	switch stage {
	case "extract":
		answer = s.extract(last)
	case "write":
		answer = s.write(c, last)
	case "single":
		answer = s.single(c, last)
	case "revise":
		changes := []map[string]any{}
		if s.revise != nil {
			changes = append(changes, s.revise(c.Messages[len(c.Messages)-2].Content, last)...)
		}
		answer = map[string]any{"changes": changes}
	}
	if s.change != nil {
		s.change(stage, answer)
	}
	good := c.Fault == "" || c.Fault == testkit.FaultNoUsage
	if (stage == "extract" || stage == "single") && good {
		if s.read == nil {
			s.read = map[int]int{}
		}
		for _, l := range linesOf(last) {
			s.read[l.id]++
		}
	}
	data, err := json.Marshal(answer)
	return string(data), err
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (s *scripted) extract(message string) map[string]any {
	facts := []any{}
	for _, l := range linesOf(message) {
		for _, p := range s.plants {
			if !strings.Contains(l.text, p.said) {
				continue
			}
			kind := p.kind
			if kind == "" {
				kind = prompts.KindSaid
			}
			ids := []int{l.id}
			if p.also != 0 {
				ids = append(ids, l.id+p.also)
			}
			facts = append(facts, map[string]any{"section": p.section, "claim": p.claim, "speaker": "employee", "segments": ids,
				"quote": p.quote, "kind": kind, "owner": orNil(p.owner), "due": orNil(p.due)})
		}
	}
	return map[string]any{"facts": facts}
}

// keysOf are the sections an answer must have, from the schema of the request.
func keysOf(c testkit.ChatCall) []string {
	var f struct {
		Schema struct {
			Schema struct {
				Properties struct {
					Sections struct {
						Required []string `json:"required"`
					} `json:"sections"`
				} `json:"properties"`
			} `json:"schema"`
		} `json:"json_schema"`
	}
	if json.Unmarshal(c.Schema, &f) == nil && len(f.Schema.Schema.Properties.Sections.Required) > 0 {
		return f.Schema.Schema.Properties.Sections.Required
	}
	system := c.Messages[0].Content
	at := strings.Index(system, `{"type":"object"`)
	if at < 0 {
		return nil
	}
	var inline struct {
		Properties struct {
			Sections struct {
				Required []string `json:"required"`
			} `json:"sections"`
		} `json:"properties"`
	}
	if err := json.NewDecoder(strings.NewReader(system[at:])).Decode(&inline); err != nil {
		return nil
	}
	return inline.Properties.Sections.Required
}

// write makes a statement of every fact, equal claims of a section in one, and leaves out what a later fact corrects.
func (s *scripted) write(c testkit.ChatCall, message string) map[string]any {
	type row struct {
		id            int
		section, kind string
		claim         string
	}
	var rows []row
	for _, l := range strings.Split(message, "\n") {
		f := strings.Split(l, "|")
		if len(f) < 6 {
			continue
		}
		id, _ := strconv.Atoi(f[0])
		rows = append(rows, row{id, f[1], f[3], f[4]})
	}
	sections := map[string]any{}
	summary := []any{}
	for _, k := range keysOf(c) {
		list := []map[string]any{}
		for _, x := range rows {
			if x.section != k || x.kind == prompts.KindRetracts {
				continue
			}
			if i := slices.IndexFunc(list, func(m map[string]any) bool { return m["text"] == x.claim }); i >= 0 {
				list[i]["facts"] = append(list[i]["facts"].([]int), x.id)
				continue
			}
			list = append(list, map[string]any{"text": x.claim, "facts": []int{x.id}, "sensitive": false})
		}
		sections[k] = list
		if len(list) > 0 && len(summary) < 4 {
			summary = append(summary, map[string]any{"text": list[0]["text"], "facts": list[0]["facts"]})
		}
	}
	return map[string]any{"sections": sections, "summary": summary}
}

func (s *scripted) single(c testkit.ChatCall, message string) map[string]any {
	sections := map[string]any{}
	summary := []any{}
	for _, k := range keysOf(c) {
		list := []any{}
		state, stateEvidence := "not_discussed", []any{}
		for _, l := range linesOf(message) {
			for _, p := range s.plants {
				if p.section != k || !strings.Contains(l.text, p.said) {
					continue
				}
				ev := []any{map[string]any{"segment": l.id, "quote": p.quote}}
				if p.kind == prompts.KindNone {
					state, stateEvidence = "stated_none", ev
					continue
				}
				if p.kind != "" && p.kind != prompts.KindSaid {
					continue
				}
				state = "discussed"
				st := map[string]any{"text": p.claim, "speaker": "employee", "sensitive": false, "evidence": ev}
				if k == interview.ActionItems {
					st["owner"], st["due"] = p.owner, orNil(p.due)
				}
				list = append(list, st)
				if len(summary) < 4 {
					summary = append(summary, map[string]any{"text": p.claim, "evidence": ev})
				}
			}
		}
		sections[k] = map[string]any{"state": state, "state_evidence": stateEvidence, "statements": list}
	}
	return map[string]any{"off_record": []int{}, "instructions": []int{}, "sections": sections, "summary": summary}
}

var topics = []string{"倉庫の自動化", "海外の販売", "新人の教育", "品質の監査", "設備の更新", "広報の記事", "採用の面接", "原価の分析", "安全の巡回", "契約の管理"}

// planted makes one fact of each heart section for each topic.
func planted(topic string) []plant {
	return []plant{
		{said: "来年は" + topic + "の企画を担当したいです。", section: "wishes", claim: "来年は" + topic + "の企画を担当したい。", quote: "来年は" + topic + "の企画を担当したい"},
		{said: topic + "の引き継ぎが間に合うか、ちょっと不安です。", section: "concerns", claim: topic + "の引き継ぎが間に合うか、ちょっと不安だ。", quote: topic + "の引き継ぎが間に合うか、ちょっと不安"},
		{said: topic + "に要る知識がまだ足りないです。", section: "skill_gaps", claim: topic + "に要る知識がまだ足りない。", quote: topic + "に要る知識がまだ足りない"},
		{said: topic + "の資料を、来月末までに送ります。", section: "action_items", claim: topic + "の資料を送る。", quote: topic + "の資料を、来月末までに送ります", owner: "employee", due: "来月末までに"},
	}
}

// chatter is what people say between the things worth writing down.
var chatter = []struct{ label, text string }{
	{"A", "ここまでの流れを、もう少しくわしく教えてもらえますか。"},
	{"B", "先月の棚卸しのときは、数が合わなくて、みんなで二回数え直しました。倉庫の奥のほうまで見て、やっと合いました。"},
	{"A", "そうでしたか。"},
	{"B", "それで、そのあとは手順の紙を作り直して、朝の集まりで読み合わせをしています。読むだけでもだいぶちがいます。"},
	{"A", "なるほど、そういうやり方にしたんですね。"},
	{"B", "はい、前は口で伝えるだけだったので、聞いた人によって少しずつちがっていました。"},
}

// talk makes a talk of that many seconds, one segment every six seconds, with the plants spread evenly over it.
func talk(seconds int, plants []plant) *interview.Transcript {
	t := &interview.Transcript{Version: 1, Language: "ja", Source: "captions", Timed: true, Speakers: []interview.Speaker{
		{Label: "A", Role: interview.PartInterviewer, Confidence: 1}, {Label: "B", Role: interview.PartEmployee, Confidence: 1}}}
	n := seconds / 6
	at := map[int]plant{}
	for i, p := range plants {
		at[(2*i+1)*n/(2*len(plants))] = p
	}
	for i := range n {
		c := chatter[i%len(chatter)]
		s := interview.Segment{ID: i + 1, Start: float64(i * 6), End: float64(i*6 + 5), Speaker: c.label, Text: c.text}
		if p, ok := at[i]; ok {
			s.Speaker, s.Text = "B", p.said
		}
		t.Segments = append(t.Segments, s)
	}
	return t
}

func allPlants() []plant {
	var out []plant
	for _, topic := range topics {
		out = append(out, planted(topic)...)
	}
	return out
}

// serve starts the stand-in with a model and an engine on it. The engine never really waits.
func serve(t testing.TB, model string, s *scripted, o testkit.OpenAIOptions) (*LLM, *testkit.OpenAIServer) {
	t.Helper()
	if o.Chat == nil {
		o.Chat = s.chat
	}
	server := testkit.OpenAI(t, o)
	models, err := endpoint.LoadModels("")
	if err != nil {
		t.Fatal(err)
	}
	set := endpoint.Settings{BaseURL: server.URL, APIKey: "key", Model: model, Processor: "Test", Country: "JP"}
	l, err := NewLLM(set, models, nil, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.pause = func(ctx context.Context, d time.Duration) error { return ctx.Err() }
	return l, server
}

// builtIn reads the templates once for all tests; nothing changes them.
var builtIn = sync.OnceValues(func() (*prompts.Library, error) { return prompts.Open("") })

func library(t testing.TB) *prompts.Library {
	t.Helper()
	l, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func input(t testing.TB, tr *interview.Transcript) Input {
	t.Helper()
	tpl, err := library(t).Get("career-interview", tr.Language)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Transcript: tr, Template: tpl, RecordedOn: "2026-06-10", Interview: "i1"}
}

// texts are the statements of a draft as section and text.
func texts(d *interview.Draft) []string {
	var out []string
	for _, s := range d.Sections {
		for _, st := range s.Statements {
			out = append(out, s.Key+": "+st.Text)
		}
	}
	return out
}

// arrive fails the test for every plant that is not a statement of its section with its quote.
func arrive(t *testing.T, d *interview.Draft, plants []plant) {
	t.Helper()
	for i, p := range plants {
		s := d.Section(p.section)
		found := slices.ContainsFunc(s.Statements, func(st interview.Statement) bool {
			return st.Text == p.claim && slices.ContainsFunc(st.Evidence, func(e interview.Evidence) bool { return e.Quote == p.quote })
		})
		if !found {
			t.Errorf("plant %d of %d did not arrive: %s: %s (dropped %v)", i+1, len(plants), p.section, p.claim, d.Dropped)
		}
	}
}

func describe(d *interview.Draft) string {
	return fmt.Sprintf("%s\ndropped %v flags %v", strings.Join(texts(d), "\n"), d.Dropped, d.Flags)
}
