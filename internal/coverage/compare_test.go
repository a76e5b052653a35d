package coverage_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"pgregory.net/rapid"
)

// TestCompareProportions starts with the contrasts of Newcombe 1998, whose table has
// four digits; the further ones and the p-values were worked out apart.
func TestCompareProportions(t *testing.T) {
	for _, c := range []struct {
		a, na, b, nb int
		low, high, p float64
		apart        bool
	}{
		{56, 70, 48, 80, 0.05243147240236498, 0.333872654036906, 0.008045081368196568, true},
		{9, 10, 3, 10, 0.17052272393450296, 0.8090179735354881, 0.006169899320544155, true},
		{6, 7, 2, 7, 0.0582279274823122, 0.8062496375242277, 0.030753561259274566, true},
		{5, 56, 0, 29, -0.03813714790353688, 0.19256001385511162, 0.09718656817057977, false},
		{0, 10, 0, 20, -0.16112515805281938, 0.2775327998628892, 1, false},
		{10, 10, 0, 20, 0.6790860371419147, 1, 4.320463057827523e-08, true},
		{10, 10, 0, 10, 0.6075093504305242, 1, 7.744216431044096e-06, true},
		{50, 100, 50, 100, -0.13600275402907416, 0.13600275402907416, 1, false},
	} {
		name := fmt.Sprintf("%d/%d - %d/%d", c.a, c.na, c.b, c.nb)
		got, ok := coverage.CompareProportions(c.a, c.na, c.b, c.nb)
		if !ok || got.Distinguishable != c.apart {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
		sameFigure(t, name, got.Value, float64(c.a)/float64(c.na)-float64(c.b)/float64(c.nb), 1e-15)
		sameInterval(t, name, got.Interval, coverage.Interval{Low: c.low, High: c.high}, 1e-14)
		sameFigure(t, name+" p", got.PValue, c.p, 1e-13)
	}
}

// TestCompareRates: with equal bases the tails are sums over 2^n; with a quarter of
// the base, 10 of 20 or more have 0.01386. The ends follow from Garwood's of 0, 1
// and 3.
func TestCompareRates(t *testing.T) {
	for _, c := range []struct {
		a, b         int
		baseA, baseB float64
		low, high, p float64
		apart        bool
	}{
		{1, 3, 1, 1, -7.849054969514959, 3.154672225485327, 0.625, false},
		{0, 3, 1, 2, -4.3836365348711634, 2.3762755631601533, 0.5925925925925926, false},
		{3, 1, 10, 10, -0.31546722254853277, 0.7849054969514958, 0.625, false},
		{0, 0, 1, 1, -3.688879454113936, 3.688879454113936, 1, false},
		{5, 15, 1, 1, math.NaN(), math.NaN(), 0.04138946533203125, true},
		{6, 14, 1, 1, math.NaN(), math.NaN(), 0.11531829833984375, false},
		{10, 10, 1, 3, math.NaN(), math.NaN(), 0.027728833887522342, true},
	} {
		name := fmt.Sprintf("%d/%g - %d/%g", c.a, c.baseA, c.b, c.baseB)
		got, ok := coverage.CompareRates(c.a, c.baseA, c.b, c.baseB)
		if !ok || got.Distinguishable != c.apart {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
		sameFigure(t, name, got.Value, float64(c.a)/c.baseA-float64(c.b)/c.baseB, 1e-15)
		sameFigure(t, name+" p", got.PValue, c.p, 1e-12)
		if !math.IsNaN(c.low) {
			sameInterval(t, name, got.Interval, coverage.Interval{Low: c.low, High: c.high}, 1e-13)
		}
	}
}

// TestCompareRatesLarge holds the tails against integrals that mpmath gives; the
// logarithms of large factorials leave them six digits.
func TestCompareRatesLarge(t *testing.T) {
	for _, c := range []struct {
		a, b     int
		baseB, p float64
	}{
		{99_700, 100_300, 1, 2 * 0.090219404987549642},
		{9_995_000, 10_005_000, 1, 2 * 0.012680982440283737},
		{99_980_000, 100_020_000, 1, 2 * 0.0023393841565421508},
		{900, 100_000_000 - 900, 99_999, 2 * 0.00069772974368596672},
		// Next to the middle, and on either side of where it ends.
		{1_000_000, 1_000_000, 1, 1},
		{100_000_000, 100_000_000, 1, 1},
		{999_646, 1_000_354, 1, 2 * 0.30856412766805},
		{99_999_293, 100_000_707, 1, 2 * 0.46020622610534},
		{999_715, 9_000_285, 9, 2 * 0.38217957308255},
		{999_105, 99_000_895, 99, 2 * 0.1843330238875},
		{19_995_969, 180_004_031, 9, 2 * 0.17105742267006},
		{1_998_900, 2_001_100, 1, 2 * 0.1357750159475},
		{599_300, 2_400_700, 4, 2 * 0.1563329134718},
	} {
		got, ok := coverage.CompareRates(c.a, 1, c.b, c.baseB)
		if !ok || math.Abs(got.PValue/c.p-1) > 1e-6 {
			t.Errorf("%d and %d: p %.17g, want %.17g", c.a, c.b, got.PValue, c.p)
		}
	}
}

func TestCompareNothing(t *testing.T) {
	for _, c := range [][4]int{{0, 0, 1, 2}, {1, 2, 0, 0}, {3, 2, 1, 2}, {1, 2, -1, 2}} {
		if got, ok := coverage.CompareProportions(c[0], c[1], c[2], c[3]); ok || got != (coverage.Difference{}) {
			t.Errorf("proportions of %v: %+v", c, got)
		}
	}
	for _, c := range []struct {
		a, b         int
		baseA, baseB float64
	}{{1, 1, 0, 1}, {1, 1, 1, -1}, {1, 1, math.NaN(), 1}, {1, 1, 1, math.Inf(1)}, {-1, 1, 1, 1}} {
		if got, ok := coverage.CompareRates(c.a, c.baseA, c.b, c.baseB); ok || got != (coverage.Difference{}) {
			t.Errorf("rates of %v: %+v", c, got)
		}
	}
}

// checkMirrored wants the comparison the other way round to be the same with the
// sign turned, and both to be sound.
func checkMirrored(t *rapid.T, d, mirror coverage.Difference) {
	if !(d.Interval.Low <= d.Value && d.Value <= d.Interval.High) || !(0 <= d.PValue && d.PValue <= 1) {
		t.Errorf("%+v", d)
	}
	want := coverage.Difference{
		Value: -d.Value, Interval: coverage.Interval{Low: -d.Interval.High, High: -d.Interval.Low},
		Distinguishable: d.Distinguishable, PValue: d.PValue,
	}
	if mirror != want {
		t.Errorf("the other way round %+v, want %+v", mirror, want)
	}
}

func TestCompareProportionsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, na := trialsOf(t, "a")
		b, nb := trialsOf(t, "b")
		d, ok := coverage.CompareProportions(a, na, b, nb)
		mirror, also := coverage.CompareProportions(b, nb, a, na)
		if !ok || !also || d.Interval.Low < -1 || d.Interval.High > 1 {
			t.Fatalf("%+v", d)
		}
		checkMirrored(t, d, mirror)
		if same, _ := coverage.CompareProportions(a, na, a, na); same.Distinguishable || same.PValue != 1 {
			t.Errorf("with itself: %+v", same)
		}
	})
}

func TestCompareRatesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.OneOf(rapid.IntRange(0, 30), rapid.IntRange(0, 100_000_000))
		a, b := count.Draw(t, "a"), count.Draw(t, "b")
		base := rapid.Float64Range(1e-3, 1e9)
		baseA, baseB := base.Draw(t, "base of a"), base.Draw(t, "base of b")
		d, ok := coverage.CompareRates(a, baseA, b, baseB)
		mirror, also := coverage.CompareRates(b, baseB, a, baseA)
		if !ok || !also {
			t.Fatalf("%+v", d)
		}
		checkMirrored(t, d, mirror)
		if same, _ := coverage.CompareRates(a, baseA, a, baseA); same.Distinguishable || same.PValue < 0.99 {
			t.Errorf("with itself: %+v", same)
		}
	})
}
