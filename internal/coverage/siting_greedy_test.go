package coverage

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// setCover is a siting problem of sets, without points.
type setCover struct {
	people []int   // of each place
	sets   [][]int // places that each candidate covers
}

func (c setCover) greedy(areas, floors []int) *greedy {
	reach := make([][]int, len(c.people))
	for candidate, places := range c.sets {
		for _, place := range places {
			reach[place] = append(reach[place], candidate)
		}
	}
	return &greedy{
		people: c.people, areas: areas, lacks: slices.Clone(floors), candidates: len(c.sets),
		reach:  func(place int, visit func(int)) { each(reach[place], visit) },
		covers: func(candidate int, visit func(int)) { each(c.sets[candidate], visit) },
	}
}

func each(list []int, visit func(int)) {
	for _, i := range list {
		visit(i)
	}
}

// covered counts the people in the union of sets.
func (c setCover) covered(candidates []int) int {
	sum, seen := 0, make([]bool, len(c.people))
	for _, candidate := range candidates {
		for _, place := range c.sets[candidate] {
			if !seen[place] {
				seen[place] = true
				sum += c.people[place]
			}
		}
	}
	return sum
}

// best tries every choice of count candidates.
func (c setCover) best(count int) int {
	most, chosen := 0, []int{}
	var try func(next int)
	try = func(next int) {
		most = max(most, c.covered(chosen))
		for candidate := next; candidate < len(c.sets) && len(chosen) < count; candidate++ {
			chosen = append(chosen, candidate)
			try(candidate + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	try(0)
	return most
}

// plain chooses greedily, and weighs every candidate anew each time.
func (c setCover) plain(count int, areas, floors []int) (chosen, gains []int) {
	covered, lacks := make([]bool, len(c.people)), slices.Clone(floors)
	for len(chosen) < count {
		best, most := -1, [2]int{0, 0} // towards floors, and in all
		for candidate := range c.sets {
			if worth := c.worth(candidate, covered, areas, lacks); slices.Compare(worth[:], most[:]) > 0 {
				best, most = candidate, worth
			}
		}
		if best < 0 {
			break
		}
		for _, place := range c.sets[best] {
			if !covered[place] && len(lacks) > 0 {
				lacks[areas[place]] -= c.people[place]
			}
			covered[place] = true
		}
		chosen, gains = append(chosen, best), append(gains, most[1])
	}
	return chosen, gains
}

func (c setCover) worth(candidate int, covered []bool, areas, lacks []int) (worth [2]int) {
	byArea := make([]int, len(lacks))
	for _, place := range c.sets[candidate] {
		if covered[place] {
			continue
		}
		if worth[1] += c.people[place]; len(lacks) > 0 {
			byArea[areas[place]] += c.people[place]
		}
	}
	for area, people := range byArea {
		worth[0] += min(people, max(0, lacks[area]))
	}
	return worth
}

func drawnCover(t *rapid.T) setCover {
	c := setCover{people: rapid.SliceOfN(rapid.IntRange(0, 9), 1, 12).Draw(t, "people")}
	place := rapid.IntRange(0, len(c.people)-1)
	c.sets = rapid.SliceOfN(rapid.SliceOfNDistinct(place, 0, len(c.people), rapid.ID), 1, 7).Draw(t, "sets")
	return c
}

func solved(t *rapid.T, g *greedy, count int) *greedy {
	if err := g.run(context.Background(), count); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestLazyIsPlainGreedy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, count := drawnCover(t), rapid.IntRange(1, 8).Draw(t, "count")
		var areas, floors []int
		if rapid.Bool().Draw(t, "floor") {
			floors = rapid.SliceOfN(rapid.IntRange(0, 20), 1, 4).Draw(t, "floors")
			areas = rapid.SliceOfN(rapid.IntRange(0, len(floors)-1), len(c.people), len(c.people)).Draw(t, "areas")
		}
		g := solved(t, c.greedy(areas, floors), count)
		var chosen, gains []int
		for _, choice := range g.chosen {
			chosen, gains = append(chosen, choice.candidate), append(gains, choice.gain)
		}
		wantChosen, wantGains := c.plain(count, areas, floors)
		if !slices.Equal(chosen, wantChosen) || !slices.Equal(gains, wantGains) {
			t.Fatalf("chose %v with gains %v, want %v with %v", chosen, gains, wantChosen, wantGains)
		}
		if g.total != c.covered(chosen) {
			t.Fatalf("%d people are covered, want %d", g.total, c.covered(chosen))
		}
		if opt := c.best(count); g.bound < opt || g.bound < g.total || g.bound > g.coverable {
			t.Fatalf("the bound is %d, with %d covered of %d, and the best %d", g.bound, g.total, g.coverable, opt)
		}
	})
}

func TestGreedyAgainstTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, last, lastGain := drawnCover(t), 0, math.MaxInt
		whole := solved(t, c.greedy(nil, nil), len(c.sets))
		if whole.total != whole.coverable || whole.bound != whole.coverable {
			t.Fatalf("all candidates cover %d of %d, at most %d", whole.total, whole.coverable, whole.bound)
		}
		for _, choice := range whole.chosen {
			if choice.gain > lastGain || choice.gain == 0 {
				t.Fatalf("a gain of %d after %d", choice.gain, lastGain)
			}
			lastGain = choice.gain
		}
		for count := 1; count <= len(c.sets); count++ {
			g, p := solved(t, c.greedy(nil, nil), count), float64(count)
			if g.total < last || g.total > g.coverable {
				t.Fatalf("%d sites cover %d of %d, one less %d", count, g.total, g.coverable, last)
			}
			last = g.total
			if opt := float64(c.best(count)); float64(g.total) < (1-math.Pow(1-1/p, p))*opt-1e-9 {
				t.Fatalf("%d sites cover %d, and the best %v", count, g.total, opt)
			}
		}
	})
}

func TestGreedyGivesUp(t *testing.T) {
	c := setCover{people: []int{1, 2}, sets: [][]int{{0}, {1}}}
	for looks := range 5 {
		ctx := &tiring{Context: context.Background(), looks: looks}
		if err := c.greedy([]int{0, 0}, []int{3}).run(ctx, 2); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks at the context: %v", looks, err)
		}
	}
}

// tiring is a context that is cancelled after so many looks at it.
type tiring struct {
	context.Context
	looks int
}

func (c *tiring) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}
