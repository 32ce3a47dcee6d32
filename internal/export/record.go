package export

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

// Record is a document before it has a format: a title, a mark for every page and blocks in order. Its texts hold no
// control characters and no marks that turn the order of letters around.
type Record struct {
	Language string
	Title    string
	Mark     string // 未確認, as it stands on every page; empty once the employee has approved
	Made     time.Time
	Blocks   []Block
}

// Block is one piece of a document; exactly one of the fields that follow Heading is set, or Heading alone.
type Block struct {
	Heading string
	Text    string     // a paragraph
	Fields  []Field    // a table of names and values
	Items   []Item     // statements
	Table   [][]string // rows of cells; the first row is the head
	Quiet   bool       // of Text: what the program says about the record, not what was said
	Key     string     // of Heading: the section's key; empty for what the program fills
}

// Field is one line of a table of names and values.
type Field struct{ Name, Value string }

// Item is one statement and a remark on it: times, sensitivity, who said it.
type Item struct{ Text, Remark string }

// builder makes the model of version d.
func (x *Exporter) builder(ctx context.Context, d *interview.Draft, t interview.Talk) (*builder, error) {
	v, err := x.verdict(ctx, d, t)
	if err != nil {
		return nil, err
	}
	b := &builder{draft: d, talk: t, verdict: v, template: x.template(d), w: wordsOf(d.Language), zone: x.o.Zone}
	r := &Record{Language: d.Language, Title: clean(b.title() + b.w.record), Made: d.CreatedAt}
	switch {
	case v != nil:
	case t.Status == interview.ClosedUnconfirmed:
		r.Mark = b.w.closed
	default:
		r.Mark = b.w.unconfirmed
	}
	b.record = r
	b.basics()
	if d.Coverage.Incomplete {
		b.add(Block{Text: b.w.incomplete, Quiet: true}) // on top: whoever reads one section alone must have seen it
	}
	b.summary()
	for _, s := range b.sections() {
		b.section(s)
	}
	b.making()
	b.confirmation()
	return b, nil
}

type builder struct {
	record   *Record
	draft    *interview.Draft
	talk     interview.Talk
	verdict  *interview.Verdict
	template *prompts.Template
	w        *words
	zone     *time.Location
}

func (b *builder) add(blocks ...Block) { b.record.Blocks = append(b.record.Blocks, blocks...) }

// heading begins a part. Titles of the template's own language win; the draft's are the fallback.
func (b *builder) heading(key, title string) { b.add(Block{Heading: clean(title), Key: key}) }

func (b *builder) title() string {
	if b.template != nil && b.template.Title[b.draft.Language] != "" {
		return b.template.Title[b.draft.Language]
	}
	name, _, _ := strings.Cut(b.draft.Template, "@")
	return name
}

// fields adds a table, leaving out lines without a value.
func (b *builder) fields(lines ...Field) {
	var kept []Field
	for _, l := range lines {
		if l.Value = clean(l.Value); l.Value != "" {
			kept = append(kept, l)
		}
	}
	if len(kept) > 0 {
		b.add(Block{Fields: kept})
	}
}

func (b *builder) basics() {
	title := b.w.basics
	if b.template != nil && b.template.Basics[b.draft.Language] != "" {
		title = b.template.Basics[b.draft.Language]
	}
	b.heading("", title)
	h, place := b.draft.Header, ""
	if h.Place != nil {
		place = *h.Place
	}
	b.fields(Field{b.w.employee, b.name(h.Employee)}, Field{b.w.interviewer, b.name(h.Interviewer)}, Field{b.w.date, day(h.RecordedOn, b.draft.Language)},
		Field{b.w.place, place}, Field{b.w.kind, b.title()}, Field{b.w.purpose, h.Purpose})
}

func (b *builder) name(n interview.Name) string {
	if n.Department == "" || n.Name == "" {
		return n.Name
	}
	if b.draft.Language == "ja" {
		return n.Name + "(" + n.Department + ")"
	}
	return n.Name + " (" + n.Department + ")"
}

func (b *builder) summary() {
	if len(b.draft.Summary) == 0 {
		return
	}
	b.heading("", b.w.summary)
	var items []Item
	for _, s := range b.draft.Summary {
		items = append(items, Item{clean(s.Text), b.places(s.Evidence)})
	}
	b.add(Block{Items: items})
}

// sections are the draft's sections in the order of the template; what the template does not know comes last.
func (b *builder) sections() []interview.Section {
	out := slices.Clone(b.draft.Sections)
	if b.template == nil {
		return out
	}
	rank := func(key string) int {
		if i := slices.IndexFunc(b.template.Sections, func(s prompts.Section) bool { return s.Key == key }); i >= 0 {
			return i
		}
		return len(b.template.Sections)
	}
	slices.SortStableFunc(out, func(x, y interview.Section) int { return rank(x.Key) - rank(y.Key) })
	return out
}

func (b *builder) section(s interview.Section) {
	title := s.Title
	var form *prompts.Section
	if b.template != nil {
		form = b.template.Section(s.Key)
	}
	if form != nil && form.Words[b.draft.Language].Title != "" {
		title = form.Title(b.draft.Language)
	}
	if title == "" {
		title = s.Key
	}
	b.heading(s.Key, title)
	if len(s.Statements) == 0 {
		b.add(Block{Text: clean(b.absent(s, form, title)), Quiet: true})
		return
	}
	if s.Key == interview.ActionItems {
		b.actions(s.Statements)
		return
	}
	var items []Item
	for _, st := range s.Statements {
		items = append(items, Item{clean(st.Text), b.remark(st)})
	}
	b.add(Block{Items: items})
}

