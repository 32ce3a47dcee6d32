package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthyAsksTheServer(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
	}))
	addr := strings.TrimPrefix(server.URL, "http://")
	s := &Settings{Addr: addr}
	if err := (healthyCommand{}).Run(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	s.Addr = strings.Replace(addr, "127.0.0.1", "0.0.0.0", 1) // as in a container
	if err := (healthyCommand{}).Run(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	status = http.StatusServiceUnavailable
	if err := (healthyCommand{}).Run(t.Context(), s); err == nil {
		t.Error("a server that answers 503 is healthy")
	}
	server.Close()
	if err := (healthyCommand{}).Run(t.Context(), s); err == nil {
		t.Error("a server that is gone is healthy")
	}
}
