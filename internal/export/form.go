package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"kikigaki/internal/interview"
)

// maxForm bounds a company's form, in bytes, and each of its parts unpacked.
const maxForm = 32 << 20

var (
	formPart    = regexp.MustCompile(`^word/(document|header\d*|footer\d*)\.xml$`)
	formText    = regexp.MustCompile(`(?s)(<w:t(?: [^>]*)?>)(.*?)(</w:t>)`)
	formSection = regexp.MustCompile(`(?s)<w:sectPr\b.*?</w:sectPr>`)
	formHeader  = regexp.MustCompile(`<w:headerReference\b[^>]*\bw:type="(default|first|even)"`)
	formFirst   = regexp.MustCompile(`<w:titlePg\b(?:\s+w:val="(?:1|true|on)")?\s*/>`)
	formEven    = regexp.MustCompile(`<w:evenAndOddHeaders\b(?:\s+w:val="(?:1|true|on)")?\s*/>`)
	formPlace   = regexp.MustCompile(`\{\{\s*([a-z0-9_]+)\s*\}\}`)
)

// form finds the company's own Word form for a template: <name>.docx in the folder of forms; "" when there is none.
func (x *Exporter) form(template string) string {
	name, _, _ := strings.Cut(template, "@")
	if x.o.Forms == "" || name == "" || name != filepath.Base(name) {
		return ""
	}
	path := filepath.Join(x.o.Forms, name+".docx")
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return path
}

// writeForm fills a company's form: each {{name}} of its text becomes the value of that name, wherever the word processor
// has parted it. A name that is none, and a form some page of which would not show {{mark}} in its header while the record
// is unconfirmed, are template_invalid: an unmarked draft must not look like a confirmed record.
func writeForm(path string, values map[string]string, w io.Writer) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return interview.E("template_invalid", errors.New("the form is no docx"))
	}
	defer z.Close()
	out := zip.NewWriter(w)
	bare, even, document := "", false, []byte(nil) // bare: a header without the mark
	for _, f := range z.File {
		body, err := unpacked(f)
		if err != nil {
			return err
		}
		even = even || f.Name == "word/settings.xml" && formEven.Match(body)
		if formPart.MatchString(f.Name) {
			if f.Name == "word/document.xml" {
				document = body
			} else if strings.HasPrefix(f.Name, "word/header") && !strings.Contains(visible(body), "{{mark}}") {
				bare = f.Name
			}
			if body, err = fillPart(body, values); err != nil {
				return err
			}
		}
		p, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified})
		if err != nil {
			return fmt.Errorf("write form: %w", err)
		}
		if _, err := p.Write(body); err != nil {
			return fmt.Errorf("write form: %w", err)
		}
	}
	if values["mark"] != "" && (bare != "" || !headed(document, even)) {
		return interview.E("template_invalid", errors.New("the form has a page without {{mark}} in its header"))
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write form: %w", err)
	}
	return nil
}

// headed tells whether every page of a document has a page header: the first section names one for all pages, and where
// first or even pages have their own, one for those (ECMA-376 part 1, 17.10; later sections take over what they leave out).
func headed(document []byte, even bool) bool {
	named := map[string]bool{}
	sections := formSection.FindAll(document, -1)
	for _, s := range sections {
		for _, m := range formHeader.FindAllSubmatch(s, -1) {
			named[string(m[1])] = true
		}
		if !named["default"] || formFirst.Match(s) && !named["first"] || even && !named["even"] {
			return false
		}
	}
	return len(sections) > 0
}

func unpacked(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, interview.E("template_invalid", errors.New("the form is damaged"))
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxForm+1))
	if err != nil || len(b) > maxForm {
		return nil, interview.E("template_invalid", errors.New("the form is damaged or too large"))
	}
	return b, nil
}

// visible is the text of a part as people see it, with names without blanks.
func visible(part []byte) string {
	var b strings.Builder
	for _, m := range formText.FindAllSubmatch(part, -1) {
		b.WriteString(html.UnescapeString(string(m[2])))
	}
	return formPlace.ReplaceAllString(b.String(), "{{$1}}")
}

