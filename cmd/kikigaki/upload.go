package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"kikigaki/internal/interview"
)

// uploadCommand hands recordings in from the command line.
type uploadCommand struct {
	Files         []string `arg:"" optional:"" help:"Recordings; each becomes an interview of its own."`
	Server        string   `help:"Address of the installation, as https://kikigaki.example.jp." env:"KIKIGAKI_SERVER"`
	Token         string   `help:"Access token of the interviewer or of HR." env:"KIKIGAKI_TOKEN"`
	Manifest      string   `help:"CSV with a heading: file,employee and, as wanted, date,template,language,channels,captions,consent_method. Files are looked for beside it."`
	DryRun        bool     `name:"dry-run" help:"Check the files and print what would be sent."`
	Employee      string   `help:"Whose talk it is: e-mail or id."`
	Date          string   `help:"Day of the talk, YYYY-MM-DD. Default: the day the file was last changed."`
	Template      string   `help:"Template of the record." default:"career-interview"`
	Language      string   `help:"Language of the talk: ja or en." default:"ja"`
	Captions      string   `help:"Captions of the recording (one file only)."`
	Channels      []string `help:"Who speaks on which channel, as interviewer,employee."`
	ConsentMethod string   `name:"consent-method" help:"The employee has agreed: spoken or written. Default: they are asked."`
	JSON          bool     `name:"json" help:"Results as JSON."`
}

// uploadResult is what became of one file.
type uploadResult struct {
	File      string `json:"file"`
	Employee  string `json:"employee"`
	Date      string `json:"date"`
	Template  string `json:"template"`
	Size      int64  `json:"size"`
	Result    string `json:"result"` // ready (dry run), uploaded, already_there, failed
	Interview string `json:"interview,omitempty"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
}

// Run sends the files one after the other, parts of each in parallel. A file fails alone.
func (c *uploadCommand) Run(ctx context.Context, st *streams) error {
	jobs, err := c.jobs()
	if err != nil {
		return err
	}
	var remote *uploadServer
	if !c.DryRun {
		if remote, err = c.remote(); err != nil {
			return err
		}
	}
	watch := newProgress(st)
	defer watch.end()
	results := make([]uploadResult, 0, len(jobs))
	failed := 0
	for _, j := range jobs {
		r := j.result()
		err := j.problem
		if err == nil && remote != nil {
			r.Interview, r.Result, err = remote.send(ctx, j, watch)
			watch.end()
		}
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err() // what has arrived stays: the same command again goes on
			}
			failed++
			r.Result = "failed"
			r.Code, r.Message = explain(err)
		}
		results = append(results, r)
		if r.Code == "token_invalid" || r.Code == "sign_in_required" {
			break // the others would fare no better
		}
	}
	if err := c.print(st.out, results); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d not sent", len(jobs)-len(results)+failed, len(jobs))
	}
	return nil
}

// explain gives the code and the sentence for what went wrong.
func explain(err error) (code, text string) {
	if p, ok := errors.AsType[*refusal](err); ok {
		return p.Code, p.Detail
	}
	if e, ok := errors.AsType[*interview.Error](err); ok {
		return e.Code, e.Text(language())
	}
	if u, ok := errors.AsType[usageError](err); ok {
		return "validation_failed", u.text
	}
	return interview.Code(err), err.Error()
}

// remote checks what is needed to reach a server.
func (c *uploadCommand) remote() (*uploadServer, error) {
	u, err := url.Parse(c.Server)
	if c.Server == "" || err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usageError{"--server: the address of the installation is needed, as https://kikigaki.example.jp"}
	}
	if c.Token == "" {
		return nil, usageError{"--token: an access token is needed; `kikigaki token create` makes one"}
	}
	return newUploadServer(strings.TrimRight(c.Server, "/"), c.Token), nil
}

func (c *uploadCommand) print(out io.Writer, results []uploadResult) error {
	if c.JSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(results)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "file\temployee\tdate\ttemplate\tsize\tresult\tinterview")
	for _, r := range results {
		result := r.Result
		if r.Code != "" {
			result += " (" + r.Code + ": " + r.Message + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", r.File, r.Employee, r.Date, r.Template, r.Size, result, r.Interview)
	}
	return w.Flush()
}

// channelParts reads who speaks on which channel.
func channelParts(names []string) ([]interview.Part, error) {
	var out []interview.Part
	for _, n := range names {
		for _, f := range strings.FieldsFunc(n, func(r rune) bool { return strings.ContainsRune(",|/ ", r) }) {
			p := interview.Part(f)
			if !slices.Contains([]interview.Part{interview.PartEmployee, interview.PartInterviewer, interview.PartOther, interview.PartUnknown}, p) {
				return nil, usageError{fmt.Sprintf("channels: %q is not employee, interviewer, other or unknown", f)}
			}
			out = append(out, p)
		}
	}
	if len(out) > 2 {
		return nil, usageError{"channels: more than two"}
	}
	return out, nil
}
