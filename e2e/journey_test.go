package e2e

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kikigaki/internal/testkit"
)

// statement is what the tests compare of one.
type statement struct {
	Section, Text, Speaker, Owner, DueDate string
	Quotes                                 string
}

// draft is a draft document, as far as the tests read it.
type draft struct {
	Version  int `json:"version"`
	Sections []struct {
		Key        string `json:"key"`
		Statements []struct {
			Text     string `json:"text"`
			Speaker  string `json:"speaker"`
			Owner    string `json:"owner"`
			DueDate  string `json:"due_date"`
			Evidence []struct {
				Segment int     `json:"segment"`
				Quote   string  `json:"quote"`
				Start   float64 `json:"start"`
			} `json:"evidence"`
		} `json:"statements"`
	} `json:"sections"`
	Coverage struct {
		Speech      float64 `json:"speech_seconds"`
		Transcribed float64 `json:"transcribed_seconds"`
	} `json:"coverage"`
}

func (d draft) statements() []statement {
	var out []statement
	for _, s := range d.Sections {
		for _, x := range s.Statements {
			v := statement{Section: s.Key, Text: x.Text, Speaker: x.Speaker, Owner: x.Owner, DueDate: x.DueDate}
			for _, e := range x.Evidence {
				v.Quotes += e.Quote + "|"
			}
			out = append(out, v)
		}
	}
	return out
}

// people adds an interviewer and an employee and returns their clients.
func (in *installation) people(base func() string, interviewer, employee string) (i, e *client) {
	in.t.Helper()
	in.command("user", "add", "--email", "i@example.jp", "--name", interviewer, "--role", "interviewer")
	in.command("user", "add", "--email", "e@example.jp", "--name", employee)
	return in.as("i@example.jp", base), in.as("e@example.jp", base)
}

// address is a free one that stays the same over restarts.
func address(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// open opens an interview with consent given by the employee.
func open(t *testing.T, i, e *client, language, day string) string {
	t.Helper()
	var v talk
	i.json("POST", "/v1/interviews", map[string]any{"employee": "e@example.jp", "template": "career-interview", "language": language, "recorded_on": day}, 201, &v)
	if v.Status != "needs_consent" || v.WaitingFor != "employee" {
		t.Fatalf("opened as %+v", v)
	}
	var page struct {
		Notice struct {
			ID string `json:"id"`
		} `json:"notice"`
	}
	e.json("GET", "/v1/interviews/"+v.ID+"/consent", nil, 200, &page)
	e.json("PUT", "/v1/interviews/"+v.ID+"/consent", map[string]any{"decision": "given", "abroad": true, "notice": page.Notice.ID}, 200, nil)
	return v.ID
}

// TestAllAndTheCommandLineGiveTheSameDraft is the main job both ways, on an empty folder.
func TestAllAndTheCommandLineGiveTheSameDraft(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr)
	base := func() string { return "http://" + addr }
	in.start(true, "all")
	i, e := in.people(base, "佐伯 真理", "高梨 拓也")
	id := open(t, i, e, "ja", "2026-05-20")
	i.do("PUT", "/v1/interviews/"+id+"/captions?name=talk.vtt", file(t, "01-ja-sales.vtt"), map[string]string{"Content-Type": "text/vtt"}, 200, nil)
	first := i.until(id, time.Minute, "in_review")
	var served draft
	i.json("GET", "/v1/interviews/"+id+"/drafts/1", nil, 200, &served)
	var local draft
	out := in.command("draft", testkit.Sample("01-ja-sales.vtt"), "--recorded-on", "2026-05-20", "--employee", "高梨 拓也", "--interviewer", "佐伯 真理")
	if err := json.Unmarshal([]byte(out), &local); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(served.statements(), local.statements()) || len(local.statements()) < 8 {
		t.Errorf("served %d statements, local %d, or they differ", len(served.statements()), len(local.statements()))
	}
	if first.WaitingFor != "employee" {
		t.Errorf("waits for %s", first.WaitingFor)
	}
	// the employee reads and approves what must be looked at
	var doc struct {
		Look []string `json:"look"`
	}
	e.json("GET", "/v1/interviews/"+id+"/drafts/1", nil, 200, &doc)
	e.json("PUT", "/v1/interviews/"+id+"/drafts/1/opened", map[string]any{"statements": doc.Look}, 200, nil)
	e.json("POST", "/v1/interviews/"+id+"/decision", map[string]any{"draft": 1, "decision": "approve"}, 200, nil)
	e.until(id, 10*time.Second, "approved")
}

