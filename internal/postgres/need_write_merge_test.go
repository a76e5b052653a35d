package postgres_test

import (
	"slices"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// drawNeeds stores a target and some duplicates of any status, with responses and
// answers that were imported; the target is open.
func drawNeeds(t *rapid.T, db *sqlx.DB) []int64 {
	ids := []int64{}
	for i := range rapid.IntRange(2, 4).Draw(t, "needs") {
		status := needmap.StatusVerified
		if i > 0 {
			status = rapid.SampledFrom(needmap.NeedStatuses).Draw(t, "status")
		}
		var reason *needmap.EndReason
		if status == needmap.StatusClosed || status == needmap.StatusRejected {
			reason = rapid.Ptr(rapid.SampledFrom(needmap.EndReasons), true).Draw(t, "reason")
		}
		var id int64
		err := db.Get(&id, `
insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind, end_reason)
values (1, 'MINORS', 'KNOWN', $1, 3, 1000, '2024-02-01', 'AREA', $2) returning id`, string(status), reason)
		if err != nil {
			t.Fatal(err)
		}
		drawResponses(t, db, id)
		ids = append(ids, id)
	}
	return ids
}

// drawResponses gives a need responses, and exactly the people that they take or
// some more.
func drawResponses(t *rapid.T, db *sqlx.DB, need int64) {
	taken, delivered := 0, 0
	for range rapid.IntRange(0, 3).Draw(t, "responses") {
		people := rapid.IntRange(1, 9).Draw(t, "people")
		status := rapid.SampledFrom(needmap.ResponseStatuses).Draw(t, "response")
		if status != needmap.ResponseDeclined {
			taken += people
		}
		if status == needmap.ResponseDelivered {
			delivered += people
		}
		if _, err := db.Exec(`
insert into response (need_id, organisation_id, people, status, reason, proposed_at, updated_at)
values ($1, 1, $2, $3::response_status, case $3::text when 'DECLINED' then 'no' end, '2024-02-02', '2024-02-02')`, need, people, string(status)); err != nil {
			t.Fatal(err)
		}
	}
	imported := rapid.IntRange(0, 3).Draw(t, "imported")
	spare := rapid.IntRange(0, 20).Draw(t, "spare")
	if _, err := db.Exec(`update need set people_answered = $2, people = $3 where id = $1`, need, delivered+imported, max(1, taken+imported+spare)); err != nil {
		t.Fatal(err)
	}
}

// snapshot is needs and their responses without what counts changes.
func snapshot(t *rapid.T, db *sqlx.DB, ids []int64) string {
	var text string
	err := db.Get(&text, `
select concat((select jsonb_agg(to_jsonb(n) - 'version' order by id) from need n where id = any($1)),
  (select jsonb_agg(to_jsonb(r) - 'version' order by id) from response r where need_id = any($1)))`, pq.Array(ids))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// versions reads needs as a caller knows them.
func versions(t *rapid.T, db *sqlx.DB, ids []int64) []needmap.NeedVersion {
	list := []needmap.NeedVersion{}
	if err := db.Select(&list, `select id, version from need where id = any($1) order by id`, pq.Array(ids)); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestMergeAndBack: a merge that is taken back, in any order of parts, leaves
// needs and responses as they were; one that is refused leaves them at once.
func TestMergeAndBack(t *testing.T) {
	db, store := collecting(t)
	rapid.Check(t, func(t *rapid.T) {
		ids := drawNeeds(t, db)
		before := snapshot(t, db, ids)
		known := versions(t, db, ids)
		_, err := store.MergeNeeds(t.Context(), byCoordinator(""), needmap.Merge{Into: known[0], Duplicates: known[1:]})
		if err != nil && needmap.ErrorCode(err) != needmap.CodeConflict {
			t.Fatal(err)
		}
		if err == nil {
			if merged := snapshot(t, db, ids); merged == before {
				t.Fatal("nothing was merged")
			}
			unmerge(t, db, store, ids)
		}
		if after := snapshot(t, db, ids); after != before {
			t.Fatalf("after\n%s\nbefore\n%s", after, before)
		}
	})
	if n := ask[int](t, db, `select count(*) from need_event where kind = 'RESPONSE_DECLINED'`); n > 0 {
		t.Errorf("merges declined %d responses", n)
	}
	if n := ask[int](t, db, `select count(*) from need where merged_into is not null`) + ask[int](t, db, `select count(*) from response where merged_from is not null`); n > 0 {
		t.Errorf("%d rows remember a merge", n)
	}
}

// unmerge takes the duplicates out, all at once or one by one in any order.
func unmerge(t *rapid.T, db *sqlx.DB, store *postgres.Store, ids []int64) {
	parts := [][]int64{nil}
	if rapid.Bool().Draw(t, "one by one") {
		parts = nil
		for _, id := range rapid.Permutation(ids[1:]).Draw(t, "order") {
			parts = append(parts, []int64{id})
		}
	}
	for _, part := range parts {
		u := needmap.Unmerge{From: versions(t, db, ids[:1])[0], Duplicates: part}
		if _, err := store.UnmergeNeeds(t.Context(), byCoordinator(""), u); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnswersMoveWhileMerged: responses that are agreed, delivered, partly
// delivered or declined between a merge and its end count for their own need then.
func TestAnswersMoveWhileMerged(t *testing.T) {
	t.Parallel()
	db, store := collecting(t)
	const surplus = `
select coalesce(string_agg((n.people_answered - coalesce(r.delivered, 0))::text, ' ' order by n.id), '') from need n
left join (select need_id, sum(people) as delivered from response where status = 'DELIVERED' group by 1) r on r.need_id = n.id
where n.id = any($1)`
	rapid.Check(t, func(t *rapid.T) {
		ids := drawNeeds(t, db)
		if _, err := db.Exec(`update need set people = 1000 where id = any($1)`, pq.Array(ids)); err != nil {
			t.Fatal(err)
		}
		imported := askRapid[string](t, db, surplus, pq.Array(ids))
		known := versions(t, db, ids)
		if _, err := store.MergeNeeds(t.Context(), byCoordinator(""), needmap.Merge{Into: known[0], Duplicates: known[1:]}); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			stepWithResponse(t, db, store, ids[0])
		}
		unmerge(t, db, store, ids)
		if after := askRapid[string](t, db, surplus, pq.Array(ids)); after != imported {
			t.Fatalf("answered beside responses: %s, before %s", after, imported)
		}
	})
}

// stepWithResponse takes some step with some response to a need.
func stepWithResponse(t *rapid.T, db *sqlx.DB, store *postgres.Store, need int64) {
	lists, err := store.Responses(t.Context(), []int64{need})
	if err != nil || len(lists[need]) == 0 {
		return
	}
	r := rapid.SampledFrom(lists[need]).Draw(t, "response")
	some := rapid.Ptr(rapid.IntRange(1, r.People), true).Draw(t, "some")
	change := rapid.SampledFrom([]needmap.ResponseChange{
		needmap.Accept(some), needmap.Deliver(some), needmap.Decline(needmap.DeclineFull, nil),
	}).Draw(t, "step")
	_, err = store.ChangeResponse(t.Context(), byCoordinator(""), r.ID, r.Version, change)
	if err != nil && needmap.Mistakes(err) == nil {
		t.Fatal(err)
	}
}

func askRapid[T any](t *rapid.T, db *sqlx.DB, query string, args ...any) (answer T) {
	if err := db.Get(&answer, query, args...); err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestMergesAtOnce: of writers who merge the same needs into each other in every
// order, none waits for another for ever, and no merge is lost.
func TestMergesAtOnce(t *testing.T) {
	db, store := collecting(t)
	ids := mustReport(t, store, lacking(1, 9), lacking(2, 9), lacking(3, 9))
	calls := []func() error{}
	for i := range 12 {
		order := slices.Concat(ids[i%3:], ids[:i%3])
		if i%2 == 0 {
			slices.Reverse(order)
		}
		calls = append(calls, func() error {
			m := needmap.Merge{Into: needmap.NeedVersion{ID: order[0], Version: 1}}
			for _, id := range order[1:] {
				m.Duplicates = append(m.Duplicates, needmap.NeedVersion{ID: id, Version: 1})
			}
			_, err := store.MergeNeeds(t.Context(), byCoordinator(""), m)
			return err
		})
	}
	if done := race(t, calls, needmap.CodeConflict); done != 1 {
		t.Errorf("%d of the merges were made", done)
	}
	if n := ask[int](t, db, `select count(*) from need where version = 2 and (merged_into is null) = (status = 'REPORTED')`); n != 3 {
		t.Errorf("%d needs are as one merge leaves them", n)
	}
}
