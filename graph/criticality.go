package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

type (
	// Criticality is how much hangs on each service.
	Criticality struct {
		Services  []*ServiceCriticality
		IsPartial bool
	}

	// ServiceCriticality is what the loss of a service would do.
	ServiceCriticality struct {
		Service      *Service
		Held, Opened int
	}
)

// MaxCritical bounds how many services are ranked in an answer.
const MaxCritical = 200

// Criticality ranks services by the gap that their loss would open.
func (r *queryResolver) Criticality(ctx context.Context, field needmap.Field, filter *needmap.NeedFilter, first int) (*Criticality, error) {
	q, err := r.fieldQuestion(ctx, filter, field, needmap.LevelLocal)
	if err != nil {
		return nil, err
	}
	if first < 1 || first > MaxCritical {
		return nil, needmap.Invalid("first", "first runs from 1 to %d, not %d", MaxCritical, first)
	}
	var loss coverage.Loss
	err = r.Store.ViewNeeds(ctx, q.Criteria, func(v coverage.View) error {
		loss = v.Loss(coverage.FieldNumber(field))
		return nil
	})
	if err != nil {
		return nil, err
	}
	ranked, err := loss.Rank(ctx)
	if err != nil {
		return nil, err
	}
	ranked = ranked[:min(first, len(ranked))]
	ids := make([]int, len(ranked))
	for i, c := range ranked {
		ids[i] = c.ServiceID
	}
	found, err := r.Store.ServicesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	return newCriticality(ranked, indexServices(found), q.Criteria.Scope != nil), nil
}

// newCriticality leaves out a service that went meanwhile.
func newCriticality(ranked []coverage.Critical, services map[int]*Service, partial bool) *Criticality {
	c := &Criticality{Services: []*ServiceCriticality{}, IsPartial: partial}
	for _, one := range ranked {
		if service, ok := services[one.ServiceID]; ok {
			c.Services = append(c.Services, &ServiceCriticality{Service: service, Held: one.Held, Opened: one.Opened})
		}
	}
	return c
}
