package export

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/signintech/gopdf"
)

// Measures of a page, in points: A4 with margins of 20 to 25 mm, body 10.5 pt as Japanese office documents have it.
const (
	pageWidth, pageHeight     = 595.28, 841.89
	marginLeft, marginRight   = 62.0, 62.0
	marginTop, marginBottom   = 78.0, 66.0
	bodySize, bodyLead        = 10.5, 17.5
	smallSize, smallLead      = 8.5, 13.5
	titleSize, headSize       = 17.0, 12.5
	textWidth                 = pageWidth - marginLeft - marginRight
	nameColumn, indent        = 112.0, 14.0
	ownerColumn, dueColumn    = 62.0, 128.0
	headerLine, footerLine    = 46.0, pageHeight - 36.0
	inkBody, inkQuiet, inkRed = 0x1f2328, 0x5b6169, 0x9a2a1f
)

// stroke is one thing drawn on a page: a line of text, or a rule when text is empty.
type stroke struct {
	x, y, size float64
	text       string
	ink        int
	to         float64 // end of a rule
}

// sheet lays a record out on pages before anything is drawn, so that every page can carry the number of all.
type sheet struct {
	face  *face
	pages [][]stroke
	y     float64
}

// writePDF writes a record as PDF with the fonts it needs, cut down to the letters used.
func writePDF(r *Record, fonts []string, w io.Writer) error {
	r = r.composed()
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	pdf.SetInfo(gopdf.PdfInfo{Title: r.Title, Creator: "Kikigaki", Producer: "Kikigaki", CreationDate: r.Made})
	face, err := newFace(pdf, r.letters(), fonts)
	if err != nil {
		return err
	}
	s := &sheet{face: face}
	s.record(r)
	for n, page := range s.pages {
		pdf.AddPage()
		for _, k := range append(page, s.frame(r, n+1)...) {
			if err := s.draw(k); err != nil {
				return err
			}
		}
	}
	var b bytes.Buffer
	if _, err := pdf.WriteTo(&b); err != nil {
		return fmt.Errorf("compile pdf: %w", err)
	}
	out, err := mendUnicode(b.Bytes())
	if err != nil {
		return fmt.Errorf("compile pdf: %w", err)
	}
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("write pdf: %w", err)
	}
	return nil
}

func (s *sheet) draw(k stroke) error {
	r, g, b := uint8(k.ink>>16), uint8(k.ink>>8), uint8(k.ink) //nolint:gosec // a colour has three bytes
	if k.text == "" {
		s.face.pdf.SetStrokeColor(r, g, b)
		s.face.pdf.SetLineWidth(0.5)
		s.face.pdf.Line(k.x, k.y, k.to, k.y)
		return nil
	}
	s.face.pdf.SetTextColor(r, g, b)
	return s.face.draw(k.x, k.y, k.size, k.text)
}

// frame is what every page has: title, mark, page number. The mark is there until the employee has approved.
func (s *sheet) frame(r *Record, n int) []stroke {
	number := fmt.Sprintf("%d / %d", n, len(s.pages))
	out := []stroke{
		{x: pageWidth/2 - s.face.measure(number, smallSize)/2, y: footerLine, size: smallSize, text: number, ink: inkQuiet},
		{x: marginLeft, y: headerLine + 8, to: pageWidth - marginRight, ink: 0xc9ccd1},
	}
	if n > 1 {
		out = append(out, stroke{x: marginLeft, y: headerLine, size: smallSize, text: s.face.cut(r.Title, smallSize, textWidth-150), ink: inkQuiet})
	}
	if r.Mark != "" {
		out = append(out, stroke{x: pageWidth - marginRight - s.face.measure(r.Mark, bodySize), y: headerLine, size: bodySize, text: r.Mark, ink: inkRed})
	}
	return out
}

// cut shortens a text to a width.
func (f *face) cut(text string, size, width float64) string {
	used := 0.0
	for i, r := range text {
		if used += f.width[r] * size; used > width {
			return text[:i]
		}
	}
	return text
}

func (s *sheet) record(r *Record) {
	s.page()
	s.paragraph(marginLeft, textWidth, titleSize, titleSize*1.5, inkBody, r.Title)
	s.y += 8
	for i, b := range r.Blocks {
		switch {
		case b.Heading != "":
			s.heading(b.Heading, i+1 < len(r.Blocks))
		case b.Text != "" && b.Quiet:
			s.paragraph(marginLeft, textWidth, bodySize, bodyLead, inkQuiet, b.Text)
		case b.Text != "":
			s.paragraph(marginLeft, textWidth, bodySize, bodyLead, inkBody, b.Text)
		case len(b.Fields) > 0:
			for _, f := range b.Fields {
				s.row([]cell{{marginLeft, nameColumn - 8, f.Name, inkQuiet}, {marginLeft + nameColumn, textWidth - nameColumn, f.Value, inkBody}})
			}
		case len(b.Items) > 0:
			for _, item := range b.Items {
				s.item(item)
			}
		case len(b.Table) > 0:
			s.table(b.Table)
		}
	}
}

// page begins a page.
func (s *sheet) page() {
	s.pages = append(s.pages, nil)
	s.y = marginTop
}

// room begins a page when fewer than h points are left.
func (s *sheet) room(h float64) {
	if s.y+h > pageHeight-marginBottom && s.y > marginTop {
		s.page()
	}
}

func (s *sheet) put(k stroke) {
	last := len(s.pages) - 1
	s.pages[last] = append(s.pages[last], k)
}

func (s *sheet) lines(text string, size, width float64) []string {
	return lines(text, width, func(r rune) float64 { return s.face.width[r] * size })
}

