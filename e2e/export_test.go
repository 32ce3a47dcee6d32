package e2e

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// document fetches an export.
func (c *client) document(id, format string) []byte {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), "GET", c.base()+"/v1/interviews/"+id+"/export?format="+format, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		c.t.Fatalf("export %s: %d %v %s", format, resp.StatusCode, err, b[:min(len(b), 300)])
	}
	return b
}

// words is what a document says: of a PDF by pdftotext, of a docx its parts.
func words(t *testing.T, format string, b []byte) string {
	t.Helper()
	switch format {
	case "pdf":
		path := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", path, "-").Output() // needs poppler-utils
		if err != nil {
			t.Fatalf("pdftotext (poppler-utils): %v", err)
		}
		return string(out)
	case "docx":
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			p, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			all += string(p)
		}
		return all
	}
	return string(b)
}

// TestExportIsMarkedUntilTheEmployeeHasApproved follows a record through review in every format.
func TestExportIsMarkedUntilTheEmployeeHasApproved(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr)
	in.start(true, "all")
	i, e := in.people(func() string { return "http://" + addr }, "山﨑 真理", "髙橋・𠮷田 拓也") // 𠮷 is in no common font: fonts-hanazono has it
	id := open(t, i, e, "ja", "2026-05-20")
	i.do("PUT", "/v1/interviews/"+id+"/captions?name=talk.vtt", file(t, "01-ja-sales.vtt"), map[string]string{"Content-Type": "text/vtt"}, 200, nil)
	i.until(id, time.Minute, "in_review")
	formats := []string{"pdf", "docx", "md", "txt"}
	for _, f := range formats {
		got := words(t, f, e.document(id, f))
		if !strings.Contains(got, "未確認") || !strings.Contains(got, "髙橋・𠮷田 拓也") || !strings.Contains(got, "山﨑 真理") || !strings.Contains(got, "新規開拓をやってみたい") {
			t.Errorf("%s before approval says\n%.600s", f, got)
		}
	}
	var doc struct {
		Look []string `json:"look"`
	}
	e.json("GET", "/v1/interviews/"+id+"/drafts/1", nil, 200, &doc)
	e.json("PUT", "/v1/interviews/"+id+"/drafts/1/opened", map[string]any{"statements": doc.Look}, 200, nil)
	e.json("POST", "/v1/interviews/"+id+"/decision", map[string]any{"draft": 1, "decision": "approve", "objection": "評価の件は別に話す。"}, 200, nil)
	for _, f := range formats {
		got := words(t, f, e.document(id, f))
		if strings.Contains(got, "未確認") || !strings.Contains(got, "評価の件は別に話す。") || !strings.Contains(got, "承認日") {
			t.Errorf("%s after approval says\n%.600s", f, got)
		}
	}
}
