package postgres_test

import (
	"context"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// suspending stores a suspension that must succeed.
func suspending(t *testing.T, store *postgres.Store, s needmap.NewSuspension) int {
	t.Helper()
	id, err := store.SuspendService(t.Context(), writeAs(t, "suspendService", "", s), s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestSuspendAndResume follows a service, its needs and the history of both.
// Need 1 has an offer, 2 an agreement, 3 an offer and another suspension, 4 an
// offer that was declined, 5 none, 6 an offer and has ended.
func TestSuspendAndResume(t *testing.T) {
	db, store := answering(t, 2, 6)
	execute(t, db, `insert into suspension (service_id, from_day, to_day, reason) values (2, '2020-01-01', '2020-02-01', 'Altro')`)
	execute(t, db, `update need set origin = 'SUSPENDED_SERVICE', suspension_id = 1 where id = 3`)
	execute(t, db, `
insert into response (need_id, organisation_id, service_id, people, status, reason, proposed_at, updated_at)
select n, 1, 1, 1, s::response_status, 'x', now(), now() from (values (1, 'PROPOSED'), (2, 'ACCEPTED'), (2, 'PROPOSED'), (3, 'PROPOSED'), (4, 'DECLINED'), (6, 'PROPOSED')) v(n, s)`)
	execute(t, db, `update need set status = 'CLOSED' where id = 6`)

	id := suspending(t, store, needmap.NewSuspension{ServiceID: 1, Version: 1, From: "2020-03-01", Reason: "Lavori", MarkNeeds: true})
	if row := ask[string](t, db, `select concat_ws(' ', service_id, from_day, to_day, reason) from suspension where id = $1`, id); row != "1 2020-03-01 Lavori" {
		t.Errorf("suspension %s", row)
	}
	if service := ask[string](t, db, `select concat_ws(' ', status, version) from service where id = 1`); service != "SUSPENDED 2" {
		t.Errorf("service %s", service)
	}
	marked := ask[string](t, db, `select string_agg(concat_ws(' ', id, version, suspension_id), '; ' order by id) from need where origin = 'SUSPENDED_SERVICE'`)
	if marked != "1 2 2; 2 2 2; 3 1 1" {
		t.Errorf("marked %s", marked)
	}
	events := ask[string](t, db, `select string_agg(concat_ws(' ', need_id, kind, actor, version, before, after), '; ' order by need_id) from need_event`)
	if want := `1 UPDATED test 2 {"origin": "KNOWN"} {"origin": "SUSPENDED_SERVICE", "suspension": "2"}; ` +
		`2 UPDATED test 2 {"origin": "KNOWN"} {"origin": "SUSPENDED_SERVICE", "suspension": "2"}`; events != want {
		t.Errorf("events %s", events)
	}
	access := writeAs(t, "", "", nil).Access
	needs, count, err := store.NeedsOfService(t.Context(), access, 1)
	if err != nil || count != 3 || len(needs) != 3 || needs[0].Severity < needs[1].Severity || needs[1].Severity < needs[2].Severity {
		t.Errorf("%d needs depend on it, %d listed, %v", count, len(needs), err)
	}

	end := needmap.Resumption{ServiceID: 1, Version: 2}
	if ended, err := store.ResumeService(t.Context(), writeAs(t, "resumeService", "", end), end); err != nil || ended != id {
		t.Fatalf("ended %d, %v", ended, err)
	}
	if row := ask[bool](t, db, `select to_day = (now() at time zone 'Europe/Rome')::date - 1 from suspension where id = $1`, id); !row {
		t.Error("the suspension did not end yesterday")
	}
	needs, count, err = store.NeedsOfSuspension(t.Context(), access, id)
	if err != nil || count != 2 || len(needs) != 2 {
		t.Errorf("%d needs wait, %d listed, %v", count, len(needs), err)
	}
	told := ask[string](t, db, `
select string_agg(concat_ws(' ', object, object_id, actor, actor_role, before ->> 'status', after ->> 'status',
  jsonb_array_length(before -> 'suspensions'), jsonb_array_length(after -> 'suspensions')), '; ' order by id) from directory_event`)
	if want := "Service 1 test COORDINATOR ACTIVE SUSPENDED 0 1; Service 1 test COORDINATOR SUSPENDED ACTIVE 1 1"; told != want {
		t.Errorf("the directory's history: %s", told)
	}
}

// TestMarksFollowEachOther: a suspension that began first and waited comes second
// in the history of a need.
func TestMarksFollowEachOther(t *testing.T) {
	db, store := answering(t, 1, 0)
	id := mustReport(t, store, lacking(1, 9))[0]
	execute(t, db, `
insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at)
values ($1, 1, 1, 1, 'PROPOSED', now(), now())`, id)
	s := needmap.NewSuspension{ServiceID: 1, Version: 1, From: "2020-03-01", Reason: "Lavori", MarkNeeds: true}
	w := writeAs(t, "suspendService", "", s)
	followsAnother(t, db, id, func() error {
		_, err := store.SuspendService(context.WithoutCancel(t.Context()), w, s)
		return err
	})
	if marked := ask[bool](t, db, `select origin = 'SUSPENDED_SERVICE' and version = 3 from need`); !marked {
		t.Error("the need was not marked")
	}
}

// TestSuspensionsOfOperators speaks for one's own organisation only.
func TestSuspensionsOfOperators(t *testing.T) {
	_, store := answering(t, 1, 1)
	for _, c := range []struct {
		name string
		v    needmap.Viewer
		code needmap.Code
	}{
		{"of the territory alone", needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"056000"}}, needmap.CodeForbidden},
		{"of another organisation", needmap.Viewer{Role: needmap.RoleOperator, OrganisationIDs: []int{2}}, needmap.CodeForbidden},
		{"of its organisation", needmap.Viewer{Role: needmap.RoleOperator, OrganisationIDs: []int{1}}, ""},
	} {
		atlas := needmap.NewAtlas([]*needmap.Municipality{{ID: 1, Code: "056000", ProvinceCode: "056", RegionCode: "12", IsLocal: true}})
		access, err := c.v.Access(atlas)
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range []bool{true, false} {
			s := needmap.NewSuspension{ServiceID: 1, Version: 1, From: "2020-03-01", Reason: "Lavori", MarkNeeds: mark}
			if c.code == "" && !mark {
				continue
			}
			_, err = store.SuspendService(t.Context(), needmap.Write{Access: access, Actor: "o", Role: c.v.Role}, s)
			if needmap.ErrorCode(err) != c.code {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

// TestSettleSuspensions ends what has passed: service 1 by an old end, 2 not yet,
// 3 never had a suspension, 4 lasts, 5 ended once and is suspended anew.
func TestSettleSuspensions(t *testing.T) {
	db, store := answering(t, 5, 0)
	execute(t, db, `update service set status = 'SUSPENDED'`)
	execute(t, db, `
insert into suspension (service_id, from_day, to_day, reason)
select s, '2020-01-01', day, 'x' from (values (1, '2020-02-01'::date), (2, (now() at time zone 'Europe/Rome')::date), (4, null),
  (5, '2020-02-01'::date)) v(s, day)`)
	execute(t, db, `insert into suspension (service_id, from_day, reason) values (5, '2021-01-01', 'x')`)
	for _, want := range []int{1, 0} {
		if settled, err := store.SettleSuspensions(t.Context()); err != nil || settled != want {
			t.Errorf("settled %d, want %d: %v", settled, want, err)
		}
	}
	if rows := ask[string](t, db, `select string_agg(concat_ws(' ', id, version), '; ') from service where status = 'ACTIVE'`); rows != "1 2" {
		t.Errorf("active: %s", rows)
	}
	if told := ask[string](t, db, `select string_agg(concat_ws(' ', object_id, actor, actor_role, after ->> 'status'), '; ') from directory_event`); told != "1 needmap ACTIVE" {
		t.Errorf("the history: %s", told)
	}
}
