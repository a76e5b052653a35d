package server_test

import (
	"maps"
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/server"
)

// serveLike gives another server of a site's database, as one that starts now.
func serveLike(tb testing.TB, s *site) *site {
	tb.Helper()
	return serveWith(tb, s.db, server.Options{Callers: policyTokens})
}

// A report with every figure of every row, twice, is too complex for one request.
const (
	scenarioFields = ` {areas {...W} fields {...W} totals {...W} placing {field asking placeable placeableBefore}}}
fragment R on CoverageRow {` + rowFields + `distance {medianMetres p90Metres measured located unlocated}}
fragment W on CoverageRow {...R before {...R} difference ` + differenceFields

	scenarioRows = ` {rows {...W}}}
fragment R on CoverageRow {area {code} field needs gap promised stuck reasons {reason people} services capacity freeCapacity suspendedCapacity needDays}
fragment W on CoverageRow {...R before {...R} difference ` + differenceFields

	differenceFields = `{stuck reasons {reason people} services capacity freeCapacity suspendedCapacity medianMetres}`
)

// scenario asks for a report with all of its rows.
func (s *site) scenario(t *testing.T, whatIf string) coverageReport {
	t.Helper()
	arguments := `(period: {from: "2024-03-01", to: "2024-03-10"}` + whatIf + `)`
	report := s.coverage(t, "COORDINATOR", arguments, scenarioFields)
	report.Rows = s.coverage(t, "COORDINATOR", arguments, scenarioRows).Rows
	return report
}

type scenarioRow struct {
	area, field string
	reasons     reasons
	difference  [5]int // stuck, services, capacity, free capacity, suspended capacity
	changes     reasons
}

// scenarios are changes of the world with the rows that change; every other row is
// as it was.
var scenarios = []struct {
	name, whatIf string
	rows         []scenarioRow
	placing      map[string][2]int // by field: placeable, and before
}{
	{"a service runs again", `{reopen: ["«Service:2»"]}`, []scenarioRow{
		{"058091-01", "MINORS", reasons{"OUT_OF_REACH": 6, "NOT_YET_HANDLED": 12}, [5]int{-10, 0, 20, 20, -20}, reasons{"SUSPENDED": -10, "NOT_YET_HANDLED": 10}},
		{"", "", reasons{"NO_SERVICE": 2, "OUT_OF_REACH": 6, "NOT_ELIGIBLE": 3, "FULL": 6, "DECLINED": 6, "NOT_YET_HANDLED": 25},
			[5]int{-10, 0, 20, 20, -20}, reasons{"SUSPENDED": -10, "NOT_YET_HANDLED": 10}},
	}, map[string][2]int{"MINORS": {10, 0}, "ADULTS_AND_FAMILIES": {6, 6}}},
	{"a service ends", `{close: ["«Service:1»"]}`, []scenarioRow{
		{"058091-01", "ADULTS_AND_FAMILIES", reasons{"NO_SERVICE": 6}, [5]int{6, -1, -40, -40, 0}, reasons{"NO_SERVICE": 6, "NOT_YET_HANDLED": -6}},
		{"058091-02", "ADULTS_AND_FAMILIES", reasons{"NO_SERVICE": 6}, [5]int{0, -1, -40, -40, 0}, reasons{"NO_SERVICE": 6, "DECLINED": -6}},
		{"", "ADULTS_AND_FAMILIES", reasons{"NO_SERVICE": 12}, [5]int{6, -1, -40, -40, 0}, reasons{"NO_SERVICE": 12, "DECLINED": -6, "NOT_YET_HANDLED": -6}},
	}, map[string][2]int{"ADULTS_AND_FAMILIES": {0, 6}}},
	{"a service stops, and keeps what it promised", `{suspend: ["«Service:4»"]}`, []scenarioRow{
		{"058091-01", "DISABILITY", reasons{"FULL": 4, "NOT_YET_HANDLED": 3}, [5]int{0, 0, -3, 0, 3}, reasons{}},
	}, map[string][2]int{"DISABILITY": {0, 0}}},
	{"another stops", `{suspend: ["«Service:1»"]}`, []scenarioRow{
		{"058091-02", "ADULTS_AND_FAMILIES", reasons{"SUSPENDED": 6}, [5]int{0, 0, -40, -40, 40}, reasons{"SUSPENDED": 6, "DECLINED": -6}},
	}, map[string][2]int{"ADULTS_AND_FAMILIES": {0, 6}}},
	{"a service for a municipio", `{add: [{field: ELDERLY, capacity: 1, municipalities: ["058091-01"]}]}`, []scenarioRow{
		{"058091-01", "ELDERLY", reasons{"NOT_YET_HANDLED": 2}, [5]int{-2, 1, 1, 1, 0}, reasons{"NO_SERVICE": -2, "NOT_YET_HANDLED": 2}},
		{"058091-02", "ELDERLY", reasons{}, [5]int{}, reasons{}},
	}, map[string][2]int{"ELDERLY": {5, 4}}},
	{"a service for a region, up to 12", `{add: [{field: ELDERLY, capacity: 9, municipalities: ["12"], maximumAge: 12}]}`, []scenarioRow{
		{"056001", "ELDERLY", reasons{"NOT_YET_HANDLED": 7}, [5]int{-3, 1, 9, 9, 0}, reasons{"NOT_ELIGIBLE": -3, "NOT_YET_HANDLED": 3}},
		{"058091-02", "ELDERLY", reasons{}, [5]int{0, 1, 9, 9, 0}, reasons{}},
		{"", "ELDERLY", reasons{"NOT_YET_HANDLED": 9}, [5]int{-5, 1, 9, 9, 0}, reasons{"NO_SERVICE": -2, "NOT_ELIGIBLE": -3, "NOT_YET_HANDLED": 5}},
	}, map[string][2]int{"ELDERLY": {9, 4}}},
	{"a service at a spot, which no area counts", `{add: [{field: MINORS, capacity: 4, point: {longitude: 12.45, latitude: 41.95}, catchmentMetres: 100}]}`, []scenarioRow{
		{"058091-01", "MINORS", reasons{"SUSPENDED": 10, "NOT_YET_HANDLED": 8}, [5]int{-6, 0, 0, 0, 0}, reasons{"OUT_OF_REACH": -6, "NOT_YET_HANDLED": 6}},
	}, map[string][2]int{"MINORS": {4, 0}}},
	{"all at once", `{close: ["«Service:4»"], reopen: ["«Service:2»"], suspend: ["«Service:3»"], add: [{field: DISABILITY, capacity: 7, municipalities: ["058091-02"]}]}`, []scenarioRow{
		{"058091-01", "DISABILITY", reasons{"NO_SERVICE": 4, "NOT_YET_HANDLED": 3}, [5]int{0, -1, -3, 0, 0}, reasons{"FULL": -4, "NO_SERVICE": 4}},
		{"058091-02", "DISABILITY", reasons{"NOT_YET_HANDLED": 2}, [5]int{-2, 0, 4, 7, 0}, reasons{"FULL": -2, "NOT_YET_HANDLED": 2}},
		{"056001", "ELDERLY", reasons{"NOT_ELIGIBLE": 3, "SUSPENDED": 4}, [5]int{4, 0, -5, -5, 5}, reasons{"SUSPENDED": 4, "NOT_YET_HANDLED": -4}},
	}, map[string][2]int{"DISABILITY": {2, 0}, "ELDERLY": {0, 4}, "MINORS": {10, 0}}},
}

