package postgres_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/pgtest"
)

// extent gives a boundary's box when the boundary fills it, "" when not.
func extent(t *testing.T, db *sqlx.DB, code string) string {
	t.Helper()
	return value[string](t, db, `select case
		when st_area(st_symdifference(boundary, st_envelope(boundary))) < 1e-12
		then format('%s %s %s %s', round(st_xmin(boundary)::numeric, 6), round(st_ymin(boundary)::numeric, 6),
			round(st_xmax(boundary)::numeric, 6), round(st_ymax(boundary)::numeric, 6))
		else '' end from municipality where code = $1`, code)
}

func TestImportTerritoryFitsMunicipi(t *testing.T) {
	whole := comune("058001", box(12, 42, 12.02, 42.02))
	for _, tt := range []struct {
		name        string
		first, rest string // municipi 1 and 2
		border      string // where they should meet, as longitude
		cut, added  [2]float64
	}{
		// Degrees of longitude; shares are of the comune's width, 0.02.
		{"exactly there", box(12, 42, 12.01, 42.02), box(12.01, 42, 12.02, 42.02), "12.010000", [2]float64{}, [2]float64{}},
		{"a gap goes to the nearest", box(12, 42, 12.0096, 42.02), box(12.0104, 42, 12.02, 42.02), "12.010000",
			[2]float64{}, [2]float64{0.0004, 0.0004}},
		{"an overlap goes to the lowest code", box(12, 42, 12.0102, 42.02), box(12.0098, 42, 12.02, 42.02), "12.010200",
			[2]float64{0, 0.0004}, [2]float64{}},
		{"what sticks out is cut, what falls short is filled", box(11.999, 42, 12.01, 42.02), box(12.01, 42, 12.0196, 42.02), "12.010000",
			[2]float64{0.001, 0}, [2]float64{0, 0.0004}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := pgtest.New(t)
			report := mustImport(t, db, geo(t, whole, municipio(1, tt.first), municipio(2, tt.rest)))
			if got, want := extent(t, db, "058001-01"), "12.000000 42.000000 "+tt.border+" 42.020000"; got != want {
				t.Errorf("the first covers %q, want %q", got, want)
			}
			if got, want := extent(t, db, "058001-02"), tt.border+" 42.000000 12.020000 42.020000"; got != want {
				t.Errorf("the second covers %q, want %q", got, want)
			}
			if leaf := value[bool](t, db, `select is_local from municipality where code = '058001'`); leaf {
				t.Error("a comune with municipi is still a leaf")
			}
			width := value[float64](t, db, `select area_km2 from municipality where code = '058001'`) / 0.02
			for i, fit := range report.Fits {
				if math.Abs(fit.CutKm2-tt.cut[i]*width) > 1e-4 || math.Abs(fit.AddedKm2-tt.added[i]*width) > 1e-4 {
					t.Errorf("%s: cut %.5f and added %.5f km², want %.5f and %.5f", fit.Code, fit.CutKm2, fit.AddedKm2,
						tt.cut[i]*width, tt.added[i]*width)
				}
			}
		})
	}
}

func TestImportTerritoryStretchesSchematicMunicipi(t *testing.T) {
	db := pgtest.New(t)
	mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.02, 42.02)),
		municipio(1, box(12, 42, 12.01, 42.02)), municipio(2, box(12.01, 42, 12.02, 42.02))))
	execute(t, db, `update municipality set is_schematic = true`)
	report := mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.03, 42.02))))
	if got, want := extent(t, db, "058001-02"), "12.010000 42.000000 12.030000 42.020000"; got != want {
		t.Errorf("the second municipio covers %q, want %q", got, want)
	}
	if fmt.Sprint(report.StillSchematic) != "[058001-01 058001-02]" || report.Changes.Replaced != 1 {
		t.Errorf("report %+v", report)
	}
	execute(t, db, `update municipality set is_schematic = true`)
	refused, err := importTerritory(t, db, false, geo(t, municipio(1, box(12, 42, 12.02, 42.02))))
	if err == nil || !strings.Contains(refused.Problems[0].Reason, "still schematic") {
		t.Errorf("official municipi in a schematic comune: %v, %+v", err, refused)
	}
}

