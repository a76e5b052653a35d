package graph

import (
	"context"
	"errors"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ServiceWrites changes services.
type ServiceWrites interface {
	CreateService(context.Context, needmap.Write, *needmap.ServiceDraft) (int, error)
	UpdateService(ctx context.Context, w needmap.Write, known needmap.Known, change func(*needmap.ServiceDraft) error) (int, error)
	DeleteService(ctx context.Context, w needmap.Write, id int) (int, error)
}

// CreateService adds a service.
func (r *mutationResolver) CreateService(ctx context.Context, input CreateServiceInput) (*ServicePayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "createService", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		organisation, wrongOrganisation := smallKey("organisation", input.Organisation, typeCooperative, typePartner)
		specialisation, wrong := optionalKey("specialisation", input.Specialisation, typeSpecialisation)
		draft, err := needmap.ServiceValues{
			Name: &input.Name, Field: &input.Field, SpecialisationID: specialisation, Status: &input.Status,
			Provision: &input.Provision, IsPilot: &input.IsPilot, Capacity: &input.Capacity, PeopleReached: &input.PeopleReached,
			CatchmentMetres: input.CatchmentMetres, MinimumAge: input.MinimumAge, MaximumAge: input.MaximumAge,
			Point: pointOf(input.Point), LocationKind: input.LocationKind, Municipalities: input.Municipalities,
		}.New(organisation, r.atlas())
		if err := errors.Join(wrongOrganisation, wrong, err); err != nil {
			return 0, err
		}
		return r.Store.CreateService(ctx, w, draft)
	}, r.serviceByID)
	return &ServicePayload{Service: found, Errors: mendable}, err
}

// UpdateService changes a service.
func (r *mutationResolver) UpdateService(ctx context.Context, input UpdateServiceInput) (*ServicePayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "updateService", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		known, wrongID := known(input.ID, input.Version, typeService)
		specialisation, err := optionalKey("specialisation", input.Specialisation, typeSpecialisation)
		if err := errors.Join(wrongID, err); err != nil {
			return 0, err
		}
		return r.Store.UpdateService(ctx, w, known, needmap.ServiceValues{
			Name: input.Name, Field: input.Field, SpecialisationID: specialisation, Status: input.Status,
			Provision: input.Provision, IsPilot: input.IsPilot, Capacity: input.Capacity, PeopleReached: input.PeopleReached,
			CatchmentMetres: input.CatchmentMetres, MinimumAge: input.MinimumAge, MaximumAge: input.MaximumAge,
			Point: pointOf(input.Point), LocationKind: input.LocationKind, Municipalities: input.Municipalities,
			Clear: input.Clear,
		}.Change(r.atlas()))
	}, r.serviceByID)
	return &ServicePayload{Service: found, Errors: mendable}, err
}

// DeleteService removes a service that nothing refers to.
func (r *mutationResolver) DeleteService(ctx context.Context, input DeleteInput) (*DeletePayload, error) {
	return directoryDelete(ctx, r.Resolver, "deleteService", input, typeService, func(w needmap.Write, id int) (int, error) {
		return r.Store.DeleteService(ctx, w, id)
	})
}

// serviceByID reads a service that was written.
func (r *Resolver) serviceByID(ctx context.Context, id int) (*Service, error) {
	list, err := r.Store.ServicesByID(ctx, []int{id})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errWrittenGone
	}
	return newServices(list)[0], nil
}
