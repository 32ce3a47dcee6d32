package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"golang.org/x/term"

	"kikigaki/api"
	"kikigaki/internal/embedded"
)

// commands is the command line.
type commands struct {
	Settings

	Demo      demoCommand      `cmd:"" help:"Everything in one process with sample people and interviews."`
	All       allCommand       `cmd:"" help:"API, app and workers in one process: the installation on one machine."`
	Serve     serveCommand     `cmd:"" help:"API and app only."`
	Work      workCommand      `cmd:"" help:"Workers only."`
	Draft     draftCommand     `cmd:"" help:"A recording or a transcript in, the draft of the record out."`
	Inspect   inspectCommand   `cmd:"" help:"Show what is heard in a recording."`
	Upload    uploadCommand    `cmd:"" help:"Upload recordings to a server, resumable."`
	Eval      evalCommand      `cmd:"" help:"Score drafts against annotated transcripts."`
	Templates templatesCommand `cmd:"" help:"List, show or check templates."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the database to this version's schema, or show where it stands."`
	User      userCommand      `cmd:"" help:"Add and change people."`
	Token     tokenCommand     `cmd:"" help:"Create and revoke access tokens."`
	Doctor    doctorCommand    `cmd:"" help:"Check everything the installation stands on."`
	Audit     auditCommand     `cmd:"" help:"Check the log of who did what."`
	Purge     purgeCommand     `cmd:"" help:"Erase what has reached its end."`
	Backup    backupCommand    `cmd:"" help:"Copy database, bucket and the ledger of what was erased into a folder, while the installation runs."`
	Restore   restoreCommand   `cmd:"" help:"Bring a backup into an empty installation, and erase again what was erased after it."`
	OpenAPI   openapiCommand   `cmd:"" name:"openapi" help:"Print the description of the HTTP API."`
	Version   versionCommand   `cmd:"" help:"Print the version."`

	EmbeddedS3 embeddedS3Command `cmd:"" hidden:"" name:"embedded-s3"`
	Healthy    healthyCommand    `cmd:"" hidden:""`
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(st *streams) error {
	text := version
	if text == "dev" {
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
			text = info.Main.Version
		}
	}
	_, err := fmt.Fprintln(st.out, "kikigaki", text)
	return err
}

type openapiCommand struct{}

// Run prints the OpenAPI document.
func (openapiCommand) Run(st *streams) error {
	b, err := api.Spec()
	if err != nil {
		return err
	}
	_, err = st.out.Write(b)
	return err
}

// embeddedS3Command is the child process of the embedded store.
type embeddedS3Command struct{}

// Run serves until its standard input closes.
func (embeddedS3Command) Run(ctx context.Context, st *streams) error {
	return embedded.RunS3(ctx, st.in)
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
