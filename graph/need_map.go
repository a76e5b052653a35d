package graph

import (
	"context"
	"slices"
	"time"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
)

// MaxFeatures bounds needFeatures: more points than that tell a reader nothing.
const MaxFeatures = 5000

// NeedMap adds needs up by area and field.
func (r *queryResolver) NeedMap(ctx context.Context, filter *needmap.NeedFilter, level needmap.TerritoryLevel, asOf *time.Time) (*NeedMap, error) {
	q, err := r.coverageQuestion(ctx, filter, "level", level, asOf)
	if err != nil {
		return nil, err
	}
	rows, err := r.tallies(ctx, q.Criteria, asOf)
	if err != nil {
		return nil, err
	}
	return newNeedMap(q.Atlas, level, q.Criteria, rows, q.Now)
}

// tallies adds needs up as they are, or as they stood at a moment.
func (r *Resolver) tallies(ctx context.Context, c needmap.NeedCriteria, asOf *time.Time) ([]needmap.LocalTally, error) {
	if asOf != nil {
		return r.Store.TallyNeedsAt(ctx, c, *asOf)
	}
	return r.Store.TallyNeeds(ctx, c)
}

// NeedFeatures gives points in a box as finished GeoJSON.
func (r *queryResolver) NeedFeatures(ctx context.Context, bbox needmap.BBox, filter *needmap.NeedFilter, limit int) (scalar.JSON, error) {
	atlas := r.atlas()
	criteria, err := needmap.ViewerFrom(ctx).NeedCriteria(filter, atlas)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > MaxFeatures {
		return nil, needmap.Invalid("limit", "limit runs from 1 to %d, not %d", MaxFeatures, limit)
	}
	if err := bbox.Check("bbox"); err != nil {
		return nil, err
	}
	if criteria.BBox != nil {
		both, ok := bbox.Intersect(*criteria.BBox)
		if !ok {
			return appendNeedFeatures(nil, atlas, nil), nil
		}
		bbox = both
	}
	criteria.BBox = &bbox
	features, err := r.Store.FindNeedFeatures(ctx, criteria, limit)
	for i := range features {
		if f := &features[i]; f.Cell == nil && f.LocationKind == needmap.LocationExact {
			placesRead(ctx, f.ID)
		}
	}
	return appendNeedFeatures(nil, atlas, features), err
}

// newNeedMap sums local tallies up to a level: a parent is the sum of its leaves
// because nothing else is ever added.
func newNeedMap(atlas *needmap.Atlas, level needmap.TerritoryLevel, c needmap.NeedCriteria, rows []needmap.LocalTally, now time.Time) (*NeedMap, error) {
	m := &NeedMap{Totals: &needmap.Tally{}, AsOf: now, IsPartial: c.Scope != nil}
	m.Cells = emptyCells(atlas, level, shownLeaves(c, rows))
	byCode := make(map[string]*NeedMapCell, len(m.Cells))
	for _, cell := range m.Cells {
		byCode[cell.Area.Code] = cell
	}
	for _, row := range rows {
		leaf, ok := atlas.ByID(row.MunicipalityID)
		if !ok {
			return nil, needmap.ErrTerritoryReplaced
		}
		m.Totals.Add(row.Tally)
		// A need of a comune with municipi that has yet to find its own is in no
		// local cell; doctor names such needs.
		if cell, ok := byCode[leaf.AreaCode(level)]; ok {
			cell.Tally.Add(row.Tally)
			cell.ByField[slices.Index(needmap.Fields, row.Field)].Tally.Add(row.Tally)
		}
	}
	return m, nil
}

// shownLeaves gives the municipalities whose areas have a cell, nil for all. An
// area outside the caller's territory has one only where an organisation of its
// own is at work: a zero would be read as no need.
func shownLeaves(c needmap.NeedCriteria, rows []needmap.LocalTally) []int {
	if c.Scope == nil {
		return c.MunicipalityIDs
	}
	ids := c.Narrow(c.Scope.MunicipalityIDs).MunicipalityIDs
	for _, row := range rows {
		ids = append(ids, row.MunicipalityID)
	}
	return ids
}

// emptyCells makes a cell for every area of a level, or for those that hold some
// local municipalities.
func emptyCells(atlas *needmap.Atlas, level needmap.TerritoryLevel, ids []int) []*NeedMapCell {
	wanted := map[string]bool{}
	for _, id := range ids {
		if m, ok := atlas.ByID(id); ok {
			wanted[m.AreaCode(level)] = true
		}
	}
	cells := []*NeedMapCell{}
	for _, area := range atlas.Areas(level) {
		if ids == nil || wanted[area.Code] {
			cells = append(cells, newCell(area))
		}
	}
	return cells
}

func newCell(area needmap.Area) *NeedMapCell {
	cell := &NeedMapCell{Area: area, ByField: make([]FieldTally, len(needmap.Fields))}
	for i, field := range needmap.Fields {
		cell.ByField[i].Field = field
	}
	return cell
}
