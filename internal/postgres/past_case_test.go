package postgres_test

import (
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// today is the day in Rome, as a suspension that begins now states it.
func (l *boardLife) today() needmap.Date {
	return needmap.Date(ask[string](l.t, l.db, `select (now() at time zone 'Europe/Rome')::date::text`))
}

// pastCases are steps whose traces are easily read wrongly.
var pastCases = []struct {
	name  string
	steps []lifeStep
}{
	{"responses go over with a merge, and come back", []lifeStep{
		{"report", func(l *boardLife) {
			l.report(reportedNow(2, 20, needmap.FieldElderly), reportedNow(1, 9, needmap.FieldElderly))
		}},
		{"offered", func(l *boardLife) { l.offer(1, 1, 4) }},
		{"accepted", func(l *boardLife) { l.answer(0, needmap.Accept(nil)) }},
		{"merged", func(l *boardLife) { l.merge(0, 1) }},
		{"delivered in part", func(l *boardLife) { l.answer(0, needmap.Deliver(new(1))) }},
		{"unmerged", func(l *boardLife) { l.unmerge(0) }},
		{"delivered", func(l *boardLife) { l.answer(1, needmap.Deliver(nil)) }},
	}},
	{"a delivery in part after a merge", []lifeStep{
		{"report", func(l *boardLife) {
			l.report(reportedNow(2, 20, needmap.FieldElderly), reportedNow(1, 9, needmap.FieldElderly))
		}},
		{"agreed", func(l *boardLife) { l.offer(1, 1, 4); l.answer(0, needmap.Accept(nil)) }},
		{"merged", func(l *boardLife) { l.merge(0, 1) }},
		{"delivered in part", func(l *boardLife) { l.answer(0, needmap.Deliver(new(1))) }},
	}},
	{"a delivery before a merge", []lifeStep{
		{"report", func(l *boardLife) {
			l.report(reportedNow(2, 20, needmap.FieldElderly), reportedNow(1, 9, needmap.FieldElderly))
		}},
		{"agreed", func(l *boardLife) { l.offer(1, 1, 4); l.answer(0, needmap.Accept(nil)) }},
		{"delivered in part", func(l *boardLife) { l.answer(0, needmap.Deliver(new(1))) }},
		{"merged", func(l *boardLife) { l.merge(0, 1) }},
	}},
	{"a merge that is taken back at once", []lifeStep{
		{"report", func(l *boardLife) {
			l.report(reportedNow(2, 20, needmap.FieldElderly), reportedNow(1, 9, needmap.FieldElderly))
		}},
		{"agreed", func(l *boardLife) { l.offer(1, 1, 4); l.answer(0, needmap.Accept(nil)) }},
		{"merged", func(l *boardLife) { l.merge(0, 1) }},
		{"unmerged", func(l *boardLife) { l.unmerge(0) }},
	}},
	{"responses stay with a merge", []lifeStep{
		{"report", func(l *boardLife) {
			l.report(reportedNow(2, 20, needmap.FieldElderly), reportedNow(1, 9, needmap.FieldElderly))
		}},
		{"offered", func(l *boardLife) { l.offer(1, 1, 4) }},
		{"merged", func(l *boardLife) { l.merge(0, 1) }},
	}},
	{"a merge of what a service declined", []lifeStep{
		{"report", func(l *boardLife) {
			l.report(reportedNow(4, 20, needmap.FieldElderly), reportedNow(2, 9, needmap.FieldElderly))
		}},
		{"offered", func(l *boardLife) { l.offer(1, 1, 4) }},
		{"declined", func(l *boardLife) { l.answer(0, needmap.Decline(needmap.DeclineNoStaff, nil)) }},
		{"merged", func(l *boardLife) { l.merge(0, 1) }},
	}},
	{"two deliveries in part, one after the other", []lifeStep{
		{"report", func(l *boardLife) { l.report(reportedNow(1, 20, needmap.FieldElderly)) }},
		{"agreed", func(l *boardLife) { l.offer(0, 1, 6); l.answer(0, needmap.Accept(nil)) }},
		{"delivered in part", func(l *boardLife) { l.answer(0, needmap.Deliver(new(1))) }},
		{"the rest in part", func(l *boardLife) { l.answer(1, needmap.Deliver(new(2))) }},
		{"the rest", func(l *boardLife) { l.answer(2, needmap.Deliver(nil)) }},
	}},
	{"two agreements of one service, each delivered in part", []lifeStep{
		{"report", func(l *boardLife) { l.report(reportedNow(1, 20, needmap.FieldElderly)) }},
		{"both agreed", func(l *boardLife) {
			l.offer(0, 1, 4)
			l.offer(0, 1, 5)
			l.answer(0, needmap.Accept(nil))
			l.answer(1, needmap.Accept(nil))
		}},
		{"the first in part", func(l *boardLife) { l.answer(0, needmap.Deliver(new(1))) }},
		{"the second in part", func(l *boardLife) { l.answer(1, needmap.Deliver(new(1))) }},
	}},
	{"suspended and resumed on one day", []lifeStep{
		{"report", func(l *boardLife) { l.report(reportedNow(1, 20, needmap.FieldElderly)) }},
		{"suspended", func(l *boardLife) { l.suspend(1, l.today()) }},
		{"resumed", func(l *boardLife) { l.resume(1) }},
	}},
	{"other ages", []lifeStep{
		{"report", func(l *boardLife) { l.report(elderlyAt(0.012, 20)) }},
		{"too young", func(l *boardLife) { l.update(0, needmap.NeedUpdate{MaximumAge: new(60)}) }},
		{"any age", func(l *boardLife) { l.update(0, needmap.NeedUpdate{Clear: []needmap.NeedPart{needmap.PartAges}}) }},
	}},
	{"imported", []lifeStep{
		{"new", func(l *boardLife) { l.importCSV(4) }},
	}},
}

// TestPastCases looks back at each step of each case.
func TestPastCases(t *testing.T) {
	t.Parallel()
	for _, c := range pastCases {
		t.Run(c.name, func(t *testing.T) {
			l := newBoardLife(t)
			l.edit(1, func(d *needmap.ServiceDraft) { d.Capacity = 12 })
			l.checkPast(l.live(c.steps))
		})
	}
}

// TestPastOfATerritoryThatWent: a need that once lay in a municipality that the
// territory no longer has is in no figure of that time, and does not keep the others
// from being told.
func TestPastOfATerritoryThatWent(t *testing.T) {
	l := newBoardLife(t)
	l.report(reportedNow(3, 5, needmap.FieldElderly), reportedNow(1, 5, needmap.FieldElderly))
	before := l.note("report").at
	l.update(0, needmap.NeedUpdate{Municipality: new("056000")})
	execute(t, l.db, `delete from municipality where id = 3`)
	atlas := atlasOf(t, l.db)
	err := l.store.PastView(t.Context(), everyNeed, before, time.Time{}, func(v coverage.View) error {
		if _, ok := v.Report(coverage.NewAreas(atlas, needmap.LevelLocal, nil), atlas); !ok {
			t.Error("there is no report of the time before, and never will be")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
