package postgres_test

import (
	"testing"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/pgtest"
)

// gridPoint is a point by its distance in metres from the corner of a cell that
// is named as the European grid does, by kilometres of EPSG:3035.
const gridPoint = `st_transform(st_setsrid(st_makepoint($1::float8 * 1000 + $3::float8, $2::float8 * 1000 + $4::float8), 3035), 4326)`

// gridAnswer is what the functions say of a point.
type gridAnswer struct {
	East, North float64 // of the cell's middle, EPSG:3035
	SRID        int
	Points      int
	Valid, CCW  bool
	Apart       float64 // metres from the point to the cell
	FromMiddle  float64 // metres from the middle, as grid_cell_centre gives it, to where it should be
	Around      bool    // the middle lies in the cell
	Area        float64 // square metres on the ellipsoid
	Corners     int     // of the cell that lie within 2 cm of those of the definition
}

func askGrid(tb interface{ Fatal(...any) }, db *sqlx.DB, km [2]int, dx, dy float64) (a gridAnswer) {
	err := db.QueryRow(`
select st_x(middle), st_y(middle), st_srid(cell), st_npoints(cell), st_isvalid(cell), st_ispolygonccw(cell),
  st_distance(cell::geography, p::geography),
  st_distance(centre::geography, st_transform(st_setsrid(st_makepoint($1::float8 * 1000 + 500, $2::float8 * 1000 + 500), 3035), 4326)::geography),
  st_contains(cell, centre), st_area(cell::geography),
  (select count(distinct (x, y)) from (values (0, 0), (0, 1000), (1000, 0), (1000, 1000)) c(x, y), st_dumppoints(cell) v
   where st_dwithin(v.geom::geography, st_transform(st_setsrid(st_makepoint($1::float8 * 1000 + x, $2::float8 * 1000 + y), 3035), 4326)::geography, 0.02))
from (select `+gridPoint+` as p) point,
  lateral (select grid_cell(p) as cell, grid_cell_centre(p) as centre, grid_cell_3035(p) as middle) f`, km[0], km[1], dx, dy).
		Scan(&a.East, &a.North, &a.SRID, &a.Points, &a.Valid, &a.CCW, &a.Apart, &a.FromMiddle, &a.Around, &a.Area, &a.Corners)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func (a gridAnswer) wrong(km [2]int) bool {
	return a.East != float64(km[0])*1000+500 || a.North != float64(km[1])*1000+500 || a.SRID != 4326 || a.Points != 5 ||
		!a.Valid || !a.CCW || a.Apart > 0.05 || a.FromMiddle > 1e-3 || !a.Around || a.Area < 0.9995e6 || a.Area > 1.0005e6 || a.Corners != 4
}

// TestGridCells looks at cells of the grid by name, from points near their edges.
// The grid's origin, 10° E 52° N, is the corner of the cell E4321 N3210.
func TestGridCells(t *testing.T) {
	db := pgtest.New(t)
	for _, km := range [][2]int{{4321, 3210}, {4320, 3209}, {4515, 2080}, {4470, 1990}, {4600, 2150}} {
		for _, d := range [][2]float64{{0.001, 0.001}, {999.999, 0.001}, {0.001, 999.999}, {999.999, 999.999}, {500, 500}, {250, 750}} {
			if got := askGrid(t, db, km, d[0], d[1]); got.wrong(km) {
				t.Errorf("%v + %v: %+v", km, d, got)
			}
		}
	}
	var east, north float64
	err := db.QueryRow(`select st_x(c), st_y(c) from grid_cell_3035(st_setsrid(st_makepoint(10.0001, 52.0001), 4326)) c`).Scan(&east, &north)
	if err != nil || east != 4321500 || north != 3210500 {
		t.Errorf("just north-east of the origin the middle is %v %v, %v", east, north, err)
	}
}

// TestGridTiles draws points all over Lazio, and two cells that are neighbours:
// each point lies in its own cell, and neighbours have two corners in common.
func TestGridTiles(t *testing.T) {
	db := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		km := [2]int{rapid.IntRange(4430, 4640).Draw(t, "east"), rapid.IntRange(1950, 2200).Draw(t, "north")}
		inside := rapid.OneOf(rapid.Float64Range(0.001, 999.999), rapid.SampledFrom([]float64{0.001, 999.999}))
		dx, dy := inside.Draw(t, "dx"), inside.Draw(t, "dy")
		if got := askGrid(t, db, km, dx, dy); got.wrong(km) {
			t.Errorf("%v + %v, %v: %+v", km, dx, dy, got)
		}
		for _, step := range [][2]int{{1, 0}, {0, 1}} {
			var common int
			err := db.QueryRow(`select count(distinct a.geom) from st_dumppoints(grid_cell(`+gridPoint+`)) a, st_dumppoints(grid_cell(
				st_transform(st_setsrid(st_makepoint(($1::float8 + $5) * 1000 + $3::float8, ($2::float8 + $6) * 1000 + $4::float8), 3035), 4326))) b
				where st_x(a.geom) = st_x(b.geom) and st_y(a.geom) = st_y(b.geom)`, km[0], km[1], dx, dy, step[0], step[1]).Scan(&common)
			if err != nil || common != 2 {
				t.Errorf("%v and its neighbour at %v have %d corners in common, %v", km, step, common, err)
			}
		}
	})
	var nothing *string
	if err := db.Get(&nothing, `select grid_cell(null)::text`); err != nil || nothing != nil {
		t.Errorf("no point has the cell %v, %v", nothing, err)
	}
}
