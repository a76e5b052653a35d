package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// SuspendService records that a service does not run.
func (r *mutationResolver) SuspendService(ctx context.Context, input SuspendServiceInput) (*SuspendServicePayload, error) {
	left, err := r.suspend(ctx, input)
	errors, err := mistakes(err)
	return &SuspendServicePayload{
		Service: left.service, Suspension: left.suspension, Needs: orEmpty(left.needs), NeedCount: left.count, Errors: errors,
	}, err
}

func (r *mutationResolver) suspend(ctx context.Context, input SuspendServiceInput) (leftBehind, error) {
	w, err := r.writeNeeds(ctx, "suspendService", input.IdempotencyKey)
	if err != nil {
		return leftBehind{}, err
	}
	s := needmap.NewSuspension{
		Version: input.Version, From: input.From, To: input.To, Reason: input.Reason, MarkNeeds: input.MarkNeeds,
	}
	if s.ServiceID, err = smallKey("service", input.Service, typeService); err != nil {
		return leftBehind{}, err
	}
	if err := s.Check(); err != nil {
		return leftBehind{}, err
	}
	suspensionID, err := r.Store.SuspendService(ctx, w, s)
	if err != nil {
		return leftBehind{}, err
	}
	list, count, err := r.Store.NeedsOfService(ctx, w.Access, s.ServiceID)
	if err != nil {
		return leftBehind{}, err
	}
	return r.leftBehind(ctx, s.ServiceID, suspensionID, list, count)
}

// ResumeService ends a service's current suspension.
func (r *mutationResolver) ResumeService(ctx context.Context, input ResumeServiceInput) (*ResumeServicePayload, error) {
	left, free, err := r.resume(ctx, input)
	errors, err := mistakes(err)
	return &ResumeServicePayload{
		Service: left.service, Suspension: left.suspension, FreeCapacity: free,
		Needs: orEmpty(left.needs), NeedCount: left.count, Errors: errors,
	}, err
}

func (r *mutationResolver) resume(ctx context.Context, input ResumeServiceInput) (leftBehind, *int, error) {
	w, err := r.writeNeeds(ctx, "resumeService", input.IdempotencyKey)
	if err != nil {
		return leftBehind{}, nil, err
	}
	end := needmap.Resumption{Version: input.Version, LastDay: input.LastDay}
	if end.ServiceID, err = smallKey("service", input.Service, typeService); err != nil {
		return leftBehind{}, nil, err
	}
	suspensionID, err := r.Store.ResumeService(ctx, w, end)
	if err != nil {
		return leftBehind{}, nil, err
	}
	list, count, err := r.Store.NeedsOfSuspension(ctx, w.Access, suspensionID)
	if err != nil {
		return leftBehind{}, nil, err
	}
	left, err := r.leftBehind(ctx, end.ServiceID, suspensionID, list, count)
	if err != nil || left.service == nil {
		return left, nil, err
	}
	free, err := r.freeCapacity(ctx, left.service)
	return left, &free, err
}

// leftBehind is a service, a suspension of it, and the needs that wait.
type leftBehind struct {
	service    *Service
	suspension *Suspension
	needs      []*Need
	count      int
}

func (r *mutationResolver) leftBehind(ctx context.Context, serviceID, suspensionID int, list []*needmap.Need, count int) (leftBehind, error) {
	left := leftBehind{count: count}
	services, err := r.Store.ServicesByID(ctx, []int{serviceID})
	if err != nil {
		return left, err
	}
	suspensions, err := r.Store.SuspensionsByID(ctx, []int{suspensionID})
	if err != nil {
		return left, err
	}
	left.service = indexServices(services)[serviceID]
	left.suspension = indexSuspensions(newSuspensions(suspensions))[suspensionID]
	left.needs, err = newNeeds(r.atlas(), list)
	return left, err
}
