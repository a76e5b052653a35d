package coverage

import (
	"math"

	"github.com/paulmach/orb"
)

// Places is an index of points for nearest and within questions. It does not
// change, and is safe for concurrent use. A point nowhere on Earth is never found.
type Places struct {
	// A k-d tree in the order of its slots: a run of more than leafSize is cut in its
	// middle, by the plane that stands there.
	nodes  []node
	planes []plane
}

// plane is all the points with one place, in metres from the centre of the Earth,
// along an axis. Slots before the middle are not above it, the others not below.
type plane struct {
	at   float64
	axis uint8
}

type node struct {
	Spot
	index int // in the list that the index was made of
}

const leafSize = 8

// NewPlaces makes an index of points: lon/lat in degrees (EPSG:4326).
func NewPlaces(points []orb.Point) *Places { return newPlaces(spotsOf(points)) }

func spotsOf(points []orb.Point) []Spot {
	spots := make([]Spot, len(points))
	for i, p := range points {
		spots[i] = NewSpot(p)
	}
	return spots
}

func newPlaces(spots []Spot) *Places {
	p := &Places{nodes: make([]node, 0, len(spots))}
	for i, s := range spots {
		if !math.IsNaN(s.x + s.y + s.z) {
			p.nodes = append(p.nodes, node{s, i})
		}
	}
	p.planes = make([]plane, len(p.nodes))
	p.split(0, len(p.nodes))
	return p
}

// split orders a run of slots into a tree.
func (p *Places) split(lo, hi int) {
	for hi-lo > leafSize {
		run, middle := p.nodes[lo:hi], (lo+hi)/2
		axis := widest(run)
		selectNth(run, middle-lo, func(n *node) float64 { return n.along(axis) })
		p.planes[middle] = plane{p.nodes[middle].along(axis), axis}
		p.split(lo, middle)
		lo = middle
	}
}

// to gives the metres from the plane to a spot, negative before it.
func (p *plane) to(s *Spot) float64 { return s.along(p.axis) - p.at }

// widest gives the axis along which the run reaches farthest.
func widest(run []node) uint8 {
	best, most := uint8(0), -1.0
	for axis := range uint8(3) {
		low, high := math.Inf(1), math.Inf(-1)
		for i := range run {
			x := run[i].along(axis)
			low, high = min(low, x), max(high, x)
		}
		if high-low > most {
			best, most = axis, high-low
		}
	}
	return best
}

// Nearest gives the index of the point that is closest to another (lon/lat in
// degrees, EPSG:4326), and the metres to it on the ellipsoid; the first of several
// that are equally far. It is not ok where there is no point.
func (p *Places) Nearest(of orb.Point) (index int, metres float64, ok bool) {
	from := NewSpot(of)
	found := closest{slot: -1, chord2: math.Inf(1)}
	p.closest(0, len(p.nodes), &from, &found)
	if found.slot < 0 {
		return 0, 0, false
	}
	best := &p.nodes[found.slot]
	index, metres = best.index, Distance(of, best.Point())
	// A longer chord may go with a geodesic as short, by a hair.
	p.chords(0, len(p.nodes), &from, (metres+slack)*(metres+slack), func(n *node, _ float64) {
		if n.Point() == best.Point() {
			index = min(index, n.index)
			return
		}
		if d := Distance(of, n.Point()); d < metres || d == metres && n.index < index {
			index, metres, best = n.index, d, n
		}
	})
	return index, metres, true
}

// closest is the shortest chord so far, squared, and the slot that it leads to.
type closest struct {
	slot   int
	chord2 float64
}

func (p *Places) closest(lo, hi int, of *Spot, found *closest) {
	if hi-lo <= leafSize {
		for slot := lo; slot < hi; slot++ {
			if c := of.chord2(&p.nodes[slot].Spot); c < found.chord2 {
				*found = closest{slot, c}
			}
		}
		return
	}
	middle := (lo + hi) / 2
	beyond := p.planes[middle].to(of)
	if beyond < 0 {
		p.closest(lo, middle, of, found)
	} else {
		p.closest(middle, hi, of, found)
	}
	switch {
	case beyond*beyond > found.chord2:
	case beyond < 0:
		p.closest(middle, hi, of, found)
	default:
		p.closest(lo, middle, of, found)
	}
}

// Within visits every point that is at most so many metres away from another on
// the ellipsoid (lon/lat in degrees, EPSG:4326), with its distance in metres. The
// order is fixed for an index, and is not that of the indices.
func (p *Places) Within(of orb.Point, metres float64, visit func(index int, metres float64)) {
	from := NewSpot(of)
	p.chords(0, len(p.nodes), &from, limitOf(metres).outer2, func(n *node, _ float64) {
		if d := Distance(of, n.Point()); d <= metres {
			visit(n.index, d)
		}
	})
}

// within is Within for who does not need the distance: it gives the square of the
// chord, in square metres.
func (p *Places) within(of *Spot, l *limit, visit func(n *node, chord2 float64)) {
	p.chords(0, len(p.nodes), of, l.outer2, func(n *node, chord2 float64) {
		if l.admits(of, &n.Spot, chord2) {
			visit(n, chord2)
		}
	})
}

// chords visits the slots of a run with a chord of at most so many square metres.
func (p *Places) chords(lo, hi int, of *Spot, most float64, visit func(n *node, chord2 float64)) {
	p.runs(lo, hi, of, most, func(run []node) {
		for i := range run {
			if c := of.chord2(&run[i].Spot); c <= most {
				visit(&run[i], c)
			}
		}
	})
}

// runs visits those parts of a run, of leafSize at most, that may hold such slots.
func (p *Places) runs(lo, hi int, of *Spot, most float64, visit func(run []node)) {
	for hi-lo > leafSize {
		middle := (lo + hi) / 2
		beyond := p.planes[middle].to(of)
		switch {
		case beyond*beyond <= most:
			p.runs(lo, middle, of, most, visit)
			lo = middle
		case beyond < 0:
			hi = middle
		default:
			lo = middle
		}
	}
	visit(p.nodes[lo:hi])
}
