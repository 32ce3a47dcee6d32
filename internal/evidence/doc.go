// Package evidence checks that a statement of a record stands on words that were said. It knows nothing of models or
// dictionaries: quotes are aligned with the cited segments, and the numbers, dates, names, negations, conditions and
// hearsay of a claim are compared with those of its evidence. Drafting asks it about every statement of every engine,
// the API about people's edits that claim evidence.
package evidence
