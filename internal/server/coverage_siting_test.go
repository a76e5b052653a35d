package server_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// sitingWorld has needs of CULTURE at three places: 12 and 13, with 5 and 3 people,
// 400 m from each other in 058091-01; 14, with 4, in 058091-02; 15 has 6 people, 2 of
// them answered, and no place.
const sitingWorld = coverageWorld + `
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location, location_kind)
select place, 'CULTURE_AND_SOCIAL_AGRICULTURE', 'KNOWN', 'REPORTED', 3, people, answered, '2024-03-01 12:00+00',
  st_setsrid(st_makepoint(longitude, latitude), 4326), (case when longitude is null then 'UNDISCLOSED' else 'EXACT' end)::location_kind
from (values (1, 3, 5, 0, 12.3, 41.7), (2, 3, 3, 0, 12.3048, 41.7), (3, 4, 4, 0, 12.7, 41.8), (4, 1, 6, 2, null, null)) v(k, place, people, answered, longitude, latitude)
order by k;
`

type sitingAnswer struct {
	Sites []struct {
		Candidate, Gain, NeedCount int
		Location                   struct{ Coordinates [2]float64 }
		Municipality               *struct{ Code string }
		Needs                      []struct{ ID string }
	}
	Covered, Total, Coverable, UpperBound, PeopleWithoutPlace int
	Certificate, Guarantee                                    float64
	ShortAreas                                                []struct{ Code string }
	IsPartial                                                 bool
	PlacesAs                                                  string
}

// told writes sites as "candidate gain needs at municipality" and the sums behind.
func (a sitingAnswer) told() string {
	var b strings.Builder
	for _, s := range a.Sites {
		fmt.Fprintf(&b, "%d %d", s.Candidate, s.Gain)
		for _, n := range s.Needs {
			for key := range 20 {
				if n.ID == globalID("Need", key) {
					fmt.Fprintf(&b, " #%d", key)
				}
			}
		}
		if s.Municipality != nil {
			b.WriteString(" " + s.Municipality.Code)
		}
		b.WriteString("; ")
	}
	fmt.Fprintf(&b, "%d of %d of %d, at most %d", a.Covered, a.Coverable, a.Total, a.UpperBound)
	for _, area := range a.ShortAreas {
		b.WriteString(" short " + area.Code)
	}
	return b.String()
}

func TestSiting(t *testing.T) {
	s := newCovered(t, sitingWorld)
	// 0 is near both of the first, 1 is near the second only, 2 at the third, 3 at sea.
	const points = `candidates: [{longitude: 12.302, latitude: 41.7}, {longitude: 12.3095, latitude: 41.7}, {longitude: 12.7, latitude: 41.8}, {longitude: 11, latitude: 41}]`
	for _, c := range []struct{ name, arguments, want string }{
		{"one site", `count: 1, radiusMetres: 500, ` + points, "0 8 #12 #13 058091-01; 8 of 12 of 12, at most 8"},
		{"two", `count: 2, radiusMetres: 500, ` + points, "0 8 #12 #13 058091-01; 2 4 #14 058091-02; 12 of 12 of 12, at most 12"},
		{"no more than reach somebody", `count: 4, radiusMetres: 500, ` + points, "0 8 #12 #13 058091-01; 2 4 #14 058091-02; 12 of 12 of 12, at most 12"},
		{"a floor that can't be met", `count: 1, radiusMetres: 500, floorShare: 1, ` + points, "0 8 #12 #13 058091-01; 8 of 12 of 12, at most 8 short 058091-02"},
		{"a floor that can", `count: 2, radiusMetres: 500, floorShare: 0.5, ` + points, "0 8 #12 #13 058091-01; 2 4 #14 058091-02; 12 of 12 of 12, at most 12"},
		{"nobody in reach", `count: 2, radiusMetres: 50, candidates: [{longitude: 11, latitude: 41}]`, "0 of 0 of 12, at most 0"},
		{"outside the territory", `count: 1, radiusMetres: 200000, candidates: [{longitude: 11, latitude: 41}]`, "0 12 #12 #13 #14; 12 of 12 of 12, at most 12"},
		{"the municipalities' own points", `count: 3, radiusMetres: 7300`, "1 8 #12 #13 058091-01; 2 4 #14 058091-02; 12 of 12 of 12, at most 12"},
		{"under a filter", `count: 1, radiusMetres: 500, filter: {municipalities: ["058091-02"]}, ` + points, "2 4 #14 058091-02; 4 of 4 of 4, at most 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got struct{ Siting sitingAnswer }
			s.as("COORDINATOR").get(t, `{siting(field: CULTURE_AND_SOCIAL_AGRICULTURE, `+c.arguments+`) {sites {candidate gain needCount location municipality {code} needs {id}}
				covered total coverable upperBound certificate guarantee shortAreas {code} peopleWithoutPlace isPartial placesAs}}`, nil, &got)
			a := got.Siting
			if a.told() != c.want {
				t.Errorf("%s\nwant %s", a.told(), c.want)
			}
			without := 4
			if strings.Contains(c.arguments, "filter") {
				without = 0
			}
			if a.Certificate != 1 || !nearly(a.Guarantee, 1-1/math.E) || a.PeopleWithoutPlace != without || a.IsPartial || a.PlacesAs != "POINT" {
				t.Errorf("%+v", a)
			}
			for _, site := range a.Sites {
				if site.NeedCount != len(site.Needs) {
					t.Errorf("%d needs, %d listed", site.NeedCount, len(site.Needs))
				}
			}
		})
	}
}

