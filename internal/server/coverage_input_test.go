package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// What has one argument too bad to be asked about.
func inCoverage(args string) string { return `{coverage(` + args + `) {totals {gap}}}` }
func inAccess(args string) string   { return `{accessibility(field: MINORS, ` + args + `) {supply}}` }
func inSiting(args string) string   { return `{siting(field: MINORS, ` + args + `) {covered}}` }
func inWhatIf(part string) string   { return inCoverage(`whatIf: {` + part + `}`) }
func inAdd(part string) string      { return inWhatIf(`add: [{` + part + `}]`) }
func inTrend(args string) string    { return `{coverageTrend(` + args + `) {points {to}}}` }
func inCompare(a, b string) string {
	return `{coverage {compare(a: {` + a + `}, b: {` + b + `}) {coverage {value}}}}`
}

var badMeasures = []struct{ name, query, field string }{
	{"a negative catchment", inAccess(`catchmentMetres: -1`), "catchmentMetres"},
	{"no catchment", inAccess(`catchmentMetres: 0`), "catchmentMetres"},
	{"a huge catchment", inAccess(`catchmentMetres: 200000.1`), "catchmentMetres"},
	{"an infinite catchment", inAccess(`catchmentMetres: 1e999`), "catchmentMetres"},
	{"a negative catchment in two steps", inAccess(`method: TWO_STEP, catchmentMetres: -1`), "catchmentMetres"},
	{"weights out of order", inAccess(`decay: {weights: [0.5, 0.6]}`), "decay"},
	{"empty weights", inAccess(`decay: {weights: []}`), "decay"},
	{"11 weights", inAccess(`decay: {weights: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}`), "decay"},
	{"a weight of 0", inAccess(`decay: {weights: [1, 0]}`), "decay"},
	{"a weight above 1", inAccess(`decay: {weights: [1.01]}`), "decay"},
	{"σ of 0", inAccess(`decay: {kind: GAUSSIAN, sigmaMetres: 0}`), "decay"},
	{"a negative σ", inAccess(`decay: {kind: GAUSSIAN, sigmaMetres: -5}`), "decay"},
	{"σ with steps", inAccess(`decay: {sigmaMetres: 500}`), "decay"},
	{"weights with a Gaussian", inAccess(`decay: {kind: GAUSSIAN, weights: [1]}`), "decay"},
	{"decay in two steps", inAccess(`method: TWO_STEP, decay: {weights: [1]}`), "decay"},
	{"an unknown method", inAccess(`method: THREE_STEP`), "method"},
	{"an unknown demand", inAccess(`demand: EVERYBODY`), "demand"},
	{"an unknown kind of decay", inAccess(`decay: {kind: LINEAR}`), "decay.kind"},
	{"an unknown field", `{accessibility(field: PETS) {supply}}`, "field"},
	{"accessibility by an unknown level", inAccess(`level: STREET`), "level"},
	{"accessibility under a scenario that can't be", inAccess(`whatIf: {close: ["«Service:99»"]}`), "whatIf"},

	{"no site", inSiting(`count: 0, radiusMetres: 5`), "count"},
	{"−1 sites", inSiting(`count: -1, radiusMetres: 5`), "count"},
	{"1,001 sites", inSiting(`count: 1001, radiusMetres: 5`), "count"},
	{"10,000 sites", inSiting(`count: 10000, radiusMetres: 5`), "count"},
	{"no radius", inSiting(`count: 1, radiusMetres: 0`), "radiusMetres"},
	{"a huge radius", inSiting(`count: 1, radiusMetres: 200001`), "radiusMetres"},
	{"a floor of 2", inSiting(`count: 1, radiusMetres: 5, floorShare: 2`), "floorShare"},
	{"a negative floor", inSiting(`count: 1, radiusMetres: 5, floorShare: -0.1`), "floorShare"},
	{"a candidate outside the world", inSiting(`count: 1, radiusMetres: 5, candidates: [{longitude: 12, latitude: 91}]`), "candidates"},
	{"no candidates", inSiting(`count: 1, radiusMetres: 5, candidates: []`), "candidates"},
	{"siting under a wrong filter", inSiting(`count: 1, radiusMetres: 5, filter: {municipalities: ["x"]}`), "municipalities"},

	{"an unknown service", inWhatIf(`close: ["«Service:99»"]`), "whatIf"},
	{"a need for a service", inWhatIf(`suspend: ["«Need:1»"]`), "whatIf"},
	{"no identifier", inWhatIf(`reopen: ["x"]`), "whatIf"},
	{"a service named twice", inWhatIf(`close: ["«Service:1»", "«Service:1»"]`), "whatIf"},
	{"a service named twice, in two ways", inWhatIf(`close: ["«Service:1»"], suspend: ["«Service:1»"]`), "whatIf"},
	{"one suspended already", inWhatIf(`suspend: ["«Service:2»"]`), "whatIf"},
	{"one that runs", inWhatIf(`reopen: ["«Service:1»"]`), "whatIf"},
	{"one that nobody reaches", inAdd(`field: MINORS, capacity: 5`), "whatIf"},
	{"one at a point without a catchment", inAdd(`field: MINORS, capacity: 5, point: {longitude: 12, latitude: 42}`), "whatIf"},
	{"a catchment without a point", inAdd(`field: MINORS, capacity: 5, municipalities: ["12"], catchmentMetres: 5`), "whatIf"},
	{"a catchment of 0", inAdd(`field: MINORS, capacity: 5, point: {longitude: 12, latitude: 42}, catchmentMetres: 0`), "whatIf"},
	{"one in no municipality", inAdd(`field: MINORS, capacity: 5, municipalities: []`), "whatIf"},
	{"one in an unknown municipality", inAdd(`field: MINORS, capacity: 5, municipalities: ["999999"]`), "whatIf"},
	{"no place", inAdd(`field: MINORS, capacity: 0, municipalities: ["12"]`), "whatIf"},
	{"too many places", inAdd(`field: MINORS, capacity: 100001, municipalities: ["12"]`), "whatIf"},
	{"a point outside the world", inAdd(`field: MINORS, capacity: 5, point: {longitude: 181, latitude: 42}, catchmentMetres: 5`), "whatIf"},
	{"ages the wrong way round", inAdd(`field: MINORS, capacity: 5, municipalities: ["12"], minimumAge: 9, maximumAge: 8`), "whatIf"},
	{"a negative age", inAdd(`field: MINORS, capacity: 5, municipalities: ["12"], minimumAge: -1`), "whatIf"},
	{"101 changes", inWhatIf(`add: [` + strings.Repeat(`{field: MINORS, capacity: 5, municipalities: ["12"]} `, 101) + `]`), "whatIf"},

	{"a moment to come", inCoverage(`asOf: "2090-01-01T00:00:00Z"`), "asOf"},
	{"a moment of 1999", inCoverage(`asOf: "1999-12-31T23:59:59Z"`), "asOf"},
	{"a day for a moment", inCoverage(`asOf: "2024-01-01"`), "asOf"},
	{"a map to come", `{needMap(asOf: "2090-01-01T00:00:00Z") {totals {needs}}}`, "asOf"},
	{"a map of 1999", `{needMap(asOf: "1999-12-31T23:59:59Z") {totals {needs}}}`, "asOf"},
	{"a tally to come", `{municipality(code: "058091") {tally(asOf: "2090-01-01T00:00:00Z") {needs}}}`, "asOf"},
	{"a period the wrong way round", inCoverage(`period: {from: "2024-02-02", to: "2024-02-01"}`), "period"},
	{"half a period", inCoverage(`period: {from: "2024-02-02"}`), "period"},
	{"a day that is none", inCoverage(`period: {from: "2024-02-30", to: "2024-03-01"}`), "period.from"},
	{"an unknown order", inCoverage(`orderBy: RANDOM`), "orderBy"},
	{"an unknown level", inCoverage(`level: STREET`), "level"},
	{"an unknown field of a filter", inCoverage(`filter: {fields: [PETS]}`), "filter.fields"},
	{"a filter that coverage lacks", inCoverage(`filter: {openOnly: true}`), ""},
	{"a crossed ring", inCoverage(`filter: {within: {type: "Polygon", coordinates: [[[12, 41], [13, 42], [13, 41], [12, 42], [12, 41]]]}}`), "filter.within"},

	{"a trend that ends before it begins", inTrend(`from: "2024-03-01", to: "2024-02-01"`), "from"},
	{"a trend to come", inTrend(`from: "2090-01-01"`), "from"},
	{"121 months", inTrend(`from: "2010-01-01", to: "2020-01-01"`), "from"},
	{"an unknown interval", inTrend(`interval: WEEK`), "interval"},
	{"no day", inTrend(`from: "2024-13-01"`), "from"},

	{"no service", `{criticality(field: MINORS, first: 0) {isPartial}}`, "first"},
	{"201 services", `{criticality(field: MINORS, first: 201) {isPartial}}`, "first"},
	{"98 permutations", `{hotspots(permutations: 98) {significant}}`, "permutations"},
	{"100,000 permutations", `{hotspots(permutations: 100000) {significant}}`, "permutations"},
	{"hot spots of three areas", `{hotspots {significant}}`, "by"},
	{"an unknown area", inCompare(`area: "999999"`, ``), "a"},
	{"an empty code, which is not all areas together", inCompare(`area: ""`, ``), "a"},
	{"an area of another level", inCompare(``, `area: "058"`), "b"},
	{"a field of no row", `{coverage(filter: {fields: [MINORS]}) {compare(a: {}, b: {field: ELDERLY}) {coverage {value}}}}`, "b"},
	{"501 needs of an impact", `{suspensionImpact(suspension: "«Suspension:1»") {needs(first: 501) {id}}}`, "first"},
	{"−1 needs of an impact", `{suspensionImpact(suspension: "«Suspension:1»") {needs(first: -1) {id}}}`, "first"},
	{"501 needs of a site", siting0(`needs(first: 501) {id}`), "first"},
	{"−1 needs of a site", siting0(`needs(first: -1) {id}`), "first"},
}

