package coverage_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestSitingOutOfBounds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *coverage.SitingProblem)
		field  string
	}{
		"no site":          {func(p *coverage.SitingProblem) { p.Count = 0 }, "count"},
		"1001 sites":       {func(p *coverage.SitingProblem) { p.Count = 1001 }, "count"},
		"no radius":        {func(p *coverage.SitingProblem) { p.RadiusMetres = 0 }, "radiusMetres"},
		"NaN":              {func(p *coverage.SitingProblem) { p.RadiusMetres = math.NaN() }, "radiusMetres"},
		"far":              {func(p *coverage.SitingProblem) { p.RadiusMetres = 200_001 }, "radiusMetres"},
		"no candidate":     {func(p *coverage.SitingProblem) { p.Candidates = nil }, "candidates"},
		"10001 candidates": {func(p *coverage.SitingProblem) { p.Candidates = make([]orb.Point, 10_001) }, "candidates"},
		"floor":            {func(p *coverage.SitingProblem) { p.FloorShare = 1.1 }, "floorShare"},
		"floor NaN":        {func(p *coverage.SitingProblem) { p.FloorShare = math.NaN() }, "floorShare"},
		"no areas":         {func(p *coverage.SitingProblem) { p.FloorShare = 0.5 }, "floorShare"},
		"people":           {func(p *coverage.SitingProblem) { p.People = nil }, "demand"},
		"negative":         {func(p *coverage.SitingProblem) { p.People = []int{-1} }, "demand"},
	} {
		t.Run(name, func(t *testing.T) {
			p := coverage.SitingProblem{Demand: []orb.Point{colosseum}, People: []int{3}, Candidates: []orb.Point{colosseum}, Count: 1, RadiusMetres: 10}
			if s, err := p.Solve(t.Context()); err != nil || s.Covered != 3 {
				t.Fatalf("%+v: %v", s, err)
			}
			c.change(&p)
			_, err := p.Solve(t.Context())
			wantInvalid(t, err, c.field)
		})
	}
}

