-- +goose Up
CREATE TABLE transcripts (
    interview  TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    version    BIGINT NOT NULL,
    language   TEXT NOT NULL,
    source     TEXT NOT NULL,
    model      TEXT NOT NULL DEFAULT '',
    author     TEXT COLLATE "C" NOT NULL DEFAULT '',
    segments   BIGINT NOT NULL DEFAULT 0,
    body       TEXT NOT NULL,                         -- JSON
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (interview, version)
);

CREATE TABLE drafts (
    interview  TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    version    BIGINT NOT NULL,
    template   TEXT NOT NULL,
    transcript BIGINT NOT NULL,
    language   TEXT NOT NULL,
    author     TEXT COLLATE "C" NOT NULL DEFAULT '',  -- person id, '' for an engine
    engine     TEXT NOT NULL DEFAULT '',
    body       TEXT NOT NULL,                         -- JSON
    stale      TEXT NOT NULL DEFAULT '',              -- JSON, may be set after the version was stored
    seal       TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (interview, version)
);

-- A seal is a hash over these; taking one away leaves the seal checkable and the field unguessable.
CREATE TABLE seal_fields (
    interview TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    version   BIGINT NOT NULL,
    path      TEXT COLLATE "C" NOT NULL,              -- RFC 6901 pointer into the draft
    salt      TEXT NOT NULL,                          -- hex; '' once the field was removed
    mac       TEXT NOT NULL,                          -- hex, HMAC-SHA-256
    PRIMARY KEY (interview, version, path)
);

CREATE TABLE comments (
    id          TEXT COLLATE "C" PRIMARY KEY,
    interview   TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    draft       BIGINT NOT NULL,
    statement   TEXT COLLATE "C" NOT NULL DEFAULT '',
    parent      TEXT COLLATE "C" NOT NULL DEFAULT '',
    author      TEXT COLLATE "C" NOT NULL,
    kind        TEXT NOT NULL,
    text        TEXT NOT NULL,
    resolved    BOOLEAN NOT NULL DEFAULT FALSE,
    resolved_by TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    deleted_at  TIMESTAMPTZ
);
CREATE INDEX comments_interview ON comments (interview, id);

CREATE TABLE verdicts (
    id        TEXT COLLATE "C" PRIMARY KEY,
    interview TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    draft     BIGINT NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    decision  TEXT NOT NULL,
    objection TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT '',
    seal      TEXT NOT NULL DEFAULT '',
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX verdicts_interview ON verdicts (interview, id);

CREATE TABLE promises (
    id         TEXT COLLATE "C" PRIMARY KEY,
    interview  TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    statement  TEXT COLLATE "C" NOT NULL,
    owner      TEXT NOT NULL,
    person     TEXT COLLATE "C" NOT NULL DEFAULT '',
    text       TEXT NOT NULL,
    due        TEXT NOT NULL DEFAULT '',
    due_date   TEXT COLLATE "C" NOT NULL DEFAULT '',
    state      TEXT COLLATE "C" NOT NULL DEFAULT 'open',
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX promises_statement ON promises (interview, statement);
CREATE INDEX promises_person ON promises (person, state, id);
CREATE INDEX promises_due ON promises (due_date, id) WHERE state = 'open';

-- Which statements of a version somebody has looked at.
CREATE TABLE opened (
    interview TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    draft     BIGINT NOT NULL,
    person    TEXT COLLATE "C" NOT NULL,
    statement TEXT COLLATE "C" NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (interview, draft, person, statement)
);

CREATE TABLE reads (
    id        TEXT COLLATE "C" PRIMARY KEY,
    interview TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    person    TEXT COLLATE "C" NOT NULL,
    what      TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX reads_interview ON reads (interview, id);
CREATE INDEX reads_at ON reads (at);

CREATE TABLE requests (
    id          TEXT COLLATE "C" PRIMARY KEY,
    interview   TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    person      TEXT COLLATE "C" NOT NULL,
    kind        TEXT NOT NULL,                        -- erase, correct, stop
    text        TEXT NOT NULL DEFAULT '',
    state       TEXT COLLATE "C" NOT NULL,            -- open, granted, refused
    due_on      TEXT COLLATE "C" NOT NULL,            -- YYYY-MM-DD
    answer      TEXT NOT NULL DEFAULT '',
    answered_by TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at  TIMESTAMPTZ NOT NULL,
    answered_at TIMESTAMPTZ
);
CREATE INDEX requests_interview ON requests (interview, id);
CREATE INDEX requests_open ON requests (due_on, id) WHERE state = 'open';

-- A template as it was when first used, by its content.
CREATE TABLE templates (
    hash    TEXT COLLATE "C" PRIMARY KEY,
    name    TEXT NOT NULL,
    version BIGINT NOT NULL,
    body    TEXT NOT NULL,
    at      TIMESTAMPTZ NOT NULL
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
