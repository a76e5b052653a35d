package coverage

import (
	"math"
	"sync/atomic"

	"gonum.org/v1/gonum/mathext"
)

// Interval is a closed interval at 95 % confidence, in the unit of the figure that
// it belongs to.
type Interval struct{ Low, High float64 }

// normal975 is the standard normal deviate that 2.5 % lie above.
const normal975 = 1.959963984540054

// tail is what lies on either side of an interval.
const tail = 0.025

// Wilson gives the score interval of successes out of trials, within 0 and 1. It is
// false when there are no trials, as a ratio of nothing is not defined, and when
// successes do not lie between 0 and trials.
func Wilson(successes, trials int) (Interval, bool) {
	if trials <= 0 || successes < 0 || successes > trials {
		return Interval{}, false
	}
	n, p := float64(trials), float64(successes)/float64(trials)
	const z2 = normal975 * normal975
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := normal975 * math.Sqrt(p*(1-p)/n+z2/(4*n*n)) / (1 + z2/n)
	// Rounding would leave a trace at the ends, which are exact.
	i := Interval{max(0, min(p, centre-half)), min(1, max(p, centre+half))}
	if successes == 0 {
		i.Low = 0
	}
	if successes == trials {
		i.High = 1
	}
	return i, true
}

// garwoodCounts is how many counts are remembered at a time. A map asks for the same
// few thousand counts again and again, and most of them are small.
const garwoodCounts = 1 << 13

type garwoodEntry struct {
	count    int
	interval Interval
}

// garwoodSeen has one place for all the counts that leave the same rest, so that it
// cannot grow. A count that finds another in its place takes it.
var garwoodSeen [garwoodCounts]atomic.Pointer[garwoodEntry]

// Garwood gives the exact Poisson interval of the expected count behind a count; a
// rate divides both ends by its base. A count of 0 has Low 0, and a negative one is
// taken for 0.
func Garwood(count int) Interval {
	count = max(0, count)
	place := &garwoodSeen[count%garwoodCounts]
	if seen := place.Load(); seen != nil && seen.count == count {
		return seen.interval
	}
	entry := &garwoodEntry{count, garwood(float64(count))}
	place.Store(entry)
	return entry.interval
}

// garwood inverts the gamma distribution, which is that of half a chi-squared
// variable with twice the degrees of freedom.
func garwood(count float64) Interval {
	i := Interval{High: mathext.GammaIncRegCompInv(count+1, tail)}
	if count > 0 {
		i.Low = mathext.GammaIncRegCompInv(count, 1-tail)
	}
	return i
}

// Reliability says whether a rate rests on enough events to be compared.
type Reliability string

const (
	Reliable Reliability = "RELIABLE"
	Unstable Reliability = "UNSTABLE"
)

// reliableEvents is the least count whose relative standard error, 1 over its root,
// is below 25 %.
const reliableEvents = 17

// ReliabilityOf gives Unstable for fewer than 17 events.
func ReliabilityOf(count int) Reliability {
	if count < reliableEvents {
		return Unstable
	}
	return Reliable
}
