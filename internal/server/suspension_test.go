package server_test

import (
	"testing"
	"time"
)

const (
	suspendedFields = `service {status version} suspension {from to reason} needs {id origin} needCount`
	resumedFields   = suspendedFields + ` freeCapacity`
)

// romeDay is a day in Europe/Rome, so many days from today.
func romeDay(t *testing.T, days int) string {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().In(rome).AddDate(0, 0, days).Format(time.DateOnly)
}

// TestSuspensionRefusals changes nothing. Service 1 runs, 2 is suspended.
func TestSuspensionRefusals(t *testing.T) {
	s := newAnswering(t, "")
	suspend := `service: "«Service:1»", version: 1, from: "2024-03-01", reason: "Lavori"`
	for _, c := range []struct{ who, name, input, outcome string }{
		{"", "suspendService", suspend, "UNAUTHENTICATED"},
		{"analyst", "suspendService", suspend, "FORBIDDEN"},
		{"rome", "suspendService", suspend, "FORBIDDEN"},
		{"beta", "suspendService", suspend, "FORBIDDEN"},
		{"beta", "suspendService", suspend + `, markNeeds: true`, "FORBIDDEN"},
		{"coordinator", "suspendService", `service: "«Service:99»", version: 1, from: "2024-03-01", reason: "Lavori"`, "NOT_FOUND"},
		{"coordinator", "suspendService", `service: "«Need:1»", version: 1, from: "2024-03-01", reason: "Lavori"`, "INVALID service"},
		{"coordinator", "suspendService", `service: "«Service:1»", version: 1, from: "2024-03-01", reason: " "`, "INVALID reason"},
		{"coordinator", "suspendService", `service: "«Service:1»", version: 1, from: "` + romeDay(t, 1) + `", reason: "Lavori"`, "INVALID from"},
		{"coordinator", "suspendService", suspend + `, to: "` + romeDay(t, -1) + `"`, "INVALID to"},
		{"coordinator", "suspendService", `service: "«Service:1»", version: 2, from: "2024-03-01", reason: "Lavori"`, "CONFLICT version"},
		{"coordinator", "suspendService", `service: "«Service:2»", version: 1, from: "2024-03-01", reason: "Lavori"`, "CONFLICT service"},
		{"", "resumeService", `service: "«Service:2»", version: 1`, "UNAUTHENTICATED"},
		{"analyst", "resumeService", `service: "«Service:2»", version: 1`, "FORBIDDEN"},
		{"rome", "resumeService", `service: "«Service:2»", version: 1`, "FORBIDDEN"},
		{"coordinator", "resumeService", `service: "«Service:99»", version: 1`, "NOT_FOUND"},
		{"coordinator", "resumeService", `service: "«Service:1»", version: 1`, "CONFLICT service"},
		{"coordinator", "resumeService", `service: "«Service:2»", version: 7`, "CONFLICT version"},
		{"coordinator", "resumeService", `service: "«Service:2»", version: 1, lastDay: "` + romeDay(t, 1) + `"`, "INVALID lastDay"},
		{"coordinator", "resumeService", `service: "«Service:2»", version: 1, lastDay: "2021-01-09"`, "INVALID lastDay"},
	} {
		if p := s.pay(t, c.who, c.name, c.input, suspendedFields); p.outcome() != c.outcome || p.Service != nil || len(p.Needs) > 0 {
			t.Errorf("%s: %s of %s: %s", c.who, c.name, c.input, p.outcome())
		}
	}
	var written int
	if err := s.db.Get(&written, `select (select count(*) from directory_event) + (select count(*) - 2 from suspension)`); err != nil || written > 0 {
		t.Errorf("%d rows were written, %v", written, err)
	}
}

// TestSuspendAndResumeService suspends service 1, to which needs 1 and 5 look, and
// brings it back. Alfa sees both, since it answers them.
func TestSuspendAndResumeService(t *testing.T) {
	s := newAnswering(t, answers+`
insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at) values
 (5, 1, 1, 1, 'ACCEPTED', '2024-03-01', '2024-03-01');`)
	p := s.pay(t, "alfa", "suspendService", `service: "«Service:1»", version: 1, from: "2024-03-01", reason: "Lavori", markNeeds: true`, suspendedFields)
	if p.outcome() != "done" || p.Service.Status != "SUSPENDED" || p.Service.Version != 2.0 || p.Suspension.To != nil || p.Suspension.Reason != "Lavori" {
		t.Fatalf("%s %+v", p.outcome(), p)
	}
	// Need 1 is left behind by another suspension already, and the more severe.
	if p.NeedCount != 2 || len(p.Needs) != 2 || p.Needs[0].ID != globalID("Need", 1) || p.Needs[1].Origin != "SUSPENDED_SERVICE" {
		t.Errorf("%d needs: %+v", p.NeedCount, p.Needs)
	}
	if again := s.pay(t, "alfa", "suspendService", `service: "«Service:1»", version: 2, from: "2024-03-01", reason: "Lavori"`, suspendedFields); again.outcome() != "CONFLICT service" {
		t.Errorf("again: %s", again.outcome())
	}
	if offer := s.answer(t, "coordinator", "acceptResponse", `id: "«Response:3»", version: 1`); offer.outcome() != "CONFLICT id" {
		t.Errorf("an offer of a suspended service is accepted: %s", offer.outcome())
	}
	back := s.pay(t, "alfa", "resumeService", `service: "«Service:1»", version: 2, lastDay: "2024-03-31"`, resumedFields)
	if back.outcome() != "done" || back.Service.Status != "ACTIVE" || back.Suspension.To != "2024-03-31" {
		t.Fatalf("%s %+v", back.outcome(), back)
	}
	if back.FreeCapacity == nil || *back.FreeCapacity != 40-4-3-1 || back.NeedCount != 1 || back.Needs[0].ID != globalID("Need", 5) {
		t.Errorf("what comes back: %v places, %d needs %+v", back.FreeCapacity, back.NeedCount, back.Needs)
	}
	// The suspension of service 2 left need 1 behind, in Rome.
	other := s.pay(t, "coordinator", "resumeService", `service: "«Service:2»", version: 1`, resumedFields)
	if other.outcome() != "done" || other.Suspension.To != romeDay(t, -1) || other.NeedCount != 1 || *other.FreeCapacity != 20 {
		t.Errorf("%s %+v", other.outcome(), other)
	}
}
