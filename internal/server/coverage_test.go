package server_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// figures are those of a row that are whole numbers: needs, demand, answered, gap,
// promised, stuck, services, capacity, free, suspended services and their capacity.
type figures [11]int

func (c *covered) figures() figures {
	return figures{c.Needs, c.Demand, c.Answered, c.Gap, c.Promised, c.Stuck, c.Services, c.Capacity, c.FreeCapacity, c.SuspendedServices, c.SuspendedCapacity}
}

type rowCase struct {
	area, field string
	want        figures
	reasons     reasons
}

// localRows are those of the world by hand; all others are zeros, but for services.
var localRows = []rowCase{
	{"056001", "ELDERLY", figures{2, 7, 0, 7, 0, 3, 1, 5, 5}, reasons{"NOT_ELIGIBLE": 3, "NOT_YET_HANDLED": 4}},
	{"058091-01", "MINORS", figures{3, 21, 3, 18, 2, 16, 1, 0, 0, 1, 20}, reasons{"SUSPENDED": 10, "OUT_OF_REACH": 6, "NOT_YET_HANDLED": 2}},
	{"058091-01", "DISABILITY", figures{1, 7, 0, 7, 3, 4, 1, 3, 0}, reasons{"FULL": 4, "NOT_YET_HANDLED": 3}},
	{"058091-01", "ELDERLY", figures{1, 2, 0, 2, 0, 2}, reasons{"NO_SERVICE": 2}},
	{"058091-01", "ADULTS_AND_FAMILIES", figures{1, 8, 2, 6, 0, 0, 1, 40, 40}, reasons{"NOT_YET_HANDLED": 6}},
	{"058091-02", "DISABILITY", figures{1, 2, 0, 2, 0, 2, 1, 3, 0}, reasons{"FULL": 2}},
	{"058091-02", "ADULTS_AND_FAMILIES", figures{1, 6, 0, 6, 0, 6, 1, 40, 40}, reasons{"DECLINED": 6}},
	{"058091-01", "CULTURE_AND_SOCIAL_AGRICULTURE", figures{}, reasons{}},
	{"058091-02", "MINORS", figures{}, reasons{}},
	{"056001", "MINORS", figures{}, reasons{}},
	{"056001", "CULTURE_AND_SOCIAL_AGRICULTURE", figures{}, reasons{}},

	{"056001", "", figures{2, 7, 0, 7, 0, 3, 1, 5, 5}, reasons{"NOT_ELIGIBLE": 3, "NOT_YET_HANDLED": 4}},
	{"058091-01", "", figures{6, 38, 5, 33, 5, 22, 3, 43, 40, 1, 20},
		reasons{"NO_SERVICE": 2, "OUT_OF_REACH": 6, "FULL": 4, "SUSPENDED": 10, "NOT_YET_HANDLED": 11}},
	{"058091-02", "", figures{2, 8, 0, 8, 0, 8, 2, 43, 40}, reasons{"FULL": 2, "DECLINED": 6}},
}

// marginRows are those that hold at every level. A service counts once in them.
var marginRows = []rowCase{
	{"", "MINORS", figures{3, 21, 3, 18, 2, 16, 1, 0, 0, 1, 20}, reasons{"SUSPENDED": 10, "OUT_OF_REACH": 6, "NOT_YET_HANDLED": 2}},
	{"", "DISABILITY", figures{2, 9, 0, 9, 3, 6, 1, 3, 0}, reasons{"FULL": 6, "NOT_YET_HANDLED": 3}},
	{"", "ELDERLY", figures{3, 9, 0, 9, 0, 5, 1, 5, 5}, reasons{"NO_SERVICE": 2, "NOT_ELIGIBLE": 3, "NOT_YET_HANDLED": 4}},
	{"", "ADULTS_AND_FAMILIES", figures{2, 14, 2, 12, 0, 6, 1, 40, 40}, reasons{"DECLINED": 6, "NOT_YET_HANDLED": 6}},
	{"", "CULTURE_AND_SOCIAL_AGRICULTURE", figures{}, reasons{}},
	{"", "", figures{10, 53, 5, 48, 5, 33, 4, 48, 45, 1, 20},
		reasons{"NO_SERVICE": 2, "OUT_OF_REACH": 6, "NOT_ELIGIBLE": 3, "FULL": 6, "SUSPENDED": 10, "DECLINED": 6, "NOT_YET_HANDLED": 15}},
}