// TestRecordingWithCaptions uploads through presigned parts as a browser that knows the installation under another name.
func TestRecordingWithCaptions(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+strings.Replace(addr, "127.0.0.1", "0.0.0.0", 1), "KIKIGAKI_AUTH=link", "KIKIGAKI_BASE_URL=http://"+addr, "SMTP_URL=smtp://127.0.0.1:1", "KIKIGAKI_SMTP_FROM=a@example.jp")
	in.start(true, "all")
	for _, host := range []string{"127.0.0.2", "localhost"} {
		base := func() string { return "http://" + strings.Replace(addr, "127.0.0.1", host, 1) }
		if host == "127.0.0.2" {
			in.command("user", "add", "--email", "i@example.jp", "--name", "佐伯 真理", "--role", "interviewer")
			in.command("user", "add", "--email", "e@example.jp", "--name", "高梨 拓也")
		}
		i, e := in.as("i@example.jp", base), in.as("e@example.jp", base)
		id := open(t, i, e, "ja", "2026-05-20")
		i.upload(id, testkit.Sample("01-ja-sales.m4a"))
		if v := i.until(id, time.Minute, "needs_transcription"); v.Error == nil || v.Error.Code != "needs_transcription" {
			t.Errorf("waits with %+v", v.Error)
		}
		i.do("PUT", "/v1/interviews/"+id+"/captions?name=talk.vtt", file(t, "01-ja-sales.vtt"), map[string]string{"Content-Type": "text/vtt"}, 200, nil)
		i.until(id, time.Minute, "in_review")
		var d draft
		i.json("GET", "/v1/interviews/"+id+"/drafts/1", nil, 200, &d)
		keys := map[string]int{}
		for _, s := range d.statements() {
			keys[s.Section]++
		}
		for _, k := range []string{"wishes", "concerns", "skill_gaps", "action_items"} {
			if keys[k] == 0 {
				t.Errorf("no statement in %s", k)
			}
		}
		playable(t, i, id)
	}
}

// playable waits for the playback file and asks for a range of it.
func playable(t *testing.T, c *client, id string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		var v struct {
			Recording *struct {
				Playable bool `json:"playable"`
			} `json:"recording"`
		}
		c.json("GET", "/v1/interviews/"+id, nil, 200, &v)
		if v.Recording != nil && v.Recording.Playable {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the recording does not become playable")
		}
	}
	resp := c.do("GET", "/v1/interviews/"+id+"/recording", nil, map[string]string{"Range": "bytes=0-99"}, 206, nil)
	if got := resp.Header.Get("Content-Type"); got != "audio/mp4" {
		t.Errorf("the recording plays as %q", got)
	}
}

