package coverage_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"pgregory.net/rapid"
)

// sameFigure takes numbers for the same within a part of the larger, or of 1.
func sameFigure(tb rapid.TB, what string, got, want, part float64) {
	tb.Helper()
	if !(math.Abs(got-want) <= part*max(1, math.Abs(want))) {
		tb.Errorf("%s: %.17g, want %.17g", what, got, want)
	}
}

func sameInterval(tb rapid.TB, what string, got, want coverage.Interval, part float64) {
	tb.Helper()
	sameFigure(tb, what+" low", got.Low, want.Low, part)
	sameFigure(tb, what+" high", got.High, want.High, part)
}

// trialsOf draws few trials or very many, and the successes among them.
func trialsOf(t *rapid.T, label string) (successes, trials int) {
	trials = rapid.OneOf(rapid.IntRange(1, 50), rapid.IntRange(1, 100_000_000)).Draw(t, label+" trials")
	return rapid.IntRange(0, trials).Draw(t, label+" successes"), trials
}

func TestWilsonEdges(t *testing.T) {
	for _, c := range []struct {
		successes, trials int
		want              coverage.Interval
		ok                bool
	}{
		{0, 0, coverage.Interval{}, false},
		{0, -1, coverage.Interval{}, false},
		{-1, 5, coverage.Interval{}, false},
		{6, 5, coverage.Interval{}, false},
		// The far end of one trial is z²/(1+z²).
		{0, 1, coverage.Interval{Low: 0, High: 0.7934506856227626}, true},
		{1, 1, coverage.Interval{Low: 0.2065493143772374, High: 1}, true},
		{100_000_000, 100_000_000, coverage.Interval{Low: 1 - 3.841458673e-8, High: 1}, true},
	} {
		got, ok := coverage.Wilson(c.successes, c.trials)
		if ok != c.ok {
			t.Errorf("Wilson(%d, %d) is defined: %v", c.successes, c.trials, ok)
		}
		sameInterval(t, fmt.Sprintf("Wilson(%d, %d)", c.successes, c.trials), got, c.want, 1e-14)
	}
}

func TestWilsonProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, n := trialsOf(t, "")
		got, ok := coverage.Wilson(x, n)
		p := float64(x) / float64(n)
		if !ok || !(0 <= got.Low && got.Low <= p && p <= got.High && got.High <= 1) {
			t.Fatalf("%d of %d: %v %v", x, n, got, ok)
		}
		mirror, _ := coverage.Wilson(n-x, n)
		sameInterval(t, "mirrored", mirror, coverage.Interval{Low: 1 - got.High, High: 1 - got.Low}, 1e-14)
		if more, _ := coverage.Wilson(2*x, 2*n); more.High-more.Low > got.High-got.Low {
			t.Errorf("%d of %d: twice the trials say less", x, n)
		}
	})
}

// TestGarwoodLarge holds the interval against values that mpmath gives with 40
// digits.
func TestGarwoodLarge(t *testing.T) {
	for count, want := range map[int]coverage.Interval{
		2:           {Low: 0.2422092785439649, High: 7.2246876677239608},
		10:          {Low: 4.7953886961324336, High: 18.390356042017779},
		17:          {Low: 9.9031264696072876, High: 27.218646815906611},
		100:         {Low: 81.36399125092314, High: 121.62679379242639},
		5_000:       {Low: 4862.3591886948991, High: 5140.5489485350049},
		100_000:     {Low: 99381.152663744731, High: 100621.74473974388},
		10_000_000:  {Low: 9993802.9968842669, High: 10006199.897731497},
		100_000_000: {Low: 99980401.307324735, High: 100019601.58707914},
		-3:          {Low: 0, High: 3.688879454113936},
	} {
		sameInterval(t, fmt.Sprint(count), coverage.Garwood(count), want, 1e-13)
	}
}

func TestGarwoodProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(0, 100_000_000)).Draw(t, "count")
		got, next := coverage.Garwood(count), coverage.Garwood(count+1)
		x := float64(count)
		if !(0 <= got.Low && got.Low <= x && x < got.High) || (count > 0) != (got.Low > 0) {
			t.Fatalf("%d: %v", count, got)
		}
		if next.Low <= got.Low || next.High <= got.High {
			t.Errorf("%d: %v, and one more: %v", count, got, next)
		}
	})
}

// TestGarwoodMemory asks for counts that share a place in the memory, at once.
func TestGarwoodMemory(t *testing.T) {
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for i := range 200 {
				count := (i % 5) * (1 << 13)
				if got := coverage.Garwood(count); !(got.Low <= float64(count) && float64(count) < got.High) {
					t.Errorf("%d: %v", count, got)
				}
			}
		})
	}
	asking.Wait()
}

func TestReliabilityOf(t *testing.T) {
	for count, want := range map[int]coverage.Reliability{
		0: "UNSTABLE", 1: coverage.Unstable, 16: coverage.Unstable, 17: coverage.Reliable, 100_000_000: "RELIABLE",
	} {
		if got := coverage.ReliabilityOf(count); got != want {
			t.Errorf("%d: %s, want %s", count, got, want)
		}
	}
}

// BenchmarkGarwood asks for the counts that a map of 400 areas has.
func BenchmarkGarwood(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		coverage.Garwood(i % 400 * 7)
	}
}

// BenchmarkGarwoodUnseen asks for another large count every time.
func BenchmarkGarwoodUnseen(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		coverage.Garwood(50_000_000 + i)
	}
}
