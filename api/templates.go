package api

import (
	"context"

	"kikigaki/internal/interview"
	"kikigaki/prompts"
)

func templateInfo(t *prompts.Template) TemplateInfo {
	return TemplateInfo{Name: t.Name, Version: t.Version, Languages: t.Languages, Title: t.Title, Purpose: t.Purpose, FirstReview: t.FirstReview,
		ReviseBy: t.ReviseBy, Processing: t.Processing}
}

func (s *Server) listTemplates(context.Context, *struct{}) (*Body[Page[TemplateInfo]], error) {
	out := []TemplateInfo{}
	for _, t := range s.Templates.List() {
		out = append(out, templateInfo(t))
	}
	return &Body[Page[TemplateInfo]]{pageOf(out, "")}, nil
}

func (s *Server) getTemplate(_ context.Context, in *OnTemplate) (*Body[TemplateDoc], error) {
	t, err := s.Templates.Get(in.Name, "")
	if err != nil {
		return nil, err
	}
	return &Body[TemplateDoc]{templateDoc(t)}, nil
}

func templateDoc(t *prompts.Template) TemplateDoc {
	out := TemplateDoc{TemplateInfo: templateInfo(t), Sections: []TemplateSection{}}
	for _, sec := range t.Sections {
		v := TemplateSection{Key: sec.Key, Source: sec.Source, Sensitive: sec.Sensitive, Title: map[string]string{}, In: map[string]string{},
			Out: map[string]string{}, Wording: map[string]string{}, Questions: map[string][]string{}}
		for lang, w := range sec.Words {
			v.Title[lang], v.In[lang], v.Out[lang], v.Wording[lang] = w.Title, w.In, w.Out, w.Wording
			v.Questions[lang] = append([]string{}, w.Ask...)
		}
		out.Sections = append(out.Sections, v)
	}
	return out
}

// TemplateText is the file a template was read from.
type TemplateText struct {
	Name string `json:"name"`
	Text string `json:"text" doc:"YAML"`
}

func (s *Server) getTemplateSource(_ context.Context, in *OnTemplate) (*Body[TemplateText], error) {
	text, err := s.Templates.Source(in.Name)
	if err != nil {
		return nil, err
	}
	return &Body[TemplateText]{TemplateText{Name: in.Name, Text: string(text)}}, nil
}

type previewIn struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"60" pattern:"^[a-z0-9][a-z0-9-]*$" doc:"The file's name without .yaml"`
		Text string `json:"text" maxLength:"200000" doc:"YAML"`
	}
}

// TemplateProblem is a mistake in a template and where it stands.
type TemplateProblem struct {
	Line    int    `json:"line"`
	Code    string `json:"code"`
	Message string `json:"message" doc:"By Accept-Language"`
}

// TemplatePreview is what became of a text: its mistakes, and, as far as it can be read, the template with sample sentences.
type TemplatePreview struct {
	Problems []TemplateProblem `json:"problems"`
	Template *TemplateDoc      `json:"template"`
	Samples  []TemplateSample  `json:"samples" doc:"Sentences of the template's own worked examples"`
}

// TemplateSample is one sentence a section could hold.
type TemplateSample struct {
	Section  string         `json:"section"`
	Language string         `json:"language"`
	Text     string         `json:"text"`
	Owner    interview.Part `json:"owner,omitempty"`
	DueDate  string         `json:"due_date,omitempty"`
}

// previewTemplate reads a text as a template and stores nothing: a template comes into use by its file.
func (s *Server) previewTemplate(ctx context.Context, in *previewIn) (*Body[TemplatePreview], error) {
	t, problems := s.Templates.Preview(in.Body.Name+".yaml", []byte(in.Body.Text))
	out := TemplatePreview{Problems: []TemplateProblem{}, Samples: []TemplateSample{}}
	for _, p := range problems {
		out.Problems = append(out.Problems, TemplateProblem{Line: p.Line, Code: p.Code, Message: p.Text(callOf(ctx).lang)})
	}
	if t != nil {
		doc := templateDoc(t)
		out.Template = &doc
		for _, sec := range t.Sections {
			for lang, list := range sec.Examples {
				for _, x := range list {
					for _, e := range x.Expect {
						if !e.Sensitive {
							out.Samples = append(out.Samples, TemplateSample{Section: sec.Key, Language: lang, Text: e.Text, Owner: e.Owner, DueDate: e.DueDate})
						}
					}
				}
			}
		}
	}
	return &Body[TemplatePreview]{out}, nil
}
