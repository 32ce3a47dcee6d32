package media

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The argument lists, word by word: a change of a flag is a change of this table.
func TestArguments(t *testing.T) {
	t.Parallel()
	f := Facts{Container: "mp4", Codec: "aac", Channels: 2, Stream: 1, SampleRate: 44100}
	const guard = "-hide_banner -loglevel error -protocol_whitelist file -format_whitelist mov,mp4,m4a,3gp,3g2,mj2 -max_alloc 268435456 -max_streams 64 " +
		"-probesize 8M -analyzeduration 20M"
	input := "-nostdin -y " + guard + " -codec_whitelist:a " + decoders + " -threads 1 -vn -sn -dn -i file:/dev/fd/3"
	const clean = "-map_metadata -1 -map_metadata:s:a -1 -map_chapters -1 -fflags +bitexact -flags:a +bitexact"
	const raw = "-nostdin -y -hide_banner -loglevel error -threads 1 -protocol_whitelist pipe -f s16le -ar 16000 -ac 1 -i pipe:0"
	for _, row := range []struct {
		name string
		got  []string
		want string
	}{
		{"probe", probeArgs(demuxersOf("mp4")), guard + " -show_entries format=format_name,duration,start_time,bit_rate:" +
			"stream=index,codec_type,codec_name,codec_tag_string,sample_rate,channels,start_time,duration:" +
			"stream_tags=DURATION:stream_disposition=default,attached_pic -of json=compact=1 -i file:/dev/fd/3"},
		{"decode", decodeArgs(f, 16000, 0, time.Hour, false, "file:/w/sound.pcm"), input + " -map 0:1 " +
			"-af channelmap=map=0-0|1-1:channel_layout=stereo,aresample=16000,aformat=sample_fmts=s16:channel_layouts=stereo," +
			"aresample=async=1:first_pts=0,aformat=channel_layouts=stereo -ac 2 -t 3600.000 -f s16le -c:a pcm_s16le file:/w/sound.pcm"},
		{"decode plain", decodeArgs(f, 16000, 0, time.Hour, true, "pipe:1"), input + " -map 0:1 -af aresample=16000 -ac 2 -t 3600.000 -f s16le -c:a pcm_s16le pipe:1"},
		{"decode from", decodeArgs(f, 16000, 30*time.Minute, time.Hour, true, "pipe:1"), strings.Replace(input, "-i ", "-ss 1800.000 -i ", 1) +
			" -map 0:1 -af aresample=16000 -ac 2 -t 3600.000 -f s16le -c:a pcm_s16le pipe:1"},
		{"flac", flacArgs("/w/c.flac"), raw + " " + clean + " -c:a flac -compression_level 5 -f flac file:/w/c.flac"},
		{"aac", aacArgs(16000, 1, "/w/r"), raw + " " + clean + " -c:a aac -b:a 64k -movflags +faststart -f mp4 file:/w/r"},
		{"copy mp4", copyArgs(f, "mp4", time.Hour, "/w/r"), input + " -map 0:1 -t 3600.000 -c:a copy " + clean + " -movflags +faststart -f mp4 file:/w/r"},
		{"copy mp3", copyArgs(f, "mp3", time.Hour, "/w/r"), input + " -map 0:1 -t 3600.000 -c:a copy " + clean + " -id3v2_version 0 -write_xing 1 -f mp3 file:/w/r"},
		{"subtitles", subtitleArgs(f, 3, "webvtt", "/w/s"), "-nostdin -y " + guard + " -threads 1 -vn -an -dn -i file:/dev/fd/3 -map 0:3 " + clean +
			" -c:s webvtt -f webvtt file:/w/s"},
	} {
		if got := strings.Join(row.got, " "); got != row.want {
			t.Errorf("%s:\n got %s\nwant %s", row.name, got, row.want)
		}
	}
}

// No container opens anything that points elsewhere, whatever its demuxers are called.
func TestDemuxers(t *testing.T) {
	t.Parallel()
	for _, container := range []string{"wav", "mp4", "matroska", "ogg", "mp3", "aac", "flac", "caf"} {
		list := strings.Split(demuxersOf(container), ",")
		for _, bad := range []string{"hls", "concat", "dash", "sdp", "rtsp", "applehttp", "imf", "image2", "lavfi", "tty", "asf", "avi", ""} {
			if slices.Contains(list, bad) {
				t.Errorf("%s may be opened with %q", container, bad)
			}
		}
	}
}

// Even where the first look were deceived, ffmpeg itself opens no list: the second line of defence holds alone.
func TestWhitelistAlone(t *testing.T) {
	t.Parallel()
	tool, dir, listener := defence(t)
	for name, text := range map[string]string{
		"ffconcat": "ffconcat version 1.0\nfile 'secret.wav'\n",
		"hls":      "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://" + listener.address + "/x.ts\n#EXT-X-ENDLIST\n",
		"sdp":      "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
	} {
		containers := []string{"mp4", "mp3"}
		if name == "ffconcat" {
			containers = []string{"wav", "mp4", "matroska", "ogg", "mp3", "aac", "flac", "caf"}
		}
		for _, container := range containers {
			n, err := decodeAnyway(t, tool, dir, name, text, container)
			if err == nil || n > 0 {
				t.Errorf("%s as %s: %d bytes of sound, %v", name, container, n, err)
			}
		}
	}
	if listener.asked() {
		t.Error("a connection was made")
	}
	// The positive control: without the lists the same ffmpeg reads the other file.
	if n := decodeUnguarded(t, dir); n == 0 {
		t.Error("the attack does not work even without a defence: this test proves nothing")
	}
}
