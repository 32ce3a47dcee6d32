package endpoint

import (
	"context"
	"encoding/json"
	"time"
)

// Offered is one model that the endpoint lists.
type Offered struct {
	ID       string
	Shutdown time.Time // last day of service; zero when the endpoint names none
}

// Models lists what the endpoint offers, for doctor. Servers that offer no list answer with endpoint_model_gone.
func (c *Client) Models(ctx context.Context) ([]Offered, error) {
	resp, err := c.get(ctx, "models")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var list struct {
		Data []struct {
			ID       string `json:"id"`
			Shutdown any    `json:"shutdown_date"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil || list.Data == nil {
		return nil, Unusable(&Failure{Status: resp.StatusCode, Reason: "no_model_list", RequestID: RequestID(resp.Header)})
	}
	out := make([]Offered, 0, len(list.Data))
	for _, d := range list.Data {
		out = append(out, Offered{ID: d.ID, Shutdown: shutdownDate(d.Shutdown)})
	}
	return out, nil
}

// shutdownDate reads a date as servers write it: a date, a time, or Unix seconds.
func shutdownDate(v any) time.Time {
	switch x := v.(type) {
	case string:
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, x); err == nil {
				return t.UTC()
			}
		}
	case float64:
		if x > 0 && x < 1e11 {
			return time.Unix(int64(x), 0).UTC()
		}
	}
	return time.Time{}
}

// Standing is what doctor says about the configured model.
type Standing struct {
	Listed   bool
	Shutdown time.Time // from the endpoint, else from the table; zero when neither names one
}

// Standing looks the configured model up in the endpoint's list and in the table.
func (c *Client) Standing(ctx context.Context, table time.Time) (Standing, error) {
	offered, err := c.Models(ctx)
	if err != nil {
		return Standing{Shutdown: table}, err
	}
	s := Standing{Shutdown: table}
	for _, o := range offered {
		if o.ID == c.set.Model {
			s.Listed = true
			if !o.Shutdown.IsZero() {
				s.Shutdown = o.Shutdown
			}
		}
	}
	return s, nil
}
