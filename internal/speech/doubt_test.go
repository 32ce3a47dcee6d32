package speech

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"kikigaki/internal/interview"
)

func request(language string, seconds, voiced float64, keywords ...string) Request {
	return Request{Cut: interview.Cut{To: int64(seconds * interview.SampleRate)}, Language: language, Keywords: keywords,
		Speech: []interview.Span{{Start: 0, End: voiced}}, Attempt: 1}
}

func mustDoubter(t testing.TB) *doubter {
	t.Helper()
	d, err := newDoubter()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	d := mustDoubter(t)
	names := []string{"高梨 拓也", "佐伯 真理", "引き合い", "粗利"}
	for _, c := range []struct {
		name string
		text string
		req  Request
		want []string
	}{
		{"nothing said", "", request("ja", 20, 0.3), nil},
		{"empty over speech", " ", request("ja", 20, 8), []string{DoubtEmpty}},
		{"good", "はい、担当が十八社から二十三社になって、見積もりの作成が増えました。", request("ja", 20, 6), nil},
		{"stock over speech", "ご視聴ありがとうございました。", request("ja", 20, 5), []string{DoubtStock}},
		{"stock, full width and twice", "ご視聴ありがとうございました ご視聴ありがとうございました!", request("ja", 20, 5), []string{DoubtStock}},
		{"stock as a last sentence", "担当が増えました。ご視聴ありがとうございました。", request("ja", 20, 5), []string{DoubtStock}},
		{"stock as a part of a sentence", "動画の最後にチャンネル登録お願いしますと入れる仕事をしています。", request("ja", 20, 6), nil},
		{"hesitation", "えっと……。……はい、来月からです。…", request("ja", 6, 4), nil},
		{"music sign", "♪〜", request("ja", 20, 2), []string{DoubtStock}},
		{"thanks that were said", "ありがとうございました。", request("ja", 3, 1.5), nil},
		{"thanks over silence", "ありがとうございました。", request("ja", 20, 0), []string{DoubtStock}},
		{"thanks three times", "ありがとうございました。ありがとうございました。ありがとうございました。", request("ja", 20, 5), []string{DoubtLoop, DoubtStock}},
		{"a listener's word", "はい。", request("ja", 1, 0.3), nil},
		{"foreign stock in Japanese", "Thank you.", request("ja", 20, 1), []string{DoubtStock}},
		{"English stock", "Thanks for watching!", request("en", 20, 3), []string{DoubtStock}},
		{"English thanks", "Thank you.", request("en", 3, 1), nil},
		{"loop", strings.Repeat("ということで、", 12), request("ja", 25, 20), []string{DoubtLoop}},
		{"loop of one syllable", strings.Repeat("あ", 40), request("ja", 25, 20), []string{DoubtLoop}},
		{"loop of a sentence", strings.Repeat("そうですね、来月の研修に参加したいと思います。", 4), request("ja", 28, 20), []string{DoubtLoop}},
		{"loop behind a beginning", "担当が増えました。" + strings.Repeat("それで、", 20), request("ja", 28, 20), []string{DoubtLoop}},
		{"three times yes", "はい、はい、はい、そうです、確かにそれは思います。", request("ja", 6, 4), nil},
		{"laughter", "はははは、いや、それはないです。", request("ja", 5, 3), nil},
		{"English loop", strings.Repeat("and then ", 20), request("en", 25, 15), []string{DoubtLoop}},
		{"echo", "高梨 拓也、佐伯 真理、引き合い、粗利", request("ja", 20, 3, names...), []string{DoubtEcho}},
		{"a name that was said", "高梨さん、引き合いと粗利の話を聞かせてください。", request("ja", 20, 4, names...), nil},
		{"Korean", "시청해주셔서 정말 감사합니다", request("ja", 20, 4), []string{DoubtLanguage}},
		{"Chinese", "请不要忘记订阅我们的频道谢谢大家", request("ja", 20, 4), []string{DoubtLanguage}},
		{"English in a Japanese talk", "So we talked about the meeting and it was good.", request("ja", 20, 4), []string{DoubtLanguage}},
		{"English words in Japanese", "ExcelとPower BIでKPIダッシュボードを作りました。", request("ja", 20, 5), nil},
		{"Japanese in an English talk", "はい、そうですね、来月からです。", request("en", 20, 3), []string{DoubtLanguage}},
		{"next to nothing", "はい。", request("ja", 28, 24), []string{DoubtShort}},
		{"a short answer to a short stretch", "はい。", request("ja", 28, 5), nil},
		{"slow talk", "そうですね、うーん。", request("ja", 28, 24), nil},
		{"more than can be said", "それで来月から新しい担当になるので引き継ぎの資料を作って共有しておこうと思っているんですがまだ始められていません、というのも上期の数字をまとめる仕事が先に入ってしまったからで、そこは課長にも相談しました", request("ja", 3, 1.2), []string{DoubtLong}},
		{"fast talk", "それで来月から新しい担当になるので引き継ぎの資料を作って共有しておこうと", request("ja", 4, 2.4), nil},
		{"unknown language", "bonjour à tous", request("fr", 20, 18), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := d.doubts(interview.Answer{Text: c.text}, c.req); !slices.Equal(got, c.want) {
				t.Errorf("doubts(%q) = %v, want %v", c.text, got, c.want)
			}
		})
	}
}

