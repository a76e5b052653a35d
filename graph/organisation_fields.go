package graph

import (
	"context"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// The fields that cooperatives and partners have in common.

func (r *cooperativeResolver) Municipality(_ context.Context, c *Cooperative) (*Municipality, error) {
	return r.seat(c.organisation)
}

func (r *partnerResolver) Municipality(_ context.Context, p *Partner) (*Municipality, error) {
	return r.seat(p.organisation)
}

func (r *cooperativeResolver) Operators(ctx context.Context, c *Cooperative) ([]*needmap.Specialists, error) {
	return r.operators(ctx, c.organisation)
}

func (r *partnerResolver) Operators(ctx context.Context, p *Partner) ([]*needmap.Specialists, error) {
	return r.operators(ctx, p.organisation)
}

func (r *cooperativeResolver) Services(ctx context.Context, c *Cooperative, filter *needmap.ServiceFilter, first *int, after *string, last *int, before *string) (*ServiceConnection, error) {
	return r.servicesOf(ctx, c.organisation, filter, pageArgs{first, after, last, before})
}

func (r *partnerResolver) Services(ctx context.Context, p *Partner, filter *needmap.ServiceFilter, first *int, after *string, last *int, before *string) (*ServiceConnection, error) {
	return r.servicesOf(ctx, p.organisation, filter, pageArgs{first, after, last, before})
}

func (r *Resolver) seat(o organisation) (*Municipality, error) {
	if o.MunicipalityID == nil {
		return nil, nil
	}
	byID, err := together(o.peers, "seat", func([]int) (map[int]*Municipality, error) {
		return r.municipalitiesByID(keysOf(o.list, func(o *needmap.Organisation) *int { return o.MunicipalityID }))
	})
	return byID[*o.MunicipalityID], err
}

func (r *Resolver) operators(ctx context.Context, o organisation) ([]*needmap.Specialists, error) {
	byID, err := together(o.peers, "operators", func(ids []int) (map[int][]*needmap.Specialists, error) {
		return r.Store.Specialists(ctx, ids)
	})
	return orEmpty(byID[o.Organisation.ID]), err
}

func (r *Resolver) servicesOf(ctx context.Context, o organisation, filter *needmap.ServiceFilter, args pageArgs) (*ServiceConnection, error) {
	return nestedServices(ctx, r, o.peers, o.Organisation.ID, needmap.OfferedByOrganisation, singles, filter, args)
}

// organisationOf finds the organisation that an object refers to, loading those
// of all its peers at once.
func organisationOf[T comparable](ctx context.Context, r *Resolver, p *peers[T], id int, key func(T) *int) (Organisation, error) {
	byID, err := together(p, "organisation", func(list []T) (map[int]Organisation, error) {
		found, err := r.Store.OrganisationsByID(ctx, keysOf(list, key))
		return newOrganisations(found), err
	})
	return byID[id], err
}

// newOrganisations wraps organisations as peers of each other, by key.
func newOrganisations(list []*needmap.Organisation) map[int]Organisation {
	shared := newPeers(organisationIDs(list)...)
	byID := make(map[int]Organisation, len(list))
	for _, o := range list {
		if o.IsCooperative {
			byID[o.ID] = &Cooperative{organisation{o, shared, list}}
		} else {
			byID[o.ID] = &Partner{organisation{o, shared, list}}
		}
	}
	return byID
}

func newCooperatives(list []*needmap.Organisation) []*Cooperative {
	shared := newPeers(organisationIDs(list)...)
	wrapped := make([]*Cooperative, len(list))
	for i, o := range list {
		wrapped[i] = &Cooperative{organisation{o, shared, list}}
	}
	return wrapped
}

func newPartners(list []*needmap.Organisation) []*Partner {
	shared := newPeers(organisationIDs(list)...)
	wrapped := make([]*Partner, len(list))
	for i, o := range list {
		wrapped[i] = &Partner{organisation{o, shared, list}}
	}
	return wrapped
}

func cooperativesPerGroup[K comparable](keys []K, lists [][]*needmap.Organisation) map[K][]*Cooperative {
	byKey := make(map[K][]*Cooperative, len(keys))
	for i, list := range split(newCooperatives(slices.Concat(lists...)), lists) {
		byKey[keys[i]] = list
	}
	return byKey
}

// organisationIDs gives each key once: a list may hold an organisation for each
// of several municipalities.
func organisationIDs(list []*needmap.Organisation) []int {
	return keysOf(list, func(o *needmap.Organisation) *int { return &o.ID })
}

// singles makes a group of each key.
func singles(ids []int) [][]int {
	groups := make([][]int, len(ids))
	for i, id := range ids {
		groups[i] = []int{id}
	}
	return groups
}
