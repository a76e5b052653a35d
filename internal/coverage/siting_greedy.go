package coverage

import (
	"container/heap"
	"context"
	"math"
)

// greedy chooses among sets of places. Of the incidence it keeps nothing, since
// whole cities in reach of thousands of candidates would fill the memory: it asks
// for a row or a column of it when it needs one.
type greedy struct {
	people     []int // of each place
	areas      []int // of each place; nil without a floor
	lacks      []int // people of each area still to be covered before anything else; may be empty
	candidates int
	reach      func(place int, visit func(candidate int))
	covers     func(candidate int, visit func(place int)) // the same incidence the other way

	gains     []int  // people that each candidate would newly cover
	covered   []bool // by place
	total     int    // people covered
	coverable int
	bound     int // people that no choice of as many sites exceeds
	chosen    []choice

	byArea  []int // for towardsFloors, all 0 between calls
	touched []int
	largest []int // for tighten
}

type choice struct {
	candidate, gain int
	places          []int // newly covered
}

// checkEvery is how many places pass between two looks at the context.
const checkEvery = 1024

// run chooses at most count candidates.
//
// The heap holds what each candidate was worth when it was last looked at. That
// only ever falls, since what was covered stays so; when the first one still is
// worth as much, it is the best, and no other need be looked at.
func (g *greedy) run(ctx context.Context, count int) error {
	if err := g.start(ctx); err != nil {
		return err
	}
	g.tighten(count)
	queue, err := g.queue(ctx)
	if err != nil {
		return err
	}
	for len(g.chosen) < count && len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if first := &queue[0]; first.round < len(g.chosen) {
			g.weigh(first)
			heap.Fix(&queue, 0)
			continue
		}
		if queue[0].gain == 0 {
			break // what is towards a floor is a gain too
		}
		if err := g.take(ctx, queue[0].candidate); err != nil {
			return err
		}
		queue.dropFirst()
		g.tighten(count)
	}
	return nil
}

// start finds what each candidate covers.
func (g *greedy) start(ctx context.Context) error {
	g.gains, g.covered = make([]int, g.candidates), make([]bool, len(g.people))
	g.byArea, g.bound = make([]int, len(g.lacks)), math.MaxInt
	for place, people := range g.people {
		if err := now(ctx, place); err != nil {
			return err
		}
		reached := false
		if people > 0 {
			g.reach(place, func(candidate int) {
				g.gains[candidate] += people
				reached = true
			})
		}
		if reached {
			g.coverable += people
		}
	}
	return nil
}

func now(ctx context.Context, i int) error {
	if i%checkEvery != 0 {
		return nil
	}
	return ctx.Err()
}

// queue weighs every candidate once.
func (g *greedy) queue(ctx context.Context) (queue, error) {
	q := make(queue, g.candidates)
	for c := range q {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q[c] = worth{candidate: c, floor: math.MaxInt}
		g.weigh(&q[c])
	}
	heap.Init(&q)
	return q, nil
}

// weigh tells what a candidate is worth now. What was not towards a floor once
// never will be.
func (g *greedy) weigh(w *worth) {
	w.gain, w.round = g.gains[w.candidate], len(g.chosen)
	if w.floor > 0 {
		w.floor = g.towardsFloors(w.candidate)
	}
}

// towardsFloors counts the people whom a candidate would newly cover, in each area
// no more than it lacks to its floor.
func (g *greedy) towardsFloors(candidate int) int {
	if len(g.lacks) == 0 {
		return 0
	}
	g.touched = g.touched[:0]
	g.covers(candidate, func(place int) {
		area := g.areas[place]
		if g.covered[place] || g.lacks[area] <= 0 || g.people[place] == 0 {
			return
		}
		if g.byArea[area] == 0 {
			g.touched = append(g.touched, area)
		}
		g.byArea[area] += g.people[place]
	})
	sum := 0
	for _, area := range g.touched {
		sum += min(g.byArea[area], g.lacks[area])
		g.byArea[area] = 0
	}
	return sum
}

// take chooses a candidate, and takes what it covers from the gains of the others.
func (g *greedy) take(ctx context.Context, candidate int) error {
	c := choice{candidate: candidate}
	g.covers(candidate, func(place int) {
		if !g.covered[place] {
			g.covered[place] = true
			c.places = append(c.places, place)
		}
	})
	for i, place := range c.places {
		if err := now(ctx, i); err != nil {
			return err
		}
		people := g.people[place]
		if c.gain += people; people > 0 {
			g.reach(place, func(other int) { g.gains[other] -= people })
		}
		if len(g.lacks) > 0 {
			g.lacks[g.areas[place]] -= people
		}
	}
	g.total += c.gain
	g.chosen = append(g.chosen, c)
	return nil
}

// tighten lowers the bound by what is covered now: whatever the best sites are, they
// add to it no more than the largest gains as many.
func (g *greedy) tighten(count int) {
	list := append(g.largest[:0], g.gains...)
	g.largest = list
	if rest := len(list) - count; rest > 0 {
		selectNth(list, rest, func(gain *int) float64 { return float64(*gain) })
		list = list[rest:]
	}
	sum := g.total
	for _, gain := range list {
		sum += gain
	}
	g.bound = min(g.bound, sum, g.coverable)
}

// worth is what a candidate was worth when so many had been chosen.
type worth struct {
	candidate, round int
	floor            int // people towards the floors of areas
	gain             int // people
}

// queue is a heap: the best first, by floor, then gain, then the lowest candidate.
type queue []worth

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Less tells whether i is the better one.
func (q queue) Less(i, j int) bool {
	a, b := &q[i], &q[j]
	switch {
	case a.floor != b.floor:
		return a.floor > b.floor
	case a.gain != b.gain:
		return a.gain > b.gain
	}
	return a.candidate < b.candidate
}

// Push and Pop are there for heap.Interface; nothing comes in after the start.
func (q *queue) Push(x any) { *q = append(*q, x.(worth)) }

// Pop takes the last one off.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func (q *queue) dropFirst() { heap.Pop(q) }
