package coverage_test

import (
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"pgregory.net/rapid"
)

func TestChapman(t *testing.T) {
	for _, c := range []struct {
		first, second, both int
		estimate, se        float64
		ok                  bool
	}{
		{0, 0, 0, 0, 0, true},
		{0, 7, 0, 7, 0, true},
		{4, 4, 4, 4, 0, true},
		{3, 2, 1, 5, math.Sqrt(2), true}, // 4·3/2 - 1, and 4·3·2·1/(4·3)
		{1, 1, 0, 3, math.Sqrt2, true},   // 2·2 - 1, and 2·2·1·1/2
		{-1, 2, 0, 0, 0, false},
		{2, -1, 0, 0, 0, false},
		{2, 2, -1, 0, 0, false},
		{2, 3, 3, 0, 0, false},
	} {
		estimate, se, ok := coverage.Chapman(c.first, c.second, c.both)
		if ok != c.ok {
			t.Errorf("%+v: %v", c, ok)
		}
		sameFigure(t, "estimate", estimate, c.estimate, 1e-14)
		sameFigure(t, "standard error", se, c.se, 1e-14)
	}
}

// TestChapmanProperties: there are no fewer than were seen, and the channels can
// change places.
func TestChapmanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(0, 100_000_000)
		first, second := number.Draw(t, "first"), number.Draw(t, "second")
		both := rapid.IntRange(0, min(first, second)).Draw(t, "both")
		estimate, se, ok := coverage.Chapman(first, second, both)
		seen := float64(first + second - both)
		if !ok || !(estimate >= seen*(1-1e-12)) || !(se >= 0) || math.IsInf(se, 1) {
			t.Fatalf("%g ± %g of %g seen", estimate, se, seen)
		}
		turned, turnedSE, _ := coverage.Chapman(second, first, both)
		sameFigure(t, "turned", turned, estimate, 1e-12)
		sameFigure(t, "turned standard error", turnedSE, se, 1e-12)
	})
}
