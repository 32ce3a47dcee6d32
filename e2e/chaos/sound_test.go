//go:build linux

package chaos

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"kikigaki/internal/testkit"
)

const rate = 16000

// spoken are a few sentences of a machine voice, as samples at 16 kHz.
func spoken(t testing.TB) [][]int16 {
	t.Helper()
	var out [][]int16
	for i, text := range []string{
		"Next year I would like to move to planning.",
		"How did the inventory project go in spring?",
		"The budget meeting takes up far too much time.",
		"I want to learn how the costs are calculated.",
		"Please send me the list before Friday evening.",
	} {
		path := testkit.Speech(t, filepath.Join(t.TempDir(), string(rune('a'+i))+".wav"), "en", text)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(b, []byte("data"))
		if at < 0 {
			t.Fatal("no data in the spoken file")
		}
		raw := b[at+8:]
		samples := make([]int16, len(raw)/2)
		for i := range samples {
			samples[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		out = append(out, samples)
	}
	return out
}

// The lowest bit of every sample carries a mark, so that whoever meets a piece of the recording knows whose it is: 32
// bits that are always the same and 32 that number the recording. It cannot be heard and passes decoding unchanged.
const sync32 = uint32(0xA5C3F01D)

func mark(samples []int16, number uint32) {
	word := uint64(sync32)<<32 | uint64(number)
	for i := range samples {
		samples[i] = samples[i]&^1 | int16(word>>(63-uint(i%64))&1)
	}
}

// numberOf reads the mark of a 16-bit mono WAV; false when there is none.
func numberOf(wav []byte) (uint32, bool) {
	at := bytes.Index(wav, []byte("data"))
	if at < 0 || len(wav) < at+8+2*192 {
		return 0, false
	}
	raw := wav[at+8:]
	var word uint64
	seen := map[uint64]bool{}
	for i := range len(raw) / 2 {
		word = word<<1 | uint64(raw[2*i]&1)
		if i < 63 || uint32(word>>32) != sync32 {
			continue
		}
		if seen[word] { // twice the same: not a place where two turns meet
			return uint32(word) >> 3, true
		}
		seen[word] = true
	}
	return 0, false
}

// talk is a recording of two people on two channels: six turns that no other number has in this order.
func talk(sentences [][]int16, number uint32, seed uint64) (wav []byte, sum string) {
	rnd := rand.New(rand.NewPCG(seed, uint64(number)))
	var left, right []int16
	pause := make([]int16, rate*7/10)
	left, right = append(left, pause...), append(right, pause...)
	from := 0
	for turn := range 6 {
		s := sentences[rnd.IntN(len(sentences))]
		quiet := make([]int16, len(s))
		if turn%2 == 0 {
			left, right = append(left, s...), append(right, quiet...)
		} else {
			left, right = append(left, quiet...), append(right, s...)
		}
		left, right = append(left, pause...), append(right, pause...)
		mark(left[from:], number<<3|uint32(turn)) // the same sentence twice makes two chunks that differ
		mark(right[from:], number<<3|uint32(turn))
		from = len(left)
	}
	var b bytes.Buffer
	size := uint32(4 * len(left))
	for _, v := range []any{[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(2), uint32(rate), uint32(4 * rate),
		uint16(4), uint16(16), []byte("data"), size} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes everything
	}
	frame := make([]byte, 4*len(left))
	for i := range left {
		binary.LittleEndian.PutUint16(frame[4*i:], uint16(left[i]))
		binary.LittleEndian.PutUint16(frame[4*i+2:], uint16(right[i]))
	}
	b.Write(frame)
	h := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(h[:])
}