// absent says why a section is empty: the three kinds of absence are three different sentences.
func (b *builder) absent(s interview.Section, form *prompts.Section, title string) string {
	if form != nil && form.Source == prompts.SourcePeople {
		return b.w.nothing
	}
	text := fill(b.w.absence[s.State], title)
	if form != nil {
		if long := form.Absence(s.State, b.draft.Language).Long; long != "" {
			text = long
		}
	}
	if text == "" { // discussed, and what was said is not for this reader
		return b.w.hidden
	}
	if at := b.places(s.Evidence); at != "" {
		text += " " + at
	}
	return text
}

func (b *builder) actions(statements []interview.Statement) {
	rows := [][]string{{b.w.owner, b.w.what, b.w.due}}
	for _, st := range statements {
		what := clean(st.Text)
		if r := b.remark(st); r != "" {
			what += "\n" + r
		}
		rows = append(rows, []string{b.owner(st.Owner), what, clean(b.due(st))})
	}
	b.add(Block{Table: rows})
}

func (b *builder) owner(p interview.Part) string {
	if name, ok := b.w.owners[p]; ok {
		return name
	}
	return b.w.owners[interview.PartUnknown]
}

// due is the day, with the words it was said in.
func (b *builder) due(st interview.Statement) string {
	said, date := "", ""
	if st.Due != nil {
		said = *st.Due
	}
	if st.DueDate != nil {
		date = *st.DueDate
	}
	if said == "" || date == "" {
		return said + date
	}
	if b.draft.Language == "ja" {
		return date + "(" + said + ")"
	}
	return date + " (" + said + ")"
}

// remark says what a reader needs besides the sentence itself.
func (b *builder) remark(st interview.Statement) string {
	var parts []string
	if s := b.w.speakers[st.Speaker]; s != "" {
		parts = append(parts, s)
	}
	if st.Sensitive {
		parts = append(parts, b.w.sensitive)
	}
	switch {
	case st.By == "person":
		parts = append(parts, b.w.written)
	case !st.Grounded:
		parts = append(parts, b.w.ungrounded)
	}
	if at := b.places(st.Evidence); at != "" {
		parts = append(parts, at)
	}
	return strings.Join(parts, " ・ ")
}

// places says where the words stand: by time, or by number in a transcript without times.
func (b *builder) places(evidence []interview.Evidence) string {
	var at []string
	for _, e := range evidence {
		p := fmt.Sprintf("%s %d", b.w.segment, e.Segment)
		if e.Start != nil {
			p = clock(*e.Start)
		}
		if !slices.Contains(at, p) {
			at = append(at, p)
		}
	}
	if len(at) == 0 {
		return ""
	}
	return b.w.evidence + " " + strings.Join(at, b.w.comma)
}

// making says how the record came about, so that a printed copy carries its own limits.
func (b *builder) making() {
	b.heading("", b.w.making)
	d := b.draft
	how := map[string]string{"llm": b.w.engineLLM, "extractive": b.w.engineExcerpts}[d.Author.Engine]
	if d.Author.Kind == "person" {
		how = b.w.engineHand
	}
	if d.Author.Model != "" && how != "" {
		how += " (" + d.Author.Model + ")"
	}
	var processors []string
	for _, p := range []*interview.Processor{d.Processing.STT, d.Processing.LLM} {
		if p == nil {
			continue
		}
		text := strings.Join(slices.DeleteFunc([]string{p.Processor, p.Country, p.Model}, func(s string) bool { return s == "" }), b.w.comma)
		if !slices.Contains(processors, text) {
			processors = append(processors, text)
		}
	}
	share, unheard, left := "", "", ""
	if c := d.Coverage; c.Speech > 0 {
		share = fmt.Sprintf("%.0f%%", 100*min(1, c.Transcribed/c.Speech))
		var spans []string
		for _, h := range c.Holes {
			spans = append(spans, clock(h.Start)+"–"+clock(h.End))
		}
		unheard = strings.Join(spans, b.w.comma)
	}
	if n := len(d.Dropped); n > 0 {
		left = fmt.Sprint(n)
	}
	b.fields(Field{b.w.draftedBy, how}, Field{b.w.processed, strings.Join(processors, " / ")}, Field{b.w.coverage, share}, Field{b.w.unheard, unheard}, Field{b.w.left, left})
}

func (b *builder) confirmation() {
	title := b.w.confirm
	if b.template != nil && b.template.Confirm[b.draft.Language] != "" {
		title = b.template.Confirm[b.draft.Language]
	}
	b.heading("", title)
	version := fmt.Sprint(b.draft.Version)
	if b.draft.Language == "ja" {
		version = "第" + version + "版"
	}
	if v := b.verdict; v != nil {
		on := ""
		if !v.At.IsZero() {
			on = day(v.At.In(b.zone).Format(time.DateOnly), b.draft.Language)
		}
		by := b.draft.Header.Employee.Name
		b.fields(Field{b.w.version, version}, Field{b.w.approved, on}, Field{b.w.by, by}, Field{b.w.objection, v.Objection}, Field{b.w.seal, v.Seal})
		return
	}
	long := b.w.unconfirmedLong
	if b.talk.Status == interview.ClosedUnconfirmed {
		long = b.w.closedLong
	}
	b.fields(Field{b.w.version, version}, Field{b.w.status, b.record.Mark})
	b.add(Block{Text: long, Quiet: true})
}

// clean makes one line of a text and takes out what must not be in a document: control characters, and marks with which
// a line can be made to read differently from what it says.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029', r == '\u0085':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff', r == '\u200b', r >= 0xFFF9 && r <= 0xFFFB, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }), " ")
}
