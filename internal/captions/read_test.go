package captions_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
)

// shown writes a transcript one segment a line: "start-end name: text".
func shown(t *interview.Transcript) string {
	var b strings.Builder
	for _, s := range t.Segments {
		if t.Timed {
			fmt.Fprintf(&b, "%g-%g ", s.Start, s.End)
		}
		name := nameOf(t, s.Speaker)
		if name == "" {
			name = s.Speaker
		}
		fmt.Fprintf(&b, "%s: %s\n", name, s.Text)
	}
	return b.String()
}

// What programs write and what people make of it.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, file, in, want string
	}{
		{"vtt of teams, several lines", "a.vtt", "WEBVTT\n\nab-1/1-0\n00:00:01.000 --> 00:00:04.500\n<v 佐伯 真理>上期のキャリア\n面談です。</v>\n\nab-1/2-0\n00:00:05.000 --> 00:00:06.000\n<v John Doe>Hello\nthere.</v>\n",
			"1-4.5 佐伯 真理: 上期のキャリア面談です。\n5-6 John Doe: Hello there.\n"},
		{"vtt of teams, tag on each line", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:04.000\n<v A B>One</v>\n<v A B>two.</v>\n", "1-4 A B: One two.\n"},
		{"vtt with two voices in a cue", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>How are you?\n<v Bob Ray>Fine.\n", "1-4 Ann Lee: How are you?\n1-4 Bob Ray: Fine.\n"},
		{"vtt of zoom", "a.vtt", "WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nYuki Tanaka: はい。\r\n\r\n2\r\n00:00:03.000 --> 00:00:04.000\r\nBob: Note: it works.\r\n",
			"1-2 Yuki Tanaka: はい。\n3-4 Bob: Note: it works.\n"},
		{"vtt notes, styles, settings, classes", "a.vtt", "WEBVTT - talk\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE a\nremark --\n\nNOTE\n\nREGION\nid:x\n\n00:01.000 --> 00:02.000 align:start position:0%\n<v.loud Ann><c.red>Hi <i>you</i></c> <00:01.500>there\n",
			"1-2 Ann: Hi you there\n"},
		{"vtt entities and unclosed tags", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v R&amp;D>A &lt;b&gt; &amp;amp; B&nbsp;C <i>d<b\n\n00:02.000 --> 00:03.000\n<v R&amp;D>3 < 5 and 7 > 6\n",
			"1-2 R&D: A <b> &amp; B C d\n2-3 R&D: 3 < 5 and 7 > 6\n"},
		{"vtt empty cues", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\n<v Ann></v>\n\n00:03.000 --> 00:04.000\n<v Ann>x</v>\n", "3-4 Ann: x\n"},
		{"vtt out of order and overlapping", "a.vtt", "WEBVTT\n\n00:05.000 --> 00:07.000\n<v B>two\n\n00:01.000 --> 00:06.000\n<v A>one\n", "1-6 A: one\n5-7 B: two\n"},
		{"vtt hours missing, end before start", "a.vtt", "WEBVTT\n\n75:01.000 --> 75:00.000\n<v A>late\n", "4501-4501 A: late\n"},
		{"vtt words after an empty line", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>one\n\nmore words\n\n00:03.000 --> 00:04.000\n<v Ann>two\n", "1-2 Ann: one more words\n3-4 Ann: two\n"},
		{"vtt without blank lines", "a.vtt", "WEBVTT\n1\n00:01.000 --> 00:02.000\n<v A>one\n2\n00:03.000 --> 00:04.000\n<v B>two", "1-2 A: one\n3-4 B: two\n"},
		{"vtt without a speaker", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n結論: 続ける。\n\n00:03.000 --> 00:04.000\nそうですね。\n\n00:04.000 --> 00:05.000\nはい。\n", "1-2 : 結論: 続ける。\n3-4 : そうですね。\n4-5 : はい。\n"},
		{"vtt under another name", "a.txt", "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\n<v A>one", "1-2 A: one\n"},
		{"srt", "a.srt", "1\n00:00:01,000 --> 00:00:02,500\n佐伯 真理: はい。\n\n2\n00:00:03,000 --> 00:00:04,000\n高梨 拓也:どうも。\n", "1-2.5 佐伯 真理: はい。\n3-4 高梨 拓也: どうも。\n"},
		{"srt without numbers, dots for commas", "a.srt", "00:00:01.000 --> 00:00:02.000\nAnn: a\n\n00:00:03.000 --> 00:00:04.000\nBob: b", "1-2 Ann: a\n3-4 Bob: b\n"},
		{"srt with old mac line ends", "a.srt", "1\r00:00:01,000 --> 00:00:02,000\rAnn: a\r\r2\r00:00:03,000 --> 00:00:04,000\rBob: b\r", "1-2 Ann: a\n3-4 Bob: b\n"},
		{"srt whose words are numbers", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\nAnn: how many?\n\n2\n00:00:03,000 --> 00:00:04,000\nBob: about\n23\n", "1-2 Ann: how many?\n3-4 Bob: about 23\n"},
		{"srt with styles", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color=\"#fff\">Ann: a</font>\n", "1-2 Ann: a\n"},
		{"srt names only the change", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\nAnn: a\n\n2\n00:00:02,000 --> 00:00:03,000\nmore\n\n3\n00:00:03,000 --> 00:00:04,000\nBob: b\n\n4\n00:00:04,000 --> 00:00:05,000\nAnn: c\n\n5\n00:00:05,000 --> 00:00:06,000\nBob: d\n",
			"1-2 Ann: a\n2-3 Ann: more\n3-4 Bob: b\n4-5 Ann: c\n5-6 Bob: d\n"},
		{"sbv", "a.sbv", "0:00:01.000,0:00:02.500\nAnn: a\n\n0:00:03.000,0:00:04.000\nBob: b\nmore\n", "1-2.5 Ann: a\n3-4 Bob: b more\n"},
		{"txt names", "a.txt", "佐伯 真理:はい。\n高梨 拓也: どうも。\nよろしく。\n", "佐伯 真理: はい。\n高梨 拓也: どうも。よろしく。\n"},
		{"txt brackets", "a.txt", "【佐伯】はい。\n【高梨】どうも。\n[佐伯] では。\n", "佐伯: はい。\n高梨: どうも。\n佐伯: では。\n"},
		{"txt arrows", "a.txt", ">> ANN: hi\n>> BOB: yes\n", "ANN: hi\nBOB: yes\n"},
		{"txt times first", "a.txt", "[00:01] Ann: a\n[00:05] Bob: b\n[1:00:09] Ann: c\n", "1-2.2 Ann: a\n5-6.2 Bob: b\n3609-3610.2 Ann: c\n"},
		{"txt ranges", "a.txt", "00:00:01.5 - 00:00:02.25 Ann: a\n(00:00:05 – 00:00:06) Bob: b\n", "1.5-2.25 Ann: a\n5-6 Bob: b\n"},
		{"txt times in the middle", "a.txt", "Ann (0:00:01): a\nBob [0:00:05]: b\n", "1-2.2 Ann: a\n5-6.2 Bob: b\n"},
		{"txt heads", "a.txt", "佐伯 真理   0:03\nはい。\nでは。\n\n高梨 拓也   0:09\nどうも。\n", "3-5.2 佐伯 真理: はい。では。\n9-10.8 高梨 拓也: どうも。\n"},
		{"txt of zoom by the wall clock", "a.txt", "[Yuki Tanaka] 14:00:00\nhello there\n[Bob Ray] 14:00:10\nhi\n", "0-3.2 Yuki Tanaka: hello there\n10-11.4 Bob Ray: hi\n"},
		{"txt with a time each five minutes", "a.txt", "00:00:00\n\nAnn: a\nBob: b\nAnn: c\n\n00:05:00\n\nBob: d\n", "Ann: a\nBob: b\nAnn: c\nBob: d\n"},
		{"txt with a time of day", "a.txt", "Ann: when?\nBob: tomorrow at\n10:30 then\nAnn: fine\n", "Ann: when?\nBob: tomorrow at 10:30 then\nAnn: fine\n"},
		{"txt with a title", "a.txt", "面談の記録\n2026年5月20日\n参加者: 二人\n\n[00:01] Ann: a\n[00:05] Bob: b\n", "1-2.2 Ann: a\n5-6.2 Bob: b\n"},
		{"txt without names", "a.txt", "今日はよい天気でした。\n明日: 雨でしょう。\n", ": 今日はよい天気でした。\n: 明日: 雨でしょう。\n"},
		{"txt with an address", "a.txt", "Ann: see http://example.com\nBob: ok\nhttps://example.com/x\nAnn: 10:30 is fine\n", "Ann: see http://example.com\nBob: ok https://example.com/x\nAnn: 10:30 is fine\n"},
		{"json list", "a.json", `[{"start":1,"end":2,"speaker":"Ann Lee","text":"a"},{"start":"00:00:03.5","end":"4.5","speaker":"Bob","text":"b"}]`, "1-2 Ann Lee: a\n3.5-4.5 Bob: b\n"},
		{"json of whisper", "a.json", `{"task":"transcribe","language":"japanese","duration":9.5,"text":"はい。どうも。","segments":[{"id":0,"seek":0,"start":0.0,"end":2.5,"text":"はい。","tokens":[1],"temperature":0.0},{"id":1,"start":2.5,"end":9.5,"text":" どうも。"}],"words":null}`,
			"0-2.5 : はい。\n2.5-9.5 : どうも。\n"},
		{"json text only", "a.json", `{"text":"hello there"}`, ": hello there\n"},
		{"json utterances in ms", "a.json", `{"utterances":[{"speaker":"A","start":1500,"end":2500,"text":"a"},{"speaker":"B","start":100000,"end":200000,"text":"b"}]}`, "1.5-2.5 A: a\n100-200 B: b\n"},
		{"json speaker numbers", "a.json", `{"segments":[{"speaker":0,"start":1,"end":2,"text":"a"},{"speaker":1,"start":2,"end":3,"text":"b"}]}`, "1-2 S0: a\n2-3 S1: b\n"},
		{"json without times", "a.json", `{"participants":[{"speaker":"A","role":"employee","name":"Ann"}],"segments":[{"id":5,"speaker":"A","text":"a","start":null,"end":null}]}`, "Ann: a\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := captions.Read(row.file, strings.NewReader(row.in), "ja")
			if err != nil {
				t.Fatal(err)
			}
			if s := shown(got); s != row.want {
				t.Errorf("got\n%swant\n%s", s, row.want)
			}
			for i, s := range got.Segments {
				if s.ID < 1 || i > 0 && s.ID == got.Segments[i-1].ID || s.End < s.Start || got.Timed && i > 0 && s.Start < got.Segments[i-1].Start {
					t.Errorf("segment %+v", s)
				}
			}
		})
	}
}

// Labels follow the order of first speech; those of .json are the file's own, as are its ids unless they cannot be cited.
func TestLabelsAndIDs(t *testing.T) {
	t.Parallel()
	got, err := captions.Read("a.srt", strings.NewReader("1\n00:00:05,000 --> 00:00:06,000\nBob: b\n\n2\n00:00:01,000 --> 00:00:02,000\nAnn: a\n"), "en")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Speakers) != 2 || got.Speakers[0].Label != "A" || got.Speakers[0].Name != "Ann" || got.Segments[1].Speaker != "B" ||
		got.Speakers[1].Role != interview.PartUnknown {
		t.Errorf("speakers %+v, segments %+v", got.Speakers, got.Segments)
	}
	for _, row := range []struct {
		ids  string
		want []int
	}{{"7 9", []int{7, 9}}, {"9 7", []int{9, 7}}, {"0 1", []int{1, 2}}, {"3 3", []int{1, 2}}, {"-1 4", []int{1, 2}}, {`"4" "6"`, []int{4, 6}}, {`"x" 6`, []int{1, 2}}} {
		ids := strings.Fields(row.ids)
		in := fmt.Sprintf(`{"segments":[{"id":%s,"start":1,"end":2,"speaker":"Z","text":"a"},{"id":%s,"start":2,"end":3,"speaker":"Q","text":"b"}]}`, ids[0], ids[1])
		got, err := captions.Read("a.json", strings.NewReader(in), "en")
		if err != nil {
			t.Fatal(err)
		}
		if got.Segments[0].ID != row.want[0] || got.Segments[1].ID != row.want[1] || got.Segments[0].Speaker != "Z" || got.Segments[1].Speaker != "Q" {
			t.Errorf("ids %s became %+v", row.ids, got.Segments)
		}
	}
	many := strings.Builder{}
	for i := range 40 {
		fmt.Fprintf(&many, "%d\n00:00:%02d,000 --> 00:00:%02d,500\nPerson %c%c: words\n\n", i, i, i, 'A'+i/26, 'a'+i%26)
	}
	got, err = captions.Read("a.srt", strings.NewReader(many.String()), "en")
	if err != nil || len(got.Speakers) != 40 || got.Speakers[25].Label != "Z" || got.Speakers[26].Label != "S27" {
		t.Errorf("%d speakers: %v", len(got.Speakers), err)
	}
}

const japanese1 = "1\n00:00:01,000 --> 00:00:02,000\n佐伯 真理: えーと、今日はキャリア面談ということで、よろしくお願いします。\n\n2\n00:00:03,000 --> 00:00:04,000\n高梨 拓也: はい、お願いします。企画の仕事がしたいです。\n"

// The same words in every encoding that meeting programs and Japanese desks produce.
func TestEncodings(t *testing.T) {
	t.Parallel()
	french := "1\n00:00:01,000 --> 00:00:02,000\nRené: C’est déjà l’été – où ça? 25 €\n"
	for _, row := range []struct {
		name string
		text string
		enc  encoding.Encoding
	}{
		{"utf-8", japanese1, encoding.Nop},
		{"utf-8 with mark", "\ufeff" + japanese1, encoding.Nop},
		{"utf-16 le with mark", japanese1, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"utf-16 be with mark", japanese1, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"utf-16 le", japanese1, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"utf-16 be", japanese1, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"shift_jis", japanese1, japanese.ShiftJIS},
		{"euc-jp", japanese1, japanese.EUCJP},
		{"iso-2022-jp", japanese1, japanese.ISO2022JP},
		{"windows-1252", french, charmap.Windows1252},
		{"windows-1252 crlf", strings.ReplaceAll(french, "\n", "\r\n"), charmap.Windows1252},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			data, err := row.enc.NewEncoder().Bytes([]byte(row.text))
			if err != nil {
				t.Fatal(err)
			}
			got, err := captions.Read("a.srt", bytes.NewReader(data), "")
			if err != nil {
				t.Fatal(err)
			}
			want, err := captions.Read("a.srt", strings.NewReader(row.text), "")
			if err != nil {
				t.Fatal(err)
			}
			if shown(got) != shown(want) || got.Language != want.Language {
				t.Errorf("got\n%swant\n%s", shown(got), shown(want))
			}
		})
	}
	// A file cut within a character keeps all the others.
	got, err := captions.Read("a.srt", strings.NewReader(japanese1[:len(japanese1)-2]), "")
	if err != nil || len(got.Segments) != 2 || !strings.Contains(got.Segments[1].Text, "企画の仕事がしたいです") {
		t.Errorf("cut within a character: %v, %v", got, err)
	}
}

// docx makes a Word file with that document part.
func docx(t testing.TB, document string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": document} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWord(t *testing.T) {
	t.Parallel()
	const open, end = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`, `</w:body></w:document>`
	p := func(runs ...string) string { return "<w:p>" + strings.Join(runs, "") + "</w:p>" }
	r := func(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }
	const br = "<w:r><w:br/></w:r>"
	for _, row := range []struct{ name, body, want string }{
		{"teams", p(r("キャリア面談-会議のトランスクリプト")) + p(r("2026年5月20日")) +
			p(r("佐伯 真理"), r("   0:03"), br, r("はい、では"), r("始めます。"), br, r("よろしく。")) + p(r("高梨 拓也"), r("   1:09"), br, r("R&amp;Dです。")),
			"3-7 佐伯 真理: はい、では始めます。よろしく。\n69-71.2 高梨 拓也: R&Dです。\n"},
		{"stream", p(r("0:0:0.0 --&gt; 0:0:1.750")) + p(r("Ann Lee")) + p(r("Hello there.")) + p(r("0:0:2.0 --&gt; 0:0:3.5")) + p(r("Bob Ray")) + p(r("Hi.")),
			"0-1.75 Ann Lee: Hello there.\n2-3.5 Bob Ray: Hi.\n"},
		{"typed", p(r("Ann:"), "<w:r><w:tab/></w:r>", r("a")) + p() + p(r("Bob: b"), `<w:del><w:r><w:delText>no</w:delText></w:r></w:del>`), "Ann: a\nBob: b\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, err := captions.ReadAll("x.docx", bytes.NewReader(docx(t, open+row.body+end)), "ja")
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(f.Transcript); !strings.HasSuffix(got, row.want) || f.Format != "docx" {
				t.Errorf("got\n%swant\n%s", got, row.want)
			}
		})
	}
}

// What cannot be read has a verdict and costs nothing.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := bytes.Repeat([]byte("<w:t> </w:t>"), 1<<16)
	for range 300 { // 235 MB in half a megabyte
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	long := "WEBVTT\n\n" + strings.Repeat("00:01.000 --> 00:02.000\nx\n\n", 50_001)
	for _, row := range []struct {
		name, file string
		data       []byte
		code       string
	}{
		{"empty", "a.vtt", nil, "captions_empty"},
		{"spaces", "a.txt", []byte(" \r\n\t\n"), "captions_empty"},
		{"no words", "a.vtt", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\n\n"), "captions_empty"},
		{"head only", "a.vtt", []byte("WEBVTT\n"), "captions_empty"},
		{"no segments", "a.json", []byte(`{"segments":[]}`), "captions_empty"},
		{"empty list", "a.json", []byte(`[]`), "captions_empty"},
		{"other json", "a.json", []byte(`{"name":"x"}`), "captions_unreadable"},
		{"list of numbers", "a.json", []byte(`[1,2]`), "captions_unreadable"},
		{"broken json", "a.json", []byte(`{"segments":[`), "captions_unreadable"},
		{"no json", "a.json", []byte(`Ann: hi`), "captions_unreadable"},
		{"web page", "a.vtt", []byte("<!DOCTYPE html><html>Sign in</html>"), "captions_unreadable"},
		{"web page as text", "a.txt", []byte("<html><body>Error</body></html>"), "captions_unreadable"},
		{"text as vtt", "a.vtt", []byte("hello"), "captions_unreadable"},
		{"playlist", "a.vtt", []byte("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/x.vtt\n"), "captions_unreadable"},
		{"unknown ending", "a.pdf", []byte("Ann: hi\nBob: hi\n"), "captions_unreadable"},
		{"picture", "a.txt", append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, 1, 2, 200}, 500)...), "captions_unreadable"},
		{"zip", "a.docx", append([]byte("PK\x03\x04"), 1, 2, 3), "captions_unreadable"},
		{"zip without a document", "a.docx", func() []byte {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			_, _ = z.Create("x")
			_ = z.Close()
			return b.Bytes()
		}(), "captions_unreadable"},
		{"word without words", "a.docx", docx(t, "<w:document><w:p/></w:document>"), "captions_empty"},
		{"word with broken xml", "a.docx", docx(t, "<w:document><w:t>a</w:document"), "captions_unreadable"},
		{"word bomb", "a.docx", bomb.Bytes(), "captions_unreadable"},
		{"too many cues", "a.vtt", []byte(long), "captions_unreadable"},
		{"too many lines", "a.txt", bytes.Repeat([]byte("a\n"), 600_000), "captions_unreadable"},
		{"too large", "a.txt", bytes.Repeat([]byte("Ann: a\n"), 2<<20), "captions_unreadable"},
		{"deep json", "a.json", []byte(strings.Repeat(`[`, 200_000)), "captions_unreadable"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, err := captions.ReadAll(row.file, bytes.NewReader(row.data), "ja")
			if interview.Code(err) != row.code || f.Transcript != nil {
				t.Errorf("got %v %v, want %s", f.Transcript, err, row.code)
			}
			if err != nil && len(err.Error()) > 120 {
				t.Errorf("says too much: %s", err)
			}
		})
	}
}

// Control characters, terminal codes and direction overrides do not reach a transcript.
func TestInert(t *testing.T) {
	t.Parallel()
	got, err := captions.Read("a.vtt", strings.NewReader("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A\u202e&#27;nn>x\u202e&#x1b;[31m&lt;script&gt; y\u200b&#0;</v>\n"), "en")
	if err != nil {
		t.Fatal(err)
	}
	if s := shown(got); s != "1-2 Ann: x[31m<script> y\ufffd\n" {
		t.Errorf("got %q", s)
	}
}
