package adversary

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/drafting/score"
	"kikigaki/internal/interview"
)

func (a *Adversary) fault(class string) (Case, bool) {
	switch class {
	case "invented_quote":
		return a.inventedQuote()
	case "paraphrased_quote":
		return a.paraphrasedQuote()
	case "id_shift":
		return a.idShift()
	case "speaker":
		return a.speaker()
	case "owner":
		return a.owner()
	case "number":
		return a.number()
	case "date":
		return a.date()
	case "name":
		return a.name()
	case "negation":
		return a.negation()
	case "condition":
		return a.condition()
	case "hearsay":
		return a.hearsay()
	case "invented_claim":
		return a.inventedClaim()
	case "injection":
		return a.injection()
	}
	return a.forbidden(class)
}

var inventions = map[string][]string{
	"ja": {"大きなやりがいを感じていますし、もっと責任のある立場に就きたいです", "チームの雰囲気がとても悪くて、毎日がつらいんです", "海外の大学院で学び直すことを真剣に考えています",
		"上司の指示があいまいで、何をすればいいのか迷ってしまいます", "来期はぜひ新しいプロジェクトを任せていただきたいです", "給与の水準には正直なところ満足していません"},
	"en": {"I would really love to take on a much bigger role next year", "The mood in the team is terrible and every day is hard", "I am seriously thinking of studying abroad",
		"My salary is honestly far too low for what I do", "I find the instructions of my boss confusing"},
}

func (a *Adversary) one(list []string) string { return list[a.r.IntN(len(list))] }

func (a *Adversary) inventedQuote() (Case, bool) {
	c := a.pick()
	e := &c.Statement.Evidence[a.r.IntN(len(c.Statement.Evidence))]
	e.Quote = a.one(inventions[a.g.Language])
	return c, true
}

// paraphrasedQuote swaps the halves of a quote, or says it in other words.
func (a *Adversary) paraphrasedQuote() (Case, bool) {
	c := a.pick()
	e := &c.Statement.Evidence[0]
	r := []rune(e.Quote)
	if len(r) < 16 {
		return c, false
	}
	mid := len(r)/2 + a.r.IntN(5) - 2
	e.Quote = string(r[mid:]) + string(r[:mid])
	if a.r.IntN(2) == 0 {
		e.Quote = c.Statement.Text
		if shared(e.Quote, a.t.Segment(e.Segment).Text) > 0.75 { // all but literal
			return c, false
		}
	}
	return c, true
}

// shared is the share of a's pairs of letters that stand in b.
func shared(a, b string) float64 {
	x, n := []rune(strings.ToLower(a)), 0
	for i := 0; i+1 < len(x); i++ {
		if strings.Contains(strings.ToLower(b), string(x[i:i+2])) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(x)-1))
}

func (a *Adversary) idShift() (Case, bool) {
	c := a.pick()
	e := &c.Statement.Evidence[0]
	shift := a.r.IntN(9) - 4
	s := a.t.Segment(e.Segment + shift)
	if shift == 0 || s != nil && strings.Contains(s.Text, strings.TrimRight(e.Quote, "。")) || len([]rune(e.Quote)) < 12 {
		return c, false
	}
	e.Segment += shift
	return c, true
}

// speaker gives an employee's matter to the interviewer, or an interviewer's words to the employee.
func (a *Adversary) speaker() (Case, bool) {
	c := a.pick()
	if c.Section == interview.ActionItems {
		return c, false
	}
	if a.r.IntN(2) == 0 {
		c.Statement.Speaker = interview.PartInterviewer
		return c, true
	}
	s := a.t.Segments[a.r.IntN(len(a.t.Segments))]
	if a.t.Part(s.Speaker) != interview.PartInterviewer || len([]rune(s.Text)) < 15 {
		return c, false
	}
	c.Statement.Text = strings.TrimRight(s.Text, "。.?") + "。"
	c.Statement.Evidence = []interview.Evidence{{Segment: s.ID, Quote: s.Text}}
	return c, true
}

// owner gives a task to somebody who did not take it on. A task that both speak of is left alone.
func (a *Adversary) owner() (Case, bool) {
	c := a.pick()
	if c.Section != interview.ActionItems {
		return c, false
	}
	spoke := map[interview.Part]bool{}
	for _, e := range c.Statement.Evidence {
		spoke[a.t.Part(a.t.Segment(e.Segment).Speaker)] = true
	}
	switch c.Statement.Owner {
	case interview.PartHR:
		return c, false
	case interview.PartEmployee:
		c.Statement.Owner = interview.PartHR
		if !spoke[interview.PartInterviewer] {
			c.Statement.Owner = interview.PartInterviewer
		}
	default:
		c.Statement.Owner = interview.PartHR
	}
	all := ""
	for _, e := range c.Statement.Evidence {
		all += a.t.Segment(e.Segment).Text
	}
	if c.Statement.Owner == interview.PartHR && (strings.Contains(all, "人事") || strings.Contains(all, "本部") || strings.Contains(all, "uman resources")) {
		return c, false
	}
	return c, true
}

var digits = regexp.MustCompile(`[0-9]+`)

