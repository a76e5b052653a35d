package coverage

import (
	"cmp"
	"math"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"
)

// The axes of the ellipsoid of WGS 84, in metres, and the square of its
// eccentricity.
const (
	semiMajor     = 6_378_137.0
	flattening    = 1 / 298.257223563
	semiMinor     = semiMajor * (1 - flattening)
	eccentricity2 = flattening * (2 - flattening)
)

// tightest is the smallest radius of curvature that a geodesic has anywhere on
// the ellipsoid, in metres: along the meridian at the equator.
const tightest = semiMinor * semiMinor / semiMajor

// bend is the second term of the series that gives a chord by its arc, on the
// tightest circle, per cubic metre.
const bend = 1 / (24 * tightest * tightest)

// meanRadius is that of the Earth, in metres.
const meanRadius = 6_371_008.8

// slack is more, in metres, than what rounding does to a chord and to a geodesic
// together.
const slack = 1e-6

// Distance gives the metres between two points along the geodesic on the WGS 84
// ellipsoid. The points are lon/lat in degrees (EPSG:4326). It is the same to the
// last bit both ways, and NaN where a point lies nowhere on Earth.
func Distance(a, b orb.Point) float64 {
	a[1], b[1] = settle(a[1]), settle(b[1])
	if cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(a[0], b[0])) > 0 {
		a, b = b, a
	}
	var metres float64
	geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0], &metres, nil, nil)
	return metres
}

// settle puts a latitude that is a ten-millionth of a millimetre off the equator
// at most onto it. Just south of it the library (v1.52.4) loses the sign of the zero
// that it rounds to, and takes a point opposite for one at hand.
func settle(lat float64) float64 {
	if math.Abs(lat) < 1e-15 {
		return 0
	}
	return lat
}

// Spot is a point with its place in space, which makes comparing its distances
// cheap.
type Spot struct {
	lon, lat float64 // degrees
	x, y, z  float64 // metres from the centre of the Earth; NaN for a point nowhere on it
}

// NewSpot places a point, lon/lat in degrees (EPSG:4326), on the ellipsoid.
func NewSpot(p orb.Point) Spot {
	lon, lat := p[0], p[1]
	if math.Abs(lon) > 180 {
		lon = math.Remainder(lon, 360)
	}
	if math.Abs(lat) > 90 {
		lat = math.NaN() // as Distance has it
	}
	sinLat, cosLat := math.Sincos(lat * (math.Pi / 180))
	sinLon, cosLon := math.Sincos(lon * (math.Pi / 180))
	normal := semiMajor / math.Sqrt(1-eccentricity2*sinLat*sinLat)
	return Spot{
		lon: p[0], lat: p[1],
		x: normal * cosLat * cosLon, y: normal * cosLat * sinLon, z: normal * (1 - eccentricity2) * sinLat,
	}
}

// Point gives the point again: lon/lat in degrees (EPSG:4326).
func (s Spot) Point() orb.Point { return orb.Point{s.lon, s.lat} }

// Within tells whether the other spot is at most so many metres away. It agrees
// with Distance always, and asks it only where the chord leaves a doubt.
func (s Spot) Within(o Spot, metres float64) bool {
	within, sure := limitOf(metres).judge(s.chord2(&o))
	return sure && within || !sure && Distance(s.Point(), o.Point()) <= metres
}

// chord2 gives the square of the straight line to another spot, in square metres.
func (s *Spot) chord2(o *Spot) float64 {
	x, y, z := s.x-o.x, s.y-o.y, s.z-o.z
	return x*x + y*y + z*z
}

// limit is a distance with the chords that lie surely within and surely beyond.
//
// A geodesic is never shorter than its chord. It bends nowhere more than a circle
// of the tightest radius does, and so (by the theorem of Schur) its chord is never
// shorter than that of an arc as long on this circle. Between the two lie 0.1 mm
// at 5 km, and 8 m at 200 km.
type limit struct {
	metres float64
	inner2 float64 // squares of chords, in square metres
	outer2 float64
}

func limitOf(metres float64) limit {
	l := limit{metres: metres, inner2: -1, outer2: (metres + slack) * (metres + slack)}
	if metres < 0 {
		l.outer2 = -1
	}
	// The first two terms of the series of a sine are less than the sine.
	if inner := metres - metres*metres*metres*bend - slack; inner > 0 {
		l.inner2 = inner * inner
	}
	return l
}

// along gives the place on one of the three axes, in metres.
func (s *Spot) along(axis uint8) float64 {
	switch axis {
	case 0:
		return s.x
	case 1:
		return s.y
	}
	return s.z
}

// judge tells whether a chord is within the limit, where that is sure without the
// geodesic.
func (l limit) judge(chord2 float64) (within, sure bool) {
	within = chord2 <= l.inner2
	return within, within || chord2 > l.outer2
}

// admits tells whether two spots with this chord are within the limit.
func (l *limit) admits(a, b *Spot, chord2 float64) bool {
	within, sure := l.judge(chord2)
	return sure && within || !sure && Distance(a.Point(), b.Point()) <= l.metres
}

// arc gives the metres of the geodesic over a chord, right to a part in two
// million up to 200 km: what the Earth's radius differs by from place to place.
func arc(chord2 float64) float64 {
	return math.Sqrt(chord2) * (1 + chord2/(24*meanRadius*meanRadius))
}
