package territory_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/territory"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// TestRealZoomsInPostGIS lets PostGIS judge the bytes that clients get.
func TestRealZoomsInPostGIS(t *testing.T) {
	for _, c := range []struct {
		name         string
		units        []territory.Unit
		parts, rings int // of the exact union
	}{
		// As ST_Union of the files has them; of the municipi without the gap and the
		// overlap of a few centimetres, of both with the Vatican for a hole.
		{"comuni", lazio(t), 18, 20},
		{"municipi", rome(t), 2, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, r := pgtest.New(t), mustRegistry(t, c.units)
			for zoom := range 16 {
				for _, level := range []territory.Level{territory.LevelLocal, territory.LevelProvince} {
					v := judge(t, db, r, level, zoom)
					if v.Invalid != 0 || math.Abs(v.Excess) > 1e-9 || v.Parts != c.parts || v.Rings != c.rings || v.Clockwise != 0 {
						t.Errorf("%s at zoom %d: %+v, want all valid, no excess, %d parts, %d rings", level, zoom, v, c.parts, c.rings)
					}
				}
			}
		})
	}
}

type verdict struct {
	Invalid, Clockwise, Parts, Rings int
	Excess                           float64 // (sum of areas − area of the union) / area of the union
}

func judge(t *testing.T, db *sqlx.DB, r *territory.Registry, level territory.Level, zoom int) (v verdict) {
	t.Helper()
	data, err := r.FeatureCollection(level, "", &zoom)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Get(&v, `
		with area as (
			select ST_GeomFromGeoJSON(feature -> 'geometry') as g
			from jsonb_array_elements(cast($1 as jsonb) -> 'features') as feature
		), whole as (select ST_Union(g) as g from area)
		select count(*) filter (where not ST_IsValid(area.g)) as invalid,
		       count(*) filter (where not ST_IsPolygonCCW(area.g)) as clockwise,
		       sum(ST_Area(area.g)) / min(ST_Area(whole.g)) - 1 as excess,
		       min(ST_NumGeometries(whole.g)) as parts, min(ST_NRings(whole.g)) as rings
		from area, whole`, string(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestLocateAgreesWithPostGIS compares 20,000 random points, and as many where
// it matters: vertices, points of edges as exact as doubles are, and their next
// neighbours among the doubles.
func TestLocateAgreesWithPostGIS(t *testing.T) {
	units := lazio(t)
	db, r := pgtest.New(t), mustRegistry(t, units)
	if _, err := db.Exec(`create table judged (code text primary key, g geometry not null); create index on judged using gist (g)`); err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if _, err := db.Exec(`insert into judged values ($1, ST_GeomFromWKB($2))`, u.Code, wkb.MustMarshal(u.Boundary)); err != nil {
			t.Fatal(err)
		}
	}
	points := append(randomPoints(20_000), borderPoints(units, 20_000)...)
	want := covering(t, db, points)
	found, wrong := 0, 0
	for i, p := range points {
		code, _ := r.Locate(p)
		if code != "" {
			found++
		}
		if code != want[i] {
			if wrong++; wrong <= 5 {
				t.Errorf("%v lies in %q, PostGIS says %q", p, code, want[i])
			}
		}
	}
	if wrong > 0 || found < len(points)/2 {
		t.Errorf("%d of %d points differ, %d lie in a comune", wrong, len(points), found)
	}
}

// covering gives the lowest code that covers each point, "" for none.
func covering(t *testing.T, db *sqlx.DB, points []orb.Point) []string {
	t.Helper()
	var xs, ys []float64
	for _, p := range points {
		xs, ys = append(xs, p[0]), append(ys, p[1])
	}
	var codes []string
	err := db.Select(&codes, `
		select coalesce((select min(code collate "C") from judged where ST_Covers(g, ST_Point(x, y))), '')
		from unnest(cast($1 as float8[]), cast($2 as float8[])) with ordinality as p (x, y, n)
		order by n`, pq.Array(xs), pq.Array(ys))
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func randomPoints(n int) []orb.Point {
	random := rand.New(rand.NewPCG(5, 6))
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = orb.Point{11.4 + 2.7*random.Float64(), 40.7 + 2.2*random.Float64()}
	}
	return out
}

func borderPoints(units []territory.Unit, n int) []orb.Point {
	random := rand.New(rand.NewPCG(7, 8))
	out := make([]orb.Point, 0, n)
	for len(out) < n {
		boundary := units[random.IntN(len(units))].Boundary
		polygon := boundary[random.IntN(len(boundary))]
		ring := polygon[random.IntN(len(polygon))]
		i := 1 + random.IntN(len(ring)-1)
		a, b, f := ring[i-1], ring[i], random.Float64()
		middle := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		between := orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}
		beside := orb.Point{math.Nextafter(middle[0], 0), middle[1]}
		level := orb.Point{a[0] + 1e-3*(f-0.5), a[1]}
		out = append(out, a, middle, between, beside, level)
	}
	return out
}
