package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// needParts names a need of the small world in its version.
func needParts(id, version int) parts { return parts{"id": globalID("Need", id), "version": version} }

// TestChangesThatAreRefused asks for one change at a time. Nothing may be stored.
// Needs of the small world, in their versions: 1 (3) VERIFIED in 058091-01,
// reported by alfa, 2 (1) MET and 3 (1) REPORTED in 058091-02, 4 (2) REJECTED and
// 5 (1) IN_PROGRESS in 056001, with 5 of 7 people answered and 1 promised.
func TestChangesThatAreRefused(t *testing.T) {
	s := newCollecting(t)
	before := stored(t, s)
	for _, c := range []struct {
		who, mutation string
		id, version   int
		change        parts
		wrong         string
	}{
		{"", "updateNeed", 1, 3, nil, "UNAUTHENTICATED"},
		{"analyst", "updateNeed", 1, 3, nil, "FORBIDDEN"},
		{"alfa", "updateNeed", 5, 1, parts{"severity": 1}, "FORBIDDEN"}, // it sees the need for its answer only
		{"municipio", "updateNeed", 3, 1, parts{"severity": 1}, "NOT_FOUND"},
		{"municipio", "updateNeed", 99, 1, parts{"severity": 1}, "NOT_FOUND"},
		{"municipio", "updateNeed", 3, 7, parts{"severity": 1}, "NOT_FOUND"},
		{"municipio", "updateNeed", 1, 2, parts{"severity": 9}, "CONFLICT version"},
		{"municipio", "updateNeed", 1, 3, parts{"severity": 9, "people": 0}, "INVALID severity, INVALID people"},
		{"municipio", "updateNeed", 1, 3, parts{"point": parts{"longitude": 12.75, "latitude": 41.75}}, "FORBIDDEN municipality"},
		{"municipio", "updateNeed", 1, 3, parts{"municipality": "056001", "clear": []string{"LOCATION"}}, "FORBIDDEN municipality"},
		{"rome", "updateNeed", 1, 3, parts{"reportedBy": globalID("Cooperative", 2)}, "FORBIDDEN reportedBy"},
		{"alfa", "updateNeed", 1, 3, parts{"clear": []string{"REPORTED_BY"}}, "FORBIDDEN municipality"},
		{"rome", "updateNeed", 1, 3, parts{"municipality": "058091-02"}, "INVALID point"},
		{"rome", "updateNeed", 1, 3, parts{"municipality": "058091"}, "INVALID municipality"},
		{"rome", "updateNeed", 2, 1, parts{"point": parts{"longitude": 12.25, "latitude": 41.75}}, "INVALID point"},
		{"rome", "updateNeed", 2, 1, parts{"locationKind": "EXACT"}, "INVALID locationKind"},
		{"rome", "updateNeed", 1, 3, parts{"point": parts{"longitude": 12.25, "latitude": 41.75}, "clear": []string{"LOCATION"}}, "INVALID clear"},
		{"rome", "updateNeed", 1, 3, parts{"suspension": globalID("Suspension", 99)}, "INVALID suspension"},
		{"rome", "updateNeed", 3, 1, parts{"suspension": globalID("Suspension", 1)}, "INVALID suspension"},
		{"rome", "updateNeed", 3, 1, parts{"origin": "SUSPENDED_SERVICE"}, "INVALID suspension"},
		{"rome", "updateNeed", 3, 1, parts{"reportedBy": globalID("Partner", 99)}, "INVALID reportedBy"},
		{"rome", "updateNeed", 3, 1, parts{"minimumAge": 80, "maximumAge": 70}, "INVALID maximumAge"},
		{"rome", "updateNeed", 3, 1, parts{"summary": "RSSMRA85T10A562S"}, "INVALID summary"},
		{"coordinator", "updateNeed", 5, 1, parts{"people": 5}, "INVALID people"},
		{"coordinator", "updateNeed", 5, 1, parts{"id": "nonsense"}, "INVALID id"},
		{"coordinator", "updateNeed", 5, 1, parts{"id": globalID("Service", 1)}, "INVALID id"},
		{"coordinator", "confirmNeed", 2, 1, nil, "CONFLICT id"},
		{"coordinator", "confirmNeed", 4, 1, nil, "CONFLICT version"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "MET"}, "INVALID to"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "REPORTED"}, "INVALID to"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "CLOSED"}, "INVALID reasonCode"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "CLOSED", "reasonCode": "NOT_A_NEED"}, "INVALID reasonCode"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "REJECTED", "reasonCode": "WITHDRAWN"}, "INVALID reasonCode"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "VERIFIED", "reasonCode": "OTHER"}, "INVALID reasonCode"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "CLOSED", "reasonCode": "OTHER"}, "INVALID reason"},
		{"coordinator", "transitionNeed", 3, 1, parts{"to": "CLOSED", "reasonCode": "OTHER", "reason": "scrivere a mario.rossi@example.org"}, "INVALID reason"},
		{"coordinator", "transitionNeed", 2, 1, parts{"to": "VERIFIED"}, "INVALID to"},
		{"coordinator", "transitionNeed", 2, 1, parts{"to": "REPORTED"}, "INVALID reason"},
		{"analyst", "transitionNeed", 3, 1, parts{"to": "VERIFIED"}, "FORBIDDEN"},
		{"coordinator", "reopenNeed", 3, 1, parts{"reason": "ancora"}, "CONFLICT id"},
		{"coordinator", "reopenNeed", 2, 1, parts{"reason": " "}, "INVALID reason"},
		{"coordinator", "reopenNeed", 2, 2, parts{"reason": "ancora"}, "CONFLICT version"},
	} {
		if got := s.collect(t, c.who, c.mutation, with(needParts(c.id, c.version), c.change)); got.wrong() != c.wrong || got.Need != nil {
			t.Errorf("%s of %d with %v as %q: %s, want %s", c.mutation, c.id, c.change, c.who, got.wrong(), c.wrong)
		}
	}
	if after := stored(t, s); after != before {
		t.Errorf("refused changes left something: %s, before %s", after, before)
	}
}