// file opens a sample.
func file(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(testkit.Sample(name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestRealRecogniser sends English speech through a real recogniser.
func TestRealRecogniser(t *testing.T) {
	t.Parallel()
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr, "KIKIGAKI_STT_BASE_URL="+testkit.Pocketsphinx(t), "KIKIGAKI_STT_MODEL=pocketsphinx",
		"KIKIGAKI_STT_PROCESSOR=here", "KIKIGAKI_STT_COUNTRY=日本", "KIKIGAKI_STT_INTERNAL=true")
	in.start(true, "all")
	i, e := in.people(func() string { return "http://" + addr }, "Paul Reed", "Anna Wells")
	realTalk(t, i, e, testkit.Sample("03-en-analyst.wav"), 400)
}

// realTalk uploads a recording of sample 03 and compares the transcript with the recogniser's on the whole file.
func realTalk(t *testing.T, i, e *client, recording string, until float64) {
	t.Helper()
	id := open(t, i, e, "en", "2026-05-20")
	i.upload(id, recording)
	whole := make(chan string, 1)
	go func() {
		text, err := testkit.Recognise(t.Context(), recording)
		if err != nil {
			t.Error(err)
		}
		whole <- text
	}()
	i.until(id, 8*time.Minute, "in_review")
	var heard struct {
		Segments []struct {
			Start, End float64
			Text       string
		} `json:"segments"`
	}
	i.json("GET", "/v1/interviews/"+id+"/transcript", nil, 200, &heard)
	var text strings.Builder
	last := 0.0
	for _, s := range heard.Segments {
		text.WriteString(s.Text + " ")
		if s.Start < last-0.001 || s.End < s.Start {
			t.Errorf("segment %v–%v after %v", s.Start, s.End, last)
		}
		last = s.Start
	}
	said := sampleWords(t, "03-en-analyst.json", until)
	ours, theirs := testkit.WER(said, text.String()), testkit.WER(said, <-whole)
	t.Logf("word error rate %.1f %% through chunks, %.1f %% on the whole file", 100*ours, 100*theirs)
	if ours > theirs+0.05 {
		t.Errorf("word error rate %.3f through chunks, %.3f on the whole file", ours, theirs)
	}
	var d draft
	i.json("GET", "/v1/interviews/"+id+"/drafts/1", nil, 200, &d)
	if d.Coverage.Speech < until/2 || d.Coverage.Transcribed/d.Coverage.Speech < 0.9 {
		t.Errorf("coverage %+v", d.Coverage)
	}
}

// sampleWords are the words of an annotated sample that end before a time.
func sampleWords(t *testing.T, name string, until float64) string {
	t.Helper()
	b, err := os.ReadFile(testkit.Sample(name))
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Segments []struct {
			Text string  `json:"text"`
			End  float64 `json:"end"`
		} `json:"segments"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range f.Segments {
		if s.End <= until {
			out = append(out, s.Text)
		}
	}
	return strings.Join(out, " ")
}

// TestKilledInTheMiddle kills the whole installation with -9 while chunks are being answered, and starts it again: it goes
// on by itself, nothing answered is asked for again, and no process is left behind.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	endpoint := testkit.OpenAI(t, testkit.OpenAIOptions{
		Speech: func(c testkit.AudioCall) testkit.SpeechAnswer { return testkit.SpeechAnswer{Text: chatter(c)} },
		Delay:  func(float64) time.Duration { return 300 * time.Millisecond },
	})
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr, "KIKIGAKI_STT_BASE_URL="+endpoint.URL, "KIKIGAKI_STT_API_KEY=k", "KIKIGAKI_STT_MODEL=gpt-transcribe",
		"KIKIGAKI_STT_PROCESSOR=here", "KIKIGAKI_STT_COUNTRY=日本")
	first := in.start(true, "all", "--concurrency", "speech=2")
	i, e := in.people(func() string { return "http://" + addr }, "佐伯 真理", "高梨 拓也")
	id := open(t, i, e, "ja", "2026-05-20")
	i.upload(id, testkit.Sample("01-ja-sales.m4a"))
	for end := time.Now().Add(time.Minute); len(endpoint.Audio()) < 5; {
		if time.Now().After(end) {
			t.Fatal("no chunk is asked for")
		}
		time.Sleep(20 * time.Millisecond)
	}
	first.kill()
	children(t, filepath.Join(in.dir, "data"))
	in.start(true, "all", "--concurrency", "speech=2")
	i.until(id, 4*time.Minute, "in_review")
	seen, twice := map[string]int{}, 0
	for _, c := range endpoint.Audio() {
		if seen[c.SHA]++; seen[c.SHA] == 2 {
			twice++
		}
	}
	if twice > 2 {
		t.Errorf("%d chunks were paid for twice; only those in flight (2) may be", twice)
	}
	var drafts struct {
		Items []struct {
			Version int `json:"version"`
		} `json:"items"`
	}
	i.json("GET", "/v1/interviews/"+id+"/drafts", nil, 200, &drafts)
	if len(drafts.Items) != 1 {
		t.Errorf("%d drafts", len(drafts.Items))
	}
}

// chatter is text of a believable length for a piece of sound, another one for each piece.
func chatter(c testkit.AudioCall) string {
	words := []string{"来年は企画に移りたいです。", "在庫の数え方を見直しました。", "週に二日は自宅で働いています。", "新人に教えるのは楽しいです。", "見積もりに時間がかかります。",
		"英語の会議が少し不安です。", "資料は金曜までに送ります。", "工場の見学に行きました。", "残業は先月より減りました。", "原価の計算を学びたいです。", "課長に相談してみます。",
		"次の展示会を任されました。", "お客さんの声を集めています。", "引き継ぎの表を作ります。", "朝の会議は短くなりました。", "手順書を書き直しています。"}
	var b strings.Builder
	for i := 0; float64(i) < c.Seconds/3; i++ {
		b.WriteString(words[(int(c.SHA[i%len(c.SHA)])*7+i*5)%len(words)])
	}
	return b.String()
}

// children waits until no process that works in the folder is left.
func children(t *testing.T, dir string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		out, _ := exec.Command("pgrep", "-f", dir).Output()
		orphans := strings.Fields(string(out))
		if len(orphans) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("processes left behind: %v", orphans)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// TestApart runs the distributed installation on real Redis, PostgreSQL and an S3 server, with a real recogniser.
func TestApart(t *testing.T) {
	t.Parallel()
	redis, bucket := testkit.Redis(t), testkit.S3(t)
	addr := address(t)
	in := newInstallation(t, "KIKIGAKI_ADDR="+addr, "DATABASE_URL="+testkit.Postgres(t), "REDIS_URL="+redis.URL, "KIKIGAKI_BUCKET="+bucket.Bucket,
		"AWS_ENDPOINT_URL_S3="+bucket.Endpoint, "AWS_ACCESS_KEY_ID="+bucket.AccessKey, "AWS_SECRET_ACCESS_KEY="+bucket.SecretKey,
		"KIKIGAKI_SECRET_KEY=0123456789abcdef0123456789abcdef", "KIKIGAKI_STT_BASE_URL="+testkit.Pocketsphinx(t), "KIKIGAKI_STT_MODEL=pocketsphinx",
		"KIKIGAKI_STT_PROCESSOR=here", "KIKIGAKI_STT_COUNTRY=日本", "KIKIGAKI_STT_INTERNAL=true")
	in.command("migrate", "up")
	in.start(true, "serve")
	in.start(false, "work")
	second := in.start(false, "work", "--queues", "speech,pipeline")
	i, e := in.people(func() string { return "http://" + addr }, "Paul Reed", "Anna Wells")
	clip := filepath.Join(t.TempDir(), "first-minute.wav") // the whole talk goes through TestRealRecogniser
	testkit.FFmpeg(t, "-i", testkit.Sample("03-en-analyst.wav"), "-t", "61", clip)
	realTalk(t, i, e, clip, 60)
	second.stop()
	if strings.Contains(second.text(), `"level":"ERROR"`) {
		t.Error("the worker logged an error")
	}
}
