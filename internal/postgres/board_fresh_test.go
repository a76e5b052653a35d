package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// callers know places, or cells only.
var callers = map[string]needmap.NeedCriteria{
	"places": everyNeed, "cells": {SeverityAtLeast: 1, Access: needmap.Access{Cells: true}},
}

// unrecorded are changes that no event of a need tells: services that SQL changes,
// and SQL that changes totals. The board sees these too.
var unrecorded = []lifeStep{
	{"a service by SQL", func(l *boardLife) { execute(l.t, l.db, `update service set capacity = 1 where id = 1`) }},
	{"an area by SQL", func(l *boardLife) { execute(l.t, l.db, `insert into service_area values (1, 4)`) }},
	{"a place by SQL", func(l *boardLife) {
		execute(l.t, l.db, `update service set location = st_setsrid(st_makepoint(11.09, 41.05), 4326) where id = 2`)
	}},
	{"other ages", func(l *boardLife) { l.update(6, needmap.NeedUpdate{MinimumAge: new(80), MaximumAge: new(90)}) }},
	{"another place", func(l *boardLife) {
		l.change(6, func(n *needmap.Need) (needmap.NeedStep, error) {
			n.Location = elderlyAt(0.03, 0).Location
			return needmap.NeedStep{Kind: needmap.EventUpdated}, nil
		})
	}},
	{"people by SQL", func(l *boardLife) {
		execute(l.t, l.db, `update need set people = people + 1 where id = $1`, l.needs[0])
	}},
	{"a status by SQL", func(l *boardLife) { execute(l.t, l.db, `update need set status = 'MET' where id = $1`, l.needs[6]) }},
	{"needs by SQL", func(l *boardLife) { execute(l.t, l.db, needsInSquare, 3) }},
	{"deleted by SQL", func(l *boardLife) { execute(l.t, l.db, `delete from need where id = (select max(id) from need)`) }},
	{"imported", func(l *boardLife) { l.importCSV(4) }},
	{"imported anew", func(l *boardLife) { l.importCSV(5) }},
	{"all deleted", func(l *boardLife) { execute(l.t, l.db, `truncate need cascade`) }},
}

// importCSV imports two needs of some severity: the first time they are new.
func (l *boardLife) importCSV(severity int) {
	l.t.Helper()
	change := func(n *needmap.Need) { n.Severity, n.Field = severity, needmap.Fields[severity%5] }
	mustImportNeeds(l.t, l.db, []needmap.Need{importedNeed("x", change), importedNeed("y", change)})
}

// TestBoardIsFresh compares, after every change, a store that has a board with one
// that has none.
func TestBoardIsFresh(t *testing.T) {
	t.Parallel()
	l := newBoardLife(t)
	asked := postgres.New(l.db) // another server: it did not write
	severe := needmap.NeedCriteria{SeverityAtLeast: 4}
	for _, step := range slices.Concat(lifeSteps, unrecorded) {
		step.do(l)
		now := time.Now()
		for name, c := range callers {
			want := viewed(t, postgres.New(l.db), l.atlas, c, now)
			for _, store := range []*postgres.Store{l.store, asked} {
				if got := viewed(t, store, l.atlas, c, now); got != want {
					t.Errorf("%s, by %s:%s", step.name, name, firstDifference(got, want))
				}
			}
		}
		if got, want := viewed(t, asked, l.atlas, severe, now), viewed(t, postgres.New(l.db), l.atlas, severe, now); got != want {
			t.Errorf("%s, the severe ones:%s", step.name, firstDifference(got, want))
		}
	}
}

// TestBoardOfAnotherDemo replaces the rows under a board.
func TestBoardOfAnotherDemo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	loadDemo(t, db, postgres.DemoOptions{Needs: 300, Seed: 1})
	store, atlas, now := postgres.New(db), atlasOf(t, db), time.Now()
	before := viewed(t, store, atlas, everyNeed, now)
	loadDemo(t, db, postgres.DemoOptions{Needs: 300, Seed: 2, Replace: true})
	got := viewed(t, store, atlas, everyNeed, now)
	if want := viewed(t, postgres.New(db), atlas, everyNeed, now); got != want || got == before {
		t.Errorf("the demo before it again? %v%s", got == before, firstDifference(got, want))
	}
}

// TestBoardAfterManyEvents: more events than are read one by one, most of them of
// one need, do not hide what happened to another one after them.
func TestBoardAfterManyEvents(t *testing.T) {
	l := newBoardLife(t)
	l.report(reportedNow(1, 5, needmap.FieldElderly), reportedNow(1, 5, needmap.FieldElderly))
	severe := needmap.NeedCriteria{SeverityAtLeast: 5}
	viewed(t, l.store, l.atlas, severe, time.Now())
	execute(t, l.db, `insert into need_event (need_id, at, kind, before, after)
select $1, now(), 'CONFIRMED', '{}', '{}' from generate_series(1, 5001)`, l.needs[0])
	l.update(1, needmap.NeedUpdate{Severity: new(5)})
	err := l.store.ViewNeeds(t.Context(), severe, func(v coverage.View) error {
		if got := v.Needs(); !slices.Equal(got, l.needs[1:]) {
			t.Errorf("the severe needs are %v, want %v", got, l.needs[1:])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBoardWaitsForLateCommits: what a transaction wrote before a board was read,
// and committed after, is read then, also behind later transactions.
func TestBoardWaitsForLateCommits(t *testing.T) {
	l := newBoardLife(t)
	l.report(reportedNow(1, 5, needmap.FieldElderly), reportedNow(2, 5, needmap.FieldMinors)) // they share no figures, which writers lock
	severe := needmap.NeedCriteria{SeverityAtLeast: 5}
	severeNeeds := func(want ...int64) {
		t.Helper()
		for _, store := range []*postgres.Store{l.store, postgres.New(l.db)} {
			err := store.ViewNeeds(t.Context(), severe, func(v coverage.View) error {
				if got := v.Needs(); !slices.Equal(got, want) {
					t.Errorf("the severe needs are %v, want %v", got, want)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	late := l.db.MustBegin()
	defer late.Rollback() //nolint:errcheck // it is committed
	late.MustExec(`update need set severity = 5, version = version + 1 where id = $1`, l.needs[0])
	late.MustExec(eventOfNeed, l.needs[0])
	severeNeeds()
	l.update(1, needmap.NeedUpdate{Severity: new(5)})
	severeNeeds(l.needs[1])
	severeNeeds(l.needs[1])
	if err := late.Commit(); err != nil {
		t.Fatal(err)
	}
	severeNeeds(l.needs...)
}
