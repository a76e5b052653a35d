package postgres_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/ingest"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// geo writes a GeoJSON file of features and gives its path.
func geo(t *testing.T, features ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.geojson")
	text := `{"type": "FeatureCollection", "features": [` + strings.Join(features, ",") + `]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// comune is a feature of province 058 with one ring.
func comune(code, ring string) string {
	return fmt.Sprintf(`{"type": "Feature", "properties": {"com_istat_code": %q, "name": "C%s"},
		"geometry": {"type": "Polygon", "coordinates": [[%s]]}}`, code, code, ring)
}

// municipio is a feature for a municipio of 058001.
func municipio(number int, ring string) string {
	return fmt.Sprintf(`{"type": "Feature", "properties": {"com_istat_code": "058001", "municipio": %d},
		"geometry": {"type": "Polygon", "coordinates": [[%s]]}}`, number, ring)
}

// box is a counter-clockwise ring.
func box(west, south, east, north float64) string {
	return fmt.Sprintf("[%v,%v],[%v,%v],[%v,%v],[%v,%v],[%v,%v]",
		west, south, east, south, east, north, west, north, west, south)
}

func importTerritory(t *testing.T, db *sqlx.DB, dry bool, paths ...string) (*postgres.TerritoryReport, error) {
	t.Helper()
	found, problems, err := ingest.ReadTerritory(paths, ingest.TerritoryOptions{}, nil)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	in := postgres.TerritoryImport{DryRun: dry}
	for _, b := range found {
		in.Boundaries = append(in.Boundaries, postgres.TerritoryBoundary(b))
	}
	return postgres.ImportTerritory(t.Context(), db, in)
}

func mustImport(t *testing.T, db *sqlx.DB, paths ...string) *postgres.TerritoryReport {
	t.Helper()
	report, err := importTerritory(t, db, false, paths...)
	if err != nil {
		t.Fatalf("%v: %+v", err, report)
	}
	return report
}

func value[T any](t *testing.T, db *sqlx.DB, query string, args ...any) T {
	t.Helper()
	var v T
	if err := db.Get(&v, query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func execute(t *testing.T, db *sqlx.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// fingerprint changes with any row written, even to the same values.
func fingerprint(t *testing.T, db *sqlx.DB) string {
	t.Helper()
	return value[string](t, db, `select concat((select version from territory_version), ' ',
		(select string_agg(concat(code, xmin), ' ' order by code) from municipality), ' ',
		(select string_agg(concat(id, xmin), ' ' order by id) from need))`)
}

func TestImportTerritoryTwoSquares(t *testing.T) {
	db := pgtest.New(t)
	// The second is clockwise and has heights.
	path := geo(t, comune("058001", box(12, 42, 12.02, 42.02)),
		comune("058002", "[12.02,42,5],[12.02,42.02,5],[12.04,42.02,5],[12.04,42,5],[12.02,42,5]"))
	before := fingerprint(t, db)
	report, err := importTerritory(t, db, true, path)
	if err != nil || !report.DryRun || report.Changes.Added != 2 {
		t.Fatalf("dry run: %v, %+v", err, report)
	}
	if after := fingerprint(t, db); after != before {
		t.Error("a dry run wrote something")
	}
	if report = mustImport(t, db, path); report.Changes.Added != 2 || len(report.Repairs)+len(report.Overlaps) != 0 {
		t.Errorf("first import: %+v", report)
	}
	got := value[string](t, db, `select string_agg(concat_ws(' ', code, kind, province_code, province_acronym, province_name,
		region_code, region_name, boundary_source, is_schematic, is_local, st_ispolygonccw(boundary), st_ndims(boundary),
		st_covers(boundary, centroid)), E'\n' order by code) from municipality`)
	want := "058001 COMUNE 058 RM Roma 12 Lazio test.geojson f t t 2 t\n058002 COMUNE 058 RM Roma 12 Lazio test.geojson f t t 2 t"
	if got != want {
		t.Errorf("stored:\n%s\nwant:\n%s", got, want)
	}
	before = fingerprint(t, db)
	if report = mustImport(t, db, path); report.Changes.Unchanged != 2 || report.Changes.Changed+report.Changes.Added != 0 {
		t.Errorf("second import: %+v", report.Changes)
	}
	if after := fingerprint(t, db); after != before {
		t.Errorf("importing the same twice wrote something:\n%s\n%s", before, after)
	}
}

func TestImportTerritoryRefuses(t *testing.T) {
	whole := box(12, 42, 12.02, 42.02)
	for _, tt := range []struct {
		name     string
		features []string
		want     []string
	}{
		{"a code twice", []string{comune("058001", whole), comune("058001", box(13, 42, 13.1, 42.1))},
			[]string{"feature 2 of test.geojson|the code stands already at feature 1"}},
		{"a boundary twice, from another corner", []string{comune("058001", whole),
			comune("058002", "[12.02,42],[12.02,42.02],[12,42.02],[12,42],[12.02,42]")},
			[]string{"feature 2 of test.geojson|the same boundary as 058001"}},
		{"a municipio without its comune", []string{municipio(1, whole)},
			[]string{"feature 1 of test.geojson|its comune 058001 is neither in the files nor in the database"}},
		{"a bow-tie of two equal halves", []string{comune("058001", "[12,42],[12.02,42.02],[12.02,42],[12,42.02],[12,42]")},
			[]string{"feature 1 of test.geojson|crossed or doubled"}},
		{"a line there and back", []string{comune("058001", "[12,42],[12.02,42.02],[12,42],[12,42]")},
			[]string{"feature 1 of test.geojson|nothing with an area"}},
		{"a region nobody knows", []string{comune("099001", whole)},
			[]string{"feature 1 of test.geojson|its region is not known"}},
		{"half of the municipi", []string{comune("058001", whole), municipio(1, box(12, 42, 12.01, 42.02))},
			[]string{"feature 0 of |leave 50.0 % of it uncovered"}},
		{"a municipio elsewhere", []string{comune("058001", whole), municipio(1, whole), municipio(2, box(13, 42, 13.01, 42.02))},
			[]string{"feature 3 of test.geojson|nothing of it lies in its comune 058001"}},
		{"all that is bad, not only the first", []string{comune("058001", whole), comune("099001", box(13, 42, 13.1, 42.1)), municipio(1, whole),
			comune("058001", box(14, 42, 14.1, 42.1))},
			[]string{"feature 2 of test.geojson|its region", "feature 4 of test.geojson|stands already"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := pgtest.New(t)
			before := fingerprint(t, db)
			report, err := importTerritory(t, db, false, geo(t, tt.features...))
			if needmap.ErrorCode(err) != needmap.CodeInvalid {
				t.Fatalf("error %v, want INVALID", err)
			}
			if len(report.Problems) != len(tt.want) {
				t.Fatalf("problems %+v, want %q", report.Problems, tt.want)
			}
			for i, p := range report.Problems {
				where, why, _ := strings.Cut(tt.want[i], "|")
				if fmt.Sprintf("feature %d of %s", p.Feature, p.File) != where || !strings.Contains(p.Reason, why) {
					t.Errorf("problem %+v, want %q", p, tt.want[i])
				}
			}
			if after := fingerprint(t, db); after != before {
				t.Error("a refused file wrote something")
			}
		})
	}
}

func TestImportTerritoryReportsFlaws(t *testing.T) {
	db := pgtest.New(t)
	// A square of 0.02 degree whose upper edge crosses itself in a spike of
	// 0.0002 by 0.0002, and a neighbour that lies 0.001 degree over it.
	report := mustImport(t, db, geo(t,
		comune("058001", "[12,42],[12.02,42],[12.02,42.02],[12.0102,42.02],[12.01,42.0202],[12.01,42.0198],[12.0098,42.02],[12,42.02],[12,42]"),
		comune("058002", box(12.019, 42, 12.04, 42.02))))
	if len(report.Repairs) != 0 { // only bent, not crossed
		t.Errorf("repairs %+v of a valid boundary", report.Repairs)
	}
	if len(report.Overlaps) != 1 || report.Overlaps[0].Code != "058001" || report.Overlaps[0].OtherCode != "058002" {
		t.Fatalf("overlaps %+v, want 058001 with 058002", report.Overlaps)
	}
	// 0.001 by 0.02 degree at 42° N: about 82.8 m by 2,221 m.
	if m2 := report.Overlaps[0].M2; m2 < 183_000 || m2 > 185_000 {
		t.Errorf("the overlap has %.0f m², want about 184,000", m2)
	}
	report = mustImport(t, db, geo(t, comune("058001",
		"[12,42],[12.02,42],[12.02,42.02],[12.0099,42.02],[12.0101,42.0202],[12.0099,42.0202],[12.0101,42.02],[12,42.02],[12,42]")))
	if len(report.Repairs) != 1 || report.Repairs[0].Feature != 1 || !strings.Contains(report.Repairs[0].Flaw, "Self-intersection") {
		t.Errorf("repairs %+v, want the crossed boundary", report.Repairs)
	}
	if !value[bool](t, db, `select bool_and(st_isvalid(boundary)) from municipality`) {
		t.Error("an invalid boundary was stored")
	}
}

func TestImportTerritoryReferenceSystems(t *testing.T) {
	db := pgtest.New(t)
	file := func(crs string) string {
		path := filepath.Join(t.TempDir(), "utm.geojson")
		text := fmt.Sprintf(`{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": %q}}, "features": [%s]}`,
			crs, comune("058001", box(500000, 4650000, 501000, 4651000)))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// One square kilometre at the central meridian, 9° E in zone 32 and 15° E in
	// zone 33; the scale there is 0.9996, so on the ground it has 1/0.9996² km².
	for crs, west := range map[string]float64{"EPSG:32632": 9, "urn:ogc:def:crs:EPSG::32632": 9, "EPSG:6708": 15} {
		mustImport(t, db, file(crs))
		if got := value[float64](t, db, `select st_xmin(boundary) from municipality`); got < west-1e-6 || got > west+1e-6 {
			t.Errorf("%s: western edge at %v, want %v", crs, got, west)
		}
		if got := value[float64](t, db, `select area_km2 from municipality`); got < 1.0007 || got > 1.0009 {
			t.Errorf("%s: %v km², want 1.0008", crs, got)
		}
	}
	_, err := importTerritory(t, db, false, file("EPSG:999999"))
	if needmap.ErrorCode(err) != needmap.CodeInvalid || !strings.Contains(err.Error(), "utm.geojson") {
		t.Errorf("an unknown reference system gives %v, want INVALID naming the file", err)
	}
}

func TestImportTerritoryPopulation(t *testing.T) {
	db := pgtest.New(t)
	mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.02, 42.02))))
	in := postgres.TerritoryImport{Population: []postgres.TerritoryPopulation{
		{Line: 2, Code: "058001", People: 1234, Year: 2011, Source: "census"}, {Line: 3, Code: "058009", People: 1, Year: 2011},
	}}
	report, err := postgres.ImportTerritory(t.Context(), db, in)
	if err != nil || report.Changes.Populated != 1 || fmt.Sprint(report.UnknownCodes) != "[058009]" {
		t.Fatalf("%v, %+v", err, report)
	}
	got := value[string](t, db, `select concat_ws(' ', population, population_year, population_source) from municipality`)
	if got != "1234 2011 census" {
		t.Errorf("stored %q", got)
	}
	before := fingerprint(t, db)
	if _, err = postgres.ImportTerritory(t.Context(), db, in); err != nil || fingerprint(t, db) != before {
		t.Errorf("the same population twice wrote something: %v", err)
	}
}
