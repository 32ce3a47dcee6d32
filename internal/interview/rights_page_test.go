package interview

import (
	"slices"
	"strings"
	"testing"
)

// rightsPage is the table of the rights page, line by line, written here a second time: action · subject · its interviewer
// · hr without relation · operator without relation, each with the states it holds in. "-" is never; "all" is every state
// but erased, "ever" that one too. What the page leaves to more than relation and state (own words, a template's leave,
// a second person) has its test where it is decided.
const rightsPage = `
see               | ever | ever | ever | -
change            | - | before | before | -
consent           | all | all | - | -
attest            | - | needs_consent awaiting_recording | - | -
upload            | - | needs_consent awaiting_recording needs_transcription failed | - | -
retry             | - | needs_transcription failed | - | -
write_sheet       | needs_consent awaiting_recording | - | - | -
read_sheet        | all | all | - | -
briefing          | - | all | - | -
hear              | all | all | - | -
off_record        | all | all | - | -
correct           | before | before | - | -
read_draft        | review | review checking | - | -
read_record       | sealed | sealed | sealed | -
edit              | in_review revising | in_review revising | - | -
write_note        | - | review | - | -
read_note         | - | review | review | -
comment           | in_review revising | in_review revising | - | -
release           | - | checking | - | -
redraft           | in_review | checking in_review | - | -
revise            | in_review | in_review | - | -
draft_reply       | - | in_review revising | - | -
hand_back         | - | in_review | - | -
remind            | - | needs_consent in_review | needs_consent in_review | -
decide            | in_review | - | - | -
reopen            | approved | - | - | -
close_unconfirmed | - | - | in_review | -
export            | review | review | sealed | -
see_actions       | review | review | approved | -
see_reads         | ever | - | ever | -
request           | ever | - | - | -
see_requests      | ever | - | ever | -
answer_request    | - | - | ever | -
write_by_hand     | - | awaiting_recording needs_transcription failed | - | -
erase             | - | - | all | -
handover          | - | - | all | -
succeed           | all | - | - | -
successors        | all | all | all | -
audit             | ever | ever | ever | ever
ask_reopen        | - | approved | approved | -
`

func statesOf(t *testing.T, cell string) []Status {
	t.Helper()
	var out []Status
	for _, w := range strings.Fields(cell) {
		switch w {
		case "-":
		case "ever":
			out = append(out, Statuses...)
		case "all":
			out = append(out, slices.DeleteFunc(slices.Clone(Statuses), func(s Status) bool { return s == Erased })...)
		case "before":
			out = append(out, BeforeApproval...)
		case "review":
			out = append(out, InReview, Revising, Approved, ClosedUnconfirmed)
		case "sealed":
			out = append(out, Approved, ClosedUnconfirmed)
		default:
			if !Status(w).In(Statuses...) {
				t.Fatalf("no state %q", w)
			}
			out = append(out, Status(w))
		}
	}
	return out
}

// TestEveryCellOfTheRightsPage asks each action, as each relation, in each state, and that no action is missing there.
func TestEveryCellOfTheRightsPage(t *testing.T) {
	t.Parallel()
	who := []Person{{ID: "e"}, {ID: "i", Roles: []Role{RoleInterviewer}}, {ID: "h", Roles: []Role{RoleHR}}, {ID: "o", Roles: []Role{RoleAdmin}}}
	known := map[Action]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(rightsPage), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			t.Fatalf("a line of %d cells: %s", len(cells), line)
		}
		act := Action(strings.TrimSpace(cells[0]))
		known[act] = true
		for i, p := range who {
			may := statesOf(t, cells[i+1])
			for _, s := range Statuses {
				err := Judge(p, act, Talk{Employee: "e", Interviewer: "i", OpenedBy: "i", Status: s})
				want := ""
				switch {
				case s.In(may...):
				case p.ID == "o": // an operator does not know that it exists
					want = "not_found"
				case len(may) > 0:
					want = "state_conflict"
				default:
					want = "forbidden"
				}
				got := ""
				if err != nil {
					got = Code(err)
				}
				if got != want {
					t.Errorf("%s as %s in %s: %q, the page says %q", act, p.ID, s, got, want)
				}
			}
		}
	}
	for _, g := range Rights {
		if !known[g.Action] {
			t.Errorf("%s is granted and not on the page", g.Action)
		}
	}
}

