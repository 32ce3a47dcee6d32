package prompts

import (
	"encoding/json"
	"fmt"

	"kikigaki/internal/interview"
)

// Kinds of a fact.
const (
	KindSaid      = "said"
	KindNone      = "none"        // the employee said that the section holds nothing
	KindCorrects  = "corrects"    // replaces something said before
	KindRetracts  = "retracts"    // takes something back
	KindOffRecord = "off_record"  // its segments are to leave the record
	KindUnclear   = "unclear"     // talked about, not to be made out
	KindInstruct  = "instruction" // words addressed to the machine that writes
)

// Kinds lists the kinds of a fact.
var Kinds = []string{KindSaid, KindNone, KindCorrects, KindRetracts, KindOffRecord, KindUnclear, KindInstruct}

// Changes lists what an answer to a comment can be.
var Changes = []string{"rewrite", "remove", "add", "keep"}

var (
	speakers = []string{"employee", "interviewer", "both", "other", "unknown"}
	owners   = []string{"employee", "interviewer", "hr", "unknown"}
	states   = []interview.SectionState{interview.Discussed, interview.NotDiscussed, interview.StatedNone, interview.Unclear}
)

// The schemas keep to what strict structured output knows: every property required, null instead of absent, nothing
// besides, no lengths and no ranges. Counts, lengths and the existence of segments are checked after the answer.

type object = map[string]any

// property is one member of an object; order is kept, because a model writes in the order of the schema.
type property struct {
	name  string
	value any
}

func record(ps ...property) ordered {
	required := make([]string, len(ps))
	for i, p := range ps {
		required[i] = p.name
	}
	return ordered{{"type", "object"}, {"properties", ordered(ps)}, {"required", required}, {"additionalProperties", false}}
}

func arrayOf(items any) object           { return object{"type": "array", "items": items} }
func oneOf[T ~string](values []T) object { return object{"type": "string", "enum": values} }
func ref(name string) object             { return object{"$ref": "#/$defs/" + name} }

func orNull(kind string) object { return object{"type": []string{kind, "null"}} }

func enumOrNull(values []string) object {
	all := make([]any, 0, len(values)+1)
	for _, v := range values {
		all = append(all, v)
	}
	return object{"type": []string{"string", "null"}, "enum": append(all, nil)}
}

var (
	text    = object{"type": "string"}
	number  = object{"type": "integer"}
	boolean = object{"type": "boolean"}
)

// schema is the form of a stage's answer for these sections.
func schema(stage Stage, sections []Section) (json.RawMessage, error) {
	keys := make([]string, len(sections))
	for i, s := range sections {
		keys[i] = s.Key
	}
	evidence := record(property{"segment", number}, property{"quote", text})
	var root ordered
	var defs ordered
	switch stage {
	case Extract:
		root = record(property{"facts", arrayOf(record(
			property{"section", oneOf(keys)}, property{"claim", text}, property{"speaker", oneOf(speakers)},
			property{"segments", arrayOf(number)}, property{"quote", text}, property{"kind", oneOf(Kinds)},
			property{"owner", enumOrNull(owners)}, property{"due", orNull("string")}))})
	case Write:
		statement := record(property{"text", text}, property{"facts", arrayOf(number)}, property{"sensitive", boolean})
		var ps []property
		for _, k := range keys {
			ps = append(ps, property{k, arrayOf(ref("statement"))})
		}
		root = record(property{"sections", record(ps...)},
			property{"summary", arrayOf(record(property{"text", text}, property{"facts", arrayOf(number)}))})
		defs = ordered{{"statement", statement}}
	case Single:
		common := []property{{"text", text}, {"speaker", oneOf(speakers)}, {"sensitive", boolean}, {"evidence", arrayOf(ref("evidence"))}}
		action := append(append([]property{}, common...), property{"owner", oneOf(owners)}, property{"due", orNull("string")})
		var ps []property
		for _, k := range keys {
			kind := "section"
			if k == interview.ActionItems {
				kind = "actions"
			}
			ps = append(ps, property{k, ref(kind)})
		}
		root = record(property{"off_record", arrayOf(number)}, property{"instructions", arrayOf(number)}, property{"sections", record(ps...)},
			property{"summary", arrayOf(record(property{"text", text}, property{"evidence", arrayOf(ref("evidence"))}))})
		of := func(statement ordered) ordered {
			return record(property{"state", oneOf(states)}, property{"state_evidence", arrayOf(ref("evidence"))},
				property{"statements", arrayOf(statement)})
		}
		defs = ordered{{"evidence", evidence}, {"section", of(record(common...))}, {"actions", of(record(action...))}}
	case Revise:
		root = record(property{"changes", arrayOf(record(
			property{"comment", number}, property{"statement", orNull("integer")}, property{"change", oneOf(Changes)},
			property{"section", enumOrNull(keys)}, property{"text", orNull("string")}, property{"speaker", enumOrNull(speakers)},
			property{"sensitive", boolean}, property{"evidence", arrayOf(evidence)},
			property{"owner", enumOrNull(owners)}, property{"due", orNull("string")}))})
	default:
		return nil, fmt.Errorf("no schema for stage %q", stage)
	}
	if defs != nil {
		root = append(root, property{"$defs", defs})
	}
	data, err := json.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("encode schema of %s: %w", stage, err)
	}
	return data, nil
}
