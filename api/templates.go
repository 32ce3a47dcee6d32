package api

import (
	"context"

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
	return &Body[TemplateDoc]{out}, nil
}
