// Package queue is the courier: it carries ids from the API to the workers through Redis (hibiken/asynq) and live
// events back (go-redis pub/sub). It decides nothing and keeps nothing that SQL does not know better: losing all of
// Redis costs minutes, never an interview. cmd opens it; api and worker call it.
package queue