var provinceRows = []rowCase{
	{"056", "ELDERLY", figures{2, 7, 0, 7, 0, 3, 1, 5, 5}, reasons{"NOT_ELIGIBLE": 3, "NOT_YET_HANDLED": 4}},
	{"058", "DISABILITY", figures{2, 9, 0, 9, 3, 6, 1, 3, 0}, reasons{"FULL": 6, "NOT_YET_HANDLED": 3}},
	{"058", "ELDERLY", figures{1, 2, 0, 2, 0, 2}, reasons{"NO_SERVICE": 2}},
	{"058", "", figures{8, 46, 5, 41, 5, 30, 3, 43, 40, 1, 20},
		reasons{"NO_SERVICE": 2, "OUT_OF_REACH": 6, "FULL": 6, "SUSPENDED": 10, "DECLINED": 6, "NOT_YET_HANDLED": 11}},
}

func checkRows(t *testing.T, got coverageReport, rows []rowCase) {
	t.Helper()
	for _, c := range rows {
		row := got.find(t, c.area, c.field)
		if row.figures() != c.want || !maps.Equal(row.Reasons, c.reasons) {
			t.Errorf("%s %s: %v %v, want %v %v", c.area, c.field, row.figures(), row.Reasons, c.want, c.reasons)
		}
		if row.Demand > 0 && (row.SupplyDemand == nil || !nearly(*row.SupplyDemand, float64(c.want[7])/float64(c.want[1]))) || row.Demand == 0 && row.SupplyDemand != nil {
			t.Errorf("%s %s: supply by demand %v", c.area, c.field, row.SupplyDemand)
		}
	}
}

func TestCoverageFigures(t *testing.T) {
	s := newCovered(t, coverageWorld)
	for level, rows := range map[string][]rowCase{"LOCAL": localRows, "PROVINCE": provinceRows} {
		t.Run(level, func(t *testing.T) {
			got := s.coverage(t, "COORDINATOR", `(level: `+level+`)`, coverageFields)
			areas := map[string]int{"LOCAL": 3, "PROVINCE": 2}[level]
			if len(got.Rows) != 5*areas || len(got.Areas) != areas || len(got.Fields) != 5 || got.IsPartial || got.PlacesAs != "POINT" {
				t.Fatalf("%d rows, %d areas, %d fields, %v %s", len(got.Rows), len(got.Areas), len(got.Fields), got.IsPartial, got.PlacesAs)
			}
			checkRows(t, got, rows)
			checkRows(t, got, marginRows)
		})
	}
}

// TestCoverageEstimates compares intervals and rates with tables and with what a
// pocket calculator gives.
func TestCoverageEstimates(t *testing.T) {
	got := newCovered(t, coverageWorld).coverage(t, "COORDINATOR", ``, coverageFields)
	none := got.find(t, "058091-02", "MINORS")
	if none.Coverage != nil || none.UnmetRate == nil || none.UnmetRate.Value != 0 || !nearly(none.UnmetRate.High, 368.8879) {
		t.Errorf("without demand: %+v %+v", none.Coverage, none.UnmetRate)
	}
	adults := got.find(t, "058091-01", "ADULTS_AND_FAMILIES").Coverage // Wilson's interval of 2 of 8
	if !nearly(adults.Value, 0.25) || !nearly(adults.Low, 0.071490) || !nearly(adults.High, 0.590724) {
		t.Errorf("2 of 8: %+v", adults)
	}
	if c := got.find(t, "058091-02", "").Coverage; c.Low != 0 || !nearly(c.High, 0.324410) {
		t.Errorf("none of 8: %+v", c)
	}
	// Garwood's interval of 33 is 22.7154 to 46.3443; there are 100 residents.
	rate := got.find(t, "058091-01", "").UnmetRate
	if !nearly(rate.Value, 3300) || !nearly(rate.Low/100, 22.71557) || !nearly(rate.High/100, 46.34430) || rate.Reliability != "RELIABLE" {
		t.Errorf("33 of 100: %+v", rate)
	}
	for area, smoothed := range map[string]float64{"056001": 59.487, "058091-01": 3162.22, "058091-02": 778.70} { // Marshall, by hand
		if r := got.find(t, area, "").UnmetRate; math.Abs(r.Smoothed-smoothed) > 0.01 {
			t.Errorf("%s: smoothed %v, want %v", area, r.Smoothed, smoothed)
		}
	}
	if r := got.find(t, "058091-02", "").UnmetRate; r.Reliability != "UNSTABLE" {
		t.Errorf("8 people: %+v", r)
	}
	if r := got.Totals.UnmetRate; !nearly(r.Value, 48.0/1400*10_000) || r.Smoothed != r.Value || got.Totals.RateMissing != nil {
		t.Errorf("all: %+v", r)
	}
}

