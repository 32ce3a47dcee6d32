-- +goose Up
CREATE TABLE recordings (
    id             TEXT COLLATE "C" PRIMARY KEY,
    interview      TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    key            TEXT NOT NULL,
    version        TEXT NOT NULL DEFAULT '',
    size           BIGINT NOT NULL DEFAULT 0,
    sha256         TEXT COLLATE "C" NOT NULL DEFAULT '',
    format         TEXT NOT NULL DEFAULT '',
    channels       TEXT NOT NULL DEFAULT '[]',        -- JSON list of parts
    speakers       BIGINT NOT NULL DEFAULT 0,
    partial        BOOLEAN NOT NULL DEFAULT FALSE,
    sound          TEXT NOT NULL DEFAULT '',          -- JSON
    starts         TEXT NOT NULL DEFAULT '',          -- JSON: Sound.Starts, which Sound keeps out of its own JSON
    playback       TEXT NOT NULL DEFAULT '',          -- object key of the playback file
    playback_type  TEXT NOT NULL DEFAULT '',
    cut_generation BIGINT NOT NULL DEFAULT -1,        -- generation whose cut list is complete; -1 = none yet
    cut_count      BIGINT NOT NULL DEFAULT 0,
    cuts_done      BIGINT NOT NULL DEFAULT 0,
    merged         BIGINT NOT NULL DEFAULT -1,        -- generation whose answers somebody took to be merged
    erased         BOOLEAN NOT NULL DEFAULT FALSE,
    at             TIMESTAMPTZ NOT NULL
);
CREATE INDEX recordings_interview ON recordings (interview, at);
CREATE INDEX recordings_sha256 ON recordings (sha256);
CREATE INDEX recordings_at ON recordings (at) WHERE NOT erased;

CREATE TABLE uploads (
    id           TEXT COLLATE "C" PRIMARY KEY,
    interview    TEXT COLLATE "C" NOT NULL REFERENCES talks (id),
    key          TEXT NOT NULL,
    s3_upload    TEXT NOT NULL,
    size         BIGINT NOT NULL,
    part_size    BIGINT NOT NULL,
    name_hash    TEXT COLLATE "C" NOT NULL DEFAULT '',
    content_type TEXT NOT NULL DEFAULT '',
    options      TEXT NOT NULL DEFAULT '{}',          -- JSON: what the uploader said of the recording
    by_person    TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,           -- open, completing, done, aborted
    recording    TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX uploads_interview ON uploads (interview, created_at);
CREATE INDEX uploads_open ON uploads (expires_at) WHERE state IN ('open', 'completing');

CREATE TABLE cuts (
    recording   TEXT COLLATE "C" NOT NULL REFERENCES recordings (id),
    id          TEXT COLLATE "C" NOT NULL,
    interview   TEXT COLLATE "C" NOT NULL,
    generation  BIGINT NOT NULL,                      -- newest cut list that names it
    channel     BIGINT NOT NULL,
    sample_from BIGINT NOT NULL,
    sample_to   BIGINT NOT NULL,
    speaker     TEXT NOT NULL DEFAULT '',
    answered    BOOLEAN NOT NULL DEFAULT FALSE,
    answer      TEXT NOT NULL DEFAULT '',             -- JSON
    answered_at TIMESTAMPTZ,
    PRIMARY KEY (recording, id)
);
CREATE INDEX cuts_interview ON cuts (interview);
CREATE INDEX cuts_open ON cuts (recording, generation) WHERE NOT answered;

-- +goose Down
DROP TABLE cuts;
DROP TABLE uploads;
DROP TABLE recordings;
