//go:build linux

package chaos

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"kikigaki/internal/blob"
	"kikigaki/internal/queue"
	"kikigaki/internal/testkit"
)

var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "kk-chaos-*")
	if err != nil {
		panic(err)
	}
	program = os.Getenv("CHAOS_PROGRAM") // one that is built already: with a guard taken out, to see that the machine notices
	if program == "" {
		program = filepath.Join(dir, "kikigaki")
		build := exec.Command("go", "build", "-tags", "chaos", "-o", program, "./cmd/kikigaki")
		build.Dir = filepath.Join("..", "..")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
			os.Exit(1)
		}
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// plan is how large a run is.
type plan struct {
	seed       uint64
	interviews int
	faults     int
	pace       float64       // factor on the times of the program (lease 60 s) and of the faults (SIGSTOP 90 s)
	gap        time.Duration // between faults, on average
	workers    int
	answer     time.Duration // how long the speech endpoint takes
	only       string        // names of faults, comma separated; empty: all
	database   string        // added to the address of the database
	metrics    bool          // each process tells its own figures
	cuts       int64         // how often the line of browsers to the bucket is cut, after 5 MiB each
}

// world is the installation and everything around it.
type world struct {
	plan
	t         *testing.T
	dir       string
	sentences [][]int16

	pg                *testkit.PostgresServer
	redis             *testkit.RedisServer
	s3                *testkit.S3Server
	pgLine, redisLine *line
	bucketLine        *line // of browsers
	shelf             *shelf
	stt               *recogniser
	post              *post
	db                *sql.DB // past the line, for looking only
	bucket            *blob.Bucket
	courier           *queue.Redis

	env           []string
	serves, works []*node
	people        []string
	client        *client
	small         bool // the first worker's temporary folder is a small file system

	mu     sync.Mutex
	events []event
	// Who was reached by a fault; and the interviews with open tasks at the last look.
	touched  *touches
	lastOpen []string
	parts    sync.Map // name → *sync.Mutex: one fault at a time for each part
}

// event is something that was done to the installation.
type event struct {
	fault  string
	victim string
	at     time.Time
	until  time.Time
	kill   bool // kill -9
	freeze bool // SIGSTOP for longer than a lease
}

func newWorld(t *testing.T, p plan) *world {
	t.Helper()
	w := &world{plan: p, t: t, dir: t.TempDir(), touched: newTouches()}
	w.sentences = spoken(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	w.pg, w.redis, w.s3 = testkit.NewPostgres(t), testkit.Redis(t), testkit.S3(t)
	w.pgLine, err = newLine(unix(w.pg.Socket()))
	must(err)
	w.pgLine.lose = &losing{rnd: rand.New(rand.NewPCG(p.seed, 9))}
	w.redisLine, err = newLine(tcp(w.redis.Addr))
	must(err)
	w.shelf, err = newShelf(w.s3.Endpoint, p.seed)
	must(err)
	w.shelf.touched = w.touched
	w.stt = newRecogniser(p.seed, p.answer)
	w.post, err = newPost()
	must(err)
	shelf, stt := w.listen(w.shelf), w.listen(w.stt)
	w.bucketLine, err = newLine(tcp(shelf))
	must(err)
	w.bucketLine.cuts.Store(p.cuts)
	if p.cuts > 0 {
		w.bucketLine.most = 5 << 20
	}
	t.Cleanup(func() {
		w.stt.Close()
		w.pgLine.close()
		w.bucketLine.close()
		w.redisLine.close()
		w.post.close()
	})

	database, err := url.Parse(w.pg.Database(t))
	must(err)
	cfg, err := pgx.ParseConfig(database.String())
	must(err)
	w.db = stdlib.OpenDB(*cfg)
	t.Cleanup(func() { w.db.Close() })
	w.bucket, err = blob.Open(t.Context(), blob.Options{Endpoint: w.s3.Endpoint, Region: w.s3.Region, Bucket: w.s3.Bucket, AccessKey: w.s3.AccessKey,
		SecretKey: w.s3.SecretKey, UsePathStyle: true})
	must(err)
	w.courier, err = queue.Open(w.redis.URL)
	must(err)
	t.Cleanup(func() { w.courier.Close() })

	models := filepath.Join(w.dir, "models.yaml")
	must(os.WriteFile(models, []byte("speech:\n  - match: [gpt-transcribe-small]\n    seconds: {min: 1, target: 3, max: 5, limit: 30}\n    keywords: true\n    language: list\n    usage: true\n"), 0o600))
	front := free(t)
	w.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "TZ=" + noon(), "LANG=C.UTF-8", "KIKIGAKI_LOG_FORMAT=json",
		"KIKIGAKI_BASE_URL=http://" + front, "KIKIGAKI_SECRET_KEY=" + strings.Repeat("chaos", 8), "KIKIGAKI_CONSENT=attested",
		fmt.Sprintf("DATABASE_URL=postgres://%s@%s%s?sslmode=disable%s", w.pg.User(), w.pgLine.Addr(), database.Path, p.database),
		"REDIS_URL=redis://" + w.redisLine.Addr().String() + "/0",
		"KIKIGAKI_BUCKET=" + w.s3.Bucket, "AWS_ENDPOINT_URL_S3=http://" + shelf, "KIKIGAKI_BUCKET_PUBLIC_URL=http://" + w.bucketLine.Addr().String(), "AWS_REGION=" + w.s3.Region, "AWS_ACCESS_KEY_ID=" + w.s3.AccessKey,
		"AWS_SECRET_ACCESS_KEY=" + w.s3.SecretKey, "KIKIGAKI_STT_BASE_URL=http://" + stt + "/v1", "KIKIGAKI_STT_MODEL=gpt-transcribe-small", "KIKIGAKI_STT_API_KEY=k",
		"KIKIGAKI_STT_PROCESSOR=here", "KIKIGAKI_STT_COUNTRY=日本", "KIKIGAKI_MODELS_FILE=" + models, "KIKIGAKI_DRAFT_ENGINE=extractive",
		"SMTP_URL=smtp://" + w.post.Addr().String() + "?tls=none", "KIKIGAKI_SMTP_FROM=Kikigaki <k@example.jp>", "CHAOS_PACE=" + fmt.Sprint(p.pace)}

	w.command("migrate", "up")
	w.command("user", "add", "--email", "i@example.jp", "--name", "佐伯 真理", "--role", "interviewer")
	for i, name := range []string{"高梨 拓也", "水野 彩", "森下 健"} {
		mail := fmt.Sprintf("e%d@example.jp", i)
		w.command("user", "add", "--email", mail, "--name", name)
		w.people = append(w.people, mail)
	}
	w.client = newClient("http://"+front, w.command("token", "create", "--user", "i@example.jp"))

	var backends []string
	for i := range 2 {
		backends = append(backends, free(t))
		w.serves = append(w.serves, w.node(fmt.Sprintf("serve%d", i+1), []string{"KIKIGAKI_ADDR=" + backends[i]}, "serve"))
	}
	w.small = canMount()
	for i := range p.workers {
		w.works = append(w.works, w.node(fmt.Sprintf("work%d", i+1), nil, "work", "--concurrency", "speech=4,pipeline=2,interactive=2"))
	}
	l, err := net.Listen("tcp", front)
	must(err)
	server := &http.Server{Handler: newFront(backends...), ErrorLog: nobody}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return w
}

