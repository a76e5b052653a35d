package postgres_test

import (
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

const demoNeeds = 3_000

func loadDemo(t *testing.T, db *sqlx.DB, options postgres.DemoOptions) postgres.DemoCounts {
	t.Helper()
	counts, err := postgres.LoadDemo(t.Context(), db, options)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func demoValue[T any](t *testing.T, db *sqlx.DB, query string) (v T) {
	t.Helper()
	if err := db.GetContext(t.Context(), &v, query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// demoCount is a query and the number that it gives over any demo.
type demoCount struct {
	name, query string
	want        int
}

var demoTerritoryCounts = []demoCount{
	{"comuni", `select count(*) from municipality where kind = 'COMUNE'`, 378},
	{"municipi", `select count(*) from municipality where kind = 'MUNICIPIO'`, 15},
	{"local", `select count(*) from municipality where is_local`, 392},
	{"not schematic", `select count(*) from municipality where not is_schematic or boundary_source not like 'schematic: Thiessen cell%'`, 0},
	{"invalid or empty", `select count(*) from municipality where not st_isvalid(boundary) or st_isempty(boundary)`, 0},
	{"rings against the right-hand rule", `select count(*) from municipality where not st_ispolygonccw(boundary)`, 0},
	{"points outside their cell", `select count(*) from municipality where not st_contains(boundary, centroid)`, 0},
	{"wrong area", `select count(*) from municipality where abs(area_km2 - st_area(boundary::geography) / 1e6) > 1e-6`, 0},
	{"off the grid of 1e-7 degrees", `select count(*) from municipality where not st_equals(boundary, st_snaptogrid(boundary, 1e-7))`, 0},
	{"overlaps", `select count(*) from municipality a join municipality b on a.id < b.id and a.boundary && b.boundary
	  where a.is_local and b.is_local and st_relate(a.boundary, b.boundary, '2********')`, 0},
	{"parts of the region: mainland and two islands", `select st_numgeometries(st_union(boundary)) from municipality where is_local`, 3},
	{"holes in the region", `select (sum(st_nrings(part.geom)) - count(*))::int
	  from (select (st_dump(st_union(boundary))).geom from municipality where is_local) part`, 0},
}

func TestDemoTerritory(t *testing.T) {
	db := pgtest.New(t)
	if counts := loadDemo(t, db, postgres.DemoOptions{}); counts.Municipalities != 393 || counts.Needs != 0 {
		t.Errorf("counts %+v, want 393 municipalities and no needs", counts)
	}
	for _, c := range demoTerritoryCounts {
		if got := demoValue[int](t, db, c.query); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	// Cells that tile leave nothing over: less than a square metre in 2 square degrees.
	gap := demoValue[float64](t, db, `select abs(sum(st_area(boundary)) - st_area(st_union(boundary))) from municipality where is_local`)
	if gap > 1e-10 {
		t.Errorf("the cells' areas differ from their union's by %g square degrees", gap)
	}
	gap = demoValue[float64](t, db, `select abs(sum(m.area_km2) - rome.area_km2) from municipality m, municipality rome
		where m.parent_id = rome.id and rome.code = '058091' group by rome.area_km2`)
	if gap > 1e-6 {
		t.Errorf("Rome differs from its municipi by %g km²", gap)
	}
}

var demoRowCounts = []demoCount{
	{"cooperatives", `select count(*) from organisation where is_cooperative`, 10},
	{"partners", `select count(*) from organisation where not is_cooperative`, 676},
	{"operators", `select sum(operators) from specialists`, 2300},
	{"specialisations in use", `select count(distinct specialisation_id) from specialists`, 48},
	{"specialisations", `select count(*) from specialisation`, 48},
	{"volunteers", `select sum(volunteers) from organisation`, 500},
	{"fields off their published figure", `select count(*) from published_people p
	  where people <> (select sum(people_reached) from service s where s.field = p.field)`, 0},
	{"seats of cooperatives", `select count(distinct municipality_id) from organisation join municipality m on m.id = municipality_id
	  where is_cooperative and kind = 'MUNICIPIO'`, 10},
	{"municipi that seat partners and no cooperative", `select count(*) from municipality m where kind = 'MUNICIPIO'
	  and not exists (select from organisation o where o.municipality_id = m.id and is_cooperative)
	  and (select count(*) from organisation o where o.municipality_id = m.id) > 40`, 0},
	{"rows that are not synthetic", `select (select count(*) from organisation where not is_synthetic)
	  + (select count(*) from service where not is_synthetic) + (select count(*) from need where not is_synthetic)`, 0},
	{"services outside their seat's territory", `select count(*) from service s where location is not null
	  and not exists (select from municipality m where is_local and st_covers(m.boundary, s.location))`, 0},
	{"needs", `select count(*) from need where external_id ~ '^demo-[0-9]{6}$'`, demoNeeds},
	{"needs outside their municipality", `select count(*) from need n join municipality m on m.id = n.municipality_id
	  where not is_local or not st_covers(boundary, location)`, 0},
	{"points that must not be known", `select count(*) from need
	  where location is not null and location_kind in ('UNDISCLOSED', 'FICTITIOUS_RESIDENCE')`, 0},
	{"people answered against responses delivered", `select count(*) from need n where people_answered <>
	  coalesce((select sum(people) from response r where r.need_id = n.id and status = 'DELIVERED'), 0)`, 0},
	{"reports stored twice", `select count(*) from need_event where kind = 'REPORTED'`, 0},
	{"events before the report", `select count(*) from need n join need_event e on e.need_id = n.id where e.at < n.reported_at`, 0},
	{"statuses against events", `select count(*) from need n where status <> coalesce(
	  (select to_status from need_event e where e.need_id = n.id and to_status is not null order by at desc, id desc limit 1), 'REPORTED')`, 0},
	{"events that do not follow each other", `select count(*) from (
	  select from_status, lag(to_status) over (partition by need_id order by at, id) as before from need_event
	  where kind <> 'CONFIRMED') e where from_status <> coalesce(before, 'REPORTED')`, 0},
	{"suspensions that do not explain their need", `select count(*) from need n join suspension u on u.id = n.suspension_id
	  join service s on s.id = u.service_id
	  where s.field <> n.field or n.reported_on < u.from_day or n.reported_on > u.to_day or not exists
	    (select from service_area a where a.service_id = s.id and a.municipality_id = n.municipality_id)`, 0},
	{"rollup against needs", `select count(*) from (
	  (table need_rollup except table need_rollup_expected) union all
	  (table need_rollup_expected except table need_rollup)) different`, 0},
}

func TestDemoRows(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	counts := loadDemo(t, db, postgres.DemoOptions{Needs: demoNeeds, Seed: 1})
	for _, c := range demoRowCounts {
		if got := demoValue[int](t, db, c.query); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	got := postgres.DemoCounts{
		Municipalities: demoValue[int](t, db, `select count(*) from municipality`),
		Organisations:  demoValue[int](t, db, `select count(*) from organisation`),
		Services:       demoValue[int](t, db, `select count(*) from service`),
		Needs:          demoValue[int](t, db, `select count(*) from need`),
		Events:         demoValue[int](t, db, `select count(*) from need_event`),
		Responses:      demoValue[int](t, db, `select count(*) from response`),
	}
	if got != counts {
		t.Errorf("rows %+v, reported %+v", got, counts)
	}
	if _, err := db.ExecContext(t.Context(), `insert into organisation (is_cooperative, slug, name) values (true, 'next', 'Next')`); err != nil {
		t.Errorf("the next key is taken: %v", err)
	}
}
