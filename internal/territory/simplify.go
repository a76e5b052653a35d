package territory

import (
	"cmp"
	"container/heap"
	"math"

	"github.com/paulmach/orb"
)

const (
	// finestZoom is the last zoom at which borders are simplified.
	finestZoom = 14
	// allPoints is the zoom from which every vertex shows.
	allPoints = finestZoom + 1
	// tilePixels is the width of a web map's tile.
	tilePixels = 256
	// pixelArea is the area, in square pixels, of a corner not worth drawing.
	pixelArea = 0.5
)

// simplify sets the level of every point: the lowest zoom that shows it. From
// the finest zoom to the coarsest it takes away corners, the smallest first, as
// long as they are smaller than pixelArea (after Visvalingam and Whyatt). So each
// zoom shows a part of the points of the next, and all are computed in one go.
//
// A corner a-b-c goes only if no other vertex lies in the triangle, its border
// included. Nothing can then come to lie across the new edge a-c: borders keep
// their sides and their order, and what was valid stays valid.
func simplify(arcs []arc) {
	s := newThinning(arcs)
	for zoom := finestZoom; zoom >= 0; zoom-- {
		s.reduce(zoom, s.tolerance(zoom))
	}
	for i := range s.vertices {
		v := &s.vertices[i]
		arcs[v.arc].level[v.place] = v.level
	}
}

// vertex is a point of an arc in the thinning; its neighbours are those that
// still stand.
type vertex struct {
	at         lattice
	prev, next int32 // -1 at the ends of the arc
	arc, place int32
	level      uint8
	gone       bool
}

type thinning struct {
	arcs     []arc
	vertices []vertex
	left     []int32          // standing points of each arc
	straight map[segment]bool // arcs between two junctions that have become one edge
	alive    []int32          // standing vertices when the grid was laid
	grid     *grid            // of alive
	corners  cornerHeap
	middleY  float64 // degrees
}

func newThinning(arcs []arc) *thinning {
	t := &thinning{arcs: arcs, left: make([]int32, len(arcs)), straight: map[segment]bool{}}
	bound := emptyBound()
	for i := range arcs {
		points := arcs[i].points
		arcs[i].level = make([]uint8, len(points))
		t.left[i] = int32(len(points))
		if len(points) == 2 {
			t.straight[newSegment(points[0], points[1])] = true
		}
		for k, p := range points {
			id := int32(len(t.vertices))
			v := vertex{at: p, prev: id - 1, next: id + 1, arc: int32(i), place: int32(k)}
			if k == 0 {
				v.prev = -1
			}
			if k == len(points)-1 {
				v.next = -1
			}
			t.vertices = append(t.vertices, v)
			bound = bound.Extend(p.point())
		}
	}
	t.middleY = bound.Center()[1]
	return t
}

// tolerance is twice the largest area, in square steps, to be taken away at a
// zoom. In Mercator a pixel spans fewer degrees of latitude than of longitude.
func (t *thinning) tolerance(zoom int) int64 {
	pixel := 360 * perDegree / tilePixels / math.Exp2(float64(zoom))
	return int64(2 * pixelArea * pixel * pixel * math.Cos(t.middleY*math.Pi/180))
}

// reduce takes away the corners below the tolerance. A corner that another
// vertex keeps in place is tried again at the next zoom or when a neighbour goes.
func (t *thinning) reduce(zoom int, tolerance int64) {
	t.lay()
	for _, id := range t.alive {
		t.push(id, tolerance)
	}
	heap.Init(&t.corners)
	for len(t.corners) > 0 {
		c := heap.Pop(&t.corners).(corner)
		v := &t.vertices[c.id]
		if v.gone || c.area != t.area(v) || !t.free(v) {
			continue
		}
		t.remove(v, zoom)
		for _, id := range []int32{v.prev, v.next} {
			if t.push(id, tolerance) {
				heap.Fix(&t.corners, len(t.corners)-1)
			}
		}
	}
}

// lay makes the grid of the vertices that still stand.
func (t *thinning) lay() {
	t.alive = t.alive[:0]
	var boxes []orb.Bound
	for i := range t.vertices {
		if v := &t.vertices[i]; !v.gone {
			t.alive = append(t.alive, int32(i))
			boxes = append(boxes, segment{v.at, v.at}.bound(0))
		}
	}
	t.grid = newGrid(boxes, len(boxes)/2)
}

// push queues a corner, unless it is the end of an arc or too large.
func (t *thinning) push(id int32, tolerance int64) bool {
	v := &t.vertices[id]
	if v.prev < 0 || v.next < 0 {
		return false
	}
	area := t.area(v)
	if area <= tolerance {
		t.corners = append(t.corners, corner{area, id})
	}
	return area <= tolerance
}

func (t *thinning) area(v *vertex) int64 {
	area := cross(t.vertices[v.prev].at, v.at, t.vertices[v.next].at)
	return max(area, -area)
}

// free tells whether the corner may go.
func (t *thinning) free(v *vertex) bool {
	points := t.arcs[v.arc].points
	first, last := points[0], points[len(points)-1]
	left := t.left[v.arc]
	if first == last && left <= 4 {
		return false // a ring needs three different positions
	}
	if left == 3 && t.straight[newSegment(first, last)] {
		return false // another border already is that edge
	}
	return t.empty(t.vertices[v.prev].at, v.at, t.vertices[v.next].at)
}

// empty tells whether no standing vertex but its own lies in the triangle.
func (t *thinning) empty(a, b, c lattice) bool {
	turn := side(a, b, c)
	if turn == 0 {
		return true // b lies on a-c already, and no other vertex can
	}
	box := segment{lattice{min(a.x, b.x, c.x), min(a.y, b.y, c.y)}, lattice{max(a.x, b.x, c.x), max(a.y, b.y, c.y)}}
	empty := true
	t.grid.cells(box.bound(0), func(cell int) {
		if !empty {
			return
		}
		for _, i := range t.grid.cell(cell) {
			v := &t.vertices[t.alive[i]]
			p := v.at
			if v.gone || !inBox(box.a, box.b, p) || p == a || p == b || p == c {
				continue
			}
			if side(a, b, p) != -turn && side(b, c, p) != -turn && side(c, a, p) != -turn {
				empty = false
				return
			}
		}
	})
	return empty
}

func (t *thinning) remove(v *vertex, zoom int) {
	v.gone = true
	v.level = uint8(zoom + 1)
	t.vertices[v.prev].next, t.vertices[v.next].prev = v.next, v.prev
	if t.left[v.arc]--; t.left[v.arc] == 2 {
		t.straight[newSegment(t.vertices[v.prev].at, t.vertices[v.next].at)] = true
	}
}

// corner is a vertex with twice the area of its triangle when it was queued.
type corner struct {
	area int64
	id   int32
}

// cornerHeap has the smallest corner on top; among equals the first vertex.
type cornerHeap []corner

func (h cornerHeap) Len() int { return len(h) }
func (h cornerHeap) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].area, h[j].area), cmp.Compare(h[i].id, h[j].id)) < 0
}
func (h cornerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *cornerHeap) Push(x any)   { *h = append(*h, x.(corner)) }
func (h *cornerHeap) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	*h = (*h)[:last]
	return c
}
