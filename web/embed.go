// Package web carries the built app (web/dist) into the binary. cmd hands its files to api. A committed stub page lets
// `go build` work without Node; `make build` puts the real app in its place.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the files of the app: index.html at the top, hashed assets below assets/.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: dist is not embedded: " + err.Error()) // cannot happen: the folder is embedded above
	}
	return sub
}

// Built reports whether the real app is embedded, not the stub.
func Built() bool {
	entries, err := fs.ReadDir(Files(), "assets")
	return err == nil && len(entries) > 0
}
