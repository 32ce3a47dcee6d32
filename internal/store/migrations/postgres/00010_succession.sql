-- +goose Up
-- Who may see what was made before an interview passed to another interviewer, JSON; '' while nobody was named.
ALTER TABLE talks ADD COLUMN succession TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE talks DROP COLUMN succession;
