package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// examined gives the findings of every check, with the check's name before each.
func examined(t *testing.T, db *sqlx.DB) []string {
	t.Helper()
	findings := []string{}
	for _, check := range postgres.NewDoctor(db).Checks() {
		diagnosis, err := check.Run(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", check.Name, err)
		}
		if diagnosis.Detail == "" {
			t.Errorf("%s says nothing of what it looked at", check.Name)
		}
		for _, finding := range diagnosis.Findings {
			findings = append(findings, check.Name+": "+finding)
		}
	}
	return findings
}

func TestDoctorOfAHealthyDatabase(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if findings := examined(t, db); len(findings) > 0 {
		t.Errorf("of an empty database: %v", findings)
	}
	loadDemo(t, db, postgres.DemoOptions{Needs: 1500, Seed: demo.DefaultSeed})
	if findings := examined(t, db); len(findings) > 0 {
		t.Errorf("of the demo: %v", findings)
	}
	execute(t, db, `delete from need_event; delete from response; delete from event_need; delete from need where id % 2 = 0`)
	if findings := examined(t, db); len(findings) > 0 {
		t.Errorf("after deletions, which leave cells of zeros: %v", findings)
	}
}

// patient is a small database without a finding: two cooperatives, of which one
// offers an active service, a partner, and needs.
const patient = `
insert into organisation (is_cooperative, slug, name, partner_kind) values (true, 'a', 'A', null), (true, 'b', 'B', null), (false, 'p', 'P', 'SCHOOL');
insert into partnership values (3, 1);
insert into service (organisation_id, name, field, status, provision, capacity) values (1, 'S', 'MINORS', 'ACTIVE', 'PRIVATE', 1);
insert into service_area values (1, 1);
insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location, location_kind)
select id, 'MINORS', 'KNOWN', 'REPORTED', 3, 5, 2, '2024-02-01', centroid, 'EXACT' from municipality;
insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values (1, 1, 2, 'DELIVERED', now(), now());`

// TestDoctorFinds breaks one thing at a time.
func TestDoctorFinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, breaks, finding string }{
		{"nothing", `select 1`, ""},
		{"drift", `alter table need disable trigger need_rollup_update; update need set people = 6 where id = 1; alter table need enable trigger need_rollup_update`,
			"rollup: 3 cells of the rollup differ from the needs"},
		{"a cell too many", `insert into need_rollup select (r).* from (select r from need_rollup r limit 1) x on conflict do nothing;
			update need_rollup set needs = needs + 1 where municipality_id = 1`, "rollup: 3 cells of the rollup differ from the needs"},
		{"people in a cell without needs", `delete from need where id = 2; update need_rollup set people = 7 where municipality_id = 2`, "rollup: 3 cells of the rollup differ from the needs"},
		{"a trigger switched off", `alter table need disable trigger need_rollup_delete`, "rollup: 3 of the 4 triggers that keep the rollup are switched on"},
		{"a trigger dropped", `drop trigger need_rollup_truncate on need`, "rollup: 3 of the 4 triggers that keep the rollup are switched on"},
		{"a trigger of the services dropped", `drop trigger supply_changed on suspension`,
			"services in memory: 2 of the 3 triggers are switched on that tell servers when services change"},
		{"a missing index", `drop index need_newest`, "indexes: the index need_newest is missing"},
		{"an index that is not valid", `update pg_index set indisvalid = false where indexrelid = 'need_summary'::regclass`, "indexes: the index need_summary is not valid: REINDEX it"},
		{"a migration behind", `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`, "migrations: the schema is at version"},
		{"a need in a parent", `update municipality set kind = 'MUNICIPIO', parent_id = 1 where id = 2; update municipality set is_local = false where id = 1; delete from service_area; update service set status = 'CLOSED'`,
			"orphaned rows: 1 needs in a municipality that is not local"},
		{"a point elsewhere", `update need set location = (select centroid from municipality m where m.id <> municipality_id order by id limit 1) where id = 2`,
			"orphaned rows: 1 needs whose point lies in another municipality than their own"},
		{"a point outside all", `update need set location = st_translate(location, 5, 0) where id = 2`, ""},
		{"a service in a parent", `update municipality set kind = 'MUNICIPIO', parent_id = 1 where id = 2; update municipality set is_local = false where id = 1; delete from response; delete from need where municipality_id = 1`,
			"orphaned rows: 1 services that serve a municipality that is not local"},
		{"an active service nowhere", `delete from service_area`, "orphaned rows: 1 active services that serve no municipality"},
		{"a partner alone", `delete from partnership`, "orphaned rows: 1 partners that are joined to no cooperative"},
		{"a partnership of cooperatives", `insert into partnership values (2, 1)`, "orphaned rows: 1 partnerships that do not join a partner to a cooperative"},
		{"answers that were not counted", `update need set people_answered = 1 where id = 1`, "orphaned rows: 1 needs with fewer people answered than their delivered responses say"},
		{"too many promises", `insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values
			(1, 1, 2, 'ACCEPTED', now(), now()), (1, 2, 2, 'PROPOSED', now(), now())`,
			"orphaned rows: 1 needs with more people answered and promised than they have"},
		{"promises for all the rest", `insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values
			(1, 1, 3, 'ACCEPTED', now(), now())`, ""},
		{"a place held twice", `insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at) values
			(1, 1, 1, 1, 'ACCEPTED', now(), now()), (2, 1, 1, 1, 'PROPOSED', now(), now())`,
			"orphaned rows: 1 services with more places held than they have"},
		{"a place held and given back", `insert into response (need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at) values
			(1, 1, 1, 1, 'ACCEPTED', null, now(), now()), (2, 1, 1, 1, 'DELIVERED', null, now(), now()), (2, 1, 1, 1, 'DECLINED', 'No', now(), now())`, ""},
		{"a leaf with others below it", `update municipality set kind = 'MUNICIPIO', parent_id = 1 where id = 2`, "orphaned rows: 1 municipalities marked local that have others below them, or the reverse"},
		{"a parent of nothing", `update municipality set is_local = false where id = 2; delete from need where municipality_id = 2`,
			"orphaned rows: 1 municipalities marked local that have others below them, or the reverse"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := pgtest.New(t)
			insertSquares(t, db, 2)
			execute(t, db, patient)
			execute(t, db, c.breaks)
			findings := examined(t, db)
			found := slices.ContainsFunc(findings, func(f string) bool { return strings.HasPrefix(f, c.finding) })
			if c.finding == "" && len(findings) > 0 || c.finding != "" && (!found || len(findings) != 1) {
				t.Errorf("found %q, want %q alone", findings, c.finding)
			}
		})
	}
}

// TestDoctorWithoutPostGIS has nothing to look at.
func TestDoctorWithoutPostGIS(t *testing.T) {
	db := pgtest.New(t)
	execute(t, db, `drop extension postgis cascade`)
	diagnosis, err := postgres.NewDoctor(db).Checks()[0].Run(t.Context())
	if err != nil || len(diagnosis.Findings) != 1 || !strings.Contains(diagnosis.Findings[0], "PostGIS does not answer") {
		t.Errorf("%+v, %v", diagnosis, err)
	}
}
