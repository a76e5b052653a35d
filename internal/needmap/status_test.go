package needmap_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// rightsOf gives what a role may do, over the small territory.
func rightsOf(t *testing.T, v needmap.Viewer) needmap.Access {
	t.Helper()
	access, err := v.Access(romanAtlas())
	if err != nil {
		t.Fatal(err)
	}
	return access
}

// steps is the life of a need, written out: where each status may go.
var steps = map[needmap.NeedStatus][]needmap.NeedStatus{
	"REPORTED":    {"VERIFIED", "CLOSED", "REJECTED"},
	"VERIFIED":    {"ASSIGNED", "CLOSED", "REJECTED"},
	"ASSIGNED":    {"VERIFIED", "IN_PROGRESS", "CLOSED"},
	"IN_PROGRESS": {"ASSIGNED", "MET", "CLOSED"},
	"MET":         {"REPORTED"},
	"CLOSED":      {"REPORTED"},
	"REJECTED":    {"REPORTED"},
}

// TestTransitions tries each step from each status as who may write, as who only
// reads, and with a merged need.
func TestTransitions(t *testing.T) {
	operator := rightsOf(t, needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"12"}})
	analyst := rightsOf(t, needmap.Viewer{Role: needmap.RoleAnalyst})
	other := int64(2)
	for _, from := range needmap.NeedStatuses {
		for _, to := range needmap.NeedStatuses {
			n := &needmap.Need{ID: 1, MunicipalityID: 3, Status: from}
			allowed := slices.Contains(steps[from], to)
			if got := slices.Contains(operator.Transitions(n), to); got != allowed {
				t.Errorf("%s to %s is listed: %v", from, to, got)
			}
			if err := operator.CheckTransition(n, to); (err == nil) != allowed {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			if err := analyst.CheckTransition(n, to); needmap.ErrorCode(err) != needmap.CodeForbidden || len(analyst.Transitions(n)) > 0 {
				t.Errorf("%s to %s as ANALYST: %v", from, to, err)
			}
			elsewhere := *n
			elsewhere.MunicipalityID = 99
			if err := operator.CheckTransition(&elsewhere, to); needmap.ErrorCode(err) != needmap.CodeForbidden || len(operator.Transitions(&elsewhere)) > 0 {
				t.Errorf("%s to %s of a need outside the territory: %v", from, to, err)
			}
			n.MergedInto = &other
			if err := operator.CheckTransition(n, to); needmap.ErrorCode(err) != needmap.CodeInvalid || len(operator.Transitions(n)) > 0 {
				t.Errorf("%s to %s of a merged need: %v", from, to, err)
			}
		}
	}
}

// TestRefusedTransitionsSayWhy holds the words to the case.
func TestRefusedTransitionsSayWhy(t *testing.T) {
	access := rightsOf(t, needmap.Viewer{Role: needmap.RoleCoordinator})
	for _, c := range []struct{ from, to, says string }{
		{"REPORTED", "MET", "it can become VERIFIED, CLOSED and REJECTED"},
		{"REPORTED", "REPORTED", "is REPORTED already"},
		{"VERIFIED", "REPORTED", "only a need that has ended is reopened"},
		{"CLOSED", "MET", "can only be reopened, as REPORTED"},
		{"REPORTED", "DONE", `"DONE" is not one of`},
	} {
		err := access.CheckTransition(&needmap.Need{Status: needmap.NeedStatus(c.from)}, needmap.NeedStatus(c.to))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s to %s: %v, want %q", c.from, c.to, err, c.says)
		}
	}
}

// TestEndReasons tries each reason at each end.
func TestEndReasons(t *testing.T) {
	fitting := map[needmap.NeedStatus]string{
		"CLOSED":   "WITHDRAWN MOVED_AWAY ANSWERED_ELSEWHERE NO_LONGER_NEEDED UNREACHABLE OTHER",
		"REJECTED": "DUPLICATE OUT_OF_SCOPE INSUFFICIENT_INFORMATION NOT_A_NEED OTHER",
	}
	words, blank := "così", " "
	for _, to := range needmap.NeedStatuses {
		ends := fitting[to] != ""
		if err := needmap.CheckEndReason(to, nil, &words); (err == nil) == ends {
			t.Errorf("%s without a code: %v", to, err)
		}
		for _, code := range needmap.EndReasons {
			fits := ends && slices.Contains(strings.Fields(fitting[to]), string(code))
			if err := needmap.CheckEndReason(to, &code, &words); (err == nil) != fits {
				t.Errorf("%s for %s: %v", to, code, err)
			}
			for _, said := range []*string{nil, &blank} {
				if err := needmap.CheckEndReason(to, &code, said); (err == nil) != (fits && code != needmap.EndOther) {
					t.Errorf("%s for %s without words: %v", to, code, err)
				}
			}
		}
	}
}

// TestTransitionIsAStep holds what is told of a change of status.
func TestTransitionIsAStep(t *testing.T) {
	access := rightsOf(t, needmap.Viewer{Role: needmap.RoleCoordinator})
	code, words, blank := needmap.EndWithdrawn, " ci hanno ripensato ", " "
	for _, c := range []struct {
		name   string
		change needmap.NeedChange
		from   needmap.NeedStatus
		want   string // kind, status, reason code, reason
		field  string // of the refusal
	}{
		{"verify", access.Transition("VERIFIED", nil, &blank), "REPORTED", "STATUS_CHANGED VERIFIED", ""},
		{"close", access.Transition("CLOSED", &code, &words), "REPORTED", "STATUS_CHANGED CLOSED WITHDRAWN WITHDRAWN ci hanno ripensato", ""},
		{"reopen", access.Reopen(words), "CLOSED", "REOPENED REPORTED ci hanno ripensato", ""},
		{"reopen by a transition", access.Transition("REPORTED", nil, &words), "MET", "REOPENED REPORTED ci hanno ripensato", ""},
		{"reopen without a reason", access.Transition("REPORTED", nil, nil), "MET", "", "reason"},
		{"reopen for a blank reason", access.Reopen(blank), "MET", "", "reason"},
		{"reopen what is open", access.Reopen(words), "VERIFIED", "", "id"},
		{"close without a reason", access.Transition("CLOSED", nil, nil), "REPORTED", "", "reasonCode"},
	} {
		was := needmap.EndMovedAway
		n := &needmap.Need{Status: c.from}
		if c.from == needmap.StatusClosed {
			n.EndReason = &was
		}
		step, err := c.change(n)
		if c.field != "" {
			if known := needmap.Mistakes(err); len(known) != 1 || known[0].Field != c.field {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		got := fmt.Sprint(step.Kind, " ", n.Status)
		if n.EndReason != nil {
			got += " " + string(*n.EndReason)
		}
		for _, text := range []*string{step.ReasonCode, step.Reason} {
			if text != nil {
				got += " " + *text
			}
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %s %v, want %s", c.name, got, err, c.want)
		}
	}
}
