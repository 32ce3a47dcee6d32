package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
)

// draftCommand is the main job without a server.
type draftCommand struct {
	Input      string `arg:"" help:"Recording (audio or video) or transcript (.vtt .srt .sbv .txt .json .docx)."`
	Captions   string `help:"Captions of the recording: they take the place of transcription."`
	Template   string `help:"Template of the record." default:"career-interview"`
	Lang       string `help:"Language of the talk and the record: ja or en." default:"ja"`
	Engine     string `help:"auto, llm or extractive." enum:"auto,llm,extractive" default:"auto"`
	Roles      string `help:"Who is who, as A=interviewer,B=employee."`
	RecordedOn string `name:"recorded-on" help:"Day of the talk, YYYY-MM-DD; relative dates count from it."`
	Employee   string `help:"Name of the employee."`
	Interview  string `name:"interviewer" help:"Name of the interviewer."`
	Speakers   int    `help:"How many people speak: 1, 2 or 3." default:"2"`
	Partial    bool   `help:"Go on with what can be read of a recording that breaks off."`
	Format     string `help:"json, md, txt, docx or pdf." enum:"json,md,txt,docx,pdf" default:"json"`
	Output     string `short:"o" help:"File to write; default: standard output."`
	JSON       bool   `name:"json" help:"Errors as JSON on standard error."`
}

// Run drafts.
func (c *draftCommand) Run(ctx context.Context, st *streams, s *Settings) error {
	if err := checked(st, s, headless); err != nil {
		return err
	}
	roles, err := parseRoles(c.Roles)
	if err != nil {
		return err
	}
	if c.RecordedOn != "" {
		if _, err := time.Parse(time.DateOnly, c.RecordedOn); err != nil {
			return usageError{fmt.Sprintf("--recorded-on: %q is not a day like 2026-05-20", c.RecordedOn)}
		}
	}
	if c.Lang != "ja" && c.Lang != "en" {
		return interview.E("language_unknown", nil)
	}
	k, err := newKit(s, nil, nil)
	if err != nil {
		return err
	}
	if _, err := k.Templates.Get(c.Template, c.Lang); err != nil {
		return err // before anything is decoded or sent
	}
	dir, err := os.MkdirTemp("", "kikigaki-draft-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	run := &local{kit: k, dir: dir, progress: newProgress(st), language: c.Lang, roles: roles, speakers: c.Speakers, partial: c.Partial}
	run.people = pipeline.People(interview.Person{Name: c.Employee}, interview.Person{Name: c.Interview})
	t, file, err := run.transcript(ctx, c.Input, c.Captions)
	run.progress.end()
	if err != nil {
		return here(err)
	}
	if c.RecordedOn == "" {
		c.RecordedOn = file.RecordedOn
	}
	d, err := c.draft(ctx, run, t, file)
	if err != nil {
		return here(err)
	}
	return c.write(ctx, st, s, run, d)
}

// draft has the engine write.
func (c *draftCommand) draft(ctx context.Context, run *local, t *interview.Transcript, file captions.File) (*interview.Draft, error) {
	order := pipeline.Order{Template: c.Template, Language: c.Lang, Route: interview.External, Engine: c.Engine, Transcriber: t.Model}
	in, err := run.kit.Input(order, t)
	if err != nil {
		return nil, err
	}
	in.RecordedOn, in.Header.RecordedOn = c.RecordedOn, c.RecordedOn
	in.Header.Employee.Name, in.Header.Interviewer.Name = nameOf(t, c.Employee, interview.PartEmployee), nameOf(t, c.Interview, interview.PartInterviewer)
	run.progress.step("drafting", 0, 0)
	defer run.progress.end()
	d, err := pipeline.Draft(ctx, run.kit, order, in)
	if err != nil {
		return nil, err
	}
	d.Version, d.Transcript = 1, max(1, t.Version)
	return d, nil
}

// nameOf is the name given, or the one the captions carry.
func nameOf(t *interview.Transcript, given string, part interview.Part) string {
	if given != "" {
		return given
	}
	for _, s := range t.Speakers {
		if s.Role == part && s.Name != "" {
			return s.Name
		}
	}
	return ""
}

// write renders the draft: to a file as a whole or not at all, or to standard output.
func (c *draftCommand) write(ctx context.Context, st *streams, s *Settings, run *local, d *interview.Draft) error {
	if c.Output == "" {
		return render(ctx, s, run.kit, d, c.Format, st.out)
	}
	tmp, err := os.CreateTemp(filepath.Dir(c.Output), ".kikigaki-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", c.Output, errors.Unwrap(err))
	}
	defer os.Remove(tmp.Name())
	if err := render(ctx, s, run.kit, d, c.Format, tmp); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Chmod(0o644); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), c.Output)
}

// parseRoles reads A=interviewer,B=employee.
func parseRoles(text string) (map[string]interview.Part, error) {
	if text == "" {
		return nil, nil
	}
	out := map[string]interview.Part{}
	for _, pair := range strings.Split(text, ",") {
		label, role, _ := strings.Cut(pair, "=")
		switch p := interview.Part(role); p {
		case interview.PartEmployee, interview.PartInterviewer, interview.PartOther, interview.PartUnknown:
			out[strings.TrimSpace(label)] = p
		default:
			return nil, usageError{fmt.Sprintf("--roles: %q is not like A=interviewer", pair)}
		}
	}
	return out, nil
}

// rolesOf finds the voices that roles speak of among labels: by label, or A, B, C for the first, second and third voice
// of a recording, whose labels nobody has seen before.
func rolesOf(labels []string, roles map[string]interview.Part) (map[string]interview.Part, error) {
	out := map[string]interview.Part{}
	for label, part := range roles {
		at := slices.Index(labels, label)
		if at < 0 {
			at = strings.Index("ABC", strings.ToUpper(label))
		}
		if label == "" || len(label) > 1 && !slices.Contains(labels, label) || at < 0 || at >= len(labels) {
			return nil, usageError{fmt.Sprintf("--roles: there is no voice %q here; the voices are %s", label, strings.Join(labels, ", "))}
		}
		out[labels[at]] = part
	}
	return out, nil
}

// isTranscript tells transcripts from recordings by name, as people name them.
func isTranscript(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".vtt", ".srt", ".sbv", ".txt", ".json", ".docx":
		return true
	}
	return false
}

// openInput opens a file named on the command line.
func openInput(path string) (*os.File, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError{"there is no file " + path}
	case err != nil:
		return nil, usageError{"the file " + path + " cannot be read"}
	}
	return f, nil
}

// render writes a draft in a format.
func render(ctx context.Context, s *Settings, k *pipeline.Kit, d *interview.Draft, format string, w io.Writer) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(d)
	}
	return renderDocument(ctx, s, k, d, format, w)
}
