package coverage_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/lib/pq"
	"github.com/paulmach/orb"
)

// TestDistanceAgreesWithPostGIS lets the database measure the same pairs: what a
// filter lets through there must be what is counted here.
func TestDistanceAgreesWithPostGIS(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	var from, to []orb.Point
	for i := range 1000 {
		switch {
		case i < 800:
			from, to = append(from, inLazio(random)), append(to, inLazio(random))
		default:
			from, to = append(from, onEarth(random)), append(to, onEarth(random))
		}
	}
	for _, pair := range [][2]orb.Point{
		{colosseum, colosseum}, {{0, 0}, {180, 0}}, {{0, 90}, {0, -90}}, {{12.5, 41.9}, {-167.4, -41.9}}, {{179.99, 10}, {-179.99, 10.01}},
		{{180, -3e-18}, {0.5, -3e-18}}, {{180, -1e-14}, {0.5, -3e-18}}, {{12, -3e-18}, {12.001, -3e-18}},
	} {
		from, to = append(from, pair[0]), append(to, pair[1])
	}
	var metres []float64
	if err := pgtest.New(t).Select(&metres, `
		select ST_Distance(geography(ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326)), geography(ST_SetSRID(ST_MakePoint(b.lon, b.lat), 4326)))
		from unnest(cast($1 as float8[]), cast($2 as float8[])) with ordinality as a (lon, lat, n)
		join unnest(cast($3 as float8[]), cast($4 as float8[])) with ordinality as b (lon, lat, n) using (n)
		order by n`, ordinates(from, 0), ordinates(from, 1), ordinates(to, 0), ordinates(to, 1)); err != nil {
		t.Fatal(err)
	}
	if len(metres) != len(from) {
		t.Fatalf("%d distances of %d pairs", len(metres), len(from))
	}
	worst := 0.0
	for i, want := range metres {
		got := coverage.Distance(from[i], to[i])
		if worst = max(worst, math.Abs(got-want)); math.Abs(got-want) > 1e-3 {
			t.Errorf("from %v to %v are %.6f m, and %.6f m in PostGIS", from[i], to[i], got, want)
		}
	}
	t.Logf("%d pairs differ by %.1g m at most", len(metres), worst)
}

// onEarth draws a point anywhere.
func onEarth(random *rand.Rand) orb.Point {
	return orb.Point{360*random.Float64() - 180, math.Asin(2*random.Float64()-1) * 180 / math.Pi}
}

func ordinates(points []orb.Point, axis int) pq.Float64Array {
	list := make(pq.Float64Array, len(points))
	for i, p := range points {
		list[i] = p[axis]
	}
	return list
}
