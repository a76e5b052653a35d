package postgres_test

import (
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// answering is a world to answer in: two cooperatives, of which the first offers
// services of 5 places each, and open needs of 10 people each in municipality 1.
func answering(t *testing.T, services, needs int) (*sqlx.DB, *postgres.Store) {
	t.Helper()
	db := pgtest.New(t)
	insertSquares(t, db, 2)
	execute(t, db, `insert into organisation (is_cooperative, slug, name) values (true, 'a', 'A'), (true, 'b', 'B')`)
	execute(t, db, `
insert into service (organisation_id, name, field, status, provision, capacity)
select 1, 'S' || g, 'MINORS', 'ACTIVE', 'PRIVATE', 5 from generate_series(1, $1) g`, services)
	execute(t, db, `insert into service_area select id, 1 from service`)
	execute(t, db, `
insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind)
select 1, 'MINORS', 'KNOWN', 'VERIFIED', 1 + g % 5, 10, '2024-02-01'::timestamptz + g * interval '1 day', 'AREA' from generate_series(1, $1) g`, needs)
	return db, postgres.New(db)
}

// writeAs describes a write by a coordinator.
func writeAs(t *testing.T, operation, key string, input any) needmap.Write {
	t.Helper()
	v := needmap.Viewer{Role: needmap.RoleCoordinator, Actor: "test"}
	access, err := v.Access(nil)
	if err != nil {
		t.Fatal(err)
	}
	given := &key
	if key == "" {
		given = nil
	}
	w, err := v.NewWrite(access, operation, given, input)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// offered is an offer of a service to a need.
func offered(need int64, service, people int) needmap.Offer {
	return needmap.Offer{NeedID: need, ServiceID: &service, People: people}
}

func mustRespond(t *testing.T, store *postgres.Store, o needmap.Offer) needmap.ResponseKeys {
	t.Helper()
	keys, err := store.RespondToNeed(t.Context(), writeAs(t, "respondToNeed", "", o), o)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// mustChange takes a step with version 1 of a response, or a later one.
func mustChange(t *testing.T, store *postgres.Store, id int64, version int, change needmap.ResponseChange) needmap.ResponseKeys {
	t.Helper()
	keys, err := store.ChangeResponse(t.Context(), writeAs(t, "change", "", id), id, version, change)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestResponseLife offers, agrees and delivers in part, and reads rows and history.
func TestResponseLife(t *testing.T) {
	db, store := answering(t, 1, 1)
	first := mustRespond(t, store, offered(1, 1, 5))
	mustChange(t, store, first.ResponseID, 1, needmap.Accept(nil))
	three := 3
	done := mustChange(t, store, first.ResponseID, 2, needmap.Deliver(&three))
	if done.RestID == nil {
		t.Fatal("nothing is left over of 5 people of whom 3 are answered")
	}
	mustChange(t, store, *done.RestID, 1, needmap.Decline(needmap.DeclineNoStaff, nil))
	rows := ask[string](t, db, `
select string_agg(concat_ws(' ', id, people, status, reason_code, reason, version), '; ' order by id) from response`)
	if want := "1 3 DELIVERED 3; 2 2 DECLINED NO_STAFF 2"; rows != want {
		t.Errorf("responses %s, want %s", rows, want)
	}
	if need := ask[string](t, db, `select concat_ws(' ', people, people_answered, status, version) from need`); need != "10 3 VERIFIED 5" {
		t.Errorf("need %s", need)
	}
	events := ask[string](t, db, `
select string_agg(concat_ws(' ', kind, response_id, reason_code, actor, actor_role, version, before, after), '; ' order by id) from need_event`)
	if want := `RESPONSE_PROPOSED 1 test COORDINATOR 2 {} {"response.people": "5", "response.status": "PROPOSED"}; ` +
		`RESPONSE_ACCEPTED 1 test COORDINATOR 3 {"response.status": "PROPOSED"} {"response.status": "ACCEPTED"}; ` +
		`RESPONSE_DELIVERED 1 test COORDINATOR 4 {"peopleAnswered": "0", "response.people": "5", "response.status": "ACCEPTED"} ` +
		`{"peopleAnswered": "3", "response.people": "3", "response.status": "DELIVERED", "response.remaining": "2"}; ` +
		`RESPONSE_DECLINED 2 NO_STAFF test COORDINATOR 5 {"response.status": "ACCEPTED"} {"response.status": "DECLINED"}`; events != want {
		t.Errorf("history\n%s\nwant\n%s", events, want)
	}
	held, err := store.PlacesHeld(t.Context(), []int{1})
	if err != nil || held[1] != 0 {
		t.Errorf("%d places are held, %v", held[1], err)
	}
}

// TestRespondRefusals leaves nothing behind.
func TestRespondRefusals(t *testing.T) {
	db, store := answering(t, 1, 2)
	execute(t, db, `update need set version = 4 where id = 2`)
	mustRespond(t, store, offered(1, 1, 3))
	none, two := 99, 2
	for _, c := range []struct {
		name  string
		offer needmap.Offer
		code  needmap.Code
	}{
		{"no such need", offered(99, 1, 1), needmap.CodeNotFound},
		{"no such service", offered(1, 99, 1), needmap.CodeInvalid},
		{"no such organisation", needmap.Offer{NeedID: 1, OrganisationID: &none, People: 1}, needmap.CodeInvalid},
		{"more than is free", offered(1, 1, 3), needmap.CodeInvalid},
		{"more than is free, by another need", offered(2, 1, 3), needmap.CodeInvalid},
		{"more than is left", needmap.Offer{NeedID: 1, OrganisationID: &two, People: 8}, needmap.CodeInvalid},
		{"an older need", needmap.Offer{NeedID: 2, NeedVersion: &two, OrganisationID: &two, People: 1}, needmap.CodeConflict},
	} {
		_, err := store.RespondToNeed(t.Context(), writeAs(t, "respondToNeed", "key "+c.name, c.offer), c.offer)
		if needmap.ErrorCode(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if left := ask[string](t, db, `select concat_ws(' ', (select count(*) from response), (select count(*) from need_event), (select count(*) from request_key))`); left != "1 1 0" {
		t.Errorf("responses, events and keys: %s", left)
	}
}

// TestRespondOnce sends a request with a key again, and another one with it.
func TestRespondOnce(t *testing.T) {
	db, store := answering(t, 1, 1)
	offer := offered(1, 1, 2)
	w := writeAs(t, "respondToNeed", "once", offer)
	first, err := store.RespondToNeed(t.Context(), w, offer)
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.RespondToNeed(t.Context(), w, offer)
	if err != nil || again != first {
		t.Errorf("again: %+v, %v; first %+v", again, err, first)
	}
	if n := ask[int](t, db, `select count(*) from response`); n != 1 {
		t.Errorf("%d responses", n)
	}
}

// race runs calls at once and gives how many succeeded; the others must fail with
// one of some codes.
func race(t *testing.T, calls []func() error, refusals ...needmap.Code) int {
	t.Helper()
	start, errs := make(chan bool), make([]error, len(calls))
	var all sync.WaitGroup
	for i, call := range calls {
		all.Go(func() {
			<-start
			errs[i] = call()
		})
	}
	close(start)
	all.Wait()
	won := 0
	for _, err := range errs {
		code, expected := needmap.ErrorCode(err), false
		for _, c := range refusals {
			expected = expected || c == code
		}
		if err == nil {
			won++
		} else if !expected {
			t.Errorf("%s: %v", code, err)
		}
	}
	return won
}

// respondingTo offers people by a service to a need.
func respondingTo(t *testing.T, store *postgres.Store, o needmap.Offer) func() error {
	w := writeAs(t, "respondToNeed", "", o)
	return func() error {
		_, err := store.RespondToNeed(t.Context(), w, o)
		return err
	}
}

// TestRaceForANeed has eight services offer 3 of a need's 10 people at once:
// three find room.
func TestRaceForANeed(t *testing.T) {
	db, store := answering(t, 8, 1)
	var calls []func() error
	for service := 1; service <= 8; service++ {
		calls = append(calls, respondingTo(t, store, offered(1, service, 3)))
	}
	if won := race(t, calls, needmap.CodeInvalid); won != 3 {
		t.Errorf("%d offers were taken", won)
	}
	if sums := ask[string](t, db, `select concat_ws(' ', count(*), sum(people)) from response`); sums != "3 9" {
		t.Errorf("responses and people: %s", sums)
	}
	if version := ask[int](t, db, `select version from need`); version != 4 {
		t.Errorf("the need has version %d", version)
	}
}

// TestRaceForAService has eight needs ask for 2 of a service's 5 places at once:
// two find room.
func TestRaceForAService(t *testing.T) {
	db, store := answering(t, 1, 8)
	var calls []func() error
	for need := int64(1); need <= 8; need++ {
		calls = append(calls, respondingTo(t, store, offered(need, 1, 2)))
	}
	if won := race(t, calls, needmap.CodeInvalid); won != 2 {
		t.Errorf("%d offers were taken", won)
	}
	if sums := ask[string](t, db, `select concat_ws(' ', count(*), sum(people)) from response`); sums != "2 4" {
		t.Errorf("responses and people: %s", sums)
	}
}

// TestRaceOfAll crosses four services with four needs, everybody wanting one
// place: the services have 20, the needs 40 people.
func TestRaceOfAll(t *testing.T) {
	db, store := answering(t, 4, 4)
	var calls []func() error
	for i := range 32 {
		calls = append(calls, respondingTo(t, store, offered(int64(1+i%4), 1+i/4%4, 1)))
	}
	if won := race(t, calls, needmap.CodeInvalid); won != 20 {
		t.Errorf("%d offers were taken", won)
	}
	if over := ask[int](t, db, `
select (select count(*) from need n where people < (select sum(people) from response r where r.need_id = n.id))
  + (select count(*) from service s where capacity <> (select sum(people) from response r where r.service_id = s.id))`); over != 0 {
		t.Errorf("%d needs have too many offers, or services are not full", over)
	}
}

// TestRaceForAResponse accepts, declines and delivers one response at once.
func TestRaceForAResponse(t *testing.T) {
	db, store := answering(t, 1, 1)
	for round := range 5 {
		keys := mustRespond(t, store, offered(1, 1, 1))
		mustChange(t, store, keys.ResponseID, 1, needmap.Accept(nil))
		var calls []func() error
		for i := range 6 {
			change := needmap.Decline(needmap.DeclineFull, nil)
			if i%2 == 0 {
				change = needmap.Deliver(nil)
			}
			w := writeAs(t, "change", "", i)
			calls = append(calls, func() error {
				_, err := store.ChangeResponse(t.Context(), w, keys.ResponseID, 2, change)
				return err
			})
		}
		if won := race(t, calls, needmap.CodeConflict); won != 1 {
			t.Errorf("round %d: %d of them won", round, won)
		}
	}
	if counted := ask[bool](t, db, `
select people_answered = (select count(*) from response where status = 'DELIVERED') and version = 16 from need`); !counted {
		t.Error("what was delivered is not what was counted")
	}
}

// TestRaceOfSuspensionAndOffers suspends a service, marking its needs, while
// offers come: the service ends suspended, and every need that has an offer is
// marked. A suspension that is tried again has another key than 1.
func TestRaceOfSuspensionAndOffers(t *testing.T) {
	db, store := answering(t, 1, 5)
	execute(t, db, `update service set capacity = 50`)
	mustRespond(t, store, offered(1, 1, 1))
	var calls []func() error
	for i := range 20 {
		calls = append(calls, respondingTo(t, store, offered(int64(1+i%5), 1, 1)))
	}
	s := needmap.NewSuspension{ServiceID: 1, Version: 1, From: "2020-03-01", Reason: "Lavori", MarkNeeds: true}
	w := writeAs(t, "suspendService", "", s)
	suspended := false
	calls = append(calls[:10:10], append([]func() error{func() error {
		_, err := store.SuspendService(t.Context(), w, s)
		suspended = err == nil
		return err
	}}, calls[10:]...)...)
	race(t, calls, needmap.CodeConflict)
	if !suspended {
		t.Fatal("the service was not suspended")
	}
	unmarked := ask[string](t, db, `
select coalesce(string_agg(id::text, ' '), '') from need
where (origin = 'SUSPENDED_SERVICE' and suspension_id = (select id from suspension)) <> exists (select from response where need_id = need.id)`)
	if unmarked != "" {
		t.Errorf("needs %s are marked without an offer, or not with one", unmarked)
	}
	if drift := ask[string](t, db, `select count(*)::text from need n where version <> 1 + (select count(*) from need_event e where e.need_id = n.id)`); drift != "0" {
		t.Errorf("%s needs have another version than events", drift)
	}
}
