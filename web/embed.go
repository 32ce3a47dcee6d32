// Package web carries the built app (web/dist) into the binary. cmd hands its files to api. A stub page lets `go build`
// work without Node; `make build` puts the real app beside it.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist stub
var embedded embed.FS

// Files are the files of the app, or of the stub page when the app was not built: index.html at the top, hashed assets
// below assets/.
func Files() fs.FS {
	if Built() {
		return folder("dist")
	}
	return folder("stub")
}

// Built reports whether the real app is embedded.
func Built() bool {
	_, err := fs.Stat(folder("dist"), "index.html")
	return err == nil
}

func folder(name string) fs.FS {
	sub, err := fs.Sub(embedded, name)
	if err != nil {
		panic("web: " + name + " is not embedded: " + err.Error()) // cannot happen: the folder is embedded above
	}
	return sub
}
