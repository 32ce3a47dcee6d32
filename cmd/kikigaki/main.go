// Command kikigaki turns the recording of a career interview into a written record that the employee has confirmed.
// This package holds the commands, the settings and the wiring; everything it wires lives elsewhere.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	_ "time/tzdata" // TZ works on a machine without zone files too

	"github.com/alecthomas/kong"

	"kikigaki/internal/interview"
)

// version is set by the linker.
var version = "dev"

// Exit codes of the contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// streams are where a command reads and writes: results on out, everything else on err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a mistake in how a command was called.
type usageError struct{ text string }

func (u usageError) Error() string { return u.text }

// run is the program without the process around it.
func run(args []string, in io.Reader, out, errOut io.Writer) (code int) {
	if err := readSecretFiles(os.Environ()); err != nil {
		fmt.Fprintln(errOut, "kikigaki:", err)
		return exitUsage
	}
	broken, err := unreadable()
	if err != nil {
		fmt.Fprintln(errOut, "kikigaki:", err)
		return exitUsage
	}
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("kikigaki"),
		kong.Description("Turns the recording of a career interview into a written record that the employee has confirmed."),
		kong.Writers(out, errOut),
		kong.Exit(func(c int) { exited = c; panic(exitPanic{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(errOut, "kikigaki:", err)
		return exitUsage
	}
	defer func() { // kong ends --help by calling Exit; the panic brings that back here
		if r := recover(); r != nil {
			if _, ok := r.(exitPanic); !ok {
				panic(r)
			}
			if code = exited; code > exitUsage {
				code = exitUsage
			}
		}
	}()
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errOut, "kikigaki: %v\n", err)
		fmt.Fprintln(errOut, "Run `kikigaki --help` for the commands.")
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &streams{in, out, errOut}
	name, _, _ := strings.Cut(command.Command(), " ")
	if len(broken) > 0 && name != "version" && name != "openapi" {
		for _, p := range append(broken, cli.problems(roleOf(name))...) {
			fmt.Fprintln(errOut, "-", p)
		}
		return report(s, interview.E("settings_invalid", nil), wantsJSON(args))
	}
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(s, &cli.Settings); err != nil {
		return report(s, err, wantsJSON(args))
	}
	return exitDone
}

type exitPanic struct{}

// report says what went wrong, for people or for programs, and returns the exit code.
func report(s *streams, err error, asJSON bool) int {
	if u, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintln(s.err, "kikigaki:", u.text)
		return exitUsage
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(s.err, "kikigaki: stopped")
		return exitFailed
	}
	lang := language()
	e, known := errors.AsType[*interview.Error](err)
	text := err.Error()
	if known {
		text = textOf(err, e, lang)
	}
	if known && e.Code == "settings_invalid" && e.Err != nil { // which one, and what to do, stands in the cause alone
		if !asJSON {
			fmt.Fprintln(s.err, "-", e.Err)
		}
		text += " (" + e.Err.Error() + ")"
	}
	if asJSON {
		line, jerr := json.Marshal(map[string]string{"code": interview.Code(err), "message": text})
		if jerr == nil {
			fmt.Fprintln(s.err, string(line))
			return exitFailed
		}
	}
	if known {
		fmt.Fprintf(s.err, "kikigaki: %s (%s)\n", textOf(err, e, lang), e.Code)
	} else {
		fmt.Fprintf(s.err, "kikigaki: %s\n", text)
	}
	return exitFailed
}

// language is that of messages on the terminal, from the usual variables.
func language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "ja") {
				return "ja"
			}
			return "en"
		}
	}
	return "en"
}

// wantsJSON looks for --json before the command line is understood, so that a usage error can be JSON as well.
func wantsJSON(args []string) bool {
	for _, a := range args {
		if a == "--json" || a == "--json=true" {
			return true
		}
	}
	return false
}

// readSecretFiles puts the content of NAME_FILE into NAME for the secrets that can be given so. Both at once is a mistake.
func readSecretFiles(environ []string) error {
	secrets := secretNames()
	for _, v := range settings() { // an empty variable, as compose files leave them, is one that is not set
		if text, ok := os.LookupEnv(v.Env); ok && text == "" {
			if err := os.Unsetenv(v.Env); err != nil {
				return err
			}
		}
	}
	for _, entry := range environ {
		name, path, _ := strings.Cut(entry, "=")
		base, ok := strings.CutSuffix(name, "_FILE")
		if !ok || !secrets[base] || path == "" {
			continue
		}
		if os.Getenv(base) != "" {
			return fmt.Errorf("%s and %s are both set: give one", base, name)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s: the file cannot be read", name)
		}
		if err := os.Setenv(base, strings.TrimRight(string(b), "\r\n")); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
