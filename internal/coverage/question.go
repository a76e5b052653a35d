package coverage

import (
	"maps"
	"slices"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Question is a report that somebody asks for. What costs much is only worked out
// where it is wanted.
type Question struct {
	Atlas    *needmap.Atlas
	Level    needmap.TerritoryLevel
	Criteria needmap.NeedCriteria
	Order    Order
	Period   Period    // of need-days
	Now      time.Time // the moment that the figures are of
	Scenario *Scenario // nil for what is
	Want     Want
}

// Want says which figures of a row are wanted beside those that cost nothing.
type Want struct{ Distances, NeedDays, Ranks, Placing bool }

// Answer is a report with its margins.
type Answer struct {
	*Table
	Fields  []needmap.Field // that were asked for, in the order of their rows
	Placing []FieldPlacing
	Told    []int64 // keys of needs of whose places a distance tells
}

// FieldPlacing is how far the free places of a field go, with the scenario and
// without it.
type FieldPlacing struct {
	Field needmap.Field
	Placing
	Before *Placing // nil without a scenario
}

// Answer reads the report from a view of the question's criteria; Finish puts it in
// order. It is UNAVAILABLE while the territory is being replaced, and INVALID, naming
// whatIf, for a scenario that can't be.
func (q Question) Answer(v View) (*Answer, error) {
	scoped := q.Criteria.Scope != nil
	q.Criteria = q.Criteria.Settled()
	areas := NewAreas(q.Atlas, q.Level, shown(q.Criteria, v.municipalities))
	if scoped {
		areas.markParts(q.Atlas)
	}
	a := &Answer{Fields: q.Fields()}
	before, err := q.table(v, areas, a)
	if err != nil {
		return nil, err
	}
	a.Table = before
	after := v
	if q.Scenario != nil {
		if err := q.Scenario.Check(v.Services()); err != nil {
			return nil, err
		}
		after = v.Under(NewSupply(q.Scenario.Apply(v.Services())))
		if a.Table, err = q.table(after, areas, a); err != nil {
			return nil, err
		}
		a.PutBefore(before)
	}
	if q.Want.Placing {
		a.Placing = q.placing(v, after, a.Fields)
	}
	return a, nil
}

// Finish puts the rows in their order, and ranks them where that is wanted: what takes
// its time and needs no view any more.
func (q Question) Finish(a *Answer) {
	a.Sort(q.Order)
	if q.Want.Ranks {
		a.Rank(q.Order)
	}
}

// Since is the moment from which on the question wants to know what happened: that of
// its figures, or the beginning of the period of its need-days.
func (q Question) Since() time.Time {
	if q.Want.NeedDays && q.Period.From.Before(q.Now) {
		return q.Period.From
	}
	return q.Now
}

// Fields gives those asked for, in their published order; all without a filter.
func (q Question) Fields() []needmap.Field {
	if q.Criteria.Fields == nil {
		return needmap.Fields
	}
	return slices.DeleteFunc(slices.Clone(needmap.Fields), func(f needmap.Field) bool { return !slices.Contains(q.Criteria.Fields, f) })
}

// shown gives the municipalities whose areas have rows, nil for all; at gives those
// with needs that the caller sees. An area outside the caller's territory has a row only
// where an organisation of its own is at work: a zero would be read as no need.
func shown(c needmap.NeedCriteria, at func() []int) []int {
	if c.Scope == nil {
		return c.MunicipalityIDs
	}
	ids := c.Narrow(c.Scope.MunicipalityIDs).MunicipalityIDs
	for _, id := range at() {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// municipalities gives those with open needs under the filter.
func (v View) municipalities() []int {
	seen := map[int]struct{}{}
	v.each(func(_ *openNeed, f fact) { seen[v.municipality(f)] = struct{}{} })
	return slices.Collect(maps.Keys(seen))
}

// table makes the rows of a view for an answer.
func (q Question) table(v View, areas *Areas, a *Answer) (*Table, error) {
	report, ok := v.Report(areas, q.Atlas)
	if !ok {
		return nil, needmap.ErrTerritoryReplaced
	}
	t := NewTable(report, a.Fields, areas.Together(q.Atlas), q.Criteria.Scope != nil)
	if q.Want.Distances {
		d, _ := v.Distances(areas, q.Atlas)
		t.PutDistances(d, a.Fields)
		a.Told = append(a.Told, d.Told...)
	}
	if q.Want.NeedDays {
		d, ok := v.NeedDays(areas, q.Atlas, q.Period, q.Now)
		if !ok {
			return nil, needmap.ErrTerritoryReplaced
		}
		t.PutNeedDays(d, a.Fields)
	}
	return t, nil
}

func (q Question) placing(before, after View, fields []needmap.Field) []FieldPlacing {
	list := make([]FieldPlacing, len(fields))
	for i, field := range fields {
		list[i] = FieldPlacing{Field: field, Placing: after.Placing(FieldNumber(field))}
		if q.Scenario != nil {
			was := before.Placing(FieldNumber(field))
			list[i].Before = &was
		}
	}
	return list
}

// Find gives the row of an area and a field; nil when there is none. A nil code is all
// areas together, a nil field all fields.
func (t *Table) Find(areaCode *string, field *needmap.Field) *Row {
	for _, row := range t.All() {
		sameArea := row.Area == nil && areaCode == nil || row.Area != nil && areaCode != nil && row.Area.Code == *areaCode
		sameField := row.Field == nil && field == nil || row.Field != nil && field != nil && *row.Field == *field
		if sameArea && sameField {
			return row
		}
	}
	return nil
}
