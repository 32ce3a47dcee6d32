package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
)

// local runs the pipeline's steps in this process, without a server.
type local struct {
	kit      *pipeline.Kit
	dir      string
	progress *progress
	language string
	people   pipeline.Participants
	roles    map[string]interview.Part
	speakers int
	partial  bool
}

// chunksAtOnce is how many chunks are sent at the same time; the endpoint's own limits hold besides.
const chunksAtOnce = 8

// transcript makes a transcript of a recording, a recording with captions, or a transcript file.
func (l *local) transcript(ctx context.Context, input, captionFile string) (*interview.Transcript, captions.File, error) {
	if isTranscript(input) {
		file, err := l.readCaptions(input)
		if err != nil {
			return nil, captions.File{}, err
		}
		t, err := l.assemble(file, nil)
		return t, file, err
	}
	recording, err := l.private(input)
	if err != nil {
		return nil, captions.File{}, err
	}
	if captionFile != "" {
		return l.withCaptions(ctx, recording, captionFile)
	}
	t, err := l.transcribe(ctx, recording)
	return t, captions.File{Transcript: t}, err
}

// named are the people, with the names that the file itself carries where none were given.
func (l *local) named(file captions.File) pipeline.Participants {
	out := append(pipeline.Participants(nil), l.people...)
	for i := range out {
		for _, p := range file.Participants {
			if out[i].Name == "" && p.Role == out[i].Role {
				out[i].Name = p.Name
			}
		}
	}
	return out
}

// private copies the input under a neutral name into our own folder: ffmpeg is never shown a name that came from outside,
// and nothing lies beside the file that it could be talked into opening.
func (l *local) private(input string) (string, error) {
	in, err := openInput(input)
	if err != nil {
		return "", err
	}
	defer in.Close()
	path := filepath.Join(l.dir, "recording")
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return "", err
	}
	return path, out.Close()
}

func (l *local) readCaptions(path string) (captions.File, error) {
	f, err := openInput(path)
	if err != nil {
		return captions.File{}, err
	}
	defer f.Close()
	return captions.ReadAll(filepath.Base(path), f, l.language)
}

// withCaptions hears the recording to see that the captions belong to it.
func (l *local) withCaptions(ctx context.Context, recording, path string) (*interview.Transcript, captions.File, error) {
	file, err := l.readCaptions(path)
	if err != nil {
		return nil, captions.File{}, err
	}
	l.progress.step("preparing", 0, 0)
	p, err := pipeline.Prepare(ctx, l.kit, recording, l.dir, pipeline.Wanted{Partial: l.partial}, nil)
	if err != nil {
		return nil, captions.File{}, err
	}
	defer p.Close()
	t, err := l.assemble(file, &p.Sound)
	return t, file, err
}

// assemble gives the speakers of captions their roles.
func (l *local) assemble(file captions.File, sound *interview.Sound) (*interview.Transcript, error) {
	var labels []string
	for _, s := range file.Transcript.Speakers {
		labels = append(labels, s.Label)
	}
	roles, err := rolesOf(labels, l.roles)
	if err != nil {
		return nil, err
	}
	return pipeline.AssembleCaptions(file.Transcript, sound, l.named(file), roles)
}

// transcribe has every chunk answered and makes the transcript.
func (l *local) transcribe(ctx context.Context, recording string) (*interview.Transcript, error) {
	l.progress.step("preparing", 0, 0)
	want := pipeline.Wanted{Voices: l.speakers, Partial: l.partial, Turns: true}
	recogniser, missing := l.kit.Recogniser(interview.External)
	if missing == nil {
		want.Limits = pipeline.ChunkLimits(recogniser)
	}
	p, err := pipeline.Prepare(ctx, l.kit, recording, l.dir, want, nil)
	if err != nil {
		return nil, err // a broken recording is told before a missing endpoint
	}
	defer p.Close()
	if missing != nil {
		return nil, missing
	}
	var labels []string
	for _, t := range p.Sound.Turns {
		labels = append(labels, t.Speaker)
	}
	slices.Sort(labels)
	roles, err := rolesOf(slices.Compact(labels), l.roles) // before anything is paid for
	if err != nil {
		return nil, err
	}
	answers, done := map[string]interview.Answer{}, sync.Mutex{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(chunksAtOnce)
	l.progress.step("transcribing", 0, len(p.Cuts))
	for _, cut := range p.Cuts {
		group.Go(func() error {
			a, err := pipeline.Transcribe(ctx, l.kit, recogniser, p.PCM, pipeline.Chunk{Cut: cut, Sound: p.Sound, Language: l.language,
				Keywords: pipeline.Keywords(l.people), Dir: l.dir})
			if err != nil {
				return err
			}
			done.Lock()
			defer done.Unlock()
			answers[cut.ID()] = a
			l.progress.step("transcribing", len(answers), len(p.Cuts))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return pipeline.Assemble(pipeline.Heard{Sound: p.Sound, Cuts: p.Cuts, Answers: answers, Language: l.language, People: l.people, Roles: roles})
}
