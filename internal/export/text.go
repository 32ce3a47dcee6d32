package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// writeText writes a record as plain text.
func writeText(r *Record, w io.Writer) error {
	b := bufio.NewWriter(w)
	if r.Mark != "" {
		fmt.Fprintf(b, "【%s】\n", r.Mark)
	}
	fmt.Fprintf(b, "%s\n", r.Title)
	colon := wordsOf(r.Language).colon
	for _, k := range r.Blocks {
		switch {
		case k.Heading != "":
			fmt.Fprintf(b, "\n■ %s\n", k.Heading)
		case k.Text != "":
			fmt.Fprintf(b, "%s\n", k.Text)
		case len(k.Fields) > 0:
			for _, f := range k.Fields {
				fmt.Fprintf(b, "%s%s%s\n", f.Name, colon, f.Value)
			}
		case len(k.Items) > 0:
			for _, i := range k.Items {
				fmt.Fprintf(b, "・%s", i.Text)
				if i.Remark != "" {
					fmt.Fprintf(b, " [%s]", i.Remark)
				}
				fmt.Fprintln(b)
			}
		case len(k.Table) > 0:
			for _, row := range k.Table[1:] {
				what, remark, _ := strings.Cut(row[1], "\n")
				fmt.Fprintf(b, "・%s", what)
				fmt.Fprintf(b, " (%s%s%s", k.Table[0][0], colon, row[0])
				if row[2] != "" {
					fmt.Fprintf(b, " / %s%s%s", k.Table[0][2], colon, row[2])
				}
				fmt.Fprint(b, ")")
				if remark != "" {
					fmt.Fprintf(b, " [%s]", remark)
				}
				fmt.Fprintln(b)
			}
		}
	}
	if r.Mark != "" {
		fmt.Fprintf(b, "\n【%s】\n", r.Mark)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write text: %w", err)
	}
	return nil
}

// special are the characters that Markdown or HTML inside it would take for its own.
const special = "\\`*_[]<>#|~&"

// escape makes Markdown show a text as it is.
func escape(text string) string {
	var b strings.Builder
	for i, r := range text {
		if strings.ContainsRune(special, r) || i == 0 && strings.ContainsRune("-+=", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	s := b.String()
	if digits := len(s) - len(strings.TrimLeft(s, "0123456789")); digits > 0 && digits < len(s) && strings.ContainsRune(".)", rune(s[digits])) {
		s = s[:digits] + "\\" + s[digits:] // "3." at the start would become a list
	}
	return s
}

// writeMarkdown writes a record as CommonMark with tables.
func writeMarkdown(r *Record, w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n", escape(r.Title))
	if r.Mark != "" {
		fmt.Fprintf(b, "\n> **%s**\n", escape(r.Mark))
	}
	for _, k := range r.Blocks {
		switch {
		case k.Heading != "":
			fmt.Fprintf(b, "\n## %s\n\n", escape(k.Heading))
		case k.Text != "" && k.Quiet:
			fmt.Fprintf(b, "*%s*\n", escape(k.Text))
		case k.Text != "":
			fmt.Fprintf(b, "%s\n", escape(k.Text))
		case len(k.Fields) > 0:
			fmt.Fprint(b, "| | |\n|---|---|\n")
			for _, f := range k.Fields {
				fmt.Fprintf(b, "| %s | %s |\n", escape(f.Name), escape(f.Value))
			}
			fmt.Fprintln(b)
		case len(k.Items) > 0:
			for _, i := range k.Items {
				fmt.Fprintf(b, "- %s", escape(i.Text))
				if i.Remark != "" {
					fmt.Fprintf(b, " <small>%s</small>", escape(i.Remark))
				}
				fmt.Fprintln(b)
			}
		case len(k.Table) > 0:
			for n, row := range k.Table {
				for _, cell := range row {
					what, remark, _ := strings.Cut(cell, "\n")
					fmt.Fprintf(b, "| %s ", escape(what))
					if remark != "" {
						fmt.Fprintf(b, "<small>%s</small> ", escape(remark))
					}
				}
				fmt.Fprintln(b, "|")
				if n == 0 {
					fmt.Fprintln(b, strings.Repeat("|---", len(row))+"|")
				}
			}
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write markdown: %w", err)
	}
	return nil
}
