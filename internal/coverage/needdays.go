package coverage

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Period is a time from one moment until before another.
type Period struct{ From, Until time.Time }

// End is the last moment of the period. The history is kept in microseconds.
func (p Period) End() time.Time { return p.Until.Add(-time.Microsecond) }

// Days gives the days that a span has in common with the period; now stands for
// the end of a span that lasts.
func (p Period) days(s Span, now Moment) float64 {
	to := s.To
	if to == 0 {
		to = now
	}
	from, until := max(s.From, MomentOf(p.From)), min(to, MomentOf(p.Until))
	if from >= until {
		return 0
	}
	return float64(until-from) / (24 * 60 * 60)
}

// NeedDays are the days that needs were open in a period, one for each need and
// day, by area and field as Report has its cells. A need counts where it is now.
// Episodes whose end nobody knows are left out.
type NeedDays struct {
	Cells, ByArea []float64
	Fields        [fieldCount]float64
	Total         float64
}

// NeedDays adds up the days of needs, whatever their status is now; the filter's
// other parts hold. now is the end of what lasts.
func (v View) NeedDays(areas *Areas, atlas *needmap.Atlas, p Period, now time.Time) (NeedDays, bool) {
	d := NeedDays{Cells: make([]float64, len(areas.List)*fieldCount), ByArea: make([]float64, len(areas.List))}
	places, ok := v.areaNumbers(areas, atlas)
	if !ok {
		return d, false
	}
	filter := v.filter
	filter.statuses = 1<<len(needmap.NeedStatuses) - 1
	last := MomentOf(now)
	for i, f := range v.board.facts {
		if v.board.spans[i].count == 0 || !filter.holds(v.board.ids[i], f) {
			continue
		}
		days := 0.0
		for _, s := range v.board.spansOf(i) {
			days += p.days(s, last)
		}
		if area := places[f.municipality]; area != none {
			d.Cells[int(area)*fieldCount+int(f.field)] += days
			d.ByArea[area] += days
		}
		d.Fields[f.field] += days
		d.Total += days
	}
	return d, true
}
