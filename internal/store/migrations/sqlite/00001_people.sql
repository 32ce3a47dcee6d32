-- +goose Up
CREATE TABLE people (
    id          TEXT PRIMARY KEY,
    email       TEXT NOT NULL,
    email_key   TEXT NOT NULL,            -- lower case: the address compared
    name        TEXT NOT NULL,
    department  TEXT NOT NULL DEFAULT '',
    search      TEXT NOT NULL DEFAULT '',             -- lower case name, address, department
    roles       TEXT NOT NULL DEFAULT '[]',           -- JSON list
    language    TEXT NOT NULL DEFAULT 'ja',
    settings    TEXT NOT NULL DEFAULT '{}',           -- JSON: how to be notified
    disabled    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX people_email ON people (email_key);

-- Who a person is to an identity provider: issuer and subject, never the address.
CREATE TABLE identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    person     TEXT NOT NULL REFERENCES people (id),
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_person ON identities (person);

CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY,          -- SHA-256 of the cookie
    person     TEXT NOT NULL REFERENCES people (id),
    agent      TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    person     TEXT NOT NULL REFERENCES people (id),
    name       TEXT NOT NULL DEFAULT '',
    hash       TEXT NOT NULL,             -- SHA-256 of the token
    created_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_person ON tokens (person);

CREATE TABLE links (
    hash       TEXT PRIMARY KEY,          -- SHA-256 of the link's secret
    person     TEXT NOT NULL REFERENCES people (id),
    browser    TEXT NOT NULL DEFAULT '',  -- SHA-256 of the asking browser's cookie; '' = any browser
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX links_person ON links (person);
CREATE INDEX links_expires ON links (expires_at);

-- +goose Down
DROP TABLE links;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE identities;
DROP TABLE people;
