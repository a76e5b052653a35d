package coverage

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestTrendIsABoardAtEachStop: a trend tells what boards would that hold the needs as
// they stood.
func TestTrendIsABoardAtEachStop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var needs []*history
		for i := range rapid.IntRange(0, 5).Draw(t, "needs") {
			needs = append(needs, drawHistory(t, int64(i+1)))
		}
		var stops []Stop
		for i := range rapid.IntRange(1, 4).Draw(t, "stops") {
			p := Period{hour(100 * i), hour(100 * (i + 1))}
			stops = append(stops, Stop{p.Until, p, NewSupply(drawServices(t))})
		}
		c, keys := drawFilter(t)
		trend := NewTrend(stops, c, locals, keys)
		for _, h := range needs {
			trend.Add(&h.p)
		}
		for i, stop := range stops {
			checkStop(t, &trend.Points[i], stop, needs, c, keys)
		}
	})
}

func checkStop(t *rapid.T, got *TrendPoint, stop Stop, needs []*history, c needmap.NeedCriteria, keys []int64) {
	b := boardOf(ended()...)
	for _, h := range needs {
		if n, there := h.p.At(stop.At); there {
			b.Put(n)
		}
	}
	b.Settle(stop.Supply, c.Cells)
	v := NewView(b, stop.Supply, c, keys)
	want, atlas := reportOf(t, v, needmap.LevelLocal), world()
	total, fields := got.Figures(NewAreas(atlas, needmap.LevelLocal, c.MunicipalityIDs), c)
	if fields != want.Fields || total != want.Total || got.At != stop.At {
		t.Fatalf("at %s\n%+v, want\n%+v", stop.At, total, want.Total)
	}
	days, _ := v.NeedDays(NewAreas(atlas, needmap.LevelLocal, nil), atlas, stop.Period, stop.At)
	if d := got.NeedDays - days.Total; d > 1e-9 || d < -1e-9 {
		t.Fatalf("at %s %g need-days, want %g", stop.At, got.NeedDays, days.Total)
	}
}

// TestTrendByHand: one need, met on day 15 and moved on day 5 from a municipality
// that the territory no longer has.
func TestTrendByHand(t *testing.T) {
	met := needmap.StatusMet
	n := &PastNeed{
		ID: 1, MunicipalityID: first, Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Status: met, Severity: 3,
		People: 4, ReportedAt: day(4), ReportedOn: "2026-01-05", Changes: []Change{{At: day(5), MunicipalityID: new(0)}},
		Events: []*needmap.NeedEvent{{At: day(15), Kind: needmap.EventStatus, FromStatus: new(needmap.StatusInProgress), ToStatus: &met}},
	}
	var stops []Stop
	for _, until := range []int{2, 5, 10, 20} {
		stops = append(stops, Stop{day(until).Add(-1), Period{day(0), day(until)}, NewSupply([]Service{home(1)})})
	}
	trend := NewTrend(stops, everything, locals, nil)
	trend.Add(n)
	for i, want := range []struct {
		demand int
		days   float64
	}{{0, 0}, {0, 0}, {4, 6}, {0, 11}} {
		p := trend.Points[i]
		if d := p.NeedDays - want.days; p.Total.Demand != want.demand || d > 1e-4 || d < -1e-4 {
			t.Errorf("until %s: %d people and %g need-days, want %+v", p.Period.Until, p.Total.Demand, p.NeedDays, want)
		}
	}
}
