// Package store keeps everything Kikigaki knows in SQL: people, interviews, recordings, transcripts, drafts, the outbox
// of work to be done, the audit chain. api and worker call it; nothing else holds state that matters.
//
// There is one query text for SQLite (one machine, the default) and PostgreSQL. Every method works alone on a Store and,
// as one of several changes that stand or fall together, on a Tx. States change by compare-and-set only. What a method
// cannot do it says as an *interview.Error; a driver's own words never leave this package, because they can quote data.
package store
