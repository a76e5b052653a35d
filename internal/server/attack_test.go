package server_test

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/server"
)

// The attacks look for need 1 of the small world, which is EXACT, in 058091-01.
// Whoever is to know its cell only must find the same wherever it lies there.

// attacked is the small world, with more needs around and a service that looks
// for people within some distance.
func attacked(tb testing.TB) *site {
	tb.Helper()
	db := pgtest.New(tb)
	db.SetMaxIdleConns(16) // the first transformation of a connection takes long
	mustExec(tb, db, smallTerritory+smallDirectory+smallNeeds+`
		insert into need (municipality_id, field, origin, status, severity, people, summary, reported_at, location, location_kind)
		select 3, 'MINORS', 'KNOWN', 'REPORTED', 4, 10, 'Doposcuola', timestamptz '2024-01-01' + g * interval '1 day',
			st_setsrid(st_makepoint(12.02 + 0.0461 * g, 41.98 - 0.0457 * g), 4326), 'EXACT' from generate_series(0, 9) g;
		update service set status = 'ACTIVE', catchment_metres = 4000 where id = 2;
		insert into service (organisation_id, name, field, status, provision, capacity, people_reached, catchment_metres, location, location_kind)
		select 1, 'Doposcuola ' || g, 'MINORS', 'ACTIVE', 'PRIVATE', 20, 0, 2000 + 500 * g,
			st_setsrid(st_makepoint(12.23 + 0.01 * g, 41.74), 4326), 'EXACT' from generate_series(0, 4) g`)
	return serveWith(tb, db, server.Options{Callers: policyTokens})
}

// gridCell is a cell by its lower left corner in EPSG:3035, metres. All those
// that are drawn lie in 058091-01 as a whole.
type gridCell struct{ x, y int }

func drawCell(t *rapid.T) gridCell {
	return gridCell{4511 + rapid.IntRange(0, 10).Draw(t, "cell x"), 2075 + rapid.IntRange(0, 10).Draw(t, "cell y")}
}

// drawIn draws metres from the corner: now and then within a millimetre of an edge.
func drawIn(t *rapid.T, name string) float64 {
	if rapid.IntRange(0, 3).Draw(t, name+" at an edge") == 0 {
		return rapid.SampledFrom([]float64{0.001, 999.999, 500}).Draw(t, name)
	}
	return rapid.Float64Range(1, 999).Draw(t, name)
}

// put moves need 1 to some metres from the corner of a cell, and gives its place.
func (c gridCell) put(t reporter, db *sqlx.DB, dx, dy float64) (p [2]float64) {
	t.Helper()
	err := db.QueryRow(`update need set location = st_transform(st_setsrid(st_makepoint($1, $2), 3035), 4326) where id = 1
		returning st_x(location), st_y(location)`, float64(c.x)*1000+dx, float64(c.y)*1000+dy).Scan(&p[0], &p[1])
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
}

// probes are ways to ask for what a filter matches; %s is where it goes.
var probes = []string{
	`needs(first: 4, filter: {%s}) {totalCount pageInfo {hasNextPage hasPreviousPage startCursor endCursor} edges {cursor node {id location locationKind}}}`,
	`needs(last: 2, orderBy: SEVERITY_DESC, filter: {%s, fields: [MINORS]}) {totalCount pageInfo {hasNextPage hasPreviousPage endCursor} nodes {id location}}`,
	`needs(first: 3, orderBy: PEOPLE_DESC, filter: {%s, text: "doposcuola"}) {totalCount pageInfo {endCursor} nodes {id location}}`,
	`needMap(filter: {%s}) {totals {needs openPeople} cells {area {code} tally {needs}}}`,
	`needMap(level: REGION, filter: {%s, severityAtLeast: 4, statuses: [VERIFIED]}) {totals {needs people}}`,
	`municipality(code: "058091") {tally(filter: {%s}) {needs people} needs(first: 2, filter: {%s}) {totalCount nodes {id location}}}`,
	`needFeatures(bbox: {west: 12, south: 41.5, east: 12.5, north: 42}, filter: {%s})`,
	`needFeatures(limit: 2, bbox: {west: 12.1, south: 41.6, east: 12.4, north: 41.9}, filter: {%s, openOnly: true})`,
}

// always are asked in every round: what tells of a place without any filter.
const always = ` own: node(id: "«Need:1»") {... on Need {location locationKind version lastConfirmedAt history {kind changes {field before after}}}}
	page: needs(first: 20) {totalCount edges {cursor node {id location}}}
	suggestResponses(needId: "«Need:1»", first: 10) {suggestions {...S} nearMisses {...S}}`

const alwaysFragment = ` fragment S on ResponseSuggestion {service {id} people score distanceMetres lacks reasons {criterion met message messageIt}}`