// TestScenarios changes services in thought. Before is what there is, the difference
// what changed, and nothing is written.
func TestScenarios(t *testing.T) {
	s := newCovered(t, coverageWorld)
	plain := s.scenario(t, "")
	if plain.Totals.Before != nil || plain.Totals.Difference != nil || plain.Placing[0].PlaceableBefore != nil {
		t.Errorf("there is a before without a scenario: %s", mustJSON(plain.Totals))
	}
	written := digest(t, s.db, false)
	for _, c := range scenarios {
		t.Run(c.name, func(t *testing.T) {
			got := s.scenario(t, ", whatIf: "+c.whatIf)
			for _, want := range c.rows {
				checkScenarioRow(t, got.find(t, want.area, want.field), want)
			}
			checkBefore(t, got, plain)
			for _, p := range got.Placing {
				if want, listed := c.placing[p.Field]; listed && (p.PlaceableBefore == nil || [2]int{p.Placeable, *p.PlaceableBefore} != want) {
					t.Errorf("placing %s, want %v", mustJSON(p), want)
				}
			}
		})
	}
	if now := digest(t, s.db, false); now != written {
		t.Errorf("something was written:\n%s\n%s", written, now)
	}
}

func checkScenarioRow(t *testing.T, row covered, want scenarioRow) {
	t.Helper()
	d := row.Difference
	if got := [5]int{d.Stuck, d.Services, d.Capacity, d.FreeCapacity, d.SuspendedCapacity}; got != want.difference || !maps.Equal(d.Reasons, want.changes) || !maps.Equal(row.Reasons, want.reasons) {
		t.Errorf("%s %s: %v, difference %v %v; want %+v", want.area, want.field, row.Reasons, got, d.Reasons, want)
	}
}

