package coverage

import (
	"math"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// day is the beginning of a day, counted from 1 January 2026, UTC.
func day(n int) time.Time { return time.Date(2026, time.January, 1+n, 0, 0, 0, 0, time.UTC) }

func span(from, to int) Span { return Span{MomentOf(day(from)), MomentOf(day(to))} }

func since(from int) Span { return Span{From: MomentOf(day(from))} }

func TestMoment(t *testing.T) {
	for _, c := range []struct{ at, want time.Time }{
		{day(3).Add(7 * time.Second), day(3).Add(7 * time.Second)},
		{day(3).Add(7*time.Second + 999*time.Millisecond), day(3).Add(7 * time.Second)},
		{time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)}, // 0 is none
		{time.Date(1987, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)},
		{time.Time{}, time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)},
		{time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC), epoch.Add(math.MaxUint32 * time.Second)},
	} {
		if got := MomentOf(c.at).Time(); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.at, got, c.want)
		}
	}
}

// TestPeriodDays has the period from day 10 until day 20, and looks at it on day 15
// and on day 40.
func TestPeriodDays(t *testing.T) {
	period := Period{day(10), day(20)}
	for _, c := range []struct {
		name string
		span Span
		now  int
		want float64
	}{
		{"inside", span(12, 15), 40, 3},
		{"from before", span(2, 15), 40, 5},
		{"until after", span(12, 35), 40, 8},
		{"all the time", span(2, 35), 40, 10},
		{"before", span(2, 10), 40, 0},
		{"after", span(20, 35), 40, 0},
		{"at once over", span(12, 12), 40, 0},
		{"lasts", since(12), 40, 8},
		{"lasts until now", since(12), 15, 3},
		{"lasts from after now", since(17), 15, 0},
		{"half a day", Span{MomentOf(day(12)), MomentOf(day(12).Add(12 * time.Hour))}, 40, 0.5},
	} {
		if got := period.days(c.span, MomentOf(day(c.now))); got != c.want {
			t.Errorf("%s: %g days, want %g", c.name, got, c.want)
		}
	}
}

// TestNeedDays: a need counts whatever its status is now, once however many people
// it names, and a merged run of spans adds up.
func TestNeedDays(t *testing.T) {
	needs := []Need{
		elderly(1, lasting(since(12))),                                           // 8 days
		elderly(2, isNow(needmap.StatusMet), lasting(span(0, 12), span(14, 17))), // 2 + 3
		elderly(3, isNow(needmap.StatusMet)),                                     // nobody knows its end
		elderly(4, in(zagarolo), of(needmap.FieldMinors), lasting(since(0))),     // 10
		elderly(5, in(rome), lasting(span(11, 12))),                              // 1, in no local area
		elderly(6, func(n *Need) { n.Severity = 1 }, lasting(since(0))),          // filtered out
	}
	atlas := world()
	areas := NewAreas(atlas, needmap.LevelLocal, nil)
	// The filter's statuses are of what a need is now, and do not hold.
	c := needmap.NeedCriteria{SeverityAtLeast: 2, Statuses: []needmap.NeedStatus{needmap.StatusReported}}
	v := viewOf(boardOf(needs...), nil, c, nil)
	d, ok := v.NeedDays(areas, atlas, Period{day(10), day(20)}, day(40))
	if !ok {
		t.Fatal("not ok")
	}
	area := func(id int) int { i, _ := areas.Number(id); return i }
	field := FieldNumber(needmap.FieldElderly)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Municipio I, elderly", d.Cells[area(first)*fieldCount+field], 13},
		{"Municipio I", d.ByArea[area(first)], 13},
		{"Municipio II", d.ByArea[area(second)], 0},
		{"Zagarolo", d.ByArea[area(zagarolo)], 10},
		{"elderly", d.Fields[field], 14},
		{"minors", d.Fields[FieldNumber(needmap.FieldMinors)], 10},
		{"all", d.Total, 24},
	} {
		if c.got != c.want {
			t.Errorf("%s: %g days, want %g", c.name, c.got, c.want)
		}
	}
}

func TestNeedDaysUnknownMunicipality(t *testing.T) {
	atlas := world()
	v := viewOf(boardOf(elderly(1, in(77), lasting(since(0)))), nil, everything, nil)
	areas := NewAreas(atlas, needmap.LevelLocal, nil)
	_, days := v.NeedDays(areas, atlas, Period{day(0), day(1)}, day(1))
	_, distances := v.Distances(areas, atlas)
	_, report := v.Report(areas, atlas)
	if days || distances || report {
		t.Errorf("need-days %v, distances %v, report %v: a municipality that the world does not have", days, distances, report)
	}
}
