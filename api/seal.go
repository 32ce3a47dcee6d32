package api

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gowebpki/jcs"

	"kikigaki/internal/interview"
	"kikigaki/internal/store"
)

// errSeal is why a seal does not hold. It names paths, never values.
var errSeal = errors.New("the seal does not hold")

// SealDraft computes the seal of a version: each field (a scalar of its JSON, or an empty list or object) is bound as
// HMAC-SHA-256 of its canonical JSON under a random salt of its own; the seal is SHA-256, hex, over the canonical JSON
// (RFC 8785) of path → HMAC. Erasing a field and its salt later leaves the seal checkable and the field unguessable.
// The employee's objection is a field of it.
func SealDraft(d *interview.Draft, objection string) (string, []store.SealField, error) {
	values, err := sealedValues(d, objection)
	if err != nil {
		return "", nil, err
	}
	fields := make([]store.SealField, 0, len(values))
	for path, v := range values {
		salt := make([]byte, 32)
		if _, err := rand.Read(salt); err != nil {
			return "", nil, fmt.Errorf("draw salt: %w", err)
		}
		fields = append(fields, store.SealField{Path: path, Salt: hex.EncodeToString(salt), MAC: macOf(salt, v)})
	}
	slices.SortFunc(fields, func(a, b store.SealField) int { return strings.Compare(a.Path, b.Path) })
	seal, err := sealOf(fields)
	return seal, fields, err
}

// CheckSeal holds a version against its seal: every field that was not removed since has the value that was sealed, none
// was added, and the seal is that of the fields.
func CheckSeal(d *interview.Draft, objection, seal string, fields []store.SealField) error {
	got, err := sealOf(fields)
	if err != nil {
		return err
	}
	if got != seal {
		return fmt.Errorf("%w: it is not that of the fields", errSeal)
	}
	values, err := sealedValues(d, objection)
	if err != nil {
		return err
	}
	removed := map[string]bool{}
	for _, f := range fields {
		if f.Salt == "" {
			removed[f.Path] = true
			delete(values, f.Path)
			continue
		}
		v, ok := values[f.Path]
		salt, err := hex.DecodeString(f.Salt)
		if !ok || err != nil || macOf(salt, v) != f.MAC {
			return fmt.Errorf("%w: %s was changed", errSeal, f.Path)
		}
		delete(values, f.Path)
	}
	for path, v := range values {
		// A field without content says nothing new: a later program may write more of them. Beside what was left out
		// stands what was left out since.
		if !empty[string(v)] && !(strings.HasPrefix(path, "/dropped/") && len(removed) > 0) {
			return fmt.Errorf("%w: %s was added", errSeal, path)
		}
	}
	return nil
}

// empty are the canonical forms of values that say nothing.
var empty = map[string]bool{"[null]": true, "[false]": true, `[""]`: true, "[0]": true, "[[]]": true, "[{}]": true}

func sealOf(fields []store.SealField) (string, error) {
	macs := map[string]string{}
	for _, f := range fields {
		macs[f.Path] = f.MAC
	}
	raw, err := json.Marshal(macs)
	if err != nil {
		return "", fmt.Errorf("encode seal: %w", err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return "", fmt.Errorf("canonical seal: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

func macOf(salt, value []byte) string {
	m := hmac.New(sha256.New, salt)
	m.Write(value)
	return hex.EncodeToString(m.Sum(nil))
}

// sealedValues flattens a version to path → canonical JSON. When it became stale is no part of what was approved.
func sealedValues(d *interview.Draft, objection string) (map[string][]byte, error) {
	c := *d
	c.Stale = nil
	raw, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode draft: %w", err)
	}
	canonical, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("canonical draft: %w", err)
	}
	var doc any
	if err := json.Unmarshal(canonical, &doc); err != nil {
		return nil, fmt.Errorf("read canonical draft: %w", err)
	}
	out := map[string][]byte{}
	if err := flatten("", doc, out); err != nil {
		return nil, err
	}
	if objection != "" {
		if err := flatten("/objection", objection, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func flatten(path string, v any, out map[string][]byte) error {
	switch x := v.(type) {
	case map[string]any:
		for k, y := range x {
			if err := flatten(path+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(k), y, out); err != nil {
				return err
			}
		}
		if len(x) > 0 {
			return nil
		}
	case []any:
		for i, y := range x {
			if err := flatten(path+"/"+strconv.Itoa(i), y, out); err != nil {
				return err
			}
		}
		if len(x) > 0 {
			return nil
		}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode field: %w", err)
	}
	// Scalars alone are not what jcs takes; a list of one is, and its brackets are the same for all.
	canonical, err := jcs.Transform([]byte("[" + string(raw) + "]"))
	if err != nil {
		return fmt.Errorf("canonical field: %w", err)
	}
	out[path] = canonical
	return nil
}

// getSeal shows the seal of the approved version and checks it.
func (s *Server) getSeal(ctx context.Context, _ *OnTalk) (*Body[Seal], error) {
	t := callOf(ctx).talk
	if t.Sealed == 0 {
		return nil, interview.E("not_found", nil)
	}
	verdicts, err := s.Store.Verdicts(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	fields, err := s.Store.SealFields(ctx, t.ID, t.Sealed)
	if err != nil {
		return nil, err
	}
	d, err := s.Store.Draft(ctx, t.ID, t.Sealed)
	if err != nil {
		return nil, err
	}
	out := Seal{Draft: t.Sealed, Removed: []string{}}
	for _, v := range verdicts {
		if v.Decision != "approve" || v.Draft != t.Sealed {
			continue
		}
		by, err := s.Store.Person(ctx, v.By)
		if err != nil {
			return nil, err
		}
		out.Seal, out.At, out.By, out.Objection = v.Seal, v.At, refOf(by), v.Objection
	}
	out.Valid = CheckSeal(d, out.Objection, out.Seal, fields) == nil
	for _, f := range fields {
		if f.Salt == "" {
			out.Removed = append(out.Removed, f.Path)
		}
	}
	return &Body[Seal]{out}, nil
}
