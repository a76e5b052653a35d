package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// demandUnder asks for the needs and people under a filter.
func demandUnder(ctx context.Context, store *postgres.Store, atlas *needmap.Atlas, c needmap.NeedCriteria) (f coverage.Figures, err error) {
	err = store.ViewNeeds(ctx, c, func(v coverage.View) error {
		report, ok := v.Report(coverage.NewAreas(atlas, needmap.LevelProvince, nil), atlas)
		if !ok {
			return fmt.Errorf("a need lies outside the territory")
		}
		f = report.Total
		return nil
	})
	return f, err
}

// TestBoardWritersSeeTheirWrites: while others write and ask, by places and by
// cells, who wrote sees it in the next answer, and reasons add up to the gap.
func TestBoardWritersSeeTheirWrites(t *testing.T) {
	l := newBoardLife(t)
	var writers, askers sync.WaitGroup
	stop := make(chan struct{})
	for _, c := range callers {
		askers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if f, err := demandUnder(t.Context(), l.store, l.atlas, c); err != nil || sum(f.Reasons) != f.Gap() {
					t.Errorf("%+v, %v", f, err)
				}
			}
		})
	}
	for municipality := 1; municipality <= 4; municipality++ {
		writers.Go(func() { writeAndAsk(t, l, municipality) })
	}
	writers.Wait()
	close(stop)
	askers.Wait()
}

func sum(list [7]int) (all int) {
	for _, n := range list {
		all += n
	}
	return all
}

// writeAndAsk reports needs of a municipality and ends every third.
func writeAndAsk(t *testing.T, l *boardLife, municipality int) {
	people := 0
	for i := 1; i <= 12; i++ {
		id := mustReport(t, l.store, reportedNow(municipality, i, needmap.Fields[i%5]))[0]
		people += i
		if i%3 == 0 {
			end := byCoordinator("").Access.Transition(needmap.StatusRejected, new(needmap.EndOutOfScope), nil)
			if err := l.store.ChangeNeed(t.Context(), byCoordinator(""), needmap.NeedVersion{ID: id, Version: 1}, end); err != nil {
				t.Error(err)
			}
			people -= i
		}
		c := needmap.NeedCriteria{SeverityAtLeast: 1, MunicipalityIDs: []int{municipality}, Access: needmap.Access{Cells: i%2 == 0}}
		f, err := demandUnder(t.Context(), l.store, l.atlas, c)
		if err != nil || f.Demand != people {
			t.Errorf("municipality %d, step %d: %d people, want %d: %v", municipality, i, f.Demand, people, err)
		}
	}
}

// TestBoardOfWhoGaveUp: a question that its caller ends halfway leaves no board
// half read to others who are between bringing it up to date and reading it.
func TestBoardOfWhoGaveUp(t *testing.T) {
	t.Parallel()
	l := newBoardLife(t)
	const needs = 1_500
	execute(t, l.db, needsInSquare, needs) // for minors, whom a service takes
	areas := coverage.NewAreas(l.atlas, needmap.LevelProvince, nil)
	for n := range 40 {
		if err := l.store.RefreshBoard(t.Context()); err != nil {
			t.Fatal(err)
		}
		// Every need has an event, so that all are read again.
		execute(t, l.db, `insert into need_event (need_id, at, kind) select id, now(), 'UPDATED' from need`)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(4+n*2)*time.Millisecond)
		err := l.store.RefreshBoard(ctx)
		cancel()
		l.store.SettledView(func(v coverage.View) {
			report, ok := v.Report(areas, l.atlas)
			if f := report.Total; !ok || f.Needs != needs || f.Reasons[0] != 0 {
				t.Errorf("after %v: %d needs, want %d; %d people without a service, want none", err, f.Needs, needs, f.Reasons[0])
			}
		})
		if err == nil || t.Failed() {
			break // longer questions come to their end too
		}
	}
}

// TestBoardAsServer asks, changes services and asks again as the server's role.
func TestBoardAsServer(t *testing.T) {
	owner, server := openRole(t)
	insertSquares(t, owner, 4)
	execute(t, owner, `insert into organisation (is_cooperative, slug, name) values (true, 'a', 'A'), (true, 'b', 'B')`)
	l := &boardLife{t: t, db: server, store: postgres.New(server), atlas: atlasOf(t, server)}
	l.report(reportedNow(1, 5, needmap.FieldElderly))
	asked := postgres.New(server)
	for _, step := range []lifeStep{
		{"nothing", func(*boardLife) {}},
		{"created", func(l *boardLife) { l.create() }},
		{"changed", func(l *boardLife) { l.edit(l.made, func(d *needmap.ServiceDraft) { d.Capacity = 3 }) }},
		{"suspended", func(l *boardLife) { l.suspend(l.made, "2020-03-01") }},
		{"resumed", func(l *boardLife) { l.resume(l.made) }},
		{"deleted", func(l *boardLife) { l.delete(l.made) }},
	} {
		before := ask[int](t, server, `select version from supply_version`)
		step.do(l)
		now := time.Now()
		if after := ask[int](t, server, `select version from supply_version`); (after > before) != (step.name != "nothing") {
			t.Errorf("%s: the version of the services went from %d to %d", step.name, before, after)
		}
		want := viewed(t, postgres.New(owner), l.atlas, everyNeed, now)
		if got := viewed(t, asked, l.atlas, everyNeed, now); got != want {
			t.Errorf("%s:%s", step.name, firstDifference(got, want))
		}
		if got := pastOf(t, asked, l.atlas, everyNeed, time.Now()); !sameButDays(got, want) {
			t.Errorf("%s, as it stands:%s", step.name, firstDifference(got, want))
		}
	}
}
