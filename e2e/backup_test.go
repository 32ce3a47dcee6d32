package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/testkit"
)

// handed is what the tests below compare of an interview before and after a restore.
type handed struct {
	Status    string `json:"status"`
	Recording *struct {
		SHA256   string `json:"sha256"`
		Playable bool   `json:"playable"`
	} `json:"recording"`
}

// story fills an installation: one interview with a recording, one that the employee will mark a range of, one they will
// withdraw from. It returns their ids and the statements of the first two.
func story(t *testing.T, i, e *client) (ids [3]string, said [2][]statement, sha string) {
	t.Helper()
	for n := range ids {
		ids[n] = open(t, i, e, "ja", "2026-05-20")
		if n == 0 {
			i.upload(ids[0], testkit.Sample("01-ja-sales.m4a"))
			i.until(ids[0], time.Minute, "needs_transcription")
		}
		i.do("PUT", "/v1/interviews/"+ids[n]+"/captions?name=talk.vtt", file(t, "01-ja-sales.vtt"), map[string]string{"Content-Type": "text/vtt"}, 200, nil)
	}
	for n, id := range ids {
		i.until(id, 2*time.Minute, "in_review")
		if n < 2 {
			said[n] = draftOf(i, id, 1).statements()
		}
	}
	playable(t, i, ids[0])
	var v handed
	i.json("GET", "/v1/interviews/"+ids[0], nil, 200, &v)
	return ids, said, v.Recording.SHA256
}

func draftOf(c *client, id string, n int) (d draft) {
	c.t.Helper()
	c.json("GET", "/v1/interviews/"+id+"/drafts/1", nil, 200, &d)
	return d
}

// transcriptOf is the newest transcript as it is served, and its tag.
func transcriptOf(c *client, id string) (body, tag string) {
	c.t.Helper()
	var raw json.RawMessage
	resp := c.do("GET", "/v1/interviews/"+id+"/transcript", nil, nil, 200, &raw)
	return string(raw), resp.Header.Get("ETag")
}

// wish is said in the sample that the tests take off the record, in segment wishSegment.
const wish = "新規開拓をやってみたい"

// forget erases one interview and takes a range of another off the record, after the backup.
func forget(t *testing.T, e *client, ids [3]string) {
	t.Helper()
	e.json("PUT", "/v1/interviews/"+ids[2]+"/consent", map[string]any{"decision": "withdrawn"}, 200, nil)
	e.until(ids[2], time.Minute, "erased")
	body, tag := transcriptOf(e, ids[1])
	if !strings.Contains(body, wish) {
		t.Fatal("the sample does not say what is to be taken off the record")
	}
	var text struct {
		Segments []struct {
			ID   int    `json:"id"`
			Text string `json:"text"`
		} `json:"segments"`
	}
	if err := json.Unmarshal([]byte(body), &text); err != nil {
		t.Fatal(err)
	}
	var ranges []map[string]int
	for _, s := range text.Segments {
		if strings.Contains(s.Text, wish) {
			ranges = append(ranges, map[string]int{"from": s.ID, "to": s.ID})
		}
	}
	b, err := json.Marshal(map[string]any{"off_record": ranges})
	if err != nil {
		t.Fatal(err)
	}
	e.do("PATCH", "/v1/interviews/"+ids[1]+"/transcript", bytes.NewReader(b), map[string]string{"Content-Type": "application/json", "If-Match": tag}, 200, nil)
}

// restored checks an installation brought back from the backup: all drafts are there, what was erased after the backup is
// erased, what was taken off the record is off it, and the recording is the same file.
func restored(t *testing.T, i, e *client, ids [3]string, said [2][]statement, sha string) {
	t.Helper()
	i.until(ids[2], 10*time.Second, "erased")
	i.do("GET", "/v1/interviews/"+ids[2]+"/drafts/1", nil, nil, 409, nil)
	var v handed
	i.json("GET", "/v1/interviews/"+ids[0], nil, 200, &v)
	if v.Status != "in_review" || v.Recording == nil || v.Recording.SHA256 != sha || sha == "" {
		t.Errorf("the recording came back as %+v of %s, want %s", v.Recording, v.Status, sha)
	}
	playable(t, i, ids[0])
	if got := draftOf(i, ids[0], 1).statements(); !slices.Equal(got, said[0]) || len(got) < 8 {
		t.Errorf("%d statements came back, want %d, or they differ", len(got), len(said[0]))
	}
	body, _ := transcriptOf(e, ids[1])
	record, err := json.Marshal(draftOf(e, ids[1], 1))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(body, wish) || strings.Contains(string(record), wish) {
		t.Error("words that were taken off the record came back")
	}
	if got := len(draftOf(e, ids[1], 1).statements()); got != len(said[1]) {
		t.Errorf("%d statements of the other record came back, want %d", got, len(said[1]))
	}
}

