package graph

import (
	"context"
	"slices"
	"time"

	"github.com/innovainrete/needmap/internal/live"
	"github.com/innovainrete/needmap/internal/needmap"
)

// toldCells are the areas that changed as all are told who asked the same.
type toldCells struct {
	cells []*NeedMapCell
	asOf  time.Time
}

// NeedMapChanged tells of the areas whose figures under a filter change.
func (r *subscriptionResolver) NeedMapChanged(ctx context.Context, filter *needmap.NeedFilter, level needmap.TerritoryLevel, after *string) (<-chan *NeedMapChange, error) {
	a := asked{needmap.ViewerFrom(ctx), filter, level}
	if _, err := a.criteria(r.atlas()); err != nil {
		return nil, err
	}
	if _, err := needmap.ParseEnum("level", string(level), needmap.TerritoryLevels); err != nil {
		return nil, err
	}
	q := live.Question{Key: a.key("needMapChanged"), Answer: func(ctx context.Context, changes needmap.NeedChanges) (any, error) {
		return r.changedCells(ctx, a, changes.Needs)
	}}
	return follow(ctx, r.Resolver, after, q, r.showCells)
}

// changedCells adds up the areas in which figures under the filter may have
// changed, and nothing else.
func (r *subscriptionResolver) changedCells(ctx context.Context, a asked, deltas []needmap.NeedDelta) (any, error) {
	atlas := r.atlas()
	criteria, err := a.criteria(atlas)
	if err != nil {
		return nil, err
	}
	touched, leaves, err := touchedAreas(atlas, a.level, criteria, deltas)
	if len(touched) == 0 || err != nil {
		return nil, err
	}
	narrowed := criteria.Narrow(leaves)
	told := toldCells{asOf: r.Now()}
	rows, err := r.Store.TallyNeeds(ctx, narrowed)
	if err != nil {
		return nil, err
	}
	m, err := newNeedMap(atlas, a.level, narrowed, rows, told.asOf)
	if err != nil {
		return nil, err
	}
	told.cells = withEmpty(atlas, a.level, m.Cells, touched)
	return told, nil
}

// touchedAreas finds the areas in which needs under the filter changed: one
// municipality of each that did, and all municipalities that they hold.
func touchedAreas(atlas *needmap.Atlas, level needmap.TerritoryLevel, c needmap.NeedCriteria, deltas []needmap.NeedDelta) (touched, all []int, err error) {
	seen := map[string]bool{}
	for _, d := range deltas {
		for _, id := range d.Touched(c) {
			m, ok := atlas.ByID(id)
			if !ok {
				return nil, nil, needmap.ErrTerritoryReplaced
			}
			code := m.AreaCode(level)
			if seen[code] || level == needmap.LevelLocal && !m.IsLocal { // it is in no local cell
				continue
			}
			seen[code] = true
			touched = append(touched, id)
			units, err := atlas.Within("level", code)
			if err != nil {
				return nil, nil, err
			}
			for _, unit := range units {
				all = append(all, unit.ID)
			}
		}
	}
	return touched, all, nil
}

// withEmpty adds the areas that the last of the caller's needs has left. The map
// itself does not show them; here their zero says that something went.
func withEmpty(atlas *needmap.Atlas, level needmap.TerritoryLevel, cells []*NeedMapCell, touched []int) []*NeedMapCell {
	for _, empty := range emptyCells(atlas, level, touched) {
		if !slices.ContainsFunc(cells, func(c *NeedMapCell) bool { return c.Area == empty.Area }) {
			cells = append(cells, empty)
		}
	}
	return cells
}

func (r *subscriptionResolver) showCells(m live.Message) ([]*NeedMapChange, error) {
	told, ok := m.Answer.(toldCells)
	if !ok {
		told = toldCells{cells: []*NeedMapCell{}, asOf: r.Now()}
	}
	return []*NeedMapChange{{Cursor: m.Cursor, Reload: m.Reload, Cells: told.cells, AsOf: told.asOf}}, nil
}
