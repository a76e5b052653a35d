package territory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// none stands for the outside, where no unit is.
const none int32 = -1

// sliverWidth is the width in lattice steps below which a gap between units is
// taken for a fault of digitising and given to a neighbour: 2e-6 degree, twice
// the rounding of sources with six decimals.
const sliverWidth = 20

// border is a piece of linework with the units to the left and right of the way
// from a to b.
type border struct {
	segment
	left, right int32
}

// findBorders tells which unit lies on each side of the noded linework. A unit
// covers what its rings enclose by the even-odd rule, however they are wound;
// where units overlap the lowest number wins, as it does in Locate.
func findBorders(lines [][]segment) []border {
	outlines := make([]outline, len(lines))
	for i, line := range lines {
		edges := make([]edge, len(line))
		for j, s := range line {
			edges[j] = edge{doubled(s.a, s.a), doubled(s.b, s.b)}
		}
		outlines[i] = newOutline(edges)
	}
	ix := newIndex(outlines)
	var out []border
	for _, s := range distinct(lines) {
		left, right := ix.sides(s)
		if left != right {
			out = append(out, border{s, left, right})
		}
	}
	return out
}

// doubled is the sum of two positions: the middle of a segment in half steps,
// where it is a whole number.
func doubled(a, b lattice) orb.Point {
	return orb.Point{float64(a.x) + float64(b.x), float64(a.y) + float64(b.y)}
}

// sides gives the units beside s. Looking from the middle of s towards +x, the
// parity of the edges passed tells about the side ahead (for a level segment:
// the side above); it is the other way round behind when s bounds the unit.
func (ix *index) sides(s segment) (left, right int32) {
	middle := doubled(s.a, s.b)
	ahead, behind := none, none
	for _, i := range ix.grid.at(middle) {
		if !ix.outlines[i].bound.Contains(middle) {
			continue
		}
		odd, on := ix.outlines[i].cross(middle)
		if odd && ahead == none {
			ahead = i
		}
		if odd != (on%2 == 1) && behind == none {
			behind = i
		}
	}
	if s.b.y > s.a.y {
		return behind, ahead
	}
	return ahead, behind
}

// closeSlivers gives each thin gap between units to the neighbour that shares
// most of its border (the lowest number among equals) and returns the borders
// that remain.
func closeSlivers(arcs []arc) []border {
	gap := func(unit int32) int32 {
		if unit == none {
			return 0
		}
		return none
	}
	for _, shape := range link(arcs, 1, gap)[0] {
		if thin(arcs, shape) {
			give(arcs, shape)
		}
	}
	var out []border
	for _, a := range arcs {
		for i := 1; i < len(a.points) && a.left != a.right; i++ {
			b := border{newSegment(a.points[i-1], a.points[i]), a.left, a.right}
			if b.a != a.points[i-1] {
				b.left, b.right = b.right, b.left
			}
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(b, c border) int { return b.segment.compare(c.segment) })
	return out
}

// thin compares the mean width of a gap, twice its area over its perimeter.
func thin(arcs []arc, s shape) bool {
	perimeter := 0.0
	for _, h := range s[0] {
		perimeter += h.arc(arcs).length()
	}
	return len(s) == 1 && float64(ringArea(arcs, s[0])) < sliverWidth*perimeter
}

func (a *arc) length() float64 {
	sum := 0.0
	for i := 1; i < len(a.points); i++ {
		p, q := a.points[i-1], a.points[i]
		sum += math.Hypot(float64(q.x)-float64(p.x), float64(q.y)-float64(p.y))
	}
	return sum
}

// give hands the gap to a neighbour.
func give(arcs []arc, s shape) {
	shared := map[int32]float64{}
	heir := none
	for _, h := range s[0] {
		n := h.opposite(arcs)
		shared[n] += h.arc(arcs).length()
	}
	for n, length := range shared {
		if heir == none || length > shared[heir] || length == shared[heir] && n < heir {
			heir = n
		}
	}
	for _, h := range s[0] {
		if h >= 0 {
			arcs[h].left = heir
		} else {
			arcs[^h].right = heir
		}
	}
}