// TestSitingPlacesAreLogged has what lies near a site count as read, as suggestions do.
func TestSitingPlacesAreLogged(t *testing.T) {
	s := newCovered(t, sitingWorld)
	const sites = `{siting(field: CULTURE_AND_SOCIAL_AGRICULTURE, count: 1, radiusMetres: 500, candidates: [{longitude: 12.302, latitude: 41.7}]) {covered sites {needCount `
	for _, c := range []struct{ who, query, want string }{
		{"COORDINATOR", sites + `}}}`, ""},
		{"COORDINATOR", sites + `needs(first: 0) {id}}}}`, ""},
		{"ANALYST", sites + `needs {id}}}}`, ""},
		{"COORDINATOR", sites + `needs(first: 1) {id}}}}`, "coordinator COORDINATOR [12]"},
		{"COORDINATOR", sites + `needs {summary}}}}`, "coordinator COORDINATOR [12 13]"},
		{"COORDINATOR", `{suspensionImpact(suspension: "«Suspension:2»") {needs {id}}}`, ""},
		{"COORDINATOR", `{suspensionImpact(suspension: "«Suspension:2»") {needs {location}}}`, "coordinator COORDINATOR [4]"},
	} {
		placesLogged(t, s)
		if answer := s.as(c.who).ask(t, withIDs(c.query), nil); len(answer.Errors) > 0 {
			t.Fatalf("%+v", answer.Errors)
		}
		if read := strings.Join(placesLogged(t, s), "; "); read != c.want {
			t.Errorf("%s %s: %q, want %q", c.who, c.query, read, c.want)
		}
	}
}

// TestCriticality takes services away one by one.
func TestCriticality(t *testing.T) {
	s := newCovered(t, coverageWorld+`
insert into service (organisation_id, name, field, status, provision, capacity, people_reached, location_kind) values
 (2, 'Cucina', 'ADULTS_AND_FAMILIES', 'ACTIVE', 'PRIVATE', 4, 0, 'UNDISCLOSED'), (2, 'Bottega', 'ADULTS_AND_FAMILIES', 'PLANNED', 'PRIVATE', 9, 0, 'UNDISCLOSED');
insert into service_area (service_id, municipality_id) values (6, 3), (7, 3)`)
	for _, c := range []struct{ arguments, want string }{
		// Need 9 asks for 6 places: 4 of them could be Cucina's.
		{`field: ADULTS_AND_FAMILIES`, "Mensa 0 2, Cucina 0 0, "},
		{`field: ADULTS_AND_FAMILIES, first: 1`, "Mensa 0 2, "},
		{`field: ADULTS_AND_FAMILIES, filter: {municipalities: ["058091-02"]}`, "Mensa 0 0, Cucina 0 0, "},
		{`field: DISABILITY`, "Centro 3 3, "},
		{`field: ELDERLY`, "Assistenza 0 4, "},
		{`field: MINORS`, "Ludoteca 0 0, "}, // Doposcuola does not run
		{`field: CULTURE_AND_SOCIAL_AGRICULTURE`, ""},
	} {
		var got struct {
			Criticality struct {
				Services []struct {
					Service      struct{ Name string }
					Held, Opened int
				}
				IsPartial bool
			}
		}
		s.as("COORDINATOR").get(t, `{criticality(`+c.arguments+`) {services {service {name} held opened} isPartial}}`, nil, &got)
		told := ""
		for _, one := range got.Criticality.Services {
			told += fmt.Sprintf("%s %d %d, ", one.Service.Name, one.Held, one.Opened)
		}
		if told != c.want || got.Criticality.IsPartial {
			t.Errorf("%s: %s, want %s", c.arguments, told, c.want)
		}
	}
}
