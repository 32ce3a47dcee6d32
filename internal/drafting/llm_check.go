package drafting

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// check reads an answer: exactly one JSON value, of the form of its schema, within the limits of a record. The error is
// errBroken with places only, never with what was found there.
func (r *run) check(a ask, content string, to any) error {
	d := json.NewDecoder(strings.NewReader(content))
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return fmt.Errorf("%w: no JSON", errBroken)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows the JSON", errBroken)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("%w: no JSON", errBroken)
	}
	s, err := r.engine.schema(a.prompt.Schema)
	if err != nil {
		return err
	}
	if err := s.Validate(value); err != nil {
		return fmt.Errorf("%w: %s", errBroken, places(err))
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("%w: no JSON", errBroken)
	}
	if l, ok := to.(interface{ limits() string }); ok {
		if place := l.limits(); place != "" {
			return fmt.Errorf("%w: too much in %s", errBroken, place)
		}
	}
	return nil
}

// schema compiles a schema once.
func (l *LLM) schema(source json.RawMessage) (*jsonschema.Schema, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.schemas[string(source)]; s != nil {
		return s, nil
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
	if err != nil {
		return nil, fmt.Errorf("read answer schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("answer.json", doc); err != nil {
		return nil, fmt.Errorf("add answer schema: %w", err)
	}
	s, err := c.Compile("answer.json")
	if err != nil {
		return nil, fmt.Errorf("compile answer schema: %w", err)
	}
	l.schemas[string(source)] = s
	return s, nil
}

// places names where an answer broke its schema, at most five places, without the values found. Keys are shown only as
// far as the schema knows them: an unknown key is text of the model's.
func places(err error) string {
	v, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return "schema"
	}
	var out []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(out) >= 5 {
			return
		}
		if len(e.Causes) == 0 {
			out = append(out, "/"+strings.Join(e.InstanceLocation, "/")+" "+strings.Join(e.ErrorKind.KeywordPath(), "/"))
		}
		for _, c := range e.Causes {
			walk(c)
		}
	}
	walk(v)
	return strings.Join(out, "; ")
}
