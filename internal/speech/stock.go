package speech

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"
)

//go:embed stock.yaml
var stockFile []byte

// stock holds the phrases recognisers invent over silence, folded.
type stock struct {
	never, alsoSaid, foreign map[string]map[string]bool // language → phrase
}

// knownStock is the list that comes with the program, read once: every chunk asks for it.
var knownStock = sync.OnceValues(func() (*stock, error) { return readStock(stockFile) })

func readStock(data []byte) (*stock, error) {
	var file struct {
		Phrases struct {
			JA, EN struct {
				Never    []string `yaml:"never"`
				AlsoSaid []string `yaml:"also_said"`
			}
			Foreign []string `yaml:"foreign_in_ja"`
		} `yaml:"stock_phrases"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read stock phrases: %w", err)
	}
	set := func(in []string) map[string]bool {
		out := map[string]bool{}
		for _, p := range in {
			if f := fold(p); f != "" {
				out[f] = true
			}
		}
		return out
	}
	p := file.Phrases
	if len(p.JA.Never) == 0 || len(p.EN.Never) == 0 {
		return nil, fmt.Errorf("read stock phrases: a list is empty")
	}
	return &stock{
		never:    map[string]map[string]bool{"ja": set(p.JA.Never), "en": set(p.EN.Never)},
		alsoSaid: map[string]map[string]bool{"ja": set(p.JA.AlsoSaid), "en": set(p.EN.AlsoSaid)},
		foreign:  map[string]map[string]bool{"ja": set(p.Foreign)},
	}, nil
}

// isNever reports whether a whole sentence is one nobody says in a career talk.
func (s *stock) isNever(sentence string) bool {
	f := foldRepeats(fold(sentence))
	return f == "" && strings.ContainsAny(sentence, "♪♫♬♩🎵🎶") || s.never["ja"][f] || s.never["en"][f]
}

// isAlsoSaid reports whether a whole sentence is one that recognisers invent and people say.
func (s *stock) isAlsoSaid(sentence string) bool {
	f := foldRepeats(fold(sentence))
	return s.alsoSaid["ja"][f] || s.alsoSaid["en"][f]
}

// isForeign reports whether a whole sentence is foreign stock text in a talk of that language.
func (s *stock) isForeign(sentence, language string) bool {
	return s.foreign[language][foldRepeats(fold(sentence))]
}

// fold makes texts comparable: NFKC, lower case, letters and digits alone.
func fold(s string) string { return letters(strings.ToLower(norm.NFKC.String(s))) }

// foldRepeats reduces a text that is one phrase several times over to that phrase.
func foldRepeats(s string) string {
	r := []rune(s)
	for p := 1; p <= len(r)/2; p++ {
		if len(r)%p == 0 && periodic(r, p) {
			return string(r[:p])
		}
	}
	return s
}

func periodic(r []rune, p int) bool {
	for i := p; i < len(r); i++ {
		if r[i] != r[i-p] {
			return false
		}
	}
	return true
}