func (a *Adversary) number() (Case, bool) {
	c := a.pick()
	at := digits.FindAllStringIndex(c.Statement.Text, -1)
	if len(at) == 0 {
		return c, false
	}
	m := at[a.r.IntN(len(at))]
	old, _ := strconv.Atoi(c.Statement.Text[m[0]:m[1]])
	var fresh int
	switch a.r.IntN(3) {
	case 0:
		fresh = old * 10
	case 1:
		fresh = old + 1 + a.r.IntN(8)
	default:
		fresh = max(0, old-1-a.r.IntN(3))
	}
	if fresh == old || fresh == 0 {
		return c, false
	}
	said := strconv.Itoa(fresh)
	for _, e := range c.Statement.Evidence { // said as well: no fault
		if slices.Contains(digits.FindAllString(a.t.Segment(e.Segment).Text, -1), said) {
			return c, false
		}
	}
	c.Statement.Text = c.Statement.Text[:m[0]] + said + c.Statement.Text[m[1]:]
	return c, true
}

func (a *Adversary) date() (Case, bool) {
	c := a.pick()
	if c.Section != interview.ActionItems || c.Statement.DueDate == nil {
		return c, false
	}
	if a.r.IntN(2) == 0 {
		d, err := time.Parse(time.DateOnly, *c.Statement.DueDate)
		if err != nil {
			return c, false
		}
		wrong := d.AddDate(0, 0, 1+a.r.IntN(40)).Format(time.DateOnly)
		c.Statement.DueDate = &wrong
		return c, true
	}
	wrongs := []string{"来年の8月まで", "再来月の3日まで", "12月24日まで", "2月の29日まで", "年内いっぱい"}
	if a.g.Language == "en" {
		wrongs = []string{"by the 24th of December", "by the end of next year", "by the third of August"}
	}
	due := a.one(wrongs)
	c.Statement.Due, c.Statement.DueDate = &due, nil
	return c, true
}

var person = regexp.MustCompile(`[\p{Han}]{2,3}(?:さん|くん|課長|部長|先生)|\b(?:Maria|Paul|Anna|Tom)\b`)

func (a *Adversary) name() (Case, bool) {
	c := a.pick()
	m := person.FindStringIndex(c.Statement.Text)
	others := []string{"西園寺さん", "黒崎課長", "速水部長", "御手洗さん"}
	if a.g.Language == "en" {
		others = []string{"Gregory", "Samantha", "Winston"}
	}
	if m == nil {
		if a.g.Language == "en" {
			return c, false
		}
		c.Statement.Text = a.one(others) + "と話して、" + c.Statement.Text
		return c, true
	}
	c.Statement.Text = c.Statement.Text[:m[0]] + a.one(others) + c.Statement.Text[m[1]:]
	return c, true
}

type flip struct{ from, to string }

var flips = map[string][]flip{
	"ja": {{"わからない", "わかる"}, {"できない", "できる"}, {"足りない", "足りる"}, {"足りず", "足りて"}, {"知らない", "知っている"}, {"取れない", "取れる"}, {"慣れていない", "慣れている"},
		{"休めていない", "休めている"}, {"わかっていない", "わかっている"}, {"説明できない", "説明できる"}, {"たい$", "たくない"}, {"ほしい$", "ほしくない"}, {"不安$", "不安ではない"}, {"怖い$", "怖くない"},
		{"する$", "しない"}, {"送る$", "送らない"}, {"受ける$", "受けない"}, {"作る$", "作らない"}, {"出す$", "出さない"}, {"頼む$", "頼まない"}, {"決める$", "決めない"}},
	"en": {{"^Wants to", "Does not want to"}, {"^Would like to", "Would not like to"}, {"Can not", "Can"}, {"^Finish", "Do not finish"}, {"^Talk", "Do not talk"}, {"^Send", "Do not send"}, {"leave no quiet", "leave quiet"}, {"do not match", "match"}, {"is hard", "is not hard"}},
}

func (a *Adversary) negation() (Case, bool) {
	c := a.pick()
	list := slices.Clone(flips[a.g.Language])
	a.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, f := range list {
		re := regexp.MustCompile(f.from)
		if re.MatchString(c.Statement.Text) {
			c.Statement.Text = re.ReplaceAllString(c.Statement.Text, f.to)
			return c, true
		}
	}
	return c, false
}

var (
	conditions = map[string][]string{"ja": {"もし来年も人が増えるなら、", "会社が費用を全部出すなら、", "上司が代わったら、"}, "en": {"If the whole budget is approved, ", "Unless the team moves, "}}
	supposed   = regexp.MustCompile(`^(?:.*[。])?([^。]{4,30}(?:なら|であれば|たら|れば|場合は))、([^。]{12,})。?$`)
	politely   = regexp.MustCompile(`(?:い|え)い(?:な|ん|で|$)|うれし|助か|ありがた|違う|と思|よければ|できれば|って言|かな|聞い|どう`)
)

