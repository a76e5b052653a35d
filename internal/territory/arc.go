package territory

import (
	"cmp"
	"slices"
)

// arc is a stretch of border between two junctions, or a whole ring that meets
// none: the unit on its left and the one on its right stay the same throughout.
type arc struct {
	points      []lattice
	level       []uint8 // lowest zoom at which the point of the same number shows
	left, right int32
}

// half is an arc in one direction: its number, or the complement of its number
// when walked backwards. What lies to its left is what it bounds.
type half int32

func (h half) arc(arcs []arc) *arc {
	if h < 0 {
		return &arcs[^h]
	}
	return &arcs[h]
}

// unit is the unit on the left of the way.
func (h half) unit(arcs []arc) int32 {
	if h < 0 {
		return arcs[^h].right
	}
	return arcs[h].left
}

// opposite is the unit on the right of the way.
func (h half) opposite(arcs []arc) int32 { return (^h).unit(arcs) }

// at is the i-th position on the way.
func (h half) at(arcs []arc, i int) lattice {
	if h < 0 {
		points := arcs[^h].points
		return points[len(points)-1-i]
	}
	return arcs[h].points[i]
}

// cutArcs joins borders into arcs. Borders must be sorted: the result, and the
// point at which a ring without junction begins, then depend on them alone.
func cutArcs(borders []border) []arc {
	w := walker{borders: borders, used: make([]bool, len(borders)), around: map[lattice][]int32{}}
	for i, b := range borders {
		w.around[b.a] = append(w.around[b.a], int32(i))
		w.around[b.b] = append(w.around[b.b], int32(i))
	}
	for i, b := range borders {
		for _, from := range []lattice{b.a, b.b} {
			if !w.used[i] && len(w.around[from]) != 2 {
				w.walk(int32(i), from)
			}
		}
	}
	for i, b := range borders {
		if !w.used[i] {
			w.walk(int32(i), b.a)
		}
	}
	return w.arcs
}

type walker struct {
	borders []border
	used    []bool
	around  map[lattice][]int32 // borders that meet at a position
	arcs    []arc
}

// walk follows border i away from a position up to the next junction, or all
// round.
func (w *walker) walk(i int32, from lattice) {
	b := w.borders[i]
	a := arc{points: []lattice{from}, left: b.left, right: b.right}
	if from != b.a {
		a.left, a.right = b.right, b.left
	}
	at := from
	for {
		w.used[i] = true
		if b = w.borders[i]; b.a == at {
			at = b.b
		} else {
			at = b.a
		}
		a.points = append(a.points, at)
		next := w.around[at]
		if at == from || len(next) != 2 {
			break
		}
		i = next[0] + next[1] - i
	}
	a.points = slices.Clip(a.points)
	w.arcs = append(w.arcs, a)
}

// shape is a polygon made of arcs: the outer ring counter-clockwise, then its
// holes clockwise.
type shape [][]half

// link builds the polygons of each group of units from the arcs that have it on
// one side only; groupOf gives a unit's group (also that of none), or none. As
// rings are linked by arcs, not by positions, they hold at every zoom.
func link(arcs []arc, groups int, groupOf func(unit int32) int32) [][]shape {
	next := turns(arcs, groupOf)
	outers, holes := make([][][]half, groups), make([][][]half, groups)
	seen := make([]bool, 2*len(arcs))
	for slot := range seen {
		h := fromSlot(slot)
		g := groupOf(h.unit(arcs))
		if seen[slot] || g == none || g == groupOf(h.opposite(arcs)) {
			continue
		}
		for _, ring := range simpleRings(arcs, trace(h, next, seen)) {
			if ringArea(arcs, ring) > 0 {
				outers[g] = append(outers[g], ring)
			} else {
				holes[g] = append(holes[g], ring)
			}
		}
	}
	out := make([][]shape, groups)
	for g := range out {
		out[g] = nest(arcs, outers[g], holes[g])
	}
	return out
}

// slot numbers halves from 0: both directions of arc 0, then of arc 1, and so on.
func (h half) slot() int {
	if h < 0 {
		return 2*int(^h) + 1
	}
	return 2 * int(h)
}

func fromSlot(slot int) half {
	if slot%2 == 1 {
		return ^half(slot / 2)
	}
	return half(slot / 2)
}

