package main

type uploadCommand struct {
	Files []string `arg:"" optional:"" help:"Recordings."`
}

// Run says that it is not built.
func (uploadCommand) Run() error { return notBuilt("upload") }
