package graph

import (
	"context"
	"math"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

type (
	// Coverage is a report on coverage.
	Coverage struct {
		Rows, Areas, Fields []*CoverageRow
		Totals              *CoverageRow
		Placing             []*Placing
		AsOf                time.Time
		PeriodFrom          time.Time
		PeriodUntil         time.Time
		IsPartial           bool
		PlacesAs            PlaceBasis

		answer *coverage.Answer
	}

	// CoverageRow is the figures of an area and a field, or of several together.
	CoverageRow struct{ *coverage.Row }

	// CoverageDifference is what a scenario changes in a row.
	CoverageDifference struct {
		Services, Capacity, FreeCapacity, SuspendedCapacity, Stuck int
		Reasons                                                    []GapPart
		MedianMetres                                               *float64
	}

	// GapPart is a part of a gap.
	GapPart struct {
		Reason coverage.Reason
		People int
	}

	// DistanceSummary is how far needs are from services.
	DistanceSummary struct {
		MedianMetres, P90Metres      *float64
		Measured, Located, Unlocated int
	}

	// Placing is how far the free places of a field go.
	Placing struct {
		Field             needmap.Field
		Asking, Placeable int
		PlaceableBefore   *int
	}

	// CoverageComparison is two rows side by side.
	CoverageComparison struct {
		A, B                *CoverageRow
		Coverage, UnmetRate *DifferenceEstimate
	}

	// DifferenceEstimate is a difference at 95 %.
	DifferenceEstimate struct{ coverage.Difference }
)

func newCoverage(q coverage.Question, a *coverage.Answer) *Coverage {
	c := &Coverage{
		Rows: wrapRows(a.Rows), Areas: wrapRows(a.Areas), Fields: wrapRows(a.Table.Fields), Totals: &CoverageRow{a.Total},
		Placing: make([]*Placing, len(a.Placing)), AsOf: q.Now, PeriodFrom: q.Period.From, PeriodUntil: q.Period.Until,
		IsPartial: q.Criteria.Scope != nil, PlacesAs: placeBasis(q.Criteria.Cells), answer: a,
	}
	for i, p := range a.Placing {
		c.Placing[i] = &Placing{Field: p.Field, Asking: p.Asking, Placeable: p.Placeable}
		if p.Before != nil {
			c.Placing[i].PlaceableBefore = &p.Before.Placeable
		}
	}
	return c
}

func wrapRows(rows []*coverage.Row) []*CoverageRow {
	list := make([]*CoverageRow, len(rows))
	wrapped := make([]CoverageRow, len(rows))
	for i, row := range rows {
		wrapped[i].Row, list[i] = row, &wrapped[i]
	}
	return list
}

func placeBasis(cells bool) PlaceBasis {
	if cells {
		return PlaceBasisCellCentre
	}
	return PlaceBasisPoint
}

// Area is the row's area.
func (r *CoverageRow) Area() *needmap.Area {
	if r.Row.Area == nil {
		return nil
	}
	return &r.Row.Area.Area
}

// FreeCapacity is the free places.
func (r *CoverageRow) FreeCapacity() int { return r.Free }

// NeedDays is rounded to one decimal.
func (r *CoverageRow) NeedDays() float64 {
	if r.Row.NeedDays == nil {
		return 0
	}
	return math.Round(*r.Row.NeedDays*10) / 10
}

// Reasons is the gap by reason, each once.
func (r *CoverageRow) Reasons() []GapPart { return gapParts(r.Row.Reasons[:]) }

func gapParts(people []int) []GapPart {
	parts := make([]GapPart, len(coverage.Reasons))
	for i, reason := range coverage.Reasons {
		parts[i] = GapPart{reason, people[i]}
	}
	return parts
}

// Distance is how far the needs are from services.
func (r *CoverageRow) Distance() DistanceSummary {
	d := DistanceSummary{Measured: r.Row.Distance.Needs, Located: r.Located, Unlocated: r.Needs - r.Located}
	if d.Measured > 0 {
		d.MedianMetres, d.P90Metres = metresRounded(r.Row.Distance.Median), metresRounded(r.Row.Distance.P90)
	}
	return d
}

// Method is how the distance is measured.
func (DistanceSummary) Method() DistanceMethod { return DistanceMethodStraightLine }

// metresRounded leaves decimetres: nobody knows a place better.
func metresRounded(metres float64) *float64 {
	rounded := math.Round(metres*10) / 10
	return &rounded
}

// Before is the row without the scenario.
func (r *CoverageRow) Before() *CoverageRow {
	if r.Row.Before == nil {
		return nil
	}
	return &CoverageRow{r.Row.Before}
}

// Difference is what the scenario changes.
func (r *CoverageRow) Difference() *CoverageDifference {
	was := r.Row.Before
	if was == nil {
		return nil
	}
	people := make([]int, len(coverage.Reasons))
	for i := range people {
		people[i] = r.Row.Reasons[i] - was.Reasons[i]
	}
	d := &CoverageDifference{
		Services: r.Services - was.Services, Capacity: r.Capacity - was.Capacity, FreeCapacity: r.Free - was.Free,
		SuspendedCapacity: r.SuspendedCapacity - was.SuspendedCapacity, Stuck: r.Stuck() - was.Stuck(), Reasons: gapParts(people),
	}
	if r.Row.Distance.Needs > 0 && was.Distance.Needs > 0 {
		d.MedianMetres = metresRounded(r.Row.Distance.Median - was.Distance.Median)
	}
	return d
}

// Coverage resolves the fields of a report that take arguments.
func (r *Resolver) Coverage() CoverageResolver { return &coverageResolver{r} }

type coverageResolver struct{ *Resolver }

// Compare says whether two rows can be told apart.
func (r *coverageResolver) Compare(_ context.Context, c *Coverage, a, b CoverageRowInput) (*CoverageComparison, error) {
	rows := [2]*coverage.Row{}
	for i, in := range []struct {
		name string
		row  CoverageRowInput
	}{{"a", a}, {"b", b}} {
		if rows[i] = c.answer.Find(in.row.Area, in.row.Field); rows[i] == nil {
			return nil, needmap.Invalid(in.name, "the report has no such row: name an area and a field that it shows")
		}
	}
	result := coverage.Compare(rows[0], rows[1])
	return &CoverageComparison{
		A: &CoverageRow{rows[0]}, B: &CoverageRow{rows[1]},
		Coverage: wrapDifference(result.Coverage), UnmetRate: wrapDifference(result.UnmetRate),
	}, nil
}

func wrapDifference(d *coverage.Difference) *DifferenceEstimate {
	if d == nil {
		return nil
	}
	return &DifferenceEstimate{*d}
}

// Low is the lower end at 95 %.
func (d *DifferenceEstimate) Low() float64 { return d.Interval.Low }

// High is the upper end at 95 %.
func (d *DifferenceEstimate) High() float64 { return d.Interval.High }
