package export

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var (
	beyondBMP = regexp.MustCompile(`(<[0-9A-F]{4}><[0-9A-F]{4}>)<([0-9A-F]{5,6})>\n`)
	mapLength = regexp.MustCompile(`<<\n/Length (\d+)\n>>\nstream\n/CIDInit`)
	crossRefs = regexp.MustCompile(`\nxref\n0 (\d+)\n`)
	startXref = regexp.MustCompile(`startxref\n(\d+)\n`)
)

// edit replaces bytes [from, to).
type edit struct {
	from, to int
	text     string
}

// mendUnicode corrects the tables with which readers turn glyphs back into letters for search and copying: gopdf 0.33
// writes letters beyond U+FFFF (𠮷, 𠮟) as five digits, where the format wants the two halves of UTF-16. The lengths of
// streams and the positions of objects are moved along. PDF 32000-1:2008, 9.10.3 and 7.5.4.
func mendUnicode(pdf []byte) ([]byte, error) {
	var edits []edit
	for _, m := range mapLength.FindAllSubmatchIndex(pdf, -1) {
		length, err := strconv.Atoi(string(pdf[m[2]:m[3]]))
		if err != nil {
			return nil, fmt.Errorf("length of a letter table: %w", err)
		}
		begin := m[1] - len("/CIDInit")
		if begin+length > len(pdf) {
			return nil, errors.New("a letter table ends beyond the file")
		}
		grown := 0
		var inner []edit
		for _, x := range beyondBMP.FindAllSubmatchIndex(pdf[begin:begin+length], -1) {
			code, err := strconv.ParseUint(string(pdf[begin+x[4]:begin+x[5]]), 16, 32)
			if err != nil {
				return nil, fmt.Errorf("code of a letter: %w", err)
			}
			hi, lo := utf16.EncodeRune(rune(code)) //nolint:gosec // at most six hex digits
			text := fmt.Sprintf("%04X%04X", hi, lo)
			inner = append(inner, edit{begin + x[4], begin + x[5], text})
			grown += len(text) - (x[5] - x[4])
		}
		if len(inner) > 0 {
			edits = append(append(edits, edit{m[2], m[3], strconv.Itoa(length + grown)}), inner...)
		}
	}
	if len(edits) == 0 {
		return pdf, nil
	}
	moved := func(at int) int {
		by := 0
		for _, e := range edits {
			if e.from < at {
				by += len(e.text) - (e.to - e.from)
			}
		}
		return at + by
	}
	found := crossRefs.FindAllSubmatchIndex(pdf, -1)
	if len(found) == 0 {
		return nil, errors.New("no table of positions")
	}
	refs := found[len(found)-1]
	count, err := strconv.Atoi(string(pdf[refs[2]:refs[3]]))
	if err != nil || refs[1]+20*count > len(pdf) {
		return nil, errors.New("a damaged table of positions")
	}
	var table bytes.Buffer
	for i := range count { // entries of exactly 20 bytes, the first free
		entry := pdf[refs[1]+20*i : refs[1]+20*(i+1)]
		at, err := strconv.Atoi(string(entry[:10]))
		if err != nil {
			return nil, fmt.Errorf("position of an object: %w", err)
		}
		if i > 0 {
			at = moved(at)
		}
		fmt.Fprintf(&table, "%010d%s", at, entry[10:])
	}
	end := startXref.FindSubmatchIndex(pdf[refs[1]:])
	if end == nil {
		return nil, errors.New("no start of the table of positions")
	}
	at, err := strconv.Atoi(string(pdf[refs[1]+end[2] : refs[1]+end[3]]))
	if err != nil {
		return nil, fmt.Errorf("start of the table of positions: %w", err)
	}
	last := edit{refs[1] + end[2], refs[1] + end[3], strconv.Itoa(moved(at))}
	edits = append(edits, edit{refs[1], refs[1] + 20*count, table.String()}, last)
	var out bytes.Buffer
	done := 0
	for _, e := range edits {
		out.Write(pdf[done:e.from])
		out.WriteString(e.text)
		done = e.to
	}
	out.Write(pdf[done:])
	return out.Bytes(), nil
}
