package postgres_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func realFile(tb testing.TB, name string) string {
	tb.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("NEEDMAP_REQUIRE_SHARED") == "1" {
			tb.Fatalf("the shared data are required: %s", name)
		}
		tb.Skipf("the shared data are absent: %s was left out", name)
	}
	return path
}

func TestImportTerritoryOfLazio(t *testing.T) {
	t.Parallel()
	comuni, municipi := realFile(t, "lazio-comuni.geojson"), realFile(t, "roma-municipi.geojson")
	db := pgtest.New(t)
	if _, err := postgres.LoadDemo(t.Context(), db, postgres.DemoOptions{Needs: 2000}); err != nil {
		t.Fatal(err)
	}
	first := mustImport(t, db, comuni)
	if first.Changes.Replaced != 378 || len(first.StillSchematic) != 15 || len(first.Overlaps) != 0 {
		t.Errorf("comuni alone: %+v", first.Changes)
	}
	second := mustImport(t, db, municipi)
	if second.Changes.Replaced != 15 || len(second.StillSchematic) != 0 || second.Needs.Located == 0 {
		t.Errorf("municipi: %+v, needs %+v", second.Changes, second.Needs)
	}
	cut, added := 0.0, 0.0
	for _, f := range second.Fits {
		cut, added = cut+f.CutKm2, added+f.AddedKm2
		// Not exact: a new vertex on a long edge bends it off the geodesic.
		if math.Abs(f.BeforeKm2-f.CutKm2+f.AddedKm2-f.AfterKm2) > 1e-3 {
			t.Errorf("the areas of %s do not add up: %+v", f.Code, f)
		}
	}
	// The sources differ by 8.98 km² outside the comune and 7.43 km² inside it;
	// municipi V and VII overlap by some square metres.
	if math.Abs(cut-8.981) > 0.01 || math.Abs(added-7.433) > 0.01 {
		t.Errorf("cut %.3f km² and added %.3f km², want 8.981 and 7.433", cut, added)
	}
	checkPartition(t, db)
	misplaced := value[int](t, db, `select count(*) from need n join municipality m on m.id = n.municipality_id
		where n.location is not null and m.code is distinct from coalesce((select min(c.code collate "C") from municipality c
			where c.is_local and st_covers(c.boundary, n.location)), m.code)`)
	if misplaced != 0 || rollupDrift(t, db) != 0 {
		t.Errorf("%d needs are in the wrong municipality, %d cells of the rollup drifted", misplaced, rollupDrift(t, db))
	}
	before := fingerprint(t, db)
	if again := mustImport(t, db, comuni, municipi); again.Changes.Unchanged != 393 || fingerprint(t, db) != before {
		t.Errorf("importing all again wrote something: %+v", again.Changes)
	}
}

func checkPartition(t *testing.T, db *sqlx.DB) {
	t.Helper()
	for name, query := range map[string]string{
		"leaves overlap or leave gaps in Lazio": `select abs(1 - sum(st_area(l.boundary::geography)) / (select st_area(st_union(boundary)::geography)
			from municipality where kind = 'COMUNE')) from municipality l where is_local`,
		"municipi differ from Rome": `select st_area(st_symdifference(st_union(c.boundary), p.boundary)::geography) / st_area(p.boundary::geography)
			from municipality p join municipality c on c.parent_id = p.id group by p.boundary`,
		"municipi and Rome differ in area": `select abs(1 - sum(c.area_km2) / p.area_km2)
			from municipality p join municipality c on c.parent_id = p.id group by p.area_km2`,
	} {
		if share := value[float64](t, db, query); share > 1e-6 {
			t.Errorf("%s: %g of the area", name, share)
		}
	}
	if n := value[int](t, db, `select count(*) from municipality where not st_isvalid(boundary) or not st_covers(boundary, centroid)`); n != 0 {
		t.Errorf("%d boundaries are not valid or do not hold their centre", n)
	}
}

func TestImportTerritoryFromShapefileIsTheSame(t *testing.T) {
	t.Parallel()
	comuni, shapefile := realFile(t, "lazio-comuni.geojson"), realFile(t, "istat-comuni-lazio-utm32n.zip")
	db := pgtest.New(t)
	mustImport(t, db, comuni)
	execute(t, db, `create table other as select code, name, province_name, region_code, boundary from municipality`)
	report := mustImport(t, db, shapefile)
	if report.Files.Comuni != 378 || len(report.AreaChanges) != 0 {
		t.Errorf("%d comuni, areas changed: %+v", report.Files.Comuni, report.AreaChanges)
	}
	different := value[int](t, db, `select count(*) from municipality m full join other o using (code)
		where (m.name, m.province_name, m.region_code) is distinct from (o.name, o.province_name, o.region_code)
			or st_hausdorffdistance(m.boundary, o.boundary) > 2e-6`)
	if different != 0 {
		t.Errorf("%d of 378 comuni differ between the two files", different)
	}
}
