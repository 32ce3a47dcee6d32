package drafting

import (
	"fmt"
	"strings"
	"testing"

	"kikigaki/internal/interview"
	"kikigaki/internal/testkit"
)

// TestOneFault breaks one answer of a run. Whatever it is, the draft is whole or there is none.
func TestOneFault(t *testing.T) {
	t.Parallel()
	const canary = "カナリアの言葉 tangerine"
	for _, c := range []struct {
		fault testkit.Fault
		code  string // "" = the run recovers
		more  int    // requests beyond the undisturbed run's, at least
	}{
		{testkit.FaultLength, "", 1},
		{testkit.FaultWhitespace, "", 1},
		{testkit.FaultLongString, "", 1},
		{testkit.FaultRefusal, "", 1},
		{testkit.FaultContentFilter, "", 1},
		{testkit.FaultContentJSON, "", 1},
		{testkit.FaultSchema, "", 1},
		{testkit.FaultProse, "", 1},
		{testkit.FaultFence, "", 1},
		{testkit.FaultNoChoices, "", 1},
		{testkit.FaultNoUsage, "", 0},
		{testkit.FaultTruncated, "", 1},
		{testkit.FaultTrailing, "", 1},
		{testkit.FaultOKError, "", 1},
		{testkit.FaultOKObject, "", 1},
		{testkit.FaultOKNothing, "", 1},
		{testkit.FaultHTML, "", 1},
		{testkit.FaultHuge, "", 1},
		{testkit.FaultBusy, "", 1},
		{testkit.FaultBusyDate, "", 1},
		{testkit.FaultBusySilent, "", 1},
		{testkit.FaultServer, "", 1},
		{testkit.FaultOverloaded, "", 1},
		{testkit.FaultErrorString, "", 1},
		{testkit.FaultDrop, "", 1},
		{testkit.FaultCut, "", 1},
		{testkit.FaultRedirect, "", 1},
		{testkit.FaultRedirectKeep, "", 1},
		{testkit.FaultAccepted, "", 1},
		{testkit.FaultUnauthorized, "endpoint_unauthorized", 0},
		{testkit.FaultPayment, "endpoint_quota", 0},
		{testkit.FaultQuota, "endpoint_quota", 0},
		{testkit.FaultModelGone, "endpoint_model_gone", 0},
		{testkit.FaultBadRequest, "endpoint_rejected", 0},
		{testkit.FaultFastAPI, "endpoint_rejected", 0},
	} {
		for _, length := range []int{600, 1800} { // one pass, parts
			t.Run(fmt.Sprintf("%s/%d", c.fault, length), func(t *testing.T) {
				t.Parallel()
				plants := planted(topics[0])
				s := &scripted{plants: plants}
				elsewhere := testkit.OpenAI(t, testkit.OpenAIOptions{})
				l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{Canary: canary, RedirectTo: elsewhere.URL})
				server.Fail("chat", c.fault)
				d, err := l.Draft(t.Context(), input(t, talk(length, plants)))
				if len(elsewhere.Chats()) > 0 {
					t.Error("a redirect was followed")
				}
				if err != nil && (strings.Contains(err.Error(), "カナリア") || strings.Contains(err.Error(), "tangerine")) {
					t.Errorf("the error repeats the endpoint's body: %v", err)
				}
				if c.code != "" {
					if d != nil || interview.Code(err) != c.code {
						t.Errorf("draft %v, error %v, want %s", d != nil, err, c.code)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				arrive(t, d, plants)
				if d.Coverage.Read != d.Coverage.Segments {
					t.Errorf("coverage %+v", d.Coverage)
				}
				undisturbed := 1
				if length > 1200 {
					undisturbed = 3
				}
				if n := len(server.Chats()); n < undisturbed+c.more {
					t.Errorf("%d requests, want at least %d", n, undisturbed+c.more)
				}
			})
		}
	}
}

// TestEveryAnswerFails lets every answer fail in the same way: an error with its code, no draft, and an end.
func TestEveryAnswerFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault testkit.Fault
		code  string
		most  int // requests
	}{
		{testkit.FaultLength, "endpoint_answer_unusable", 20},
		{testkit.FaultWhitespace, "endpoint_answer_unusable", 20},
		{testkit.FaultLongString, "endpoint_answer_unusable", 20},
		{testkit.FaultRefusal, "endpoint_answer_unusable", 4},
		{testkit.FaultContentFilter, "endpoint_answer_unusable", 4},
		{testkit.FaultContentJSON, "endpoint_answer_unusable", 30},
		{testkit.FaultSchema, "endpoint_answer_unusable", 30},
		{testkit.FaultProse, "endpoint_answer_unusable", 30},
		{testkit.FaultTrailing, "endpoint_answer_unusable", 30},
		{testkit.FaultOKError, "endpoint_answer_unusable", 30},
		{testkit.FaultServer, "endpoint_unavailable", 12},
		{testkit.FaultBusy, "endpoint_unavailable", 12},
		{testkit.FaultDrop, "endpoint_unavailable", 12},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			s := &scripted{plants: planted(topics[0])}
			l, server := serve(t, "stand-in", s, testkit.OpenAIOptions{Fault: func(testkit.Call) testkit.Fault { return c.fault }})
			for _, length := range []int{600, 1800} {
				before := len(server.Chats())
				d, err := l.Draft(t.Context(), input(t, talk(length, s.plants)))
				if d != nil || interview.Code(err) != c.code {
					t.Errorf("draft %v, error %v, want %s", d != nil, err, c.code)
				}
				if n := len(server.Chats()) - before; n > c.most*2 {
					t.Errorf("%d requests before giving up, want at most %d", n, c.most*2)
				}
			}
			if interview.Messages[c.code].Class == interview.Final && len(l.memo.items) > 0 {
				t.Error("unusable answers are kept for the next try")
			}
		})
	}
}
