package postgres_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func TestSplitDays(t *testing.T) {
	type days = [][2]needmap.Date
	type spans = []string
	for _, c := range []struct {
		from, to string
		spans    spans
		days     days
	}{
		{"", "", spans{"ALL 0001-01-01..0001-01-02"}, nil},
		{"2024-01-01", "", spans{"YEAR 2024-01-01.."}, nil},
		{"2024-02-01", "", spans{"YEAR 2025-01-01..", "MONTH 2024-02-01..2025-01-01"}, nil},
		{"2024-01-31", "", spans{"YEAR 2025-01-01..", "MONTH 2024-02-01..2025-01-01"}, days{{"2024-01-31", "2024-01-31"}}},
		{"2024-12-02", "", spans{"YEAR 2025-01-01.."}, days{{"2024-12-02", "2024-12-31"}}},
		{"", "2024-12-31", spans{"YEAR ..2025-01-01"}, nil},
		{"", "2024-02-29", spans{"YEAR ..2024-01-01", "MONTH 2024-01-01..2024-03-01"}, nil},
		{"", "2024-02-28", spans{"YEAR ..2024-01-01", "MONTH 2024-01-01..2024-02-01"}, days{{"2024-02-01", "2024-02-28"}}},
		{"", "2024-01-01", spans{"YEAR ..2024-01-01"}, days{{"2024-01-01", "2024-01-01"}}},
		{"2024-01-01", "2024-12-31", spans{"YEAR 2024-01-01..2025-01-01"}, nil},
		{"2023-07-01", "2024-06-30", spans{"MONTH 2023-07-01..2024-07-01"}, nil},
		{"2022-07-01", "2024-06-30", spans{"YEAR 2023-01-01..2024-01-01", "MONTH 2022-07-01..2023-01-01", "MONTH 2024-01-01..2024-07-01"}, nil},
		{"2023-01-01", "2024-06-30", spans{"YEAR 2023-01-01..2024-01-01", "MONTH 2024-01-01..2024-07-01"}, nil},
		{"2024-02-01", "2024-02-29", spans{"MONTH 2024-02-01..2024-03-01"}, nil},
		{"2024-01-15", "2024-03-10", spans{"MONTH 2024-02-01..2024-03-01"}, days{{"2024-01-15", "2024-01-31"}, {"2024-03-01", "2024-03-10"}}},
		{"2024-01-15", "2024-02-10", nil, days{{"2024-01-15", "2024-02-10"}}},
		{"2024-01-01", "2024-01-01", nil, days{{"2024-01-01", "2024-01-01"}}},
		{"2023-12-31", "2024-01-01", nil, days{{"2023-12-31", "2024-01-01"}}},
		{"2022-12-31", "2024-01-01", spans{"YEAR 2023-01-01..2024-01-01"}, days{{"2022-12-31", "2022-12-31"}, {"2024-01-01", "2024-01-01"}}},
		{"2199-12-31", "2199-12-31", nil, days{{"2199-12-31", "2199-12-31"}}},
	} {
		var from, to *needmap.Date
		if c.from != "" {
			from = new(needmap.Date(c.from))
		}
		if c.to != "" {
			to = new(needmap.Date(c.to))
		}
		spans, days := postgres.SplitDays(from, to)
		if !reflect.DeepEqual(spans, c.spans) || !reflect.DeepEqual(days, c.days) {
			t.Errorf("from %q to %q: %v and %v, want %v and %v", c.from, c.to, spans, days, c.spans, c.days)
		}
	}
}

// rollupInsert adds needs whose values follow from $1.
const rollupInsert = `insert into need (municipality_id, field, origin, status, severity, people, people_answered, reported_at, location_kind)
select 1 + (i + $1) % 3, (enum_range(null::field_of_intervention))[1 + (i * 7 + $1) % 5], (enum_range(null::need_origin))[1 + (i + $1 / 3) % 3],
  (enum_range(null::need_status))[1 + (i * 3 + $1) % 7], 1 + (i + $1) % 5, 2 + i, i % 3,
  '2024-01-31 22:59:59.999999+00'::timestamptz + (i * ($1 % 50)) * interval '12 hours', 'UNDISCLOSED'
from generate_series(1, 12) i`

