package server_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// coverageAttacked is a world of minors with a gap, each with an EXACT place, some of
// them answered, promised or declined, and services around them.
const coverageAttacked = smallTerritory + smallDirectory + `
update service set status = 'ACTIVE', catchment_metres = 4000, minimum_age = null, maximum_age = null where id = 2;
delete from suspension where to_day is null;
insert into service (organisation_id, name, field, status, provision, capacity, people_reached, catchment_metres, location, location_kind)
select 1, 'Doposcuola ' || g, 'MINORS', 'ACTIVE', 'PRIVATE', 2 + g, 0, 700 + 600 * g, st_setsrid(st_makepoint(12.21 + 0.013 * g, 41.72 + 0.011 * g), 4326), 'EXACT'
from generate_series(0, 4) g;
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location, location_kind)
select 3, 'MINORS', 'KNOWN', 'REPORTED', 1 + g % 5, 5 + g, g % 3, timestamptz '2024-01-05' + g * interval '9 days',
  st_setsrid(st_makepoint(12.25, 41.75), 4326), 'EXACT' from generate_series(0, 5) g;
insert into response (need_id, organisation_id, service_id, people, status, reason_code, proposed_at, updated_at) values
 (2, 1, 2, 1, 'ACCEPTED', null, '2024-02-01', '2024-02-01'), (3, 1, 4, 2, 'DECLINED', 'OTHER', '2024-02-05', '2024-02-05'), (4, 2, null, 2, 'PROPOSED', null, '2024-03-01', '2024-03-01');
`

// scattered is where the needs lie: one cell each, and metres from its corner.
type scattered struct {
	cells [6]gridCell
	in    [6][2]float64
}

func (p scattered) moved(t *rapid.T, name string) scattered {
	for i := range p.in {
		p.in[i] = [2]float64{drawIn(t, fmt.Sprint(name, " x", i)), drawIn(t, fmt.Sprint(name, " y", i))}
	}
	return p
}

// put moves all needs there, and gives their places. The history is told, as by every
// mutation, so that no server answers from what it read before.
func (p scattered) put(t reporter, s *site) (places [6][2]float64) {
	t.Helper()
	var values []string
	for i, cell := range p.cells {
		values = append(values, fmt.Sprintf("(%d, %v::float8, %v::float8)", i+1, float64(cell.x)*1000+p.in[i][0], float64(cell.y)*1000+p.in[i][1]))
	}
	rows, err := s.db.Query(`with moved as (update need set location = st_transform(st_setsrid(st_makepoint(x, y), 3035), 4326)
		from (values ` + strings.Join(values, ",") + `) v(k, x, y) where id = k returning id, st_x(location) as lon, st_y(location) as lat),
		told as (insert into need_event (need_id, at, kind, before, after) select id, '2024-06-01', 'UPDATED', '{}', '{}' from moved) select * from moved`)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		var at [2]float64
		if err := rows.Scan(&id, &at[0], &at[1]); err != nil {
			t.Fatalf("%v", err)
		}
		places[id-1] = at
	}
	return places
}

