package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
)

// demoCommand shows everything on one machine with invented people and talks.
type demoCommand struct {
	Data string `help:"Folder to keep the demo in; default: a temporary one, removed at the end."`
	Open bool   `help:"Open the page in a browser."`
}

// Run starts the demo.
func (c *demoCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	s.DataDir = c.Data
	if s.DataDir == "" {
		dir, err := os.MkdirTemp("", "kikigaki-demo-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		s.DataDir = dir
	}
	s.DatabaseURL, s.RedisURL, s.Bucket, s.BucketURL = "", "", "", "" // a demo never touches an installation
	if s.Company == "" {
		s.Company, s.Contact = "見本商事", "人事部キャリア相談窓口"
	}
	if err := checked(st, s, single); err != nil {
		return err
	}
	log := newLog(st, s)
	if s.LogFormat == "" {
		log = quietLog(st)
	}
	p, err := openParts(ctx, s, log, true)
	if err != nil {
		return err
	}
	defer p.close()
	return together(ctx, p, queue.Queues, true, func(ctx context.Context, addr string, k *pipeline.Kit) error {
		if err := seed(ctx, p, k); err != nil {
			return fmt.Errorf("seed the demo: %w", err)
		}
		c.welcome(st, addr)
		return nil
	})
}

// welcome says where the demo is and who one can be.
func (c *demoCommand) welcome(st *streams, addr string) {
	base := "http://" + addr
	ja := language() == "ja"
	say := func(jaText, enText string) {
		if ja {
			fmt.Fprintln(st.out, jaText)
		} else {
			fmt.Fprintln(st.out, enText)
		}
	}
	fmt.Fprintln(st.out)
	say("聞き書きの見本が動いています: "+base, "The Kikigaki demo is running: "+base)
	say("サインインの画面で、だれになるかを選びます。", "Choose on the sign-in page who you are:")
	for _, p := range demoPeople {
		role := p.jaPart
		if !ja {
			role = p.enPart
		}
		fmt.Fprintf(st.out, "  %-28s %s (%s)\n", p.email, p.name, role)
	}
	say("録音 01 は、処理の様子を見られます。とめるときは Ctrl-C。", "Interview 01 shows the pipeline at work. Ctrl-C stops the demo.")
	if c.Open {
		for _, opener := range []string{"xdg-open", "open"} {
			if path, err := exec.LookPath(opener); err == nil {
				_ = exec.Command(path, base).Start() //nolint:noctx // a convenience that outlives the demo: the address is printed above
				return
			}
		}
		fmt.Fprintln(st.err, strings.TrimSpace("no program to open a browser was found"))
	}
}
