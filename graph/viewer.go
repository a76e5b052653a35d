package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Viewer resolves what the caller is told of itself.
func (r *Resolver) Viewer() ViewerResolver { return &viewerResolver{r} }

type viewerResolver struct{ *Resolver }

func (*viewerResolver) Actor(_ context.Context, v *Viewer) (*string, error) {
	if v.Role == needmap.RolePublic {
		return nil, nil
	}
	return &v.Viewer.Actor, nil
}

func (*viewerResolver) Municipalities(_ context.Context, v *Viewer) ([]string, error) {
	if v.Role != needmap.RoleOperator {
		return nil, nil
	}
	return orEmpty(v.Viewer.Municipalities), nil
}

func (r *viewerResolver) Organisations(ctx context.Context, v *Viewer) ([]Organisation, error) {
	if v.Role != needmap.RoleOperator {
		return nil, nil
	}
	list, err := r.Store.OrganisationsByID(ctx, v.OrganisationIDs)
	byID := newOrganisations(list)
	organisations := make([]Organisation, 0, len(list))
	for _, o := range list {
		organisations = append(organisations, byID[o.ID])
	}
	return organisations, err
}