func TestHoleInTimes(t *testing.T) {
	t.Parallel()
	d := mustDoubter(t)
	r := request("ja", 60, 50)
	long := strings.Repeat("今日は面談の時間をもらってありがとうございます、早速ですが近況から話します。", 1)
	text := long + "二つ目は研修のことで、来月の申し込みに間に合うか確認したいと思っています。" + "三つ目は異動の希望についてで、前回の面談でも少し話しましたが考えが変わりました。"
	whole := interview.Answer{Text: text, Pieces: []interview.Piece{{Start: 0, End: 20, Text: "a"}, {Start: 20, End: 50, Text: "b"}}}
	if got := d.doubts(whole, r); got != nil {
		t.Errorf("without a hole: %v", got)
	}
	holed := interview.Answer{Text: text, Pieces: []interview.Piece{{Start: 0, End: 15, Text: "a"}, {Start: 30, End: 50, Text: "b"}}}
	if got := d.doubts(holed, r); !slices.Equal(got, []string{DoubtShort}) {
		t.Errorf("15 s of speech without text: %v", got)
	}
}

// TestHonestTextRaisesNoDoubt: no stretch of any sample, of 1 to 40 segments, is doubted.
func TestHonestTextRaisesNoDoubt(t *testing.T) {
	t.Parallel()
	d := mustDoubter(t)
	for _, name := range sampleNames {
		s := loadSample(t, name)
		var keywords []string
		for _, p := range s.Participants {
			keywords = append(keywords, p.Name)
		}
		for _, size := range []int{1, 2, 3, 5, 8, 13, 21, 40} {
			for i := 0; i+size <= len(s.Segments); i += size {
				part := s.Segments[i : i+size]
				var text []string
				r := Request{Language: s.Lang, Keywords: keywords, Cut: interview.Cut{
					From: int64(part[0].Start * interview.SampleRate), To: int64(part[size-1].End * interview.SampleRate)}}
				for _, g := range part {
					text = append(text, g.Text)
					r.Speech = append(r.Speech, interview.Span{Start: g.Start, End: g.End})
				}
				if got := d.doubts(interview.Answer{Text: strings.Join(text, separator(s.Lang))}, r); got != nil {
					t.Errorf("%s segments %d to %d: %v", name, part[0].ID, part[size-1].ID, got)
				}
			}
		}
	}
}

func TestStockFileIsTheWholeList(t *testing.T) {
	t.Parallel()
	s := mustDoubter(t).stock
	for language, least := range map[string][2]int{"ja": {24, 18}, "en": {20, 15}} {
		if n := len(s.never[language]); n < least[0] {
			t.Errorf("%s: %d phrases nobody says, want at least %d", language, n, least[0])
		}
		if n := len(s.alsoSaid[language]); n < least[1] {
			t.Errorf("%s: %d phrases people also say, want at least %d", language, n, least[1])
		}
	}
	if _, err := readStock([]byte("stock_phrases: {ja: {never: []}}")); err == nil {
		t.Error("an empty list was accepted")
	}
}

// TestShortLabelsAreBelieved: what stands in for a recogniser answers a label of a few letters to any chunk; nothing in
// it is an artefact, whatever its hexadecimal digits are and however long the chunk is.
func TestShortLabelsAreBelieved(t *testing.T) {
	t.Parallel()
	d := mustDoubter(t)
	for i := range 3000 {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		text := "断片" + hex.EncodeToString(sum[:4])
		for _, language := range []string{"ja", "en"} {
			for _, voiced := range []float64{0.1, 0.7, 5, 29} {
				if got := d.doubts(interview.Answer{Text: text}, request(language, 30, voiced)); got != nil {
					t.Fatalf("%s, %s, %v s of speech: %v", text, language, voiced, got)
				}
			}
		}
	}
}
