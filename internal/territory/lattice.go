package territory

import (
	"cmp"
	"math"

	"github.com/paulmach/orb"
)

// perDegree is the number of lattice steps in one degree.
const perDegree = 1e7

// lattice is a position in steps of 1e-7 degree. Integers make every test of
// side and every area exact, which floating degrees would not.
type lattice struct{ x, y int32 }

// snap gives the lattice position nearest to p, which must lie in the world.
func snap(p orb.Point) lattice {
	return lattice{int32(math.Round(p[0] * perDegree)), int32(math.Round(p[1] * perDegree))}
}

// point gives the position in degrees: the floats nearest to its seven decimals.
func (l lattice) point() orb.Point {
	return orb.Point{float64(l.x) / perDegree, float64(l.y) / perDegree}
}

// compare orders positions from west to east, then from south to north.
func (l lattice) compare(m lattice) int {
	return cmp.Or(cmp.Compare(l.x, m.x), cmp.Compare(l.y, m.y))
}

// side is 1 when p lies to the left of the way from a to b, -1 to the right, 0
// on the line. It compares two products instead of subtracting them because
// their difference may pass 63 bits where the world's whole width is spanned.
func side(a, b, p lattice) int {
	return cmp.Compare(
		(int64(b.x)-int64(a.x))*(int64(p.y)-int64(a.y)),
		(int64(b.y)-int64(a.y))*(int64(p.x)-int64(a.x)))
}

// cross is twice the signed area of the triangle a, b, c in square steps,
// positive when counter-clockwise. It is exact within 180 degrees.
func cross(a, b, c lattice) int64 {
	return (int64(b.x)-int64(a.x))*(int64(c.y)-int64(a.y)) -
		(int64(b.y)-int64(a.y))*(int64(c.x)-int64(a.x))
}

// along is the scalar product of a→b and a→p: how far p lies along the segment.
func along(a, b, p lattice) int64 {
	return (int64(b.x)-int64(a.x))*(int64(p.x)-int64(a.x)) +
		(int64(b.y)-int64(a.y))*(int64(p.y)-int64(a.y))
}

// inBox tells whether p lies in the box that a and b span, its edge included.
func inBox(a, b, p lattice) bool {
	return min(a.x, b.x) <= p.x && p.x <= max(a.x, b.x) && min(a.y, b.y) <= p.y && p.y <= max(a.y, b.y)
}

// inRing tells where p lies: 1 inside the closed ring, 0 on it, -1 outside.
func inRing(ring []lattice, p lattice) int {
	in := -1
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		s := side(a, b, p)
		if s == 0 && inBox(a, b, p) {
			return 0
		}
		if a.y <= p.y && p.y < b.y && s > 0 || b.y <= p.y && p.y < a.y && s < 0 {
			in = -in
		}
	}
	return in
}

// segment is an undirected piece of border: a comes before b in compare order.
type segment struct{ a, b lattice }

func newSegment(p, q lattice) segment {
	if q.compare(p) < 0 {
		p, q = q, p
	}
	return segment{p, q}
}

func (s segment) compare(t segment) int {
	return cmp.Or(s.a.compare(t.a), s.b.compare(t.b))
}

// bound is the segment's box in lattice steps, widened by margin on each side.
func (s segment) bound(margin float64) orb.Bound {
	return orb.Bound{
		Min: orb.Point{float64(s.a.x) - margin, float64(min(s.a.y, s.b.y)) - margin},
		Max: orb.Point{float64(s.b.x) + margin, float64(max(s.a.y, s.b.y)) + margin},
	}
}
