package api

import (
	"mime"
	"net/url"
	"strings"
	"unicode"

	"kikigaki/internal/interview"
)

// attachment is a Content-Disposition by RFC 6266: an ASCII name for old clients, the true one by RFC 8187. The name
// has passed cleanName.
func attachment(name string) string {
	name = cleanName(name)
	ascii := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || strings.ContainsRune(`"\/;%`, r) {
			return '_'
		}
		return r
	}, name)
	v := mime.FormatMediaType("attachment", map[string]string{"filename": ascii})
	if v == "" {
		v = "attachment"
	}
	if ascii != name {
		v += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return v
}

// cleanName takes out what a file name must not have: control characters, separators, and marks that turn the order of
// letters around, with which "fdp.exe" can be made to read "exe.pdf".
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029', r == unicode.ReplacementChar:
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if r := []rune(name); len(r) > 120 {
		name = string(r[:120])
	}
	if name == "" {
		return "kikigaki"
	}
	return name
}

// CleanName is a name as the API stores it: one line, nothing that cannot be seen. kikigaki user add and import call it too.
func CleanName(v string) string { return cleanLine(v) }

// cleanLine makes one line of what people type into a field for a name: no control characters, nothing that cannot be seen
// or turns the order of letters around. Variation selectors stay: 葛󠄀 is not 葛.
func cleanLine(v string) string {
	v = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar, r == '\u200b', r == '\u2060', r == '\ufeff', r == '\u00ad':
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(v, ""))
	return strings.Join(strings.Fields(v), " ")
}

// fileName names a download by kind and day, never by a person: names end up in download lists and mails.
func fileName(t interview.Talk, lang, kind, ext string) string {
	names := map[string][2]string{"record": {"面談記録", "interview-record"}, "transcript": {"発言", "transcript"}, "recording": {"録音", "recording"}}
	name := names[kind][1]
	if lang == "ja" {
		name = names[kind][0]
	}
	name += "-" + t.RecordedOn
	if ext != "" {
		name += "." + ext
	}
	return name
}
