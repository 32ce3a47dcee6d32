-- +goose Up
-- The outbox: a wish to have something done, written with the change that caused it.
CREATE TABLE tasks (
    id         TEXT PRIMARY KEY,          -- Task.ID
    kind       TEXT NOT NULL,
    interview  TEXT NOT NULL,
    subject    TEXT NOT NULL DEFAULT '',
    generation INTEGER NOT NULL,
    state      TEXT NOT NULL,             -- pending, sent, done, failed, dropped
    run_after  TIMESTAMP NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    code       TEXT NOT NULL DEFAULT '',              -- of the last error
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX tasks_pending ON tasks (run_after, id) WHERE state = 'pending';
CREATE INDEX tasks_sent ON tasks (updated_at, id) WHERE state = 'sent';
CREATE INDEX tasks_interview ON tasks (interview, generation);
CREATE INDEX tasks_ended ON tasks (updated_at) WHERE state IN ('done', 'failed', 'dropped');

-- Who works on a step, and with which fencing token. Rows stay after release so that tokens never repeat.
CREATE TABLE leases (
    interview  TEXT NOT NULL,
    step       TEXT NOT NULL,
    subject    TEXT NOT NULL DEFAULT '',
    generation INTEGER NOT NULL,
    owner      TEXT NOT NULL DEFAULT '',              -- '' = released
    fence      INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    crashes    INTEGER NOT NULL DEFAULT 0,             -- leases that ran out instead of being released
    claimed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (interview, step, subject, generation)
);
CREATE INDEX leases_expires ON leases (expires_at);

-- One leader at a time for each periodic job.
CREATE TABLE leaders (
    name       TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

-- Steps at rest until the operator mends something.
CREATE TABLE pauses (
    step  TEXT PRIMARY KEY,
    code  TEXT NOT NULL,
    since TIMESTAMP NOT NULL,
    until TIMESTAMP NOT NULL                        -- next time to try by itself
);

CREATE TABLE mails (
    id         TEXT PRIMARY KEY,
    person     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    interview  TEXT NOT NULL DEFAULT '',
    subject    TEXT NOT NULL DEFAULT '',  -- id of what it is about
    dedupe     TEXT NOT NULL,
    not_before TIMESTAMP NOT NULL,
    state      TEXT NOT NULL,             -- waiting, sending, sent, failed, dropped
    attempts   INTEGER NOT NULL DEFAULT 0,
    code       TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX mails_dedupe ON mails (dedupe);
CREATE INDEX mails_waiting ON mails (not_before, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX mails_interview ON mails (interview);
CREATE INDEX mails_person ON mails (person, created_at);

-- Answers already given to unsafe calls, by the caller's key.
CREATE TABLE idempotency (
    person       TEXT NOT NULL,
    key          TEXT NOT NULL,
    request      TEXT NOT NULL,           -- SHA-256 of the request
    interview    TEXT NOT NULL DEFAULT '',
    status       INTEGER NOT NULL DEFAULT 0,           -- 0 = in flight
    header       TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL DEFAULT '',
    started_at   TIMESTAMP NOT NULL,
    expires_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE INDEX idempotency_expires ON idempotency (expires_at);
CREATE INDEX idempotency_interview ON idempotency (interview);

CREATE TABLE usage (
    day           TEXT NOT NULL,          -- YYYY-MM-DD
    kind          TEXT NOT NULL,          -- speech, chat
    requests      INTEGER NOT NULL DEFAULT 0,
    audio_seconds REAL NOT NULL DEFAULT 0,
    input_tokens  INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, kind)
);

-- +goose Down
DROP TABLE usage;
DROP TABLE idempotency;
DROP TABLE mails;
DROP TABLE pauses;
DROP TABLE leaders;
DROP TABLE leases;
DROP TABLE tasks;
