package ingest

import (
	"errors"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// checkRing refuses what is not a closed line around something, or not finite.
func checkRing(ring orb.Ring) error {
	if len(ring) < 4 {
		return errors.New("a ring of its boundary has fewer than four positions")
	}
	for _, p := range ring {
		if s := p[0] + p[1]; math.IsNaN(s) || math.IsInf(s, 0) {
			return errors.New("a position in it is not finite")
		}
	}
	if ring[0] != ring[len(ring)-1] {
		return errors.New("a ring of its boundary is not closed")
	}
	return nil
}

// polygonsOf puts the loose rings of a shapefile together: there, clockwise
// rings are outlines, the others holes, in any order. A hole goes to the
// smallest outline around it; one that lies in none is an outline after all.
func polygonsOf(rings []orb.Ring) orb.MultiPolygon {
	var shape orb.MultiPolygon
	var holes []orb.Ring
	for _, ring := range rings {
		if ring.Orientation() == orb.CCW {
			holes = append(holes, ring)
		} else {
			shape = append(shape, orb.Polygon{ring})
		}
	}
	outlines := make([]outline, len(shape))
	for i, polygon := range shape {
		outlines[i] = outline{polygon[0], polygon[0].Bound(), math.Abs(planar.Area(polygon[0]))}
	}
	for _, hole := range holes {
		if i := around(outlines, hole); i >= 0 {
			shape[i] = append(shape[i], hole)
		} else {
			shape = append(shape, orb.Polygon{hole})
		}
	}
	return shape
}

type outline struct {
	ring  orb.Ring
	bound orb.Bound
	area  float64
}

// around finds the smallest outline that holds the whole box of a hole and one
// of its points strictly enough; -1 when there is none.
func around(outlines []outline, hole orb.Ring) int {
	best := -1
	bound := hole.Bound()
	for i, o := range outlines {
		if !o.bound.Contains(bound.Min) || !o.bound.Contains(bound.Max) {
			continue
		}
		if best >= 0 && o.area >= outlines[best].area {
			continue
		}
		// A hole may touch its outline in a vertex, so a single one can mislead.
		if planar.RingContains(o.ring, hole[0]) && planar.RingContains(o.ring, hole[len(hole)/2]) {
			best = i
		}
	}
	return best
}
