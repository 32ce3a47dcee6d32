package interview

import (
	"crypto/rand"
	"encoding/binary"
	"time"
)

// idAlphabet is Crockford's base 32 in lower case: no i, l, o, u, so that an id can be read aloud.
const idAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// NewID returns a new id of 26 characters: 48 bits of milliseconds, then 80 random bits. Ids sort by time of making
// and cannot be guessed. They are safe in URLs, object keys and task ids.
func NewID() string { return newID(Now()) }

func newID(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16)
	if _, err := rand.Read(b[6:]); err != nil {
		panic("interview: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	// 26 characters of 5 bits hold 130 bits: the first character carries only 3.
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	out := make([]byte, 26)
	for i := 25; i >= 0; i-- {
		out[i] = idAlphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out)
}

// ValidID reports whether s has the shape of an id made by NewID.
func ValidID(s string) bool {
	if len(s) != 26 {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' && c != 'i' && c != 'l' && c != 'o' && c != 'u') {
			return false
		}
	}
	return true
}
