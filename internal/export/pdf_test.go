package export

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

const ipaGothic = "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"

// read turns a PDF into text as a reader's search does, each page ended by a form feed.
func read(t *testing.T, pdf string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", path, "-") // needs poppler-utils
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("pdftotext (poppler-utils): %v %s", err, errs.String())
	}
	return string(out)
}

// otherFont is a font that has 𠮷 (U+20BB7), which IPAex Gothic lacks: that font itself with its 𠮟 (U+20B9F) named 𠮷.
func otherFont(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(ipaGothic)
	if err != nil {
		t.Fatalf("fonts-ipaexfont is needed: %v", err)
	}
	group := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 0x20B9F), 0x20B9F)
	if bytes.Count(data, group) != 1 {
		t.Fatal("the font's table of letters is not as expected")
	}
	path := filepath.Join(t.TempDir(), "other.ttf")
	data = bytes.Replace(data, group, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 0x20BB7), 0x20BB7), 1)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPDFNames(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Header.Employee.Name = "髙橋・山﨑・𠮷田・𠮟"
	d.Header.Interviewer.Name = "か\u3099く 辻\U000E0101" // a mark apart from its letter, a variation selector
	got := read(t, exported(t, exporter(t, Options{Fonts: []string{ipaGothic, otherFont(t)}}), d, interview.Talk{}, "pdf"))
	for _, want := range []string{"髙橋・山﨑・𠮷田・𠮟", "がく 辻", "海外拠点で働きたい。", "2026-06-30(来月末まで)", "2027年4月に*異動*を希望する。"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestPDFNamesTheLettersItCannotShow(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Sections[2].Statements[0].Text = "𪚥と\U000F0000を書く。" // a rare ideograph and a letter of private use
	var b bytes.Buffer
	err := exporter(t, Options{Fonts: []string{ipaGothic}}).Export(t.Context(), d, interview.Talk{}, "pdf", &b)
	if interview.Code(err) != "glyph_missing" || b.Len() != 0 {
		t.Fatalf("%v, %d bytes", err, b.Len())
	}
	e, _ := errors.AsType[*interview.Error](err)
	if text := e.Text("en"); !strings.Contains(text, "U+F0000") || strings.Contains(text, "{") {
		t.Error(text)
	}
	for name, path := range map[string]string{"missing": "/nowhere/font.ttf", "no font": "pdf_test.go"} {
		if err := exporter(t, Options{Fonts: []string{path}}).Export(t.Context(), d, interview.Talk{}, "pdf", &b); interview.Code(err) != "font_missing" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPDFPages fills several pages: the mark and the number stand on each, nothing is lost between them.
func TestPDFPages(t *testing.T) {
	t.Parallel()
	d := sample()
	wishes, actions := &d.Sections[2], &d.Sections[3]
	wishes.Statements, actions.Statements = nil, nil
	for i := range 60 {
		wishes.Statements = append(wishes.Statements, interview.Statement{Text: fmt.Sprintf("希望%03dについて、%s話した。", i, strings.Repeat("長く", i)), By: "ai", Grounded: true})
	}
	for i := range 40 {
		actions.Statements = append(actions.Statements, interview.Statement{Text: fmt.Sprintf("約束%03dを果たす。%s", i, strings.Repeat("さらに続く。", i)), Owner: interview.PartHR, Grounded: true})
	}
	actions.Statements = append(actions.Statements, interview.Statement{Text: "始" + strings.Repeat("一枚に収まらない。", 300) + "終", Grounded: true})
	x := exporter(t, Options{Fonts: []string{ipaGothic}})
	raw := exported(t, x, d, interview.Talk{}, "pdf")
	if raw != exported(t, x, d, interview.Talk{}, "pdf") {
		t.Error("the same record gives other bytes the second time")
	}
	pages := strings.Split(strings.TrimSuffix(read(t, raw), "\f"), "\f")
	if len(pages) < 8 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, "未確認") || !strings.Contains(p, fmt.Sprintf("%d / %d", i+1, len(pages))) {
			t.Errorf("page %d carries no mark or no number:\n%s", i+1, p)
		}
	}
	all := strings.Join(pages, "")
	for i := range 60 {
		if !strings.Contains(all, fmt.Sprintf("希望%03d", i)) || i < 40 && !strings.Contains(all, fmt.Sprintf("約束%03d", i)) {
			t.Errorf("item %d is lost", i)
		}
	}
	if n := strings.Count(strings.ReplaceAll(all, "\n", ""), "収まらない"); n < 290 { // a few are parted by page frames
		t.Errorf("%d of 300 sentences of the long row", n)
	}
	talk := interview.Talk{Sealed: d.Version}
	if strings.Contains(read(t, exported(t, x, d, talk, "pdf")), "未確認") {
		t.Error("a sealed record is marked unconfirmed")
	}
}

func TestMendUnicodeLeavesSoundFilesAlone(t *testing.T) {
	t.Parallel()
	plain := []byte("%PDF-1.7\nnothing of the kind")
	if got, err := mendUnicode(plain); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%q %v", got, err)
	}
	broken := []byte("<<\n/Length 40\n>>\nstream\n/CIDInit <0001><0001><20BB7>\n            ")
	if _, err := mendUnicode(broken); err == nil {
		t.Error("a file without a table of positions passes")
	}
	if _, err := mendUnicode([]byte("<<\n/Length 9999\n>>\nstream\n/CIDInit ")); err == nil {
		t.Error("a table that ends beyond the file passes")
	}
}
