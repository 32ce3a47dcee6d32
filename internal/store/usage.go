package store

import (
	"context"
)

// Usage is what endpoints were used for on one day, of one kind.
type Usage struct {
	Day          string  `json:"day"`  // YYYY-MM-DD
	Kind         string  `json:"kind"` // speech, chat
	Requests     int64   `json:"requests"`
	AudioSeconds float64 `json:"audio_seconds"`
	InputTokens  int64   `json:"input_tokens"`
	OutputTokens int64   `json:"output_tokens"`
}

// AddUsage adds to a day's counters.
func (q *queries) AddUsage(ctx context.Context, u Usage) error {
	_, err := q.exec(ctx, `INSERT INTO usage (day, kind, requests, audio_seconds, input_tokens, output_tokens) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (day, kind) DO UPDATE SET requests = usage.requests + excluded.requests, audio_seconds = usage.audio_seconds + excluded.audio_seconds,
			input_tokens = usage.input_tokens + excluded.input_tokens, output_tokens = usage.output_tokens + excluded.output_tokens`,
		u.Day, u.Kind, u.Requests, u.AudioSeconds, u.InputTokens, u.OutputTokens)
	return wrap("add usage", err)
}

// UsageBetween returns the counters of the days from and to, both included, oldest first.
func (q *queries) UsageBetween(ctx context.Context, from, to string) ([]Usage, error) {
	u, err := all(ctx, q.r, func(s scanner) (u Usage, err error) {
		err = s.Scan(&u.Day, &u.Kind, &u.Requests, &u.AudioSeconds, &u.InputTokens, &u.OutputTokens)
		return u, err
	}, `SELECT day, kind, requests, audio_seconds, input_tokens, output_tokens FROM usage WHERE day >= $1 AND day <= $2 ORDER BY day, kind`, from, to)
	return u, wrap("read usage", err)
}
