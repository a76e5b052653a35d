package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/live"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Changes tells what happens to needs.
type Changes interface {
	FollowNeeds(ctx context.Context, after *string, q live.Question) (*live.Follower, error)
	NeedsUnder(context.Context, needmap.NeedCriteria, []int64) ([]*needmap.Need, error)
}

// Subscription resolves what is told as it happens.
func (r *Resolver) Subscription() SubscriptionResolver { return &subscriptionResolver{r} }

type subscriptionResolver struct{ *Resolver }

// asked is what a caller asked to be told: everything that an answer depends on.
// It is checked again for every answer, because the territory may be replaced.
type asked struct {
	viewer needmap.Viewer
	filter *needmap.NeedFilter
	level  needmap.TerritoryLevel
}

// key is equal for callers who are told the same.
func (a asked) key(field string) string {
	return argsKey(field, a.viewer.Role, a.viewer.Municipalities, a.viewer.OrganisationIDs, a.filter, a.level)
}

func (a asked) criteria(atlas *needmap.Atlas) (needmap.NeedCriteria, error) {
	return a.viewer.NeedCriteria(a.filter, atlas)
}

// follow tells a caller what happens, each message turned into some objects,
// until the caller leaves or is dropped; StreamErrors then says why.
func follow[T any](ctx context.Context, r *Resolver, after *string, q live.Question, show func(live.Message) ([]T, error)) (<-chan T, error) {
	follower, err := r.Store.FollowNeeds(ctx, after, q)
	if err != nil {
		return nil, err
	}
	told, announced := make(chan T), beginStream(ctx)
	go func() {
		defer close(told)
		defer close(announced)
		defer follower.Close()
		for {
			message, err := follower.Next(ctx)
			var objects []T
			if err == nil {
				objects, err = show(message)
			}
			if ctx.Err() != nil {
				return // the transport knows why
			}
			if err != nil {
				endStream(ctx, err)
				return
			}
			for _, object := range objects {
				send(ctx, follower, announced, struct{}{})
				send(ctx, follower, told, object)
			}
		}
	}()
	return told, nil
}

// send waits until somebody takes a value, the caller leaves, or the follower
// turns out to be too slow; Next then says so.
func send[T any](ctx context.Context, follower *live.Follower, to chan<- T, value T) {
	select {
	case to <- value:
	case <-ctx.Done():
	case <-follower.Ended():
	}
}
