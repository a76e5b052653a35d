package postgres_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// pastOf is what a store tells of a moment. Need-days are those of a month: who knows
// what happened since it began tells the same as who knows all.
func pastOf(tb testing.TB, store *postgres.Store, atlas *needmap.Atlas, c needmap.NeedCriteria, at time.Time) string {
	tb.Helper()
	var texts [2]string
	for i, since := range []time.Time{{}, lastMonth(at).From} {
		err := store.PastView(tb.Context(), c, at, since, func(v coverage.View) (err error) {
			texts[i], err = toldBy(v, atlas, at)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if texts[0] != texts[1] {
		tb.Errorf("of all that happened: %s", firstDifference(texts[0], texts[1]))
	}
	return texts[0]
}

var needDays = regexp.MustCompile(`[0-9.]+ days`)

// sameButDays compares what is told of two moments shortly after each other.
func sameButDays(a, b string) bool {
	return needDays.ReplaceAllString(a, "") == needDays.ReplaceAllString(b, "")
}

// pastCallers ask in different ways.
var pastCallers = map[string]needmap.NeedCriteria{
	"everybody": everyNeed, "analyst": {SeverityAtLeast: 1, Access: needmap.Access{Cells: true}},
	"operator":  scoped([]int{1, 3}, []int{}),
	"by values": {SeverityAtLeast: 3, Fields: needmap.Fields[:3], Origins: needmap.NeedOrigins[:2], Statuses: needmap.NeedStatuses[:2]},
}

// noted is what was told at a moment.
type noted struct {
	after   string // the change before it
	at      time.Time
	views   map[string]string
	tallies map[string]string
}

func (l *boardLife) note(after string) noted {
	l.t.Helper()
	n := noted{after, ask[time.Time](l.t, l.db, `select clock_timestamp()`), map[string]string{}, map[string]string{}}
	for name, c := range pastCallers {
		n.views[name] = viewed(l.t, l.store, l.atlas, c, n.at)
		rows, err := l.store.TallyNeeds(l.t.Context(), c)
		n.tallies[name] = tallied(l.t, rows, err)
	}
	return n
}

// tallied puts the rows of a tally together and in order.
func tallied(t *testing.T, rows []needmap.LocalTally, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]needmap.Tally{}
	for _, row := range rows {
		key := fmt.Sprint(row.MunicipalityID, " ", row.Field)
		sum := sums[key]
		sum.Add(row.Tally)
		sums[key] = sum
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		lines = append(lines, fmt.Sprintf("%s %+v", key, sums[key]))
	}
	return strings.Join(lines, "\n")
}

// live takes steps and notes what is told after each.
func (l *boardLife) live(steps []lifeStep) (notes []noted) {
	l.t.Helper()
	for _, step := range steps {
		step.do(l)
		notes = append(notes, l.note(step.name))
	}
	return notes
}

// checkPast looks back at what was noted.
func (l *boardLife) checkPast(notes []noted) {
	l.t.Helper()
	moments := make([]time.Time, len(notes))
	for i, n := range notes {
		moments[i] = n.at
		l.checkMoment(n)
	}
	for name, c := range pastCallers {
		checkTrend(l.t, l.store, l.atlas, name, c, moments)
	}
}

// checkMoment names one caller who is told something else than was noted.
func (l *boardLife) checkMoment(n noted) {
	l.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(pastCallers)) {
		c := pastCallers[name]
		rows, err := l.store.TallyNeedsAt(l.t.Context(), c, n.at)
		if got := tallied(l.t, rows, err); got != n.tallies[name] {
			l.t.Errorf("the tally after %q, by %s:%s", n.after, name, firstDifference(got, n.tallies[name]))
			return
		}
		if got := pastOf(l.t, l.store, l.atlas, c, n.at); got != n.views[name] {
			l.t.Errorf("after %q, by %s:%s", n.after, name, firstDifference(got, n.views[name]))
			return
		}
	}
}

// checkTrend compares a trend over all moments with what is told of each; it names
// the first that differs.
func checkTrend(t *testing.T, store *postgres.Store, atlas *needmap.Atlas, name string, c needmap.NeedCriteria, moments []time.Time) {
	t.Helper()
	var periods []coverage.Period
	var all []int
	for _, at := range moments {
		periods = append(periods, lastMonth(at))
	}
	areas := coverage.NewAreas(atlas, needmap.LevelLocal, nil)
	for _, area := range areas.List {
		all = append(all, area.MunicipalityIDs...)
	}
	trend, err := store.Trend(t.Context(), c, all, periods)
	if err != nil || len(trend.Points) != len(moments) {
		t.Fatalf("%d points, %v", len(trend.Points), err)
	}
	for i, at := range moments {
		p := trend.Points[i]
		settled := c.Settled()
		total, fields := p.Figures(coverage.NewAreas(atlas, needmap.LevelLocal, settled.MunicipalityIDs), settled)
		got := fmt.Sprintf("%+v\n%+v\n%.5f", total, fields, p.NeedDays)
		err := store.PastView(t.Context(), c, p.At, time.Time{}, func(v coverage.View) error {
			report, ok := v.Report(areas, atlas)
			days, alsoOK := v.NeedDays(areas, atlas, lastMonth(at), at)
			if !ok || !alsoOK {
				return fmt.Errorf("a need lies outside the territory")
			}
			if want := fmt.Sprintf("%+v\n%+v\n%.5f", report.Total, report.Fields, days.Total); got != want {
				return fmt.Errorf("trend by %s at %s:%s", name, at, firstDifference(got, want))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
			return
		}
	}
}

// TestPast takes every kind of step, and then looks back at each.
func TestPast(t *testing.T) {
	t.Parallel()
	l := newBoardLife(t)
	l.checkPast(l.live(lifeSteps))
}

// pastDemo reads the demo as its days of suspensions were written down.
func pastDemo(t *testing.T) (*sqlx.DB, *postgres.Store, *needmap.Atlas) {
	t.Helper()
	db := pgtest.New(t)
	loadDemo(t, db, postgres.DemoOptions{Needs: 500, Seed: 1})
	return db, postgres.New(db), atlasOf(t, db)
}

// TestPastOfTheDemo: now is as it is told now, on a day of 2020 as many places were
// suspended as the suspensions say, and a trend agrees with what is told of its days.
func TestPastOfTheDemo(t *testing.T) {
	t.Parallel()
	db, store, atlas := pastDemo(t)
	now := time.Now()
	for name, c := range callers {
		if got, want := pastOf(t, store, atlas, c, now), viewed(t, store, atlas, c, now); got != want {
			t.Errorf("now, by %s:%s", name, firstDifference(got, want))
		}
	}
	spring := needmap.Date("2020-04-15")
	want := ask[string](t, db, `select concat_ws(' ', count(*), sum(capacity)) from service s where status in ('ACTIVE', 'SUSPENDED')
		and exists (select from suspension u where u.service_id = s.id and u.from_day <= $1 and coalesce(u.to_day, $1) >= $1)
		and exists (select from service_area a where a.service_id = s.id)`, string(spring))
	err := store.PastView(t.Context(), everyNeed, spring.Begin().Add(12*time.Hour), time.Time{}, func(v coverage.View) error {
		report, ok := v.Report(coverage.NewAreas(atlas, needmap.LevelLocal, nil), atlas)
		if got := fmt.Sprint(report.Total.SuspendedServices, " ", report.Total.SuspendedCapacity); !ok || got != want {
			t.Errorf("suspended services and places: %s, want %s", got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	moments := []time.Time{spring.Begin(), needmap.Date("2022-07-01").Begin(), needmap.Date("2025-12-31").Begin(), now}
	for name, c := range callers {
		checkTrend(t, store, atlas, name, c, moments)
	}
}
