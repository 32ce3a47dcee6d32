package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// exportTypes are the kinds of document.
var exportTypes = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
	"md": "text/markdown; charset=utf-8", "txt": "text/plain; charset=utf-8", "json": "application/json"}

// exportRecord renders a version as a document. It is made whole before the first byte goes out.
func (s *Server) exportRecord(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c := callOf(ctx)
	format := r.URL.Query().Get("format")
	kind, ok := exportTypes[format]
	if !ok {
		return invalid("format", "unknown")
	}
	n := 0
	if v := r.URL.Query().Get("draft"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			return invalid("draft", "type")
		}
	}
	d, err := s.readable(ctx, n)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	switch {
	case s.Exporter != nil:
		if err := s.Exporter.Export(ctx, d, c.talk, format, &b); err != nil {
			return err
		}
	case format == "json":
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(noNulls(*d)); err != nil {
			return err
		}
	default:
		return interview.E("not_built", nil)
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		if c.talk.Employee != c.person.ID {
			if err := tx.AddRead(ctx, interview.Read{Interview: c.talk.ID, Person: c.person.ID, What: "export"}); err != nil {
				return err
			}
		}
		return audit(ctx, tx, "exported", strconv.Itoa(d.Version), format)
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", attachment(fileName(c.talk, c.lang, "record", format)))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, err = w.Write(b.Bytes())
	return err
}
