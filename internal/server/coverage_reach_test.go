package server_test

import (
	"math"
	"testing"
)

type accessAnswer struct {
	Areas []struct {
		Area                                  struct{ Code string }
		People                                int
		PlacesPerThousand, Before, Difference *float64
	}
	PeopleTimesAccess                                                       float64
	ReachedSupply, Supply, ServicesWithoutPlace, People, PeopleWithoutPlace int
	PlacesAs                                                                string
}

const accessFields = ` {areas {area {code} people placesPerThousand before difference} peopleTimesAccess reachedSupply supply servicesWithoutPlace people peopleWithoutPlace placesAs}}`

func (s *site) access(t *testing.T, who, arguments string) accessAnswer {
	t.Helper()
	var got struct{ Accessibility accessAnswer }
	s.as(who).get(t, withIDs(`{accessibility(`+arguments+`)`+accessFields), nil, &got)
	return got.Accessibility
}

// TestAccessibility has one active service of MINORS with a place, 1.1 km from the
// only municipality's point in reach and from need 4.
func TestAccessibility(t *testing.T) {
	s := newCovered(t, coverageWorld)
	for _, c := range []struct {
		arguments                                       string
		perThousand, before                             float64 // of 058091-01
		reached, supply, unplaced, people, withoutPlace int
	}{
		{`field: MINORS`, 50, -1, 5, 5, 0, 1400, 0},
		{`field: MINORS, method: TWO_STEP, catchmentMetres: 2000`, 50, -1, 5, 5, 0, 1400, 0},
		{`field: MINORS, catchmentMetres: 1000`, 0, -1, 0, 5, 0, 1400, 0},
		{`field: MINORS, whatIf: {reopen: ["«Service:2»"]}`, 250, 50, 25, 25, 0, 1400, 0},
		{`field: MINORS, whatIf: {close: ["«Service:5»"]}`, 0, 50, 0, 0, 0, 1400, 0},
		{`field: MINORS, whatIf: {add: [{field: MINORS, capacity: 3, municipalities: ["058091"]}]}`, 50, 50, 5, 5, 1, 1400, 0},
		// 7 people of need 4 have 5 places, 6 of need 5 have none, 5 of need 6 no place.
		{`field: MINORS, demand: PEOPLE_IN_NEED`, 5.0 / 13 * 1000, -1, 5, 5, 0, 13, 5},
		{`field: MINORS, demand: PEOPLE_IN_NEED, decay: {kind: STEP, weights: [1, 0.5]}, catchmentMetres: 2000`, 5.0 / 13 * 1000, -1, 5, 5, 0, 13, 5},
		{`field: MINORS, demand: PEOPLE_IN_NEED, whatIf: {add: [{field: MINORS, capacity: 12, point: {longitude: 12.45, latitude: 41.95}, catchmentMetres: 1}]}`,
			17.0 / 13 * 1000, 5.0 / 13 * 1000, 17, 17, 0, 13, 5},
		{`field: ELDERLY, demand: PEOPLE_IN_NEED`, -1, -1, 0, 0, 1, 0, 9},
	} {
		a := s.access(t, "COORDINATOR", c.arguments)
		same := func(got *float64, want float64) bool {
			return (got == nil) == (want < 0) && (got == nil || nearly(*got, want))
		}
		if area := a.Areas[1]; len(a.Areas) != 3 || area.Area.Code != "058091-01" || !same(area.PlacesPerThousand, c.perThousand) || !same(area.Before, c.before) ||
			area.Before != nil && !nearly(*area.Difference, c.perThousand-c.before) {
			t.Errorf("%s: %s, want %v and %v", c.arguments, mustJSON(a.Areas), c.perThousand, c.before)
		}
		if a.ReachedSupply != c.reached || a.Supply != c.supply || a.ServicesWithoutPlace != c.unplaced || a.People != c.people || a.PeopleWithoutPlace != c.withoutPlace {
			t.Errorf("%s: %s", c.arguments, mustJSON(a))
		}
		if math.Abs(a.PeopleTimesAccess-float64(a.ReachedSupply)) > 1e-6 {
			t.Errorf("%s: %v for %d places", c.arguments, a.PeopleTimesAccess, a.ReachedSupply)
		}
	}
	decayed := s.access(t, "COORDINATOR", `field: MINORS, decay: {kind: GAUSSIAN, sigmaMetres: 900}`)
	if !nearly(*decayed.Areas[1].PlacesPerThousand, 50) || !nearly(decayed.PeopleTimesAccess, 5) { // whoever alone is in reach has it all
		t.Errorf("%s", mustJSON(decayed))
	}
}

// TestAccessibilityAddsUp shares services among residents and people in need across
// borders: what all have together is what there is in reach.
func TestAccessibilityAddsUp(t *testing.T) {
	s := newCovered(t, coverageWorld+`
insert into service (organisation_id, name, field, status, provision, capacity, people_reached, location, location_kind)
select 1, 'Posto ' || g, 'MINORS', 'ACTIVE', 'PRIVATE', 3 + 7 * g, 0, st_setsrid(st_makepoint(12.1 + 0.09 * g, 41.6 + 0.11 * (g % 5)), 4326), 'EXACT' from generate_series(0, 8) g;
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location, location_kind)
select 3 + g % 2, 'MINORS', 'KNOWN', 'REPORTED', 3, 2 + g, g % 3, '2024-03-01', st_setsrid(st_makepoint(12.12 + g * 0.031 + 0.3 * (g % 2), 41.55 + 0.017 * g), 4326), 'EXACT' from generate_series(0, 19) g`)
	for _, method := range []string{`method: TWO_STEP`, `method: ENHANCED_TWO_STEP`, `decay: {kind: GAUSSIAN}`, `decay: {weights: [1, 0.9, 0.4, 0.1]}`} {
		for _, rest := range []string{`demand: RESIDENTS, catchmentMetres: 25000`, `demand: PEOPLE_IN_NEED, catchmentMetres: 6000`, `demand: PEOPLE_IN_NEED, catchmentMetres: 40000, level: REGION`,
			`demand: PEOPLE_IN_NEED, whatIf: {suspend: ["«Service:7»"], reopen: ["«Service:2»"]}`} {
			for _, who := range []string{"COORDINATOR", "ANALYST"} {
				a, sum := s.access(t, who, `field: MINORS, `+method+`, `+rest), 0.0
				for _, area := range a.Areas {
					if area.PlacesPerThousand != nil {
						sum += *area.PlacesPerThousand / 1000 * float64(area.People)
					}
				}
				if a.ReachedSupply == 0 || a.ReachedSupply > a.Supply || !nearly(a.PeopleTimesAccess, float64(a.ReachedSupply)) || !nearly(sum, a.PeopleTimesAccess) {
					t.Errorf("%s %s as %s: %v of %s", method, rest, who, sum, mustJSON(a))
				}
			}
		}
	}
}