// Three villages in a row, 10 km apart, with 10, 6 and 5 people; a candidate in
// each, and one that covers nobody. The third is an area of its own.
func TestSitingByHand(t *testing.T) {
	village := func(n float64) orb.Point { return orb.Point{12.5, 41 + 0.09*n} }
	p := coverage.SitingProblem{
		Demand: []orb.Point{village(0), village(1), village(0), village(2), village(2), nowhere[0]},
		People: []int{4, 6, 6, 5, 0, 7}, Areas: []int{40, 40, 40, 7, 7, 9},
		Candidates: []orb.Point{village(9), village(2), village(1), village(0), nowhere[0]}, Count: 2, RadiusMetres: 1000,
	}
	s, err := p.Solve(t.Context())
	want := coverage.Siting{
		Sites:   []coverage.Site{{Candidate: 3, Gain: 10, Covers: []int{0, 2}}, {Candidate: 2, Gain: 6, Covers: []int{1}}},
		Covered: 16, Total: 28, Coverable: 21, UpperBound: 16, Certificate: 1,
	}
	if got := fmt.Sprint(s); err != nil || got != fmt.Sprint(want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	// Half of each area: 8 of 16, 3 of 5, and 4 of 7 whom nobody can reach.
	p.FloorShare = 0.5
	s, err = p.Solve(t.Context())
	want = coverage.Siting{
		Sites:   []coverage.Site{{Candidate: 3, Gain: 10, Covers: []int{0, 2}}, {Candidate: 1, Gain: 5, Covers: []int{3, 4}}},
		Covered: 15, Total: 28, Coverable: 21, UpperBound: 16, Certificate: 15.0 / 16, ShortAreas: []int{9},
	}
	if got := fmt.Sprint(s); err != nil || got != fmt.Sprint(want) {
		t.Errorf("with a floor: %v, %v; want %v", got, err, want)
	}
	p.Count, p.FloorShare = 5, 0
	if s, err = p.Solve(t.Context()); err != nil || len(s.Sites) != 3 || s.Covered != 21 {
		t.Errorf("five sites: %v, %v; want three that cover 21", s, err)
	}
}

func TestSitingGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := sitingInLazio(100, 10, 3)
	if _, err := p.Solve(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// What the points say is what the sites cover, each demand once.
func TestSitingAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		demand := rapid.SliceOfN(rapid.Custom(drawnPoint), 0, 40).Draw(t, "demand")
		p := coverage.SitingProblem{
			Demand: demand, People: rapid.SliceOfN(rapid.IntRange(0, 9), len(demand), len(demand)).Draw(t, "people"),
			Areas:      rapid.SliceOfN(rapid.IntRange(-2, 2), len(demand), len(demand)).Draw(t, "areas"),
			Candidates: rapid.SliceOfN(rapid.Custom(drawnPoint), 1, 12).Draw(t, "candidates"),
			Count:      rapid.IntRange(1, 5).Draw(t, "count"), RadiusMetres: rapid.Float64Range(1, 3000).Draw(t, "metres"),
			FloorShare: rapid.SampledFrom([]float64{0, 0.07, 0.5, 1}).Draw(t, "floor"),
		}
		s, err := p.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		covered, sum := make([]bool, len(demand)), 0
		for _, site := range s.Sites {
			var covers []int
			gain := 0
			for i, point := range demand {
				if !covered[i] && coverage.Distance(point, p.Candidates[site.Candidate]) <= p.RadiusMetres {
					covered[i] = true
					covers, gain = append(covers, i), gain+p.People[i]
				}
			}
			if !slices.Equal(covers, site.Covers) || gain != site.Gain || gain == 0 {
				t.Fatalf("site %+v covers %v with %d people", site, covers, gain)
			}
			sum += gain
		}
		if sum != s.Covered || s.Covered > s.UpperBound || s.UpperBound > s.Coverable || s.Coverable > s.Total || !(s.Certificate >= 0 && s.Certificate <= 1) {
			t.Fatalf("the sums are off: %+v", s)
		}
		if short := shortAreas(p, covered); !slices.Equal(short, s.ShortAreas) {
			t.Fatalf("areas %v are short, want %v", s.ShortAreas, short)
		}
	})
}

func shortAreas(p coverage.SitingProblem, covered []bool) (short []int) {
	for area := -2; area <= 2 && p.FloorShare > 0; area++ {
		all, some := 0, 0
		for i, people := range p.People {
			if p.Areas[i] == area {
				if all += people; covered[i] {
					some += people
				}
			}
		}
		if float64(some) < p.FloorShare*float64(all)-1e-6 {
			short = append(short, area)
		}
	}
	return short
}

// sitingInLazio is a problem of so many demand points, one in ten of them where
// another is.
func sitingInLazio(demand, candidates, count int) coverage.SitingProblem {
	random := rand.New(rand.NewPCG(5, 5))
	p := coverage.SitingProblem{
		Demand: pointsInLazio(1, demand), People: make([]int, demand), Areas: make([]int, demand),
		Candidates: pointsInLazio(2, candidates), Count: count, RadiusMetres: 5000,
	}
	for i := range p.Demand {
		if i%10 == 9 {
			p.Demand[i] = p.Demand[random.IntN(i)]
		}
		p.People[i], p.Areas[i] = random.IntN(50), int(400*(p.Demand[i][0]-11))
	}
	return p
}

func BenchmarkSiting(b *testing.B) {
	for _, c := range []struct {
		demand, candidates, count int
		floor                     float64
	}{{60_000, 400, 10, 0}, {60_000, 400, 100, 0}, {60_000, 400, 100, 0.5}, {60_000, 10_000, 1000, 0}} {
		b.Run(fmt.Sprintf("%dx%d/count=%d/floor=%v", c.demand, c.candidates, c.count, c.floor), func(b *testing.B) {
			p := sitingInLazio(c.demand, c.candidates, c.count)
			p.FloorShare = c.floor
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Solve(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
