// Package chaos is the breaking machine. It runs a whole distributed installation as processes (two `kikigaki serve`
// behind a small balancer, several `kikigaki work`, real Redis, PostgreSQL and S3 server, a counting stand-in for the
// speech endpoint, a mail server), hands in interviews, breaks things by a seeded schedule, and then asks from outside
// whether anything was lost or done twice. It holds tests only; `make chaos SEED=… N=…` runs a long schedule, the tests
// of the project a short one. How to add a fault: fault_test.go. What it found: docs/reliability.md.
package chaos
