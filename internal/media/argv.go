package media

import (
	"strconv"
	"strings"
	"time"

	"kikigaki/internal/interview"
)

// The argument lists of every program this package runs, built by pure functions so that a table test can hold them.
// The recording is always file descriptor 3 of the child: no name from outside, no second file to be reached by a
// relative path, no race between check and use.

const inputFD = "file:/dev/fd/3"

// maxStreams bounds what a container may announce; a meeting video has three or four streams.
const maxStreams = "64"

// decoders is what audio may be decoded with. All else is format_not_supported, and a parser or decoder that nobody
// needs is one that nobody can attack.
var decoders = strings.Join([]string{
	"aac", "aac_latm", "aac_fixed", "mp3float", "mp3", "mp2float", "mp2", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac",
	"amrnb", "amrwb", "gsm", "gsm_ms", "wmav2", "ac3", "eac3", "speex", "libspeex",
	"pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be",
	"pcm_f64le", "pcm_f64be", "pcm_mulaw", "pcm_alaw", "pcm_bluray",
	"adpcm_ima_wav", "adpcm_ms", "adpcm_ima_qt", "adpcm_g722", "adpcm_g726", "adpcm_yamaha", "adpcm_swf",
}, ",")

// guard are the flags of every run over a recording; the demuxers come from the file's own first bytes.
func guard(demuxers string) []string {
	return []string{
		"-hide_banner",       // no build text on stderr
		"-loglevel", "error", // what is left is read for classification only
		"-protocol_whitelist", "file", // no network, no concat:, no subfile:
		"-format_whitelist", demuxers, // no playlist demuxer, nothing but what the magic bytes promised
		"-max_alloc", strconv.Itoa(256 << 20), // one block of memory at most
		"-max_streams", maxStreams,
		"-probesize", "8M", // an honest header is far smaller; default 5 MB misses late audio in some videos
		"-analyzeduration", "20M", // µs
	}
}

// probeArgs asks for the facts and nothing else: of all tags only DURATION leaves ffprobe, so that no text written by
// a stranger ever enters this process.
func probeArgs(demuxers string) []string {
	return append(guard(demuxers),
		"-show_entries", "format=format_name,duration,start_time,bit_rate:"+
			"stream=index,codec_type,codec_name,codec_tag_string,sample_rate,channels,start_time,duration:"+
			"stream_tags=DURATION:stream_disposition=default,attached_pic",
		"-of", "json=compact=1",
		"-i", inputFD)
}

// input are the flags of an ffmpeg run that reads the recording; before are flags of its own for the input.
func input(f Facts, before ...string) []string {
	args := append([]string{
		"-nostdin", // never wait for a key
		"-y",       // outputs are our own temporary names
	}, guard(demuxersOf(f.Container))...)
	args = append(args,
		"-codec_whitelist:a", decoders,
		"-threads", "1", // the number of processes is our measure of load
		"-vn", "-sn", "-dn") // pictures, subtitles and data are never opened
	return append(append(args, before...), "-i", inputFD)
}

// layouts are the names of one channel order for each number of channels. Which one does not matter, only that it is
// said at every step: where it is left open, ffmpeg picks one itself and mixes the channels into it. (The pan filter
// would do that even when it is told the same layout twice.)
var layouts = [maxChannels + 1]string{1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}

// channelsByIndex passes n channels on by number, whatever the file calls them.
func channelsByIndex(n int) string {
	m := make([]string, n)
	for i := range m {
		m[i] = strconv.Itoa(i) + "-" + strconv.Itoa(i)
	}
	return "channelmap=map=" + strings.Join(m, "|") + ":channel_layout=" + layouts[n]
}