// node starts a process of the installation; it ends with the test.
func (w *world) node(name string, env []string, args ...string) *node {
	w.t.Helper()
	env = append(append([]string{}, w.env...), env...)
	metrics := ""
	if w.metrics {
		metrics = free(w.t)
		env = append(env, "KIKIGAKI_METRICS_ADDR="+metrics)
	}
	n, err := startNode(w.dir, name, program, w.small && name == "work1", env, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	n.metrics = metrics
	w.t.Cleanup(func() {
		n.mu.Lock()
		n.ended = true
		n.mu.Unlock()
		n.kill()
		<-n.gone
		if w.t.Failed() || os.Getenv("CHAOS_LOGS") != "" {
			w.keepLog(n)
		}
	})
	return n
}

// keepLog shows the end of a process's log, and keeps all of it where CHAOS_LOGS says.
func (w *world) keepLog(n *node) {
	b, err := os.ReadFile(n.log.Name())
	if err != nil {
		return
	}
	if dir := os.Getenv("CHAOS_LOGS"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, n.name+".log"), b, 0o600)
		return
	}
	w.t.Logf("%s ended with\n%s", n.name, b[max(0, len(b)-3000):])
}

// listen serves a handler on a free address until the test ends.
func (w *world) listen(h http.Handler) string {
	w.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	server := &http.Server{Handler: h, ErrorLog: nobody}
	go func() { _ = server.Serve(l) }()
	w.t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// command runs the program to its end.
func (w *world) command(args ...string) string {
	w.t.Helper()
	out, err := w.try(w.t.Context(), args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) try(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(append([]string{}, w.env...), "KIKIGAKI_DATA_DIR="+filepath.Join(w.dir, "cli"))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("kikigaki %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// scaled is d at the pace of the run.
func (w *world) scaled(d time.Duration) time.Duration { return time.Duration(float64(d) * w.pace) }

// alone lets one fault at a time work on a part.
func (w *world) alone(part string) (done func()) {
	m, _ := w.parts.LoadOrStore(part, &sync.Mutex{})
	m.(*sync.Mutex).Lock()
	return m.(*sync.Mutex).Unlock
}

// note writes an event down.
func (w *world) note(e event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.at.IsZero() {
		e.at = time.Now()
	}
	w.events = append(w.events, e)
}

// free is a loopback address that nobody listens on at the moment.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// noon is a time zone in which it is eleven in the morning, because no mail goes out at night.
func noon() string {
	switch off := 11 - time.Now().UTC().Hour(); {
	case off > 0:
		return fmt.Sprintf("Etc/GMT-%d", off)
	case off < 0:
		return fmt.Sprintf("Etc/GMT+%d", -off)
	}
	return "UTC"
}

// canMount says whether this machine lets us give a process a small file system of its own.
func canMount() bool {
	cmd := exec.Command("/bin/sh", "-c", "mount --make-rprivate / && mount -t tmpfs -o size=1m none /mnt")
	cmd.SysProcAttr = ownMounts()
	return cmd.Run() == nil
}

// ownMounts gives a process mounts that end with it.
func ownMounts() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		a.Cloneflags |= syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return a
}
