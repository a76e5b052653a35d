package coverage_test

import (
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"pgregory.net/rapid"
)

// sameRates takes NaN for the same as NaN.
func sameRates(tb rapid.TB, got, want []float64) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Fatalf("%d rates, want %d", len(got), len(want))
	}
	for i := range want {
		if math.IsNaN(got[i]) && math.IsNaN(want[i]) {
			continue
		}
		sameFigure(tb, "rate", got[i], want[i], 1e-12)
	}
}

// By hand: 30 events over 500 are 0.06. The rates 0.02, 0.04 and 0.10 spread by
// (100·0.04² + 200·0.02² + 200·0.04²)/500 = 0.00112, of which chance is
// 0.06/(500/3) = 0.00036. That leaves 0.00076. A base of 100 keeps 76/(76+60) of
// the distance, one of 200 keeps 76/(76+30).
func TestEmpiricalBayesByHand(t *testing.T) {
	got := coverage.EmpiricalBayes([]float64{2, 5, 8, 20}, []float64{100, 0, 200, 200})
	sameFigure(t, "mean", got.Mean, 0.06, 1e-15)
	sameFigure(t, "variance", got.Variance, 0.00076, 1e-15)
	sameRates(t, got.Rates, []float64{
		0.06 - 0.04*19/34, math.NaN(), 0.06 - 0.02*38/53, 0.06 + 0.04*38/53,
	})
}

func TestEmpiricalBayesEdges(t *testing.T) {
	for _, c := range []struct {
		name           string
		events, bases  []float64
		mean, variance float64
		rates          []float64
	}{
		{"nothing", nil, nil, math.NaN(), math.NaN(), nil},
		{"no base", []float64{1, 2}, []float64{0, -4}, math.NaN(), math.NaN(), []float64{math.NaN(), math.NaN()}},
		{"no events", []float64{0, 0}, []float64{10, 20}, 0, 0, []float64{0, 0}},
		{"one area", []float64{5}, []float64{10}, 0.5, 0, []float64{0.5}},
		{"less than chance", []float64{1, 2}, []float64{10, 10}, 0.15, 0, []float64{0.15, 0.15}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := coverage.EmpiricalBayes(c.events, c.bases)
			sameRates(t, []float64{got.Mean, got.Variance}, []float64{c.mean, c.variance})
			sameRates(t, got.Rates, c.rates)
		})
	}
}

// someAreas draws events and bases, some of which are 0.
func someAreas(t *rapid.T) (events, bases []float64) {
	n := rapid.IntRange(1, 20).Draw(t, "areas")
	for range n {
		base := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 500), rapid.IntRange(1, 100_000_000)).Draw(t, "base")
		events = append(events, float64(rapid.IntRange(0, base).Draw(t, "events")))
		bases = append(bases, float64(base))
	}
	return events, bases
}

func TestEmpiricalBayesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, bases := someAreas(t)
		got := coverage.EmpiricalBayes(events, bases)
		for i, base := range bases {
			if base == 0 {
				if !math.IsNaN(got.Rates[i]) {
					t.Errorf("area %d has a rate of nothing", i)
				}
				continue
			}
			raw := events[i] / base
			if !(min(raw, got.Mean) <= got.Rates[i] && got.Rates[i] <= max(raw, got.Mean)) || got.Variance < 0 {
				t.Errorf("area %d: %g is not between %g and %g", i, got.Rates[i], raw, got.Mean)
			}
		}
	})
}

// TestEmpiricalBayesEqualRates: areas that do not differ all have the mean.
func TestEmpiricalBayesEqualRates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bases := rapid.SliceOfN(rapid.Float64Range(1, 1e8), 1, 20).Draw(t, "bases")
		rate := rapid.Float64Range(0, 2).Draw(t, "rate")
		events := make([]float64, len(bases))
		for i, base := range bases {
			events[i] = rate * base
		}
		got := coverage.EmpiricalBayes(events, bases)
		for i := range bases {
			sameFigure(t, "rate", got.Rates[i], rate, 1e-9)
		}
		if got.Variance != 0 {
			t.Errorf("variance %g", got.Variance)
		}
	})
}

// TestShrinkWithTheBase: the larger the base, the nearer to the raw rate.
func TestShrinkWithTheBase(t *testing.T) {
	last := math.Inf(1)
	for base := 10.0; base <= 1e12; base *= 10 {
		away := 0.5 - coverage.Shrink(base/2, base, 0.1, 0.01)
		if away >= last || away < 0 {
			t.Errorf("base %g: %g away from the raw rate, %g with a tenth of it", base, away, last)
		}
		last = away
	}
	sameFigure(t, "distance", last, 0, 1e-10)
}