// TestBadMeasures sends arguments that no measure can mean. Each is refused, naming
// the argument.
func TestBadMeasures(t *testing.T) {
	s := newCovered(t, coverageWorld)
	for _, c := range badMeasures {
		t.Run(c.name, func(t *testing.T) {
			checkRefused(t, s.as("COORDINATOR").ask(t, withIDs(c.query), nil), "INVALID", c.field)
		})
	}
}

// siting0 asks for sites that there are.
func siting0(fields string) string {
	return `{siting(field: MINORS, count: 1, radiusMetres: 200000) {sites {` + fields + `}}}`
}

// badWords are words that gqlgen may let pass in variables.
var badWords = []struct{ name, query, variables, field string }{
	{"a field in lower case", `query($f: Field!) {accessibility(field: $f) {supply}}`, `{"f": "minors"}`, "field"},
	{"a field of siting in lower case", `query($f: Field!) {siting(field: $f, count: 1, radiusMetres: 5) {covered}}`, `{"f": "minors"}`, "field"},
	{"a field of criticality in lower case", `query($f: Field!) {criticality(field: $f) {isPartial}}`, `{"f": "minors"}`, "field"},
	{"a field of hot spots in lower case", `query($f: Field) {hotspots(field: $f) {isPartial}}`, `{"f": "minors"}`, "field"},
	{"a field of a filter in lower case", `query($f: CoverageFilter) {coverage(filter: $f) {asOf}}`, `{"f": {"fields": ["minors"]}}`, "fields"},
	{"a field of a trend in lower case", `query($f: CoverageFilter) {coverageTrend(filter: $f) {isPartial}}`, `{"f": {"fields": ["minors"]}}`, "fields"},
	{"a status in lower case", `query($f: CoverageFilter) {coverage(filter: $f) {asOf}}`, `{"f": {"statuses": ["met"]}}`, "statuses"},
	{"a field of an added service in lower case", `query($s: ScenarioInput) {coverage(whatIf: $s) {asOf}}`, `{"s": {"add": [{"field": "minors", "capacity": 5, "municipalities": ["12"]}]}}`, "whatIf"},
	{"an order in lower case", `query($o: CoverageOrder) {coverage(orderBy: $o) {asOf}}`, `{"o": "gap_desc"}`, "orderBy"},
	{"a level in lower case", `query($l: TerritoryLevel!) {coverage(level: $l) {asOf}}`, `{"l": "local"}`, "level"},
	{"a level of hot spots in lower case", `query($l: TerritoryLevel!) {hotspots(by: $l) {isPartial}}`, `{"l": "local"}`, "by"},
	{"an interval in lower case", `query($i: TrendInterval!) {coverageTrend(interval: $i) {isPartial}}`, `{"i": "month"}`, "interval"},
	{"a method in lower case", `query($m: AccessibilityMethod!) {accessibility(field: MINORS, method: $m) {supply}}`, `{"m": "two_step"}`, "method"},
	{"a demand in lower case", `query($d: AccessibilityDemand!) {accessibility(field: MINORS, demand: $d) {supply}}`, `{"d": "residents"}`, "demand"},
	{"a kind of decay in lower case", `query($d: DecayInput) {accessibility(field: MINORS, decay: $d) {supply}}`, `{"d": {"kind": "gaussian"}}`, "decay.kind"},
	{"a field of a row in lower case", `query($r: CoverageRowInput!) {coverage {compare(a: $r, b: {}) {a {gap}}}}`, `{"r": {"field": "minors"}}`, "a"},
	{"NaN for a catchment", `query($x: Float!) {accessibility(field: MINORS, catchmentMetres: $x) {supply}}`, `{"x": "NaN"}`, "catchmentMetres"},
	{"NaN for a radius", `query($x: Float!) {siting(field: MINORS, count: 1, radiusMetres: $x) {covered}}`, `{"x": "NaN"}`, "radiusMetres"},
	{"NaN for a floor", `query($x: Float!) {siting(field: MINORS, count: 1, radiusMetres: 5, floorShare: $x) {covered}}`, `{"x": "NaN"}`, "floorShare"},
	{"NaN for a weight", `query($d: DecayInput) {accessibility(field: MINORS, decay: $d) {supply}}`, `{"d": {"kind": "STEP", "weights": ["NaN"]}}`, "decay"},
	{"Infinity for σ", `query($d: DecayInput) {accessibility(field: MINORS, decay: $d) {supply}}`, `{"d": {"kind": "GAUSSIAN", "sigmaMetres": "Infinity"}}`, "decay"},
	{"NaN for a candidate", `query($p: [PointInput!]) {siting(field: MINORS, count: 1, radiusMetres: 5, candidates: $p) {covered}}`, `{"p": [{"longitude": "NaN", "latitude": 42}]}`, "candidates"},
}

