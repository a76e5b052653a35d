package coverage

import "github.com/innovainrete/needmap/internal/needmap"

// Row is the figures of one area and field, or of several together, with what can
// be said of them.
type Row struct {
	Area  *Area          // nil for all areas together
	Field *needmap.Field // nil for all fields together
	Figures
	Denominator  Denominator
	Coverage     *Ratio   // answered by demand; nil when there is no demand: it is not defined then
	UnmetRate    *Rate    // nil when RateMissing says why
	RateMissing  *Missing // why there is no rate
	SupplyDemand *float64 // capacity by demand; nil when there is no demand

	Distance Spread   // when wanted
	NeedDays *float64 // when wanted
	Rank     *Rank    // among the areas of the same field; nil where the order has none, or when not wanted
	Before   *Row     // the same without the scenario; nil without one

	prior borrowed
}

// borrowed is what a smoothed rate takes from the other areas: as if so many more
// events had been seen in so many more people. The smoothed rate is the mean then.
type borrowed struct{ events, base float64 }

// Ratio is a share with its 95 % Wilson interval.
type Ratio struct {
	Value float64
	Interval
}

// Rate is people of the gap for every 10,000 residents, with its exact 95 % Poisson
// interval (Garwood).
type Rate struct {
	Value float64
	Interval
	Smoothed    float64 // empirical Bayes, over the areas of the answer
	Reliability Reliability
}

// Missing says why there is no rate.
type Missing string

// Reasons for a missing rate.
const (
	NoPopulation Missing = "POPULATION_UNKNOWN" // residents of a part of the area are not known
	NoResidents  Missing = "NO_RESIDENTS"       // nobody lives there
	PartialView  Missing = "PARTIAL_VIEW"       // the caller sees a part of the area, or of its needs
)

// MissingReasons is the set.
var MissingReasons = []Missing{NoPopulation, NoResidents, PartialView}

const perTenThousand = 10_000

// Table is a report as rows.
type Table struct {
	Rows   []*Row // by area and field
	Areas  []*Row // by area, all fields together
	Fields []*Row // by field, all areas together
	Total  *Row
}

// NewTable makes the rows of a report for some fields; together is the denominator
// of all areas. partial is for a caller who sees a part of the needs: there are no
// rates then.
func NewTable(r *Report, fields []needmap.Field, together Denominator, partial bool) *Table {
	t := &Table{Total: newRow(r.Total, together, partial)}
	for a := range r.Areas.List {
		area := &r.Areas.List[a]
		partial := partial || area.partial
		for _, field := range fields {
			row := newRow(*r.Cell(a, FieldNumber(field)), area.Denominator, partial)
			row.Area, row.Field = area, &field
			t.Rows = append(t.Rows, row)
		}
		row := newRow(r.ByArea[a], area.Denominator, partial)
		row.Area = area
		t.Areas = append(t.Areas, row)
	}
	for _, field := range fields {
		row := newRow(r.Fields[FieldNumber(field)], together, partial)
		row.Field = &field
		t.Fields = append(t.Fields, row)
	}
	t.smooth(fields)
	return t
}

func newRow(f Figures, d Denominator, partial bool) *Row {
	row := &Row{Figures: f, Denominator: d}
	if interval, ok := Wilson(f.Answered, f.Demand); ok {
		row.Coverage = &Ratio{float64(f.Answered) / float64(f.Demand), interval}
		supply := float64(f.Capacity) / float64(f.Demand)
		row.SupplyDemand = &supply
	}
	switch {
	case partial:
		row.RateMissing = new(PartialView)
	case d.People == nil:
		row.RateMissing = new(NoPopulation)
	case *d.People == 0:
		row.RateMissing = new(NoResidents)
	default:
		row.UnmetRate = newRate(f.Gap(), *d.People)
	}
	return row
}

func newRate(gap, residents int) *Rate {
	per := perTenThousand / float64(residents)
	exact := Garwood(gap)
	value := float64(gap) * per
	return &Rate{
		Value: value, Interval: Interval{exact.Low * per, exact.High * per}, Smoothed: value, Reliability: ReliabilityOf(gap),
	}
}

// smooth gives the rates of areas their empirical-Bayes values, field by field; the
// rates of margins are of everybody and stay as they are.
func (t *Table) smooth(fields []needmap.Field) {
	for i := range fields {
		var list []*Row
		for k := i; k < len(t.Rows); k += len(fields) {
			list = append(list, t.Rows[k])
		}
		smoothRows(list)
	}
	smoothRows(t.Areas)
}

func smoothRows(list []*Row) {
	var with []*Row
	var events, bases []float64
	for _, row := range list {
		if row.UnmetRate != nil {
			with = append(with, row)
			events, bases = append(events, float64(row.Gap())), append(bases, float64(*row.Denominator.People))
		}
	}
	if len(with) < 2 {
		return // there is nobody to borrow strength from
	}
	smoothed := EmpiricalBayes(events, bases)
	prior := borrowed{base: certain}
	if smoothed.Variance > 0 {
		prior.base = smoothed.Mean / smoothed.Variance
	}
	prior.events = smoothed.Mean * prior.base
	for i, rate := range smoothed.Rates {
		with[i].UnmetRate.Smoothed, with[i].prior = rate*perTenThousand, prior
	}
}

// certain is a base beside which no area counts: areas that do not differ all have
// the mean.
const certain = 1e15

// All gives every row once.
func (t *Table) All() []*Row {
	all := append([]*Row{t.Total}, t.Fields...)
	return append(append(all, t.Areas...), t.Rows...)
}

// PutDistances fills in Distance.
func (t *Table) PutDistances(d Distances, fields []needmap.Field) {
	t.Total.Distance = d.Total
	for i, row := range t.Fields {
		row.Distance = d.Fields[FieldNumber(fields[i])]
	}
	for a, row := range t.Areas {
		row.Distance = d.ByArea[a]
	}
	for i, row := range t.Rows {
		row.Distance = d.Cells[i/len(fields)*fieldCount+FieldNumber(fields[i%len(fields)])]
	}
}

// PutNeedDays fills in NeedDays.
func (t *Table) PutNeedDays(d NeedDays, fields []needmap.Field) {
	t.Total.NeedDays = &d.Total
	for i, row := range t.Fields {
		row.NeedDays = &d.Fields[FieldNumber(fields[i])]
	}
	for a, row := range t.Areas {
		row.NeedDays = &d.ByArea[a]
	}
	for i, row := range t.Rows {
		row.NeedDays = &d.Cells[i/len(fields)*fieldCount+FieldNumber(fields[i%len(fields)])]
	}
}

// PutBefore fills in Before, from a table of the same areas and fields.
func (t *Table) PutBefore(before *Table) {
	was := before.All()
	for i, row := range t.All() {
		row.Before = was[i]
	}
}
