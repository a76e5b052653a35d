package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// insertSquares makes n municipalities of a tenth of a degree, 20 to a row,
// with codes from 056000 and ids from 1.
func insertSquares(tb testing.TB, db *sqlx.DB, n int) {
	tb.Helper()
	_, err := db.Exec(`
insert into municipality (code, kind, name, province_code, province_name, region_code, region_name,
  boundary, area_km2, centroid, boundary_source, is_schematic)
select lpad((56000 + g)::text, 6, '0'), 'COMUNE', 'Comune ' || g, '056', 'Viterbo', '12', 'Lazio',
  st_multi(st_makeenvelope(x, y, x + 0.1, y + 0.1, 4326)), 90, st_setsrid(st_point(x + 0.05, y + 0.05), 4326), 'test', true
from generate_series(0, $1 - 1) g, lateral (select 11 + (g % 20) * 0.1 as x, 41 + (g / 20) * 0.1 as y) at`, n)
	if err != nil {
		tb.Fatal(err)
	}
}

// randomNeeds makes needs as a network has them: most in few municipalities.
func randomNeeds(n int, prefix string) []needmap.Need {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"assistenza", "domiciliare", "anziani", "trasporto", "accompagnato", "doposcuola", "sostegno",
		"sportello", "ascolto", "famiglie", "alloggio", "temporaneo", "quartiere", "lavoro", "integrazione", "scuola"}
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	needs := make([]needmap.Need, n)
	for i := range needs {
		summary := "Serve"
		for range 8 {
			summary += " " + words[r.IntN(len(words))]
		}
		u := r.Float64()
		place := int(400 * u * u * u)
		needs[i] = needmap.Need{
			ExternalID: fmt.Sprintf("%s-%07d", prefix, i), MunicipalityID: 1 + place,
			Field: needmap.Fields[r.IntN(5)], Origin: needmap.NeedOrigins[r.IntN(3)], Status: needmap.NeedStatuses[r.IntN(7)],
			Severity: 1 + r.IntN(5), People: 1 + r.IntN(30), Summary: &summary, LocationKind: needmap.LocationArea,
			ReportedAt: start.Add(time.Duration(r.IntN(6*365*24*3600)) * time.Second),
		}
		if i%2 == 0 {
			needs[i].LocationKind = needmap.LocationExact
			needs[i].Location = &orb.Point{11 + float64(place%20)*0.1 + 0.1*r.Float64(), 41 + float64(place/20)*0.1 + 0.1*r.Float64()}
		}
	}
	return needs
}

// importNeeds writes needs in one transaction.
func importNeeds(ctx context.Context, db *sqlx.DB, needs []needmap.Need, set ...func(*postgres.NeedWriter)) (counts postgres.NeedImportCounts, err error) {
	err = postgres.InTx(ctx, db, func(tx *sqlx.Tx) error {
		w, err := postgres.NewNeedWriter(ctx, tx)
		if err != nil {
			return err
		}
		for _, f := range set {
			f(w)
		}
		if err := w.Write(ctx, needs); err != nil {
			return err
		}
		counts, err = w.Close(ctx)
		return err
	})
	return counts, err
}

func mustImportNeeds(tb testing.TB, db *sqlx.DB, needs []needmap.Need, set ...func(*postgres.NeedWriter)) postgres.NeedImportCounts {
	tb.Helper()
	counts, err := importNeeds(tb.Context(), db, needs, set...)
	if err != nil {
		tb.Fatal(err)
	}
	return counts
}

func ask[T any](tb testing.TB, db *sqlx.DB, query string, args ...any) (answer T) {
	tb.Helper()
	if err := db.Get(&answer, query, args...); err != nil {
		tb.Fatal(err)
	}
	return answer
}

// checkImportRollup compares the rollup with the needs themselves.
func checkImportRollup(tb testing.TB, db *sqlx.DB) {
	tb.Helper()
	if n := ask[int](tb, db, `
select count(*) from (
  (select * from need_rollup except all select * from need_rollup_expected)
  union all
  (select * from need_rollup_expected except all select * from need_rollup)) difference
where needs_reported + needs_verified + needs_assigned + needs_in_progress + needs_met + needs_closed + needs_rejected <> 0`); n != 0 {
		tb.Errorf("the rollup differs from the needs in %d rows", n)
	}
}

const needParts = `
select string_agg(part, E'\n' order by part) from (
  select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'need'::regclass and indisvalid
  union all select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = 'need'::regclass
  union all select tgname || ' ' || tgenabled::text from pg_trigger where tgrelid = 'need'::regclass and not tgisinternal
) parts (part)`

