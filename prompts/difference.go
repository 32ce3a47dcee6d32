package prompts

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Differences lists where two templates differ, as paths like sections.wishes.words.ja.title, in order. It answers the
// question that arises when a name@version is met with another hash.
func Differences(a, b *Template) []string {
	x, y := flat(a), flat(b)
	var out []string
	for k, v := range x {
		if w, ok := y[k]; !ok || !reflect.DeepEqual(v, w) {
			out = append(out, k)
		}
	}
	for k := range y {
		if _, ok := x[k]; !ok {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// flat writes a template's JSON as path to value. Sections are named by key, so that a moved section is one
// difference (sections.order) and not many.
func flat(t *Template) map[string]any {
	out := map[string]any{}
	c := *t
	c.Hash, c.Sections = "", nil
	walk("", generic(c), out)
	var order []string
	for _, s := range t.Sections {
		order = append(order, s.Key)
		walk("sections."+s.Key, generic(s), out)
	}
	delete(out, "sections")
	out["sections.order"] = strings.Join(order, " ")
	return out
}

func generic(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	var out any
	if json.Unmarshal(data, &out) != nil {
		return string(data)
	}
	return out
}

func walk(path string, v any, out map[string]any) {
	m, ok := v.(map[string]any)
	if !ok {
		out[strings.TrimPrefix(path, ".")] = v
		return
	}
	for k, x := range m {
		walk(path+"."+k, x, out)
	}
}
