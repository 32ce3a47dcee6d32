package export

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Measures of a docx page in twentieths of a point: A4, margins of 25 mm.
const (
	docxWidth, docxHeight, docxMargin = 11906, 16838, 1418
	docxText                          = docxWidth - 2*docxMargin
)

// writeDocx writes a record as an Office Open XML document (ECMA-376, transitional): headings are headings, so that they
// appear in the navigation of a word processor; the mark stands in the page header.
func writeDocx(r *Record, w io.Writer) error {
	z := zip.NewWriter(w)
	made := r.Made
	if made.Year() < 1980 { // what a zip can hold
		made = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	for _, p := range []struct{ name, body string }{
		{"[Content_Types].xml", docxTypes}, {"_rels/.rels", docxRels}, {"word/_rels/document.xml.rels", docxPartRels},
		{"docProps/core.xml", docxCore(r, made)}, {"word/settings.xml", docxSettings}, {"word/fontTable.xml", docxFonts},
		{"word/styles.xml", docxStyles(r.Language)}, {"word/header1.xml", docxHeader(r)}, {"word/footer1.xml", docxFooter},
		{"word/document.xml", docxDocument(r)},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: made.UTC()})
		if err != nil {
			return fmt.Errorf("write docx: %w", err)
		}
		if _, err := io.WriteString(f, xml.Header+p.body); err != nil {
			return fmt.Errorf("write docx: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write docx: %w", err)
	}
	return nil
}

// docxBody builds the body of a document.
type docxBody struct{ strings.Builder }

func docxDocument(r *Record) string {
	b := &docxBody{}
	b.WriteString(`<w:document ` + docxSpaces + `><w:body>`)
	b.paragraph("Title", r.Title)
	for _, k := range r.Blocks {
		switch {
		case k.Heading != "":
			b.paragraph("Heading1", k.Heading)
		case k.Text != "" && k.Quiet:
			b.paragraph("Remark", k.Text)
		case k.Text != "":
			b.paragraph("", k.Text)
		case len(k.Fields) > 0:
			rows := make([][]string, 0, len(k.Fields))
			for _, f := range k.Fields {
				rows = append(rows, []string{f.Name, f.Value})
			}
			b.table(rows, []int{2000, docxText - 2000}, false)
		case len(k.Items) > 0:
			for _, i := range k.Items {
				b.statement("Statement", bullet+i.Text, i.Remark)
			}
		case len(k.Table) > 0:
			b.table(k.Table, []int{1300, docxText - 1300 - 2600, 2600}, true)
		}
	}
	fmt.Fprintf(b, `<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>`+
		`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%[3]d" w:right="%[3]d" w:bottom="%[3]d" w:left="%[3]d" w:header="720" w:footer="600" w:gutter="0"/></w:sectPr>`,
		docxWidth, docxHeight, docxMargin)
	b.WriteString(`</w:body></w:document>`)
	return b.String()
}

func (b *docxBody) paragraph(style, text string) {
	b.WriteString(`<w:p>`)
	if style != "" {
		b.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
	b.WriteString(docxRun("", text) + `</w:p>`)
}

// statement is a sentence with its remark in small letters on a line of its own.
func (b *docxBody) statement(style, text, remark string) {
	b.WriteString(`<w:p>`)
	if style != "" {
		b.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
	b.WriteString(docxRun("", text))
	if remark != "" {
		b.WriteString(`<w:r><w:br/></w:r>` + docxRun("Small", remark))
	}
	b.WriteString(`</w:p>`)
}

// table writes rows of cells; the head, when there is one, is repeated on each page. No row is parted over two pages.
func (b *docxBody) table(rows [][]string, widths []int, head bool) {
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Record"/><w:tblW w:w="` + fmt.Sprint(docxText) + `" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	for n, row := range rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if head && n == 0 {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for i, text := range row {
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, widths[i])
			label := head && n == 0 || !head && i == 0
			if label {
				b.WriteString(`<w:shd w:val="clear" w:color="auto" w:fill="F2F3F5"/>`)
			}
			b.WriteString(`</w:tcPr>`)
			main, remark, _ := strings.Cut(text, "\n")
			b.statement("Cell", main, remark)
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
	b.paragraph("Gap", "")
}

// docxRun is one stretch of text in a character style.
func docxRun(style, text string) string {
	if text == "" {
		return ""
	}
	props := ""
	if style != "" {
		props = `<w:rPr><w:rStyle w:val="` + style + `"/></w:rPr>`
	}
	return `<w:r>` + props + `<w:t xml:space="preserve">` + xmlText(text) + `</w:t></w:r>`
}

// xmlText escapes a text for XML; what XML cannot hold becomes U+FFFD.
func xmlText(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a strings.Builder never fails
	}
	return b.String()
}

func docxHeader(r *Record) string {
	mark := ""
	if r.Mark != "" {
		mark = `<w:r><w:tab/></w:r>` + docxRun("Mark", r.Mark)
	}
	return `<w:hdr ` + docxSpaces + `><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>` + docxRun("Small", r.Title) + mark + `</w:p></w:hdr>`
}

func docxCore(r *Record, made time.Time) string {
	at := made.UTC().Format(time.RFC3339)
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
		`xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + xmlText(r.Title) +
		`</dc:title><dc:creator>Kikigaki</dc:creator><dc:language>` + xmlText(r.Language) + `</dc:language>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified></cp:coreProperties>`
}