// TestBackupAndRestoreOnOneMachine backs up a running installation with everything embedded.
func TestBackupAndRestoreOnOneMachine(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr)
	base := func() string { return "http://" + addr }
	first := in.start(true, "all")
	i, e := in.people(base, "佐伯 真理", "高梨 拓也")
	ids, said, sha := story(t, i, e)
	backup, ledger := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "ledger")
	in.command("backup", backup)
	in.command("backup", backup) // again over the same folder
	forget(t, e, ids)
	in.command("backup", "--ledger", ledger)
	first.stop()
	private(t, backup)

	fresh := newInstallation(t, "KIKIGAKI_ADDR="+addr)
	fresh.command("restore", backup, "--ledger", ledger)
	fresh.start(true, "all")
	restored(t, i, e, ids, said, sha) // the tokens of before: the people came back too
	gone(t, filepath.Join(fresh.dir, "data", "bucket"), ids[2])
	fresh.refuses("already", "restore", backup)
}

// TestBackupAndRestoreApart backs up PostgreSQL and an S3 bucket, and restores into fresh servers, and once beside a bucket
// that was not lost.
func TestBackupAndRestoreApart(t *testing.T) {
	t.Parallel()
	addr := address(t)
	bucket := testkit.S3(t)
	settings := func(bucket *testkit.S3Server) []string {
		return []string{"KIKIGAKI_ADDR=" + addr, "DATABASE_URL=" + testkit.Postgres(t), "REDIS_URL=" + testkit.Redis(t).URL, "KIKIGAKI_BUCKET=" + bucket.Bucket,
			"AWS_ENDPOINT_URL_S3=" + bucket.Endpoint, "AWS_ACCESS_KEY_ID=" + bucket.AccessKey, "AWS_SECRET_ACCESS_KEY=" + bucket.SecretKey,
			"KIKIGAKI_SECRET_KEY=0123456789abcdef0123456789abcdef"}
	}
	in := newInstallation(t, settings(bucket)...)
	in.command("migrate", "up")
	serve, work := in.start(true, "serve"), in.start(false, "work")
	base := func() string { return "http://" + addr }
	i, e := in.people(base, "佐伯 真理", "高梨 拓也")
	ids, said, sha := story(t, i, e)
	backup, ledger := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "ledger")
	in.command("backup", backup)
	forget(t, e, ids)
	in.command("backup", "--ledger", ledger)
	for end := time.Now().Add(time.Minute); len(ledgerCopies(t, bucket.Dir)) < 2; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the ledger is not copied to the bucket")
		}
	}
	serve.stop()
	work.stop()
	private(t, backup)

	other := testkit.S3(t)
	for name, c := range map[string]struct {
		bucket *testkit.S3Server
		args   []string
	}{"fresh servers": {other, []string{"--ledger", ledger}}, "the bucket was not lost": {bucket, nil}} {
		fresh := newInstallation(t, settings(c.bucket)...)
		fresh.command(append([]string{"restore", backup}, c.args...)...)
		serve, work := fresh.start(true, "serve"), fresh.start(false, "work")
		restored(t, i, e, ids, said, sha)
		gone(t, c.bucket.Dir, ids[2])
		fresh.refuses("not empty", "restore", backup)
		serve.stop()
		work.stop()
		if t.Failed() {
			t.Fatalf("restored into %s:\n%s", name, serve.text())
		}
	}
}

// refuses runs a command that is to fail and say why.
func (in *installation) refuses(why string, args ...string) {
	in.t.Helper()
	text := in.fails(args...)
	if !strings.Contains(text, why) {
		in.t.Errorf("kikigaki %v does not say %q: %s", args, why, text)
	}
}

// private checks that nobody but the owner can read a backup.
func private(t *testing.T, dir string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// gone waits until nothing below a folder is named after an interview.
func gone(t *testing.T, dir, id string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		var left []string
		_ = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() && strings.Contains(path, id) {
				left = append(left, path)
			}
			return nil
		})
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("left of the erased interview: %v", left)
		}
	}
}

// ledgerCopies lists the ledger's copies in a bucket's folder.
func ledgerCopies(t *testing.T, dir string) (out []string) {
	t.Helper()
	_ = filepath.Walk(filepath.Join(dir, "objects"), func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && strings.Contains(path, "/erasures/") && strings.HasSuffix(path, ".json") {
			out = append(out, path)
		}
		return nil
	})
	return out
}
