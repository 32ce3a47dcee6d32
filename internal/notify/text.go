package notify

import (
	_ "embed"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/goccy/go-yaml"
)

//go:embed mails.yaml
var mailsYAML []byte

type text struct {
	To      string `yaml:"to"`
	Subject struct {
		JA string `yaml:"ja"`
		EN string `yaml:"en"`
	} `yaml:"subject"`
	JA    string `yaml:"ja"`
	EN    string `yaml:"en"`
	Close string `yaml:"close"`
	// of the frame alone
	OpenJA       string `yaml:"open_ja"`
	OpenEN       string `yaml:"open_en"`
	CloseJA      string `yaml:"close_ja"`
	CloseEN      string `yaml:"close_en"`
	CloseShortJA string `yaml:"close_short_ja"`
	CloseShortEN string `yaml:"close_short_en"`
}

var texts = sync.OnceValues(func() (map[Kind]text, error) {
	m := map[Kind]text{}
	if err := yaml.UnmarshalWithOptions(mailsYAML, &m, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("read mail texts: %w", err)
	}
	return m, nil
})

// Message is a finished mail.
type Message struct {
	Subject string
	Text    string
	HTML    string // the same words
}

var (
	optional    = regexp.MustCompile(`(?s)\[\[(.*?)\]\]`)
	placeholder = regexp.MustCompile(`\{(\w+)\}`)
)

// Render makes the mail of a kind in language ("ja", else English). A value that is missing or empty, where the text does
// not say what to do without it, is an error: nobody is to read 「{due}まで」.
func Render(k Kind, language string, values map[string]string) (Message, error) {
	all, err := texts()
	if err != nil {
		return Message{}, err
	}
	t, ok := all[k]
	if !ok || k == "frame" {
		return Message{}, fmt.Errorf("render mail: no kind %q", k)
	}
	frame := all["frame"]
	subject, body, open, end := t.Subject.EN, t.EN, frame.OpenEN, frame.CloseEN
	if language == "ja" {
		subject, body, open, end = t.Subject.JA, t.JA, frame.OpenJA, frame.CloseJA
	}
	if t.Close == "short" {
		end = frame.CloseShortEN
		if language == "ja" {
			end = frame.CloseShortJA
		}
	}
	var missing []string
	fill := func(s string) string {
		out, miss := filled(s, values)
		missing = append(missing, miss...)
		return out
	}
	m := Message{Subject: fill(subject), Text: fill(open + body + end)}
	if len(missing) > 0 {
		return Message{}, fmt.Errorf("render mail %s: no value for %s", k, strings.Join(missing, ", "))
	}
	m.HTML = page(language, m.Subject, m.Text)
	m.Text += "\n"
	return m, nil
}

// filled puts values into s and names those that are missing.
func filled(s string, values map[string]string) (out string, missing []string) {
	s = optional.ReplaceAllStringFunc(s, func(part string) string {
		with, without, _ := strings.Cut(part[2:len(part)-2], "|")
		for _, m := range placeholder.FindAllStringSubmatch(with, -1) {
			if line(values[m[1]]) == "" {
				return without
			}
		}
		return with
	})
	out = placeholder.ReplaceAllStringFunc(s, func(name string) string {
		name = name[1 : len(name)-1]
		v := line(values[name])
		if v == "" {
			missing = append(missing, name)
		}
		return v
	})
	return out, missing
}

// line makes one line of a value, without control characters: a name with a line break must not begin a header or a
// paragraph of its own, nor turn the order of letters around.
func line(v string) string {
	v = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar:
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(v, ""))
	return strings.TrimSpace(v)
}

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

// page is the HTML of a text: the same words in paragraphs, links as links. No pictures, no scripts, nothing from afar.
func page(language, subject, text string) string {
	var b strings.Builder
	lang := "en"
	if language == "ja" {
		lang = "ja"
	}
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title></head>\n"+
		"<body style=\"margin:0;padding:24px;font:16px/1.8 sans-serif;color:#1f2328;background:#fff\"><div style=\"max-width:36em\">\n", lang, html.EscapeString(subject))
	for _, p := range strings.Split(text, "\n\n") {
		b.WriteString(`<p style="margin:0 0 1.2em">`)
		for i, l := range strings.Split(p, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			done := 0
			for _, at := range link.FindAllStringIndex(l, -1) {
				url := html.EscapeString(l[at[0]:at[1]])
				b.WriteString(html.EscapeString(l[done:at[0]]))
				fmt.Fprintf(&b, `<a href="%s">%s</a>`, url, url)
				done = at[1]
			}
			b.WriteString(html.EscapeString(l[done:]))
		}
		b.WriteString("</p>\n")
	}
	b.WriteString("</div></body></html>\n")
	return b.String()
}
