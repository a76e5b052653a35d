package postgres_test

import (
	"fmt"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// ending moves a need to an end, in the version that the caller knows.
func ending(t *testing.T, store *postgres.Store, id int64, version int, to needmap.NeedStatus, code *needmap.EndReason) func() error {
	w := writeAs(t, "transitionNeed", "", id)
	return func() error {
		return store.ChangeNeed(t.Context(), w, needmap.NeedVersion{ID: id, Version: version}, w.Access.Transition(to, code, nil))
	}
}

// answersInAll tells responses with their versions, and the needs' last events.
func answersInAll(t *testing.T, db *sqlx.DB) (responses, events string) {
	t.Helper()
	return ask[string](t, db, `select string_agg(concat_ws(' ', id, need_id, status, reason_code, reason, version), '; ' order by id) from response`),
		ask[string](t, db, `
select string_agg(concat_ws(' ', e.need_id, kind, response_id, reason_code, actor, coalesce(actor_role::text, '-'), e.version, before, after), E'\n' order by at, e.id)
from need_event e join need n on n.id = e.need_id where e.version = n.version`)
}

// TestEndOfANeed ends need 1 in every way. Of its responses 1 is offered and 2
// agreed by service 1, 3 is delivered and 4 declined; 5 is offered to need 2.
func TestEndOfANeed(t *testing.T) {
	withdrawn, noNeed := needmap.EndWithdrawn, needmap.EndNotANeed
	for _, c := range []struct {
		from, to needmap.NeedStatus
		code     *needmap.EndReason
		told     string
	}{
		{"ASSIGNED", "CLOSED", &withdrawn, `STATUS_CHANGED WITHDRAWN test COORDINATOR 2 {"status": "ASSIGNED"} {"status": "CLOSED", "endReason": "WITHDRAWN"}`},
		{"VERIFIED", "REJECTED", &noNeed, `STATUS_CHANGED NOT_A_NEED test COORDINATOR 2 {"status": "VERIFIED"} {"status": "REJECTED", "endReason": "NOT_A_NEED"}`},
		{"IN_PROGRESS", "MET", nil, `STATUS_CHANGED test COORDINATOR 2 {"status": "IN_PROGRESS"} {"status": "MET"}`},
	} {
		db, store := answering(t, 1, 2)
		execute(t, db, `update need set status = $1, people_answered = 2 where id = 1`, string(c.from))
		execute(t, db, `
insert into response (need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at)
select n, 1, 1, p, s::response_status, case s when 'DECLINED' then 'x' end, now(), now()
from (values (1, 1, 'PROPOSED'), (1, 2, 'ACCEPTED'), (1, 2, 'DELIVERED'), (1, 3, 'DECLINED'), (2, 1, 'PROPOSED')) v(n, p, s)`)
		if err := ending(t, store, 1, 1, c.to, c.code)(); err != nil {
			t.Fatal(err)
		}
		rows, events := answersInAll(t, db)
		if want := "1 1 DECLINED NEED_ENDED 2; 2 1 DECLINED NEED_ENDED 2; 3 1 DELIVERED 1; 4 1 DECLINED x 1; 5 2 PROPOSED 1"; rows != want {
			t.Errorf("%s: responses %s, want %s", c.to, rows, want)
		}
		want := "1 " + c.told + `
1 RESPONSE_DECLINED 1 NEED_ENDED test COORDINATOR 2 {"response.status": "PROPOSED"} {"response.status": "DECLINED"}
1 RESPONSE_DECLINED 2 NEED_ENDED test COORDINATOR 2 {"response.status": "ACCEPTED"} {"response.status": "DECLINED"}`
		if events != want {
			t.Errorf("%s: history\n%s\nwant\n%s", c.to, events, want)
		}
		if held, err := store.PlacesHeld(t.Context(), []int{1}); err != nil || held[1] != 1 {
			t.Errorf("%s: %d places are held, %v", c.to, held[1], err)
		}
		mustRespond(t, store, offered(2, 1, 4)) // all that is free now
		w := writeAs(t, "reopenNeed", "", 1)
		if err := store.ChangeNeed(t.Context(), w, needmap.NeedVersion{ID: 1, Version: 2}, w.Access.Reopen("Di nuovo")); err != nil {
			t.Fatal(err)
		}
		if again := ask[int](t, db, `select count(*) from response where need_id = 1 and status in ('PROPOSED', 'ACCEPTED')`); again != 0 {
			t.Errorf("%s: %d responses came back", c.to, again)
		}
	}
}

// TestStepsThatEndNothing: neither a step between open statuses nor an end that
// stays one declines anything.
func TestStepsThatEndNothing(t *testing.T) {
	db, store := answering(t, 1, 1)
	mustRespond(t, store, offered(1, 1, 3))
	if err := ending(t, store, 1, 2, needmap.StatusAssigned, nil)(); err != nil {
		t.Fatal(err)
	}
	execute(t, db, `update need set status = 'CLOSED'`)
	w := writeAs(t, "updateNeed", "", 1)
	update := needmap.Reporting{Access: w.Access}.Update(needmap.NeedUpdate{Severity: new(1)})
	if err := store.ChangeNeed(t.Context(), w, needmap.NeedVersion{ID: 1, Version: 3}, update); err != nil {
		t.Fatal(err)
	}
	if rows, _ := answersInAll(t, db); rows != "1 1 PROPOSED 1" {
		t.Errorf("responses %s", rows)
	}
}

// TestRaceOfEndAndAnswers ends a need while its offer is accepted and another one
// comes: whoever is first, no ended need holds places.
func TestRaceOfEndAndAnswers(t *testing.T) {
	const rounds = 8
	db, store := answering(t, 2, rounds)
	execute(t, db, `update service set capacity = 100`)
	withdrawn := needmap.EndWithdrawn
	for need := int64(1); need <= rounds; need++ {
		first := mustRespond(t, store, offered(need, 1, 3))
		accept := writeAs(t, "acceptResponse", "", need)
		won := race(t, []func() error{
			func() error {
				_, err := store.ChangeResponse(t.Context(), accept, first.ResponseID, 1, needmap.Accept(nil))
				return err
			},
			ending(t, store, need, 2, needmap.StatusClosed, &withdrawn),
			respondingTo(t, store, offered(need, 2, 2)),
		}, needmap.CodeConflict)
		ended := ask[bool](t, db, `select status = 'CLOSED' from need where id = $1`, need)
		want, wins := "ACCEPTED 3, PROPOSED 2", 2
		if ended {
			want, wins = "DECLINED 3", 1
		}
		rows := ask[string](t, db, `select string_agg(concat(status, ' ', people), ', ' order by id) from response where need_id = $1`, need)
		if rows != want || won != wins {
			t.Errorf("need %d, ended %v: %d won, responses %s", need, ended, won, rows)
		}
	}
	held, err := store.PlacesHeld(t.Context(), []int{1, 2})
	open := ask[int](t, db, `select count(*) from need where status = 'VERIFIED'`)
	if got, want := fmt.Sprint(held[1], " ", held[2]), fmt.Sprint(3*open, " ", 2*open); err != nil || got != want {
		t.Errorf("%s places are held, want %s, %v", got, want, err)
	}
}
