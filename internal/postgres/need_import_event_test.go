package postgres_test

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// importedNeed is a need as a file has it.
func importedNeed(key string, change func(*needmap.Need)) needmap.Need {
	n := *lacking(1, 10)
	n.ExternalID = key
	if change != nil {
		change(&n)
	}
	return n
}

// lastEvents tells the last event of each need that an import knows: who, what,
// the version, the statuses, and the values before and after.
func lastEvents(t *testing.T, db *sqlx.DB) string {
	t.Helper()
	return ask[string](t, db, `
select coalesce(string_agg(concat_ws(' ', n.external_id, e.actor, coalesce(e.actor_role::text, '-'), e.kind, e.version,
  concat(e.from_status, '>', e.to_status), e.before, e.after), E'\n' order by n.external_id), '')
from need n join lateral (select * from need_event where need_id = n.id order by id desc limit 1) e on true
where n.external_id is not null`)
}

// TestImportsAreTold: new needs with all their values, others with what changed.
func TestImportsAreTold(t *testing.T) {
	db, _ := collecting(t)
	a := importedNeed("a", nil)
	b := importedNeed("b", func(n *needmap.Need) { n.Status, n.PeopleAnswered, n.ReportedByID = needmap.StatusMet, 10, new(2) })
	mustImportNeeds(t, db, []needmap.Need{a, b})
	want := `a import - REPORTED 1 >REPORTED {} {"field": "ELDERLY", "origin": "KNOWN", "people": "10", "status": "REPORTED", "severity": "3", "reportedAt": "2026-03-01T08:00:00Z", "locationKind": "AREA", "municipality": "056000", "peopleAnswered": "0"}
b import - REPORTED 1 >MET {} {"field": "ELDERLY", "origin": "KNOWN", "people": "10", "status": "MET", "severity": "3", "reportedAt": "2026-03-01T08:00:00Z", "reportedBy": "b", "locationKind": "AREA", "municipality": "056000", "peopleAnswered": "10"}`
	if got := lastEvents(t, db); got != want {
		t.Errorf("new:\n%s\nwant\n%s", got, want)
	}
	a.Severity, a.MunicipalityID, b.Status = 5, 2, needmap.StatusReported
	mustImportNeeds(t, db, []needmap.Need{a, b})
	want = `a import - UPDATED 2 > {"severity": "3", "municipality": "056000"} {"severity": "5", "municipality": "056001"}
b import - STATUS_CHANGED 2 MET>REPORTED {"status": "MET"} {"status": "REPORTED"}`
	if got := lastEvents(t, db); got != want {
		t.Errorf("changed:\n%s\nwant\n%s", got, want)
	}
	mustImportNeeds(t, db, []needmap.Need{a, b})
	if n := ask[int](t, db, brokenHistories); n > 0 || lastEvents(t, db) != want {
		t.Errorf("an import that changes nothing is told; %d histories are broken", n)
	}
}

