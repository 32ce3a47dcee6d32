-- +goose Up
-- The version whose revision was asked to answer the comment; 0 while nobody asked for that.
ALTER TABLE comments ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE comments DROP COLUMN asked;
