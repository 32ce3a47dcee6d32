-- +goose Up
CREATE TABLE talks (
    id           TEXT COLLATE "C" PRIMARY KEY,
    employee     TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    interviewer  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    opened_by    TEXT COLLATE "C" NOT NULL,
    template     TEXT NOT NULL,
    language     TEXT NOT NULL,
    recorded_on  TEXT COLLATE "C" NOT NULL,           -- YYYY-MM-DD
    place        TEXT NOT NULL DEFAULT '',
    purpose      TEXT NOT NULL DEFAULT '',
    processing   TEXT NOT NULL DEFAULT 'external',
    engine       TEXT NOT NULL DEFAULT '',
    status       TEXT COLLATE "C" NOT NULL,
    waiting_for  TEXT COLLATE "C" NOT NULL DEFAULT '',
    generation   BIGINT NOT NULL DEFAULT 0,
    attempt      BIGINT NOT NULL DEFAULT 0,
    error        TEXT NOT NULL DEFAULT '',            -- JSON of a Trouble, '' = none
    last_error   TEXT NOT NULL DEFAULT '',
    draft        BIGINT NOT NULL DEFAULT 0,           -- newest version; drafts are numbered by compare-and-set on it
    transcript   BIGINT NOT NULL DEFAULT 0,           -- newest version, likewise
    sealed       BIGINT NOT NULL DEFAULT 0,
    hold         BOOLEAN NOT NULL DEFAULT FALSE,
    by_hand      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    review_since TIMESTAMPTZ,
    approved_at  TIMESTAMPTZ
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
    id       TEXT COLLATE "C" PRIMARY KEY,
    name     TEXT NOT NULL,
    language TEXT NOT NULL,
    hash     TEXT COLLATE "C" NOT NULL,
    text     TEXT NOT NULL,
    at       TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX notices_hash ON notices (hash, name, language);

CREATE TABLE consents (
    id        TEXT COLLATE "C" PRIMARY KEY,
    interview TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    person    TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    decision  TEXT NOT NULL,
    abroad    BOOLEAN NOT NULL DEFAULT FALSE,
    method    TEXT NOT NULL DEFAULT '',
    notice    TEXT NOT NULL DEFAULT '',
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX consents_interview ON consents (interview, person, at);

CREATE TABLE sheets (
    interview  TEXT COLLATE "C" PRIMARY KEY REFERENCES talks (id),
    body       TEXT NOT NULL,                         -- JSON
    by_person  TEXT COLLATE "C" NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE notes (
    id         TEXT COLLATE "C" PRIMARY KEY,
    interview  TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    author     TEXT COLLATE "C" NOT NULL,
    visibility TEXT NOT NULL,                         -- hr, self
    text       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX notes_one ON notes (interview, author, visibility);

-- +goose Down
DROP TABLE notes;
DROP TABLE sheets;
DROP TABLE consents;
DROP TABLE notices;
DROP TABLE talks;