// questions makes one request of many filters, each asked in one of the ways.
func questions(t *rapid.T, filters []string) string {
	var b strings.Builder
	for i, filter := range filters {
		probe := rapid.SampledFrom(probes).Draw(t, "probe")
		fmt.Fprintf(&b, "q%d: %s\n", i, strings.ReplaceAll(probe, "%s", filter))
	}
	return "{" + b.String() + withIDs(always) + "}" + alwaysFragment
}

// drawSplit draws a filter by space that holds p and not q, or is at least meant
// to: nobody who asks it about p and q themselves gets the same answer.
func drawSplit(t *rapid.T, p, q [2]float64) string {
	axis := rapid.IntRange(0, 1).Draw(t, "axis")
	if math.Abs(p[axis]-q[axis]) < 1e-9 {
		axis = 1 - axis
	}
	between := p[axis] + (q[axis]-p[axis])*rapid.SampledFrom([]float64{0, 1e-6, 0.01, 0.5, 0.99}).Draw(t, "between")
	low, high := [2]float64{12, 41.5}, [2]float64{12.5, 42}
	if p[axis] < q[axis] {
		high[axis] = between
	} else {
		low[axis] = between
	}
	switch rapid.IntRange(0, 3).Draw(t, "shape") {
	case 0:
		return fmt.Sprintf("near: {longitude: %v, latitude: %v, radiusMetres: %v}", p[0], p[1],
			max(0.01, geodesic(p, q)*rapid.SampledFrom([]float64{0.1, 0.5, 0.999}).Draw(t, "radius")))
	case 1:
		far := [2]float64{q[0] + 30*(p[0]-q[0]), q[1] + 30*(p[1]-q[1])} // q at the rim, p inside
		return fmt.Sprintf("near: {longitude: %v, latitude: %v, radiusMetres: %v}", far[0], far[1], max(0.01, 0.5*(geodesic(far, p)+geodesic(far, q))))
	case 2:
		return fmt.Sprintf(`within: {type: "Polygon", coordinates: [[[%[1]v, %[2]v], [%[3]v, %[2]v], [%[3]v, %[4]v], [%[1]v, %[4]v], [%[1]v, %[2]v]]]}`,
			low[0], low[1], high[0], high[1])
	}
	return fmt.Sprintf("bbox: {west: %v, south: %v, east: %v, north: %v}", low[0], low[1], high[0], high[1])
}

// TestPlacesInACellCantBeToldApart moves a need within its cell. Filters that
// split the two places, asked in every way there is, are answered byte for byte
// the same to an ANALYST.
func TestPlacesInACellCantBeToldApart(t *testing.T) {
	t.Parallel()
	s := attacked(t)
	analyst, coordinator := s.as("ANALYST"), s.as("COORDINATOR")
	asked := 0
	rapid.Check(t, func(t *rapid.T) {
		cell := drawCell(t)
		ax, ay, bx, by := drawIn(t, "ax"), drawIn(t, "ay"), drawIn(t, "bx"), drawIn(t, "by")
		p, q := cell.put(t, s.db, ax, ay), cell.put(t, s.db, bx, by)
		filters := make([]string, 20)
		for i := range filters {
			filters[i] = drawSplit(t, p, q)
			if i%2 == 0 {
				filters[i] = drawSplit(t, q, p)
			}
		}
		query := questions(t, filters)
		second, knowsSecond := analyst.ask(t, query, nil), coordinator.ask(t, "{"+withIDs(always)+"}"+alwaysFragment, nil)
		cell.put(t, s.db, ax, ay)
		first, knowsFirst := analyst.ask(t, query, nil), coordinator.ask(t, "{"+withIDs(always)+"}"+alwaysFragment, nil)
		if len(first.Errors) > 0 || !bytes.Contains(first.Data, []byte(`"Polygon"`)) {
			t.Fatalf("%+v %.300s", first.Errors, first.Data)
		}
		if !bytes.Equal(first.Data, second.Data) {
			t.Errorf("%v and %v are told apart:\n%s\n%s\n%s", p, q, query, first.Data, second.Data)
		}
		if p != q && bytes.Equal(knowsFirst.Data, knowsSecond.Data) {
			t.Errorf("%v and %v are the same to who may tell them apart", p, q)
		}
		asked += len(filters)
	})
	if asked < 1000 {
		t.Errorf("only %d filters were tried", asked)
	}
}

