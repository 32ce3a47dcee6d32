package main

import (
	"encoding"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// unreadable takes the variables out of the environment whose values are not what their setting takes (a word for a number,
// a size that is none) and names them. The command line would stop at the first of them; people are to see all at once.
func unreadable() ([]string, error) {
	var out []string
	t := reflect.TypeFor[Settings]()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("env")
		text, set := os.LookupEnv(name)
		if name == "" || !set || text == "" {
			continue
		}
		why := readable(reflect.New(f.Type), text)
		if why == "" {
			continue
		}
		out = append(out, name+": "+why)
		if err := os.Unsetenv(name); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return out, nil
}

// readable says why text cannot be read into what to points at; "" when it can.
func readable(to reflect.Value, text string) string {
	if u, ok := to.Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return err.Error()
		}
		return ""
	}
	var err error
	kind := ""
	switch to.Elem().Kind() {
	case reflect.Int:
		_, err = strconv.Atoi(text)
		kind = "a whole number"
	case reflect.Float64:
		_, err = strconv.ParseFloat(text, 64)
		kind = "a number"
	case reflect.Bool:
		if !slices.Contains([]string{"true", "1", "yes", "false", "0", "no"}, strings.ToLower(text)) {
			return fmt.Sprintf("%q is not true or false", text)
		}
	}
	if err != nil {
		return fmt.Sprintf("%q is not %s", text, kind)
	}
	return ""
}

// roleOf is what a command is going to be.
func roleOf(command string) role {
	switch command {
	case "all", "demo":
		return single
	case "serve", "work":
		return apart
	}
	return headless
}
