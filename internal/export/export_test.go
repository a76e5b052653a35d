package export_test

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/export"
	"github.com/innovainrete/needmap/internal/needmap"
)

// hostile is a name that a spreadsheet would follow.
const hostile = `=HYPERLINK("http://example.org","Viterbo")`

var (
	now       = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	twoFields = []needmap.Field{needmap.FieldDisability, needmap.FieldElderly}
)

// small is a report of two municipalities and two fields. In the first, of 60,000
// residents, 20 people with a disability have no service; of 13 elderly people 4
// are answered and 2 promised a place. In the second nobody knows how many live,
// and there are no needs.
func small(t *testing.T, order coverage.Order) *export.Report {
	t.Helper()
	comune := func(id int, code, name string, residents *int) *needmap.Municipality {
		return &needmap.Municipality{
			ID: id, Code: code, Kind: needmap.KindComune, Name: name, ProvinceCode: "056", ProvinceName: "P", ProvinceAcronym: "PP",
			RegionCode: "12", RegionName: "R", Population: residents, PopulationYear: new(2024), PopulationSource: new("ISTAT"), IsLocal: true,
		}
	}
	home, need := orb.Point{12.5, 41.9}, orb.Point{12.5, 41.91}
	services := []coverage.Service{
		{ID: 1, Field: needmap.FieldElderly, Status: needmap.ServiceActive, Capacity: 5, Place: &home, MunicipalityIDs: []int{1}},
		{ID: 2, Field: needmap.FieldElderly, Status: needmap.ServiceSuspended, Capacity: 7, MunicipalityIDs: []int{1}},
	}
	board := coverage.NewBoard(3)
	put := func(id int64, field needmap.Field, people, answered int, o coverage.Open, spans ...coverage.Span) {
		o.People, o.Answered = people, answered
		board.Put(coverage.Need{
			ID: id, MunicipalityID: 1, Field: field, Origin: needmap.OriginKnown, Status: needmap.StatusReported, Severity: 3,
			ReportedOn: "2026-01-10", People: people, Answered: answered, Spans: spans, Open: &o,
		})
	}
	var offered coverage.Open
	offered.AddResponse(new(1), 2, needmap.ResponseProposed)
	put(1, needmap.FieldElderly, 10, 4, offered, coverage.Span{From: coverage.MomentOf(now.Add(-(10*24 + 6) * time.Hour))})
	put(2, needmap.FieldDisability, 20, 0, coverage.Open{})
	put(3, needmap.FieldElderly, 3, 0, coverage.Open{Place: &need, Cell: &need})
	supply := coverage.NewSupply(services).With(board.HeldPlaces)
	board.Settle(supply, false)
	filter := needmap.NeedFilter{Fields: twoFields, SeverityAtLeast: new(2)}
	q := coverage.Question{
		Atlas: needmap.NewAtlas([]*needmap.Municipality{comune(1, "056059", hostile, new(60_000)), comune(2, "056060", "Zagàrolo, \"di\" sopra", nil)}),
		Level: needmap.LevelLocal, Order: order, Now: now, Period: coverage.Period{From: now.AddDate(0, 0, -365), Until: now},
		Want: coverage.Want{Distances: true, NeedDays: true, Ranks: true},
	}
	var err error
	if q.Criteria, err = filter.Criteria(q.Atlas); err != nil {
		t.Fatal(err)
	}
	answer, err := q.Answer(coverage.NewView(board, supply, q.Criteria, nil))
	if err != nil {
		t.Fatal(err)
	}
	q.Finish(answer)
	return export.NewReport(export.About{
		MadeAt: now, AsOf: now, Level: q.Level, Order: order, Period: q.Period, Filter: filter, Synthetic: true,
	}, answer)
}

// values gives a row's values by column.
func values(r *coverage.Row) map[string]any {
	row := map[string]any{}
	for i := range export.Columns {
		row[export.Columns[i].Name] = export.Columns[i].Value(r)
	}
	return row
}

