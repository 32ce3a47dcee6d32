// Package testdata carries the sample interviews that the demo shows and that tests of several packages read. All people
// and companies in them are invented.
package testdata

import "embed"

// Samples holds captions and annotated transcripts of three interviews and the recording of one.
//
//go:embed samples/01-ja-sales.json samples/01-ja-sales.vtt samples/01-ja-sales.m4a samples/02-ja-engineer.json samples/02-ja-engineer.vtt samples/03-en-analyst.json samples/03-en-analyst.vtt
var Samples embed.FS