// fillPart fills one part, paragraph by paragraph.
func fillPart(part []byte, values map[string]string) ([]byte, error) {
	var out bytes.Buffer
	for _, p := range bytes.SplitAfter(part, []byte("</w:p>")) {
		filled, err := fillParagraph(p, values)
		if err != nil {
			return nil, err
		}
		out.Write(filled)
	}
	return out.Bytes(), nil
}

// fillParagraph puts a value where its name begins and takes the rest of the name out of the runs that follow.
func fillParagraph(p []byte, values map[string]string) ([]byte, error) {
	at := formText.FindAllSubmatchIndex(p, -1)
	var texts []string
	whole := ""
	for _, m := range at {
		t := html.UnescapeString(string(p[m[4]:m[5]]))
		texts, whole = append(texts, t), whole+t
	}
	places := formPlace.FindAllStringSubmatchIndex(whole, -1)
	if len(places) == 0 {
		return p, nil
	}
	var out bytes.Buffer
	done, from := 0, 0
	for i, m := range at {
		to := from + len(texts[i])
		var text strings.Builder
		for pos := from; pos < to; {
			next := to
			for _, k := range places {
				if pos >= k[0] && pos < k[1] {
					if pos == k[0] {
						v, ok := values[whole[k[2]:k[3]]]
						if !ok {
							return nil, interview.E("template_invalid", fmt.Errorf("the form names {{%s}}, which is nothing", whole[k[2]:k[3]]))
						}
						text.WriteString(strings.ReplaceAll(xmlText(v), "&#xA;", `</w:t><w:br/><w:t xml:space="preserve">`))
					}
					pos, next = min(k[1], to), -1
					break
				}
				if k[0] >= pos && k[0] < next {
					next = k[0]
				}
			}
			if next >= 0 {
				text.WriteString(xmlText(whole[pos:next]))
				pos = next
			}
		}
		out.Write(p[done:m[0]])
		out.WriteString(`<w:t xml:space="preserve">` + text.String() + `</w:t>`)
		done, from = m[1], to
	}
	out.Write(p[done:])
	return out.Bytes(), nil
}

// values are what a form may name: title, mark, employee, interviewer, date, place, purpose, version, approved_on,
// objection, summary, and every section of the template by its key.
func (b *builder) values() map[string]string {
	h := b.draft.Header
	v := map[string]string{"title": b.record.Title, "mark": b.record.Mark, "employee": clean(b.name(h.Employee)), "interviewer": clean(b.name(h.Interviewer)),
		"date": clean(day(h.RecordedOn, b.draft.Language)), "purpose": clean(h.Purpose), "place": "", "version": fmt.Sprint(b.draft.Version),
		"approved_on": "", "objection": "", "summary": ""}
	if h.Place != nil {
		v["place"] = clean(*h.Place)
	}
	if b.verdict != nil {
		v["objection"] = clean(b.verdict.Objection)
		if !b.verdict.At.IsZero() {
			v["approved_on"] = day(b.verdict.At.In(b.zone).Format("2006-01-02"), b.draft.Language)
		}
	}
	var summary []string
	for _, s := range b.draft.Summary {
		summary = append(summary, clean(s.Text))
	}
	v["summary"] = strings.Join(summary, "\n")
	if b.template != nil { // a section that this draft has not is empty, not unknown
		for _, s := range b.template.Sections {
			v[s.Key] = ""
		}
	}
	key := ""
	for _, k := range b.record.Blocks {
		if k.Heading != "" {
			key = k.Key
			continue
		}
		if key == "" {
			continue
		}
		var lines []string
		if v[key] != "" {
			lines = append(lines, v[key])
		}
		if k.Text != "" {
			lines = append(lines, k.Text)
		}
		for _, i := range k.Items {
			lines = append(lines, bullet+i.Text)
		}
		for _, row := range k.Table[min(1, len(k.Table)):] {
			what, _, _ := strings.Cut(row[1], "\n")
			lines = append(lines, bullet+what+" ["+strings.Trim(row[0]+" "+row[2], " ")+"]")
		}
		v[key] = strings.Join(lines, "\n")
	}
	return v
}
