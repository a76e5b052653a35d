package server_test

import (
	"math"
	"testing"
)

const suggestionFields = `{service {name} people score distanceMetres lacks reasons {criterion met message messageIt}}`

type suggestionRow struct {
	Service        struct{ Name string }
	People         int
	Score          float64
	DistanceMetres *int
	Lacks          *string
	Reasons        []struct {
		Criterion, Message, MessageIt string
		Met                           bool
	}
}

// metresAway is not a number where there is no distance.
func metresAway(s suggestionRow) float64 {
	if s.DistanceMetres == nil {
		return math.NaN()
	}
	return float64(*s.DistanceMetres)
}

type suggestionLists struct {
	SuggestResponses struct{ Suggestions, NearMisses []suggestionRow }
}

// TestSuggestResponses looks at need 1: minors, at the spot of service 2, which is
// suspended. A new service there runs, with 3 places, one of them held.
func TestSuggestResponses(t *testing.T) {
	s := newAnswering(t, `
insert into service (organisation_id, name, field, status, provision, capacity, minimum_age, maximum_age, location, location_kind) values
 (2, 'Ludoteca', 'MINORS', 'ACTIVE', 'PRIVATE', 3, 3, 10, st_setsrid(st_makepoint(12.25, 41.76), 4326), 'EXACT');
insert into service_area (service_id, municipality_id) values (4, 3);
insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at) values
 (5, 2, 4, 1, 'PROPOSED', '2024-03-01', '2024-03-01');`)
	query := withIDs(`{suggestResponses(needId: "«Need:1»") {suggestions ` + suggestionFields + ` nearMisses ` + suggestionFields + `}}`)
	var seen suggestionLists
	s.as("rome").get(t, query, nil, &seen)
	fits, misses := seen.SuggestResponses.Suggestions, seen.SuggestResponses.NearMisses
	if len(fits) != 1 || fits[0].Service.Name != "Ludoteca" || fits[0].People != 2 || fits[0].Lacks != nil || len(fits[0].Reasons) != 6 {
		t.Fatalf("suggestions %+v", fits)
	}
	if d := metresAway(fits[0]); !(math.Abs(d-1110.6) <= 1) {
		t.Errorf("a hundredth of a degree of latitude is %v m", d)
	}
	names := ""
	for _, m := range misses {
		names += m.Service.Name + " " + *m.Lacks + ", "
	}
	if names != "Doposcuola STATUS, Mensa FIELD, " {
		t.Errorf("near misses: %s", names)
	}
	var cells suggestionLists
	s.as("analyst").get(t, query, nil, &cells)
	near := cells.SuggestResponses.NearMisses[0]
	if d := metresAway(near); near.Service.Name != "Doposcuola" || !(d >= 10 && d <= 708) {
		t.Errorf("an analyst is told that the service at the need's very spot is %v m away", d)
	}
	var readers []string
	if err := s.db.Select(&readers, `select actor from location_read where needs = '{1}'`); err != nil || len(readers) != 1 || readers[0] != "rome" {
		t.Errorf("the place was read by %v, %v", readers, err)
	}
}

func TestSuggestResponsesRefusals(t *testing.T) {
	s := newAnswering(t, "")
	for _, c := range []struct{ who, arguments, code string }{
		{"", `needId: "«Need:1»"`, "UNAUTHENTICATED"},
		{"", `needId: "«Need:99»"`, "UNAUTHENTICATED"},
		{"viterbo", `needId: "«Need:1»"`, "NOT_FOUND"},
		{"beta", `needId: "«Need:1»"`, "NOT_FOUND"},
		{"coordinator", `needId: "«Need:99»"`, "NOT_FOUND"},
		{"coordinator", `needId: "«Service:1»"`, "INVALID"},
		{"coordinator", `needId: "«Need:1»", first: 0`, "INVALID"},
		{"coordinator", `needId: "«Need:1»", first: 51`, "INVALID"},
		{"coordinator", `needId: "«Need:1»", first: 50`, ""},
		{"alfa", `needId: "«Need:1»", first: 1`, ""},
	} {
		answer := s.as(c.who).ask(t, withIDs(`{suggestResponses(`+c.arguments+`) {suggestions {score} nearMisses {score}}}`), nil)
		if code, _ := answer.first(); code != c.code {
			t.Errorf("%s asks with %s: %s %+v", c.who, c.arguments, code, answer.Errors)
		}
	}
}

// TestFreeCapacity is the capacity less what is held, and nothing for who is not
// of the network.
func TestFreeCapacity(t *testing.T) {
	s := newAnswering(t, answers)
	query := `{services {nodes {name freeCapacity}}}`
	if code, _ := s.ask(t, query, nil).first(); code != "UNAUTHENTICATED" {
		t.Errorf("PUBLIC is answered %s", code)
	}
	for who := range answeringTeam {
		var seen struct {
			Services struct {
				Nodes []struct {
					Name         string
					FreeCapacity int
				}
			}
		}
		s.as(who).get(t, query, nil, &seen)
		free := map[string]int{}
		for _, n := range seen.Services.Nodes {
			free[n.Name] = n.FreeCapacity
		}
		if free["Mensa"] != 33 || free["Doposcuola"] != 0 || free["Assistenza"] != 5 {
			t.Errorf("%s sees %v", who, free)
		}
	}
}
