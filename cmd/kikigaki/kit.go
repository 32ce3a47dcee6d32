package main

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"kikigaki/internal/drafting"
	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/media"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/speech"
	"kikigaki/internal/store"
	"kikigaki/prompts"
)

// sttSettings and llmSettings are the two endpoints, empty when not set.
func (s *Settings) sttSettings() endpoint.Settings {
	url, key := s.endpointKey(s.STTBaseURL, s.STTKey)
	return endpoint.Settings{BaseURL: url, APIKey: key, Model: s.STTModel, Processor: s.STTProcessor, Country: s.STTCountry,
		Internal: s.STTInternal, RequestsPerMinute: s.STTRPM}
}

func (s *Settings) llmSettings() endpoint.Settings {
	url, key := s.endpointKey(s.LLMBaseURL, s.LLMKey)
	return endpoint.Settings{BaseURL: url, APIKey: key, Model: s.LLMModel, Processor: s.LLMProcessor, Country: s.LLMCountry,
		Internal: s.LLMInternal, TokensPerMinute: s.LLMTPM}
}

// newKit makes what an installation can do. shared and db are nil on the command line, where nobody shares a limit.
func newKit(s *Settings, shared redis.UniversalClient, db *store.Store) (*pipeline.Kit, error) {
	tool, err := media.New(media.Options{Concurrency: s.FFmpegConcurrency, MaxDuration: time.Duration(s.MaxDuration), MaxSize: int64(s.MaxSize)})
	if err != nil {
		return nil, err
	}
	k := &pipeline.Kit{Media: tool, Engine: s.DraftEngine, FiscalYear: s.FiscalYear}
	if k.Templates, err = prompts.Open(s.TemplatesDir); err != nil {
		return nil, err
	}
	if k.Terms, err = readTerms(s.GlossaryFile); err != nil {
		return nil, err
	}
	models, err := endpoint.LoadModels(s.ModelsFile)
	if err != nil {
		return nil, err
	}
	limit := func(name string, set endpoint.Settings, b endpoint.Budget) endpoint.Limiter {
		l := endpoint.Limits{Name: name, RequestsPerMinute: set.RequestsPerMinute, TokensPerMinute: set.TokensPerMinute, Budget: b}
		if shared == nil {
			return endpoint.NewLocal(l)
		}
		return endpoint.NewShared(shared, l)
	}
	var daily endpoint.Budget
	if db != nil && s.BudgetDay > 0 {
		daily = &budget{store: db, seconds: s.BudgetDay * 3600}
	}
	if set := s.sttSettings(); set.Configured() {
		client, err := speech.NewClient(set, models, limit("stt", set, daily), nil)
		if err != nil {
			return nil, err
		}
		k.Speech, k.SpeechInternal = client, set.Internal
	}
	if set := s.llmSettings(); set.Configured() {
		llm, err := drafting.NewLLM(set, models, limit("llm", set, nil), nil, drafting.Options{})
		if err != nil {
			return nil, err
		}
		k.LLM, k.LLMInternal = llm, set.Internal
		k.LLMProcessor = interview.Processor{Model: set.Model, Processor: set.Processor, Country: set.Country}
	}
	k.Extractive = drafting.NewExtractive()
	return k, nil
}

// budget lets no more audio out in a day than the operator allows.
type budget struct {
	store   *store.Store
	seconds float64
}

// Spend answers budget_reached once today's audio is used up. It waits until the next day begins (UTC).
func (b *budget) Spend(ctx context.Context, _, seconds int) error {
	now := interview.Now()
	today := now.Format("2006-01-02")
	used, err := b.store.UsageBetween(ctx, today, today)
	if err != nil {
		return err
	}
	sum := float64(seconds)
	for _, u := range used {
		sum += u.AudioSeconds
	}
	if sum <= b.seconds {
		return nil
	}
	e := interview.E("budget_reached", errors.New("today's audio"))
	e.Wait = now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
	return e
}
