package demo

import (
	"math/rand/v2"
	"sort"
	"time"
)

// calendar is how needs come in over the months, from firstDay to now.
type calendar struct {
	months []time.Time // the first moment of each, and of the one after the last
	sums   []float64   // of the months' weights
}

func newCalendar() calendar {
	var c calendar
	var weights []float64
	for m := firstDay; m.Before(now); m = m.AddDate(0, 1, 0) {
		c.months = append(c.months, m)
		weights = append(weights, monthWeight(m, len(weights)))
	}
	c.sums = cumulated(weights)
	c.months = append(c.months, c.months[len(c.months)-1].AddDate(0, 1, 0))
	return c
}

// monthWeight grows slowly, sinks in August and December, and swells with the
// pandemic.
func monthWeight(m time.Time, index int) float64 {
	weight := 1 + 0.004*float64(index)
	switch m.Month() {
	case time.August:
		weight *= 0.6
	case time.December:
		weight *= 0.8
	}
	return weight * (1 + 1.6*suspendedShare(m))
}

// suspendedShare is how many of the needs reported at a time would be met by a
// service that has stopped, if there is such a service.
func suspendedShare(at time.Time) float64 {
	months := 12*(at.Year()-2020) + int(at.Month()) - 1 // from January 2020
	switch {
	case months < 2:
		return 0
	case months <= 4: // March to May 2020
		return 0.65
	case months <= 8:
		return 0.4
	case months <= 16: // October 2020 to May 2021
		return 0.5
	case months <= 23:
		return 0.2
	}
	return 0.06
}

// moment gives when need i of count was reported: later needs later, on working
// days mostly, between 8 and 18 in Rome.
func (c *calendar) moment(r *rand.Rand, i, count int) time.Time {
	total := c.sums[len(c.sums)-1]
	at := total * (float64(i) + r.Float64()) / float64(count)
	m := min(sort.SearchFloat64s(c.sums, at), len(c.sums)-1)
	from := 0.0
	if m > 0 {
		from = c.sums[m-1]
	}
	span := c.months[m+1].Sub(c.months[m])
	part := (at - from) / (c.sums[m] - from)
	day := c.months[m].Add(time.Duration(part * float64(span))).Truncate(24 * time.Hour)
	if weekend := int(day.Weekday()+6)%7 - 4; weekend > 0 && chance(r, 0.8) {
		day = day.AddDate(0, 0, -weekend) // to the Friday
	}
	return day.Add(time.Duration(7*60+r.IntN(9*60)) * time.Minute)
}