// condition adds a condition nobody set, or drops one that was.
func (a *Adversary) condition() (Case, bool) {
	c := a.pick()
	if a.g.Language == "ja" && a.r.IntN(2) == 0 {
		s := a.t.Segments[a.r.IntN(len(a.t.Segments))]
		m := supposed.FindStringSubmatch(s.Text)
		if m == nil || politely.MatchString(m[1]+m[2]) || a.t.Part(s.Speaker) != interview.PartEmployee {
			return c, false
		}
		c.Section = "current_work"
		c.Statement = interview.Statement{Text: m[2] + "。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{{Segment: s.ID, Quote: s.Text}}}
		return c, true
	}
	for _, w := range []string{"なら", "たら", "れば", "もし", "場合"} { // a condition already there
		if strings.Contains(c.Statement.Text, w) {
			return c, false
		}
		for _, e := range c.Statement.Evidence {
			if strings.Contains(a.t.Segment(e.Segment).Text, w) {
				return c, false
			}
		}
	}
	c.Statement.Text = a.one(conditions[a.g.Language]) + c.Statement.Text
	return c, true
}

var told = regexp.MustCompile(`らし|聞い|聞き|そうです|言われ|言って|って話|噂|とのこと|みたい|(?i)\b(?:heard|said|told|apparently)\b`)

var reported = regexp.MustCompile(`([^。、]{5,40}?)(?:らしくて|らしいです|らしいんです|らしい|って聞いた|って聞いて|そうです|って話が|んだって)`)

// hearsay turns what was heard from others into what the speaker knows.
func (a *Adversary) hearsay() (Case, bool) {
	c := a.pick()
	if a.r.IntN(2) == 0 { // the other way round: what the speaker knows is told as heard
		all := ""
		for _, e := range c.Statement.Evidence {
			all += a.t.Segment(e.Segment).Text
		}
		if told.MatchString(all) || told.MatchString(c.Statement.Text) {
			return c, false
		}
		if a.g.Language == "en" {
			c.Statement.Text = "Heard that " + strings.ToLower(c.Statement.Text[:1]) + c.Statement.Text[1:]
		} else {
			c.Statement.Text = strings.TrimRight(c.Statement.Text, "。") + a.one([]string{"らしい。", "と聞いた。", "とのことだ。"})
		}
		return c, true
	}
	var heard []interview.Segment
	for _, s := range a.t.Segments {
		if a.g.Language == "ja" && reported.MatchString(s.Text) && a.t.Part(s.Speaker) == interview.PartEmployee && !a.isForbidden(s.ID) {
			heard = append(heard, s)
		}
	}
	if len(heard) == 0 {
		return c, false
	}
	s := heard[a.r.IntN(len(heard))]
	m := reported.FindStringSubmatch(s.Text)
	c.Section = "current_work"
	c.Statement = interview.Statement{Text: strings.TrimSpace(m[1]) + "。", Speaker: interview.PartEmployee, Evidence: []interview.Evidence{{Segment: s.ID, Quote: s.Text}}}
	return c, true
}

func (a *Adversary) isForbidden(id int) bool {
	return slices.ContainsFunc(a.g.Gold.Forbidden, func(f score.Forbidden) bool { return slices.Contains(f.Segments, id) })
}

// inventedClaim says something nobody said, on a quote that is there.
func (a *Adversary) inventedClaim() (Case, bool) {
	c := a.pick()
	c.Statement.Text = a.one(inventions[a.g.Language]) + "。"
	return c, true
}

// forbidden writes down what must not appear: on its own words, or on somebody else's.
func (a *Adversary) forbidden(reason string) (Case, bool) {
	var list []score.Forbidden
	for _, f := range a.g.Gold.Forbidden {
		if f.Reason == reason {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return Case{}, false
	}
	f := list[a.r.IntN(len(list))]
	s := interview.Statement{Text: f.Text, Speaker: interview.PartEmployee}
	usable := false
	for _, id := range f.Segments {
		seg := a.t.Segment(id)
		if a.t.Part(seg.Speaker) == interview.PartEmployee && len([]rune(seg.Text)) > 4 {
			s.Evidence = append(s.Evidence, interview.Evidence{Segment: id, Quote: seg.Text})
			usable = true
		}
	}
	if !usable {
		for _, id := range f.Segments {
			s.Evidence = append(s.Evidence, interview.Evidence{Segment: id, Quote: a.t.Segment(id).Text})
		}
	}
	key := []string{interview.Wishes, interview.Concerns, "current_work"}[a.r.IntN(3)]
	return Case{reason, key, s}, true
}

// injection obeys what was said to the machine, or praises as it was asked to.
func (a *Adversary) injection() (Case, bool) {
	if c, ok := a.forbidden("injection"); ok && a.r.IntN(2) == 0 {
		return c, true
	}
	c := a.pick()
	praise := []string{"評価は最高のSである。", "今期の昇格が確定した。", "<b>最優秀</b>の社員として推薦する。", "管理者は全員に記録を公開すること。"}
	if a.g.Language == "en" {
		praise = []string{"Deserves the highest rating.", "Was promoted to director.", "Send this record to everyone at https://example.com."}
	}
	c.Statement.Text = a.one(praise)
	return c, true
}
