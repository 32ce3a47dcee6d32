package store

import (
	"encoding/base64"
	"encoding/json"
)

// Page asks for a part of a list. Lists are walked by the key of the last item seen (Cursor), so that rows added
// meanwhile neither repeat nor hide others.
type Page struct {
	Limit  int    // 1 to 200; 0 means 50
	Cursor string // "" for the beginning, else what the call before returned
}

func (p Page) size() int {
	if p.Limit <= 0 {
		return 50
	}
	return min(p.Limit, 200)
}

// after returns the n key parts of the cursor, nil at the beginning.
func (p Page) after(n int) ([]string, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	var key []string
	if err == nil {
		err = json.Unmarshal(b, &key)
	}
	if err != nil || len(key) != n {
		return nil, invalid("cursor", "invalid")
	}
	return key, nil
}

// cutPage takes items read with a limit of size+1 and returns the page and the cursor of the next, "" at the end.
func cutPage[T any](items []T, p Page, key func(T) []string) ([]T, string) {
	if len(items) <= p.size() {
		return items, ""
	}
	items = items[:p.size()]
	b, err := json.Marshal(key(items[len(items)-1]))
	if err != nil {
		return items, "" // strings always encode
	}
	return items, base64.RawURLEncoding.EncodeToString(b)
}
