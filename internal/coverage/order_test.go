package coverage

import (
	"math"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// orderedCells: of the elderly, Zagarolo has no rate, and Municipio II no demand.
var orderedCells = map[int][2]Figures{
	viterbo:  {{}, figures(50, 10, 0)},   // gap 40, coverage 0.2, rate 6.7
	first:    {{}, figures(100, 50, 0)},  // gap 50, coverage 0.5, rate 5
	zagarolo: {{}, figures(60, 54, 0)},   // gap 6, coverage 0.9
	aquila:   {{}, figures(200, 180, 0)}, // gap 20, coverage 0.9, rate 2.9
}

func TestSort(t *testing.T) {
	for order, want := range map[Order][]string{
		ByArea:         {"Viterbo", "Municipio I", "Municipio II", "Zagarolo", "L'Aquila"},
		ByGap:          {"Municipio I", "Viterbo", "L'Aquila", "Zagarolo", "Municipio II"},
		ByDemand:       {"L'Aquila", "Municipio I", "Zagarolo", "Viterbo", "Municipio II"},
		ByCoverage:     {"Viterbo", "Municipio I", "Zagarolo", "L'Aquila", "Municipio II"}, // not defined: last
		ByRate:         {"Viterbo", "Municipio I", "L'Aquila", "Municipio II", "Zagarolo"},
		BySmoothedRate: {"Viterbo", "Municipio I", "L'Aquila", "Municipio II", "Zagarolo"},
	} {
		table := tableOf(orderedCells, false)
		table.Sort(order)
		var rows, areas []string
		for _, row := range table.Rows {
			if *row.Field == needmap.FieldElderly {
				rows = append(rows, row.Area.Name)
			}
		}
		for _, row := range table.Areas {
			areas = append(areas, row.Area.Name)
		}
		if !slices.Equal(rows, want) || !slices.Equal(areas, want) {
			t.Errorf("%s: rows %q, areas %q, want %q", order, rows, areas, want)
		}
	}
	if len(Orders) != 6 {
		t.Errorf("%d orders, and 6 in the test", len(Orders))
	}
}

// TestSortTies: without differences the order is that of areas and fields.
func TestSortTies(t *testing.T) {
	for _, order := range Orders {
		table := tableOf(nil, true)
		want := slices.Clone(table.Rows)
		if table.Sort(order); !slices.Equal(table.Rows, want) {
			t.Errorf("%s: equal rows moved", order)
		}
	}
}

func TestTableRank(t *testing.T) {
	for order, want := range map[Order]map[string]int{
		ByArea:         {},
		ByGap:          {"Municipio I": 1, "Viterbo": 2, "L'Aquila": 3, "Zagarolo": 4, "Municipio II": 5},
		ByDemand:       {"L'Aquila": 1, "Municipio I": 2, "Zagarolo": 3, "Viterbo": 4, "Municipio II": 5},
		ByCoverage:     {"Viterbo": 1, "Municipio I": 2, "Zagarolo": 3, "L'Aquila": 4},
		ByRate:         {"Viterbo": 1, "Municipio I": 2, "L'Aquila": 3, "Municipio II": 4},
		BySmoothedRate: {"Viterbo": 1, "Municipio I": 2, "L'Aquila": 3, "Municipio II": 4},
	} {
		table := tableOf(orderedCells, false)
		table.Sort(order)
		table.Rank(order)
		for _, row := range append(table.Areas, table.Rows...) {
			place, ranked := want[row.Area.Name]
			if row.Field != nil && *row.Field != needmap.FieldElderly {
				continue
			}
			if (row.Rank != nil) != ranked || ranked && row.Rank.Position != place {
				t.Errorf("%s: %s has %+v, want %d", order, row.Area.Name, row.Rank, place)
			}
		}
		if table.Total.Rank != nil || table.Fields[0].Rank != nil {
			t.Errorf("%s: a margin has a rank", order)
		}
	}
}

// TestTableRankPartial: who sees a part has no rates, and no ranks by them.
func TestTableRankPartial(t *testing.T) {
	table := tableOf(orderedCells, true)
	table.Sort(ByRate)
	table.Rank(ByRate)
	for _, row := range table.Rows {
		if row.Rank != nil {
			t.Errorf("%s: %+v", row.Area.Name, row.Rank)
		}
	}
}

func TestCompare(t *testing.T) {
	row := func(f Figures, residents *int) *Row { return newRow(f, Denominator{People: residents}, false) }
	for _, c := range []struct {
		name           string
		a, b           *Row
		coverage, rate float64 // NaN for none
		apart          bool    // by coverage
	}{
		{"both", row(figures(100, 90, 0), new(10_000)), row(figures(100, 30, 0), new(20_000)), 0.6, 10 - 35, true},
		{"alike", row(figures(10, 5, 0), new(10_000)), row(figures(10, 5, 0), new(10_000)), 0, 0, false},
		{"no demand", row(figures(0, 0, 0), new(10_000)), row(figures(10, 5, 0), new(10_000)), math.NaN(), -5, false},
		{"no population", row(figures(10, 5, 0), new(10_000)), row(figures(10, 5, 0), nil), 0, math.NaN(), false},
		{"nobody lives there", row(figures(10, 5, 0), new(0)), row(figures(10, 5, 0), new(10_000)), 0, math.NaN(), false},
	} {
		got := Compare(c.a, c.b)
		for _, part := range []struct {
			name string
			got  *Difference
			want float64
		}{{"coverage", got.Coverage, c.coverage}, {"rate", got.UnmetRate, c.rate}} {
			if (part.got == nil) != math.IsNaN(part.want) || part.got != nil && math.Abs(part.got.Value-part.want) > 1e-12 {
				t.Errorf("%s: %s %+v, want %g", c.name, part.name, part.got, part.want)
			}
		}
		if got.Coverage != nil && got.Coverage.Distinguishable != c.apart {
			t.Errorf("%s: %+v", c.name, got.Coverage)
		}
	}
}
