package pipeline

import (
	"slices"
	"strings"

	"kikigaki/internal/drafting"
	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/speech"
	"kikigaki/internal/voice"
	"kikigaki/prompts"
)

// Kit is what an installation can do: its recogniser, its engines, its templates. It does not change after it was made
// and is safe for concurrent use.
type Kit struct {
	Media          *media.Tool
	Speech         speech.Transcriber // nil: no endpoint is set
	SpeechInternal bool               // it runs on the company's own equipment
	LLM            drafting.Engine    // nil: no endpoint is set
	LLMInternal    bool
	LLMProcessor   interview.Processor
	Extractive     drafting.Engine
	Templates      *prompts.Library
	Engine         string   // auto, llm, extractive: what the installation wants
	FiscalYear     int      // first month
	Terms          []string // how words of the company are spelt; no names of people
}

// Recogniser returns who may turn the voice of an interview with this route into text: needs_transcription when there is
// nobody, internal_only when there is somebody, but outside.
func (k *Kit) Recogniser(route interview.Route) (speech.Transcriber, error) {
	switch {
	case k.Speech == nil:
		return nil, interview.E("needs_transcription", nil)
	case route == interview.Internal && !k.SpeechInternal:
		return nil, interview.E("internal_only", nil)
	}
	return k.Speech, nil
}

// ChunkLimits are the lengths of chunks for t.
func ChunkLimits(t speech.Transcriber) voice.Limits {
	least, target, most := t.Limits()
	return voice.Limits{Min: least, Target: target, Max: most}
}

// Drafter returns the engine for an interview: what was asked for it ("" asks nothing), else the installation's. An
// endpoint that is down is no reason for another engine: excerpts are drafted only where no endpoint is set, where it
// may not be used, or where a person asked for them.
func (k *Kit) Drafter(route interview.Route, asked string) (drafting.Engine, *interview.Processor, error) {
	want := asked
	if want == "" || want == "auto" {
		want = k.Engine
	}
	allowed := k.LLM != nil && (route != interview.Internal || k.LLMInternal)
	switch {
	case want == drafting.EngineExtractive, want == "" && !allowed, want == "auto" && !allowed:
		return k.Extractive, nil, nil
	case k.LLM == nil:
		return nil, nil, interview.E("endpoint_unavailable", nil)
	case !allowed:
		if asked == drafting.EngineLLM {
			return nil, nil, interview.E("internal_only", nil)
		}
		return k.Extractive, nil, nil
	}
	p := k.LLMProcessor
	return k.LLM, &p, nil
}

// Participants are the people of a talk.
type Participants = []speech.Participant

// People are the two whose talk it was, as speech needs them.
func People(employee, interviewer interview.Person) Participants {
	alias := func(p interview.Person) []string {
		local, _, _ := strings.Cut(p.Email, "@")
		if local == "" {
			return nil
		}
		return []string{strings.NewReplacer(".", " ", "_", " ").Replace(local)}
	}
	return Participants{
		{Name: employee.Name, Role: interview.PartEmployee, Aliases: alias(employee)},
		{Name: interviewer.Name, Role: interview.PartInterviewer, Aliases: alias(interviewer)},
	}
}

// Keywords are the names of the two people of this talk, for recognisers that take them.
func Keywords(people Participants) []string {
	var out []string
	for _, p := range people {
		for _, word := range append([]string{p.Name}, strings.Fields(p.Name)...) {
			if word != "" && !slices.Contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return speech.Keywords(out)
}