// TestFiltersSplitPlaces makes sure of the attack itself: asked by who may know
// places, most of its filters have other answers for one place than for another.
func TestFiltersSplitPlaces(t *testing.T) {
	s := attacked(t)
	coordinator, cell := s.as("COORDINATOR"), gridCell{4515, 2080}
	asked, differ := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		if asked >= 100 {
			return
		}
		p, q := cell.put(t, s.db, 100, 700), cell.put(t, s.db, 800, 200)
		filters := []string{drawSplit(t, p, q), drawSplit(t, q, p)}
		query := "{a: " + strings.ReplaceAll(probes[0], "%s", filters[0]) + " b: " + strings.ReplaceAll(probes[0], "%s", filters[1]) + "}"
		second := coordinator.ask(t, query, nil)
		cell.put(t, s.db, 100, 700)
		first := coordinator.ask(t, query, nil)
		asked++
		if totals(first) != totals(second) {
			differ++
		}
	})
	if differ*4 < asked*3 {
		t.Errorf("only %d of %d questions had two answers", differ, asked)
	}
}

// totals gives the counts in an answer, and nothing else of it.
func totals(r reply) string {
	return fmt.Sprint(regexp.MustCompile(`"totalCount":\d+`).FindAllString(string(r.Data), -1))
}

// TestBisecting closes in on a need with half of what is left each time. What an
// ANALYST ends at is the middle of the cell, from wherever in it the need lies.
func TestBisecting(t *testing.T) {
	t.Parallel()
	s := attacked(t)
	cell := gridCell{4515, 2080}
	mustExec(t, s.db, `delete from need where id > 5`) // nothing else answers the questions
	var middle [2]float64
	err := s.db.QueryRow(`select st_x(m), st_y(m) from st_transform(st_setsrid(st_makepoint(4515500, 2080500), 3035), 4326) m`).Scan(&middle[0], &middle[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range [][2]float64{{1, 1}, {999, 2}, {123, 456}, {640, 998}} {
		p := cell.put(t, s.db, in[0], in[1])
		for _, a := range attacks {
			if got := a.bisect(t, s.as("ANALYST")); math.Abs(got-a.target(middle)) > a.tolerance {
				t.Errorf("%s: the need is at %v, the search ends at %v; the middle of its cell is %v", a.name, p, got, a.target(middle))
			}
			if got := a.bisect(t, s.as("COORDINATOR")); math.Abs(got-a.target(p)) > a.tolerance {
				t.Errorf("%s: the need is at %v, and who may know it ends at %v, not at %v", a.name, p, got, a.target(p))
			}
		}
	}
}

// attack searches for a number: it holds for every value above it.
type attack struct {
	name      string
	query     string // %s is the value that is tried
	found     string // in the answer, when the need matches
	low, high float64
	target    func(p [2]float64) float64
	tolerance float64
}

func longitude(p [2]float64) float64 { return p[0] }
func latitude(p [2]float64) float64  { return p[1] }

var attacks = []attack{
	{"boxes over features", `{needFeatures(bbox: {west: 12, south: 41.5, east: %s, north: 42})}`, "VERIFIED", 12, 12.5, longitude, 1e-6},
	{"boxes over a count", `{needs(filter: {bbox: {west: 12, south: 41.5, east: 12.5, north: %s}, statuses: [VERIFIED]}) {totalCount}}`, `:1}`, 41.5, 42, latitude, 1e-6},
	{"boxes over the map", `{needMap(filter: {bbox: {west: 12, south: 41.5, east: %s, north: 42}, statuses: [VERIFIED]}) {totals {needs}}}`, `:1}`, 12, 12.5, longitude, 1e-6},
	{"boxes and words", `{needs(filter: {text: "doposcuola chiuso", bbox: {west: 12, south: 41.5, east: %s, north: 42}}) {nodes {status}}}`, "VERIFIED", 12, 12.5, longitude, 1e-6},
	{"polygons over a sum", `{municipality(code: "058091-01") {tally(filter: {statuses: [VERIFIED], within: {type: "Polygon", coordinates: [[[12, 41.5], [12.5, 41.5], [12.5, %[1]s], [12, %[1]s], [12, 41.5]]]}}) {people}}}`, `:10}`, 41.5, 42, latitude, 1e-6},
	{"discs over pages", `{needs(first: 1, filter: {statuses: [VERIFIED], near: {longitude: 12, latitude: 41.5, radiusMetres: %s}}) {nodes {id}}}`, `"id"`, 1, 60_000, fromCorner, 0.1},
}

func fromCorner(p [2]float64) float64 { return geodesic([2]float64{12, 41.5}, p) }

// bisect gives the value at which the need begins to match.
func (a attack) bisect(t *testing.T, s *site) float64 {
	low, high := a.low, a.high
	for range 40 {
		try := (low + high) / 2
		answer := s.ask(t, strings.ReplaceAll(strings.ReplaceAll(a.query, "%[1]s", "%s"), "%s", fmt.Sprint(try)), nil)
		if len(answer.Errors) > 0 {
			t.Fatalf("%s: %+v", a.name, answer.Errors)
		}
		if bytes.Contains(answer.Data, []byte(a.found)) {
			high = try
		} else {
			low = try
		}
	}
	return high
}
