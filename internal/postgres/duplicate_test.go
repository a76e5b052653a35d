package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// reportedAs is a need in municipality 1 with a change.
func reportedAs(change func(*needmap.Need)) *needmap.Need {
	n := lacking(1, 2)
	words := "Accompagnamento alle visite mediche"
	n.Summary = &words
	change(n)
	return n
}

// at gives a need a point so many metres north of 11.05, 41.05: there a degree of
// latitude has 111,063 m.
func at(n *needmap.Need, metres float64) {
	n.Location, n.LocationKind = &orb.Point{11.05, 41.05 + metres/111_063}, needmap.LocationExact
}

// TestDuplicatesFound has one neighbour of each kind beside a need with a point.
func TestDuplicatesFound(t *testing.T) {
	db, store := collecting(t)
	words := func(text string) *string { return &text }
	for _, c := range []struct {
		name   string
		change func(*needmap.Need)
		after  string // what happens to it then
		want   string // metres, days and wording of the candidate, "" for none
	}{
		{"the same", func(n *needmap.Need) { at(n, 0) }, "", "0 0 1.00"},
		{"400 m away", func(n *needmap.Need) { at(n, 400) }, "", "400 0 1.00"},
		{"499 m away", func(n *needmap.Need) { at(n, 499) }, "", "499 0 1.00"},
		{"501 m away", func(n *needmap.Need) { at(n, 501) }, "", ""},
		{"over the border", func(n *needmap.Need) { at(n, 20); n.MunicipalityID = 2 }, "", "20 0 1.00"},
		{"without a point", func(*needmap.Need) {}, "", "<nil> 0 1.00"},
		{"of a secret place", func(n *needmap.Need) { n.LocationKind = needmap.LocationUndisclosed }, "", "<nil> 0 1.00"},
		{"without a point elsewhere", func(n *needmap.Need) { n.MunicipalityID = 2 }, "", ""},
		{"of another field", func(n *needmap.Need) { at(n, 0); n.Field = needmap.FieldMinors }, "", ""},
		{"10 days before", func(n *needmap.Need) { at(n, 0); n.ReportedAt = n.ReportedAt.AddDate(0, 0, -10) }, "", "0 10 1.00"},
		{"60 days after", func(n *needmap.Need) { at(n, 0); n.ReportedAt = n.ReportedAt.AddDate(0, 0, 60) }, "", "0 60 1.00"},
		{"61 days before", func(n *needmap.Need) { at(n, 0); n.ReportedAt = n.ReportedAt.AddDate(0, 0, -61) }, "", ""},
		// Stems: accompagn, vis, med; dializ. Two in common of three and three.
		{"in other words", func(n *needmap.Need) { at(n, 0); n.Summary = words("Accompagnare alla visita per la dialisi") }, "", "0 0 0.67"},
		{"in stop words", func(n *needmap.Need) { at(n, 0); n.Summary = words("e di con") }, "", "0 0 <nil>"},
		{"without words", func(n *needmap.Need) { at(n, 0); n.Summary = nil }, "", "0 0 <nil>"},
		{"closed", func(n *needmap.Need) { at(n, 0) }, `update need set status = 'CLOSED' where id = $1`, ""},
		{"merged", func(n *needmap.Need) { at(n, 0) }, `update need set status = 'REJECTED', merged_into = 1 where id = $1`, ""},
		{"in progress", func(n *needmap.Need) { at(n, 0) }, `update need set status = 'IN_PROGRESS' where id = $1`, "0 0 1.00"},
	} {
		execute(t, db, `truncate need_event, response, event_need, need restart identity`)
		own := mustReport(t, store, reportedAs(func(n *needmap.Need) { at(n, 0) }))[0]
		other := mustReport(t, store, reportedAs(c.change))[0]
		if c.after != "" {
			execute(t, db, c.after, other)
		}
		if got := candidates(t, store, byCoordinator("").Access, own); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// candidates tells the likely duplicates of a need.
func candidates(t *testing.T, store *postgres.Store, access needmap.Access, id int64) string {
	t.Helper()
	found, err := store.Duplicates(t.Context(), access, []int64{id})
	if err != nil {
		t.Fatal(err)
	}
	words := []string{}
	for _, c := range found[id] {
		metres, wording := "<nil>", "<nil>"
		if c.DistanceMetres != nil {
			metres = fmt.Sprintf("%.0f", *c.DistanceMetres)
		}
		if c.Wording != nil {
			wording = fmt.Sprintf("%.2f", *c.Wording)
		}
		words = append(words, fmt.Sprintf("%s %d %s", metres, c.Days, wording))
	}
	return strings.Join(words, ", ")
}

// TestDuplicatesInScope shows a caller no candidate that it may not see.
func TestDuplicatesInScope(t *testing.T) {
	_, store := collecting(t)
	b := 2
	mustReport(t, store,
		reportedAs(func(n *needmap.Need) { at(n, 0) }),
		reportedAs(func(n *needmap.Need) { at(n, 100); n.MunicipalityID = 2 }),
		reportedAs(func(n *needmap.Need) { at(n, 200); n.MunicipalityID = 3; n.ReportedByID = &b }))
	atlas := needmap.NewAtlas([]*needmap.Municipality{{ID: 1, Code: "1", IsLocal: true}, {ID: 2, Code: "2", IsLocal: true}, {ID: 3, Code: "3", IsLocal: true}})
	for _, c := range []struct {
		viewer needmap.Viewer
		want   string
	}{
		{needmap.Viewer{Role: needmap.RoleCoordinator}, "100 0 1.00, 200 0 1.00"},
		{needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"1"}}, ""},
		{needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"1", "2"}}, "100 0 1.00"},
		{needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"1"}, OrganisationIDs: []int{2}}, "200 0 1.00"},
		{needmap.Viewer{Role: needmap.RoleAnalyst}, ""},
	} {
		access, err := c.viewer.Access(atlas)
		if err != nil {
			t.Fatal(err)
		}
		if got := candidates(t, store, access, 1); got != c.want {
			t.Errorf("%s of %v: %q, want %q", c.viewer.Role, c.viewer.Municipalities, got, c.want)
		}
	}
}