func TestCoverageDenominators(t *testing.T) {
	s := newCovered(t, coverageWorld)
	one := func(n int) *int { return &n }
	for _, c := range []struct {
		arguments, area string
		want            denominator
	}{
		{``, "056001", denominator{one(1200), one(2011), one(2011), "Census"}},
		{``, "058091-01", denominator{one(100), one(2010), one(2010), ""}},
		{``, "", denominator{one(1400), one(2010), one(2011), "Census"}},
		{`(level: PROVINCE)`, "058", denominator{one(200), one(2010), one(2010), ""}},
		{`(level: REGION)`, "12", denominator{one(1400), one(2010), one(2011), "Census"}},
		{`(level: REGION, filter: {municipalities: ["058091-02", "056001"]})`, "12", denominator{one(1300), one(2010), one(2011), "Census"}},
		{`(level: COMUNE, filter: {municipalities: ["058091-02"]})`, "058091", denominator{one(100), one(2010), one(2010), ""}},
	} {
		got := s.coverage(t, "COORDINATOR", c.arguments, coverageFields).find(t, c.area, "").Denominator
		if string(mustJSON(got)) != string(mustJSON(c.want)) {
			t.Errorf("%s %s: %s, want %s", c.arguments, c.area, mustJSON(got), mustJSON(c.want))
		}
	}
	mustExec(t, s.db, `update municipality set population = null, population_year = null where code = '058091-01'; update municipality set population = 0 where code = '056001'`)
	fresh := serveLike(t, s) // a server reads the territory as it starts
	got := fresh.coverage(t, "COORDINATOR", ``, coverageFields)
	for area, missing := range map[string]string{"058091-01": "POPULATION_UNKNOWN", "056001": "NO_RESIDENTS", "": "POPULATION_UNKNOWN"} {
		row := got.find(t, area, "")
		if row.UnmetRate != nil || row.RateMissing == nil || *row.RateMissing != missing {
			t.Errorf("%q: %+v %v", area, row.UnmetRate, row.RateMissing)
		}
	}
}

// TestCoverageOfAPeriod counts days from midnight to midnight in Rome.
func TestCoverageOfAPeriod(t *testing.T) {
	s := newCovered(t, coverageWorld)
	got := s.coverage(t, "COORDINATOR", `(period: {from: "2024-03-01", to: "2024-03-10"})`, coverageFields)
	for _, c := range []struct {
		area, field string
		want        float64
	}{{"", "", 105}, {"", "CULTURE_AND_SOCIAL_AGRICULTURE", 5}, {"056001", "", 25}, {"058091-01", "MINORS", 30}, {"058091-02", "MINORS", 0}} {
		if days := got.find(t, c.area, c.field).NeedDays; days != c.want {
			t.Errorf("%s %s: %v days, want %v", c.area, c.field, days, c.want)
		}
	}
	from, until := time.Date(2024, 2, 29, 23, 0, 0, 0, time.UTC), time.Date(2024, 3, 10, 23, 0, 0, 0, time.UTC)
	if !got.PeriodFrom.Equal(from) || !got.PeriodUntil.Equal(until) {
		t.Errorf("from %v until %v", got.PeriodFrom, got.PeriodUntil)
	}
	year := s.coverage(t, "COORDINATOR", ``, coverageFields)
	if year.Totals.NeedDays != 3650 || year.PeriodUntil.Sub(year.PeriodFrom) != 365*24*time.Hour || !year.PeriodUntil.Equal(year.AsOf) {
		t.Errorf("a year has %v days, from %v until %v", year.Totals.NeedDays, year.PeriodFrom, year.PeriodUntil)
	}
	// Europe/Rome lost an hour on 31 March 2024.
	short := s.coverage(t, "COORDINATOR", `(period: {from: "2024-03-31", to: "2024-03-31"}, filter: {fields: [MINORS], statuses: [ASSIGNED]})`, coverageFields)
	if days := short.Totals.NeedDays; days != 2.9 || short.Totals.Needs != 1 || len(short.Rows) != 3 { // 3 × 23 hours; all statuses have days
		t.Errorf("the short day: %v days, %d needs, %d rows", days, short.Totals.Needs, len(short.Rows))
	}
}