func TestUpsert(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 400)
	needs := randomNeeds(50, "a")
	needs[9].ExternalID = ""
	if got, want := mustImportNeeds(t, db, needs), (postgres.NeedImportCounts{New: 50}); got != want {
		t.Fatalf("first: %+v", got)
	}
	needs = append(needs[:9:9], needs[10:]...)
	if got, want := mustImportNeeds(t, db, needs), (postgres.NeedImportCounts{Unchanged: 49}); got != want {
		t.Fatalf("again: %+v", got)
	}
	if n := ask[int](t, db, `select count(*) from need where version <> 1`); n != 0 {
		t.Errorf("%d versions moved without a change", n)
	}
	needs[0].Status, needs[1].Status = needmap.StatusReported, needmap.StatusReported
	mustImportNeeds(t, db, needs)
	other := "altro"
	needs[0].Status, needs[1].Summary, needs[2].Location, needs[2].LocationKind = needmap.StatusMet, &other, nil, needmap.LocationUndisclosed
	before := ask[int](t, db, `select count(*) from need_event`)
	if got, want := mustImportNeeds(t, db, needs), (postgres.NeedImportCounts{Changed: 3, Unchanged: 46}); got != want {
		t.Fatalf("changed: %+v", got)
	}
	events := ask[string](t, db, `
select string_agg(format('%s %s %s>%s', external_id, kind, from_status, to_status), ', ' order by external_id)
from (select * from need_event order by id offset $1) e join need n on n.id = need_id`, before)
	if want := "a-0000000 STATUS_CHANGED REPORTED>MET, a-0000001 UPDATED >, a-0000002 UPDATED >"; events != want {
		t.Errorf("events %s", events)
	}
	if ask[bool](t, db, `select exists (select from need where external_id = 'a-0000002' and location is not null)`) {
		t.Error("the point of a place that is not to be known is still stored")
	}
	checkImportRollup(t, db)
}

func TestKeptColumns(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 400)
	need := randomNeeds(1, "a")[0]
	need.Status, need.People, need.PeopleAnswered = needmap.StatusMet, 10, 8
	mustImportNeeds(t, db, []needmap.Need{need})
	need.Status, need.Summary, need.People, need.PeopleAnswered = needmap.StatusReported, nil, 6, 0
	fresh := need
	fresh.ExternalID = "fresh"
	keep := func(w *postgres.NeedWriter) { w.Keep("status", "people_answered", "summary") }
	mustImportNeeds(t, db, []needmap.Need{need, fresh}, keep)
	got := ask[string](t, db, `
select string_agg(format('%s %s of %s %s', status, people_answered, people, summary is not null), ', ' order by id) from need`)
	if want := "MET 6 of 6 t, REPORTED 0 of 6 f"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A large import builds the indexes anew: they must come back as they were.
func TestLargeImport(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	insertSquares(t, db, 400)
	mustImportNeeds(t, db, randomNeeds(100, "old"))
	parts := ask[string](t, db, needParts)
	later := func(w *postgres.NeedWriter) { w.LeaveTextIndex() }
	for i, set := range [][]func(*postgres.NeedWriter){nil, {later}} {
		needs := randomNeeds(20_000*(i+1), fmt.Sprintf("new%d", i))
		if got, want := mustImportNeeds(t, db, needs, set...), (postgres.NeedImportCounts{New: len(needs)}); got != want {
			t.Errorf("got %+v", got)
		}
		checkImportRollup(t, db)
		if i == 1 {
			if ask[string](t, db, needParts) == parts {
				t.Error("the text index was not left out")
			}
			if err := postgres.Tidy(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
		if got := ask[string](t, db, needParts); got != parts {
			t.Errorf("after the import\n%s\nbefore\n%s", got, parts)
		}
	}
}

func TestNothingStaysOfARefusedImport(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	insertSquares(t, db, 400)
	for name, spoil := range map[string]func(*needmap.Need){
		"municipality": func(n *needmap.Need) { n.MunicipalityID = 999 },
		"people":       func(n *needmap.Need) { n.PeopleAnswered = n.People + 1 },
		"point":        func(n *needmap.Need) { n.Location, n.LocationKind = &orb.Point{12, 42}, needmap.LocationUndisclosed },
		"key":          func(n *needmap.Need) { n.ExternalID = "a-0000000" },
	} {
		for _, size := range []int{100, 20_001} {
			needs := randomNeeds(size, "a")
			spoil(&needs[size-1])
			if _, err := importNeeds(t.Context(), db, needs); needmap.ErrorCode(err) != needmap.CodeConflict {
				t.Errorf("%s: %v", name, err)
			}
			if n := ask[int](t, db, `select (select count(*) from need) + (select count(*) from need_rollup)`); n != 0 {
				t.Errorf("%s: %d rows stayed", name, n)
			}
		}
	}
}

func TestCompareChangesNothing(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 400)
	needs := randomNeeds(30, "a")
	mustImportNeeds(t, db, needs[:20])
	needs[0].People = 77
	err := postgres.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		w, err := postgres.NewNeedWriter(t.Context(), tx)
		if err != nil {
			return err
		}
		if err := w.Write(t.Context(), needs); err != nil {
			return err
		}
		got, err := w.Compare(t.Context())
		if want := (postgres.NeedImportCounts{New: 10, Changed: 1, Unchanged: 19}); got != want {
			t.Errorf("got %+v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := ask[int](t, db, `select count(*) from need where people <> 77 and version = 1`); n != 20 {
		t.Errorf("%d needs are as before, want 20", n)
	}
}

// BenchmarkNeedWriter writes into the indexed table: empty, as full as what is
// added, and much fuller.
func BenchmarkNeedWriter(b *testing.B) {
	for _, size := range []struct{ before, added int }{{0, 200_000}, {200_000, 200_000}, {200_000, 10_000}} {
		b.Run(fmt.Sprintf("%d+%d", size.before, size.added), func(b *testing.B) {
			old, added := randomNeeds(size.before, "old"), randomNeeds(size.added, "new")
			for b.Loop() {
				b.StopTimer()
				db := pgtest.New(b)
				insertSquares(b, db, 400)
				mustImportNeeds(b, db, old)
				b.StartTimer()
				mustImportNeeds(b, db, added)
			}
			b.ReportMetric(float64(size.added)*float64(b.N)/b.Elapsed().Seconds(), "needs/s")
		})
	}
}
