package coverage

import "math"

// Smoothed are the rates of areas, each drawn towards the mean of all as far as its
// base is too small to speak for itself.
type Smoothed struct {
	Mean     float64   // events per unit of base, all areas together; NaN when no area has a base
	Variance float64   // between the areas, beyond chance; 0 or more, NaN with Mean
	Rates    []float64 // events per unit of base, one per area; NaN where the base is 0
}

// EmpiricalBayes smooths the rates of events over bases towards the mean of all
// areas, after Marshall 1991. A variance that comes out negative counts as 0: the
// areas differ by no more than chance, and all of them get the mean. Areas without
// a base are left out of the estimate. The lists have one value per area.
func EmpiricalBayes(events, bases []float64) Smoothed {
	var all prior
	for i := range events {
		all.add(events[i], bases[i])
	}
	mean := all.mean()
	for i := range events {
		all.spread(events[i], bases[i], mean)
	}
	s := Smoothed{Mean: mean, Variance: all.variance(), Rates: make([]float64, len(events))}
	for i := range events {
		s.Rates[i] = shrink(events[i], bases[i], s.Mean, s.Variance)
	}
	return s
}

// prior gathers what some areas have in common: first their sums, then how far they
// lie from the mean.
type prior struct {
	areas, events, bases, squares float64
}

func (p *prior) add(events, base float64) {
	if base > 0 {
		p.areas, p.events, p.bases = p.areas+1, p.events+events, p.bases+base
	}
}

func (p *prior) mean() float64 {
	if p.bases == 0 {
		return math.NaN()
	}
	return p.events / p.bases
}

func (p *prior) spread(events, base, mean float64) {
	if base > 0 {
		d := events/base - mean
		p.squares += base * d * d
	}
}

// variance takes from the spread what chance alone would give an area of average
// base.
func (p *prior) variance() float64 {
	if p.bases == 0 {
		return math.NaN()
	}
	return max(0, p.squares/p.bases-p.mean()/(p.bases/p.areas))
}

// shrink draws a rate towards the mean by the part of its variance that is chance.
func shrink(events, base, mean, variance float64) float64 {
	if !(base > 0) {
		return math.NaN()
	}
	if variance == 0 {
		return mean
	}
	rate := events / base
	smoothed := mean + variance/(variance+mean/base)*(rate-mean)
	return max(min(rate, mean), min(max(rate, mean), smoothed))
}