// rollupSteps are statements that change many needs at once, or one, or none;
// $1 is a number to choose by.
var rollupSteps = []string{
	rollupInsert,
	`update need set status = (enum_range(null::need_status))[1 + (id + $1) % 7] where id % 3 = $1 % 3`,
	`update need set municipality_id = 1 + (id + $1) % 3, field = 'ELDERLY' where id % 4 = $1 % 4`,
	`update need set reported_at = reported_at + ($1 - 50) * interval '1 day', origin = 'KNOWN' where id % 5 = $1 % 5`,
	`update need set severity = 1 + (id + $1) % 5, people = people + 1, people_answered = people_answered + 1 where id % 2 = $1 % 2`,
	`update need set version = version + 1 where id % 2 = $1 % 2`,
	`update need set people = people + 1 where id = 0 - $1`,
	`delete from need where id % 6 = $1 % 6`,
	`insert into need (external_id, municipality_id, field, origin, status, severity, people, reported_at, location_kind)
	select 'x' || ($1 + i) % 8, 1 + i % 3, 'MINORS', 'EMERGING', 'REPORTED', 1 + i % 5, 1 + $1 % 9, '2024-03-01', 'UNDISCLOSED' from generate_series(1, 5) i
	on conflict (external_id) where external_id is not null do update set people = excluded.people + 1, status = 'MET', severity = 5`,
}

// TestTheRollupIsKept changes needs at random by SQL. After each statement the
// rollup must hold what the needs say, and no cell below zero.
func TestTheRollupIsKept(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	insertSquares(t, db, 3)
	rapid.Check(t, func(r *rapid.T) {
		if _, err := db.Exec(`truncate need cascade`); err != nil {
			r.Fatal(err)
		}
		wantRollup(r, db, "truncate")
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			step := rapid.SampledFrom(rollupSteps).Draw(r, "step")
			if _, err := db.Exec(step, rapid.IntRange(1, 99).Draw(r, "number")); err != nil {
				r.Fatalf("%v\n%s", err, step)
			}
			wantRollup(r, db, step)
		}
	})
}

func wantRollup(t *rapid.T, db *sqlx.DB, after string) {
	t.Helper()
	var wrong int
	err := db.Get(&wrong, `select (select count(*) from (
		(select * from need_rollup_expected except select * from need_rollup)
		union all (select * from need_rollup where needs <> 0 or people <> 0 or answered <> 0 except select * from need_rollup_expected)) drift)
		+ (select count(*) from need_rollup r, jsonb_each_text(to_jsonb(r)) v where v.value ~ '^-[0-9]+$')`)
	if err != nil || wrong != 0 {
		t.Fatalf("%d cells are wrong, %v, after\n%s", wrong, err, after)
	}
}

// TestTheRollupIsRebuilt switches the triggers off, as an import does.
func TestTheRollupIsRebuilt(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 3)
	execute(t, db, `alter table need disable trigger user`)
	execute(t, db, rollupInsert, 5)
	execute(t, db, `alter table need enable trigger user`)
	if value[int](t, db, `select count(*) from need_rollup`) != 0 {
		t.Fatal("the triggers were not off")
	}
	execute(t, db, `select need_rollup_rebuild()`)
	if rollupDrift(t, db) != 0 || value[int](t, db, `select sum(needs) from need_rollup`) != 3*12 {
		t.Error("the rebuilt rollup differs from the needs")
	}
}

// TestTallyFromEachSource compares, over random filters without space and text,
// what the rollup and single days give with the needs themselves.
func TestTallyFromEachSource(t *testing.T) {
	db := pgtest.New(t)
	insertSquares(t, db, 3)
	for i := range 10 {
		execute(t, db, rollupInsert, 1+7*i)
	}
	store := postgres.New(db)
	days := rapid.SampledFrom([]needmap.Date{"2024-01-31", "2024-02-01", "2024-02-15", "2024-02-29", "2024-03-01", "2024-07-31", "2024-12-31"})
	rapid.Check(t, func(r *rapid.T) {
		c := needmap.NeedCriteria{SeverityAtLeast: rapid.IntRange(1, 5).Draw(r, "severity")}
		if rapid.Bool().Draw(r, "from?") {
			c.ReportedFrom = new(days.Draw(r, "from"))
		}
		if rapid.Bool().Draw(r, "to?") {
			c.ReportedTo = new(days.Draw(r, "to"))
		}
		if rapid.Bool().Draw(r, "statuses?") {
			c.Statuses = rapid.SliceOfN(rapid.SampledFrom(needmap.NeedStatuses), 0, 3).Draw(r, "statuses")
		}
		rows, err := store.TallyNeeds(r.Context(), c)
		if err != nil {
			r.Fatal(err)
		}
		var got, want needmap.Tally
		for _, row := range rows {
			got.Add(row.Tally)
		}
		found, err := store.FindNeeds(r.Context(), c, needmap.NeedsOldest, needmap.Page{Limit: 500}, true)
		if err != nil {
			r.Fatal(err)
		}
		for _, n := range found.Needs {
			want.AddNeed(n)
		}
		if total := found.Total; total != nil && *total != want.Needs || total == nil && want.Needs > 0 {
			r.Errorf("total %v with the page, want %d", total, want.Needs)
		}
		if got != want {
			r.Errorf("%+v, want %+v, for %s", got, want, fmt.Sprint(c.Statuses, c.SeverityAtLeast, c.ReportedFrom, c.ReportedTo))
		}
	})
}
