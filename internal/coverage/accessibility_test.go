package coverage_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func mustDecay(tb testing.TB) func(coverage.Decay, error) coverage.Decay {
	return func(d coverage.Decay, err error) coverage.Decay {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return d
	}
}

// wantInvalid expects an INVALID error that names the field.
func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	var e *needmap.Error
	if !errors.As(err, &e) || e.Code != needmap.CodeInvalid || e.Field != field {
		t.Errorf("the error is %v, want INVALID of %s", err, field)
	}
}

func TestDecayWeight(t *testing.T) {
	binary := mustDecay(t)(coverage.BinaryDecay(1000))
	step := mustDecay(t)(coverage.StepDecay(3000, nil))
	bell := mustDecay(t)(coverage.GaussianDecay(3000, 0))
	narrow := mustDecay(t)(coverage.GaussianDecay(3000, 1e-200))
	for _, c := range []struct {
		decay        coverage.Decay
		metres, want float64
	}{
		{binary, 0, 1}, {binary, 1000, 1}, {binary, math.Nextafter(1000, 2000), 0}, {binary, math.NaN(), 0},
		{step, 1000, 1}, {step, 1000.001, 0.68}, {step, 2000, 0.68}, {step, 2000.001, 0.22}, {step, 3000, 0.22}, {step, 3000.001, 0},
		{bell, 0, 1}, {bell, 1000, math.Exp(-0.5)}, {bell, 3000, math.Exp(-4.5)}, {bell, 3000.001, 0},
		{narrow, 0, 1}, {narrow, 1, 0}, {coverage.Decay{}, 0, 0},
	} {
		if got := c.decay.Weight(c.metres); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%+v: the weight of %v m is %v, want %v", c.decay, c.metres, got, c.want)
		}
	}
	if binary.Reach() != 1000 || step.Reach() != 3000 || bell.Reach() != 3000 || (coverage.Decay{}).Reach() != 0 {
		t.Error("a decay reaches elsewhere than to its end")
	}
}

func TestDecayOutOfBounds(t *testing.T) {
	for _, metres := range []float64{0, -1, 200_001, math.NaN(), math.Inf(1)} {
		_, err := coverage.BinaryDecay(metres)
		wantInvalid(t, err, "catchmentMetres")
		_, err = coverage.StepDecay(metres, nil)
		wantInvalid(t, err, "catchmentMetres")
		_, err = coverage.GaussianDecay(metres, 1)
		wantInvalid(t, err, "catchmentMetres")
	}
	for _, weights := range [][]float64{{}, {0}, {1.1}, {0.5, 0.6}, {1, math.NaN()}, {math.Inf(1)}, {-1}, slices.Repeat([]float64{1}, 11)} {
		_, err := coverage.StepDecay(1000, weights)
		wantInvalid(t, err, "decay")
	}
	for _, sigma := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := coverage.GaussianDecay(1000, sigma)
		wantInvalid(t, err, "decay")
	}
	for _, weights := range [][]float64{{0.5}, {0.5, 0.5, 0.1}, slices.Repeat([]float64{1}, 10)} {
		if d := mustDecay(t)(coverage.StepDecay(coverage.MaxReachMetres, weights)); d.Reach() != coverage.MaxReachMetres {
			t.Errorf("%v reaches %v", weights, d.Reach())
		}
	}
}

// scene is a drawn demand with suppliers around.
type scene struct {
	demand, suppliers    []orb.Point
	population, capacity []float64
	decay                coverage.Decay
}

func (s scene) access() coverage.Access {
	return coverage.Accessibility(s.demand, s.population, s.suppliers, s.capacity, s.decay)
}

