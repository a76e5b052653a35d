package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Specialisations finds and changes specialisations.
type Specialisations interface {
	Specialisations(context.Context) ([]*needmap.Specialisation, error)
	SpecialisationsByID(context.Context, []int) ([]*needmap.Specialisation, error)
	CreateSpecialisation(ctx context.Context, w needmap.Write, name string) (int, error)
	RenameSpecialisation(ctx context.Context, w needmap.Write, id int, name string) (int, error)
	DeleteSpecialisation(ctx context.Context, w needmap.Write, id int) (int, error)
}

// Specialisations lists all specialisations by name.
func (r *queryResolver) Specialisations(ctx context.Context) ([]*Specialisation, error) {
	list, err := r.Store.Specialisations(ctx)
	return newSpecialisations(list), err
}

func newSpecialisations(list []*needmap.Specialisation) []*Specialisation {
	wrapped := make([]*Specialisation, len(list))
	for i, s := range list {
		wrapped[i] = &Specialisation{s}
	}
	return wrapped
}

func loadSpecialisations(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	list, err := r.Store.SpecialisationsByID(ctx, integers[int](keys))
	for _, node := range newSpecialisations(list) {
		found[node.ID()] = node
	}
	return err
}

// CreateSpecialisation adds a specialisation.
func (r *mutationResolver) CreateSpecialisation(ctx context.Context, input CreateSpecialisationInput) (*SpecialisationPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "createSpecialisation", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		name, err := needmap.CheckTitle("name", input.Name)
		if err != nil {
			return 0, err
		}
		return r.Store.CreateSpecialisation(ctx, w, name)
	}, r.specialisationByID)
	return &SpecialisationPayload{Specialisation: found, Errors: mendable}, err
}

// UpdateSpecialisation renames a specialisation.
func (r *mutationResolver) UpdateSpecialisation(ctx context.Context, input UpdateSpecialisationInput) (*SpecialisationPayload, error) {
	found, mendable, err := directoryWrite(ctx, r.Resolver, "updateSpecialisation", input.IdempotencyKey, func(w needmap.Write) (int, error) {
		id, err := smallKey("id", input.ID, typeSpecialisation)
		if err != nil {
			return 0, err
		}
		name, err := needmap.CheckTitle("name", input.Name)
		if err != nil {
			return 0, err
		}
		return r.Store.RenameSpecialisation(ctx, w, id, name)
	}, r.specialisationByID)
	return &SpecialisationPayload{Specialisation: found, Errors: mendable}, err
}

// DeleteSpecialisation removes a specialisation that nothing refers to.
func (r *mutationResolver) DeleteSpecialisation(ctx context.Context, input DeleteInput) (*DeletePayload, error) {
	return directoryDelete(ctx, r.Resolver, "deleteSpecialisation", input, typeSpecialisation, func(w needmap.Write, id int) (int, error) {
		return r.Store.DeleteSpecialisation(ctx, w, id)
	})
}

// specialisationByID reads a specialisation that was written.
func (r *Resolver) specialisationByID(ctx context.Context, id int) (*Specialisation, error) {
	list, err := r.Store.SpecialisationsByID(ctx, []int{id})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errWrittenGone
	}
	return newSpecialisations(list)[0], nil
}
