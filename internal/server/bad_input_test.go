package server_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestBadArguments sends arguments that no request can mean, as literals: each
// is INVALID and names the argument.
func TestBadArguments(t *testing.T) {
	s := newSmall(t, true)
	needs := func(args string) string { return `{needs(` + args + `) {totalCount}}` }
	filter := func(part string) string { return needs(`filter: {` + part + `}`) }
	ring := func(positions string) string {
		return filter(`within: {type: "Polygon", coordinates: [[` + positions + `]]}`)
	}
	for _, c := range []struct{ name, query, field string }{
		{"unknown code", filter(`municipalities: ["058091", "999999"]`), "municipalities"},
		{"unknown code of services", `{services(filter: {municipalities: ["x"]}) {totalCount}}`, "municipalities"},
		{"unknown code of partners", `{partners(filter: {municipalities: [""]}) {totalCount}}`, "municipalities"},
		{"unknown code of municipalities", `{municipalities(filter: {codes: ["99"]}) {totalCount}}`, "codes"},
		{"unknown province", `{municipalities(filter: {province: "ZZ"}) {totalCount}}`, "province"},
		{"unknown code of the map", `{needMap(filter: {municipalities: ["058 091"]}) {asOf}}`, "municipalities"},
		{"unknown code of a tally", `{municipality(code: "058091") {tally(filter: {municipalities: ["0"]}) {needs}}}`, "municipalities"},
		{"unknown area", `{territory(within: "058092")}`, "within"},
		{"unknown level", `{territory(level: STREET)}`, "level"},
		{"unknown field", filter(`fields: [PETS]`), "filter.fields"},
		{"an enum as text", filter(`fields: ["MINORS"]`), "filter.fields"},
		{"unknown order", needs(`orderBy: RANDOM`), "orderBy"},
		{"severity 0", filter(`severityAtLeast: 0`), "severityAtLeast"},
		{"severity 6", filter(`severityAtLeast: 6`), "severityAtLeast"},
		{"30 February", filter(`reportedFrom: "2026-02-30"`), "filter.reportedFrom"},
		{"the year 0", filter(`reportedTo: "0000-01-01"`), "filter.reportedTo"},
		{"the year 10000", filter(`reportedTo: "10000-01-01"`), "filter.reportedTo"},
		{"a day without zeros", filter(`reportedTo: "2026-1-1"`), "filter.reportedTo"},
		{"a moment for a day", filter(`reportedFrom: "2026-01-01T00:00:00Z"`), "filter.reportedFrom"},
		{"days the wrong way round", filter(`reportedFrom: "2026-02-02", reportedTo: "2026-02-01"`), "reportedTo"},
		{"west of east", filter(`bbox: {west: 13, south: 41, east: 12, north: 42}`), "bbox"},
		{"across the date line", filter(`bbox: {west: 179, south: 41, east: -179, north: 42}`), "bbox"},
		{"beyond the world", filter(`bbox: {west: 179, south: 41, east: 181, north: 42}`), "bbox"},
		{"north of the pole", filter(`bbox: {west: 12, south: 41, east: 13, north: 90.1}`), "bbox"},
		{"south of north", filter(`bbox: {west: 12, south: 43, east: 13, north: 42}`), "bbox"},
		{"an infinite box", filter(`bbox: {west: -1e999, south: 41, east: 13, north: 42}`), "filter.bbox.west"},
		{"half a box", filter(`bbox: {west: 12, south: 41}`), "filter.bbox"},
		{"features in no box", `{needFeatures(bbox: {west: 13, south: 41, east: 12, north: 42})}`, "bbox"},
		{"features outside the world", `{needFeatures(bbox: {west: 12, south: -91, east: 13, north: 42})}`, "bbox"},
		{"no features", `{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 42}, limit: 0)}`, "limit"},
		{"too many features", `{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 42}, limit: 5001)}`, "limit"},
		{"no radius", filter(`near: {longitude: 12, latitude: 42, radiusMetres: 0}`), "near"},
		{"negative radius", filter(`near: {longitude: 12, latitude: 42, radiusMetres: -5}`), "near"},
		{"huge radius", filter(`near: {longitude: 12, latitude: 42, radiusMetres: 1000000.1}`), "near"},
		{"infinite radius", filter(`near: {longitude: 12, latitude: 42, radiusMetres: 1e999}`), "filter.near.radiusMetres"},
		{"a centre off the earth", filter(`near: {longitude: 181, latitude: 42, radiusMetres: 5}`), "near"},
		{"open ring", ring(`[12, 41], [13, 41], [13, 42]`), "filter.within"},
		{"crossed ring", ring(`[12, 41], [13, 42], [13, 41], [12, 42], [12, 41]`), "filter.within"},
		{"flat ring", ring(`[12, 41], [13, 41], [12, 41], [12, 41]`), "filter.within"},
		{"a ring beyond the world", ring(`[12, 41], [181, 41], [13, 42], [12, 41]`), "filter.within"},
		{"an infinite ring", ring(`[12, 41], [1e999, 41], [13, 42], [12, 41]`), "filter.within.coordinates"},
		{"no ring", filter(`within: {type: "Polygon", coordinates: []}`), "filter.within"},
		{"an empty ring", ring(``), "filter.within"},
		{"no polygon", filter(`within: {type: "MultiPolygon", coordinates: []}`), "filter.within"},
		{"a point", filter(`within: {type: "Point", coordinates: [12, 41]}`), "filter.within"},
		{"no geometry", filter(`within: {}`), "filter.within"},
		{"a number for a geometry", filter(`within: 5`), "filter.within"},
		{"a text for a geometry", filter(`within: "circle"`), "filter.within"},
		{"text without a word", filter(`text: " … "`), "text"},
		{"no text", filter(`text: ""`), "text"},
		{"long text", filter(`text: "` + strings.Repeat("a", 201) + `"`), "text"},
		{"NUL in a text", filter(`text: "a\u0000b"`), "filter.text"},
		{"long name", `{services(filter: {name: "` + strings.Repeat("è", 101) + `"}) {totalCount}}`, "name"},
		{"long slug", `{cooperative(slug: "` + strings.Repeat("a", 101) + `") {id}}`, "slug"},
		{"first of −1", needs(`first: -1`), "first"},
		{"first of 10,000", needs(`first: 10000`), "first"},
		{"last of 501", needs(`last: 501`), "last"},
		{"first of 2³¹", needs(`first: 2147483648`), "first"},
		{"both ends", needs(`first: 1, last: 1`), "last"},
		{"both ends of partners", `{partners(first: 1, last: 1) {totalCount}}`, "last"},
		{"a nested page too long", `{municipality(code: "058091") {services(first: 501) {totalCount}}}`, "first"},
		{"a nested page below 0", `{cooperatives {nodes {partners(last: -1) {totalCount}}}}`, "last"},
		{"zoom −1", `{territory(zoom: -1)}`, "zoom"},
		{"zoom 99", `{municipality(code: "056001") {boundary(zoom: 99)}}`, "zoom"},
		{"a longitude too far", `{municipalityAt(longitude: -180.0001, latitude: 42) {code}}`, "longitude"},
		{"a latitude too far", `{municipalityAt(longitude: 12, latitude: 90.0001) {code}}`, "latitude"},
		{"a point at infinity", `{municipalityAt(longitude: 1e999, latitude: 42) {code}}`, "longitude"},
		{"101 identifiers", `{nodes(ids: [` + strings.Repeat(`"TmVlZDox" `, 101) + `]) {id}}`, "ids"},
	} {
		t.Run(c.name, func(t *testing.T) { checkRefused(t, s.ask(t, c.query, nil), "INVALID", c.field) })
	}
}

