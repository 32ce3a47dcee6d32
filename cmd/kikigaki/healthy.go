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
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("KIKIGAKI_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, healthyWait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", res.Status)
	}
	return nil
}
