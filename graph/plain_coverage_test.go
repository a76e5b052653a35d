package graph

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// coveredStore hands out the same board whatever is asked.
type coveredStore struct {
	Store
	board  *coverage.Board
	supply *coverage.Supply
}

func (s coveredStore) ViewNeeds(_ context.Context, c needmap.NeedCriteria, read func(coverage.View) error) error {
	s.board.Settle(s.supply, c.Cells)
	return read(coverage.NewView(s.board, s.supply, c, nil))
}

func (coveredStore) ExactPlaces(context.Context, []int64) ([]int64, error) { return nil, nil }

// coveredSite has three municipalities, of which one is empty and one has an
// unknown number of residents; needs of two fields, and services of three.
func coveredSite(t *testing.T) (Store, Territory) {
	t.Helper()
	var list []*needmap.Municipality
	var units []territory.Unit
	for i, residents := range []*int{new(12_345), new(0), nil} {
		west := 12 + float64(i)
		square := orb.MultiPolygon{{{{west, 41}, {west + 1, 41}, {west + 1, 42}, {west, 42}, {west, 41}}}}
		m := &needmap.Municipality{
			ID: 3 + i, Code: "05800" + string(rune('1'+i)), Kind: needmap.KindComune, Name: `"Comune" ` + string(rune('à'+i)),
			ProvinceCode: "058", ProvinceName: "Roma", RegionCode: "12", RegionName: "Lazio", IsLocal: true,
			Population: residents, PopulationSource: new(`"Istat" & <Roma>`), PopulationYear: new(2020 + i), Centroid: orb.Point{west + 0.5, 41.5},
		}
		list, units = append(list, m), append(units, territory.Unit{Code: m.Code, Kind: "COMUNE", Name: m.Name, Local: true, Boundary: square})
	}
	registry, err := territory.NewRegistry(units)
	if err != nil {
		t.Fatal(err)
	}
	board := coverage.NewBoard(9)
	for k := range 9 {
		n := coverage.Need{
			ID: int64(k + 1), MunicipalityID: 3 + k%3, Field: needmap.Fields[k%2], Origin: needmap.OriginKnown, Status: needmap.StatusReported,
			Severity: 1 + k%5, ReportedOn: "2026-01-10", People: 3 * (k + 1), Answered: k,
			Spans: []coverage.Span{{From: coverage.MomentOf(time.Date(2026, 1, 10, k, 7, 0, 0, time.UTC))}},
		}
		n.Open = &coverage.Open{People: n.People, Answered: n.Answered, Promised: k % 3, MinimumAge: new(k)}
		if k%4 != 0 {
			n.Open.Place = &orb.Point{12 + float64(k%3) + 0.1*float64(k), 41.5}
			n.Open.Cell = n.Open.Place
		}
		board.Put(n)
	}
	supply := coverage.NewSupply([]coverage.Service{
		{ID: 1, Field: needmap.Fields[0], Status: needmap.ServiceActive, Capacity: 7, Held: 2, Place: &orb.Point{12.3, 41.6}, CatchmentMetres: new(30_000), MunicipalityIDs: []int{3, 5}},
		{ID: 2, Field: needmap.Fields[1], Status: needmap.ServiceSuspended, Capacity: 9, MaximumAge: new(4), MunicipalityIDs: []int{3}},
		{ID: 3, Field: needmap.Fields[2], Status: needmap.ServiceActive, Capacity: 1, MunicipalityIDs: []int{4}},
	})
	return coveredStore{board: board, supply: supply}, onePlace{needmap.NewAtlas(list), registry}
}

// TestPlainCoverageChangesNothing asks random selections of a report with and
// without the extension. Every fourth or so has a field that is left to gqlgen.
func TestPlainCoverageChangesNothing(t *testing.T) {
	store, place := coveredSite(t)
	schema := NewSchema(store, place)
	usual := gqlhttp.NewHandler(schema, gqlhttp.Options{})
	plain := gqlhttp.NewHandler(schema, gqlhttp.Options{Extensions: []graphql.HandlerExtension{PlainLists{}}})
	nulls := 0
	rapid.Check(t, func(t *rapid.T) {
		query := coverageQuery(t)
		want, got := post(t, usual, query), post(t, plain, query)
		if want != got {
			t.Fatalf("%s\nusual: %s\nplain: %s", query, want, got)
		}
		if strings.Contains(want, `"errors"`) {
			t.Fatalf("%s\n%s", query, want)
		}
		if strings.Contains(want, `:null`) {
			nulls++
		}
	})
	if nulls < 20 {
		t.Errorf("only %d answers had a null in them", nulls)
	}
}

// coverageQuery fixes the period: its need-days are the same at every time.
func coverageQuery(t *rapid.T) string {
	arguments := rapid.SampledFrom([]string{
		"", ` orderBy: GAP_DESC`, ` orderBy: UNMET_RATE_DESC level: PROVINCE`, ` orderBy: COVERAGE_ASC filter: {fields: [MINORS, ELDERLY]}`,
		` whatIf: {add: [{field: ELDERLY capacity: 4 municipalities: ["058001"]}]}`, ` filter: {municipalities: []}`,
	}).Draw(t, "arguments")
	head := `{coverage(period: {from: "2026-01-01" to: "2026-02-01"}` + arguments + `)`
	list := rapid.SampledFrom([]string{"rows", "areas", "fields"}).Draw(t, "list")
	row := selection(t, plainCoverageRow, "before{gap}", "difference{stuck}", "a:gap b:gap", "...on CoverageRow{needs}", "capacity@skip(if:true)")
	return rapid.SampledFrom([]string{
		head + "{" + list + row + "}}",
		head + "{isPartial c:" + list + row + "totals{needs}}}",
		"query($v:Boolean=false) " + head + "{" + list + "{demand@include(if:$v) ...F}}} fragment F on CoverageRow" + row,
	}).Draw(t, "shape")
}

// TestPlainCoverageIsUsed guards against a test that compares gqlgen with itself.
func TestPlainCoverageIsUsed(t *testing.T) {
	store, place := coveredSite(t)
	schema := NewSchema(store, place)
	query := "{coverage{rows{area{code name}field needs demand answered gap promised stuck services capacity freeCapacity reasons{reason people}distance{located}}}}"
	allocations := func(o gqlhttp.Options) float64 {
		h := gqlhttp.NewHandler(schema, o)
		return testing.AllocsPerRun(20, func() { post(t, h, query) })
	}
	usual, plain := allocations(gqlhttp.Options{}), allocations(gqlhttp.Options{Extensions: []graphql.HandlerExtension{PlainLists{}}})
	if rows := 15.0; (usual-plain)/rows < 50 {
		t.Errorf("%v allocations as usual, %v plainly: the rows were not written plainly", usual, plain)
	}
}
