package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/live"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

const (
	needsInSquare = `insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind)
		select 1, 'MINORS', 'KNOWN', 'REPORTED', 3, 2, '2024-03-01 10:00+00', 'AREA' from generate_series(1, $1)`
	eventOfNeed = `insert into need_event (need_id, at, kind, before, after) values ($1, now(), 'CONFIRMED', '{}', '{}')`
)

// changesSince reads on from a position.
func changesSince(t *testing.T, s *postgres.Store, from string) needmap.NeedChanges {
	t.Helper()
	changes, err := s.NeedChanges(t.Context(), from, "")
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func needsOf(changes needmap.NeedChanges) []int64 {
	ids := []int64{}
	for _, d := range changes.Needs {
		ids = append(ids, d.NeedID)
	}
	return ids
}

// changeStore gives a store over a database with some needs, and its position.
func changeStore(t *testing.T, needs int) (*sqlx.DB, *postgres.Store, string) {
	t.Helper()
	db := pgtest.New(t)
	insertSquares(t, db, 2)
	execute(t, db, needsInSquare, needs)
	s := postgres.New(db)
	_, now, err := s.NeedPosition(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return db, s, now
}

// TestChangesCommittedOutOfOrder tells an event of a transaction that was under
// way when a later one was told: once, when it is there.
func TestChangesCommittedOutOfOrder(t *testing.T) {
	db, s, start := changeStore(t, 3)
	first, err := db.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Rollback() //nolint:errcheck // it is committed
	first.MustExec(eventOfNeed, 1)
	execute(t, db, eventOfNeed, 2)
	early := changesSince(t, s, start)
	if got := needsOf(early); !slices.Equal(got, []int64{2}) {
		t.Errorf("while the first is under way %v are told", got)
	}
	execute(t, db, eventOfNeed, 3)
	if err := first.Commit(); err != nil {
		t.Fatal(err)
	}
	late := changesSince(t, s, early.To)
	if got := needsOf(late); !slices.Equal(got, []int64{1, 3}) {
		t.Errorf("afterwards %v are told", got)
	}
	if got := needsOf(changesSince(t, s, late.To)); len(got) != 0 {
		t.Errorf("%v are told twice", got)
	}
	between, err := s.NeedChanges(t.Context(), start, early.To)
	if err != nil || !slices.Equal(needsOf(between), []int64{2}) || between.To != early.To {
		t.Errorf("up to where the first was told: %v, %v", needsOf(between), err)
	}
	if got := needsOf(changesSince(t, s, start)); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("all at once: %v", got)
	}
}

// TestChangesAreToldOnce has many write at random, some in vain, while one reads.
func TestChangesAreToldOnce(t *testing.T) {
	const writers, each = 6, 40
	db, s, at := changeStore(t, writers*each)
	var mu sync.Mutex
	want := []int64{}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1))
			for i := 0; i < each; {
				tx, err := db.Beginx()
				if err != nil {
					t.Error(err)
					return
				}
				var wrote []int64
				for range 1 + random.IntN(3) {
					if i < each {
						id := int64(w*each + i + 1)
						tx.MustExec(eventOfNeed, id)
						tx.MustExec(`select pg_sleep($1)`, random.Float64()*0.003)
						wrote, i = append(wrote, id), i+1
					}
				}
				if random.IntN(4) == 0 {
					_ = tx.Rollback()
					continue
				}
				if err := tx.Commit(); err != nil {
					t.Error(err)
				}
				mu.Lock()
				want = append(want, wrote...)
				mu.Unlock()
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	got, reads := []int64{}, 0
	for last := false; ; reads++ {
		changes := changesSince(t, s, at)
		got, at = append(got, needsOf(changes)...), changes.To
		if last {
			break
		}
		select {
		case <-done:
			last = true
		default:
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("told in %d reads:\n%v\nwant\n%v", reads, got, want)
	}
}

func TestTooMuchToTell(t *testing.T) {
	db, s, start := changeStore(t, 1)
	const many = `insert into need_event (need_id, at, kind, before, after)
		select 1, now(), 'CONFIRMED', '{}', '{}' from generate_series(1, $1)`
	execute(t, db, many, 1000)
	if got := changesSince(t, s, start); got.TooMuch || len(got.Needs) != 1 {
		t.Errorf("1,000 events: %+v", got)
	}
	execute(t, db, many, 1)
	if got := changesSince(t, s, start); !got.TooMuch || got.Needs != nil {
		t.Errorf("1,001 events: %+v", got)
	}
	for name, statement := range map[string]string{
		"of an import":      `insert into need_event (need_id, at, kind) values (1, now(), 'UPDATED')`,
		"of something else": `insert into need_event (need_id, at, kind, before, after) values (1, now(), 'UPDATED', '{"status": 5}', '{}')`,
		"of no status":      `insert into need_event (need_id, at, kind, before, after) values (1, now(), 'UPDATED', '{"status": "GONE"}', '{}')`,
	} {
		_, now, err := s.NeedPosition(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, statement)
		if got := changesSince(t, s, now); !got.TooMuch {
			t.Errorf("an event %s: %+v", name, got)
		}
	}
	future, err := s.NeedChanges(t.Context(), "900000000000:900000000000:", "")
	if err != nil || !future.TooMuch {
		t.Errorf("a position that is yet to come: %+v, %v", future, err)
	}
}

// TestWhatAnEventTells reads a need's state before its changes from the history
// that the database itself writes.
func TestWhatAnEventTells(t *testing.T) {
	db, s, start := changeStore(t, 1)
	execute(t, db, `insert into organisation (is_cooperative, slug, name, volunteers) values (true, 'alfa', 'Alfa', 0), (true, 'beta', 'Beta', 0)`)
	execute(t, db, `update need set reported_by = 1 where id = 1`)
	execute(t, db, `insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values (1, 2, 1, 'PROPOSED', now(), now())`)
	const change = `with was as (select n from need n where id = 1),
		is_now as (update need set %s, version = version + 1 where id = 1 returning need)
		insert into need_event (need_id, at, kind, before, after)
		select 1, now(), 'UPDATED', c.before, c.after from was, is_now, need_changes(was.n, is_now.need) c`
	for _, set := range []string{
		`municipality_id = 2, severity = 5`, `reported_by = null, status = 'VERIFIED'`, `people = 9, people_answered = 4`,
		`location = st_setsrid(st_makepoint(11.15, 41.05), 4326)`, `summary = 'altro'`,
		`reported_at = '2024-05-31 22:30+00'`,
	} {
		execute(t, db, fmt.Sprintf(change, set))
	}
	got := changesSince(t, s, start)
	want := needmap.NeedDelta{
		NeedID: 1, Kind: needmap.EventUpdated, Moved: true, Reworded: true, Takers: []int{2}, Former: []int{2},
		Was: &needmap.NeedState{MunicipalityID: 1, Field: "MINORS", Origin: "KNOWN", Status: "REPORTED", Severity: 3, People: 2, ReportedOn: "2024-03-01", ReportedByID: 1},
		Is:  needmap.NeedState{MunicipalityID: 2, Field: "MINORS", Origin: "KNOWN", Status: "VERIFIED", Severity: 5, People: 9, PeopleAnswered: 4, ReportedOn: "2024-06-01"},
	}
	if len(got.Needs) != 1 || *got.Needs[0].Was != *want.Was || got.Needs[0].Is != want.Is || !got.Needs[0].Moved ||
		!got.Needs[0].Reworded || !slices.Equal(got.Needs[0].Takers, want.Takers) || !slices.Equal(got.Needs[0].Former, want.Former) || got.Needs[0].Kind != want.Kind {
		t.Errorf("got %+v, was %+v", got.Needs, got.Needs[0].Was)
	}
}

// TestCursorsAreSnapshots has PostgreSQL read every form that a cursor may have.
func TestCursorsAreSnapshots(t *testing.T) {
	_, s, _ := changeStore(t, 1)
	for _, snapshot := range []string{"1:1:", "3:3:", "3:9:4,5,8", "9223372036854775806:9223372036854775807:9223372036854775806"} {
		if _, err := s.NeedChanges(t.Context(), snapshot, ""); err != nil {
			t.Errorf("%s: %v", snapshot, err)
		}
	}
}

// TestServerRoleReadsChanges works with no more rights than the server has.
func TestServerRoleReadsChanges(t *testing.T) {
	db, s, start := changeStore(t, 1)
	db.SetMaxOpenConns(1)
	execute(t, db, `set role `+postgres.ServerRole)
	execute(t, db, eventOfNeed, 1)
	if got := needsOf(changesSince(t, s, start)); !slices.Equal(got, []int64{1}) {
		t.Errorf("told %v", got)
	}
}

// TestWatchNeeds hears of changes, also of one made while it was cut off.
func TestWatchNeeds(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	insertSquares(t, db, 2)
	execute(t, db, needsInSquare, 3)
	s := postgres.New(db)
	question := live.Question{Key: "ids", Answer: func(_ context.Context, changes needmap.NeedChanges) (any, error) {
		return needsOf(changes), nil
	}}
	if _, err := s.FollowNeeds(t.Context(), nil, question); needmap.ErrorCode(err) != needmap.CodeUnavailable {
		t.Errorf("before anybody watches: %v", err)
	}
	watching, stop := context.WithCancel(t.Context())
	defer stop()
	if err := s.WatchNeeds(watching, dsn, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	follower, err := s.FollowNeeds(t.Context(), nil, question)
	if err != nil {
		t.Fatal(err)
	}
	defer follower.Close()
	first := nextMessage(t, follower)
	execute(t, db, eventOfNeed, 1)
	if got := nextMessage(t, follower); !slices.Equal(got.Answer.([]int64), []int64{1}) {
		t.Errorf("told %+v", got)
	}
	cut := value[int](t, db, `with cut as (select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%') select count(*) from cut`)
	if cut != 1 {
		t.Fatalf("%d listeners were cut off, want 1", cut)
	}
	execute(t, db, eventOfNeed, 2)
	second := nextMessage(t, follower)
	if !slices.Equal(second.Answer.([]int64), []int64{2}) {
		t.Errorf("told %+v after the cut", second)
	}
	again, err := s.FollowNeeds(t.Context(), &first.Cursor, question)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := nextMessage(t, again); !slices.Equal(got.Answer.([]int64), []int64{1, 2}) || got.Cursor != second.Cursor {
		t.Errorf("who comes back is told %+v", got)
	}
	stop()
	if _, err := again.Next(t.Context()); needmap.ErrorCode(err) != needmap.CodeUnavailable {
		t.Errorf("when the watch ends: %v", err)
	}
}

func nextMessage(t *testing.T, f *live.Follower) live.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	m, err := f.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