func drawnScene(t *rapid.T) (s scene) {
	point, amount := rapid.Custom(drawnPoint), rapid.Map(rapid.IntRange(0, 50), func(n int) float64 { return float64(n) })
	s.demand, s.suppliers = rapid.SliceOfN(point, 0, 25).Draw(t, "demand"), rapid.SliceOfN(point, 0, 25).Draw(t, "suppliers")
	s.population = rapid.SliceOfN(amount, len(s.demand), len(s.demand)).Draw(t, "population")
	s.capacity = rapid.SliceOfN(amount, len(s.suppliers), len(s.suppliers)).Draw(t, "capacity")
	metres := rapid.Float64Range(1, 10_000).Draw(t, "metres")
	if len(s.demand) > 0 && len(s.suppliers) > 0 {
		if d := coverage.Distance(s.demand[0], s.suppliers[0]); d > 0 && d <= coverage.MaxReachMetres && rapid.Bool().Draw(t, "atLimit") {
			metres = d
		}
	}
	var err error
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		s.decay, err = coverage.BinaryDecay(metres)
	case 1:
		s.decay, err = coverage.StepDecay(metres, nil)
	default:
		s.decay, err = coverage.GaussianDecay(metres, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// near tells whether two numbers are the same but for rounding and for what
// the arc is off over hundreds of kilometres, which a bell makes ten times as much.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-5*max(math.Abs(a), math.Abs(b)) }

func TestAccessibilityOfEveryPair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawnScene(t)
		got, want := s.access(), coverage.FloatingCatchment(s.population, s.capacity, func(i int, list []coverage.Reach) []coverage.Reach {
			for j, p := range s.suppliers {
				if w := s.decay.Weight(coverage.Distance(s.demand[i], p)); w > 0 {
					list = append(list, coverage.Reach{Supplier: j, Weight: w})
				}
			}
			return list
		})
		if !slices.EqualFunc(got.Scores, want.Scores, near) || !slices.EqualFunc(got.Ratios, want.Ratios, near) || !slices.Equal(got.Reached, want.Reached) {
			t.Fatalf("access is %+v, want %+v", got, want)
		}
	})
}

// Where nobody lives, new demand can raise a score: it brings the first people to
// a supplier, which had no ratio before.
func TestAccessibilityInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawnScene(t)
		a, given, reached := s.access(), 0.0, 0.0
		for i, people := range s.population {
			given += people * a.Scores[i]
		}
		for j, capacity := range s.capacity {
			if a.Reached[j] {
				reached += capacity
			}
		}
		if !near(given, reached) {
			t.Fatalf("people have %v in all, of a capacity of %v in reach", given, reached)
		}
		doubled := s
		doubled.population = slices.Clone(s.population)
		for i := range doubled.population {
			doubled.population[i] *= 2
		}
		twice, more, crowded := doubled.access(), s.withSupplier(t).access(), s.withDemand(t).access()
		for i, score := range a.Scores {
			switch {
			case !near(2*twice.Scores[i], score):
				t.Fatalf("with twice the people %d has %v, before %v", i, twice.Scores[i], score)
			case more.Scores[i] < score*(1-1e-12):
				t.Fatalf("with more supply %d has %v, before %v", i, more.Scores[i], score)
			case s.population[i] > 0 && crowded.Scores[i] > score*(1+1e-12):
				t.Fatalf("with more demand %d has %v, before %v", i, crowded.Scores[i], score)
			}
		}
	})
}

func (s scene) withSupplier(t *rapid.T) scene {
	s.suppliers = append(slices.Clone(s.suppliers), rapid.Custom(drawnPoint).Draw(t, "supplier"))
	s.capacity = append(slices.Clone(s.capacity), rapid.Float64Range(0, 50).Draw(t, "places"))
	return s
}

func (s scene) withDemand(t *rapid.T) scene {
	s.demand = append(slices.Clone(s.demand), rapid.Custom(drawnPoint).Draw(t, "newcomers"))
	s.population = append(slices.Clone(s.population), rapid.Float64Range(0, 50).Draw(t, "people"))
	return s
}

func BenchmarkAccessibility(b *testing.B) {
	for _, n := range []int{400, 20_000} {
		demand, suppliers := pointsInLazio(1, n), pointsInLazio(2, 400)
		population, capacity := slices.Repeat([]float64{10}, n), slices.Repeat([]float64{5}, 400)
		for name, decay := range map[string]coverage.Decay{
			"binary": mustDecay(b)(coverage.BinaryDecay(10_000)), "step": mustDecay(b)(coverage.StepDecay(10_000, nil)),
			"gaussian": mustDecay(b)(coverage.GaussianDecay(10_000, 0)),
		} {
			b.Run(fmt.Sprintf("%dx400/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					coverage.Accessibility(demand, population, suppliers, capacity, decay)
				}
			})
		}
	}
}
