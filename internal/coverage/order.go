package coverage

import (
	"cmp"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Order is the order of a table's rows.
type Order string

// Orders. Rows whose figure is not defined come last; ties go by area and field.
const (
	ByArea         Order = "AREA"
	ByGap          Order = "GAP_DESC"
	ByDemand       Order = "DEMAND_DESC"
	ByCoverage     Order = "COVERAGE_ASC"
	ByRate         Order = "UNMET_RATE_DESC"
	BySmoothedRate Order = "SMOOTHED_RATE_DESC"
)

// Orders is the set, in its published order.
var Orders = []Order{ByArea, ByGap, ByDemand, ByCoverage, ByRate, BySmoothedRate}

// Sort puts the rows of areas in an order.
func (t *Table) Sort(o Order) {
	if o == ByArea {
		return
	}
	for _, list := range [][]*Row{t.Rows, t.Areas} {
		slices.SortStableFunc(list, func(a, b *Row) int { return compareRows(o, a, b) })
	}
}

func compareRows(o Order, a, b *Row) int {
	x, okA := o.figure(a)
	y, okB := o.figure(b)
	switch {
	case okA != okB && okA:
		return -1
	case okA != okB:
		return 1
	case o == ByCoverage:
		return cmp.Compare(x, y)
	}
	return cmp.Compare(y, x)
}

// figure gives what a row is ordered by; false when it is not defined.
func (o Order) figure(r *Row) (float64, bool) {
	switch o {
	case ByGap:
		return float64(r.Gap()), true
	case ByDemand:
		return float64(r.Demand), true
	case ByCoverage:
		if r.Coverage != nil {
			return r.Coverage.Value, true
		}
	case ByRate:
		if r.UnmetRate != nil {
			return r.UnmetRate.Value, true
		}
	case BySmoothedRate:
		if r.UnmetRate != nil {
			return r.UnmetRate.Smoothed, true
		}
	}
	return 0, false
}

// Rank fills in how sure the place of each area in the order is, among the areas of
// its field. An order by area has no ranks.
func (t *Table) Rank(o Order) {
	if o == ByArea {
		return
	}
	byField := map[needmap.Field][]*Row{}
	for _, row := range t.Rows {
		byField[*row.Field] = append(byField[*row.Field], row)
	}
	for _, list := range byField {
		rankRows(o, list)
	}
	rankRows(o, t.Areas)
}

// rankRows ranks rows in their order. Those whose figure is not defined have none.
func rankRows(o Order, list []*Row) {
	var with []*Row
	for _, row := range list {
		if _, ok := o.figure(row); ok {
			with = append(with, row)
		}
	}
	ranks := o.ranks(with)
	for i, row := range with {
		row.Rank = &ranks[i]
	}
}

// ranks gives how sure the places of rows are by what the order is by: shares, counts,
// rates, or smoothed rates, for which others count as so many people and events more.
func (o Order) ranks(rows []*Row) []Rank {
	in := make([]contender, len(rows))
	for i, row := range rows {
		c := contender{area: i, events: float64(row.Gap()) + jeffreys, base: 1}
		c.estimate, _ = o.figure(row)
		switch o {
		case ByDemand:
			c.events = float64(row.Demand) + jeffreys
		case ByCoverage:
			c.events, c.misses, c.base = float64(row.Answered)+jeffreys, float64(row.Demand-row.Answered)+jeffreys, 0
		case ByRate:
			c.base = float64(*row.Denominator.People)
		case BySmoothedRate:
			c.events, c.base = float64(row.Gap())+row.prior.events, float64(*row.Denominator.People)+row.prior.base
		}
		in[i] = c
	}
	return rank(in, len(rows), o != ByCoverage)
}

// Comparison says whether two rows can be told apart at 95 %. A part is nil where
// one of the rows has no such figure.
type Comparison struct {
	Coverage  *Difference // a less b, of shares
	UnmetRate *Difference // a less b, of people for every 10,000 residents
}

// Compare compares two rows.
func Compare(a, b *Row) Comparison {
	var c Comparison
	if d, ok := CompareProportions(a.Answered, a.Demand, b.Answered, b.Demand); ok {
		c.Coverage = &d
	}
	if a.UnmetRate == nil || b.UnmetRate == nil {
		return c
	}
	per := func(r *Row) float64 { return float64(*r.Denominator.People) / perTenThousand }
	if d, ok := CompareRates(a.Gap(), per(a), b.Gap(), per(b)); ok {
		c.UnmetRate = &d
	}
	return c
}
