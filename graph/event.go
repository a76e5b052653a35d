package graph

import (
	"context"
	"slices"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Calendar keeps technical tables and seminars.
type Calendar interface {
	Events
	EventWrites
}

// Events finds events. A page comes with whether more follow.
type Events interface {
	FindEvents(context.Context, needmap.EventCriteria, needmap.Page) ([]*needmap.Event, bool, error)
	CountEvents(context.Context, needmap.EventCriteria) (int, error)
	EventsByID(context.Context, []int) ([]*needmap.Event, error)
	EventNeeds(context.Context, []int) (map[int][]int64, error)
}

const listEvents = "events"

// Event resolves the nested fields of events.
func (r *Resolver) Event() EventResolver { return &eventResolver{r} }

type eventResolver struct{ *Resolver }

// Events lists events by day.
func (r *queryResolver) Events(ctx context.Context, filter *needmap.EventFilter, first *int, after *string, last *int, before *string) (*EventConnection, error) {
	page, err := pageArgs{first, after, last, before}.page(listEvents)
	if err != nil {
		return nil, err
	}
	criteria, err := filter.Criteria(r.atlas())
	if err != nil {
		return nil, err
	}
	list, more, err := r.Store.FindEvents(ctx, criteria, page)
	return &EventConnection{
		Nodes: newEvents(list), list: listEvents, page: page, more: more, position: eventPosition,
		count: func(ctx context.Context) (int, error) { return r.Store.CountEvents(ctx, criteria) },
	}, err
}

// eventPosition is the day as the moment at which it begins, UTC.
func eventPosition(e *Event) needmap.Position {
	day, _ := time.Parse(time.DateOnly, string(e.Date)) // days of the database always read
	return needmap.Position{Moment: day, ID: int64(e.Event.ID)}
}

func newEvents(list []*needmap.Event) []*Event {
	shared := newPeers(list...)
	wrapped := make([]*Event, len(list))
	for i, e := range list {
		wrapped[i] = &Event{Event: e, peers: shared}
	}
	return wrapped
}

func eventID(e *needmap.Event) *int { return &e.ID }

func loadEvents(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	list, err := r.Store.EventsByID(ctx, integers[int](keys))
	for _, node := range newEvents(list) {
		found[node.ID()] = node
	}
	return err
}

// Municipality is where the event takes place.
func (r *eventResolver) Municipality(_ context.Context, e *Event) (*Municipality, error) {
	if e.MunicipalityID == nil {
		return nil, nil
	}
	byID, err := together(e.peers, "municipality", func(list []*needmap.Event) (map[int]*Municipality, error) {
		return r.municipalitiesByID(keysOf(list, func(e *needmap.Event) *int { return e.MunicipalityID }))
	})
	return byID[*e.MunicipalityID], err
}

// Needs are those that the event concerns and the caller may see. Who may see no
// need at all is not told whether there are any.
func (r *eventResolver) Needs(ctx context.Context, e *Event) ([]*Need, error) {
	byEvent, err := together(e.peers, "needs", func(list []*needmap.Event) (map[int][]*Need, error) {
		ids, err := r.Store.EventNeeds(ctx, keysOf(list, eventID))
		if err != nil {
			return nil, err
		}
		return r.needLists(ctx, ids)
	})
	return orEmpty(byEvent[e.Event.ID]), err
}

// needLists finds the needs of several lists, as far as the caller may see them,
// as peers of each other. It refuses who may see none even for no list at all.
func (r *Resolver) needLists(ctx context.Context, ids map[int][]int64) (map[int][]*Need, error) {
	var all []int64
	for _, list := range ids {
		all = append(all, list...)
	}
	slices.Sort(all)
	byID, err := r.needsByID(ctx, slices.Compact(all))
	lists := make(map[int][]*Need, len(ids))
	for key, list := range ids {
		for _, id := range list {
			if n, ok := byID[id]; ok {
				lists[key] = append(lists[key], n)
			}
		}
	}
	return lists, err
}
