package api

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kikigaki/internal/interview"
)

// access is what a route asks of its caller. Exactly one of the three is set.
type access struct {
	public  bool
	account interview.Action   // a right of the account
	talk    []interview.Action // rights to the interview in {id}: any of them is enough
}

func account(a interview.Action) access { return access{account: a} }
func on(as ...interview.Action) access  { return access{talk: as} }

// row is one registered pattern.
type row struct {
	id      string
	pattern string
	access  access
	stream  bool // body or answer without bounds: no replay for Idempotency-Key
	foreign bool // the bucket behind its proxy: it judges signatures itself, no session counts
	handler http.Handler
}

// router is a ServeMux that knows what was registered on it and lets nothing be registered without a row. It is the
// only mux of the server, so that its rows are all the patterns there are.
type router struct {
	mux   *http.ServeMux
	rows  []*row
	next  *row // the row that the coming HandleFunc belongs to
	guard func(*row, http.HandlerFunc) http.Handler
}

func newRouter() *router { return &router{mux: http.NewServeMux()} }

// HandleFunc registers a pattern that route, raw or page has announced.
func (r *router) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if r.next == nil || r.next.pattern != pattern {
		panic("api: pattern without a row: " + pattern)
	}
	x := r.next
	r.next = nil
	x.handler = http.HandlerFunc(h)
	if r.guard != nil {
		x.handler = r.guard(x, h)
	}
	r.rows = append(r.rows, x)
	r.mux.Handle(pattern, x.handler)
}

func (r *router) ServeHTTP(w http.ResponseWriter, q *http.Request) { r.mux.ServeHTTP(w, q) }

// operation begins the OpenAPI operation of a pattern such as "GET /v1/interviews/{id}".
func operation(id, pattern string, opts []func(*huma.Operation)) huma.Operation {
	method, path, _ := strings.Cut(pattern, " ")
	op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: strings.ReplaceAll(id, "-", " "),
		Responses: map[string]*huma.Response{}, MaxBodyBytes: MaxBody, BodyReadTimeout: 30 * time.Second}
	if rest, ok := strings.CutPrefix(path, "/v1/"); ok {
		tag, _, _ := strings.Cut(rest, "/")
		op.Tags = []string{tag}
	}
	for _, o := range opts {
		o(&op)
	}
	return op
}

// route registers a typed handler.
func route[I, O any](s *Server, id, pattern string, a access, h func(context.Context, *I) (*O, error), opts ...func(*huma.Operation)) {
	op := operation(id, pattern, opts)
	op.Responses["default"] = s.problemResponse()
	security(&op, a)
	s.router.next = &row{id: id, pattern: pattern, access: a, stream: op.BodyReadTimeout < 0}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// raw registers a handler that reads or writes the connection itself and documents itself by its options.
func raw(s *Server, id, pattern string, a access, h func(http.ResponseWriter, *http.Request) error, opts ...func(*huma.Operation)) {
	op := operation(id, pattern, opts)
	op.Responses["default"] = s.problemResponse()
	security(&op, a)
	s.api.OpenAPI().AddOperation(&op)
	s.router.next = &row{id: id, pattern: pattern, access: a, stream: op.BodyReadTimeout < 0}
	s.router.HandleFunc(pattern, s.handler(h))
}

// page registers what stands outside the API document: pages, sign-in forms, health, files.
func page(s *Server, pattern string, a access, h func(http.ResponseWriter, *http.Request) error) {
	s.router.next = &row{pattern: pattern, access: a}
	s.router.HandleFunc(pattern, s.handler(h))
}

// proxied registers a handler that judges its requests by itself and to which no session of ours means anything.
func proxied(s *Server, pattern string, h http.Handler) {
	s.router.next = &row{pattern: pattern, access: access{public: true}, stream: true, foreign: true}
	s.router.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = struct {
			io.Reader
			io.Closer
		}{patient(r), r.Body}
		h.ServeHTTP(w, r)
	})
}

func (s *Server) handler(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.refuse(w, r, err)
		}
	}
}

func (s *Server) problemResponse() *huma.Response {
	return &huma.Response{Description: "Problem (RFC 9457)", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: s.schema(reflect.TypeFor[Problem]())}}}
}

// schema registers a type in the document's components and returns a reference to it.
func (s *Server) schema(t reflect.Type) *huma.Schema {
	return s.api.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
}

func security(op *huma.Operation, a access) {
	if a.public {
		op.Security = []map[string][]string{{}}
	}
}