// TestBadVariables sends the same by variables, whose types gqlgen reads less
// strictly than literals.
func TestBadVariables(t *testing.T) {
	s := newSmall(t, true)
	const byFilter = `query($f: NeedFilter) {needs(filter: $f) {totalCount}}`
	for _, c := range []struct{ name, query, variables, field string }{
		{"a word in lower case", byFilter, `{"f": {"fields": ["minors"]}}`, "fields"},
		{"an origin in lower case", byFilter, `{"f": {"origins": ["Known"]}}`, "origins"},
		{"a status in lower case", byFilter, `{"f": {"statuses": ["met"]}}`, "statuses"},
		{"an order in lower case", `query($o: NeedOrder) {needs(orderBy: $o) {totalCount}}`, `{"o": "people_desc"}`, "orderBy"},
		{"a level in lower case", `query($l: TerritoryLevel!) {needMap(level: $l) {asOf}}`, `{"l": "local"}`, "level"},
		{"a level of the territory in lower case", `query($l: TerritoryLevel!) {territory(level: $l)}`, `{"l": "comune"}`, "level"},
		{"a kind of partner in lower case", `query($f: PartnerFilter) {partners(filter: $f) {totalCount}}`, `{"f": {"kinds": ["school"]}}`, "kinds"},
		{"a kind of municipality in lower case", `query($f: MunicipalityFilter) {municipalities(filter: $f) {totalCount}}`, `{"f": {"kinds": ["comune"]}}`, "kinds"},
		{"a provision in lower case", `query($f: ServiceFilter) {services(filter: $f) {totalCount}}`, `{"f": {"provisions": ["private"]}}`, "provisions"},
		{"a status of services in lower case", `query($f: ServiceFilter) {services(filter: $f) {totalCount}}`, `{"f": {"statuses": ["active"]}}`, "statuses"},
		{"an unknown word", byFilter, `{"f": {"fields": ["PETS"]}}`, "f.fields[0]"},
		{"null in a list", byFilter, `{"f": {"fields": [null]}}`, "f.fields[0]"},
		{"an infinite number", byFilter, `{"f": {"bbox": {"west": 1e999, "south": 1, "east": 2, "north": 2}}}`, "f.bbox.west"},
		{"NaN as a text", byFilter, `{"f": {"near": {"longitude": "NaN", "latitude": 1, "radiusMetres": 2}}}`, "near"},
		{"NaN as a number's text", `query($x: Float!) {municipalityAt(longitude: $x, latitude: 1) {code}}`, `{"x": "NaN"}`, "longitude"},
		{"Infinity as a number's text", `query($x: Float!) {municipalityAt(longitude: $x, latitude: 1) {code}}`, `{"x": "-Infinity"}`, "longitude"},
		{"NUL in a code", byFilter, `{"f": {"municipalities": ["058091\u0000"]}}`, "f.municipalities"},
		{"NUL in a text", byFilter, `{"f": {"text": "a\u0000"}}`, "f.text"},
		{"NUL in a slug", `query($s: String!) {cooperative(slug: $s) {id}}`, `{"s": "\u0000"}`, "s"},
		{"NUL in a name", `query($f: PartnerFilter) {partners(filter: $f) {totalCount}}`, `{"f": {"name": "\u0000"}}`, "f.name"},
		{"NUL in a cursor", `query($c: String) {needs(after: $c) {totalCount}}`, `{"c": "a\u0000"}`, "c"},
		{"NUL in an identifier", `query($i: ID!) {node(id: $i) {id}}`, `{"i": "\u0000"}`, "i"},
		{"a geometry in a text that is none", byFilter, `{"f": {"within": "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[0,0]]]}"}}`, "filter.within"},
		{"an open polygon", byFilter, `{"f": {"within": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1]]]}}}`, "filter.within"},
		{"100,000 vertices", byFilter, `{"f": {"within": ` + circle(100_000) + `}}`, "filter.within"},
		{"10,001 vertices", byFilter, `{"f": {"within": ` + circle(10_000) + `}}`, "filter.within"},
		{"a list for a geometry", byFilter, `{"f": {"within": [1, 2]}}`, "filter.within"},
		{"no day", byFilter, `{"f": {"reportedFrom": 20260101}}`, "filter.reportedFrom"},
		{"30 February", byFilter, `{"f": {"reportedTo": "2026-02-30"}}`, "filter.reportedTo"},
		{"a page of 10,000", `query($n: Int) {needs(first: $n) {totalCount}}`, `{"n": 10000}`, "first"},
		{"a page of 1.5", `query($n: Int) {needs(first: $n) {totalCount}}`, `{"n": 1.5}`, "n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := s.post(t, fmt.Appendf(nil, `{"query": %s, "variables": %s}`, mustJSON(c.query), c.variables))
			checkRefused(t, answer, "INVALID", c.field)
		})
	}
}

