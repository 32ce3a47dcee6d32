package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"kikigaki/internal/interview"
)

// Peaks is the outline of a recording for the player to draw. Data[channel] holds minimum and maximum of each bucket in
// turn.
type Peaks struct {
	Version   int      `json:"version"`
	Duration  float64  `json:"duration" doc:"Seconds"`
	PerSecond float64  `json:"per_second" doc:"Buckets a second"`
	Buckets   int      `json:"buckets" doc:"Of each channel"`
	Data      [][]int8 `json:"data" doc:"-128 to 127"`
}

// maxPeaks bounds what is read of a peaks file, in bytes; workers write some hundred kilobytes.
const maxPeaks = 4 << 20

func (s *Server) readPeaks(ctx context.Context, rec interview.Recording) (*Body[Peaks], error) {
	body, _, err := s.Bucket.Get(ctx, interview.PeaksKey(rec.Interview, rec.ID), "")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var out Peaks
	if err := json.NewDecoder(io.LimitReader(body, maxPeaks)).Decode(&out); err != nil {
		return nil, fmt.Errorf("read peaks (%T)", err)
	}
	return &Body[Peaks]{out}, nil
}
