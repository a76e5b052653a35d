package coverage_test

import (
	"math"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"pgregory.net/rapid"
)

func positions(ranks []coverage.Rank) []int {
	list := make([]int, len(ranks))
	for i, r := range ranks {
		list[i] = r.Position
	}
	return list
}

func TestRankPositions(t *testing.T) {
	for _, c := range []struct {
		name          string
		counts, bases []int
		down, up      []int
	}{
		{"nothing", nil, nil, []int{}, []int{}},
		{"one", []int{3}, []int{10}, []int{1}, []int{1}},
		{"ties by index", []int{1, 5, 2, 1}, []int{10, 10, 20, 5}, []int{3, 1, 4, 2}, []int{1, 4, 2, 3}},
		{"some without a base", []int{0, 9, 0, 1}, []int{0, 10, 10, -1}, []int{0, 1, 2, 0}, []int{0, 2, 1, 0}},
		{"a negative count", []int{-1, 1}, []int{10, 10}, []int{0, 1}, []int{0, 1}},
		{"all without a base", []int{1, 2}, []int{0, 0}, []int{0, 0}, []int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bases := make([]float64, len(c.bases))
			for i, b := range c.bases {
				bases[i] = float64(b)
			}
			for descending, want := range map[bool][]int{true: c.down, false: c.up} {
				rates, proportions := coverage.RankRates(c.counts, bases, descending), coverage.RankProportions(c.counts, c.bases, descending)
				if !slices.Equal(positions(rates), want) || !slices.Equal(positions(proportions), want) {
					t.Errorf("rates %v, proportions %v, want %v", positions(rates), positions(proportions), want)
				}
				for i, r := range rates {
					if r.Position == 0 && (r != coverage.Rank{} || proportions[i] != coverage.Rank{}) {
						t.Errorf("area %d takes no part: %+v %+v", i, r, proportions[i])
					}
				}
			}
		})
	}
	if got := coverage.RankProportions([]int{3, 1}, []int{2, 2}, true); got[0] != (coverage.Rank{}) || got[1].Position != 1 {
		t.Errorf("more successes than trials: %+v", got)
	}
}

// TestRankCertain: areas far apart have no other order.
func TestRankCertain(t *testing.T) {
	want := []coverage.Rank{
		{Position: 2, Probability: 1, Low: 2, High: 2, Mean: 2},
		{Position: 1, Probability: 1, Low: 1, High: 1, Mean: 1},
	}
	if got := coverage.RankProportions([]int{10, 990}, []int{1000, 1000}, true); !slices.Equal(got, want) {
		t.Errorf("proportions %+v", got)
	}
	if got := coverage.RankRates([]int{100, 90_000_000}, []float64{1e6, 1e8}, true); !slices.Equal(got, want) {
		t.Errorf("rates %+v", got)
	}
}

// TestRankAlike: of areas that are all alike, each is as likely in any place. Five
// standard errors of 2,000 draws are allowed for.
func TestRankAlike(t *testing.T) {
	for _, n := range []int{2, 5, 40} {
		counts, trials, bases := make([]int, n), make([]int, n), make([]float64, n)
		for i := range n {
			counts[i], trials[i], bases[i] = 12, 30, 1000
		}
		part := 1 / float64(n)
		for name, ranks := range map[string][]coverage.Rank{
			"rates": coverage.RankRates(counts, bases, true), "proportions": coverage.RankProportions(counts, trials, true),
		} {
			for _, r := range ranks {
				sameFigure(t, name+" probability", r.Probability, part, 5*math.Sqrt(part*(1-part)/2000))
				sameFigure(t, name+" mean", r.Mean/float64(n), (1+part)/2, 5*math.Sqrt(1.0/12/2000))
				if r.Low > 1+n/20 || r.High < n-n/20 {
					t.Errorf("%s of %d: %+v", name, n, r)
				}
			}
		}
	}
}

// TestRankOfTwo has closed answers. An area with one event and one with none, over
// the same base, are gamma variables of shapes 3/2 and 1/2: the former is greater
// with the probability 1/2 + 1/π. One success and one failure of one trial each are
// beta variables of 3/2, 1/2 and the reverse.
func TestRankOfTwo(t *testing.T) {
	rates := coverage.RankRates([]int{1, 0}, []float64{7, 7}, true)
	sameFigure(t, "rates", rates[0].Probability, 0.5+1/math.Pi, 0.05)
	sameFigure(t, "the other", rates[1].Probability, rates[0].Probability, 0)
	sameFigure(t, "mean", rates[0].Mean, 2-rates[0].Probability, 1e-12)
	// The integral over the two densities is 1/2 + 4/π².
	proportions := coverage.RankProportions([]int{1, 0}, []int{1, 1}, true)
	sameFigure(t, "proportions", proportions[0].Probability, 0.5+4/(math.Pi*math.Pi), 0.04)
}

func TestRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "areas")
		counts, trials, bases := make([]int, n), make([]int, n), make([]float64, n)
		part := 0
		for i := range n {
			trials[i] = rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, 100_000_000)).Draw(t, "trials")
			counts[i] = rapid.IntRange(0, trials[i]).Draw(t, "count")
			bases[i] = float64(trials[i])
			if trials[i] > 0 {
				part++
			}
		}
		down := rapid.Bool().Draw(t, "descending")
		for name, list := range map[string]func() []coverage.Rank{
			"rates":       func() []coverage.Rank { return coverage.RankRates(counts, bases, down) },
			"proportions": func() []coverage.Rank { return coverage.RankProportions(counts, trials, down) },
		} {
			ranks := list()
			if !slices.Equal(ranks, list()) {
				t.Fatalf("%s: another answer the second time", name)
			}
			checkRanks(t, name, ranks, part)
		}
	})
}

// checkRanks wants each position once, and the means to add up to the sum of all.
func checkRanks(t *rapid.T, name string, ranks []coverage.Rank, part int) {
	taken, sum := make([]bool, part+1), 0.0
	for i, r := range ranks {
		if r.Position == 0 {
			continue
		}
		sum += r.Mean
		if r.Position < 0 || r.Position > part || taken[r.Position] {
			t.Fatalf("%s: area %d of %d: %+v", name, i, part, r)
		}
		taken[r.Position] = true
		sound := 1 <= r.Low && r.Low <= r.High && r.High <= part && 1 <= r.Mean && r.Mean <= float64(part)
		if !sound || !(0 <= r.Probability && r.Probability <= 1) {
			t.Errorf("%s: area %d of %d: %+v", name, i, part, r)
		}
	}
	sameFigure(t, name+" sum of means", sum, float64(part*(part+1))/2, 1e-12)
}

func benchmarkAreas() (counts, trials []int, bases []float64) {
	for i := range 400 {
		trials = append(trials, 200+i*37%900)
		counts = append(counts, 3+i*i%97)
		bases = append(bases, float64(trials[i]*50))
	}
	return counts, trials, bases
}

func BenchmarkRankRates400(b *testing.B) {
	counts, _, bases := benchmarkAreas()
	for b.Loop() {
		coverage.RankRates(counts, bases, true)
	}
}

func BenchmarkRankProportions400(b *testing.B) {
	counts, trials, _ := benchmarkAreas()
	for b.Loop() {
		coverage.RankProportions(counts, trials, true)
	}
}