func TestCoverageDistances(t *testing.T) {
	s := newCovered(t, coverageWorld)
	d := s.coverage(t, "COORDINATOR", `(filter: {fields: [MINORS, ELDERLY]})`,
		` {fields {field distance {medianMetres p90Metres measured located unlocated}} rows {field area {code} distance {medianMetres p90Metres measured located unlocated}}}`)
	a, b := geodesic([2]float64{12.25, 41.75}, [2]float64{12.25, 41.76}), geodesic([2]float64{12.45, 41.95}, [2]float64{12.25, 41.76})
	for _, got := range []*spread{d.find(t, "", "MINORS").Distance, d.find(t, "058091-01", "MINORS").Distance} {
		if got.Measured != 2 || got.Located != 2 || got.Unlocated != 1 || math.Abs(*got.MedianMetres-(a+b)/2) > 0.1 || math.Abs(*got.P90Metres-(a+0.9*(b-a))) > 0.1 {
			t.Errorf("%s, want %v and %v", mustJSON(got), (a+b)/2, a+0.9*(b-a))
		}
	}
	if got := d.find(t, "", "ELDERLY").Distance; got.MedianMetres != nil || got.P90Metres != nil || got.Measured != 0 || got.Located != 0 || got.Unlocated != 3 {
		t.Errorf("no need has a place: %s", mustJSON(got))
	}
}

// TestDistancesOfFewAreLogged has a distance of few needs count as reading their
// places: a service at a place of one's choice makes it the place.
func TestDistancesOfFewAreLogged(t *testing.T) {
	s := newCovered(t, coverageWorld)
	const whatIf = `(level: REGION, whatIf: {add: [{field: MINORS, capacity: 1, point: {longitude: 12.2, latitude: 41.7}, catchmentMetres: 1}]})`
	const few, more = `{totals {distance {medianMetres}}}`, `{rows {field distance {p90Metres}}}`
	many := `insert into need (municipality_id, field, origin, status, severity, people, reported_at, location, location_kind)
		select 3, 'MINORS', 'KNOWN', 'REPORTED', 3, 1, '2024-03-01', st_setsrid(st_makepoint(12.25, 41.75), 4326), 'EXACT' from generate_series(1, 3)`
	for _, c := range []struct{ change, who, query, want string }{
		{"", "COORDINATOR", `{coverage {totals {demand}}}`, ""},
		{"", "COORDINATOR", `{coverage ` + few + `}`, "coordinator COORDINATOR [4 5]"},
		{"", "COORDINATOR", `{coverage` + whatIf + more + `}`, "coordinator COORDINATOR [4 5]"},
		{"", "ANALYST", `{coverage` + whatIf + few + `}`, ""},
		{`update need set location_kind = 'AREA' where id = 4`, "COORDINATOR", `{coverage ` + few + `}`, "coordinator COORDINATOR [5]"},
		{many, "COORDINATOR", `{coverage ` + few + `}`, ""}, // of five
	} {
		if c.change != "" {
			mustExec(t, s.db, c.change)
		}
		placesLogged(t, s)
		if answer := s.as(c.who).ask(t, c.query, nil); len(answer.Errors) > 0 {
			t.Fatalf("%+v", answer.Errors)
		}
		if read := strings.Join(placesLogged(t, s), "; "); read != c.want {
			t.Errorf("%s %s: %q, want %q", c.who, c.query, read, c.want)
		}
	}
}

// TestCoverageOrders ranks the areas, and leaves out what is not defined.
func TestCoverageOrders(t *testing.T) {
	s := newCovered(t, coverageWorld)
	for order, want := range map[string]string{
		"AREA": "056001 058091-01 058091-02", "GAP_DESC": "058091-01 058091-02 056001", "DEMAND_DESC": "058091-01 058091-02 056001",
		"COVERAGE_ASC": "056001 058091-02 058091-01", "UNMET_RATE_DESC": "058091-01 058091-02 056001", "SMOOTHED_RATE_DESC": "058091-01 058091-02 056001",
	} {
		got := s.coverage(t, "COORDINATOR", `(orderBy: `+order+`)`, ` {areas {area {code} demand rank {position low high}} rows {area {code} field demand gap rank {position low high}} totals {rank {position}}}`)
		var codes []string
		for i, row := range got.Areas {
			codes = append(codes, row.Area.Code)
			if (row.Rank == nil) != (order == "AREA") || row.Rank != nil && (row.Rank.Position != i+1 || row.Rank.Low < 1 || row.Rank.High > 3 || row.Rank.Low > row.Rank.High) {
				t.Errorf("%s: %s has the rank %+v", order, row.Area.Code, row.Rank)
			}
		}
		if strings.Join(codes, " ") != want || got.Totals.Rank != nil {
			t.Errorf("%s: %v, want %s", order, codes, want)
		}
		undefined := slices.IndexFunc(got.Rows, func(r covered) bool { return r.Demand == 0 })
		if order == "COVERAGE_ASC" && (undefined != 7 || slices.ContainsFunc(got.Rows[7:], func(r covered) bool { return r.Demand > 0 || r.Rank != nil })) {
			t.Errorf("rows without demand begin at %d", undefined)
		}
	}
}
