package api

import "testing"

func TestTextIsReadInTheOrderItStands(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"{\"a\":\"x\u202egpj.exe\u202c\u2066y\u2069\"}": `{"a":"xgpj.exey"}`,
		`{"a":"x\u202Egpj\u202c\u2066y\u2069"}`:         `{"a":"xgpjy"}`,
		`{"a":"C:\\u202e"}`:                             `{"a":"C:\\u202e"}`, // a backslash and letters
		`{"a":"\\\u202ex"}`:                             `{"a":"\\x"}`,
		"{\"a\":\"\u200e\u200f\u061c𠮷\\\"\\n\"}":        "{\"a\":\"\u200e\u200f\u061c𠮷\\\"\\n\"}", // marks that touch one place alone stay
	} {
		if got := string(withoutDirections([]byte(in))); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
