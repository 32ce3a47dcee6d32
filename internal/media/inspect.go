package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"

	"kikigaki/internal/interview"
)

// What one recording may have at most; beyond that it is no talk.
const (
	maxChannels = 8
	maxRate     = 384000
)

// Inspect looks at a recording without decoding it. Verdicts: recording_empty, recording_too_large, recording_too_long,
// recording_damaged, recording_no_audio, format_not_supported, playlist_refused.
func (t *Tool) Inspect(ctx context.Context, path string) (Facts, error) {
	file, size, err := t.open(path)
	if err != nil {
		return Facts{}, err
	}
	defer file.Close()
	container, err := sniff(file, size)
	if err != nil {
		return Facts{}, err
	}
	var wav wavData
	if container == "wav" {
		if wav, err = parseWAV(file, size); err != nil {
			return Facts{}, err
		}
	}
	answer := &capped{limit: 1 << 20}
	err = t.run(ctx, job{program: t.o.FFprobe, args: probeArgs(demuxersOf(container)), file: file, stdout: answer, look: true})
	if err != nil {
		return Facts{}, unreadable(ctx, err)
	}
	f, err := parseProbe(answer.b.Bytes(), container, size)
	if err != nil {
		return Facts{}, err
	}
	switch container {
	case "wav":
		if s := wav.seconds(); s > 0 {
			f.Claimed = s
		}
	case "mp3":
		if f.Claimed, err = claimMP3(file, size); err != nil {
			return Facts{}, fmt.Errorf("walk mp3 frames: %w", err)
		}
	case "caf":
		if s, err := claimCAF(file, size); err != nil {
			return Facts{}, fmt.Errorf("read caf chunks: %w", err)
		} else if s > 0 {
			f.Claimed = s
		}
	case "aac":
		f.Claimed = 0 // ADTS says nothing; ffprobe guesses from the bit rate
	}
	if f.CutOff, err = endsEarly(file, container, size); err != nil {
		return Facts{}, fmt.Errorf("look at the end of the recording: %w", err)
	}
	if f.Claimed > (t.o.MaxDuration + overrun).Seconds() { // a coded file may end a few frames late; Decode judges to the sample
		return Facts{}, t.tooLong(f.Claimed)
	}
	return f, nil
}

// open opens a recording: a regular file and not a link, so that a name handed in cannot point elsewhere; and not a
// pipe, which would block.
func (t *Tool) open(path string) (*os.File, int64, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ELOOP) {
		return nil, 0, interview.E("format_not_supported", errors.New("a symbolic link"))
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open recording: %w", withoutPath(err))
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		err = fmt.Errorf("open recording: %w", withoutPath(err))
	case !info.Mode().IsRegular():
		err = interview.E("format_not_supported", errors.New("not a regular file"))
	case info.Size() == 0:
		err = interview.E("recording_empty", nil)
	case info.Size() > t.o.MaxSize:
		err = interview.E("recording_too_large", nil).With("limit", sizeText(t.o.MaxSize))
	default:
		return file, info.Size(), nil
	}
	file.Close()
	return nil, 0, err
}

// unreadable turns the failure of a program over a recording into a verdict, unless the caller gave up or the machine
// is at fault.
func unreadable(ctx context.Context, err error) error {
	if ctx.Err() != nil || interview.Code(err) != "internal_error" || errors.Is(err, errStopped) || isStart(err) {
		return err
	}
	return interview.E("recording_damaged", err)
}

func isStart(err error) bool {
	_, ok := errors.AsType[*os.PathError](err) // the program could not be started, a folder not be made
	return ok
}