// TestDuplicatesUseIndexes reads the plan among many needs.
func TestDuplicatesUseIndexes(t *testing.T) {
	db, _ := collecting(t)
	execute(t, db, `
insert into need (municipality_id, field, origin, status, severity, people, reported_at, location, location_kind, summary)
select 1 + g % 4, (enum_range(null::field_of_intervention))[1 + g % 5], 'KNOWN', 'REPORTED', 3, 1,
  timestamptz '2020-01-01' + g * interval '1 hour', case when g % 2 = 0 then st_setsrid(st_makepoint(11 + (g % 997) * 0.0004, 41 + (g % 991) * 0.0001), 4326) end,
  case when g % 2 = 0 then 'EXACT' else 'AREA' end::location_kind, 'Serve aiuto numero ' || g
from generate_series(1, 20000) g`)
	execute(t, db, `analyze need`)
	plan := explain(t, db, postgres.LikelyStatement(byCoordinator("").Access))
	for _, index := range []string{"need_location", "need_in_municipality", "need_pkey"} {
		if !strings.Contains(plan, index) {
			t.Errorf("the index %s is not used:\n%s", index, plan)
		}
	}
	if strings.Contains(plan, "Seq Scan on need") {
		t.Errorf("every need is read:\n%s", plan)
	}
}

func explain(t *testing.T, db *sqlx.DB, statement string) string {
	t.Helper()
	tx, err := db.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`set local plan_cache_mode = force_generic_plan`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`prepare likely as ` + statement); err != nil {
		t.Fatal(err)
	}
	var lines []string
	if err := tx.Select(&lines, `explain execute likely('{5000}', 60, 500)`); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// TestDuplicatesOfManyAtOnce asks for many needs in one statement.
func TestDuplicatesOfManyAtOnce(t *testing.T) {
	_, store := collecting(t)
	needs := make([]*needmap.Need, 200)
	for i := range needs {
		needs[i] = reportedAs(func(n *needmap.Need) {
			at(n, float64(i%100)*1100)
			n.ReportedAt = n.ReportedAt.Add(time.Duration(i) * time.Minute)
		})
	}
	ids := mustReport(t, store, needs...)
	found, err := store.Duplicates(t.Context(), byCoordinator("").Access, ids)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if list := found[id]; len(list) != 1 || list[0].NeedID != ids[(i+100)%200] {
			t.Errorf("row %d: %+v", i, list)
		}
	}
}
