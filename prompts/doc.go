// Package prompts is everything a model is told and every form a record can have, as files that people review like
// code: templates (which sections a record has, what belongs into each, which questions help), worked examples, and the
// instructions of each stage of drafting, in Japanese and English. It loads and lints templates, renders instructions
// and JSON schemas, and gives titles to exports.
//
// drafting asks it for instructions and schemas, api and export for templates and titles, cmd for list, show and lint.
// What a model sees of a talk is never in here: instructions hold no name, no comment and no spoken word.
package prompts
