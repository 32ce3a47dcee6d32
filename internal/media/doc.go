// Package media opens recordings that strangers made: it looks at the bytes, asks ffprobe, decodes once to 16 kHz PCM
// on disk, and writes what is sent to a recogniser or played in a browser. internal/pipeline calls it; cmd makes the
// one Tool of a process.
//
// Every recording is hostile until shown otherwise. ffmpeg never sees a name that came from outside, opens nothing but
// the one file it was given, runs without the caller's environment, under limits of memory, time, output and number,
// and what it prints is read for classification only, never shown: tags may hold names, places and terminal codes.
//
// An exit code of 0 proves nothing (ffmpeg returns it for half a recording), so every result is measured.
package media
