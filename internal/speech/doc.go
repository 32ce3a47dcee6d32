// Package speech turns pieces of a recording into a transcript: it sends a cut to a recogniser and believes nothing it
// is answered (TranscribeChunk), lays the text on the stretches of speech it came from (Assemble), finds out who is the
// employee and who the interviewer (AssignRoles), and says how the talk went (Insights). Package pipeline calls it.
// Time and speaker come from the sound, never from the recogniser alone.
package speech
