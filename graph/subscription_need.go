package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/live"
	"github.com/innovainrete/needmap/internal/needmap"
)

// toldNeed is a change of one need as all are told who asked the same.
type toldNeed struct {
	id   int64
	kind needmap.NeedEventKind
	need *needmap.Need // nil: it has left the filter
}

// NeedChanged tells of the needs under a filter that change, come and leave.
func (r *subscriptionResolver) NeedChanged(ctx context.Context, filter *needmap.NeedFilter, after *string) (<-chan *NeedChange, error) {
	a := asked{viewer: needmap.ViewerFrom(ctx), filter: filter}
	if _, err := a.criteria(r.atlas()); err != nil {
		return nil, err
	}
	q := live.Question{Key: a.key("needChanged"), Answer: func(ctx context.Context, changes needmap.NeedChanges) (any, error) {
		return r.changedNeeds(ctx, a, changes.Needs)
	}}
	return follow(ctx, r.Resolver, after, q, r.showNeeds)
}

// changedNeeds tells which needs changed under the filter: those that are under
// it now, as they are, and those that may have left it.
func (r *subscriptionResolver) changedNeeds(ctx context.Context, a asked, deltas []needmap.NeedDelta) (any, error) {
	criteria, err := a.criteria(r.atlas())
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, d := range deltas {
		if d.MayConcern(criteria) {
			ids = append(ids, d.NeedID)
		}
	}
	if ids == nil {
		return nil, nil
	}
	needs, err := r.Store.NeedsUnder(ctx, criteria, ids)
	if err != nil {
		return nil, err
	}
	under := make(map[int64]*needmap.Need, len(needs))
	for _, n := range needs {
		under[n.ID] = n
	}
	var told []toldNeed
	for _, d := range deltas {
		if n := under[d.NeedID]; n != nil || d.MayHaveLeft(criteria) {
			told = append(told, toldNeed{d.NeedID, d.Kind, n})
		}
	}
	if told == nil {
		return nil, nil
	}
	return told, nil
}

// showNeeds makes a message of each need. Only the last one moves the cursor: a
// caller who goes away between them is told them all again.
func (r *subscriptionResolver) showNeeds(m live.Message) ([]*NeedChange, error) {
	told, _ := m.Answer.([]toldNeed)
	if len(told) == 0 {
		return []*NeedChange{{Cursor: m.Cursor, Reload: m.Reload}}, nil
	}
	var needs []*needmap.Need
	for _, t := range told {
		if t.need != nil {
			needs = append(needs, t.need)
		}
	}
	wrapped, err := newNeeds(r.atlas(), needs)
	if err != nil {
		return nil, err
	}
	changes := make([]*NeedChange, len(told))
	for i, t := range told {
		id := numericID(typeNeed, t.id)
		changes[i] = &NeedChange{Cursor: m.Before, Kind: &t.kind, NeedID: &id}
		if t.need != nil {
			changes[i].Need, wrapped = wrapped[0], wrapped[1:]
		}
	}
	changes[len(changes)-1].Cursor = m.Cursor
	return changes, nil
}
