package store

import "context"

// HasIdentity reports whether an account is tied to a subject of that identity provider. Such an account is nobody
// else's: an address that has passed to another person must not open it.
func (q *queries) HasIdentity(ctx context.Context, issuer, person string) (bool, error) {
	n, err := must(ctx, q.r, value[int], `SELECT COUNT(*) FROM identities WHERE issuer = $1 AND person = $2`, issuer, person)
	return n > 0, wrap("look for identity", err)
}
