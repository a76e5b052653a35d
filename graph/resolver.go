// Package graph answers the contract of schema.graphqls. Resolvers check their
// arguments, call the store or the territory, and return.
package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Store     Store
	Territory Territory
	Now       func() time.Time
}

// NewSchema gives the executable schema over a store and a territory.
func NewSchema(store Store, territory Territory) graphql.ExecutableSchema {
	return NewExecutableSchema(Config{Resolvers: &Resolver{Store: store, Territory: territory, Now: time.Now}})
}

// Query resolves the root fields.
func (r *Resolver) Query() QueryResolver { return &queryResolver{r} }

type queryResolver struct{ *Resolver }

// Viewer is the caller.
func (r *queryResolver) Viewer(ctx context.Context) (*Viewer, error) {
	return &Viewer{needmap.ViewerFrom(ctx)}, nil
}

// atlas gives the municipalities as they are now.
func (r *Resolver) atlas() *needmap.Atlas {
	atlas, _ := r.Territory.Snapshot()
	return atlas
}