// TestImportsRespectAnswers: what responses say is answered stays so, and a need
// keeps as many people as are answered or promised an answer.
func TestImportsRespectAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*needmap.Need)
		keep    string
		refused string // part of the message
		want    string // people answered of people
	}{
		{"the file knows less", func(n *needmap.Need) { n.PeopleAnswered = 1 }, "", "", "4 of 10"},
		{"the file knows more", func(n *needmap.Need) { n.PeopleAnswered = 7 }, "", "", "7 of 10"},
		{"the file knows nothing", func(n *needmap.Need) { n.PeopleAnswered = 0 }, "people_answered", "", "4 of 10"},
		{"as few people as may be", func(n *needmap.Need) { n.People = 7 }, "", "", "4 of 7"},
		{"too few people", func(n *needmap.Need) { n.People = 6 }, "", `need "a": 7 people are answered or promised an answer, so there can't be 6 in all; rows of this kind: 1`, "4 of 10"},
		{"too few people for what is kept", func(n *needmap.Need) { n.People = 6 }, "people_answered", `need "a": 7 people`, "4 of 10"},
		{"more answered than room", func(n *needmap.Need) { n.PeopleAnswered = 8 }, "", `need "a": 11 people`, "4 of 10"},
	} {
		db, _ := collecting(t)
		mustImportNeeds(t, db, []needmap.Need{importedNeed("a", nil), importedNeed("b", nil)})
		execute(t, db, `
insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values
 (1, 1, 4, 'DELIVERED', now(), now()), (1, 1, 1, 'PROPOSED', now(), now()), (1, 1, 2, 'ACCEPTED', now(), now())`)
		execute(t, db, `update need set people_answered = 4 where id = 1`)
		_, err := importNeeds(t.Context(), db, []needmap.Need{importedNeed("a", c.change)}, func(w *postgres.NeedWriter) {
			if c.keep != "" {
				w.Keep(c.keep)
			}
		})
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.refused != "" && (needmap.ErrorCode(err) != needmap.CodeConflict || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%s: %v, want %s", c.name, err, c.refused)
		}
		if got := ask[string](t, db, `select concat(people_answered, ' of ', people) from need where id = 1`); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestImportsEndNeeds: with needs that a file ends, offers and agreements end too.
// Need 1 ends, as answered altogether; 2 stays open; 3 had ended before; 4 was
// merged into 2 before the file ends it, so that its offer is 2's.
func TestImportsEndNeeds(t *testing.T) {
	db, store := collecting(t)
	met := func(n *needmap.Need) { n.Status, n.PeopleAnswered = needmap.StatusMet, 10 }
	mustImportNeeds(t, db, []needmap.Need{importedNeed("1", nil), importedNeed("2", nil), importedNeed("3", met), importedNeed("4", nil)})
	execute(t, db, `
insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values
 (1, 1, 4, 'DELIVERED', now(), now()), (1, 1, 1, 'PROPOSED', now(), now()), (1, 1, 2, 'ACCEPTED', now(), now()),
 (2, 1, 1, 'PROPOSED', now(), now()), (4, 1, 1, 'PROPOSED', now(), now())`)
	execute(t, db, `update need set people_answered = 4 where id = 1`)
	merge := needmap.Merge{Into: needmap.NeedVersion{ID: 2, Version: 1}, Duplicates: []needmap.NeedVersion{{ID: 4, Version: 1}}}
	if _, err := store.MergeNeeds(t.Context(), byCoordinator(""), merge); err != nil {
		t.Fatal(err)
	}
	severe := func(n *needmap.Need) { n.Severity = 5 }
	mustImportNeeds(t, db, []needmap.Need{importedNeed("1", met), importedNeed("2", severe),
		importedNeed("3", func(n *needmap.Need) { met(n); severe(n) }), importedNeed("4", func(n *needmap.Need) { n.Status = needmap.StatusClosed })})
	rows, events := answersInAll(t, db)
	if want := "1 1 DELIVERED 1; 2 1 DECLINED NEED_ENDED 2; 3 1 DECLINED NEED_ENDED 2; 4 2 PROPOSED 1; 5 2 PROPOSED 2"; rows != want {
		t.Errorf("responses %s, want %s", rows, want)
	}
	want := `4 MERGED DUPLICATE coordinator COORDINATOR 2 {"status": "REPORTED"} {"status": "REJECTED", "endReason": "DUPLICATE", "mergedInto": "2"}
1 STATUS_CHANGED import - 2 {"status": "REPORTED", "peopleAnswered": "4"} {"status": "MET", "peopleAnswered": "10"}
2 UPDATED import - 3 {"severity": "3"} {"severity": "5"}
3 UPDATED import - 2 {"severity": "3"} {"severity": "5"}
1 RESPONSE_DECLINED 2 NEED_ENDED import - 2 {"response.status": "PROPOSED"} {"response.status": "DECLINED"}
1 RESPONSE_DECLINED 3 NEED_ENDED import - 2 {"response.status": "ACCEPTED"} {"response.status": "DECLINED"}`
	if events != want {
		t.Errorf("history\n%s\nwant\n%s", events, want)
	}
	if findings := examined(t, db); len(findings) > 0 {
		t.Error(findings)
	}
}

// TestImportsRespectMerges: a merged need keeps its merge, and can be taken out
// again as the file has it.
func TestImportsRespectMerges(t *testing.T) {
	db, store := collecting(t)
	mustImportNeeds(t, db, []needmap.Need{importedNeed("a", nil), importedNeed("b", nil)})
	execute(t, db, `
insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values
 (2, 1, 4, 'DELIVERED', now(), now()), (2, 1, 2, 'ACCEPTED', now(), now())`)
	execute(t, db, `update need set people_answered = 5 where id = 2`)
	w := byCoordinator("")
	if _, err := store.MergeNeeds(t.Context(), w, needmap.Merge{Into: needmap.NeedVersion{ID: 1, Version: 1}, Duplicates: []needmap.NeedVersion{{ID: 2, Version: 1}}}); err != nil {
		t.Fatal(err)
	}
	again := importedNeed("b", func(n *needmap.Need) {
		n.Status, n.PeopleAnswered, n.Severity, n.People = needmap.StatusInProgress, 5, 1, 7
	})
	mustImportNeeds(t, db, []needmap.Need{again})
	if got := ask[string](t, db, `select concat_ws(' ', status, end_reason, merged_into, people_answered, severity) from need where id = 2`); got != "REJECTED DUPLICATE 1 1 1" {
		t.Errorf("merged: %s", got)
	}
	fewer := again
	fewer.People = 6
	if _, err := importNeeds(t.Context(), db, []needmap.Need{fewer}); needmap.ErrorCode(err) != needmap.CodeConflict {
		t.Errorf("6 people, of whom 1 and 4 are answered and 2 promised: %v", err)
	}
	target := importedNeed("a", func(n *needmap.Need) { n.People = 5 })
	if _, err := importNeeds(t.Context(), db, []needmap.Need{target}); needmap.ErrorCode(err) != needmap.CodeConflict {
		t.Errorf("5 people, of whom 4 are answered and 2 promised: %v", err)
	}
	if _, err := store.UnmergeNeeds(t.Context(), w, needmap.Unmerge{From: needmap.NeedVersion{ID: 1, Version: 2}}); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](t, db, `select string_agg(concat_ws(' ', status, end_reason, people_answered, people), ', ' order by id) from need`); got != "REPORTED 0 10, REPORTED 5 7" {
		t.Errorf("unmerged: %s", got)
	}
}