// measures ask of places in every way: by distances, by services of tiny catchments
// and sites of 50 m at the very places of some needs, and by the past.
func measures(p [6][2]float64) []string {
	var added, candidates []string
	for i, at := range p {
		point := fmt.Sprintf("{longitude: %v, latitude: %v}", at[0], at[1])
		candidates = append(candidates, point)
		added = append(added, fmt.Sprintf("{field: MINORS, capacity: %d, point: %s, catchmentMetres: %d}", 3+i, point, []int{1, 20, 300}[i%3]))
	}
	const row = `needs demand gap promised stuck reasons {reason people} capacity freeCapacity distance {medianMetres p90Metres measured located unlocated} rank {position low high} `
	const period = `period: {from: "2024-02-01", to: "2024-05-31"}, orderBy: GAP_DESC`
	scenario := `{add: [` + strings.Join(added, ", ") + `]}`
	filter := fmt.Sprintf(`filter: {near: {longitude: %v, latitude: %v, radiusMetres: 150}}`, p[0][0], p[0][1])
	return []string{
		`a: coverage(` + period + `) {areas {` + row + `} fields {` + row + `needDays} placing {asking placeable} placesAs}`,
		`b: coverage(` + period + `, whatIf: ` + scenario + `) {areas {` + row + `difference {stuck medianMetres reasons {people}}} placing {placeable placeableBefore}}`,
		`c: coverage(` + period + `, whatIf: {close: ["` + globalID("Service", 4) + `"]}, ` + filter + `) {totals {` + row + `difference {medianMetres}}}`,
		`d: coverage(` + period + `, asOf: "2024-04-01T00:00:00Z", whatIf: ` + scenario + `) {totals {` + row + `needDays difference {stuck}} placing {placeable}}`,
		`e: coverageTrend(from: "2024-01-01", to: "2024-04-30") {points {totals {demand gap stuck reasons {reason people}}}}`,
		`f: coverageTrend(from: "2024-01-01", to: "2024-03-31", ` + filter + `) {points {totals {demand needDays}}}`,
		`g: accessibility(field: MINORS, demand: PEOPLE_IN_NEED, catchmentMetres: 9000, decay: {kind: GAUSSIAN, sigmaMetres: 1000}, whatIf: ` + scenario + `)` + strings.TrimSuffix(accessFields, "}"),
		`h: accessibility(field: MINORS, demand: PEOPLE_IN_NEED, method: TWO_STEP, catchmentMetres: 40, whatIf: ` + scenario + `)` + strings.TrimSuffix(accessFields, "}"),
		`i: siting(field: MINORS, count: 6, radiusMetres: 50, candidates: [` + strings.Join(candidates, ", ") + `]) {sites {candidate gain needCount needs {id}} covered total coverable upperBound certificate}`,
		`j: siting(field: MINORS, count: 2, radiusMetres: 900, floorShare: 0.3, candidates: [` + strings.Join(candidates, ", ") + `]) {sites {candidate gain needCount} covered coverable upperBound shortAreas {code}}`,
		`k: criticality(field: MINORS) {services {held opened service {id}}}`,
	}
}

// answers asks one measure after the other, since all at once would be too complex.
func (s *site) answers(t reporter, who string, queries []string) [][]byte {
	t.Helper()
	var list [][]byte
	for _, q := range queries {
		answer := s.as(who).ask(t, "{"+q+"}", nil)
		if len(answer.Errors) > 0 {
			t.Fatalf("%s: %+v", q, answer.Errors)
		}
		list = append(list, answer.Data)
	}
	return list
}

// TestMeasuresDoNotTellPlacesInACell moves all needs within their cells. To an ANALYST
// every measure answers byte for byte the same, wherever it is asked about.
func TestMeasuresDoNotTellPlacesInACell(t *testing.T) {
	t.Parallel()
	s := newCovered(t, coverageAttacked)
	rounds, differ, limit := 0, map[int]int{}, time.Now().Add(4*time.Second)
	rapid.Check(t, func(t *rapid.T) {
		if time.Now().After(limit) && rounds >= 5 {
			return
		}
		var one scattered
		for i := range one.cells {
			one.cells[i] = drawCell(t)
		}
		one = one.moved(t, "one")
		other := one.moved(t, "other")
		places := other.put(t, s)
		queries := measures(places)
		if rapid.Bool().Draw(t, "ask about the first") {
			queries = measures(one.put(t, s))
			other.put(t, s)
		}
		second, knowsSecond := s.answers(t, "ANALYST", queries), s.answers(t, "COORDINATOR", queries)
		one.put(t, s)
		first, knowsFirst := s.answers(t, "ANALYST", queries), s.answers(t, "COORDINATOR", queries)
		for i, q := range queries {
			if !bytes.Equal(first[i], second[i]) {
				t.Errorf("%v and %v are told apart by\n%s\n%s\n%s", one, other, q, first[i], second[i])
			}
			if !bytes.Equal(knowsFirst[i], knowsSecond[i]) {
				differ[i]++
			}
		}
		rounds++
	})
	checkTold(t, rounds, differ)
	t.Logf("%d rounds, %v", rounds, differ)
}

// checkTold makes sure of the attack itself: who may know places is given two answers.
// Reasons, shares and losses tell of a place only where a catchment ends in its cell.
func checkTold(t *testing.T, rounds int, differ map[int]int) {
	t.Helper()
	rarely := 0
	for i, q := range measures([6][2]float64{}) {
		switch {
		case strings.Contains("efgk", q[:1]):
			rarely += differ[i]
		case differ[i]*2 < rounds:
			t.Errorf("%.60s: of %d rounds only %d had two answers for who may know places", q, rounds, differ[i])
		}
	}
	if rounds < 5 || rarely == 0 {
		t.Errorf("%d rounds, of which %d had two answers where they seldom do", rounds, rarely)
	}
}