// told tells the last event of a need: what it is, and each value before and after.
func (n *collectedNeed) told() string {
	e := n.History[len(n.History)-1]
	words := []string{e.Kind, orNone(e.FromStatus) + ">" + orNone(e.ToStatus)}
	for _, c := range e.Changes {
		words = append(words, c.Field+":"+orNone(c.Before)+">"+orNone(c.After))
	}
	return strings.Join(words, " ")
}

// decodeNeeds gives the duplicates of a merge.
func decodeNeeds(t *testing.T, c collected) []*collectedNeed {
	t.Helper()
	var needs []*collectedNeed
	if err := json.Unmarshal(c.Duplicates, &needs); err != nil {
		t.Fatal(err)
	}
	return needs
}

func orNone(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func TestUpdateNeed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, who   string
		id, version int
		change      parts
		told        string // "" when nothing is to be written
	}{
		{"values", "rome", 3, 1, parts{"severity": 2, "people": 9, "minimumAge": 70, "summary": "Due anziane sole"},
			"UPDATED > minimumAge:>70 people:2>9 severity:5>2 summary:Anziana sola>Due anziane sole"},
		{"the same values", "rome", 3, 1, parts{"severity": 5, "people": 2, "summary": " Anziana sola ", "point": parts{"longitude": 12.75, "latitude": 41.75}}, ""},
		{"nulls", "rome", 3, 1, nil, ""},
		{"a need that another organisation reported", "rome", 1, 3, parts{"severity": 1}, "UPDATED > severity:4>1"},
		{"another point", "rome", 3, 1, parts{"point": parts{"longitude": 12.25, "latitude": 41.75}},
			"UPDATED > location:a point>another point municipality:058091-02>058091-01"},
		{"a place that is to be secret", "rome", 1, 3, parts{"locationKind": "UNDISCLOSED"}, "UPDATED > location:a point> locationKind:EXACT>UNDISCLOSED"},
		{"a secret place that need not be", "rome", 2, 1, parts{"locationKind": "EXACT", "point": parts{"longitude": 12.25, "latitude": 41.75}},
			"UPDATED > location:>a point locationKind:UNDISCLOSED>EXACT"},
		{"no point", "rome", 1, 3, parts{"clear": []string{"LOCATION"}}, "UPDATED > location:a point> locationKind:EXACT>AREA"},
		{"elsewhere without the point", "rome", 1, 3, parts{"municipality": "058091-02", "clear": []string{"LOCATION"}},
			"UPDATED > location:a point> locationKind:EXACT>AREA municipality:058091-01>058091-02"},
		{"another origin", "rome", 1, 3, parts{"origin": "KNOWN"}, "UPDATED > origin:SUSPENDED_SERVICE>KNOWN suspension:2>"},
		{"another suspension", "rome", 1, 3, parts{"suspension": globalID("Suspension", 1)}, "UPDATED > suspension:2>1"},
		{"a suspended service", "rome", 3, 1, parts{"origin": "SUSPENDED_SERVICE", "suspension": globalID("Suspension", 2)},
			"UPDATED > origin:EMERGING>SUSPENDED_SERVICE suspension:>2"},
		{"taken away", "coordinator", 1, 3, parts{"clear": []string{"SUMMARY", "REPORTED_BY", "AGES"}}, "UPDATED > reportedBy:alfa> summary:Doposcuola chiuso>"},
		{"people as few as may be", "coordinator", 5, 1, parts{"people": 6}, "UPDATED > people:7>6"},
	} {
		s := newCollecting(t)
		got := s.collect(t, c.who, "updateNeed", with(needParts(c.id, c.version), c.change))
		switch {
		case got.wrong() != "":
			t.Errorf("%s: %s %+v", c.name, got.wrong(), got.Errors)
		case c.told == "":
			if got.Need.Version != c.version || got.Need.History[len(got.Need.History)-1].Kind == "UPDATED" {
				t.Errorf("%s: version %d, %s", c.name, got.Need.Version, got.Need.told())
			}
		case got.Need.told() != c.told || got.Need.Version != c.version+1:
			t.Errorf("%s: version %d, %s, want %s", c.name, got.Need.Version, got.Need.told(), c.told)
		}
	}
}

