package graph

import (
	"context"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// NeedEvent resolves the nested fields of a need's history.
func (r *Resolver) NeedEvent() NeedEventResolver { return &needEventResolver{r} }

type needEventResolver struct{ *Resolver }

func newNeedEvents(list []*needmap.NeedEvent) []*NeedEvent {
	shared := newPeers(list...)
	wrapped := make([]*NeedEvent, len(list))
	for i, e := range list {
		wrapped[i] = &NeedEvent{NeedEvent: withoutMerges(e), peers: shared}
	}
	return wrapped
}

// withoutMerges leaves of a merge that there was one. The other need may be
// outside the caller's scope; who may see it finds it in mergedInto and mergedFrom.
func withoutMerges(e *needmap.NeedEvent) *needmap.NeedEvent {
	i := slices.IndexFunc(e.Changes, func(c needmap.ValueChange) bool { return c.Field == "mergedInto" })
	if i < 0 {
		return e
	}
	told := *e
	told.Changes = slices.Clone(e.Changes) // the event is shared with other fields of the request
	for _, value := range []**string{&told.Changes[i].Before, &told.Changes[i].After} {
		if *value != nil {
			*value = new("another need")
		}
	}
	return &told
}

// events gives the stored events of a need, loading those of all its peers.
func (r *needResolver) events(ctx context.Context, n *Need) ([]*needmap.NeedEvent, error) {
	byNeed, err := together(n.peers, "history", func(needs []*needmap.Need) (map[int64][]*needmap.NeedEvent, error) {
		return r.Store.NeedEvents(ctx, needIDs(needs))
	})
	return byNeed[n.Need.ID], err
}

// History is the report itself, followed by what was stored since. Needs of the
// demo, and those from before the history named who did what, have no stored
// report.
func (r *needResolver) History(ctx context.Context, n *Need) ([]*NeedEvent, error) {
	stored, err := r.events(ctx, n)
	if err != nil {
		return nil, err
	}
	if len(stored) > 0 && stored[0].Kind == needmap.EventReported {
		return newNeedEvents(stored), nil
	}
	reported := needmap.StatusReported
	first := &needmap.NeedEvent{
		NeedID: n.Need.ID, At: n.ReportedAt, Kind: needmap.EventReported, ToStatus: &reported, Actor: "needmap",
	}
	return newNeedEvents(append([]*needmap.NeedEvent{first}, stored...)), nil
}

// Episodes are the times in which the need was open.
func (r *needResolver) Episodes(ctx context.Context, n *Need) ([]*needmap.Episode, error) {
	episodes, err := r.episodes(ctx, n)
	list := make([]*needmap.Episode, len(episodes))
	for i := range episodes {
		list[i] = &episodes[i]
	}
	return list, err
}

// NeedDays adds the episodes up.
func (r *needResolver) NeedDays(ctx context.Context, n *Need) (*float64, error) {
	episodes, err := r.episodes(ctx, n)
	return needmap.NeedDays(episodes), err
}

func (r *needResolver) episodes(ctx context.Context, n *Need) ([]needmap.Episode, error) {
	stored, err := r.events(ctx, n)
	return needmap.Episodes(n.Need, stored, r.Now()), err
}

// Response is the response that an event is about.
func (r *needEventResolver) Response(ctx context.Context, e *NeedEvent) (*Response, error) {
	if e.ResponseID == nil {
		return nil, nil
	}
	byID, err := together(e.peers, "response", func(events []*needmap.NeedEvent) (map[int64]*Response, error) {
		access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
		if err != nil {
			return nil, err
		}
		ids := []int64{}
		for _, e := range events {
			if e.ResponseID != nil {
				ids = append(ids, *e.ResponseID)
			}
		}
		list, err := r.Store.ResponsesByID(ctx, access, ids)
		return indexResponses(list), err
	})
	return byID[*e.ResponseID], err
}

func indexResponses(list []*needmap.Response) map[int64]*Response {
	shared := newPeers(list...)
	byID := make(map[int64]*Response, len(list))
	for _, v := range list {
		byID[v.ID] = &Response{Response: v, peers: shared}
	}
	return byID
}
