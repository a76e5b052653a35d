package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/innovainrete/needmap/internal/needmap"
)

// EventWrites changes the calendar.
type EventWrites interface {
	CreateEvent(context.Context, needmap.Write, *needmap.EventDraft) (int, error)
	UpdateEvent(ctx context.Context, w needmap.Write, known needmap.Known, change func(*needmap.EventDraft) error) (int, error)
	DeleteEvent(ctx context.Context, w needmap.Write, id int) (int, error)
}

// CreateEvent puts an event into the calendar.
func (r *mutationResolver) CreateEvent(ctx context.Context, input CreateEventInput) (*EventPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "createEvent", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		needs, wrong := needKeys("needs", input.Needs)
		draft, err := needmap.EventValues{
			Title: &input.Title, Kind: &input.Kind, Date: &input.Date, Municipality: input.Municipality,
			Fields: input.Fields, NeedIDs: needs,
		}.New(r.atlas())
		if err := errors.Join(wrong, err); err != nil {
			return 0, err
		}
		return r.Store.CreateEvent(ctx, w, draft)
	}, r.eventByID)
	return &EventPayload{Event: found, Errors: mendable}, err
}

// UpdateEvent changes an event.
func (r *mutationResolver) UpdateEvent(ctx context.Context, input UpdateEventInput) (*EventPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "updateEvent", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		known, wrong := known(input.ID, input.Version, typeEvent)
		needs, err := needKeys("needs", input.Needs)
		if err := errors.Join(wrong, err); err != nil {
			return 0, err
		}
		return r.Store.UpdateEvent(ctx, w, known, needmap.EventValues{
			Title: input.Title, Kind: input.Kind, Date: input.Date, Municipality: input.Municipality,
			Fields: input.Fields, NeedIDs: needs, Clear: input.Clear,
		}.Change(r.atlas()))
	}, r.eventByID)
	return &EventPayload{Event: found, Errors: mendable}, err
}

// DeleteEvent takes an event out of the calendar.
func (r *mutationResolver) DeleteEvent(ctx context.Context, input DeleteInput) (*DeletePayload, error) {
	return directoryDelete(ctx, r.Resolver, "deleteEvent", input, typeEvent, func(w needmap.Write, id int) (int, error) {
		return r.Store.DeleteEvent(ctx, w, id)
	})
}

// eventByID reads an event that was written.
func (r *Resolver) eventByID(ctx context.Context, id int) (*Event, error) {
	list, err := r.Store.EventsByID(ctx, []int{id})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errWrittenGone
	}
	return newEvents(list)[0], nil
}

// needKeys is needKey for a list, whose entries it names; nil for none.
func needKeys(field string, ids []string) ([]int64, error) {
	if ids == nil {
		return nil, nil
	}
	keys := make([]int64, len(ids))
	for i, id := range ids {
		var err error
		if keys[i], err = needKey(fmt.Sprintf("%s.%d", field, i), id); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