// TestLifeOfANeed walks a need from its report to its second episode.
func TestLifeOfANeed(t *testing.T) {
	s := newCollecting(t)
	need := s.collect(t, "rome", "reportNeed", with(plainReport(), parts{"reportedAt": "2024-03-01T10:00:00Z"})).Need
	for i, c := range []struct {
		mutation string
		change   parts
		told     string
		status   string
	}{
		{"confirmNeed", nil, "CONFIRMED > lastConfirmedAt:>" + "NOW", "REPORTED"},
		{"transitionNeed", parts{"to": "VERIFIED", "reason": "Visitato"}, "STATUS_CHANGED REPORTED>VERIFIED status:REPORTED>VERIFIED", "VERIFIED"},
		{"transitionNeed", parts{"to": "ASSIGNED"}, "STATUS_CHANGED VERIFIED>ASSIGNED status:VERIFIED>ASSIGNED", "ASSIGNED"},
		{"transitionNeed", parts{"to": "CLOSED", "reasonCode": "WITHDRAWN"}, "STATUS_CHANGED ASSIGNED>CLOSED endReason:>WITHDRAWN status:ASSIGNED>CLOSED", "CLOSED"},
		{"reopenNeed", parts{"reason": "Di nuovo"}, "REOPENED CLOSED>REPORTED endReason:WITHDRAWN> status:CLOSED>REPORTED", "REPORTED"},
		{"transitionNeed", parts{"to": "REJECTED", "reasonCode": "OTHER", "reason": "Altro"}, "STATUS_CHANGED REPORTED>REJECTED endReason:>OTHER status:REPORTED>REJECTED", "REJECTED"},
		{"transitionNeed", parts{"to": "REPORTED", "reason": "Errore"}, "REOPENED REJECTED>REPORTED endReason:OTHER> status:REJECTED>REPORTED", "REPORTED"},
	} {
		got := s.collect(t, "rome", c.mutation, with(parts{"id": need.ID, "version": need.Version}, c.change))
		if got.wrong() != "" {
			t.Fatalf("%d, %s: %s %+v", i, c.mutation, got.wrong(), got.Errors)
		}
		need = got.Need
		told := need.told()
		if c.mutation == "confirmNeed" {
			told = told[:len("CONFIRMED > lastConfirmedAt:>")] + "NOW"
		}
		if told != c.told || need.Status != c.status || need.Version != i+2 || len(need.History) != i+2 {
			t.Errorf("%d, %s: %s, want %s; %s in version %d", i, c.mutation, told, c.told, need.Status, need.Version)
		}
	}
	if *need.NeedDays < 900 {
		t.Errorf("%v days", *need.NeedDays)
	}
}

// TestStaleVersion tells who knew an old version what happened since.
func TestStaleVersion(t *testing.T) {
	s := newCollecting(t)
	s.collect(t, "rome", "updateNeed", with(needParts(3, 1), parts{"severity": 1}))
	s.collect(t, "coordinator", "updateNeed", with(needParts(3, 2), parts{"severity": 4}))
	got := s.collect(t, "rome", "confirmNeed", needParts(3, 1))
	if got.wrong() != "CONFLICT version" {
		t.Fatal(got.wrong())
	}
	e := got.Errors[0]
	actors := []string{}
	for _, c := range e.Changes {
		actors = append(actors, fmt.Sprint(c.Actor, " ", *c.Version, " ", orNone(c.Changes[0].Before), ">", orNone(c.Changes[0].After)))
	}
	if *e.CurrentVersion != 3 || !slices.Equal(actors, []string{"token:rome 2 5>1", "token:coordinator 3 1>4"}) {
		t.Errorf("version %d, %v", *e.CurrentVersion, actors)
	}
}