// turns gives, for each half that bounds a group, the one that goes on with the
// border at its end: the first clockwise from the way back, which keeps to the
// same corner of the same group.
func turns(arcs []arc, groupOf func(int32) int32) []half {
	leaving := map[lattice][]half{}
	for slot := range 2 * len(arcs) {
		h := fromSlot(slot)
		if groupOf(h.unit(arcs)) != groupOf(h.opposite(arcs)) {
			p := h.at(arcs, 0)
			leaving[p] = append(leaving[p], h)
		}
	}
	next := make([]half, 2*len(arcs))
	for p, halves := range leaving {
		slices.SortFunc(halves, func(h, k half) int {
			return compareAngle(p, h.at(arcs, 1), k.at(arcs, 1))
		})
		for i, h := range halves {
			next[(^h).slot()] = halves[(i+len(halves)-1)%len(halves)]
		}
	}
	return next
}

// compareAngle orders the directions from p to q and to r counter-clockwise.
func compareAngle(p, q, r lattice) int {
	lower := func(q lattice) int {
		if q.y < p.y || q.y == p.y && q.x < p.x {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(lower(q), lower(r)), -side(p, q, r))
}

// trace follows the border from h until it closes.
func trace(h half, next []half, seen []bool) []half {
	var walk []half
	for at := h; !seen[at.slot()]; at = next[at.slot()] {
		seen[at.slot()] = true
		walk = append(walk, at)
	}
	return walk
}

// simpleRings splits a closed walk wherever it comes by the same junction again:
// OGC rings don't touch themselves, a hole that touches its shell is a ring of
// its own.
func simpleRings(arcs []arc, walk []half) [][]half {
	var rings [][]half
	var open []half
	place := map[lattice]int{} // where in open the half leaving a junction stands
	for _, h := range walk {
		place[h.at(arcs, 0)] = len(open)
		open = append(open, h)
		end := (^h).at(arcs, 0)
		if from, back := place[end]; back {
			rings = append(rings, slices.Clone(open[from:]))
			for _, k := range open[from:] {
				delete(place, k.at(arcs, 0))
			}
			open = open[:from]
		}
	}
	return rings
}

// ringArea is twice the ring's signed area in square steps. Sums wrap around in
// between without harm: the result fits within 180 degrees.
func ringArea(arcs []arc, ring []half) int64 {
	var sum int64
	origin := ring[0].at(arcs, 0)
	for _, h := range ring {
		points := h.arc(arcs).points
		var part int64
		for i := 1; i < len(points); i++ {
			part += cross(origin, points[i-1], points[i])
		}
		if h < 0 {
			part = -part
		}
		sum += part
	}
	return sum
}

// nest puts each hole into the smallest ring that encloses it.
func nest(arcs []arc, outers, holes [][]half) []shape {
	slices.SortStableFunc(outers, func(r, s []half) int {
		return cmp.Compare(ringArea(arcs, r), ringArea(arcs, s))
	})
	shapes := make([]shape, len(outers))
	rings := make([][]lattice, len(outers))
	for i, outer := range outers {
		shapes[i] = shape{outer}
		if len(holes) > 0 {
			rings[i] = ringPoints(arcs, outer, allPoints)
		}
	}
	for _, hole := range holes {
		points := ringPoints(arcs, hole, allPoints)
		for i := range shapes {
			if encloses(rings[i], points) {
				shapes[i] = append(shapes[i], hole)
				break
			}
		}
	}
	slices.Reverse(shapes)
	return shapes
}

// encloses tells whether ring lies inside outer, given that the two don't cross
// and meet in at most some of their vertices.
func encloses(outer, ring []lattice) bool {
	for _, p := range ring {
		if in := inRing(outer, p); in != 0 {
			return in > 0
		}
	}
	return false
}

// ringPoints gives the closed ring as it shows at a zoom.
func ringPoints(arcs []arc, ring []half, zoom int) []lattice {
	var out []lattice
	for _, h := range ring {
		a, n := h.arc(arcs), len(h.arc(arcs).points)
		for i := range n - 1 {
			k := i
			if h < 0 {
				k = n - 1 - i
			}
			if zoom == allPoints || int(a.level[k]) <= zoom {
				out = append(out, a.points[k])
			}
		}
	}
	return append(out, out[0])
}