// TestSuccession: a new interviewer meets a shut door on what was made before, opened by the employee alone, with or without
// what is sensitive; somebody else the employee releases it to reads the approved record and nothing more.
func TestSuccession(t *testing.T) {
	t.Parallel()
	released := func(sensitive bool) *Succession {
		return &Succession{Held: "i", Released: []Release{{Person: "n", Sensitive: sensitive}}}
	}
	n, i, x := Person{ID: "n", Roles: []Role{RoleInterviewer}}, Person{ID: "i", Roles: []Role{RoleInterviewer}}, Person{ID: "x", Roles: []Role{RoleInterviewer}}
	for _, r := range []struct {
		name string
		who  Person
		talk Talk
		yes  string
		no   string // forbidden, or not_found when yes is empty
	}{
		{"shut", n, Talk{Interviewer: "n", Status: InReview, Succession: &Succession{Held: "i"}}, "see change briefing write_note successors remind audit",
			"hear read_draft edit comment revise export see_actions read_sheet hand_back off_record"},
		{"opened without what is sensitive", n, Talk{Interviewer: "n", Status: InReview, Succession: released(false)}, "read_draft edit comment revise export see_actions hand_back",
			"hear correct off_record read_sheet"},
		{"opened whole", n, Talk{Interviewer: "n", Status: InReview, Succession: released(true)}, "read_draft edit hear correct off_record read_sheet", ""},
		{"handed back", i, Talk{Interviewer: "i", Status: InReview, Succession: &Succession{Held: "i"}}, "read_draft edit hear", ""},
		{"the one before", i, Talk{Interviewer: "n", Status: InReview, Succession: released(true)}, "", "see read_draft hear"},
		{"an earlier record", n, Talk{Interviewer: "i", Status: Approved, Succession: released(false)}, "see read_record see_actions", "hear read_draft export comment see_reads audit successors briefing"},
		{"an earlier record, not approved", n, Talk{Interviewer: "i", Status: InReview, Succession: released(true)}, "", "see read_draft read_record"},
		{"somebody else", x, Talk{Interviewer: "i", Status: Approved, Succession: released(true)}, "", "see read_record"},
	} {
		r.talk.Employee = "e"
		for a := range strings.FieldsSeq(r.yes) {
			if err := Judge(r.who, Action(a), r.talk); err != nil {
				t.Errorf("%s: %s: %v", r.name, a, err)
			}
		}
		want := "forbidden"
		if r.yes == "" {
			want = "not_found"
		}
		for a := range strings.FieldsSeq(r.no) {
			if err := Judge(r.who, Action(a), r.talk); err == nil || Code(err) != want {
				t.Errorf("%s: %s: %v, want %s", r.name, a, err, want)
			}
		}
	}
	off := n
	off.Disabled = true
	if Judge(off, ActSee, Talk{Employee: "e", Interviewer: "n", Status: InReview}) == nil {
		t.Error("an account that is switched off sees its interview")
	}
	// An hr partner to whom an interview passed reads as hr what hr may, and no draft.
	hr := Person{ID: "n", Roles: []Role{RoleHR}}
	talk := Talk{Employee: "e", Interviewer: "n", Status: Approved, Succession: &Succession{Held: "i"}}
	if err := Judge(hr, ActReadRecord, talk); err != nil {
		t.Errorf("hr reads no approved record: %v", err)
	}
	if Judge(hr, ActReadDraft, talk) == nil || Judge(hr, ActHear, talk) == nil {
		t.Error("a shut interview is open to an hr partner")
	}
}
