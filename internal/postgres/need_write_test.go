package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// collecting gives a database with some municipalities and two organisations.
func collecting(tb testing.TB) (*sqlx.DB, *postgres.Store) {
	tb.Helper()
	db := pgtest.New(tb)
	insertSquares(tb, db, 4)
	if _, err := db.Exec(`insert into organisation (is_cooperative, slug, name) values (true, 'a', 'A'), (true, 'b', 'B')`); err != nil {
		tb.Fatal(err)
	}
	return db, postgres.New(db)
}

// byCoordinator is a request of a COORDINATOR; key may be "".
func byCoordinator(key string) needmap.Write {
	access, err := needmap.Viewer{Role: needmap.RoleCoordinator}.MayWrite(nil)
	if err != nil {
		panic(err)
	}
	return needmap.Write{Access: access, Actor: "coordinator", Role: needmap.RoleCoordinator, Operation: "test", Key: key}
}

// lacking is a need in a municipality as a report makes it.
func lacking(municipality, people int) *needmap.Need {
	return &needmap.Need{
		MunicipalityID: municipality, Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Status: needmap.StatusReported,
		Severity: 3, People: people, LocationKind: needmap.LocationArea, ReportedAt: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
	}
}

func mustReport(t reporter, store *postgres.Store, needs ...*needmap.Need) []int64 {
	t.Helper()
	ids, err := store.ReportNeeds(context.Background(), byCoordinator(""), needs)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return ids
}

// reporter is what tests and property tests have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// brokenHistories counts needs whose events don't have one for each version.
const brokenHistories = `
select count(*) from need n
where n.version <> (select count(*) from need_event e where e.need_id = n.id)
   or array(select generate_series(1, n.version)) <> array(select e.version from need_event e where e.need_id = n.id order by e.at, e.id)`

// TestReportNeedsInOrder holds that keys grow with the rows, that every value is
// stored, and that the history holds no point.
func TestReportNeedsInOrder(t *testing.T) {
	db, store := collecting(t)
	needs := make([]*needmap.Need, 300)
	for i := range needs {
		words := fmt.Sprintf("Riga %d, \"due\" \\ <tre>", i)
		needs[i] = lacking(1+i%4, 300-i)
		needs[i].Summary = &words
		needs[i].ReportedAt = needs[i].ReportedAt.Add(-time.Duration(i*i%97) * time.Hour)
	}
	needs[0].Location, needs[0].LocationKind = &orb.Point{11.0123456789, 41.05}, needmap.LocationExact
	needs[0].MinimumAge, needs[0].MaximumAge, needs[0].ReportedByID = new(0), new(120), new(2)
	ids := mustReport(t, store, needs...)
	if !slices.IsSorted(ids) || len(ids) != 300 {
		t.Fatalf("keys %v", ids)
	}
	got, err := store.NeedsByID(t.Context(), byCoordinator("").Access, ids)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range got {
		if *n.Summary != *needs[i].Summary || n.People != needs[i].People || !n.ReportedAt.Equal(needs[i].ReportedAt) || n.Version != 1 {
			t.Fatalf("row %d is %+v", i, n)
		}
	}
	if n := got[0]; *n.Location != *needs[0].Location || *n.MinimumAge != 0 || *n.MaximumAge != 120 || *n.ReportedByID != 2 {
		t.Errorf("stored %+v", n)
	}
	if told := ask[string](t, db, `select concat(before, after) from need_event where need_id = $1`, ids[0]); told == "" ||
		containsAny(told, "11.01", "41.05", "0101000020") {
		t.Errorf("the event tells %s", told)
	}
	checkImportRollup(t, db)
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// TestWritersAtOnce has eight writers report, change, merge and unmerge needs of
// one municipality for a while.
func TestWritersAtOnce(t *testing.T) {
	db, store := collecting(t)
	ids := mustReport(t, store, lacking(1, 9), lacking(1, 9), lacking(1, 9), lacking(1, 9))
	end, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for step := i; end.Err() == nil; step++ {
				if err := writeSomething(t.Context(), store, ids, step); err != nil && needmap.Mistakes(err) == nil {
					t.Errorf("writer %d: %v", i, err)
					return
				}
			}
		})
	}
	writers.Wait()
	if n := ask[int](t, db, brokenHistories); n > 0 {
		t.Errorf("%d needs have a history that does not fit their version", n)
	}
	if n := ask[int](t, db, `select count(*) from need where version > 1`); n < 4 {
		t.Errorf("only %d needs changed", n)
	}
	if findings := examined(t, db); len(findings) > 0 {
		t.Error(findings)
	}
}

