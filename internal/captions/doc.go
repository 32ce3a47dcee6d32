// Package captions reads the captions and transcripts that meeting programs, recognisers and people hand in, and writes
// them again: WebVTT, SubRip, SBV, plain text, JSON, and the Word file of Teams. internal/pipeline and api read with it,
// internal/export writes with it.
//
// It is tolerant of what programs get wrong (encodings, numbering, order, tags) and strict about what would lose words:
// text that cannot be placed is kept, text that cannot be read is an error, and nothing is guessed about who speaks
// beyond what the file says.
package captions
