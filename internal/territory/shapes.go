package territory

import (
	"slices"

	"github.com/paulmach/orb"
)

// geometry reads the coordinates of a geometry of the given type.
func (s *scanner) geometry(kind string) (orb.Geometry, error) {
	switch kind {
	case "Point":
		return s.position()
	case "MultiPoint":
		points, err := list(s, "the list of points", s.position)
		return orb.MultiPoint(points), err
	case "LineString":
		return s.line()
	case "MultiLineString":
		lines, err := list(s, "the list of lines", s.line)
		return orb.MultiLineString(lines), err
	case "Polygon":
		polygon, err := s.polygon()
		if err != nil {
			return nil, err
		}
		return polygon, checkContacts(orb.MultiPolygon{polygon}, false)
	}
	polygons, err := list(s, "the list of polygons", s.polygon)
	if err != nil {
		return nil, err
	}
	return orb.MultiPolygon(polygons), checkContacts(polygons, true)
}

func (s *scanner) line() (orb.LineString, error) {
	points, err := list(s, "line", s.position)
	if err == nil && len(points) < 2 {
		err = refuse(s.here(), "%s has one position, it needs at least two", s.name("line"))
	}
	return points, err
}

func (s *scanner) polygon() (orb.Polygon, error) {
	rings, err := list(s, "polygon", s.ring)
	if err != nil {
		return nil, err
	}
	outer := snapRing(rings[0])
	for i, ring := range rings {
		if turning(ring) == turnOf(i != 0) {
			slices.Reverse(ring)
		}
		if i > 0 && !encloses(outer, snapRing(ring)) {
			return nil, refuse(s.here(), "ring %d is a hole that is not inside the outer ring", i+1)
		}
	}
	return rings, nil
}

// ring reads a closed ring and checks all that it shows by itself.
func (s *scanner) ring() (orb.Ring, error) {
	points, err := list(s, "ring", s.position)
	if err != nil {
		return nil, err
	}
	name, n := s.name("ring"), len(points)
	if n < 4 {
		return nil, refuse(s.here(), "%s has %d positions, it needs at least four", name, n)
	}
	if first, last := points[0], points[n-1]; first != last {
		return nil, refuse(s.here(), "%s is not closed: it begins at %s and ends at %s", name, show(first), show(last))
	}
	corners := slices.Compact(snapRing(points))
	if len(corners) < 4 {
		return nil, refuse(s.here(), "%s has fewer than three different positions", name)
	}
	slices.SortFunc(corners[1:], lattice.compare)
	for i := 2; i < len(corners); i++ {
		if corners[i] == corners[i-1] {
			return nil, refuse(s.here(), "%s touches itself at %s", name, show(corners[i].point()))
		}
	}
	return points, nil
}

func snapRing(ring []orb.Point) []lattice {
	out := make([]lattice, len(ring))
	for i, p := range ring {
		out[i] = snap(p)
	}
	return out
}

// show writes a position for people.
func show(p orb.Point) string {
	b := append(appendNumber([]byte{'['}, p[0]), ", "...)
	return string(append(appendNumber(b, p[1]), ']'))
}