// paragraph sets text in a column; it may go on over pages.
func (s *sheet) paragraph(x, width, size, lead float64, ink int, text string) {
	for _, l := range s.lines(text, size, width) {
		s.room(lead)
		s.put(stroke{x: x, y: s.y + size, size: size, text: l, ink: ink})
		s.y += lead
	}
}

// heading is kept with two lines of what it heads.
func (s *sheet) heading(text string, followed bool) {
	s.y += 11
	need := headSize * 1.9
	if followed {
		need += 2 * bodyLead
	}
	s.room(need)
	s.paragraph(marginLeft, textWidth, headSize, headSize*1.45, inkBody, text)
	s.put(stroke{x: marginLeft, y: s.y, to: pageWidth - marginRight, ink: 0x8a9099})
	s.y += 6
}

// item sets a statement with a bullet, its remark in small letters below. A remark is kept with its last line.
func (s *sheet) item(i Item) {
	text := s.lines(i.Text, bodySize, textWidth-indent)
	remark := s.lines(i.Remark, smallSize, textWidth-indent)
	for n, l := range text {
		need := bodyLead
		if n == len(text)-1 {
			need += float64(len(remark)) * smallLead
		}
		s.room(need)
		if n == 0 {
			s.put(stroke{x: marginLeft, y: s.y + bodySize, size: bodySize, text: bullet, ink: inkQuiet})
		}
		s.put(stroke{x: marginLeft + indent, y: s.y + bodySize, size: bodySize, text: l, ink: inkBody})
		s.y += bodyLead
	}
	for _, l := range remark {
		s.room(smallLead)
		s.put(stroke{x: marginLeft + indent, y: s.y + smallSize, size: smallSize, text: l, ink: inkQuiet})
		s.y += smallLead
	}
	s.y += 2
}

const bullet = "・"

// cell is one cell of a row.
type cell struct {
	x, width float64
	text     string
	ink      int
}

// row sets cells side by side. What follows a line break in a cell is set small. A row goes to the next page as a whole
// unless it is longer than a page.
func (s *sheet) row(cells []cell) {
	type part struct {
		stroke
		lead float64
	}
	var parts [][]part
	height := 0.0
	for _, c := range cells {
		main, small, _ := strings.Cut(c.text, "\n")
		var column []part
		h := 0.0
		for _, l := range s.lines(main, bodySize, c.width) {
			column = append(column, part{stroke{x: c.x, size: bodySize, text: l, ink: c.ink}, bodyLead})
			h += bodyLead
		}
		for _, l := range s.lines(small, smallSize, c.width) {
			column = append(column, part{stroke{x: c.x, size: smallSize, text: l, ink: inkQuiet}, smallLead})
			h += smallLead
		}
		parts, height = append(parts, column), max(height, h)
	}
	s.room(min(height, pageHeight-marginTop-marginBottom))
	startPage, startY := len(s.pages)-1, s.y
	endPage, endY := startPage, startY
	for _, column := range parts {
		page, y := startPage, startY
		for _, p := range column {
			if y+p.lead > pageHeight-marginBottom {
				page, y = page+1, marginTop
				if page == len(s.pages) {
					s.pages = append(s.pages, nil)
				}
			}
			p.y = y + p.size
			s.pages[page] = append(s.pages[page], p.stroke)
			y += p.lead
		}
		if page > endPage || page == endPage && y > endY {
			endPage, endY = page, y
		}
	}
	s.y = endY + 1
}

func (s *sheet) table(rows [][]string) {
	columns := func(row []string, ink int) []cell {
		return []cell{{marginLeft, ownerColumn - 8, row[0], ink}, {marginLeft + ownerColumn, textWidth - ownerColumn - dueColumn - 10, row[1], ink},
			{pageWidth - marginRight - dueColumn, dueColumn, row[2], ink}}
	}
	s.row(columns(rows[0], inkQuiet))
	for _, r := range rows[1:] {
		s.row(columns(r, inkBody))
		s.put(stroke{x: marginLeft, y: s.y, to: pageWidth - marginRight, ink: 0xdfe2e6})
		s.y += 4
	}
}

// composed is the record with texts fit for drawing.
func (r *Record) composed() *Record {
	c := *r
	c.Title, c.Mark = composed(r.Title), composed(r.Mark)
	c.Blocks = nil
	for _, b := range r.Blocks {
		n := Block{Heading: composed(b.Heading), Text: composed(b.Text), Quiet: b.Quiet, Key: b.Key}
		for _, f := range b.Fields {
			n.Fields = append(n.Fields, Field{composed(f.Name), composed(f.Value)})
		}
		for _, i := range b.Items {
			n.Items = append(n.Items, Item{composed(i.Text), composed(i.Remark)})
		}
		for _, row := range b.Table {
			var cells []string
			for _, text := range row {
				cells = append(cells, composed(text))
			}
			n.Table = append(n.Table, cells)
		}
		c.Blocks = append(c.Blocks, n)
	}
	return &c
}

// letters are all letters a document needs, page numbers and bullets included.
func (r *Record) letters() []rune {
	var b strings.Builder
	b.WriteString("0123456789 /" + bullet + r.Title + r.Mark)
	for _, k := range r.Blocks {
		b.WriteString(k.Heading + k.Text)
		for _, f := range k.Fields {
			b.WriteString(f.Name + f.Value)
		}
		for _, i := range k.Items {
			b.WriteString(i.Text + i.Remark)
		}
		for _, row := range k.Table {
			for _, text := range row {
				b.WriteString(strings.ReplaceAll(text, "\n", " "))
			}
		}
	}
	return []rune(b.String())
}
