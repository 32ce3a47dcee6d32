package export

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/signintech/gopdf"
	"golang.org/x/text/unicode/norm"

	"kikigaki/internal/interview"
)

// known are TrueType fonts of Debian packages: fonts-ipaexfont, fonts-hanazono (rare ideographs of names), fonts-dejavu
// (symbols). What is not installed is passed over.
var known = []string{
	"/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
	"/usr/share/fonts/truetype/ipaexfont-gothic/ipaexg.ttf",
	"/usr/share/fonts/ipa-ex-gothic-fonts/ipaexg.ttf",
	"/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
	"/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
	"/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
	"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
}

// face chooses a font for every letter of a document and knows how wide each is.
type face struct {
	pdf   *gopdf.GoPdf
	of    map[rune]int     // letter → index of its font
	width map[rune]float64 // of a letter at size 1
}

// newFace loads as many fonts as the letters need, in order of preference. A letter that none has is glyph_missing, found
// before anything is drawn: a blank box in the place of a name is worse than no document.
func newFace(pdf *gopdf.GoPdf, letters []rune, own []string) (*face, error) {
	f := &face{pdf: pdf, of: map[rune]int{}, width: map[rune]float64{}}
	open := slices.Compact(slices.Sorted(slices.Values(letters)))
	loaded := 0
	for i, path := range slices.Concat(own, known) {
		if len(open) == 0 && loaded > 0 {
			break
		}
		data, err := os.ReadFile(path)
		if err != nil {
			if i < len(own) {
				return nil, interview.E("font_missing", errors.New("a font of KIKIGAKI_FONT cannot be read"))
			}
			continue
		}
		if err := pdf.AddTTFFontData(fontName(loaded), data); err != nil {
			if i < len(own) {
				return nil, interview.E("font_missing", errors.New("a font of KIKIGAKI_FONT is not TrueType"))
			}
			continue
		}
		if err := pdf.SetFont(fontName(loaded), "", 1000); err != nil {
			return nil, fmt.Errorf("choose font: %w", err)
		}
		if open, err = f.cover(open, loaded); err != nil {
			return nil, err
		}
		loaded++
	}
	if loaded == 0 {
		return nil, interview.E("font_missing", errors.New("no known font is installed"))
	}
	if len(open) > 0 {
		var names []string
		for _, r := range open[:min(len(open), 10)] {
			names = append(names, fmt.Sprintf("U+%04X", r))
		}
		return nil, interview.E("glyph_missing", nil).With("codepoints", strings.Join(names, ", "))
	}
	return f, nil
}

// cover takes from open what the present font has, and returns the rest.
func (f *face) cover(open []rune, font int) ([]rune, error) {
	var rest []rune
	for _, r := range open {
		has, err := f.pdf.IsCurrFontContainGlyph(r)
		if err != nil {
			return nil, fmt.Errorf("look for a letter: %w", err)
		}
		if !has {
			rest = append(rest, r)
			continue
		}
		w, err := f.pdf.MeasureTextWidth(string(r))
		if err != nil {
			return nil, fmt.Errorf("measure a letter: %w", err)
		}
		f.of[r], f.width[r] = font, w/1000
	}
	return rest, nil
}

// measure is the width of a text at a size.
func (f *face) measure(text string, size float64) (w float64) {
	for _, r := range text {
		w += f.width[r] * size
	}
	return w
}

// draw writes one line with its base line at y. Stretches of one font are drawn at once.
func (f *face) draw(x, y, size float64, text string) error {
	run := []rune{}
	flush := func() error {
		if len(run) == 0 {
			return nil
		}
		if err := f.pdf.SetFont(fontName(f.of[run[0]]), "", size); err != nil {
			return fmt.Errorf("choose font: %w", err)
		}
		f.pdf.SetXY(x, y)
		if err := f.pdf.Text(string(run)); err != nil {
			return fmt.Errorf("draw text: %w", err)
		}
		x += f.measure(string(run), size)
		run = run[:0]
		return nil
	}
	for _, r := range text {
		if len(run) > 0 && f.of[r] != f.of[run[0]] {
			if err := flush(); err != nil {
				return err
			}
		}
		run = append(run, r)
	}
	return flush()
}

func fontName(n int) string { return fmt.Sprintf("f%d", n) }

// composed prepares a text for a medium without shaping: marks are joined with the letter they stand on (か and ゛ make
// が) and what has no shape of its own is left out, variation selectors among them: the plain form of a name is
// readable, a box is not. Nothing else is normalised: NFC over all would turn compatibility ideographs of names (U+FA19)
// into others (U+795E).
func composed(text string) string {
	in, out := []rune(text), []rune{}
	for i := 0; i < len(in); i++ {
		switch r := in[i]; {
		case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Cf, r):
		case r == '\u00a0':
			out = append(out, ' ')
		case unicode.Is(unicode.M, r) && len(out) > 0:
			out = append(out[:len(out)-1], []rune(norm.NFC.String(string([]rune{out[len(out)-1], r})))...)
		default:
			out = append(out, r)
		}
	}
	return string(out)
}
