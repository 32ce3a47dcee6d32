-- +goose Up
-- Addresses of other programs that are told what happens. Secrets are sealed with the installation's key.
CREATE TABLE webhooks (
    id            TEXT PRIMARY KEY,
    url           TEXT NOT NULL,
    events        TEXT NOT NULL DEFAULT '',           -- JSON list of event types, '' for all
    active        BOOLEAN NOT NULL DEFAULT TRUE,
    secret        TEXT NOT NULL,
    old_secret    TEXT NOT NULL DEFAULT '',           -- signs beside the new one until old_until
    old_until     TIMESTAMP,
    stopped       TEXT NOT NULL DEFAULT '',           -- code of why the program stopped sending to it
    failing_since TIMESTAMP,                          -- first failure after the last success
    delivered_at  TIMESTAMP,
    made_by       TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL
);

-- The outbox of events, one row for each webhook that wants the event, written with the change it tells of. Ids only.
CREATE TABLE deliveries (
    id           TEXT PRIMARY KEY,
    webhook      TEXT NOT NULL REFERENCES webhooks (id),
    event        TEXT NOT NULL,           -- id of the event, the same for every webhook and every try
    type         TEXT NOT NULL,
    interview    TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL,                       -- JSON, as it is sent
    state        TEXT NOT NULL,           -- waiting, sending, sent, failed
    attempts     INTEGER NOT NULL DEFAULT 0,
    not_before   TIMESTAMP NOT NULL,
    code         TEXT NOT NULL DEFAULT '',            -- of the last failure
    status       INTEGER NOT NULL DEFAULT 0,          -- HTTP status of the last answer
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (not_before, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_webhook ON deliveries (webhook, id);
CREATE INDEX deliveries_ended ON deliveries (updated_at) WHERE state IN ('sent', 'failed');

-- +goose Down
DROP TABLE deliveries;
DROP TABLE webhooks;
