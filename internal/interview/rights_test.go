package interview

import "testing"

func TestRightsPage(t *testing.T) {
	t.Parallel()
	talk := Talk{Employee: "e", Interviewer: "i", OpenedBy: "i"}
	subject, interviewer := Person{ID: "e"}, Person{ID: "i", Roles: []Role{RoleInterviewer}}
	hr, admin := Person{ID: "h", Roles: []Role{RoleHR}}, Person{ID: "o", Roles: []Role{RoleAdmin}}
	other := Person{ID: "x", Roles: []Role{RoleInterviewer}}
	subjectHR := Person{ID: "e", Roles: []Role{RoleHR, RoleAdmin}}
	off := Person{ID: "i", Roles: []Role{RoleInterviewer}, Disabled: true}
	for _, r := range []struct {
		who  Person
		act  Action
		in   Status
		want string // "" is yes
	}{
		{subject, ActDecide, InReview, ""}, {interviewer, ActDecide, InReview, "forbidden"}, {hr, ActDecide, InReview, "forbidden"},
		{subject, ActDecide, Checking, "state_conflict"}, {subject, ActReadDraft, Checking, "state_conflict"}, {subject, ActReadDraft, InReview, ""},
		{interviewer, ActReadDraft, Checking, ""}, {hr, ActReadDraft, InReview, "forbidden"}, {hr, ActReadRecord, Approved, ""},
		{hr, ActReadRecord, InReview, "state_conflict"}, {hr, ActHear, Approved, "forbidden"}, {hr, ActSee, Drafting, ""},
		{admin, ActSee, Drafting, "not_found"}, {admin, ActHear, Approved, "not_found"}, {admin, ActAudit, Approved, ""},
		{other, ActSee, InReview, "not_found"}, {off, ActSee, InReview, "not_found"},
		{interviewer, ActConsent, NeedsConsent, ""}, {hr, ActConsent, NeedsConsent, "forbidden"},
		{interviewer, ActUpload, AwaitingRecording, ""}, {hr, ActUpload, AwaitingRecording, "forbidden"}, {interviewer, ActUpload, Approved, "state_conflict"},
		{subjectHR, ActErase, Approved, "forbidden"}, {hr, ActErase, Approved, ""}, {hr, ActErase, Erased, "state_conflict"},
		{subject, ActRevise, InReview, ""}, {interviewer, ActRelease, Checking, ""}, {interviewer, ActReopen, Approved, "forbidden"},
		{interviewer, ActHandBack, InReview, ""}, {subject, ActHandBack, InReview, "forbidden"}, {hr, ActHandBack, InReview, "forbidden"},
		{interviewer, ActRemind, NeedsConsent, ""}, {hr, ActRemind, InReview, ""}, {subject, ActRemind, InReview, "forbidden"}, {interviewer, ActRemind, Approved, "state_conflict"},
		{subject, ActReopen, Approved, ""}, {subject, ActHear, Erased, "state_conflict"}, {subject, ActSee, Erased, ""},
		{hr, ActCloseUnconfirmed, InReview, ""}, {interviewer, ActSeeReads, InReview, "forbidden"},
	} {
		got := ""
		talk.Status = r.in
		if err := Judge(r.who, r.act, talk); err != nil {
			got = Code(err)
		}
		if got != r.want {
			t.Errorf("%s (%v) %s in %s: %q, want %q", r.who.ID, r.who.Roles, r.act, r.in, got, r.want)
		}
	}
	opened := Talk{Employee: "e", Interviewer: "i", OpenedBy: "h", Status: AwaitingRecording}
	if err := Judge(hr, ActUpload, opened); err != nil {
		t.Errorf("hr uploads to an interview hr opened: %v", err)
	}
}

func TestAccountRights(t *testing.T) {
	t.Parallel()
	if JudgeAccount(Person{}, ActOpen) == nil || JudgeAccount(Person{Roles: []Role{RoleAdmin}}, ActOpen) == nil {
		t.Error("anybody opens interviews")
	}
	if err := JudgeAccount(Person{Roles: []Role{RoleInterviewer}}, ActOpen); err != nil {
		t.Error(err)
	}
	if JudgeAccount(Person{Disabled: true}, ActSelf) == nil || JudgeAccount(Person{Roles: []Role{RoleHR}}, ActOperate) == nil {
		t.Error("too much is allowed")
	}
}

// TestNobodyUnrelatedEverPasses asks every action in every state for people with no relation.
func TestNobodyUnrelatedEverPasses(t *testing.T) {
	t.Parallel()
	for _, g := range Rights {
		for _, s := range Statuses {
			talk := Talk{Employee: "e", Interviewer: "i", OpenedBy: "x", Status: s}
			if err := Judge(Person{ID: "x", Roles: []Role{RoleInterviewer}}, g.Action, talk); Code(err) != "not_found" || err == nil {
				t.Errorf("%s in %s: %v", g.Action, s, err)
			}
		}
	}
}
