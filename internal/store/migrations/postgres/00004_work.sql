-- +goose Up
-- The outbox: a wish to have something done, written with the change that caused it.
CREATE TABLE tasks (
    id         TEXT COLLATE "C" PRIMARY KEY,          -- Task.ID
    kind       TEXT COLLATE "C" NOT NULL,
    interview  TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL DEFAULT '',
    generation BIGINT NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,             -- pending, sent, done, failed, dropped
    run_after  TIMESTAMPTZ NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0,
    code       TEXT NOT NULL DEFAULT '',              -- of the last error
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX tasks_pending ON tasks (run_after, id) WHERE state = 'pending';
CREATE INDEX tasks_sent ON tasks (updated_at, id) WHERE state = 'sent';
CREATE INDEX tasks_interview ON tasks (interview, generation);
CREATE INDEX tasks_ended ON tasks (updated_at) WHERE state IN ('done', 'failed', 'dropped');

-- Who works on a step, and with which fencing token. Rows stay after release so that tokens never repeat.
CREATE TABLE leases (
    interview  TEXT COLLATE "C" NOT NULL,
    step       TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL DEFAULT '',
    generation BIGINT NOT NULL,
    owner      TEXT NOT NULL DEFAULT '',              -- '' = released
    fence      BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    crashes    BIGINT NOT NULL DEFAULT 0,             -- leases that ran out instead of being released
    claimed_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (interview, step, subject, generation)
);
CREATE INDEX leases_expires ON leases (expires_at);

-- One leader at a time for each periodic job.
CREATE TABLE leaders (
    name       TEXT COLLATE "C" PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

-- Steps at rest until the operator mends something.
CREATE TABLE pauses (
    step  TEXT COLLATE "C" PRIMARY KEY,
    code  TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL                        -- next time to try by itself
);

CREATE TABLE mails (
    id         TEXT COLLATE "C" PRIMARY KEY,
    person     TEXT COLLATE "C" NOT NULL,
    kind       TEXT NOT NULL,
    interview  TEXT COLLATE "C" NOT NULL DEFAULT '',
    subject    TEXT COLLATE "C" NOT NULL DEFAULT '',  -- id of what it is about
    dedupe     TEXT COLLATE "C" NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,             -- waiting, sending, sent, failed, dropped
    attempts   BIGINT NOT NULL DEFAULT 0,
    code       TEXT NOT NULL DEFAULT '',
    message_id TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX mails_dedupe ON mails (dedupe);
CREATE INDEX mails_waiting ON mails (not_before, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX mails_interview ON mails (interview);
CREATE INDEX mails_person ON mails (person, created_at);

-- Answers already given to unsafe calls, by the caller's key.
CREATE TABLE idempotency (
    person       TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    request      TEXT COLLATE "C" NOT NULL,           -- SHA-256 of the request
    interview    TEXT COLLATE "C" NOT NULL DEFAULT '',
    status       BIGINT NOT NULL DEFAULT 0,           -- 0 = in flight
    header       TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL DEFAULT '',
    started_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE INDEX idempotency_expires ON idempotency (expires_at);
CREATE INDEX idempotency_interview ON idempotency (interview);

CREATE TABLE usage (
    day           TEXT COLLATE "C" NOT NULL,          -- YYYY-MM-DD
    kind          TEXT COLLATE "C" NOT NULL,          -- speech, chat
    requests      BIGINT NOT NULL DEFAULT 0,
    audio_seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    input_tokens  BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
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
