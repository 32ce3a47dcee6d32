package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kikigaki/internal/blob"
	"kikigaki/internal/embedded"
	"kikigaki/internal/endpoint"
	"kikigaki/internal/interview"
)

// doctorCommand checks everything an installation stands on.
type doctorCommand struct{}

// checkup prints one line a finding and remembers whether something needed is missing.
type checkup struct {
	out io.Writer
	bad bool
}

func (c *checkup) ok(name, format string, args ...any)   { c.line("ok", name, format, args...) }
func (c *checkup) warn(name, format string, args ...any) { c.line("warn", name, format, args...) }
func (c *checkup) fail(name, format string, args ...any) {
	c.bad = true
	c.line("FAIL", name, format, args...)
}

func (c *checkup) line(mark, name, format string, args ...any) {
	fmt.Fprintf(c.out, "%-4s  %-14s %s\n", mark, name, fmt.Sprintf(format, args...))
}

// Run checks. It takes the embedded parts for itself while it runs, so it says so when they are in use.
func (doctorCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	c := &checkup{out: st.out}
	if problems := s.problems(single); len(problems) > 0 {
		for _, p := range problems {
			c.fail("settings", "%s", p)
		}
		return errors.New("settings are wrong")
	}
	c.ok("settings", "sign-in %s, drafts %s", s.auth(), s.DraftEngine)
	for _, program := range []string{"ffmpeg", "ffprobe"} {
		if path, err := exec.LookPath(program); err != nil {
			c.fail(program, "not found; install ffmpeg")
		} else {
			c.ok(program, "%s", path)
		}
	}
	if kit, err := newKit(s, nil, nil); err == nil {
		c.ok("templates", "%d", len(kit.Templates.List()))
	} else {
		c.fail("kit", "%s", cause(err))
	}
	fresh := false // a data folder that was never used gets its schema, as the first start would make it
	if s.DatabaseURL == "" {
		_, err := os.Stat(filepath.Join(s.DataDir, databaseFile))
		fresh = errors.Is(err, fs.ErrNotExist)
	}
	p, err := openParts(ctx, s, slog.New(slog.DiscardHandler), fresh)
	switch {
	case errors.Is(err, embedded.ErrInUse): // the installation runs: it is asked itself
		c.running(ctx, s)
	case err != nil:
		c.fail("parts", "%s", cause(err))
		return errors.New("the parts could not be opened")
	default:
		defer p.close()
		c.stores(ctx, p)
	}
	c.endpoint(ctx, s, "speech", s.sttSettings(), "recordings need captions; voice is sent nowhere")
	c.endpoint(ctx, s, "chat", s.llmSettings(), "drafts are made of excerpts; text is sent nowhere")
	if why := abroadUnasked(s); why != "" {
		c.fail("consent", "%s", why)
	}
	c.mail(ctx, s)
	if c.bad {
		return errors.New("something that is needed is missing")
	}
	return nil
}

// running asks the installation that works in the data folder how its parts are.
func (c *checkup) running(ctx context.Context, s *Settings) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var parts map[string]string
	err := own(ctx, s.Addr, "/readyz", func(res *http.Response) error { return json.NewDecoder(res.Body).Decode(&parts) })
	if err != nil || len(parts) == 0 {
		c.fail("parts", "the data folder is in use by another process, which does not answer at %s; stop it to have its parts checked", s.Addr)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if state := parts[name]; state == "ok" {
			c.ok(name, "says the installation that is running")
		} else {
			c.fail(name, "%s", interview.E(state, nil).Text(language()))
		}
	}
	c.warn("bucket", "write, read, range and conditional write are checked while nothing runs")
}

func (c *checkup) stores(ctx context.Context, p *parts) {
	if have, want, err := p.store.Schema(ctx); err != nil {
		c.fail("database", "%s", cause(err))
	} else if have != want {
		c.fail("database", "%s, schema %d, this version needs %d: run `kikigaki migrate up`", p.store.Engine(), have, want)
	} else {
		c.ok("database", "%s, schema %d", p.store.Engine(), have)
	}
	h, problems, err := p.redis.Check(ctx)
	switch {
	case err != nil:
		c.fail("redis", "does not answer")
	case p.settings.RedisURL == "":
		c.ok("redis", "embedded")
	default:
		c.ok("redis", "version %s, policy %s, clock off by %s", h.Version, h.Policy, h.Skew)
	}
	if p.settings.RedisURL != "" {
		for _, problem := range problems {
			c.fail("redis", "%s", problem)
		}
	}
	o := blob.CheckOptions{Origin: p.settings.BaseURL, SkipPublic: p.proxy != nil}
	for _, r := range p.bucket.Check(ctx, o) {
		switch r.Level {
		case blob.OK:
			c.ok("bucket", "%s %s", r.Name, r.Detail)
		case blob.Warn:
			c.warn("bucket", "%s: %s", r.Name, r.Detail)
		default:
			c.fail("bucket", "%s: %s", r.Name, r.Detail)
		}
	}
}

func (c *checkup) endpoint(ctx context.Context, s *Settings, name string, set endpoint.Settings, without string) {
	if !set.Configured() {
		c.ok(name, "no endpoint: %s", without)
		return
	}
	client, err := endpoint.New(set, nil, nil)
	if err != nil {
		c.fail(name, "%s", cause(err))
		return
	}
	who := set.Processor + " (" + set.Country + ")"
	if set.Processor == "" || set.Country == "" {
		c.warn(name, "processor and country are not set: the consent notice cannot name them")
	}
	models, err := endpoint.LoadModels(s.ModelsFile)
	if err != nil {
		c.fail(name, "%s", cause(err))
		return
	}
	end := models.Speech(set.Model).Shutdown
	if name == "chat" {
		end = models.Chat(set.Model).Shutdown
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	standing, err := client.Standing(ctx, end)
	switch {
	case err != nil:
		c.fail(name, "%s at %s: %s", set.Model, who, cause(err))
	case !standing.Listed:
		c.warn(name, "%s is not among the models that %s lists", set.Model, who)
	case !standing.Shutdown.IsZero():
		c.warn(name, "%s at %s is shut down on %s", set.Model, who, standing.Shutdown.Format(time.DateOnly))
	default:
		c.ok(name, "%s at %s", set.Model, who)
	}
}

func (c *checkup) mail(ctx context.Context, s *Settings) {
	if s.SMTPURL == "" {
		c.ok("mail", "none: nobody is notified")
		return
	}
	u, err := url.Parse(s.SMTPURL)
	if err != nil {
		c.fail("mail", "SMTP_URL is not a URL")
		return
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		c.fail("mail", "%s does not answer", u.Hostname())
		return
	}
	conn.Close()
	c.ok("mail", "%s answers", u.Hostname())
}

// cause is an error as an operator reads it: the public text, and what is behind it.
func cause(err error) string {
	e, ok := errors.AsType[*interview.Error](err)
	if !ok {
		return err.Error()
	}
	if e.Err == nil {
		return e.Text(language())
	}
	return strings.TrimSpace(e.Text(language()) + " (" + e.Err.Error() + ")")
}