// timeline keeps sample count equal to time: gaps in the timestamps (a paused recorder, lost packets) become silence,
// overlaps are dropped, a late start is padded. It works on 16 bit after resampling, where an hour's gap costs 115 MB
// of memory; before resampling it costs 1.6 GB.
func timeline(rate, channels int) string {
	return "aresample=" + strconv.Itoa(rate) + ",aformat=sample_fmts=s16:channel_layouts=" + layouts[channels] +
		",aresample=async=1:first_pts=0,aformat=channel_layouts=" + layouts[channels]
}

// decodeArgs decodes the chosen stream to interleaved 16 bit little-endian PCM at rate, all its channels, at most
// limit long, from start on. With plain the samples are taken as they come, for files whose timestamps are nonsense or
// whose number of channels changes on the way.
func decodeArgs(f Facts, rate int, start, limit time.Duration, plain bool, out string) []string {
	filter := channelsByIndex(f.Channels) + "," + timeline(rate, f.Channels)
	if plain {
		filter = "aresample=" + strconv.Itoa(rate)
	}
	var seek []string
	if start > 0 {
		seek = []string{"-ss", seconds(start)}
	}
	return append(input(f, seek...),
		"-map", "0:"+strconv.Itoa(f.Stream),
		"-af", filter,
		"-ac", strconv.Itoa(f.Channels),
		"-t", seconds(limit), // a small file can hold a hundred hours
		"-f", "s16le",
		"-c:a", "pcm_s16le",
		out)
}

// clean are the output flags that keep out every tag, chapter and the name of the program.
func clean() []string {
	return []string{
		"-map_metadata", "-1", // titles, places, device names
		"-map_metadata:s:a", "-1",
		"-map_chapters", "-1",
		"-fflags", "+bitexact", "-flags:a", "+bitexact", // no encoder version
	}
}

// raw are the input flags for PCM that we write into the child's standard input.
func raw(rate, channels int) []string {
	return []string{
		"-nostdin", "-y", "-hide_banner", "-loglevel", "error",
		"-threads", "1",
		"-protocol_whitelist", "pipe",
		"-f", "s16le",
		"-ar", strconv.Itoa(rate),
		"-ac", strconv.Itoa(channels),
		"-i", "pipe:0",
	}
}

// flacArgs packs one cut. Level 5 is the default; higher levels cost time and save 1 %.
func flacArgs(out string) []string {
	args := append(raw(interview.SampleRate, 1), clean()...)
	return append(args, "-c:a", "flac", "-compression_level", "5", "-f", "flac", "file:"+out)
}

// aacArgs encodes for playback: 64 kbit/s a channel, above what speech needs; faststart lets a player begin and seek
// before the whole file is there.
func aacArgs(rate, channels int, out string) []string {
	args := append(raw(rate, channels), clean()...)
	return append(args,
		"-c:a", "aac",
		"-b:a", strconv.Itoa(64*channels)+"k",
		"-movflags", "+faststart",
		"-f", "mp4",
		"file:"+out)
}

// copyArgs puts the coded sound unchanged into a fresh container ("mp4" or "mp3").
func copyArgs(f Facts, container string, limit time.Duration, out string) []string {
	args := append(input(f),
		"-map", "0:"+strconv.Itoa(f.Stream),
		"-t", seconds(limit),
		"-c:a", "copy")
	args = append(args, clean()...)
	if container == "mp3" {
		args = append(args, "-id3v2_version", "0", "-write_xing", "1") // no tag at all; a frame count, so that seeking is exact
	} else {
		args = append(args, "-movflags", "+faststart")
	}
	return append(args, "-f", container, "file:"+out)
}

// subtitleArgs writes one text subtitle stream as format "webvtt" or "srt".
func subtitleArgs(f Facts, stream int, format, out string) []string {
	args := append([]string{"-nostdin", "-y"}, guard(demuxersOf(f.Container))...)
	args = append(args,
		"-threads", "1",
		"-vn", "-an", "-dn",
		"-i", inputFD,
		"-map", "0:"+strconv.Itoa(stream))
	args = append(args, clean()...)
	return append(args, "-c:s", format, "-f", format, "file:"+out)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
