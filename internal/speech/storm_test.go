package speech

import (
	"errors"
	"sync"
	"testing"
	"time"

	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// TestBusyEndpointIsLeftAlone: while the endpoint answers 429 for more than a second, sixteen callers that come back as
// told send no more than one round of requests each time it says when to come back, and all finish.
func TestBusyEndpointIsLeftAlone(t *testing.T) {
	t.Parallel()
	const callers, places = 16, 4
	start := time.Now()
	server := testkit.OpenAI(t, testkit.OpenAIOptions{RetryAfter: 500 * time.Millisecond, Fault: func(testkit.Call) testkit.Fault {
		if time.Since(start) < 1200*time.Millisecond {
			return testkit.FaultBusy
		}
		return ""
	}})
	client, err := NewClient(endpoint.Settings{BaseURL: server.URL, Model: "gpt-transcribe"}, models(t),
		endpoint.NewLocal(endpoint.Limits{Concurrency: places}), nil)
	if err != nil {
		t.Fatal(err)
	}
	cut := cutOf(0, 3)
	path := wavFile(t, t.TempDir(), cut)
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for {
				_, err := client.Transcribe(t.Context(), Request{Path: path, Cut: cut, Language: "ja", Attempt: 1})
				if err == nil {
					return
				}
				e, ok := errors.AsType[*interview.Error](err)
				if !ok || interview.ClassOf(err) != interview.RetryAfter {
					t.Errorf("%v is no wait", err)
					return
				}
				time.Sleep(e.Wait) // as the queue does
			}
		})
	}
	wg.Wait()
	refused := 0
	for _, c := range server.Audio() {
		if c.Status == 429 {
			refused++
		}
	}
	// Those already past the limiter when the first answer comes cannot be called back: one round is one request a place.
	// 1.2 s of 429 at 0.5 s each are three rounds.
	if most := 3*places + callers; refused > most {
		t.Errorf("%d requests into a busy endpoint, want at most %d", refused, most)
	}
	if paid := server.Paid(); len(paid) != 1 || paid[fileSHA(t, path)] != callers {
		t.Errorf("answered: %v, want %d", paid, callers)
	}
}
