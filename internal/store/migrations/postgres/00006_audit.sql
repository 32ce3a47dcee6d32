-- +goose Up
CREATE TABLE audit (
    id        TEXT COLLATE "C" PRIMARY KEY,
    at        TIMESTAMPTZ NOT NULL,
    actor     TEXT COLLATE "C" NOT NULL,
    action    TEXT COLLATE "C" NOT NULL,
    interview TEXT COLLATE "C" NOT NULL DEFAULT '',
    object    TEXT COLLATE "C" NOT NULL DEFAULT '',
    reason    TEXT COLLATE "C" NOT NULL DEFAULT '',
    seq       BIGINT,                                 -- null until linked
    prev      TEXT NOT NULL DEFAULT '',
    hash      TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE INDEX audit_unlinked ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_interview ON audit (interview, id);
CREATE INDEX audit_actor ON audit (actor, id);

-- Both ends of the chain: what was cut off when old lines were removed, and the newest link, so that a missing tail shows.
CREATE TABLE audit_ends (
    name TEXT COLLATE "C" PRIMARY KEY,                -- first, last
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_ends (name, seq, hash) VALUES ('first', 0, ''), ('last', 0, '');

-- What was erased, kept so that it can be erased again after a backup is restored.
CREATE TABLE erasures (
    id        TEXT COLLATE "C" PRIMARY KEY,
    interview TEXT COLLATE "C" NOT NULL,
    recording TEXT COLLATE "C" NOT NULL DEFAULT '',   -- '' = the whole interview
    what      TEXT NOT NULL,                          -- talk, recording, transcript
    actor     TEXT COLLATE "C" NOT NULL,
    reason    TEXT NOT NULL,
    bytes_at  TIMESTAMPTZ,                            -- when the bucket was seen empty
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX erasures_interview ON erasures (interview);
CREATE INDEX erasures_bytes ON erasures (at) WHERE bytes_at IS NULL;

-- +goose Down
DROP TABLE erasures;
DROP TABLE audit_ends;
DROP TABLE audit;
