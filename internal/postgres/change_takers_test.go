package postgres_test

import (
	"fmt"
	"slices"
	"testing"
)

// TestWhoTakesANeedUp now, and who did before: a merge takes responses elsewhere,
// and brings them back when it is taken back.
func TestWhoTakesANeedUp(t *testing.T) {
	db, s, at := changeStore(t, 2)
	const (
		offer = `insert into response (need_id, organisation_id, people, status, proposed_at, updated_at)
			select 1, o, 1, 'PROPOSED', now(), now() from unnest($1::int[]) o`
		offered = `insert into need_event (need_id, at, kind, before, after, response_id) select need_id, now(), 'RESPONSE_PROPOSED', '{}', '{}', id
			from response where organisation_id = $1`
		merge    = `update response set need_id = 2, merged_from = 1`
		merged   = `insert into need_event (need_id, at, kind, before, after) values (2, now(), 'MERGED', '{}', '{}'), (1, now(), 'MERGED', '{}', '{"mergedInto": "2"}')`
		unmerge  = `update response set need_id = 1, merged_from = null`
		unmerged = `insert into need_event (need_id, at, kind, before, after) values (2, now(), 'UNMERGED', '{}', '{}'), (1, now(), 'UNMERGED', '{"mergedInto": "2"}', '{}')`
		decline  = `update response set status = 'DECLINED', reason = 'no' where organisation_id = 1`
		declined = `insert into need_event (need_id, at, kind, before, after, response_id) select 1, now(), 'RESPONSE_DECLINED', '{}', '{}', id
			from response where status = 'DECLINED'`
		confirmed = `insert into need_event (need_id, at, kind, before, after) values (2, now(), 'CONFIRMED', '{}', '{}'), (1, now(), 'CONFIRMED', '{}', '{}')`
	)
	execute(t, db, `insert into organisation (is_cooperative, slug, name, volunteers) values (true, 'alfa', 'Alfa', 0), (true, 'beta', 'Beta', 0)`)
	for _, step := range []struct {
		name string
		do   func()
		want string // takers and former ones: of the duplicate, and of the need that it is merged into
	}{
		{"an offer", func() { execute(t, db, offer, "{1}"); execute(t, db, offered, 1); execute(t, db, confirmed) }, "[1] [1] / [] []"},
		{"nothing", func() { execute(t, db, confirmed) }, "[1] [1] / [] []"},
		{"a merge", func() { execute(t, db, merge); execute(t, db, merged) }, "[] [1] / [1] [1]"},
		{"nothing while merged", func() { execute(t, db, confirmed) }, "[] [] / [1] [1]"},
		{"back, and another offer", func() {
			execute(t, db, unmerge)
			execute(t, db, unmerged)
			execute(t, db, offer, "{2}")
			execute(t, db, offered, 2)
		}, "[1 2] [1 2] / [] [1]"},
		{"nothing again", func() { execute(t, db, confirmed) }, "[1 2] [1 2] / [] []"},
		{"one is declined", func() { execute(t, db, decline); execute(t, db, declined) }, "[2] [1 2] / "},
		{"nothing at last", func() { execute(t, db, confirmed) }, "[2] [2] / [] []"},
	} {
		step.do()
		changes := changesSince(t, s, at)
		at = changes.To
		told := map[int64]string{}
		for _, d := range changes.Needs {
			slices.Sort(d.Takers)
			slices.Sort(d.Former)
			told[d.NeedID] = fmt.Sprint(d.Takers, " ", d.Former)
		}
		if got := told[1] + " / " + told[2]; got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}