// TestBadMeasuresByVariables sends the same by variables.
func TestBadMeasuresByVariables(t *testing.T) {
	s := newCovered(t, coverageWorld)
	for _, c := range badWords {
		t.Run(c.name, func(t *testing.T) {
			answer := s.as("COORDINATOR").post(t, fmt.Appendf(nil, `{"query": %s, "variables": %s}`, mustJSON(c.query), c.variables))
			checkRefused(t, answer, "INVALID", c.field)
		})
	}
}

// TestDearMeasuresAreRefusedUnread prices what nobody may ask at once, and refuses it
// while the database does not even answer.
func TestDearMeasuresAreRefusedUnread(t *testing.T) {
	s := newCovered(t, coverageWorld)
	mustExec(t, s.db, `alter table need rename to elsewhere`)
	t.Cleanup(func() { _, _ = s.db.Exec(`alter table elsewhere rename to need`) })
	rows := `{rows {` + rowFields + `distance {medianMetres p90Metres measured located unlocated} rank {position low high mean}}}`
	for _, c := range []struct {
		query string
		least float64
	}{
		{`{coverage(asOf: "2024-04-01T00:00:00Z") ` + rows + `}`, 22_000 + 2_000*40},
		{`query($at: DateTime = "2024-04-01T00:00:00Z") {coverage(asOf: $at) ` + rows + `}`, 22_000 + 2_000*40},
		{`{coverage(whatIf: {close: []}) {rows {` + rowFields + `before {` + rowFields + `}}}}`, 7_000 + 2_000*60},
		{`{a: coverageTrend {isPartial} b: coverageTrend {isPartial} c: coverageTrend {isPartial}}`, 120_000},
		{`{a: accessibility(field: MINORS, whatIf: {}) {supply} b: accessibility(field: MINORS, whatIf: {}) {supply} c: accessibility(field: MINORS, whatIf: {}) {supply}}`, 120_000},
		{`{municipalities(first: 6) {nodes {tally(asOf: "2024-04-01T00:00:00Z") {needs}}}}`, 120_000},
		{`{siting(field: MINORS, count: 1000, radiusMetres: 5) {sites {needs {id summary}}}}`, 100_000},
		{`{a: hotspots {significant} b: hotspots {significant} c: hotspots {significant} d: hotspots {significant} e: hotspots {significant}}`, 100_000},
	} {
		code, cost, limit := s.as("COORDINATOR").priceOf(t, c.query)
		if code != "TOO_COMPLEX" || limit != 100_000 || cost <= limit || cost < c.least {
			t.Errorf("%s: %s, cost %v, limit %v, want at least %v", c.query, code, cost, limit, c.least)
		}
	}
}

// priceOf gives the code of the first error with its cost and limit.
func (s *site) priceOf(t *testing.T, query string) (code string, cost, limit float64) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.url+"/graphql", strings.NewReader(document(query)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	var answer struct {
		Errors []struct {
			Extensions struct {
				Code        string
				Cost, Limit float64
			}
		}
	}
	if err != nil || json.Unmarshal(body, &answer) != nil || len(answer.Errors) == 0 {
		t.Fatalf("%v %s", err, body)
	}
	e := answer.Errors[0].Extensions
	return e.Code, e.Cost, e.Limit
}
