-- +goose Up
-- What a line of the ledger names beside ids: numbers of segments and seconds, as JSON. Never words.
ALTER TABLE erasures ADD COLUMN detail TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE erasures DROP COLUMN detail;
