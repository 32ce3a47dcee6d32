-- +goose Up
CREATE TABLE transcripts (
    interview  TEXT NOT NULL REFERENCES talks (id),
    version    INTEGER NOT NULL,
    language   TEXT NOT NULL,
    source     TEXT NOT NULL,
    model      TEXT NOT NULL DEFAULT '',
    author     TEXT NOT NULL DEFAULT '',
    segments   INTEGER NOT NULL DEFAULT 0,
    body       TEXT NOT NULL,                         -- JSON
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (interview, version)
);

CREATE TABLE drafts (
    interview  TEXT NOT NULL REFERENCES talks (id),
    version    INTEGER NOT NULL,
    template   TEXT NOT NULL,
    transcript INTEGER NOT NULL,
    language   TEXT NOT NULL,
    author     TEXT NOT NULL DEFAULT '',  -- person id, '' for an engine
    engine     TEXT NOT NULL DEFAULT '',
    body       TEXT NOT NULL,                         -- JSON
    stale      TEXT NOT NULL DEFAULT '',              -- JSON, may be set after the version was stored
    seal       TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (interview, version)
);

-- A seal is a hash over these; taking one away leaves the seal checkable and the field unguessable.
CREATE TABLE seal_fields (
    interview TEXT NOT NULL REFERENCES talks (id),
    version   INTEGER NOT NULL,
    path      TEXT NOT NULL,              -- RFC 6901 pointer into the draft
    salt      TEXT NOT NULL,                          -- hex; '' once the field was removed
    mac       TEXT NOT NULL,                          -- hex, HMAC-SHA-256
    PRIMARY KEY (interview, version, path)
);

CREATE TABLE comments (
    id          TEXT PRIMARY KEY,
    interview   TEXT NOT NULL REFERENCES talks (id),
    draft       INTEGER NOT NULL,
    statement   TEXT NOT NULL DEFAULT '',
    parent      TEXT NOT NULL DEFAULT '',
    author      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    text        TEXT NOT NULL,
    resolved    BOOLEAN NOT NULL DEFAULT FALSE,
    resolved_by TEXT NOT NULL DEFAULT '',
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    deleted_at  TIMESTAMP
);
CREATE INDEX comments_interview ON comments (interview, id);

CREATE TABLE verdicts (
    id        TEXT PRIMARY KEY,
    interview TEXT NOT NULL REFERENCES talks (id),
    draft     INTEGER NOT NULL,
    by_person TEXT NOT NULL,
    decision  TEXT NOT NULL,
    objection TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT '',
    seal      TEXT NOT NULL DEFAULT '',
    at        TIMESTAMP NOT NULL
);
CREATE INDEX verdicts_interview ON verdicts (interview, id);

CREATE TABLE promises (
    id         TEXT PRIMARY KEY,
    interview  TEXT NOT NULL REFERENCES talks (id),
    statement  TEXT NOT NULL,
    owner      TEXT NOT NULL,
    person     TEXT NOT NULL DEFAULT '',
    text       TEXT NOT NULL,
    due        TEXT NOT NULL DEFAULT '',
    due_date   TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL DEFAULT 'open',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX promises_statement ON promises (interview, statement);
CREATE INDEX promises_person ON promises (person, state, id);
CREATE INDEX promises_due ON promises (due_date, id) WHERE state = 'open';

-- Which statements of a version somebody has looked at.
CREATE TABLE opened (
    interview TEXT NOT NULL REFERENCES talks (id),
    draft     INTEGER NOT NULL,
    person    TEXT NOT NULL,
    statement TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    PRIMARY KEY (interview, draft, person, statement)
);

CREATE TABLE reads (
    id        TEXT PRIMARY KEY,
    interview TEXT NOT NULL REFERENCES talks (id),
    person    TEXT NOT NULL,
    what      TEXT NOT NULL,
    at        TIMESTAMP NOT NULL
);
CREATE INDEX reads_interview ON reads (interview, id);
CREATE INDEX reads_at ON reads (at);

CREATE TABLE requests (
    id          TEXT PRIMARY KEY,
    interview   TEXT NOT NULL REFERENCES talks (id),
    person      TEXT NOT NULL,
    kind        TEXT NOT NULL,                        -- erase, correct, stop
    text        TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL,            -- open, granted, refused
    due_on      TEXT NOT NULL,            -- YYYY-MM-DD
    answer      TEXT NOT NULL DEFAULT '',
    answered_by TEXT NOT NULL DEFAULT '',
    created_at  TIMESTAMP NOT NULL,
    answered_at TIMESTAMP
);
CREATE INDEX requests_interview ON requests (interview, id);
CREATE INDEX requests_open ON requests (due_on, id) WHERE state = 'open';

-- A template as it was when first used, by its content.
CREATE TABLE templates (
    hash    TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT NOT NULL,
    at      TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE templates;
DROP TABLE requests;
DROP TABLE reads;
DROP TABLE opened;
DROP TABLE promises;
DROP TABLE verdicts;
DROP TABLE comments;
DROP TABLE seal_fields;
DROP TABLE drafts;
DROP TABLE transcripts;
