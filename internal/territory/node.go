package territory

import (
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// maxNodingRounds bounds the noding; real data settles in two or three rounds.
const maxNodingRounds = 50

// node cuts the linework of all units where it meets: afterwards two segments
// share at most an end, and no vertex lies within one step of another segment.
// lines holds one list of segments for each unit. A border that one neighbour
// draws in one piece and the other in two (a T-junction) becomes the same two
// pieces in both.
func node(lines [][]segment) error {
	for range maxNodingRounds {
		cuts := findCuts(distinct(lines))
		if len(cuts) == 0 {
			return nil
		}
		for i, line := range lines {
			lines[i] = applyCuts(line, cuts)
		}
	}
	return errors.New("the borders of the territory are too tangled to be matched at 1e-7 degree")
}

// distinct lists each segment once, in order.
func distinct(lines [][]segment) []segment {
	all := slices.Concat(lines...)
	slices.SortFunc(all, segment.compare)
	return slices.Compact(all)
}

// applyCuts replaces each cut segment by its pieces.
func applyCuts(line []segment, cuts map[segment][]lattice) []segment {
	out := make([]segment, 0, len(line)+len(line)/8)
	for _, s := range line {
		from := s.a
		for _, p := range cuts[s] {
			out = append(out, newSegment(from, p))
			from = p
		}
		out = append(out, newSegment(from, s.b))
	}
	return out
}

// findCuts gives, for each segment to be cut, the positions in order from a to b.
func findCuts(segments []segment) map[segment][]lattice {
	boxes := make([]orb.Bound, len(segments))
	for i, s := range segments {
		boxes[i] = s.bound(1)
	}
	g := newGrid(boxes, len(segments))
	cuts := map[segment][]lattice{}
	for c := range g.nx * g.ny {
		ids := g.cell(c)
		for i, m := range ids {
			for _, n := range ids[:i] {
				meet(segments[m], segments[n], cuts)
			}
		}
	}
	for s, points := range cuts {
		slices.SortFunc(points, func(p, q lattice) int {
			if d := along(s.a, s.b, p) - along(s.a, s.b, q); d != 0 {
				return sign(d)
			}
			return p.compare(q)
		})
		cuts[s] = slices.Compact(points)
	}
	return cuts
}

func sign(v int64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// meet records where s and t must be cut: at each other's ends that lie on them,
// else at their crossing.
func meet(s, t segment, cuts map[segment][]lattice) {
	found := false
	cut := func(s segment, p lattice) {
		if near(s, p) {
			cuts[s] = append(cuts[s], p)
			found = true
		}
	}
	cut(s, t.a)
	cut(s, t.b)
	cut(t, s.a)
	cut(t, s.b)
	if !found && crosses(s, t) {
		p := crossing(s, t)
		for _, u := range []segment{s, t} {
			if p != u.a && p != u.b {
				cuts[u] = append(cuts[u], p)
			}
		}
	}
}

// near tells whether p, not an end of s, lies within one step of s.
func near(s segment, p lattice) bool {
	if p == s.a || p == s.b {
		return false
	}
	far := cross(s.a, s.b, p)
	if far > math.MaxUint32/2 || far < -math.MaxUint32/2 { // its square would pass 63 bits
		return false
	}
	length2, at := along(s.a, s.b, s.b), along(s.a, s.b, p)
	return 0 < at && at < length2 && far*far <= length2
}

// crosses tells whether s and t cut through each other.
func crosses(s, t segment) bool {
	return side(s.a, s.b, t.a)*side(s.a, s.b, t.b) < 0 && side(t.a, t.b, s.a)*side(t.a, t.b, s.b) < 0
}

// crossing is the lattice position nearest to where s and t cross. Doubles do:
// a step beside would serve as well, and no product can overflow.
func crossing(s, t segment) lattice {
	far := func(p lattice) float64 {
		return (float64(t.b.x)-float64(t.a.x))*(float64(p.y)-float64(t.a.y)) -
			(float64(t.b.y)-float64(t.a.y))*(float64(p.x)-float64(t.a.x))
	}
	u, v := far(s.a), far(s.b)
	f := u / (u - v)
	return lattice{
		int32(math.Round(float64(s.a.x) + f*(float64(s.b.x)-float64(s.a.x)))),
		int32(math.Round(float64(s.a.y) + f*(float64(s.b.y)-float64(s.a.y)))),
	}
}
