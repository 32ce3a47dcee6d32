package export

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

// parts opens a docx and returns its parts, each of them well-formed XML.
func parts(t *testing.T, docx string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		dec := xml.NewDecoder(strings.NewReader(string(b)))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return out
}

// said is the text of a part, a line a paragraph.
func said(part string) string {
	var b strings.Builder
	dec, in := xml.NewDecoder(strings.NewReader(part)), false
	for {
		tok, err := dec.Token()
		if err != nil {
			return b.String()
		}
		switch k := tok.(type) {
		case xml.StartElement:
			in = k.Name.Local == "t"
			if k.Name.Local == "br" {
				b.WriteString(" / ")
			}
		case xml.EndElement:
			in = false
			if k.Name.Local == "p" {
				b.WriteString("\n")
			}
		case xml.CharData:
			if in {
				b.Write(k)
			}
		}
	}
}

func TestDocx(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Sections[2].Statements[0].Text = `<w:p>&"タグ"` + "\ufffe\u0001"
	x := exporter(t, Options{})
	raw := exported(t, x, d, interview.Talk{}, "docx")
	p := parts(t, raw)
	text := said(p["word/document.xml"])
	for _, want := range []string{"キャリア面談の記録\n基本情報\n本人\n髙橋 美咲(営業一課)\n", "・<w:p>&\"タグ\" / 根拠 2:11\n", "担当\n内容\n期限\n面談者\n研修の資料を送る。 / 根拠 3:20\n2026-06-30(来月末まで)\n",
		"本人がまだ確認していない下書きである。\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if got := said(p["word/header1.xml"]); !strings.Contains(got, "未確認") {
		t.Errorf("the page header is %q", got)
	}
	for _, want := range []string{`w:pgSz w:w="11906" w:h="16838"`, `w:pStyle w:val="Heading1"`, `<w:tblHeader/>`} {
		if !strings.Contains(p["word/document.xml"], want) {
			t.Errorf("no %s in the document", want)
		}
	}
	if raw != exported(t, x, d, interview.Talk{}, "docx") {
		t.Error("the same record gives other bytes the second time")
	}
	sealed := parts(t, exported(t, x, d, interview.Talk{Sealed: 3}, "docx"))
	if strings.Contains(said(sealed["word/header1.xml"])+said(sealed["word/document.xml"]), "未確認") {
		t.Error("a sealed record is marked unconfirmed")
	}
}

// A statement's remark stands on a line of its own: in justified paragraphs a word processor would draw the line before it
// out over the whole width.
func TestDocxLinesAreNotDrawnOut(t *testing.T) {
	t.Parallel()
	p := parts(t, exported(t, exporter(t, Options{}), sample(), interview.Talk{}, "docx"))
	if !strings.Contains(p["word/document.xml"], "<w:br/>") || strings.Contains(p["word/styles.xml"]+p["word/document.xml"], `<w:jc w:val="both"/>`) {
		t.Error("lines are broken in justified paragraphs")
	}
	if !strings.Contains(p["word/settings.xml"], "<w:doNotExpandShiftReturn/>") {
		t.Error("nor does the document say that such lines are not drawn out where a company justifies them")
	}
}

// TestDocxIsWhole checks that every part is declared, and every reference and style leads somewhere.
func TestDocxIsWhole(t *testing.T) {
	t.Parallel()
	p := parts(t, exported(t, exporter(t, Options{}), sample(), interview.Talk{}, "docx"))
	for name := range p {
		if strings.HasPrefix(name, "word/") && !strings.HasSuffix(name, ".rels") && !strings.Contains(p["[Content_Types].xml"], `PartName="/`+name+`"`) {
			t.Errorf("%s is not declared", name)
		}
	}
	for from, folder := range map[string]string{"_rels/.rels": "", "word/_rels/document.xml.rels": "word/"} {
		refs := values(p[from], "Target")
		if len(refs) == 0 {
			t.Errorf("no references in %s", from)
		}
		for _, target := range refs {
			if p[folder+target] == "" {
				t.Errorf("%s leads to %s, which is not there", from, target)
			}
		}
	}
	styles := values(p["word/styles.xml"], "styleId")
	for _, part := range []string{"word/document.xml", "word/header1.xml"} {
		used := append(append(styled(p[part], "pStyle"), styled(p[part], "rStyle")...), styled(p[part], "tblStyle")...)
		if len(used) == 0 {
			t.Errorf("%s uses no style", part)
		}
		for _, s := range used {
			found := false
			for _, k := range styles {
				found = found || k == s
			}
			if !found {
				t.Errorf("%s uses style %s, which is not defined", part, s)
			}
		}
	}
}

func values(part, attribute string) (out []string) {
	dec := xml.NewDecoder(strings.NewReader(part))
	for {
		tok, err := dec.Token()
		if err != nil {
			return out
		}
		if k, ok := tok.(xml.StartElement); ok {
			for _, a := range k.Attr {
				if a.Name.Local == attribute {
					out = append(out, a.Value)
				}
			}
		}
	}
}

func styled(part, element string) (out []string) {
	dec := xml.NewDecoder(strings.NewReader(part))
	for {
		tok, err := dec.Token()
		if err != nil {
			return out
		}
		if k, ok := tok.(xml.StartElement); ok && k.Name.Local == element {
			out = append(out, k.Attr[0].Value)
		}
	}
}