// checkBefore has every row's before equal the row without the scenario, and the
// difference be what lies between.
func checkBefore(t *testing.T, got, plain coverageReport) {
	t.Helper()
	for _, list := range [][2][]covered{{got.Rows, plain.Rows}, {got.Areas, plain.Areas}, {got.Fields, plain.Fields}, {{got.Totals}, {plain.Totals}}} {
		if len(list[0]) != len(list[1]) {
			t.Fatalf("%d rows, %d before", len(list[0]), len(list[1]))
		}
		for i, row := range list[0] {
			before, was, d := row.Before, list[1][i], row.Difference
			if string(mustJSON(before)) != string(mustJSON(was)) {
				t.Errorf("before is %s\nit was %s", mustJSON(before), mustJSON(was))
			}
			if row.Needs != was.Needs || row.Gap != was.Gap || row.Promised != was.Promised || row.NeedDays != was.NeedDays {
				t.Errorf("a scenario changes demand: %s", mustJSON(row))
			}
			sum := 0
			for reason := range row.Reasons {
				sum += row.Reasons[reason]
			}
			if sum != row.Gap || d.Stuck != row.Stuck-was.Stuck || d.Capacity != row.Capacity-was.Capacity {
				t.Errorf("%s does not add up", mustJSON(row))
			}
			if row.Distance == nil {
				continue
			}
			if m, n := row.Distance.MedianMetres, was.Distance.MedianMetres; m != nil && n != nil && (d.MedianMetres == nil || math.Abs(*d.MedianMetres-(*m-*n)) > 0.11) {
				t.Errorf("the median is %v, it was %v, the difference is %v", *m, *n, d.MedianMetres)
			}
		}
	}
}

// TestPlacing compares how far places go with what can be told by hand.
func TestPlacing(t *testing.T) {
	s := newCovered(t, coverageWorld)
	want := map[string][2]int{"MINORS": {16, 0}, "DISABILITY": {6, 0}, "ELDERLY": {9, 4}, "ADULTS_AND_FAMILIES": {12, 6}, "CULTURE_AND_SOCIAL_AGRICULTURE": {0, 0}}
	got := s.coverage(t, "COORDINATOR", ``, ` {placing {field asking placeable placeableBefore}}`).Placing
	for _, p := range got {
		if [2]int{p.Asking, p.Placeable} != want[p.Field] || p.PlaceableBefore != nil || len(got) != len(want) {
			t.Errorf("%s, want %v", mustJSON(p), want[p.Field])
		}
	}
}

type comparison struct {
	A, B                covered
	Coverage, UnmetRate *struct {
		Value, Low, High, PValue float64
		Distinguishable          bool
	}
}

func TestCompare(t *testing.T) {
	s := newCovered(t, coverageWorld)
	compare := func(arguments, a, b string) comparison {
		return s.coverage(t, "COORDINATOR", arguments, ` {compare(a: `+a+`, b: `+b+`) {a {area {code} field gap} b {area {code} field gap}
			coverage {value low high distinguishable pValue} unmetRate {value low high distinguishable pValue}}}`).Compare
	}
	c := compare(``, `{area: "058091-01", field: ADULTS_AND_FAMILIES}`, `{area: "058091-02", field: ADULTS_AND_FAMILIES}`)
	if d := c.Coverage; c.A.Area.Code != "058091-01" || *c.B.Field != "ADULTS_AND_FAMILIES" || !nearly(d.Value, 0.25) || // Newcombe, 2 of 8 and 0 of 6
		!nearly(d.Low, -0.179217) || !nearly(d.High, 0.590724) || d.Distinguishable || !(d.PValue > 0.05 && d.PValue <= 1) {
		t.Errorf("%s", mustJSON(c))
	}
	if d := c.UnmetRate; d.Value != 0 || d.Low >= 0 || d.High <= 0 || d.Distinguishable || !nearly(d.PValue, 1) { // 6 of 100 both
		t.Errorf("%s", mustJSON(c))
	}
	c = compare(`(orderBy: GAP_DESC)`, `{area: "058091-01"}`, `{area: "056001"}`)
	if d := c.UnmetRate; c.A.Gap != 33 || c.B.Gap != 7 || !nearly(d.Value, 3300-7.0/1200*10_000) || !d.Distinguishable || d.Low <= 0 || d.PValue > 1e-6 {
		t.Errorf("%s", mustJSON(c))
	}
	if c = compare(``, `{}`, `{field: CULTURE_AND_SOCIAL_AGRICULTURE}`); c.Coverage != nil || c.UnmetRate == nil || c.A.Area != nil {
		t.Errorf("%s", mustJSON(c))
	}
	if c = compare(`(level: REGION)`, `{area: "12"}`, `{}`); c.UnmetRate.Value != 0 || c.Coverage.Value != 0 || c.A.Gap != 48 {
		t.Errorf("%s", mustJSON(c))
	}
}