func TestImportTerritoryMovesNeeds(t *testing.T) {
	db := pgtest.New(t)
	mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.02, 42.02)), comune("058002", box(12.02, 42, 12.04, 42.02))))
	execute(t, db, `update municipality set is_schematic = true`)
	for _, n := range []struct{ external, code, point string }{
		{"stays", "058002", "point(12.03 42.01)"},
		{"moves", "058002", "point(12.025 42.01)"},
		{"on the border", "058002", "point(12.03 42.005)"},
		{"outside", "058002", "point(12.04 42.01)"},
		{"on the municipi's border", "058001", "point(12.01 42.01)"},
		{"without a point", "058001", ""},
		{"without a point, elsewhere", "058002", ""},
	} {
		execute(t, db, `insert into need (external_id, municipality_id, field, origin, status, severity, people, reported_at, location, location_kind)
			select $1, id, 'MINORS', 'KNOWN', 'REPORTED', 3, 1, '2026-01-01', st_geomfromtext(nullif($3, ''), 4326), 'AREA'
			from municipality where code = $2`, n.external, n.code, n.point)
	}
	execute(t, db, `insert into organisation (is_cooperative, slug, name) values (true, 'a', 'A');
		insert into service (organisation_id, name, field, status, provision, capacity) select id, 'S', 'MINORS', 'ACTIVE', 'PRIVATE', 1 from organisation;
		insert into service_area select s.id, m.id from service s, municipality m`)
	// The border between the comuni moves east by 0.008, the second ends at 12.035.
	report := mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.028, 42.02)), comune("058002", box(12.028, 42, 12.035, 42.02)),
		municipio(1, box(12, 42, 12.01, 42.02)), municipio(2, box(12.01, 42, 12.028, 42.02))))
	got := value[string](t, db, `select string_agg(concat_ws(' ', external_id, m.code, n.version), '; ' order by n.id)
		from need n join municipality m on m.id = n.municipality_id`)
	want := "stays 058002 1; moves 058001-02 2; on the border 058002 1; outside 058002 1; " +
		"on the municipi's border 058001-01 2; without a point 058001 1; without a point, elsewhere 058002 1"
	if got != want {
		t.Errorf("needs are at\n%s\nwant\n%s", got, want)
	}
	outside := value[int64](t, db, `select id from need where external_id = 'outside'`)
	if n := report.Needs; n.Located != 5 || n.Moved != 2 || n.OnParent != 1 || fmt.Sprint(n.Outside) != fmt.Sprint([]int64{outside}) {
		t.Errorf("report on needs: %+v", n)
	}
	areas := value[string](t, db, `select string_agg(code, ' ' order by code) from service_area a join municipality m on m.id = a.municipality_id`)
	if areas != "058001-01 058001-02 058002" || report.ServiceAreas != 2 {
		t.Errorf("the service serves %s, %d added", areas, report.ServiceAreas)
	}
	if drift := rollupDrift(t, db); drift != 0 {
		t.Errorf("%d cells of the rollup drifted", drift)
	}
}

// rollupDrift counts cells in which the rollup and the needs differ.
func rollupDrift(t *testing.T, db *sqlx.DB) int {
	t.Helper()
	return value[int](t, db, `select count(*) from (
		(select * from need_rollup_expected except select * from need_rollup)
		union all (select * from need_rollup where needs <> 0 except select * from need_rollup_expected)) drift`)
}

func TestImportTerritoryBorderNeedGoesToLowestCode(t *testing.T) {
	db := pgtest.New(t)
	mustImport(t, db, geo(t, comune("058002", box(12, 42, 12.04, 42.02))))
	execute(t, db, `insert into need (municipality_id, field, origin, status, severity, people, reported_at, location, location_kind)
		select id, 'MINORS', 'KNOWN', 'REPORTED', 3, 1, '2026-01-01', 'srid=4326;point(12.02 42.01)', 'AREA' from municipality`)
	mustImport(t, db, geo(t, comune("058001", box(12.02, 42, 12.04, 42.02)), comune("058002", box(12, 42, 12.02, 42.02))))
	if got := value[string](t, db, `select code from need n join municipality m on m.id = n.municipality_id`); got != "058001" {
		t.Errorf("a need on the border is in %s, want the lowest code 058001", got)
	}
}
