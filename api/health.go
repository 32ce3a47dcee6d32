package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"kikigaki/internal/interview"
)

// healthz says that the process lives; it asks nobody.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok", "version": s.Version})
}

// maxSkew is how far clocks may be apart before signatures and leases suffer.
const maxSkew = 30 * time.Second

// readyz asks the parts this process stands on. Without SQL or bucket nothing works; without Redis everything is
// accepted and waits, which is said but is no reason to take the process out of service.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	checks := map[string]func(context.Context) error{
		"sql": func(ctx context.Context) error {
			if err := s.Store.Ping(ctx); err != nil {
				return err
			}
			return s.Store.CheckSchema(ctx)
		},
		"bucket": func(ctx context.Context) error {
			_, err := s.Bucket.Stat(ctx, "ready") // that it is not there is an answer
			if interview.Code(err) == "not_found" {
				return nil
			}
			return err
		},
		"redis": func(ctx context.Context) error {
			if s.Courier == nil {
				return nil
			}
			return s.Courier(ctx)
		},
		"clock": func(context.Context) error {
			if d := s.Bucket.Skew(); d > maxSkew || d < -maxSkew {
				return interview.E("clock_skew", nil)
			}
			return nil
		},
	}
	out := map[string]string{}
	var mu sync.Mutex
	var all sync.WaitGroup
	status := http.StatusOK
	for name, check := range checks {
		all.Go(func() {
			err := check(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				out[name] = "ok"
				return
			}
			out[name] = interview.Code(err)
			if name == "sql" || name == "bucket" {
				status = http.StatusServiceUnavailable
			}
		})
	}
	all.Wait()
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, status, out)
}
