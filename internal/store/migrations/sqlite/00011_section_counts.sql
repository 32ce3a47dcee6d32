-- +goose Up
-- How many statements of each section of an approved record may be counted for statistics; section '' says that the record
-- was counted. Worked out once, because statistics over a hundred thousand records cannot read them all.
CREATE TABLE section_counts (
    interview  TEXT NOT NULL REFERENCES talks (id),
    draft      INTEGER NOT NULL,
    section    TEXT NOT NULL,
    statements INTEGER NOT NULL,
    PRIMARY KEY (interview, section)
);

-- Everything that statistics count of a talk, so that they read the index alone.
CREATE INDEX talks_figures ON talks (recorded_on, status, sealed, employee, id);

-- +goose Down
DROP INDEX talks_figures;
DROP TABLE section_counts;
