//go:build linux

package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"kikigaki/internal/interview"
	"kikigaki/internal/queue"
)

// storeFaults break what the installation stands on.
func storeFaults() []fault {
	return []fault{
		{"Redis FLUSHALL", 4, func(ctx context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("redis")()
			return w.courier.Client().FlushAll(ctx).Err()
		}},
		{"kill -9 Redis, no data", 4, func(_ context.Context, w *world, r *rand.Rand) error {
			defer w.alone("redis")()
			w.redis.Stop(w.t)
			w.killed("kill -9 Redis, no data", "redis")
			time.Sleep(w.scaled(time.Duration(r.IntN(20000)) * time.Millisecond))
			w.redis.Start(w.t)
			return nil
		}},
		{"Redis CLIENT KILL", 2, func(ctx context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("redis")()
			return w.courier.Client().ClientKillByFilter(ctx, "TYPE", "normal", "SKIPME", "yes").Err()
		}},
		{"Redis stands still", 1, func(_ context.Context, w *world, _ *rand.Rand) error {
			w.redisLine.stall(w.scaled(30 * time.Second))
			return nil
		}},
		{"Redis leases rewritten", 3, func(ctx context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("redis")()
			c := w.courier.Client()
			for name := range queue.Queues { // as if the clock of every worker were wrong by more than asynq bears
				key := fmt.Sprintf("asynq:{%s}:lease", name)
				ids, err := c.ZRange(ctx, key, 0, -1).Result()
				if err != nil {
					return err
				}
				for _, id := range ids {
					if err := c.ZAddXX(ctx, key, redis.Z{Score: float64(time.Now().Add(-2 * time.Minute).Unix()), Member: id}).Err(); err != nil {
						return err
					}
				}
			}
			return nil
		}},
		{"Redis keys deleted", 2, func(ctx context.Context, w *world, r *rand.Rand) error {
			defer w.alone("redis")()
			c := w.courier.Client()
			keys, err := c.Keys(ctx, "asynq:{*}:t:*").Result()
			if err != nil {
				return err
			}
			for _, k := range keys {
				if r.IntN(2) == 0 {
					if err := c.Del(ctx, k).Err(); err != nil {
						return err
					}
				}
			}
			return nil
		}},
		{"tasks delivered twice", 4, func(ctx context.Context, w *world, r *rand.Rand) error {
			defer w.alone("redis")()
			tasks, err := w.tasks(ctx)
			if err != nil {
				return nil // PostgreSQL is away just now
			}
			c := queue.NewClient(w.courier)
			for range min(len(tasks), 30) {
				if err := c.Enqueue(ctx, some(r, tasks...), 1000+r.IntN(1_000_000), 0); err != nil {
					return err
				}
			}
			return nil
		}},
		{"PostgreSQL restart", 3, func(_ context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("postgres")()
			return w.pg.Restart("INT")
		}},
		{"kill -9 PostgreSQL", 2, func(_ context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("postgres")()
			w.killed("kill -9 PostgreSQL", "postgres")
			return w.pg.Restart("KILL")
		}},
		{"kill -9 a PostgreSQL backend", 3, func(ctx context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("postgres")()
			var pid int
			err := w.db.QueryRowContext(ctx, `SELECT pid FROM pg_stat_activity WHERE application_name = 'kikigaki' ORDER BY state = 'active' DESC, random() LIMIT 1`).Scan(&pid)
			if err != nil {
				return nil // away already
			}
			if syscall.Kill(pid, syscall.SIGKILL) == nil {
				w.killed("kill -9 a PostgreSQL backend", "postgres")
			}
			return nil
		}},
		{"PostgreSQL refuses", 2, func(_ context.Context, w *world, r *rand.Rand) error {
			defer w.alone("postgres line")()
			w.pgLine.refuse(w.scaled(time.Duration(1+r.IntN(20)) * time.Second))
			return nil
		}},
		{"PostgreSQL stands still", 1, func(_ context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("postgres line")()
			w.pgLine.stall(w.scaled(20 * time.Second))
			return nil
		}},
		{"PostgreSQL's yes gets lost", 3, func(_ context.Context, w *world, r *rand.Rand) error {
			defer w.alone("postgres line")()
			w.pgLine.lose.arm("", 0.3, 20)
			time.Sleep(w.scaled(time.Duration(5+r.IntN(20)) * time.Second))
			w.pgLine.lose.arm("", 0, 0)
			return nil
		}},
		{"kill -9 the bucket", 3, func(_ context.Context, w *world, r *rand.Rand) error {
			defer w.alone("bucket")()
			w.s3.Stop(w.t)
			w.killed("kill -9 the bucket", "s3")
			time.Sleep(w.scaled(time.Duration(r.IntN(20000)) * time.Millisecond))
			w.s3.Start(w.t)
			return nil
		}},
		{"bucket 503", 3, shelfFault("503", 0.7)},
		{"bucket slow", 2, shelfFault("slow", 0.5)},
		{"bucket cuts", 3, shelfFault("cut", 0.4)},
		{"bucket answers get lost", 3, shelfFault("lost", 0.3)},
		{"mail server busy", 1, func(_ context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("mail")()
			w.post.bad("busy", w.scaled(30*time.Second))
			return nil
		}},
		{"mail answers get lost", 1, func(_ context.Context, w *world, _ *rand.Rand) error {
			defer w.alone("mail")()
			w.post.bad("lost", w.scaled(10*time.Second))
			return nil
		}},
	}
}

func shelfFault(how string, share float64) func(context.Context, *world, *rand.Rand) error {
	return func(_ context.Context, w *world, r *rand.Rand) error {
		defer w.alone("shelf")()
		w.shelf.bad(how, share, w.scaled(time.Duration(5+r.IntN(30))*time.Second))
		return nil
	}
}

// tasks are wishes for work that stand in SQL: those that are being done first, then others, whatever became of them.
func (w *world) tasks(ctx context.Context) ([]interview.Task, error) {
	rows, err := w.db.QueryContext(ctx, `SELECT kind, interview, subject, generation FROM tasks ORDER BY state IN ('pending', 'sent') DESC, created_at DESC, id LIMIT 60`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []interview.Task
	for rows.Next() {
		var t interview.Task
		if err := rows.Scan(&t.Kind, &t.Interview, &t.Subject, &t.Generation); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
