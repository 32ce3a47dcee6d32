package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"kikigaki/internal/captions"
	"kikigaki/internal/interview"
	"kikigaki/internal/pipeline"
	"kikigaki/internal/queue"
	"kikigaki/internal/store"
	"kikigaki/testdata"
)

// demoPerson is one of the invented people.
type demoPerson struct {
	email, name, department, language string
	roles                             []interview.Role
	jaPart, enPart                    string
}

// demoPeople are an HR administrator, two interviewers, six employees and an operator; the names are those of the samples'
// captions.
var demoPeople = []demoPerson{
	{"kiriyama@example.jp", "桐山 佳子", "人事部", "ja", []interview.Role{interview.RoleHR, interview.RoleInterviewer}, "人事", "HR"},
	{"saeki@example.jp", "佐伯 真理", "営業部", "ja", []interview.Role{interview.RoleInterviewer}, "面談者", "interviewer"},
	{"reed@example.jp", "Paul Reed", "企画部", "en", []interview.Role{interview.RoleInterviewer}, "面談者", "interviewer"},
	{"takanashi@example.jp", "高梨 拓也", "営業部", "ja", nil, "社員", "employee"},
	{"hayase@example.jp", "早瀬 亮", "開発部", "ja", nil, "社員", "employee"},
	{"wells@example.jp", "Anna Wells", "企画部", "en", nil, "社員", "employee"},
	{"ogawa@example.jp", "小川 優", "総務部", "ja", nil, "社員", "employee"},
	{"murai@example.jp", "村井 翔", "開発部", "ja", nil, "社員", "employee"},
	{"hayashi@example.jp", "林 和子", "営業部", "ja", nil, "社員", "employee"},
	{"okabe@example.jp", "岡部 隆", "情報システム部", "ja", []interview.Role{interview.RoleAdmin}, "運用の担当", "operator"},
}

// demoTalk is one of the sample interviews.
type demoTalk struct {
	sample, audio         string
	employee, interviewer string // addresses
}

var demoTalks = []demoTalk{
	{"01-ja-sales", "01-ja-sales.m4a", "takanashi@example.jp", "saeki@example.jp"},
	{"02-ja-engineer", "", "hayase@example.jp", "kiriyama@example.jp"},
	{"03-en-analyst", "", "wells@example.jp", "reed@example.jp"},
}

// sampleFile is the part of an annotated sample that the demo needs.
type sampleFile struct {
	Language   string `json:"lang"`
	RecordedOn string `json:"recorded_on"`
}

// seed fills an empty demo with people and interviews and sends the interviews through the real pipeline. A demo folder
// that was used before is left as it is.
func seed(ctx context.Context, p *parts, _ *pipeline.Kit) error {
	if people, _, err := p.store.People(ctx, store.PersonFilter{}, store.Page{Limit: 1}); err != nil || len(people) > 0 {
		return err
	}
	samples := map[string]sampleFile{}
	for _, t := range demoTalks {
		b, err := fs.ReadFile(testdata.Samples, path.Join("samples", t.sample+".json"))
		if err != nil {
			return err
		}
		var f sampleFile
		if err := json.Unmarshal(b, &f); err != nil {
			return fmt.Errorf("read sample %s: %w", t.sample, err)
		}
		samples[t.sample] = f
	}
	ids := map[string]string{}
	for _, d := range demoPeople {
		person, err := p.store.AddPerson(ctx, interview.Person{Email: d.email, Name: d.name, Department: d.department, Roles: d.roles, Language: d.language})
		if err != nil {
			return err
		}
		ids[d.email] = person.ID
	}
	for _, t := range demoTalks {
		if err := seedTalk(ctx, p, t, samples[t.sample], ids); err != nil {
			return fmt.Errorf("interview %s: %w", t.sample, err)
		}
	}
	return nil
}

// seedTalk opens one interview, with consent, captions and, where the sample has one, the recording.
func seedTalk(ctx context.Context, p *parts, t demoTalk, f sampleFile, ids map[string]string) error {
	b, err := fs.ReadFile(testdata.Samples, path.Join("samples", t.sample+".vtt"))
	if err != nil {
		return err
	}
	words, err := captions.Read(t.sample+".vtt", bytes.NewReader(b), f.Language)
	if err != nil {
		return err
	}
	talk := interview.Talk{ID: interview.NewID(), Employee: ids[t.employee], Interviewer: ids[t.interviewer], OpenedBy: ids[t.interviewer], Template: "career-interview",
		Language: f.Language, RecordedOn: f.RecordedOn, Processing: interview.External, Status: interview.AwaitingRecording, WaitingFor: interview.ForInterviewer}
	var rec *interview.Recording
	if t.audio != "" {
		if rec, err = seedRecording(ctx, p, talk.ID, t.audio); err != nil {
			return err
		}
	}
	var task interview.Task
	err = p.store.Tx(ctx, func(tx *store.Tx) error {
		opened, err := tx.OpenTalk(ctx, talk)
		if err != nil {
			return err
		}
		if _, err := tx.AddConsent(ctx, interview.Consent{Interview: opened.ID, Person: opened.Employee, By: opened.Employee, Decision: interview.Given, At: interview.Now()}); err != nil {
			return err
		}
		if err := tx.PutTranscript(ctx, opened.ID, words, 0); err != nil {
			return err
		}
		event := interview.CaptionsArrived
		if rec != nil {
			event = interview.RecordingArrived
			if _, err := tx.AddRecording(ctx, *rec); err != nil {
				return err
			}
		}
		moved, err := tx.Move(ctx, store.MoveInput{ID: opened.ID, Event: event})
		if err != nil {
			return err
		}
		task = interview.FirstTask(opened.ID, moved.Generation, rec != nil)
		return tx.AddTask(ctx, task, time.Time{})
	})
	if err != nil {
		return err
	}
	queue.NewClient(p.redis).Wake(ctx, task)
	return nil
}

func seedRecording(ctx context.Context, p *parts, id, name string) (*interview.Recording, error) {
	f, err := testdata.Samples.Open(path.Join("samples", name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	rec := interview.Recording{ID: interview.NewID(), Interview: id, Key: interview.RecordingKey(id), Size: info.Size(), At: interview.Now()}
	b, err := fs.ReadFile(testdata.Samples, path.Join("samples", name))
	if err != nil {
		return nil, err
	}
	object, err := p.bucket.Put(ctx, rec.Key, bytes.NewReader(b), rec.Size, "audio/mp4", true)
	if err != nil {
		return nil, err
	}
	rec.Version = object.Seen()
	return &rec, nil
}

// quietLog keeps a demo's terminal for its welcome: only what somebody must act on is shown.
func quietLog(st *streams) *slog.Logger {
	return slog.New(slog.NewTextHandler(st.err, &slog.HandlerOptions{Level: slog.LevelError}))
}
