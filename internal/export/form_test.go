package export

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// section ends a document as a word processor does: with the headers of its pages.
func section(kinds ...string) string {
	s := `<w:sectPr>`
	for _, k := range kinds {
		if k == "titlePg" {
			s += `<w:titlePg/>`
			continue
		}
		s += `<w:headerReference r:id="rId9" w:type="` + k + `"/>`
	}
	return s + `</w:sectPr>`
}

// forms makes a folder with a form for career interviews; more are further parts, name and body in turn.
func forms(t *testing.T, document, header string, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	all := map[string]string{"word/document.xml": document, "word/header1.xml": header, "word/media/logo.png": "picture {{employee}}"}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	for name, body := range all {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "career-interview.docx"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const markedHeader = `<w:hdr xmlns:w="w"><w:p><w:r><w:t>{{</w:t></w:r><w:r><w:t>mark</w:t></w:r><w:r><w:t>}} 様式7</w:t></w:r></w:p></w:hdr>`

func TestCompanyForm(t *testing.T) {
	t.Parallel()
	document := `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>氏名 {{ employee }} 殿</w:t></w:r></w:p>` +
		`<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">希望: {{wi</w:t></w:r><w:r><w:t>sh</w:t></w:r><w:r><w:t>es}}。{{date}}</w:t></w:r></w:p>` +
		`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{action_items}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>A &amp; B {{next}}{{concerns}}</w:t></w:r></w:p>` + section("default") + `</w:body></w:document>`
	d := sample()
	d.Header.Employee.Name = "<髙橋> & {{mark}}"
	x := exporter(t, Options{Forms: forms(t, document, markedHeader)})
	p := parts(t, exported(t, x, d, interview.Talk{}, "docx"))
	want := "氏名 <髙橋> & {{mark}}(営業一課) 殿\n希望: ・海外拠点で働きたい。 / ・通院のため、金曜の午後は空けたい。 / ・2027年4月に*異動*を希望する。。2026年5月20日(水)\n" +
		"・研修の資料を送る。 [面談者 2026-06-30(来月末まで)]\nA & B 不安・懸念は、この面談では話題に出なかった。\n"
	if got := said(p["word/document.xml"]); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := said(p["word/header1.xml"]); got != "未確認 様式7\n" {
		t.Errorf("header %q", got)
	}
	if p["word/media/logo.png"] != "picture {{employee}}" {
		t.Error("a part that is no text was changed")
	}
	if got := said(parts(t, exported(t, x, d, interview.Talk{Sealed: 3}, "docx"))["word/header1.xml"]); got != " 様式7\n" {
		t.Errorf("header of a sealed record %q", got)
	}
	other := sample()
	other.Template = "../career-interview@1"
	if got := parts(t, exported(t, x, other, interview.Talk{}, "docx")); got["word/styles.xml"] == "" {
		t.Error("a template's name leads to a file elsewhere")
	}
}

func TestFormsWithMistakes(t *testing.T) {
	t.Parallel()
	plain := `<w:document xmlns:w="w"><w:p><w:r><w:t>{{employee}}</w:t></w:r></w:p></w:document>`
	even := `<w:settings><w:evenAndOddHeaders/></w:settings>`
	for name, dir := range map[string]string{
		"unknown name":               forms(t, strings.Replace(plain, "employee", "salary", 1)+section("default"), markedHeader),
		"no mark in a header":        forms(t, plain+`<w:t>{{mark}}</w:t>`+section("default"), `<w:hdr xmlns:w="w"/>`),
		"a header that is unused":    forms(t, plain+section(), markedHeader),
		"no section":                 forms(t, plain, markedHeader),
		"first page without":         forms(t, plain+section("default", "titlePg"), markedHeader),
		"even pages without":         forms(t, plain+section("default"), markedHeader, "word/settings.xml", even),
		"no mark on the first":       forms(t, plain+section("default", "first", "titlePg"), markedHeader, "word/header2.xml", `<w:hdr xmlns:w="w"><w:p><w:r><w:t>様式7</w:t></w:r></w:p></w:hdr>`),
		"header only from page 2 on": forms(t, plain+section()+section("default"), markedHeader),
	} {
		err := exporter(t, Options{Forms: dir}).Export(t.Context(), sample(), interview.Talk{}, "docx", &bytes.Buffer{})
		if interview.Code(err) != "template_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, dir := range map[string]string{
		"first page with its own":           forms(t, plain+section("default", "first", "titlePg"), markedHeader, "word/header2.xml", markedHeader),
		"even pages with their own":         forms(t, plain+section("default", "even"), markedHeader, "word/settings.xml", even, "word/header2.xml", markedHeader),
		"a second section takes it over":    forms(t, plain+section("default")+section(), markedHeader),
		"a first page that is switched off": forms(t, plain+section("default")+`<w:sectPr><w:titlePg w:val="0"/></w:sectPr>`, markedHeader),
	} {
		if err := exporter(t, Options{Forms: dir}).Export(t.Context(), sample(), interview.Talk{}, "docx", &bytes.Buffer{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "career-interview.docx"), []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := exporter(t, Options{Forms: dir}).Export(t.Context(), sample(), interview.Talk{}, "docx", &bytes.Buffer{}); interview.Code(err) != "template_invalid" {
		t.Errorf("no docx: %v", err)
	}
}
