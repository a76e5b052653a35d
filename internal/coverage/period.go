package coverage

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CheckMoment refuses a moment that is yet to come, or before all history: INVALID,
// naming field.
func CheckMoment(field string, at, now time.Time) error {
	switch {
	case at.After(now):
		return needmap.Invalid(field, "%s is yet to come", at.UTC().Format(time.RFC3339))
	case at.Before(epoch):
		return needmap.Invalid(field, "%s is before the year 2000", at.UTC().Format(time.RFC3339))
	}
	return nil
}

// LastYear is the period of a report that names none: the 365 days up to now.
func LastYear(now time.Time) Period { return Period{From: now.AddDate(0, 0, -365), Until: now} }

// PeriodOf gives the time of some days in Rome, both inclusive, as far as it has
// passed. Days the wrong way round are INVALID, naming field.
func PeriodOf(field string, from, to needmap.Date, now time.Time) (Period, error) {
	if from > to {
		return Period{}, needmap.Invalid(field, "the last day %s is before the first day %s", to, from)
	}
	if from.Begin().After(now) {
		return Period{}, needmap.Invalid(field, "the first day %s is yet to come", from)
	}
	until := to.Next().Begin()
	if until.After(now) {
		until = now
	}
	return Period{From: from.Begin(), Until: until}, nil
}
