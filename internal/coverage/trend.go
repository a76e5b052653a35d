package coverage

import (
	"maps"
	"slices"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Stop is a moment of a trend with the period that leads up to it.
type Stop struct {
	At     time.Time // the last of the period
	Period Period
	Supply *Supply // as it stood at At
}

// Trend adds needs up at several moments, one need after the other, so that a
// million of them need no room.
type Trend struct {
	filter   selection
	board    *Board // knows the filter's municipalities, and holds no need
	cells    bool
	allKinds selection
	Points   []TrendPoint
}

// TrendPoint is the figures at a stop.
type TrendPoint struct {
	Stop
	Fields    [fieldCount]Figures
	Total     Figures
	NeedDays  float64 // of the period, of needs under the filter whatever their status
	FieldDays [fieldCount]float64
	places    map[int]struct{} // municipalities of the open needs
}

// NewTrend begins a trend under a filter; keys are as for NewView. Statuses of the
// filter are those that a need had at the stop.
func NewTrend(stops []Stop, c needmap.NeedCriteria, municipalityIDs []int, keys []int64) *Trend {
	b := NewBoard(0)
	for _, id := range municipalityIDs {
		b.municipal.number(id)
	}
	t := &Trend{filter: newSelection(b, c, keys), board: b, cells: c.Cells, Points: make([]TrendPoint, len(stops))}
	t.allKinds = t.filter
	t.allKinds.statuses = 1<<len(needmap.NeedStatuses) - 1
	for i, stop := range stops {
		t.Points[i].Stop, t.Points[i].places = stop, map[int]struct{}{}
	}
	return t
}

// Add adds a need to every stop. A need of a municipality that the territory no
// longer has is left out.
func (t *Trend) Add(p *PastNeed) {
	if !t.filter.hasKey(p.ID) {
		return
	}
	for i := range t.Points {
		point := &t.Points[i]
		n, there := p.At(point.At)
		number, known := t.board.municipal.numbers[n.MunicipalityID]
		if !there || !known {
			continue
		}
		f := newFact(n, number)
		if !t.filter.inMunicipality(f) || !t.allKinds.has(f) {
			continue
		}
		now := MomentOf(point.Period.Until) // an instant after At
		for _, s := range n.Spans {
			days := point.Period.days(s, now)
			point.NeedDays += days
			point.FieldDays[f.field] += days
		}
		if n.Open != nil && t.filter.has(f) {
			row := newOpenNeed(n.Open)
			point.places[n.MunicipalityID] = struct{}{}
			reason := point.Supply.reason(claim{f.field, n.MunicipalityID, n.Open.Declined}, &row, t.cells)
			point.Fields[f.field].addNeed(&row, reason)
			point.Total.addNeed(&row, reason)
		}
	}
}

// Rows makes the rows of a point: all fields together, and each of some. Services and
// residents are those of the areas that a report of the same moment shows.
func (p *TrendPoint) Rows(q Question) (total *Row, byField []*Row) {
	c := q.Criteria.Settled()
	areas := p.areas(q.Atlas, c)
	residents, partial := areas.Together(q.Atlas), c.Scope != nil
	all, each := p.Figures(areas, c)
	total = newRow(all, residents, partial)
	total.NeedDays = &p.NeedDays
	for _, field := range q.Fields() {
		row := newRow(each[FieldNumber(field)], residents, partial)
		row.Field, row.NeedDays = &field, &p.FieldDays[FieldNumber(field)]
		byField = append(byField, row)
	}
	return total, byField
}

func (p *TrendPoint) areas(atlas *needmap.Atlas, c needmap.NeedCriteria) *Areas {
	return NewAreas(atlas, needmap.LevelLocal, shown(c, func() []int { return slices.Collect(maps.Keys(p.places)) }))
}

// Figures are the needs of the point with the services, of the criteria's fields, that
// serve some areas: all together, and by field.
func (p *TrendPoint) Figures(areas *Areas, c needmap.NeedCriteria) (Figures, [fieldCount]Figures) {
	total, fields := p.Total, p.Fields
	for i := range p.Supply.services {
		s := &p.Supply.services[i]
		if s.exists() && (c.Fields == nil || slices.Contains(c.Fields, s.Field)) && slices.ContainsFunc(s.MunicipalityIDs, areas.holds) {
			fields[s.field].addService(&s.Service)
			total.addService(&s.Service)
		}
	}
	return total, fields
}
