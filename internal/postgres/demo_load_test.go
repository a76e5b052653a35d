package postgres_test

import (
	"maps"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// demoTables are all tables that the demo writes.
var demoTables = []string{
	"municipality", "organisation", "partnership", "specialisation", "specialists", "service", "service_area",
	"suspension", "need", "need_event", "response", "need_rollup", "event", "event_need",
}

// demoDump is a digest of every row of each table, keys included.
func demoDump(t *testing.T, db *sqlx.DB) map[string]string {
	t.Helper()
	dump := map[string]string{}
	for _, table := range demoTables {
		dump[table] = demoValue[string](t, db, `select md5(string_agg((to_jsonb(r) - 'tx')::text, '|' order by r::text)) from `+table+` r`)
	}
	return dump
}

func TestDemoIsDeterministic(t *testing.T) {
	t.Parallel()
	first, second := pgtest.New(t), pgtest.New(t)
	options := postgres.DemoOptions{Needs: 800, Seed: 42}
	loadDemo(t, first, options)
	loadDemo(t, second, options)
	want := demoDump(t, first)
	if got := demoDump(t, second); !maps.Equal(got, want) {
		t.Errorf("two loads of one seed:\n%v\n%v", got, want)
	}
	loadDemo(t, second, postgres.DemoOptions{Needs: 700, Seed: 43, Replace: true})
	if got := demoDump(t, second); got["need"] == want["need"] || got["service"] == want["service"] || got["municipality"] != want["municipality"] {
		t.Errorf("another seed over the same territory:\n%v\n%v", got, want)
	}
	options.Replace = true
	loadDemo(t, second, options)
	if got := demoDump(t, second); !maps.Equal(got, want) {
		t.Errorf("the first seed again, in place of another:\n%v\n%v", got, want)
	}
}

func TestDemoLeavesOtherDataAlone(t *testing.T) {
	for _, c := range []struct {
		name, insert string
		replace      bool
		want         needmap.Code
	}{
		{"empty", ``, false, ""},
		{"demo", `insert into organisation (is_cooperative, slug, name, is_synthetic) values (true, 'a', 'A', true)`, false, needmap.CodeConflict},
		{"demo replaced", `insert into organisation (is_cooperative, slug, name, is_synthetic) values (true, 'a', 'A', true)`, true, ""},
		{"real organisation", `insert into organisation (is_cooperative, slug, name) values (true, 'a', 'A')`, true, needmap.CodeConflict},
		{"real service", `with o as (insert into organisation (is_cooperative, slug, name, is_synthetic) values (true, 'a', 'A', true) returning id)
			insert into service (organisation_id, name, field, status, provision, capacity) select id, 'S', 'MINORS', 'ACTIVE', 'PRIVATE', 1 from o`,
			true, needmap.CodeConflict},
		{"real need", oneSquare + `; insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind)
			select id, 'MINORS', 'KNOWN', 'REPORTED', 1, 1, now(), 'AREA' from municipality`, true, needmap.CodeConflict},
		{"real event", `insert into event (title, kind, on_day) values ('Tavolo', 'SEMINAR', '2026-01-01')`, true, needmap.CodeConflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := pgtest.New(t)
			if _, err := db.Exec(c.insert); err != nil {
				t.Fatal(err)
			}
			_, err := postgres.LoadDemo(t.Context(), db, postgres.DemoOptions{Needs: 5, Replace: c.replace})
			if needmap.ErrorCode(err) != c.want {
				t.Errorf("error %v, want code %q", err, c.want)
			}
			rows := demoValue[int](t, db, `select (select count(*) from organisation) + (select count(*) from need)`)
			if (rows == 686+5) != (c.want == "") {
				t.Errorf("%d organisations and needs after error %v", rows, err)
			}
		})
	}
}

const oneSquare = `insert into municipality (code, kind, name, province_code, province_name, region_code, region_name,
  boundary, area_km2, centroid, boundary_source, is_schematic)
values ('999001', 'COMUNE', 'Quadrato', '999', 'Prova', '99', 'Prova',
  st_multi(st_makeenvelope(10, 44, 10.1, 44.1, 4326)), 89, st_setsrid(st_makepoint(10.05, 44.05), 4326), 'test', false)`

func TestDemoKeepsTheTerritory(t *testing.T) {
	db := pgtest.New(t)
	if _, err := db.Exec(oneSquare); err != nil {
		t.Fatal(err)
	}
	if counts := loadDemo(t, db, postgres.DemoOptions{Needs: 200}); counts.Municipalities != 0 || counts.Needs != 200 {
		t.Errorf("counts %+v, want no municipality drawn and 200 needs", counts)
	}
	for _, c := range []demoCount{
		{"municipalities", `select count(*) from municipality`, 1},
		{"needs elsewhere", `select count(*) from need n join municipality m on m.id = n.municipality_id where not st_covers(boundary, location)`, 0},
		{"partners", `select count(*) from organisation where not is_cooperative`, 676},
	} {
		if got := demoValue[int](t, db, c.query); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestDemoCountIsBounded(t *testing.T) {
	for _, needs := range []int{-1, postgres.MaxDemoNeeds + 1} {
		_, err := postgres.LoadDemo(t.Context(), pgtest.New(t), postgres.DemoOptions{Needs: needs})
		if needmap.ErrorCode(err) != needmap.CodeInvalid {
			t.Errorf("%d needs: error %v, want INVALID", needs, err)
		}
	}
}

func TestHoldsNetwork(t *testing.T) {
	db := pgtest.New(t)
	for _, want := range []bool{false, true} {
		if got, err := postgres.HoldsNetwork(t.Context(), db); err != nil || got != want {
			t.Errorf("HoldsNetwork: %v, %v; want %v", got, err, want)
		}
		loadDemo(t, db, postgres.DemoOptions{Replace: true})
	}
}
