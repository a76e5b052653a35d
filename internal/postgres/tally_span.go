package postgres

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// rollupSpan is a run of cells of the rollup, all of one kind.
type rollupSpan struct {
	kind         string       // ALL, YEAR or MONTH
	from, before needmap.Date // first days of the cells; "" when open
}

// All time begins on this day in the rollup. The span is bounded like the others,
// so that the index leads straight to a municipality.
const (
	allTime         = needmap.Date("0001-01-01")
	dayAfterAllTime = needmap.Date("0001-01-02")
)

// splitDays splits a range of days, either end of which may be open, into the
// fewest cells of the rollup and the days before and after them.
func splitDays(from, to *needmap.Date) (spans []rollupSpan, days [][2]needmap.Date) {
	if from == nil && to == nil {
		return []rollupSpan{{"ALL", allTime, dayAfterAllTime}}, nil
	}
	var first, next time.Time // first whole month, and the month after the last
	if from != nil {
		first = nextMonth(moment(*from))
	}
	if to != nil {
		next = monthOf(moment(*to).AddDate(0, 0, 1))
	}
	if from != nil && to != nil && !first.Before(next) {
		return nil, [][2]needmap.Date{{*from, *to}}
	}
	if from != nil && date(first) != *from {
		days = append(days, [2]needmap.Date{*from, date(first.AddDate(0, 0, -1))})
	}
	if to != nil && *to >= date(next) {
		days = append(days, [2]needmap.Date{date(next), *to})
	}
	return splitMonths(first, next), days
}

// splitMonths splits whole months, from first to before next, into years and the
// months around them; a zero time leaves that end open.
func splitMonths(first, next time.Time) []rollupSpan {
	var year, endYear time.Time // first whole year, and the year after the last whole one
	if !first.IsZero() {
		year = nextYear(first)
	}
	if !next.IsZero() {
		endYear = yearOf(next)
	}
	if !first.IsZero() && !next.IsZero() && !year.Before(endYear) {
		return []rollupSpan{{"MONTH", date(first), date(next)}}
	}
	spans := []rollupSpan{{"YEAR", date(year), date(endYear)}}
	if !first.Equal(year) {
		spans = append(spans, rollupSpan{"MONTH", date(first), date(year)})
	}
	if !next.Equal(endYear) {
		spans = append(spans, rollupSpan{"MONTH", date(endYear), date(next)})
	}
	return spans
}

// nextMonth gives the first month that begins on t or later.
func nextMonth(t time.Time) time.Time {
	if month := monthOf(t); month.Before(t) {
		return month.AddDate(0, 1, 0)
	}
	return t
}

// nextYear gives the first year that begins on t or later.
func nextYear(t time.Time) time.Time {
	if year := yearOf(t); year.Before(t) {
		return year.AddDate(1, 0, 0)
	}
	return t
}

func monthOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func yearOf(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) }

// moment reads a Date that was checked when it came in.
func moment(d needmap.Date) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// date writes a day; "" for the zero time.
func date(t time.Time) needmap.Date {
	if t.IsZero() {
		return ""
	}
	return needmap.Date(t.Format(time.DateOnly))
}