// TestImportsKeepRules: what an import brings never contradicts itself.
func TestImportsKeepRules(t *testing.T) {
	db, _ := collecting(t)
	execute(t, db, `insert into service (organisation_id, name, field, status, provision, capacity) values (1, 'S', 'ELDERLY', 'SUSPENDED', 'PRIVATE', 1)`)
	execute(t, db, `insert into suspension (service_id, from_day, reason) values (1, '2026-01-01', 'x')`)
	suspended := func(n *needmap.Need) { n.Origin, n.SuspensionID = needmap.OriginSuspendedService, new(1) }
	closed := func(n *needmap.Need) { n.Status = needmap.StatusClosed }
	mustImportNeeds(t, db, []needmap.Need{importedNeed("a", suspended), importedNeed("b", suspended), importedNeed("c", closed), importedNeed("d", closed), importedNeed("e", closed)})
	execute(t, db, `update need set end_reason = 'WITHDRAWN' where status = 'CLOSED'`)
	mustImportNeeds(t, db, []needmap.Need{
		importedNeed("a", func(n *needmap.Need) { n.Origin, n.Severity = needmap.OriginSuspendedService, 1 }),
		importedNeed("b", nil),
		importedNeed("c", nil),
		importedNeed("d", func(n *needmap.Need) { n.Status, n.Severity = needmap.StatusClosed, 1 }),
		importedNeed("e", func(n *needmap.Need) { n.Status = needmap.StatusRejected }),
	})
	got := ask[string](t, db, `select string_agg(concat_ws(' ', external_id, origin, suspension_id, status, end_reason), ', ' order by id) from need`)
	if want := "a SUSPENDED_SERVICE 1 REPORTED, b KNOWN REPORTED, c KNOWN REPORTED, d KNOWN CLOSED WITHDRAWN, e KNOWN REJECTED"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if n := ask[int](t, db, brokenHistories); n > 0 {
		t.Errorf("%d histories are broken", n)
	}
}

// TestNewBoundariesAreTold moves a need by new boundaries and reads its history.
func TestNewBoundariesAreTold(t *testing.T) {
	db := pgtest.New(t)
	mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.02, 42.02)), comune("058002", box(12.02, 42, 12.04, 42.02))))
	need := lacking(ask[int](t, db, `select id from municipality where code = '058001'`), 2)
	need.Location, need.LocationKind = &orb.Point{12.01, 42.01}, needmap.LocationExact
	mustReport(t, postgres.New(db), need)
	mustImport(t, db, geo(t, comune("058001", box(12, 42, 12.005, 42.02)), comune("058002", box(12.005, 42, 12.04, 42.02))))
	got := ask[string](t, db, `select concat_ws(' ', actor, kind, version, before, after) from need_event order by id desc limit 1`)
	if want := `new boundaries UPDATED 2 {"municipality": "058001"} {"municipality": "058002"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if n := ask[int](t, db, brokenHistories); n > 0 {
		t.Error("the history is broken")
	}
}
