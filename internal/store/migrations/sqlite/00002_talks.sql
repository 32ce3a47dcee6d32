-- +goose Up
CREATE TABLE talks (
    id           TEXT PRIMARY KEY,
    employee     TEXT NOT NULL REFERENCES people (id),
    interviewer  TEXT NOT NULL REFERENCES people (id),
    opened_by    TEXT NOT NULL,
    template     TEXT NOT NULL,
    language     TEXT NOT NULL,
    recorded_on  TEXT NOT NULL,           -- YYYY-MM-DD
    place        TEXT NOT NULL DEFAULT '',
    purpose      TEXT NOT NULL DEFAULT '',
    processing   TEXT NOT NULL DEFAULT 'external',
    engine       TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL,
    waiting_for  TEXT NOT NULL DEFAULT '',
    generation   INTEGER NOT NULL DEFAULT 0,
    attempt      INTEGER NOT NULL DEFAULT 0,
    error        TEXT NOT NULL DEFAULT '',            -- JSON of a Trouble, '' = none
    last_error   TEXT NOT NULL DEFAULT '',
    draft        INTEGER NOT NULL DEFAULT 0,           -- newest version; drafts are numbered by compare-and-set on it
    transcript   INTEGER NOT NULL DEFAULT 0,           -- newest version, likewise
    sealed       INTEGER NOT NULL DEFAULT 0,
    hold         BOOLEAN NOT NULL DEFAULT FALSE,
    by_hand      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    review_since TIMESTAMP,
    approved_at  TIMESTAMP
);
-- One index for each way a list is asked for; all end in the order of the lists, newest first.
CREATE INDEX talks_newest ON talks (recorded_on, id);
CREATE INDEX talks_employee ON talks (employee, recorded_on, id);
CREATE INDEX talks_interviewer ON talks (interviewer, recorded_on, id);
CREATE INDEX talks_status ON talks (status, recorded_on, id);
CREATE INDEX talks_waiting ON talks (waiting_for, recorded_on, id);
CREATE INDEX talks_approved ON talks (approved_at) WHERE approved_at IS NOT NULL;

-- A text shown before a decision about consent, stored once.
CREATE TABLE notices (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    language TEXT NOT NULL,
    hash     TEXT NOT NULL,
    text     TEXT NOT NULL,
    at       TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX notices_hash ON notices (hash, name, language);

CREATE TABLE consents (
    id        TEXT PRIMARY KEY,
    interview TEXT NOT NULL REFERENCES talks (id),
    person    TEXT NOT NULL,
    by_person TEXT NOT NULL,
    decision  TEXT NOT NULL,
    abroad    BOOLEAN NOT NULL DEFAULT FALSE,
    method    TEXT NOT NULL DEFAULT '',
    notice    TEXT NOT NULL DEFAULT '',
    at        TIMESTAMP NOT NULL
);
CREATE INDEX consents_interview ON consents (interview, person, at);

CREATE TABLE sheets (
    interview  TEXT PRIMARY KEY REFERENCES talks (id),
    body       TEXT NOT NULL,                         -- JSON
    by_person  TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE notes (
    id         TEXT PRIMARY KEY,
    interview  TEXT NOT NULL REFERENCES talks (id),
    author     TEXT NOT NULL,
    visibility TEXT NOT NULL,                         -- hr, self
    text       TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX notes_one ON notes (interview, author, visibility);

-- +goose Down
DROP TABLE notes;
DROP TABLE sheets;
DROP TABLE consents;
DROP TABLE notices;
DROP TABLE talks;
