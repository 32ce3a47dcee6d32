package pattern

import (
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// expressions are of all the forms the rules have: words, classes, ends, groups, both ends, nothing fixed.
var expressions = []string{
	`たい`, `たい|ほしい`, `(?:たい|ほしい)(?:な|なあ)?$`, `^(?:で|ただ)、?`, `^(?:で|ただ)$`, `^で$`, `出(?:す|し|さ)|もらう`, `(て|で)おりま(す|し)`,
	`[月火水木金土日]{2,}`, `[月火水木金土日]曜`, `^[^私俺]*[^く](?:から|ので)$`, `(?:^|[^い])た(?:、|$)`, `..[るた]の$`, `た?$`, `^で?`, `a|b$|^c`, `(?i)tai`,
	`\b(?:if|unless)\b`, `\d{1,2}月`, `[^、]{2,}なら、`, `\p{Han}+`, `(?:もら|く)(?:う|れる)?(?:か|$)`, `た*ら`, `(?:た|ほし)+い$`, `^(?:た|ほし){2}`, `$`, `^`, `^$`, ``,
	`(?:から|ので).*(?:て|で)(?:もらえる|ください)(?:か|ね)?$`, `けど|けどね|けれど$`, `(?:x|)で`, `(?m)^で`, `(?s).で`, `[\s、]+で`, `(?:、|$)`,
}

// TestAnswersOfRegexp compares every method with package regexp on random texts made of the letters the rules look at.
func TestAnswersOfRegexp(t *testing.T) {
	t.Parallel()
	pieces := strings.Split("た,い,たい,ほしい,な,なあ,で,ただ,、,私,く,から,ので,出,す,し,もら,う,れる,て,おりま,月,火,曜,の,る,もし,なら,a,b,c,if, ,12,けど,ね,か,ら,x,\n,Tai,もらえる,ください,ので渡してもらえる,。,\xff", ",")
	r := rand.New(rand.NewPCG(1, 2))
	yes := map[string]int{}
	plain, quick := map[string]*regexp.Regexp{}, map[string]*Pattern{}
	for _, e := range expressions {
		plain[e], quick[e] = regexp.MustCompile(e), MustCompile(e)
	}
	for range 3000 {
		s := ""
		for range r.IntN(9) {
			s += pieces[r.IntN(len(pieces))]
		}
		for _, e := range expressions {
			want, got := plain[e], quick[e]
			if want.MatchString(s) {
				yes[e]++
			}
			same := func(method string, a, b any) {
				if !reflect.DeepEqual(a, b) {
					t.Fatalf("%s of %q in %q: %#v, package regexp says %#v", method, e, s, b, a)
				}
			}
			same("MatchString", want.MatchString(s), got.MatchString(s))
			same("FindString", want.FindString(s), got.FindString(s))
			same("FindStringIndex", want.FindStringIndex(s), got.FindStringIndex(s))
			same("FindStringSubmatch", want.FindStringSubmatch(s), got.FindStringSubmatch(s))
			same("FindStringSubmatchIndex", want.FindStringSubmatchIndex(s), got.FindStringSubmatchIndex(s))
			same("FindAllString", want.FindAllString(s, -1), got.FindAllString(s, -1))
			same("FindAllStringIndex", want.FindAllStringIndex(s, -1), got.FindAllStringIndex(s, -1))
			same("FindAllStringSubmatch", want.FindAllStringSubmatch(s, -1), got.FindAllStringSubmatch(s, -1))
			same("FindAllStringSubmatchIndex", want.FindAllStringSubmatchIndex(s, -1), got.FindAllStringSubmatchIndex(s, -1))
			same("ReplaceAllString", want.ReplaceAllString(s, "<$0>"), got.ReplaceAllString(s, "<$0>"))
			same("ReplaceAllStringFunc", want.ReplaceAllStringFunc(s, strings.ToUpper), got.ReplaceAllStringFunc(s, strings.ToUpper))
		}
	}
	for _, e := range expressions {
		if yes[e] == 0 {
			t.Errorf("%q never matched: nothing was compared", e)
		}
	}
}

// TestSeveral holds several expressions against each one of them alone.
func TestSeveral(t *testing.T) {
	t.Parallel()
	set := Any(`たい$`, `もし|なら`, `^で`)
	for s, want := range map[string]bool{"行きたい": true, "行きたいです": false, "行くなら": true, "で、": true, "それで": false, "": false} {
		if got := set.MatchString(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

// TestNoWithoutRunning: a text without the words of an expression is turned down before the expression runs.
func TestNoWithoutRunning(t *testing.T) {
	t.Parallel()
	for e, s := range map[string]string{`(?:から|ので)$`: "からだ", `^(?:で|ただ)、?`: "それで", `[^、]{2,}なら、`: "行くので、", `出(?:す|し)`: "出る", `(?:た|ほし)+い$`: "いた"} {
		if MustCompile(e).May(s) {
			t.Errorf("%q is tried on %q", e, s)
		}
	}
}
