package drafting

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kikigaki/internal/evidence"
	"kikigaki/internal/interview"
)

// faults are what the check finds in a statement, in the terms that Finish will judge by.
func (r *run) faults(s interview.Statement, section string) []evidence.Fault {
	found := r.checker.Check(s, section, r.in.spoken())
	if r.lang != r.in.spoken() {
		found = acrossLanguages(found)
	}
	return found
}

// recheck asks once more about every statement that the check refuses, with the fault named. What still fails is left
// for Finish to drop with its reason.
func (r *run) recheck(ctx context.Context, d *interview.Draft) error {
	var targets []target
	var remarks []remark
	for i := range d.Sections {
		s := &d.Sections[i]
		for j := range s.Statements {
			st, stays := r.spared(s.Statements[j], s.Key)
			s.Statements[j] = st
			if found := r.faults(st, s.Key); stays && len(found) > 0 {
				targets = append(targets, target{s.Key, st})
				remarks = append(remarks, remark{statement: st.ID, text: faultText(r.lang, found)})
			}
		}
	}
	if len(targets) == 0 {
		return nil
	}
	changes, err := r.discuss(ctx, targets, remarks)
	if err != nil {
		if lasting(err) {
			return nil // the answer is of no use; the statements go with the reason they had
		}
		return err
	}
	for _, c := range changes {
		if c.Statement == nil || c.Change != "rewrite" {
			continue
		}
		t := targets[*c.Statement-1]
		s := d.Section(t.section)
		i := slices.IndexFunc(s.Statements, func(x interview.Statement) bool { return x.ID == t.statement.ID })
		if i < 0 {
			continue
		}
		if better := r.changed(t.statement, t.section, c); len(r.faults(better, t.section)) == 0 {
			s.Statements[i] = better
		}
	}
	return nil
}

// spared takes from a statement the evidence that must stay out, when the rest carries it: what was said twice, once of
// it off the record, may stand on the other time. stays is false when nothing would be left; Finish then drops the
// statement with its reason, and there is no point in asking about it.
func (r *run) spared(s interview.Statement, section string) (_ interview.Statement, stays bool) {
	var kept []interview.Evidence
	for _, e := range s.Evidence {
		if r.reading.Out(e.Segment, e.Quote) == "" {
			kept = append(kept, e)
		}
	}
	if len(kept) == len(s.Evidence) {
		return s, true
	}
	less := s
	less.Evidence = kept
	if len(kept) == 0 || len(r.faults(less, section)) > 0 {
		return s, false
	}
	return less, true
}

// lasting reports an answer that will not become better: everything but a busy or misconfigured endpoint and the end of
// the context.
func lasting(err error) bool {
	return errors.Is(err, errTooLong) || errors.Is(err, errBroken) || errors.Is(err, errRefused) ||
		interview.Code(err) == "endpoint_answer_unusable"
}

// faultTexts say to the model what the check found, ja and en; {} is the word that was not found.
var faultTexts = map[evidence.Kind][2]string{
	evidence.NoEvidence:   {"根拠がない。", "It has no evidence."},
	evidence.NoSegment:    {"根拠の番号の発言がない。", "It cites a line that does not exist."},
	evidence.NoQuote:      {"引用が、その番号の発言に字のとおりにはない。", "A quote does not stand in the line it cites."},
	evidence.WrongSpeaker: {"根拠の発言は、その人の言葉ではない。", "The lines cited are not that speaker's."},
	evidence.WrongNumber:  {"「{}」という数が、根拠の発言にない。", "The number \"{}\" is not in the lines cited."},
	evidence.WrongDate:    {"「{}」という日付が、根拠の発言にない。", "The date \"{}\" is not in the lines cited."},
	evidence.WrongName:    {"「{}」という名前が、根拠の発言にない。", "The name \"{}\" is not in the lines cited."},
	evidence.Negation:     {"否定が、根拠の発言と合わない。", "The negation differs from the lines cited."},
	evidence.Condition:    {"条件が、根拠の発言と合わない。", "The condition differs from the lines cited."},
	evidence.Hearsay:      {"伝え聞きかどうかが、根拠の発言と合わない。", "It was hearsay in the lines cited, or was not."},
	evidence.Unsupported:  {"文の内容が、根拠の発言にない。", "What it says is not in the lines cited."},
	evidence.WrongOwner:   {"担当が、すると言った人ではない。", "The owner is not who said they would do it."},
}

func faultText(language string, found []evidence.Fault) string {
	var out []string
	for _, f := range found {
		t, ok := faultTexts[f.Kind]
		if !ok {
			t = [2]string{"根拠と合わない。", "It does not fit its evidence."}
		}
		s := t[1]
		if language == "ja" {
			s = t[0]
		}
		if s = strings.ReplaceAll(s, "{}", f.Word); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if language == "ja" {
		return strings.Join(out, "")
	}
	return strings.Join(out, " ")
}
