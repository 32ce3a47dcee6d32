package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDesks(t *testing.T) {
	t.Parallel()
	file := func(text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "desks")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, err := readDesks(file("\ufeff# the company's desks\n\ncrisis = 産業医(内線 1234)\nharassment.ja=相談窓口\nharassment.en = Consultation desk\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{"crisis": {"": "産業医(内線 1234)"}, "harassment": {"ja": "相談窓口", "en": "Consultation desk"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err := readDesks(""); err != nil || len(got) != 0 {
		t.Errorf("without a file: %v, %v", got, err)
	}
	for _, bad := range []string{"crisis", "crisis =", "fire = 119", "crisis.fr = x", "ok\ncrisis = x"} {
		if _, err := readDesks(file("# first\n" + bad)); err == nil || !strings.Contains(err.Error(), "KIKIGAKI_DESKS_FILE: line 2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
