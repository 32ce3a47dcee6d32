package speech

import (
	"context"

	"kikigaki/internal/interview"
)

// Transcriber is a recogniser behind one endpoint. It is safe for use by many goroutines.
type Transcriber interface {
	// Transcribe sends one cut, once. It opens the file anew each time and leaves it alone. The answer has passed the
	// strict decoder; whether its text can be believed is judged by TranscribeChunk, not here. Errors: *interview.Error
	// with an endpoint_* code, or the context's own.
	Transcribe(ctx context.Context, r Request) (interview.Answer, error)
	// Limits are the chunk lengths to make, in seconds: no shorter than min where the sound allows, about target, never
	// longer than max.
	Limits() (minimum, target, maximum float64)
	// Model names model, processor and country, as people are told.
	Model() interview.Processor
}

// Request is one call of a recogniser.
type Request struct {
	Path     string           // audio file of exactly this cut; its extension says what it is
	Cut      interview.Cut    // where in the recording it lies
	Speech   []interview.Span // stretches of speech, seconds from the start of the recording; outside the cut they are ignored
	Language string           // "ja", "en"
	Keywords []string         // names and terms of this talk; never those of another
	Attempt  int              // from 1
}