// withoutPath drops the file's name from an error: it may hold a person's.
func withoutPath(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

type probe struct {
	Streams []struct {
		Index       int    `json:"index"`
		Type        string `json:"codec_type"`
		Codec       string `json:"codec_name"`
		Tag         string `json:"codec_tag_string"`
		Rate        string `json:"sample_rate"`
		Channels    int    `json:"channels"`
		Start       string `json:"start_time"`
		Duration    string `json:"duration"`
		Disposition struct {
			Default  int `json:"default"`
			Attached int `json:"attached_pic"`
		} `json:"disposition"`
		Tags map[string]string `json:"tags"`
	} `json:"streams"`
	Format struct {
		Start    string `json:"start_time"`
		Duration string `json:"duration"`
		BitRate  string `json:"bit_rate"`
	} `json:"format"`
}

// parseProbe reads ffprobe's answer. Strings of the file are compared, never kept.
func parseProbe(answer []byte, container string, size int64) (Facts, error) {
	var p probe
	if err := json.Unmarshal(answer, &p); err != nil {
		return Facts{}, interview.E("recording_damaged", errors.New("ffprobe's answer is no JSON"))
	}
	f := Facts{Container: container, Size: size, Stream: -1}
	chosen := -1
	for i, s := range p.Streams {
		switch s.Type {
		case "audio":
			f.AudioStreams++
			// The stream the file marks as default, else the first.
			if chosen < 0 || s.Disposition.Default == 1 && p.Streams[chosen].Disposition.Default == 0 {
				chosen = i
			}
		case "video":
			if s.Disposition.Attached == 0 {
				f.HasVideo = true
			}
		case "subtitle":
			if isTextSubtitle(s.Codec) {
				f.Subtitles = append(f.Subtitles, s.Index)
			}
		}
	}
	if chosen < 0 {
		if len(p.Streams) == 0 {
			return f, interview.E("recording_damaged", errors.New("no streams"))
		}
		return f, interview.E("recording_no_audio", nil)
	}
	s := p.Streams[chosen]
	if s.Tag == "enca" || s.Tag == "drms" {
		return f, interview.E("format_not_supported", errors.New("encrypted"))
	}
	if !isDecoder(s.Codec) {
		return f, interview.E("format_not_supported", errors.New("no allowed decoder"))
	}
	rate, _ := strconv.Atoi(s.Rate)
	if rate <= 0 || s.Channels <= 0 {
		return f, interview.E("recording_damaged", errors.New("no sample rate or channels"))
	}
	if rate > maxRate || s.Channels > maxChannels {
		return f, interview.E("format_not_supported", errors.New("too many channels or samples a second"))
	}
	f.Stream, f.Codec, f.SampleRate, f.Channels = s.Index, s.Codec, rate, s.Channels
	f.BitRate = int(min(number(p.Format.BitRate), math.MaxInt32))
	start := signed(p.Format.Start)
	f.Offset = max(0, signed(s.Start)-start)
	switch {
	case s.Tags["DURATION"] != "": // Matroska: the end of this track
		f.Claimed = max(0, clock(s.Tags["DURATION"])-max(0, start))
	case number(s.Duration) > 0:
		f.Claimed = f.Offset + number(s.Duration)
	default:
		f.Claimed = number(p.Format.Duration)
		f.Loose = f.HasVideo // the picture's length, perhaps
	}
	return f, nil
}

func isTextSubtitle(codec string) bool {
	switch codec {
	case "mov_text", "subrip", "srt", "webvtt", "ass", "ssa", "text":
		return true
	}
	return false
}

// isDecoder asks whether a stream's codec, as ffprobe names it, has a decoder on our list.
func isDecoder(codec string) bool {
	for d := range strings.SplitSeq(decoders, ",") {
		if d == codec {
			return true
		}
	}
	return codec == "amr_nb" || codec == "amr_wb" || codec == "gsm_ms"
}

// number reads a non-negative, finite number of ffprobe; 0 for N/A and nonsense.
func number(s string) float64 { return max(0, signed(s)) }

func signed(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e10 {
		return 0
	}
	return v
}

// clock reads "00:12:28.021000000", 0 when it is anything else.
func clock(s string) float64 {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return 0
	}
	return number(parts[0])*3600 + number(parts[1])*60 + number(parts[2])
}
