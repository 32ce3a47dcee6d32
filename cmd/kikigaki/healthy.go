package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthyCommand is the container's health check: the image has no curl.
type healthyCommand struct{}

// healthyWait is how long a living server may take to say so.
const healthyWait = 4 * time.Second

// Run asks the server of this container whether it lives, and fails when it does not.
func (healthyCommand) Run(ctx context.Context, s *Settings) error {
	ctx, cancel := context.WithTimeout(ctx, healthyWait)
	defer cancel()
	return own(ctx, s.Addr, "/healthz", func(res *http.Response) error {
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("the server answers %s", res.Status)
		}
		return nil
	})
}

// own asks the server that listens on addr on this machine.
func own(ctx context.Context, addr, path string, take func(*http.Response) error) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("KIKIGAKI_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return take(res)
}
