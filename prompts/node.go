package prompts

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// node is a YAML value with the line it stands on. Anchors, aliases, tags and merge keys are refused: a template is
// read by people, and every value should stand where it is used.
type node struct {
	line  int
	kind  kind
	text  string // scalar
	pairs []pair // mapping, in order
	items []*node
}

type kind int

const (
	scalar kind = iota
	mapping
	list
	null
)

func (k kind) String() string { return [...]string{"text", "mapping", "list", "nothing"}[k] }

type pair struct {
	key   string
	line  int
	value *node
}

// maxTemplate is the size of the largest template file read, in bytes.
const maxTemplate = 256 << 10

// parse reads one YAML document. Problems are added to r; nil means there is nothing to go on with.
func parse(data []byte, r *report) *node {
	if len(data) > maxTemplate {
		r.add(1, "file_too_large")
		return nil
	}
	f, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line, message := 1, "?"
		if s, ok := errors.AsType[*yaml.SyntaxError](err); ok {
			message = s.Message
			if s.Token != nil && s.Token.Position != nil {
				line = s.Token.Position.Line
			}
		}
		r.add(line, "syntax", message)
		return nil
	}
	var body ast.Node
	for _, d := range f.Docs {
		if d.Body == nil || d.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			r.add(lineOf(d.Body), "several_documents")
			return nil
		}
		body = d.Body
	}
	if body == nil {
		r.add(1, "file_empty")
		return nil
	}
	return convert(body, r, 0)
}

func lineOf(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}

// convert turns the parser's tree into nodes. Depth is bounded because the tree comes from a file that anybody wrote.
func convert(n ast.Node, r *report, depth int) *node {
	out := &node{line: lineOf(n)}
	if depth > 12 {
		r.add(out.line, "too_deep")
		out.kind = null
		return out
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		out.kind = mapping
		for _, p := range v.Values {
			out.add(p, r, depth)
		}
		if len(v.Values) > 0 {
			out.line = out.firstLine(out.line)
		}
	case *ast.MappingValueNode:
		out.kind = mapping
		out.add(v, r, depth)
		out.line = out.firstLine(out.line)
	case *ast.SequenceNode:
		out.kind = list
		for _, i := range v.Values {
			out.items = append(out.items, convert(i, r, depth+1))
		}
	case *ast.StringNode:
		out.text = strings.TrimSpace(v.Value)
	case *ast.LiteralNode:
		out.text = strings.TrimSpace(v.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.text = n.GetToken().Value
	case *ast.NullNode:
		out.kind = null
	default:
		r.add(out.line, "yaml_feature")
		out.kind = null
	}
	return out
}

// firstLine is the line of the first key: a mapping's own token is its first colon, which is of no use to a reader.
func (n *node) firstLine(line int) int {
	if len(n.pairs) > 0 {
		return n.pairs[0].line
	}
	return line
}

func (n *node) add(p *ast.MappingValueNode, r *report, depth int) {
	line := lineOf(p.Key)
	if p.Key.Type() == ast.MergeKeyType {
		r.add(line, "yaml_feature")
		return
	}
	key := p.Key.GetToken().Value
	for _, q := range n.pairs {
		if q.key == key {
			r.add(line, "duplicate_key", key, itoa(q.line))
			return
		}
	}
	v := convert(p.Value, r, depth+1)
	if v.kind == null {
		v.line = line
	}
	n.pairs = append(n.pairs, pair{key, line, v})
}

// get returns the value under key, nil when it is not there or empty.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, p := range n.pairs {
		if p.key == key && p.value.kind != null {
			return p.value
		}
	}
	return nil
}

func (n *node) keyLine(key string) int {
	for _, p := range n.pairs {
		if p.key == key {
			return p.line
		}
	}
	return n.line
}