// TestHandWorkedRows checks every column of four rows. The intervals are Wilson's by
// its closed formula, and a sixth of the exact one of 9 events, 4.115373 to 17.084803.
func TestHandWorkedRows(t *testing.T) {
	r := small(t, coverage.ByArea)
	if len(r.Rows) != 9 { // 2 × 2, 2 areas, 2 fields, the total
		t.Fatalf("%d rows", len(r.Rows))
	}
	shared := map[string]any{
		"rank": nil, "rank_probability": nil, "rank_low": nil, "rank_high": nil, "area_code": nil, "area_name": nil, "level": nil,
		"field": nil, "field_it": nil, "field_en": nil,
		"reason_no_service": 0, "reason_out_of_reach": 0, "reason_not_eligible": 0, "reason_full": 0, "reason_suspended": 0, "reason_declined": 0,
	}
	unknown := map[string]any{
		"unmet_rate": nil, "unmet_rate_low": nil, "unmet_rate_high": nil, "unmet_rate_smoothed": nil, "unmet_rate_reliability": nil,
		"rate_missing": "POPULATION_UNKNOWN", "residents": nil, "residents_year_from": nil, "residents_year_to": nil, "residents_source": nil,
	}
	elderly := map[string]any{"field": "ELDERLY", "field_it": "Anziani", "field_en": "Elderly people"}
	figures := map[string]any{
		"needs": 2, "demand": 13, "answered": 4, "gap": 9, "promised": 2, "stuck": 0, "reason_not_yet_handled": 9,
		"services": 2, "capacity": 5, "free_capacity": 3, "suspended_services": 1, "suspended_capacity": 7, "supply_demand": 0.384615,
		"coverage": 0.307692, "coverage_low": 0.126807, "coverage_high": 0.576307,
		"need_days": 10.3, "distance_median_m": 1110.7, "distance_p90_m": 1110.7, "needs_measured": 1, "needs_located": 1, "needs_unlocated": 1,
	}
	for i, parts := range map[int][]map[string]any{
		1: {shared, elderly, figures, {
			"row_kind": "AREA_FIELD", "area_code": "056059", "area_name": hostile, "level": "LOCAL",
			"unmet_rate": 1.5, "unmet_rate_low": 0.685896, "unmet_rate_high": 2.847467, "unmet_rate_smoothed": 1.5,
			"unmet_rate_reliability": "UNSTABLE", "rate_missing": nil,
			"residents": 60_000, "residents_year_from": 2024, "residents_year_to": 2024, "residents_source": "ISTAT",
		}},
		3: {shared, elderly, unknown, {
			"row_kind": "AREA_FIELD", "area_code": "056060", "area_name": "Zagàrolo, \"di\" sopra", "level": "LOCAL",
			"needs": 0, "demand": 0, "answered": 0, "gap": 0, "promised": 0, "stuck": 0, "reason_not_yet_handled": 0,
			"services": 0, "capacity": 0, "free_capacity": 0, "suspended_services": 0, "suspended_capacity": 0, "supply_demand": nil,
			"coverage": nil, "coverage_low": nil, "coverage_high": nil,
			"need_days": 0.0, "distance_median_m": nil, "distance_p90_m": nil, "needs_measured": 0, "needs_located": 0, "needs_unlocated": 0,
		}},
		7: {shared, elderly, figures, unknown, {"row_kind": "FIELD"}},
		8: {shared, figures, unknown, {
			"row_kind": "TOTAL", "needs": 3, "demand": 33, "gap": 29, "stuck": 20, "reason_no_service": 20, "supply_demand": 0.151515,
			"coverage": 0.121212, "coverage_low": 0.048162, "coverage_high": 0.273255, "needs_unlocated": 2,
		}},
	} {
		want := map[string]any{}
		for _, part := range parts {
			for name, v := range part {
				want[name] = v
			}
		}
		checkValues(t, i, values(r.Rows[i]), want)
	}
}

func checkValues(t *testing.T, row int, got, want map[string]any) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("row %d has %d values, %d are worked out", row, len(got), len(want))
	}
	for name, w := range want {
		g := got[name]
		x, isFloat := g.(float64)
		if y, ok := w.(float64); ok && isFloat && math.Abs(x-y) < 1e-6 {
			continue
		}
		if g != w {
			t.Errorf("row %d, %s: %v (%T), want %v (%T)", row, name, g, g, w, w)
		}
	}
}

// TestRanks looks at the order with ranks.
func TestRanks(t *testing.T) {
	for _, row := range small(t, coverage.ByGap).Rows {
		got := values(row)
		_, ranked := got["rank"].(int)
		if want := row.Area != nil; ranked != want {
			t.Errorf("%v %v has the rank %v", got["area_code"], got["field"], got["rank"])
		}
		if p, ok := got["rank_probability"].(float64); ranked && (!ok || p < 0 || p > 1 || got["rank_low"].(int) < 1 || got["rank_high"].(int) > 2) {
			t.Errorf("rank %v to %v with probability %v", got["rank_low"], got["rank_high"], got["rank_probability"])
		}
	}
}

func TestReasonsAddUpToTheGap(t *testing.T) {
	for i, row := range small(t, coverage.ByArea).Rows {
		got, sum := values(row), 0
		for _, reason := range coverage.Reasons {
			people, ok := got["reason_"+strings.ToLower(string(reason))].(int)
			if sum += people; !ok {
				t.Errorf("%s has no column", reason)
			}
		}
		if sum != got["gap"] || got["gap"] != got["demand"].(int)-got["answered"].(int) || got["stuck"] != sum-got["reason_not_yet_handled"].(int) {
			t.Errorf("row %d: the reasons add up to %d, the gap is %v, %v are stuck", i, sum, got["gap"], got["stuck"])
		}
	}
}

// header is what other programs rely on: names are added, never changed.
const header = "row_kind,area_code,area_name,level,field,field_it,field_en,needs,demand,answered,gap,promised,stuck," +
	"reason_no_service,reason_out_of_reach,reason_not_eligible,reason_full,reason_suspended,reason_declined,reason_not_yet_handled," +
	"services,capacity,free_capacity,suspended_services,suspended_capacity,supply_demand,coverage,coverage_low,coverage_high," +
	"unmet_rate,unmet_rate_low,unmet_rate_high,unmet_rate_smoothed,unmet_rate_reliability,rate_missing," +
	"residents,residents_year_from,residents_year_to,residents_source,need_days," +
	"distance_median_m,distance_p90_m,needs_measured,needs_located,needs_unlocated,rank,rank_probability,rank_low,rank_high"

func TestColumns(t *testing.T) {
	var names []string
	for _, c := range export.Columns {
		names = append(names, c.Name)
		if !regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).MatchString(c.Name) {
			t.Errorf("%q is not in snake_case", c.Name)
		}
		if c.Unit == "" || len(c.It) < 10 || len(c.En) < 10 || c.It == c.En || !strings.HasSuffix(c.It, ".") || !strings.HasSuffix(c.En, ".") {
			t.Errorf("%s is not explained: %q, %q, %q", c.Name, c.Unit, c.It, c.En)
		}
	}
	if got := strings.Join(names, ","); got != header {
		t.Errorf("the header is\n%s\nwant\n%s", got, header)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(export.Columns) {
		t.Error("two columns have one name")
	}
}
