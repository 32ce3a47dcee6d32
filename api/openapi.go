package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kikigaki/internal/interview"
)

//go:generate go test -run TestOpenAPIFresh -update .

// humaConfig is huma without its own pages: no documentation page (it would load scripts from elsewhere), no $schema
// links.
func humaConfig(version string) huma.Config {
	c := huma.DefaultConfig("Kikigaki", version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Info.Description = "Recordings of career interviews in, records that the employee has confirmed out. " +
		"Errors are RFC 9457 problems with a stable code; unsafe calls accept Idempotency-Key; documents carry an ETag and changing one takes If-Match."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "Access token of a program"},
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "Session of a browser"},
	}
	c.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	c.Transformers = []huma.Transformer{transform}
	c.Formats = formats()
	return c
}

// transform makes of huma's errors problems, and of absent lists empty ones.
func transform(ctx huma.Context, _ string, v any) (any, error) {
	if e, ok := v.(*huma.ErrorModel); ok {
		c := callOf(ctx.Context())
		return fromHuma(e, c.lang, c.requestID), nil
	}
	return noNulls(v), nil
}

// noNulls returns v with every nil slice in it made empty: a list in an answer is a list.
func noNulls(v any) any {
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return v
	}
	p := reflect.New(r.Type()).Elem()
	p.Set(r)
	fill(p)
	return p.Interface()
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct {
			c := reflect.New(v.Type().Elem()) // a copy: the value may be shared
			c.Elem().Set(v.Elem())
			fill(c.Elem())
			if v.CanSet() {
				v.Set(c)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if !v.CanSet() {
			return
		}
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
			return
		}
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Pointer || k == reflect.Slice {
			c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(c, v)
			for i := range c.Len() {
				fill(c.Index(i))
			}
			v.Set(c)
		}
	}
}

// enums are the closed sets of the domain; the document names them and huma checks them in requests.
var enums = map[reflect.Type][]any{
	reflect.TypeFor[interview.Status]():       values(interview.Statuses),
	reflect.TypeFor[interview.Party]():        values([]interview.Party{interview.ForEmployee, interview.ForInterviewer, interview.ForHR, interview.ForSystem}),
	reflect.TypeFor[interview.Route]():        values([]interview.Route{interview.External, interview.Internal}),
	reflect.TypeFor[interview.Role]():         values([]interview.Role{interview.RoleInterviewer, interview.RoleHR, interview.RoleAdmin}),
	reflect.TypeFor[interview.SectionState](): values([]interview.SectionState{interview.Discussed, interview.NotDiscussed, interview.StatedNone, interview.Unclear}),
	reflect.TypeFor[interview.Decision]():     values([]interview.Decision{interview.Given, interview.Refused, interview.Withdrawn, interview.Attested, interview.Objected}),
	reflect.TypeFor[interview.Action]():       values(everyAction()),
	reflect.TypeFor[interview.Part](): values([]interview.Part{interview.PartEmployee, interview.PartInterviewer, interview.PartBoth,
		interview.PartOther, interview.PartUnknown, interview.PartHR}),
}

// everyAction lists the actions of the rights table and of accounts, in order.
func everyAction() []interview.Action {
	out := slices.Clone(allActions)
	for a := range interview.AccountRights {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}

func values[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = fmt.Sprint(v)
	}
	return out
}

// describe puts the closed sets into the schemas.
func (s *Server) describe() {
	s.eachField(func(f reflect.StructField, owner *huma.Schema, name string) {
		p := owner.Properties[name]
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() == reflect.Slice {
			t, p = t.Elem(), p.Items
		}
		if set, ok := enums[t]; ok && p != nil && len(p.Enum) == 0 {
			p.Enum = set
			p.PrecomputeMessages()
			owner.PrecomputeMessages()
		}
	})
}

// eachField visits every JSON field of every registered type.
func (s *Server) eachField(visit func(f reflect.StructField, owner *huma.Schema, name string)) {
	reg := s.api.OpenAPI().Components.Schemas
	for name, schema := range reg.Map() {
		t := reg.TypeFromRef("#/components/schemas/" + name)
		if t == nil || schema.Properties == nil {
			continue
		}
		for _, f := range fieldsOf(t) {
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if tag != "" && tag != "-" && schema.Properties[tag] != nil {
				visit(f, schema, tag)
			}
		}
	}
}

func fieldsOf(t reflect.Type) []reflect.StructField {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var out []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Tag.Get("json") == "" {
			out = append(out, fieldsOf(f.Type)...)
			continue
		}
		out = append(out, f)
	}
	return out
}

// Spec is the OpenAPI 3.1 document, indented, with a line feed at its end. It needs no running server.
func Spec() ([]byte, error) { return New(Options{Settings: Settings{Version: "1"}}).spec() }

func (s *Server) spec() ([]byte, error) {
	raw, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("render OpenAPI document: %w", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("read OpenAPI document back: %w", err)
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	// Lists are never null in answers, and a pointer to an object may be: huma says neither.
	s.eachField(func(f reflect.StructField, owner *huma.Schema, name string) {
		for key, reg := range s.api.OpenAPI().Components.Schemas.Map() {
			in, ok := schemas[key].(map[string]any)
			if reg != owner || !ok { // huma leaves out what nothing refers to
				continue
			}
			p := in["properties"].(map[string]any)[name].(map[string]any)
			if types, ok := p["type"].([]any); ok && slices.Contains(types, any("array")) {
				p["type"] = "array"
			}
			optional := strings.Contains(f.Tag.Get("json"), "omitempty")
			if ref, ok := p["$ref"]; ok && f.Type.Kind() == reflect.Pointer && !optional {
				delete(p, "$ref")
				p["anyOf"] = []any{map[string]any{"$ref": ref}, map[string]any{"type": "null"}}
			}
			if types, ok := p["type"].([]any); ok && slices.Contains(types, any("null")) {
				if set, ok := p["enum"].([]any); ok {
					p["enum"] = append(set, nil)
				}
			}
		}
	})
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("render OpenAPI document: %w", err)
	}
	return append(b, '\n'), nil
}

func (s *Server) openAPIDocument(w http.ResponseWriter, _ *http.Request) error {
	b, err := s.document()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(b)
	return err
}
