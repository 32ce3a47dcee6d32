package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kikigaki": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }})
}

// up waits until the server at KIKIGAKI_ADDR answers.
func up(ts *testscript.TestScript, _ bool, _ []string) {
	s := Settings{Addr: ts.Getenv("KIKIGAKI_ADDR")}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := (healthyCommand{}).Run(context.Background(), &s)
		if err == nil {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("the server does not come up: %v", err)
		}
	}
}

// TestScripts runs the command line as its user does.
func TestScripts(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Abs(filepath.Join("..", "..", "testdata", "samples"))
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]func(*testscript.TestScript, bool, []string){"up": up}
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "script"), RequireExplicitExec: true, Cmds: commands, Setup: func(e *testscript.Env) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		e.Setenv("FREE", l.Addr().String()) // an address that nobody listens on
		if err := l.Close(); err != nil {
			return err
		}
		e.Setenv("SAMPLES", samples)
		e.Setenv("LANG", "C.UTF-8")
		e.Setenv("TZ", "Asia/Tokyo")
		return nil
	}})
}
