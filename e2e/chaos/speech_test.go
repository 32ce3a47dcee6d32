//go:build linux

package chaos

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"kikigaki/internal/testkit"
)

// recogniser is the paid endpoint: it answers a piece of sound with a text made from its SHA-256, misbehaves when told
// to, and keeps the bill.
type recogniser struct {
	*testkit.OpenAIHandler
	mu      sync.Mutex
	rnd     *rand.Rand
	fault   testkit.Fault
	share   float64
	stands  chan struct{}          // while it hangs; closed when it goes on
	waits   <-chan struct{}        // what answers wait for, nil for nothing
	spoiled map[uint32]bool        // recordings whose words may be others
	numbers map[string]uint32      // whose a piece of sound is, by its SHA-256
	hits    map[uint32][]time.Time // when calls of a recording went wrong
}

// spoils are the faults after which the words of a chunk may be others: it is sent again in other pieces.
var spoils = map[testkit.Fault]bool{testkit.FaultEmptyText: true, testkit.FaultNullText: true, testkit.FaultLoop: true, testkit.FaultStock: true,
	testkit.FaultKorean: true, testkit.FaultEcho: true, testkit.FaultMissingEnd: true,
	testkit.FaultOKError: true} // the last says that this piece of sound is no good

func newRecogniser(seed uint64, delay time.Duration) *recogniser {
	r := &recogniser{rnd: rand.New(rand.NewPCG(seed, 7)), spoiled: map[uint32]bool{}, numbers: map[string]uint32{}, hits: map[uint32][]time.Time{}}
	r.OpenAIHandler = testkit.NewOpenAI(testkit.OpenAIOptions{
		Speech: func(c testkit.AudioCall) testkit.SpeechAnswer {
			return testkit.SpeechAnswer{Text: words(c.SHA, c.Seconds)}
		},
		Delay: func(float64) time.Duration { return delay },
		Fault: r.next,
	})
	return r
}

func (r *recogniser) next(c testkit.Call) testkit.Fault {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault == "" || r.rnd.Float64() >= r.share {
		return ""
	}
	if spoils[r.fault] {
		r.spoiled[r.numbers[c.SHA]] = true
	}
	r.hits[r.numbers[c.SHA]] = append(r.hits[r.numbers[c.SHA]], time.Now())
	return r.fault
}

// lastHit is when a call of a recording went wrong for the last time before it was done.
func (r *recogniser) lastHit(number uint32, done time.Time) (at time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.hits[number] {
		if !x.After(done) && x.After(at) {
			at, ok = x, true
		}
	}
	return at, ok
}

func (r *recogniser) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller is gone
	}
	number, known := uint32(0), false
	if at := bytes.Index(body, []byte("RIFF")); at >= 0 && len(body) > at+8 {
		wav := body[at:min(len(body), at+8+int(binary.LittleEndian.Uint32(body[at+4:])))]
		if number, known = numberOf(wav); known {
			sum := sha256.Sum256(wav)
			r.mu.Lock()
			r.numbers[hex.EncodeToString(sum[:])] = number
			r.mu.Unlock()
		}
	}
	r.mu.Lock()
	stands, waits := r.stands, r.waits
	r.mu.Unlock()
	if waits != nil {
		select {
		case <-waits:
		case <-q.Context().Done():
		}
	}
	if stands != nil {
		select {
		case <-stands:
		case <-q.Context().Done():
		}
		if known {
			r.mu.Lock()
			r.hits[number] = append(r.hits[number], time.Now())
			r.mu.Unlock()
		}
		panic(http.ErrAbortHandler) // a hanging server that ends does not answer what it hung on
	}
	q.Body = io.NopCloser(bytes.NewReader(body))
	r.OpenAIHandler.ServeHTTP(w, q)
}

// bad makes a share of the calls fail so for d.
func (r *recogniser) bad(f testkit.Fault, share float64, d time.Duration) {
	r.set(f, share)
	time.Sleep(d)
	r.set("", 0)
}

func (r *recogniser) set(f testkit.Fault, share float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault, r.share = f, share
}

// hold lets every answer wait until a channel is closed.
func (r *recogniser) hold(until <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waits = until
}

// hang lets every call stand still for d.
func (r *recogniser) hang(d time.Duration) {
	stands := make(chan struct{})
	r.mu.Lock()
	r.stands = stands
	r.mu.Unlock()
	time.Sleep(d)
	r.mu.Lock()
	r.stands = nil
	r.mu.Unlock()
	close(stands)
}

// paid are the good answers so far by SHA-256 of the sound, in the order of the calls.
func (r *recogniser) paid() map[string][]testkit.AudioCall {
	out := map[string][]testkit.AudioCall{}
	for _, c := range r.Audio() {
		if c.Status == http.StatusOK && c.Fault == "" {
			out[c.SHA] = append(out[c.SHA], c)
		}
	}
	for _, calls := range out {
		slices.SortFunc(calls, func(a, b testkit.AudioCall) int { return a.At.Compare(b.At) })
	}
	return out
}

// badCalls counts the calls that did not get their answer, by fault.
func (r *recogniser) badCalls() string {
	n := map[string]int{}
	for _, c := range r.Audio() {
		if c.Fault != "" {
			n[string(c.Fault)]++
		}
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(n)) {
		fmt.Fprintf(&b, " %s %d", k, n[k])
	}
	return b.String()
}

var said = []string{"来年は企画に移りたいです。", "在庫の数え方を見直しました。", "週に二日は家で働いています。", "新人に教えるのは楽しいです。", "見積もりに時間がかかります。",
	"英語の会議が少し不安です。", "資料は金曜までに送ります。", "工場の見学に行きました。", "残業は先月より減りました。", "原価の計算を学びたいです。", "課長に相談してみます。",
	"次の展示会を任されました。", "お客さんの声を集めています。", "引き継ぎの表を作ります。", "朝の会議は短くなりました。", "手順書を書き直しています。"}

// words is what was said in a piece of sound: the same for the same bytes, of a believable length.
func words(sha string, seconds float64) string {
	var b strings.Builder
	for i := 0; i == 0 || float64(i) < seconds/2.2; i++ {
		b.WriteString(said[(hexAt(sha, 2*i)+i*5)%len(said)])
	}
	return b.String()
}

func hexAt(sha string, i int) int {
	i %= len(sha) - 1
	return strings.IndexByte("0123456789abcdef", sha[i])<<4 | strings.IndexByte("0123456789abcdef", sha[i+1])
}
