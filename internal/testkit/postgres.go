package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// PostgresServer is a PostgreSQL of its own on a unix socket in a temporary folder, without durability: it is thrown
// away with the test.
type PostgresServer struct {
	dir   string
	user  string
	admin *sql.DB
	stdin io.WriteCloser // closing it, or the end of this process, stops the server and removes its folder
	cmd   *exec.Cmd
	next  atomic.Int64
}

// shared is the one server of a test binary. Starting takes a second, so the tests of a package share it, each with its
// own database; it ends with the process, however that ends.
var shared struct {
	sync.Mutex
	server *PostgresServer
	err    error
}

// Postgres returns the URL of a new, empty database, dropped when the test ends. The server is started once for each
// test binary. A machine without PostgreSQL fails the test and is told what to install.
func Postgres(t testing.TB) string {
	t.Helper()
	shared.Lock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = startPostgres("off")
	}
	server, err := shared.server, shared.err
	shared.Unlock()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	return server.Database(t)
}

// NewPostgres starts a server for one test alone, which may Stop it to see what its clients do.
func NewPostgres(t testing.TB) *PostgresServer {
	t.Helper()
	s, err := startPostgres("on")
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Database makes an empty database, dropped when the test ends, and returns its URL.
func (s *PostgresServer) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d", s.next.Add(1))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if _, err := s.admin.ExecContext(ctx, `CREATE DATABASE `+name); err != nil {
		t.Fatalf("PostgreSQL for tests: make database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, _ = s.admin.ExecContext(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`) // a stopped server has none
	})
	return s.url(name)
}

func (s *PostgresServer) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(s.user), Path: "/" + database, RawQuery: url.Values{"host": {s.dir}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// CutConnections ends every connection of clients at once, as a failing network would; the server goes on.
func (s *PostgresServer) CutConnections(t testing.TB) {
	t.Helper()
	if _, err := s.admin.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname <> 'postgres'`); err != nil {
		t.Fatalf("PostgreSQL for tests: cut connections: %v", err)
	}
}

// Stop ends the server at once, as a crash of its machine would, and removes its folder.
func (s *PostgresServer) Stop() {
	_ = s.admin.Close()
	_ = s.stdin.Close()
	_ = s.cmd.Wait()
}

// supervise runs the server ($1, its folder $2, synchronous_commit $3) until standard input ends, which it does even when the test binary is
// killed; then nothing stays behind. A line with the name of a signal ends the server so, and starts it again.
const supervise = `run() {
	"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit="$3" -c full_page_writes=off \
	-c max_connections=200 -c shared_buffers=64MB -c autovacuum=off -c log_statement=none >>"$2/log" 2>&1 </dev/null &
	server=$!
}
run "$1" "$2" "$3"
while read -r signal; do
	kill -"$signal" $server
	wait $server
	run "$1" "$2" "$3"
	# After KILL its children need a moment to notice, and until then no other server may take their place.
	for try in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.2
		kill -0 $server 2>/dev/null && break
		wait $server
		run "$1" "$2" "$3"
	done
done
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$2"`

// Restart ends the server with a signal (INT: at once, with its clients; KILL: as the kernel would) and starts it again
// with its data. It does not wait for it to take connections.
func (s *PostgresServer) Restart(signal string) error {
	if _, err := fmt.Fprintln(s.stdin, signal); err != nil {
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	return nil
}

// Socket is the unix socket it listens on.
func (s *PostgresServer) Socket() string { return filepath.Join(s.dir, ".s.PGSQL.5432") }

// User is the account that may do everything.
func (s *PostgresServer) User() string { return s.user }

// startPostgres starts a server. commit "on" makes what was committed survive the server's own death; the machine's is out
// of reach of tests.
func startPostgres(commit string) (_ *PostgresServer, err error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kk-pg-") // a short path: a socket's name has at most 107 bytes
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	name, attr, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", name, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "sh", filepath.Join(bin, "postgres"), dir, commit)
	cmd.SysProcAttr, cmd.Dir = attr, dir
	cmd.SysProcAttr.Setpgid = true // an interrupt from the keyboard must not reach it before its clean-up
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	s := &PostgresServer{dir: dir, user: name, stdin: stdin, cmd: cmd}
	if s.admin, err = s.await(); err != nil {
		_ = stdin.Close()
		_ = cmd.Wait()
		return nil, err
	}
	return s, nil
}

// await returns a connection to the server once it takes one.
func (s *PostgresServer) await() (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(s.url("postgres"))
	if err != nil {
		return nil, fmt.Errorf("own URL: %w", err)
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(4)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil {
			return db, nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			_ = db.Close()
			return nil, fmt.Errorf("server took no connection within a minute: %w\n%s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// postgresBin finds the folder of the server programs: Debian keeps them off the PATH.
func postgresBin() (string, error) {
	if p, err := exec.LookPath("postgres"); err == nil {
		if _, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(p), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return "", fmt.Errorf("no server program found; install it: apt-get install postgresql")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

// unprivileged says as whom the server runs: it refuses root, so root hands the folder to another account.
func unprivileged(dir string) (string, *syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		u, err := user.Current()
		if err != nil {
			return "", nil, fmt.Errorf("own account: %w", err)
		}
		return u.Username, &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.Atoi(u.Uid)
		gid, errG := strconv.Atoi(u.Gid)
		if errU != nil || errG != nil {
			continue
		}
		if err := os.Chown(dir, uid, gid); err != nil {
			return "", nil, fmt.Errorf("hand the folder over: %w", err)
		}
		return name, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return "", nil, fmt.Errorf("running as root, and there is no account postgres or nobody to run the server as")
}