// writeSomething makes one write, each kind in its turn, on needs that others
// write too. What is out of date is refused.
func writeSomething(ctx context.Context, store *postgres.Store, ids []int64, step int) error {
	w := byCoordinator("")
	known, err := store.NeedsByID(ctx, w.Access, ids)
	if err != nil {
		return err
	}
	a, b := known[step%4], known[(step+1)%4]
	version := needmap.NeedVersion{ID: a.ID, Version: a.Version}
	switch step % 5 {
	case 0:
		_, err = store.ReportNeeds(ctx, w, []*needmap.Need{lacking(1, 2), lacking(2, 3), lacking(1, 4)})
	case 1:
		err = store.ChangeNeed(ctx, w, version, needmap.Reporting{Access: w.Access}.Update(needmap.NeedUpdate{Severity: new(1 + step%4), People: new(9 + step%3)}))
	case 2:
		err = store.ChangeNeed(ctx, w, version, needmap.Confirm(time.Now()))
	case 3:
		_, err = store.MergeNeeds(ctx, w, needmap.Merge{Into: version, Duplicates: []needmap.NeedVersion{{ID: b.ID, Version: b.Version}}})
	default:
		_, err = store.UnmergeNeeds(ctx, w, needmap.Unmerge{From: version})
	}
	return err
}

// TestPromisedPeopleStay keeps people who are promised an answer in the need.
func TestPromisedPeopleStay(t *testing.T) {
	db, store := collecting(t)
	id := mustReport(t, store, lacking(1, 9))[0]
	execute(t, db, `
insert into response (need_id, organisation_id, people, status, reason, proposed_at, updated_at) values
 ($1, 1, 2, 'PROPOSED', null, now(), now()), ($1, 1, 3, 'ACCEPTED', null, now(), now()), ($1, 1, 4, 'DECLINED', 'no', now(), now())`, id)
	fewer := func(people int) error {
		update := needmap.Reporting{Access: byCoordinator("").Access}.Update(needmap.NeedUpdate{People: &people})
		return store.ChangeNeed(t.Context(), byCoordinator(""), needmap.NeedVersion{ID: id, Version: 1}, update)
	}
	if err := fewer(4); needmap.ErrorCode(err) != needmap.CodeInvalid {
		t.Errorf("4 of 5 promised: %v", err)
	}
	if err := fewer(5); err != nil {
		t.Errorf("5 of 5 promised: %v", err)
	}
}

// TestEventsFollowEachOther: a writer that began first and waited comes second in
// the history.
func TestEventsFollowEachOther(t *testing.T) {
	db, store := collecting(t)
	id := mustReport(t, store, lacking(1, 9))[0]
	followsAnother(t, db, id, func() error {
		return store.ChangeNeed(context.WithoutCancel(t.Context()), byCoordinator(""), needmap.NeedVersion{ID: id, Version: 2}, needmap.Confirm(time.Now()))
	})
}

// followsAnother has a write of a need in version 1 begin while another holds the
// need, and wait until that one has made version 2 of it.
func followsAnother(t *testing.T, db *sqlx.DB, id int64, write func() error) {
	t.Helper()
	first, err := db.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Rollback()
	if _, err := first.Exec(`select from need where id = $1 for update`, id); err != nil {
		t.Fatal(err)
	}
	waited := make(chan error, 1)
	go func() { waited <- write() }()
	eventually(t, "the second writer waits", func() bool {
		return ask[bool](t, db, `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`)
	})
	if _, err := first.Exec(`with n as (update need set version = 2 where id = $1 returning id)
insert into need_event (need_id, at, kind, version) select id, clock_timestamp(), 'UPDATED', 2 from n`, id); err != nil {
		t.Fatal(err)
	}
	if err := first.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Fatal(err)
	}
	if n := ask[int](t, db, brokenHistories); n > 0 {
		t.Error("the history is out of order")
	}
}
