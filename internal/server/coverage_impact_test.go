package server_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

// impactWorld has needs of the suspension 1, which lasted from 9 March to 30 June
// 2020, days of Rome:
//
//	12  4 people  open from 1 April to 10 July, then MET: 101 days, 91 of them lost
//	13  3 people  open from 21 June to 20 July, then WITHDRAWN: 30 days, 10 lost
//	14  2 people  REJECTED on a day that nobody knows
//	15  5 people  open from 1 to 10 June, then MET while it lasted: 10 days, all lost
//	16  1 person  open since 30 June: one day lost
const impactWorld = coverageWorld + `
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location_kind, suspension_id)
select place, 'MINORS', 'SUSPENDED_SERVICE', status::need_status, severity, people, answered, reported::timestamptz, 'UNDISCLOSED', 1
from (values (1, 3, 'MET', 2, 4, 4, '2020-03-31 22:00+00'), (2, 3, 'CLOSED', 5, 3, 0, '2020-06-20 22:00+00'), (3, 4, 'REJECTED', 1, 2, 0, '2020-05-01 12:00+00'),
 (4, 3, 'MET', 3, 5, 5, '2020-05-31 22:00+00'), (5, 4, 'VERIFIED', 4, 1, 0, '2020-06-29 22:00+00')) v(k, place, status, severity, people, answered, reported) order by k;
insert into need_event (need_id, at, kind, from_status, to_status) values (12, '2020-07-10 22:00+00', 'STATUS_CHANGED', 'REPORTED', 'MET'),
 (13, '2020-07-20 22:00+00', 'STATUS_CHANGED', 'REPORTED', 'CLOSED'), (15, '2020-06-10 22:00+00', 'STATUS_CHANGED', 'REPORTED', 'MET'),
 (16, '2020-08-01 12:00+00', 'STATUS_CHANGED', 'REPORTED', 'VERIFIED');
`

type impactAnswer struct {
	Suspension                                                struct{ ID string }
	NeedCount, People, OpenNeeds, OpenPeople, NeedsWithoutEnd int
	NeedDaysLost, NeedDays                                    float64
	CameBack                                                  *struct{ Capacity, NeedsMet, PeopleAnswered, NeedsEndedOtherwise int }
	Needs                                                     []struct{ ID string }
}

func (s *site) impact(t *testing.T, who, suspension string) impactAnswer {
	t.Helper()
	var got struct{ SuspensionImpact impactAnswer }
	s.as(who).get(t, withIDs(`{suspensionImpact(suspension: "«Suspension:`+suspension+`»") {suspension {id} needCount people openNeeds openPeople needsWithoutEnd needDaysLost needDays
		cameBack {capacity needsMet peopleAnswered needsEndedOtherwise} needs {id}}}`), nil, &got)
	return got.SuspensionImpact
}

func (a impactAnswer) keys() (keys []int) {
	for _, n := range a.Needs {
		for key := range 20 {
			if globalID("Need", key) == n.ID {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func TestSuspensionImpact(t *testing.T) {
	s := newCovered(t, impactWorld)
	got := s.impact(t, "COORDINATOR", "1")
	since := time.Since(time.Date(2020, 6, 29, 22, 0, 0, 0, time.UTC)).Hours() / 24
	if got.NeedCount != 5 || got.People != 15 || got.OpenNeeds != 1 || got.OpenPeople != 1 || got.NeedsWithoutEnd != 1 ||
		got.NeedDaysLost != 91+10+10+1 || math.Abs(got.NeedDays-(101+30+10+since)) > 0.06 || got.Suspension.ID != globalID("Suspension", 1) {
		t.Errorf("ended: %s", mustJSON(got))
	}
	if c := got.CameBack; c == nil || c.Capacity != 0 || c.NeedsMet != 1 || c.PeopleAnswered != 4 || c.NeedsEndedOtherwise != 1 {
		t.Errorf("came back: %s", mustJSON(c)) // the service is suspended again
	}
	if keys := got.keys(); string(mustJSON(keys)) != "[13,16,15,12,14]" { // by severity
		t.Errorf("needs %v", keys)
	}
	lasting := s.impact(t, "COORDINATOR", "2")
	days := time.Since(time.Date(2024, 2, 29, 23, 0, 0, 0, time.UTC)).Hours() / 24
	if lasting.NeedCount != 1 || lasting.People != 10 || lasting.OpenPeople != 10 || lasting.CameBack != nil || math.Abs(lasting.NeedDaysLost-days) > 0.06 || lasting.NeedDays != lasting.NeedDaysLost {
		t.Errorf("lasting: %s", mustJSON(lasting))
	}
	// Resumed, its places are back; what ended before that did not come back.
	s.do(t, `resumeService(input: {service: "«Service:2»", version: ?}) {service {id}`)
	if c := s.impact(t, "COORDINATOR", "1").CameBack; c.Capacity != 20 {
		t.Errorf("resumed: %+v", c)
	}
	if c := s.impact(t, "COORDINATOR", "2").CameBack; c == nil || c.Capacity != 20 || c.NeedsMet+c.PeopleAnswered+c.NeedsEndedOtherwise != 0 {
		t.Errorf("resumed: %+v", c)
	}
}

// TestSuspensionImpactOfOthers tells operators of their own needs only.
func TestSuspensionImpactOfOthers(t *testing.T) {
	s := newCovered(t, impactWorld)
	if a := s.impact(t, "OPERATOR of a territory", "1"); a.NeedCount != 3 || a.People != 12 || a.OpenNeeds != 0 || a.NeedsWithoutEnd != 0 || a.NeedDays != 141 || a.CameBack.NeedsMet != 1 {
		t.Errorf("058091-01: %s", mustJSON(a))
	}
	if a := s.impact(t, "OPERATOR of nothing", "1"); a.NeedCount != 0 || len(a.Needs) != 0 || a.NeedDays != 0 || a.CameBack.NeedsEndedOtherwise != 0 {
		t.Errorf("nothing: %s", mustJSON(a))
	}
	for id, code := range map[string]string{"«Suspension:99»": "NOT_FOUND", "«Service:2»": "INVALID", "x": "INVALID"} {
		answer := s.as("COORDINATOR").ask(t, withIDs(`{suspensionImpact(suspension: "`+id+`") {people}}`), nil)
		if got, _ := answer.first(); got != code {
			t.Errorf("%s: %s, want %s", id, got, code)
		}
	}
	answer := s.as("COORDINATOR").ask(t, withIDs(`{suspensionImpact(suspension: "«Suspension:1»") {needs(first: 2) {id} none: needs(first: 0) {id}}}`), nil)
	var seen struct{ SuspensionImpact struct{ Needs, None []any } }
	if err := json.Unmarshal(answer.Data, &seen); err != nil || len(seen.SuspensionImpact.Needs) != 2 || len(seen.SuspensionImpact.None) != 0 {
		t.Errorf("%s %+v %v", answer.Data, answer.Errors, err)
	}
}
