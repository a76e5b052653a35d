package coverage_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"
	"pgregory.net/rapid"
)

var (
	colosseum = orb.Point{12.4922, 41.8902}
	nowhere   = []orb.Point{{math.NaN(), 0}, {0, math.NaN()}, {0, 90.1}, {12, -91}, {math.Inf(1), 0}}
)

// inLazio draws a point in the box around Lazio, half of them about Rome.
func inLazio(random *rand.Rand) orb.Point {
	if random.IntN(2) == 0 {
		return orb.Point{12.5 + 0.1*random.NormFloat64(), 41.9 + 0.08*random.NormFloat64()}
	}
	return orb.Point{11.4 + 2.6*random.Float64(), 40.7 + 2.1*random.Float64()}
}

func pointsInLazio(seed uint64, n int) []orb.Point {
	random, points := rand.New(rand.NewPCG(seed, 2)), make([]orb.Point, n)
	for i := range points {
		points[i] = inLazio(random)
	}
	return points
}

// drawnPoint is anywhere on Earth, or among a few close together, so that points
// coincide and lie at equal distances.
func drawnPoint(t *rapid.T) orb.Point {
	if rapid.Bool().Draw(t, "onGrid") {
		return orb.Point{12.5 + 0.01*float64(rapid.IntRange(-3, 3).Draw(t, "east")), 41.9 + 0.01*float64(rapid.IntRange(-3, 3).Draw(t, "north"))}
	}
	return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
}

// drawnEnd gives the other end of a geodesic of a length of up to 1,000 km, or
// any other point.
func drawnEnd(t *rapid.T, from orb.Point) orb.Point {
	if rapid.Bool().Draw(t, "anywhere") {
		return drawnPoint(t)
	}
	length := math.Pow(10, rapid.Float64Range(-3, 6).Draw(t, "logMetres"))
	var to orb.Point
	geodesic.WGS84.Direct(from[1], from[0], rapid.Float64Range(0, 360).Draw(t, "azimuth"), length, &to[1], &to[0], nil)
	return to
}

func TestDistance(t *testing.T) {
	// A degree of the equator is a 360th of its circle; a quarter of a meridian of
	// WGS 84 is 10,001,965.729 m. Opposite points are apart as PostGIS has it, or two
	// quarters.
	for _, c := range []struct {
		a, b orb.Point
		want float64
	}{
		{orb.Point{0, 0}, orb.Point{1, 0}, 6378137 * math.Pi / 180},
		{orb.Point{179.5, 0}, orb.Point{-179.5, 0}, 6378137 * math.Pi / 180},
		{orb.Point{12, 0}, orb.Point{-70, 90}, 10001965.729},
		{orb.Point{180, -3e-18}, orb.Point{0.5, -3e-18}, 19980861.909},
		{orb.Point{180, -3e-18}, orb.Point{0, -3e-18}, 20003931.459},
		{colosseum, colosseum, 0},
	} {
		if got := coverage.Distance(c.a, c.b); math.Abs(got-c.want) > 1e-3 {
			t.Errorf("from %v to %v are %.4f m, want %.4f", c.a, c.b, got, c.want)
		}
	}
	for _, p := range nowhere {
		if d := coverage.Distance(p, colosseum); !math.IsNaN(d) {
			t.Errorf("to %v, which is nowhere, are %v m", p, d)
		}
	}
}

func TestDistanceIsTheSameBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnPoint(t)
		b := drawnEnd(t, a)
		if there, back := coverage.Distance(a, b), coverage.Distance(b, a); there != back || there < 0 {
			t.Fatalf("%v there, %v back", there, back)
		}
	})
}

func TestSpotWithinAgreesWithDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnPoint(t)
		b := drawnEnd(t, a)
		metres, from, to := coverage.Distance(a, b), coverage.NewSpot(a), coverage.NewSpot(b)
		limits := []float64{metres, math.Nextafter(metres, 0), math.Nextafter(metres, 1e9), 0, -1, 3e7, math.Inf(1), math.NaN()}
		for exponent := -9; exponent < 4; exponent++ {
			limits = append(limits, metres-math.Pow10(exponent), metres+math.Pow10(exponent))
		}
		for _, limit := range limits {
			if got, want := from.Within(to, limit), metres <= limit; got != want {
				t.Fatalf("from %v to %v are %v m: Within(%v) = %v", a, b, metres, limit, got)
			}
		}
	})
}

func TestSpot(t *testing.T) {
	here := coverage.NewSpot(colosseum)
	if here.Point() != colosseum {
		t.Errorf("the spot of %v gives %v", colosseum, here.Point())
	}
	if around := coverage.NewSpot(orb.Point{colosseum[0] + 720, colosseum[1]}); !here.Within(around, 1e-6) {
		t.Error("two turns around the Earth lead elsewhere")
	}
	for _, p := range nowhere {
		if s := coverage.NewSpot(p); s.Within(here, 1e9) || here.Within(s, 1e9) || s.Within(s, 1e9) {
			t.Errorf("%v, which is nowhere, is near", p)
		}
	}
}

func BenchmarkDistance(b *testing.B) {
	points := pointsInLazio(1, 1<<12)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		coverage.Distance(points[i%len(points)], points[(i+1)%len(points)])
	}
}

func BenchmarkSpotWithin(b *testing.B) {
	points := pointsInLazio(1, 1<<12)
	spots := make([]coverage.Spot, len(points))
	for i, p := range points {
		spots[i] = coverage.NewSpot(p)
	}
	// A thousand at a time, since the loop itself takes as long as one.
	for b.Loop() {
		for i := range 1000 {
			spots[0].Within(spots[i], 10_000)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/pair")
}
