package e2e

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/testkit"
)

// canary is a sentence that must be nowhere once its interview is erased, and nowhere but in SQL before.
const canary = "カナリアは地下の炭鉱で歌う"

// holders greps what can be read of an installation for the canary.
func holders(t *testing.T, database, redis string, folders []string, processes ...*process) (out []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dump, err := exec.CommandContext(ctx, "pg_dump", "--dbname="+database, "--encoding=UTF8").Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	if bytes.Contains(dump, []byte(canary)) {
		out = append(out, "SQL")
	}
	if out, err := exec.CommandContext(ctx, "redis-cli", "-u", redis, "CONFIG", "SET", "rdbcompression", "no").CombinedOutput(); err != nil {
		t.Fatalf("redis-cli: %v %s", err, out) // compressed words are not found
	}
	keys, err := exec.CommandContext(ctx, "redis-cli", "-u", redis, "--rdb", "-").Output()
	if err != nil || len(keys) < 10 {
		t.Fatalf("redis-cli: %v", err)
	}
	if bytes.Contains(keys, []byte(canary)) {
		out = append(out, "Redis")
	}
	for _, p := range processes {
		if strings.Contains(p.text(), canary) {
			out = append(out, "log")
		}
	}
	for _, dir := range folders {
		_ = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() {
				if b, err := os.ReadFile(path); err == nil && bytes.Contains(b, []byte(canary)) {
					out = append(out, path)
				}
			}
			return nil
		})
	}
	return out
}

// TestOutagesAndACanary takes Redis and the database away under a running installation and erases an interview while Redis
// is away: the API tells the truth, what was asked for happens, and afterwards nothing holds a word of it.
func TestOutagesAndACanary(t *testing.T) {
	t.Parallel()
	redis, bucket, database := testkit.Redis(t), testkit.S3(t), testkit.NewPostgres(t)
	url := database.Database(t)
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr, "DATABASE_URL="+url, "REDIS_URL="+redis.URL, "KIKIGAKI_BUCKET="+bucket.Bucket,
		"AWS_ENDPOINT_URL_S3="+bucket.Endpoint, "AWS_ACCESS_KEY_ID="+bucket.AccessKey, "AWS_SECRET_ACCESS_KEY="+bucket.SecretKey,
		"KIKIGAKI_SECRET_KEY=0123456789abcdef0123456789abcdef")
	in.command("migrate", "up")
	serve, work := in.start(true, "serve"), in.start(false, "work")
	i, e := in.people(func() string { return "http://" + addr }, "佐伯 真理", "高梨 拓也")
	raw, err := os.ReadFile(testkit.Sample("01-ja-sales.vtt"))
	if err != nil {
		t.Fatal(err)
	}
	words := bytes.ReplaceAll(raw, []byte("新規開拓"), []byte(canary))
	if bytes.Equal(words, raw) {
		t.Fatal("the canary is not in the captions")
	}
	hand := func(id string) {
		i.do("PUT", "/v1/interviews/"+id+"/captions?name=talk.vtt", bytes.NewReader(words), map[string]string{"Content-Type": "text/vtt"}, 200, nil)
	}
	id := open(t, i, e, "ja", "2026-05-20")
	hand(id)
	i.until(id, time.Minute, "in_review")
	look := func() []string {
		return holders(t, url, redis.URL, []string{bucket.Dir, filepath.Join(in.dir, "data")}, serve, work)
	}
	if got := look(); len(got) != 1 || got[0] != "SQL" {
		t.Errorf("the words are in %v, want SQL alone", got)
	}

	// Redis away: what comes is taken, and what is erased is erased.
	redis.Stop(t)
	waiting := open(t, i, e, "ja", "2026-05-21")
	hand(waiting)
	e.json("PUT", "/v1/interviews/"+id+"/consent", map[string]any{"decision": "withdrawn"}, 200, nil)
	e.until(id, 10*time.Second, "erased")
	redis.Start(t)
	i.until(waiting, 2*time.Minute, "in_review")
	e.json("PUT", "/v1/interviews/"+waiting+"/consent", map[string]any{"decision": "withdrawn"}, 200, nil)
	for end := time.Now().Add(time.Minute); len(ledgerCopies(t, bucket.Dir)) < 2; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the erasures are not carried out")
		}
	}
	if got := look(); len(got) != 0 {
		t.Errorf("after the erasure the words are in %v", got)
	}

	// The database away: nothing half, and a time to come again.
	database.Stop()
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+addr+"/v1/interviews", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+i.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("without a database: %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
}
