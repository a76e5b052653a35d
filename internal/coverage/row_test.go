package coverage

import (
	"fmt"
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// figures are those of demand, answered and capacity; the gap is not yet handled.
func figures(demand, answered, capacity int) Figures {
	return Figures{Needs: 1, Demand: demand, Answered: answered, Capacity: capacity, Reasons: [reasonCount]int{notYetHandled: demand - answered}}
}

var twoFields = []needmap.Field{needmap.FieldDisability, needmap.FieldElderly}

// tableOf makes the rows of a report by hand: of each local area the figures of
// people with a disability and of the elderly.
func tableOf(cells map[int][2]Figures, partial bool) *Table {
	atlas := world()
	areas := NewAreas(atlas, needmap.LevelLocal, nil)
	r := &Report{Areas: areas, Cells: make([]Figures, len(areas.List)*fieldCount), ByArea: make([]Figures, len(areas.List))}
	for id, pair := range cells {
		area, _ := areas.Number(id)
		for i, f := range pair {
			field := FieldNumber(twoFields[i])
			*r.Cell(area, field) = f
			for _, sum := range []*Figures{&r.ByArea[area], &r.Fields[field], &r.Total} {
				sum.addDemand(&f)
				sum.Capacity += f.Capacity
			}
		}
	}
	return NewTable(r, twoFields, areas.Together(atlas), partial)
}

func TestTableRows(t *testing.T) {
	table := tableOf(map[int][2]Figures{first: {figures(10, 4, 5), figures(0, 0, 5)}, zagarolo: {figures(2, 2, 0), {}}}, false)
	if got := [4]int{len(table.Rows), len(table.Areas), len(table.Fields), len(table.All())}; got != [4]int{10, 5, 2, 18} {
		t.Fatalf("%v rows, areas, fields and all", got)
	}
	some := table.Rows[2] // Municipio I, disability
	if some.Area.Name != "Municipio I" || *some.Field != needmap.FieldDisability {
		t.Fatalf("%s %s", some.Area.Name, *some.Field)
	}
	wilson, _ := Wilson(4, 10)
	if c := some.Coverage; c == nil || c.Value != 0.4 || c.Interval != wilson || *some.SupplyDemand != 0.5 {
		t.Errorf("coverage %+v", c)
	}
	// 6 people of 100,000 residents are 0.6 of 10,000.
	exact := Garwood(6)
	if r := some.UnmetRate; r == nil || some.RateMissing != nil || math.Abs(r.Value-0.6) > 1e-12 || math.Abs(r.Low-exact.Low/10) > 1e-12 || math.Abs(r.High-exact.High/10) > 1e-12 || r.Reliability != ReliabilityOf(6) {
		t.Errorf("rate %+v", r)
	}
	if d := some.Denominator; *d.People != 100_000 || *d.YearFrom != 2022 || *d.YearTo != 2022 || d.Source != "Roma Capitale" {
		t.Errorf("denominator %+v", d)
	}
	none := table.Rows[3] // no demand: coverage is neither 0 nor 1
	if none.Coverage != nil || none.SupplyDemand != nil || none.UnmetRate == nil || none.UnmetRate.Value != 0 {
		t.Errorf("without demand %+v", none)
	}
	if all := table.Rows[6]; all.Coverage.Value != 1 || all.UnmetRate != nil || *all.RateMissing != NoPopulation {
		t.Errorf("Zagarolo %+v", all)
	}
	if t0 := table.Total; t0.Area != nil || t0.Field != nil || t0.Demand != 12 || *t0.RateMissing != NoPopulation {
		t.Errorf("total %+v", t0)
	}
	if f := table.Fields[0]; f.Area != nil || *f.Field != needmap.FieldDisability || f.Demand != 12 {
		t.Errorf("field %+v", f)
	}
}

func TestRateMissing(t *testing.T) {
	for _, c := range []struct {
		name    string
		people  *int
		partial bool
		want    Missing
	}{
		{"known", new(20_000), false, ""},
		{"unknown", nil, false, NoPopulation},
		{"nobody", new(0), false, NoResidents},
		{"a part of the needs", new(20_000), true, PartialView},
		{"a part of the needs, and unknown", nil, true, PartialView},
	} {
		row := newRow(figures(4, 1, 0), Denominator{People: c.people}, c.partial)
		if (row.UnmetRate == nil) != (c.want != "") || (row.RateMissing == nil) != (c.want == "") {
			t.Errorf("%s: rate %+v", c.name, row.UnmetRate)
		} else if c.want != "" && *row.RateMissing != c.want || c.want == "" && row.UnmetRate.Value != 1.5 {
			t.Errorf("%s: %+v", c.name, row)
		}
	}
}

// TestDenominators: the residents of an area are those of its leaves, with the years
// and sources of all; a comune with municipi counts by these alone.
func TestDenominators(t *testing.T) {
	atlas := world()
	told := func(d Denominator) string {
		if d.People == nil {
			return "unknown"
		}
		return fmt.Sprint(*d.People, " ", *d.YearFrom, "-", *d.YearTo, " ", d.Source)
	}
	for _, c := range []struct {
		level needmap.TerritoryLevel
		only  []int
		want  []string
	}{
		{needmap.LevelLocal, []int{first, aquila}, []string{"100000 2022-2022 Roma Capitale", "70000 2024-2024 ISTAT"}},
		{needmap.LevelComune, nil, []string{"60000 2024-2024 ISTAT", "150000 2022-2022 Roma Capitale", "unknown", "70000 2024-2024 ISTAT"}},
		{needmap.LevelComune, []int{second}, []string{"50000 2022-2022 Roma Capitale"}},
		{needmap.LevelRegion, nil, []string{"unknown", "70000 2024-2024 ISTAT"}},
		{needmap.LevelRegion, []int{viterbo, rome, second}, []string{"110000 2022-2024 ISTAT; Roma Capitale"}},
		{needmap.LevelLocal, []int{}, nil},
	} {
		areas := NewAreas(atlas, c.level, c.only)
		var got []string
		for _, a := range areas.List {
			got = append(got, told(a.Denominator))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s of %v: %q, want %q", c.level, c.only, got, c.want)
		}
		if len(c.want) == 1 && told(areas.Together(atlas)) != c.want[0] {
			t.Errorf("%s of %v: together %s", c.level, c.only, told(areas.Together(atlas)))
		}
	}
}

// TestSmoothing: a rate is smoothed among the rates of its field; that of Zagarolo,
// which has none, takes no part, and the margins stay as they are.
func TestSmoothing(t *testing.T) {
	cells := map[int][2]Figures{
		viterbo: {figures(60, 0, 0), figures(6, 0, 0)}, first: {figures(900, 0, 0), figures(30, 0, 0)},
		second: {figures(10, 0, 0), figures(0, 0, 0)}, zagarolo: {figures(70, 0, 0), figures(5, 0, 0)}, aquila: {figures(7, 0, 0), figures(900, 0, 0)},
	}
	table := tableOf(cells, false)
	bases := []float64{60_000, 100_000, 50_000, 70_000}
	for i, events := range [][]float64{{60, 900, 10, 7}, {6, 30, 0, 900}} {
		want := EmpiricalBayes(events, bases).Rates
		for k, area := range []int{0, 1, 2, 4} {
			row := table.Rows[area*2+i]
			if got := row.UnmetRate.Smoothed; math.Abs(got-want[k]*10_000) > 1e-9 || got == row.UnmetRate.Value {
				t.Errorf("%s %s: %g, want %g", row.Area.Name, *row.Field, got, want[k]*10_000)
			}
		}
	}
	sums := EmpiricalBayes([]float64{66, 930, 10, 907}, bases).Rates
	for k, area := range []int{0, 1, 2, 4} {
		if got := table.Areas[area].UnmetRate.Smoothed; math.Abs(got-sums[k]*10_000) > 1e-9 {
			t.Errorf("%s: %g, want %g", table.Areas[area].Area.Name, got, sums[k]*10_000)
		}
	}
}

// TestSmoothingAlone: one area has nobody to borrow strength from, nor has a margin.
func TestSmoothingAlone(t *testing.T) {
	atlas := world()
	areas := NewAreas(atlas, needmap.LevelLocal, []int{first})
	r := &Report{Areas: areas, Cells: make([]Figures, fieldCount), ByArea: []Figures{figures(9, 0, 0)}, Total: figures(9, 0, 0)}
	r.Cells[FieldNumber(needmap.FieldElderly)] = figures(9, 0, 0)
	for _, row := range NewTable(r, twoFields, areas.Together(atlas), false).All() {
		if row.UnmetRate.Smoothed != row.UnmetRate.Value {
			t.Errorf("%+v", row.UnmetRate)
		}
	}
}

func TestPutBesides(t *testing.T) {
	areas := world().Areas(needmap.LevelLocal)
	d := Distances{Cells: make([]Spread, len(areas)*fieldCount), ByArea: make([]Spread, len(areas)), Total: Spread{Needs: 1000}}
	days := NeedDays{Cells: make([]float64, len(areas)*fieldCount), ByArea: make([]float64, len(areas)), Total: 1000}
	for a := range areas {
		d.ByArea[a].Needs, days.ByArea[a] = 100*a, float64(100*a)
		for f := range fieldCount {
			d.Cells[a*fieldCount+f].Needs, days.Cells[a*fieldCount+f] = 10*a+f, float64(10*a+f)
			d.Fields[f].Needs, days.Fields[f] = 500+f, float64(500+f)
		}
	}
	table, before := tableOf(nil, false), tableOf(nil, false)
	table.PutDistances(d, twoFields)
	table.PutNeedDays(days, twoFields)
	table.PutBefore(before)
	check := func(row *Row, want int) {
		if row.Distance.Needs != want || *row.NeedDays != float64(want) {
			t.Errorf("%+v: distance %d, need-days %g, want %d", row, row.Distance.Needs, *row.NeedDays, want)
		}
	}
	check(table.Total, 1000)
	for i, field := range twoFields {
		check(table.Fields[i], 500+FieldNumber(field))
		for a := range areas {
			check(table.Areas[a], 100*a)
			check(table.Rows[2*a+i], 10*a+FieldNumber(field))
		}
	}
	for i, row := range table.All() {
		if row.Before != before.All()[i] {
			t.Errorf("row %d has another before it", i)
		}
	}
}
