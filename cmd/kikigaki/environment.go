package main

import (
	"fmt"
	"reflect"
	"strings"
)

// setting is one field of Settings as documents show it.
type setting struct {
	Group, Env, Help, Default string
	Secret, Hidden            bool
}

// settings lists the fields of Settings in their order.
func settings() []setting {
	var out []setting
	t := reflect.TypeFor[Settings]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		_, secret := tag.Lookup("secret")
		_, hidden := tag.Lookup("hidden")
		out = append(out, setting{Group: tag.Get("group"), Env: tag.Get("env"), Help: tag.Get("help"), Default: tag.Get("default"), Secret: secret, Hidden: hidden})
	}
	return out
}

// secretNames are the variables that can also be given as NAME_FILE.
func secretNames() map[string]bool {
	out := map[string]bool{}
	for _, s := range settings() {
		if s.Secret {
			out[s.Env] = true
		}
	}
	return out
}

// envExample is deploy/env.example: every setting with what it means.
func envExample() string {
	var b strings.Builder
	b.WriteString("# Every setting of kikigaki. Uncomment what you change. Settings marked (secret) can also be given as NAME_FILE=path.\n")
	b.WriteString("# Without any of them `kikigaki all` runs on one machine with everything embedded.\n")
	group := ""
	for _, s := range settings() {
		if s.Hidden {
			continue
		}
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n## %s\n", group)
		}
		mark := ""
		if s.Secret {
			mark = " (secret)"
		}
		fmt.Fprintf(&b, "\n# %s%s\n#%s=%s\n", s.Help, mark, s.Env, s.Default)
	}
	b.WriteString("\n# The time zone in which dates are read and shown.\n#TZ=Asia/Tokyo\n")
	b.WriteString("\n# Read only when an endpoint above is set to the word openai. (secret)\n#OPENAI_API_KEY=\n")
	return b.String()
}
