package territory

import (
	"math"

	"github.com/paulmach/orb"
)

// edge is a directed piece of a ring, in the direction in which it is stored.
type edge struct{ a, b orb.Point }

// outline answers on which side of a unit's rings a point lies. Its edges are
// bucketed by horizontal slabs so that a question meets only a few of them.
type outline struct {
	bound  orb.Bound
	perY   float64 // slabs per unit of y
	start  []int32 // slab s holds edges[start[s]:start[s+1]]
	bucket []edge
}

func newOutline(edges []edge) outline {
	o := outline{bound: emptyBound()}
	for _, e := range edges {
		o.bound = o.bound.Extend(e.a).Extend(e.b)
	}
	slabs := len(edges)/2 + 1
	if h := o.bound.Max[1] - o.bound.Min[1]; h > 0 {
		o.perY = float64(slabs) / h
	}
	o.start = make([]int32, slabs+1)
	each := func(visit func(s int, e edge)) {
		for _, e := range edges {
			for s, last := o.slab(min(e.a[1], e.b[1])), o.slab(max(e.a[1], e.b[1])); s <= last; s++ {
				visit(s, e)
			}
		}
	}
	each(func(s int, _ edge) { o.start[s+1]++ })
	for s := range slabs {
		o.start[s+1] += o.start[s]
	}
	o.bucket = make([]edge, o.start[slabs])
	next := append([]int32(nil), o.start...)
	each(func(s int, e edge) {
		o.bucket[next[s]] = e
		next[s]++
	})
	return o
}

func emptyBound() orb.Bound {
	return orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
}

func (o *outline) slab(y float64) int { return clamp((y-o.bound.Min[1])*o.perY, len(o.start)-1) }

// cross looks from p towards +x. odd tells whether it passes an odd number of
// edges; on counts the edges that p itself lies on, which are not passed.
//
// The side of an edge is the plain determinant in double precision, deliberately
// neither fused nor refined: PostGIS computes the same one, so the two agree on
// every point, even where rounding decides.
func (o *outline) cross(p orb.Point) (odd bool, on int) {
	s := o.slab(p[1])
	for i := o.start[s]; i < o.start[s+1]; i++ {
		e := &o.bucket[i]
		side := float64((e.b[0]-e.a[0])*(p[1]-e.a[1])) - float64((p[0]-e.a[0])*(e.b[1]-e.a[1]))
		switch {
		case side == 0:
			if within(e.a[0], e.b[0], p[0]) && within(e.a[1], e.b[1], p[1]) {
				on++
			}
		case side > 0:
			odd = odd != (e.a[1] <= p[1] && p[1] < e.b[1])
		default:
			odd = odd != (e.b[1] <= p[1] && p[1] < e.a[1])
		}
	}
	return odd, on
}

func within(a, b, v float64) bool { return min(a, b) <= v && v <= max(a, b) }

// index finds the outlines around a point.
type index struct {
	outlines []outline
	grid     *grid
}

func newIndex(outlines []outline) index {
	boxes := make([]orb.Bound, len(outlines))
	for i := range outlines {
		boxes[i] = outlines[i].bound
	}
	return index{outlines, newGrid(boxes, 16*len(outlines))}
}

// first gives the lowest number of an outline that covers p, border included,
// or -1.
func (ix *index) first(p orb.Point) int32 {
	if !ix.grid.bound.Contains(p) || math.IsNaN(p[0]) || math.IsNaN(p[1]) {
		return none
	}
	for _, i := range ix.grid.at(p) {
		o := &ix.outlines[i]
		if !o.bound.Contains(p) {
			continue
		}
		if odd, on := o.cross(p); odd || on > 0 {
			return i
		}
	}
	return none
}

// ringEdges lists the edges of a boundary as they are stored, without those of
// no length.
func ringEdges(mp orb.MultiPolygon) []edge {
	var edges []edge
	for _, polygon := range mp {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				if ring[i-1] != ring[i] {
					edges = append(edges, edge{ring[i-1], ring[i]})
				}
			}
		}
	}
	return edges
}