// circle is a polygon of many vertices, in short numbers: a zigzag around a box.
func circle(vertices int) string {
	var b strings.Builder
	b.WriteString(`{"type":"Polygon","coordinates":[[[0,0]`)
	for i := 1; i < vertices; i++ {
		fmt.Fprintf(&b, ",[%.4g,%d]", float64(i)*90/float64(vertices), i%2)
	}
	b.WriteString(`,[0,0]]]}`)
	return b.String()
}

// leaks are words that only the inside of the server has.
var leaks = []string{
	"select ", "SELECT", "pq:", "sql", "relation", "column", "goroutine", ".go", "/work", "/home", "/usr", "needmap.", "graph.", "orb.",
	"interface", "map[", "*int", "json:", "json.", "reflect", "nil", "panic", "runtime", "secret",
}

// checkRefused wants one typed error, no data and nothing of the server's inside.
func checkRefused(t *testing.T, answer reply, code, field string) {
	t.Helper()
	gotCode, gotField := answer.first()
	if answer.Status >= 500 || gotCode != code || gotField != field {
		t.Fatalf("status %d, %s %q, want %s %q: %+v", answer.Status, gotCode, gotField, code, field, answer.Errors)
	}
	for _, e := range answer.Errors {
		if e.Message == "" || len(e.Message) > 400 {
			t.Errorf("a message of %d bytes: %.400s", len(e.Message), e.Message)
		}
		for _, leak := range leaks {
			if strings.Contains(e.Message, leak) {
				t.Errorf("the message tells %q: %s", leak, e.Message)
			}
		}
	}
}
