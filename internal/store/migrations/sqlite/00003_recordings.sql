-- +goose Up
CREATE TABLE recordings (
    id             TEXT PRIMARY KEY,
    interview      TEXT NOT NULL REFERENCES talks (id),
    key            TEXT NOT NULL,
    version        TEXT NOT NULL DEFAULT '',
    size           INTEGER NOT NULL DEFAULT 0,
    sha256         TEXT NOT NULL DEFAULT '',
    format         TEXT NOT NULL DEFAULT '',
    channels       TEXT NOT NULL DEFAULT '[]',        -- JSON list of parts
    speakers       INTEGER NOT NULL DEFAULT 0,
    partial        BOOLEAN NOT NULL DEFAULT FALSE,
    sound          TEXT NOT NULL DEFAULT '',          -- JSON
    starts         TEXT NOT NULL DEFAULT '',          -- JSON: Sound.Starts, which Sound keeps out of its own JSON
    playback       TEXT NOT NULL DEFAULT '',          -- object key of the playback file
    playback_type  TEXT NOT NULL DEFAULT '',
    cut_generation INTEGER NOT NULL DEFAULT -1,        -- generation whose cut list is complete; -1 = none yet
    cut_count      INTEGER NOT NULL DEFAULT 0,
    cuts_done      INTEGER NOT NULL DEFAULT 0,
    merged         INTEGER NOT NULL DEFAULT -1,        -- generation whose answers somebody took to be merged
    erased         BOOLEAN NOT NULL DEFAULT FALSE,
    at             TIMESTAMP NOT NULL
);
CREATE INDEX recordings_interview ON recordings (interview, at);
CREATE INDEX recordings_sha256 ON recordings (sha256);
CREATE INDEX recordings_at ON recordings (at) WHERE NOT erased;

CREATE TABLE uploads (
    id           TEXT PRIMARY KEY,
    interview    TEXT NOT NULL REFERENCES talks (id),
    key          TEXT NOT NULL,
    s3_upload    TEXT NOT NULL,
    size         INTEGER NOT NULL,
    part_size    INTEGER NOT NULL,
    name_hash    TEXT NOT NULL DEFAULT '',
    content_type TEXT NOT NULL DEFAULT '',
    options      TEXT NOT NULL DEFAULT '{}',          -- JSON: what the uploader said of the recording
    by_person    TEXT NOT NULL,
    state        TEXT NOT NULL,           -- open, completing, done, aborted
    recording    TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    expires_at   TIMESTAMP NOT NULL
);
CREATE INDEX uploads_interview ON uploads (interview, created_at);
CREATE INDEX uploads_open ON uploads (expires_at) WHERE state IN ('open', 'completing');

CREATE TABLE cuts (
    recording   TEXT NOT NULL REFERENCES recordings (id),
    id          TEXT NOT NULL,
    interview   TEXT NOT NULL,
    generation  INTEGER NOT NULL,                      -- newest cut list that names it
    channel     INTEGER NOT NULL,
    sample_from INTEGER NOT NULL,
    sample_to   INTEGER NOT NULL,
    speaker     TEXT NOT NULL DEFAULT '',
    answered    BOOLEAN NOT NULL DEFAULT FALSE,
    answer      TEXT NOT NULL DEFAULT '',             -- JSON
    answered_at TIMESTAMP,
    PRIMARY KEY (recording, id)
);
CREATE INDEX cuts_interview ON cuts (interview);
CREATE INDEX cuts_open ON cuts (recording, generation) WHERE NOT answered;

-- +goose Down
DROP TABLE cuts;
DROP TABLE uploads;
DROP TABLE recordings;
