package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// uploadJob is one recording to be handed in.
type uploadJob struct {
	path, captions           string
	employee, date           string
	template, language       string
	channels                 []interview.Part
	consent                  string
	size                     int64
	changed                  time.Time
	problem                  error // why it cannot be sent
	name                     string
	rawChannels, rawCaptions string
}

func (j uploadJob) result() uploadResult {
	return uploadResult{File: j.name, Employee: j.employee, Date: j.date, Template: j.template, Size: j.size, Result: "ready"}
}

// manifestColumns are the columns a manifest may have.
var manifestColumns = []string{"file", "employee", "date", "template", "language", "channels", "captions", "consent_method"}

// jobs reads what is to be sent from the arguments or the manifest. Mistakes in a row are kept with the row.
func (c *uploadCommand) jobs() ([]uploadJob, error) {
	if c.Manifest == "" {
		if len(c.Files) == 0 {
			return nil, usageError{"name a recording, or a --manifest"}
		}
		if c.Captions != "" && len(c.Files) > 1 {
			return nil, usageError{"--captions goes with one recording"}
		}
		var out []uploadJob
		for _, f := range c.Files {
			j := c.base()
			j.path, j.name, j.captions = f, f, c.Captions
			j.check()
			out = append(out, j)
		}
		return out, nil
	}
	if len(c.Files) > 0 || c.Captions != "" {
		return nil, usageError{"give recordings or a --manifest, not both"}
	}
	return c.manifest()
}

// base holds what the flags say of every file.
func (c *uploadCommand) base() uploadJob {
	return uploadJob{employee: c.Employee, date: c.Date, template: c.Template, language: c.Language, consent: c.ConsentMethod, rawChannels: strings.Join(c.Channels, ",")}
}

func (c *uploadCommand) manifest() ([]uploadJob, error) {
	f, err := openInput(c.Manifest)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	heading, err := r.Read()
	if err != nil {
		return nil, usageError{"the manifest has no heading: " + strings.Join(manifestColumns, ",")}
	}
	column := map[string]int{}
	for i, name := range heading {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if !slices.Contains(manifestColumns, name) {
			return nil, usageError{fmt.Sprintf("the manifest's column %q is none of %s", name, strings.Join(manifestColumns, ","))}
		}
		column[name] = i
	}
	if _, ok := column["file"]; !ok {
		return nil, usageError{"the manifest has no column file"}
	}
	dir := filepath.Dir(c.Manifest)
	var out []uploadJob
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			out = append(out, uploadJob{name: fmt.Sprintf("line %d", line), problem: usageError{"the row cannot be read as CSV"}})
			continue
		}
		j := c.base()
		for name, to := range map[string]*string{"file": &j.name, "employee": &j.employee, "date": &j.date, "template": &j.template, "language": &j.language,
			"channels": &j.rawChannels, "captions": &j.rawCaptions, "consent_method": &j.consent} {
			if i, ok := column[name]; ok && i < len(row) && strings.TrimSpace(row[i]) != "" {
				*to = strings.TrimSpace(row[i])
			}
		}
		j.path, j.captions = beside(dir, j.name), beside(dir, j.rawCaptions)
		j.check()
		out = append(out, j)
	}
	if len(out) == 0 {
		return nil, usageError{"the manifest has no rows"}
	}
	return out, nil
}

// beside finds a file that a manifest names: from the manifest's folder, unless the path is whole.
func beside(dir, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// check finds what can be known to be wrong before anything is sent.
func (j *uploadJob) check() {
	j.problem = func() error {
		info, err := os.Stat(j.path)
		switch {
		case j.name == "":
			return usageError{"no file is named"}
		case err != nil || !info.Mode().IsRegular():
			return usageError{"there is no such file"}
		}
		j.size, j.changed = info.Size(), info.ModTime()
		if j.date == "" {
			j.date = j.changed.In(timezone()).Format(time.DateOnly)
		}
		if j.size == 0 {
			return interview.E("recording_empty", nil)
		}
		if j.employee == "" {
			return usageError{"employee: whose talk it is must be said"}
		}
		if _, err := time.Parse(time.DateOnly, j.date); err != nil {
			return usageError{fmt.Sprintf("date: %q is not a day like 2026-05-20", j.date)}
		}
		if j.language != "ja" && j.language != "en" {
			return interview.E("language_unknown", nil)
		}
		if j.consent != "" && j.consent != "spoken" && j.consent != "written" {
			return usageError{fmt.Sprintf("consent_method: %q is not spoken or written", j.consent)}
		}
		if j.channels, err = channelParts([]string{j.rawChannels}); err != nil {
			return err
		}
		if j.captions != "" {
			if !isTranscript(j.captions) {
				return interview.E("captions_unreadable", nil)
			}
			if info, err := os.Stat(j.captions); err != nil || !info.Mode().IsRegular() {
				return usageError{"the captions are not there"}
			}
		}
		return nil
	}()
}
