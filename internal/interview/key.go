package interview

import "fmt"

// Interviews is where the objects of all interviews lie.
const Interviews = "interviews/"

// Prefix is where every object of an interview lies; erasing it leaves nothing under it.
func Prefix(id string) string { return Interviews + id + "/" }

// RecordingKey is a key for a recording that is about to come. It holds a random part and is never reused.
func RecordingKey(id string) string { return Prefix(id) + "recording/" + NewID() }

// SoundKey is where the decoded sound of a recording lies until its transcript is assembled: interleaved frames of
// signed 16-bit little-endian samples at SampleRate, len(Sound.Channels) to a frame. A cut is a range of it.
func SoundKey(id, recording string) string { return Prefix(id) + "chunks/" + recording + ".pcm" }

// PlaybackPrefix is what the keys of a recording's playback files and of its outline begin with.
func PlaybackPrefix(id, recording string) string { return Prefix(id) + "playback/" + recording }

// PlaybackKey is where the file that people hear lies; generation sets a muted copy apart from what it replaces.
func PlaybackKey(id, recording string, generation int) string {
	return fmt.Sprintf("%s-%d", PlaybackPrefix(id, recording), generation)
}

// PeaksKey is where the outline of a recording lies, as JSON for the player to draw.
func PeaksKey(id, recording string) string {
	return PlaybackPrefix(id, recording) + ".peaks.json"
}

// LedgerPrefix is where copies of the erasure ledger lie, outside of every interview and of the database: no erasure
// removes them, and no restored backup of the database takes them back.
const LedgerPrefix = "erasures/"

// LedgerKey is where the copy of one line of the erasure ledger lies.
func LedgerKey(erasure string) string { return LedgerPrefix + erasure + ".json" }

// FirstTask is the work that begins when something arrives: a recording (with or without captions) is prepared;
// captions alone, stored as a transcript of source "captions", are assembled.
func FirstTask(id string, generation int, recording bool) Task {
	kind := TaskAssemble
	if recording {
		kind = TaskPrepare
	}
	return Task{Kind: kind, Interview: id, Generation: generation}
}

// RenditionTask wishes for the playback file of a recording as of a version of its transcript: off-record marks are a
// new version, and what they name must be silent.
func RenditionTask(id, recording string, generation, transcript int) Task {
	return Task{Kind: TaskRendition, Interview: id, Subject: fmt.Sprintf("%s-%d", recording, transcript), Generation: generation}
}
