package territory

import (
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// AppendGeometry appends g as an RFC 7946 geometry to dst: longitude and
// latitude with at most seven decimals, outer rings counter-clockwise and holes
// clockwise whichever way they come. A Ring or Bound is written as a Polygon,
// nil as null, a number that isn't finite as null. It allocates only to grow dst.
func AppendGeometry(dst []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case orb.Point:
		return append(appendPosition(open(dst, "Point"), g), '}')
	case orb.MultiPoint:
		return append(appendPositions(open(dst, "MultiPoint"), g), '}')
	case orb.LineString:
		return append(appendPositions(open(dst, "LineString"), g), '}')
	case orb.MultiLineString:
		dst = append(open(dst, "MultiLineString"), '[')
		for i, line := range g {
			dst = appendPositions(comma(dst, i), line)
		}
		return append(dst, "]}"...)
	case orb.Ring:
		dst = append(open(dst, "Polygon"), '[')
		return append(appendRing(dst, g, true), "]}"...)
	case orb.Polygon:
		return append(appendPolygon(open(dst, "Polygon"), g), '}')
	case orb.MultiPolygon:
		dst = append(open(dst, "MultiPolygon"), '[')
		for i, polygon := range g {
			dst = appendPolygon(comma(dst, i), polygon)
		}
		return append(dst, "]}"...)
	case orb.Collection:
		dst = append(dst, `{"type":"GeometryCollection","geometries":[`...)
		for i, member := range g {
			dst = AppendGeometry(comma(dst, i), member)
		}
		return append(dst, "]}"...)
	case orb.Bound:
		return appendBound(dst, g)
	}
	return append(dst, "null"...)
}

func open(dst []byte, kind string) []byte {
	dst = append(dst, `{"type":"`...)
	dst = append(dst, kind...)
	return append(dst, `","coordinates":`...)
}

func comma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ',')
	}
	return dst
}

func appendBound(dst []byte, b orb.Bound) []byte {
	corners := [5]orb.Point{b.Min, {b.Max[0], b.Min[1]}, b.Max, {b.Min[0], b.Max[1]}, b.Min}
	dst = append(open(dst, "Polygon"), '[')
	return append(appendPositions(dst, corners[:]), "]}"...)
}

func appendPolygon(dst []byte, p orb.Polygon) []byte {
	dst = append(dst, '[')
	for i, ring := range p {
		dst = appendRing(comma(dst, i), ring, i == 0)
	}
	return append(dst, ']')
}

// appendRing writes a ring in the direction wanted.
func appendRing(dst []byte, ring orb.Ring, counterClockwise bool) []byte {
	if turning(ring) == turnOf(!counterClockwise) {
		dst = append(dst, '[')
		for i := range ring {
			dst = appendPosition(comma(dst, i), ring[len(ring)-1-i])
		}
		return append(dst, ']')
	}
	return appendPositions(dst, ring)
}

func appendPositions(dst []byte, points []orb.Point) []byte {
	dst = append(dst, '[')
	for i, p := range points {
		dst = appendPosition(comma(dst, i), p)
	}
	return append(dst, ']')
}

func appendPosition(dst []byte, p orb.Point) []byte {
	return append(appendPair(append(dst, '['), p), ']')
}

func appendPair(dst []byte, p orb.Point) []byte {
	return appendNumber(append(appendNumber(dst, p[0]), ','), p[1])
}

// appendNumber writes v with at most seven decimals and no trailing zeros.
func appendNumber(dst []byte, v float64) []byte {
	steps := math.Round(v * perDegree)
	if !(math.Abs(steps) < 1<<53) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(dst, "null"...)
		}
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	n := int64(steps)
	if n < 0 {
		dst = append(dst, '-')
		n = -n
	}
	dst = strconv.AppendInt(dst, n/perDegree, 10)
	rest := n % perDegree
	if rest == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := int64(perDegree) / 10; rest > 0; unit /= 10 {
		dst = append(dst, byte('0'+rest/unit))
		rest %= unit
	}
	return dst
}

func turnOf(counterClockwise bool) int {
	if counterClockwise {
		return 1
	}
	return -1
}

// turning is 1 for a counter-clockwise ring, -1 for a clockwise one, 0 if it
// encloses nothing that seven decimals can show. The turn at the westernmost
// vertex (of several the southernmost) decides: exact for rings of any size, as
// a sum of areas in doubles would not be.
func turning(ring orb.Ring) int {
	n := len(ring) - 1 // the last position repeats the first
	if n < 3 || !world.Contains(ring[0]) {
		return 0
	}
	low, at := 0, snap(ring[0])
	for i := 1; i < n; i++ {
		if !world.Contains(ring[i]) {
			return 0
		}
		if ring[i][0] > ring[low][0]+1/perDegree {
			continue
		}
		if p := snap(ring[i]); p.compare(at) < 0 {
			low, at = i, p
		}
	}
	before, after := at, at
	for i := 1; i < n && before == at; i++ {
		before = snap(ring[(low+n-i)%n])
	}
	for i := 1; i < n && after == at; i++ {
		after = snap(ring[(low+i)%n])
	}
	return side(before, at, after)
}

// world bounds what the lattice can hold.
var world = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}

// rewound gives the polygons wound by the right-hand rule: mp itself if it is.
func rewound(mp orb.MultiPolygon) orb.MultiPolygon {
	out, cloned := mp, false
	for i, polygon := range mp {
		for j, ring := range polygon {
			if turning(ring) != turnOf(j != 0) {
				continue
			}
			if !cloned {
				out, cloned = mp.Clone(), true
			}
			slices.Reverse(out[i][j])
		}
	}
	return out
}
