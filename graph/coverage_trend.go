package graph

import (
	"context"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

type (
	// CoverageTrend is coverage over time.
	CoverageTrend struct {
		Points    []*CoverageTrendPoint
		IsPartial bool
		PlacesAs  PlaceBasis
	}

	// CoverageTrendPoint is coverage at the end of an interval.
	CoverageTrendPoint struct {
		From, To needmap.Date
		AsOf     time.Time
		Totals   *CoverageRow
		Fields   []*CoverageRow
	}
)

// MaxTrendPoints bounds a trend.
const MaxTrendPoints = 120

// trendMonths is how long an interval is.
var trendMonths = map[TrendInterval]int{TrendIntervalMonth: 1, TrendIntervalQuarter: 3, TrendIntervalYear: 12}

// CoverageTrend answers how coverage came to be what it is.
func (r *queryResolver) CoverageTrend(ctx context.Context, filter *needmap.NeedFilter, interval TrendInterval, from, to *needmap.Date) (*CoverageTrend, error) {
	q, err := r.coverageQuestion(ctx, filter, "level", needmap.LevelLocal, nil)
	if err != nil {
		return nil, err
	}
	months, known := trendMonths[interval]
	if !known {
		return nil, needmap.Invalid("interval", "%q is not one of %v", interval, AllTrendInterval)
	}
	days, err := trendDays(months, from, to, q.Now)
	if err != nil {
		return nil, err
	}
	periods := make([]coverage.Period, len(days))
	for i, d := range days {
		periods[i] = coverage.Period{From: d.From.Begin(), Until: d.To.Next().Begin()}
		if periods[i].Until.After(q.Now) {
			periods[i].Until = q.Now
		}
	}
	trend, err := r.Store.Trend(ctx, q.Criteria, askedMunicipalities(q.Atlas, q.Criteria.Settled()), periods)
	if err != nil {
		return nil, err
	}
	return newTrend(q, trend, days), nil
}

// askedMunicipalities gives those that a filter asks for.
func askedMunicipalities(atlas *needmap.Atlas, c needmap.NeedCriteria) []int {
	if c.MunicipalityIDs != nil {
		return c.MunicipalityIDs
	}
	ids := make([]int, len(atlas.All()))
	for i, m := range atlas.All() {
		ids[i] = m.ID
	}
	return ids
}

func newTrend(q coverage.Question, trend *coverage.Trend, days []PeriodInput) *CoverageTrend {
	answer := &CoverageTrend{IsPartial: q.Criteria.Scope != nil, PlacesAs: placeBasis(q.Criteria.Cells)}
	for i := range trend.Points {
		total, fields := trend.Points[i].Rows(q)
		answer.Points = append(answer.Points, &CoverageTrendPoint{
			From: days[i].From, To: days[i].To, AsOf: trend.Points[i].At, Totals: &CoverageRow{total}, Fields: wrapRows(fields),
		})
	}
	return answer
}

// trendDays gives the intervals that hold some days, the last 12 up to now if none
// are named.
func trendDays(months int, from, to *needmap.Date, now time.Time) ([]PeriodInput, error) {
	today := needmap.DayInRome(now)
	last, named := today, "from"
	if to != nil {
		last = min(*to, today)
	}
	if from == nil && to != nil {
		named = "to"
	}
	first := intervalOf(last, months)
	if from == nil {
		first = first.AddDate(0, -11*months, 0)
	} else {
		if *from > last {
			return nil, needmap.Invalid("from", "the first day %s is after %s, where the trend ends", *from, last)
		}
		first = intervalOf(*from, months)
	}
	if first.Before(firstYear) {
		return nil, needmap.Invalid(named, "the trend would begin on %s, before the year 2000", dateOf(first))
	}
	var days []PeriodInput
	for ; dateOf(first) <= last; first = first.AddDate(0, months, 0) {
		if len(days) == MaxTrendPoints {
			return nil, needmap.Invalid("from", "the trend would have more than %d points: take longer intervals, or begin later", MaxTrendPoints)
		}
		days = append(days, PeriodInput{From: dateOf(first), To: dateOf(first.AddDate(0, months, -1))})
	}
	return days, nil
}

// firstYear is before everything that the history tells.
var firstYear = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// intervalOf gives the first day of the interval that holds a day.
func intervalOf(day needmap.Date, months int) time.Time {
	t, _ := time.Parse(time.DateOnly, string(day)) // it was checked when it came in
	month := (int(t.Month()) - 1) / months * months
	return time.Date(t.Year(), time.Month(month+1), 1, 0, 0, 0, 0, time.UTC)
}

func dateOf(t time.Time) needmap.Date { return needmap.Date(t.Format(time.DateOnly)) }
