package coverage

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// significance is the p-value below which two rates can be told apart.
const significance = 0.05

// Difference is how far two figures lie apart, at 95 % confidence.
type Difference struct {
	Value           float64  // the first less the second, in their unit
	Interval        Interval // of Value
	Distinguishable bool     // the figures differ by more than chance explains
	PValue          float64  // two-sided, 0 to 1
}

// CompareProportions compares a out of na with b out of nb. The interval is
// Newcombe's of 1998, his method 10, which joins both Wilson intervals; it decides
// whether the two can be told apart. PValue is that of the score test with a pooled
// proportion, so that it can lie on the other side of 5 % where the interval ends
// next to 0. It is false where a Wilson interval is not defined.
func CompareProportions(a, na, b, nb int) (Difference, bool) {
	first, ok := Wilson(a, na)
	second, also := Wilson(b, nb)
	if !ok || !also {
		return Difference{}, false
	}
	p, q := float64(a)/float64(na), float64(b)/float64(nb)
	d := Difference{Value: p - q, Interval: recover95(p, first, q, second), PValue: 1}
	d.Interval = Interval{max(-1, d.Interval.Low), min(1, d.Interval.High)}
	d.Distinguishable = d.Interval.Low > 0 || d.Interval.High < 0
	pooled := (float64(a) + float64(b)) / (float64(na) + float64(nb))
	if s := math.Sqrt(pooled * (1 - pooled) * (1/float64(na) + 1/float64(nb))); s > 0 {
		d.PValue = math.Erfc(math.Abs(d.Value) / s / math.Sqrt2)
	}
	return d, true
}

// CompareRates compares a events over baseA with b events over baseB, as events per
// unit of base. PValue is exact: given all events, those of the first are binomial
// with its share of the base, and the smaller tail counts twice. It decides whether
// the two can be told apart, below 5 %. The interval joins both Garwood intervals,
// and can hold 0 where PValue is next to 5 %. It is false where a base is not above
// 0 or not finite, or a count is negative.
func CompareRates(a int, baseA float64, b int, baseB float64) (Difference, bool) {
	all := baseA + baseB
	if !(baseA > 0) || !(baseB > 0) || math.IsInf(all, 1) || a < 0 || b < 0 {
		return Difference{}, false
	}
	p, q := float64(a)/baseA, float64(b)/baseB
	first, second := Garwood(a).over(baseA), Garwood(b).over(baseB)
	d := Difference{Value: p - q, Interval: recover95(p, first, q, second)}
	most := binomialAtLeast(a, b, baseA/all)
	least := binomialAtLeast(b, a, baseB/all)
	d.PValue = min(1, 2*min(most, least))
	d.Distinguishable = d.PValue < significance
	return d, true
}

func (i Interval) over(base float64) Interval { return Interval{i.Low / base, i.High / base} }

// recover95 gives the interval of p - q from those of p and q: the squares of the
// distances to the ends that pull the same way add up, as variances do.
func recover95(p float64, first Interval, q float64, second Interval) Interval {
	return Interval{
		Low:  p - q - math.Hypot(p-first.Low, second.High-q),
		High: p - q + math.Hypot(first.High-p, q-second.Low),
	}
}

// centralDeviation is the standard deviation from which on the middle of a binomial
// distribution is read from the normal one: the continued fraction of the exact one
// converges too slowly there, and a count of 10⁸ was off by half.
const centralDeviation = 700

// binomialAtLeast gives the probability of hits or more out of hits and misses
// trials, each of which hits with the probability share.
func binomialAtLeast(hits, misses int, share float64) float64 {
	if hits == 0 {
		return 1
	}
	h, m := float64(hits), float64(misses)
	if s := math.Sqrt((h + m) * share * (1 - share)); s > centralDeviation {
		if z := (h - 0.5 - (h+m)*share) / s; math.Abs(z) < 1 {
			return normalAtLeast(z, (1-2*share)/s)
		}
	}
	return mathext.RegIncBeta(h, m+1, share)
}

// normalAtLeast gives the probability of z or more for a sum that is nearly normal,
// up to the square of its skewness.
func normalAtLeast(z, skewness float64) float64 {
	density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	return math.Erfc(z/math.Sqrt2)/2 + skewness/6*(z*z-1)*density
}
