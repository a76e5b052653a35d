package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
)

const listServices = "services"

// Service resolves the nested fields of services.
func (r *Resolver) Service() ServiceResolver { return &serviceResolver{r} }

// Suspension resolves the nested fields of suspensions.
func (r *Resolver) Suspension() SuspensionResolver { return &suspensionResolver{r} }

// Response resolves the nested fields of responses.
func (r *Resolver) Response() ResponseResolver { return &responseResolver{r} }

type (
	serviceResolver    struct{ *Resolver }
	suspensionResolver struct{ *Resolver }
	responseResolver   struct{ *Resolver }
)

// Services lists services by name.
func (r *queryResolver) Services(ctx context.Context, filter *needmap.ServiceFilter, first *int, after *string, last *int, before *string) (*ServiceConnection, error) {
	page, criteria, err := r.serviceQuery(filter, pageArgs{first, after, last, before})
	if err != nil {
		return nil, err
	}
	list, more, err := r.Store.FindServices(ctx, criteria, page)
	count := func(ctx context.Context) (int, error) { return r.Store.CountServices(ctx, criteria) }
	return serviceConnection(newServices(list), more, page, count), err
}

// Services lists the services that serve a municipality, a page for each peer.
func (r *municipalityResolver) Services(ctx context.Context, m *Municipality, filter *needmap.ServiceFilter, first *int, after *string, last *int, before *string) (*ServiceConnection, error) {
	atlas := r.atlas()
	groups := func(codes []string) [][]int { return groupsOf(atlas, codes) }
	return nestedServices(ctx, r.Resolver, m.peers, m.Code, needmap.ServesMunicipality, groups, filter, pageArgs{first, after, last, before})
}

// nestedServices lists the services that a relation joins to an object, with a
// page and a count for all its peers at once.
func nestedServices[K comparable](ctx context.Context, r *Resolver, p *peers[K], own K, relation needmap.ServiceRelation, groups func([]K) [][]int, filter *needmap.ServiceFilter, args pageArgs) (*ServiceConnection, error) {
	page, criteria, err := r.serviceQuery(filter, args)
	if err != nil {
		return nil, err
	}
	name := argsKey("services", filter, args.first, args.after, args.last, args.before)
	found, err := pageTogether(p, own, name, func(keys []K) ([][]*needmap.Service, []bool, error) {
		return r.Store.FindServicesPerGroup(ctx, relation, groups(keys), criteria, page)
	}, func(list []*needmap.Service) ([]*Service, error) { return newServices(list), nil })
	count := countTogether(p, own, argsKey("services", filter), func(ctx context.Context, keys []K) ([]int, error) {
		return r.Store.CountServicesPerGroup(ctx, relation, groups(keys), criteria)
	})
	return serviceConnection(found.nodes, found.more, page, count), err
}

func (r *Resolver) serviceQuery(filter *needmap.ServiceFilter, args pageArgs) (needmap.Page, needmap.ServiceCriteria, error) {
	page, err := args.page(listServices)
	if err != nil {
		return page, needmap.ServiceCriteria{}, err
	}
	criteria, err := filter.Criteria(r.atlas())
	return page, criteria, err
}

func serviceConnection(nodes []*Service, more bool, page needmap.Page, count func(context.Context) (int, error)) *ServiceConnection {
	return &ServiceConnection{
		Nodes: nodes, list: listServices, page: page, more: more, count: count,
		position: func(s *Service) needmap.Position { return namePosition(s.SortName, s.Service.ID) },
	}
}

func newServices(list []*needmap.Service) []*Service {
	shared := newPeers(list...)
	wrapped := make([]*Service, len(list))
	for i, s := range list {
		wrapped[i] = &Service{Service: s, peers: shared}
	}
	return wrapped
}

func serviceID(s *needmap.Service) *int { return &s.ID }

func (r *serviceResolver) Organisation(ctx context.Context, s *Service) (Organisation, error) {
	return organisationOf(ctx, r.Resolver, s.peers, s.OrganisationID, func(s *needmap.Service) *int { return &s.OrganisationID })
}

func (r *serviceResolver) Location(_ context.Context, s *Service) (scalar.JSON, error) {
	return pointJSON(s.Service.Location), nil
}

func (r *serviceResolver) Municipalities(ctx context.Context, s *Service) ([]*Municipality, error) {
	byService, err := together(s.peers, "municipalities", func(list []*needmap.Service) (map[int][]*Municipality, error) {
		areas, err := r.Store.ServiceAreas(ctx, keysOf(list, serviceID))
		return municipalityLists(r.atlas(), areas), err
	})
	return orEmpty(byService[s.Service.ID]), err
}

func (r *serviceResolver) Suspensions(ctx context.Context, s *Service) ([]*Suspension, error) {
	byService, err := together(s.peers, "suspensions", func(list []*needmap.Service) (map[int][]*Suspension, error) {
		lists, err := r.Store.Suspensions(ctx, keysOf(list, serviceID))
		wrapped := make(map[int][]*Suspension, len(lists))
		for _, v := range newSuspensions(slices.Concat(slices.Collect(maps.Values(lists))...)) {
			wrapped[v.ServiceID] = append(wrapped[v.ServiceID], v)
		}
		return wrapped, err
	})
	return orEmpty(byService[s.Service.ID]), err
}

func newSuspensions(list []*needmap.Suspension) []*Suspension {
	shared := newPeers(list...)
	wrapped := make([]*Suspension, len(list))
	for i, s := range list {
		wrapped[i] = &Suspension{Suspension: s, peers: shared}
	}
	return wrapped
}

func indexSuspensions(list []*Suspension) map[int]*Suspension {
	byID := make(map[int]*Suspension, len(list))
	for _, s := range list {
		byID[s.Suspension.ID] = s
	}
	return byID
}

func (r *suspensionResolver) Service(ctx context.Context, s *Suspension) (*Service, error) {
	return serviceOf(ctx, r.Resolver, s.peers, s.ServiceID, func(s *needmap.Suspension) *int { return &s.ServiceID })
}

func (r *responseResolver) Organisation(ctx context.Context, v *Response) (Organisation, error) {
	return organisationOf(ctx, r.Resolver, v.peers, v.OrganisationID, func(v *needmap.Response) *int { return &v.OrganisationID })
}

func (r *responseResolver) Service(ctx context.Context, v *Response) (*Service, error) {
	if v.ServiceID == nil {
		return nil, nil
	}
	return serviceOf(ctx, r.Resolver, v.peers, *v.ServiceID, func(v *needmap.Response) *int { return v.ServiceID })
}

// serviceOf finds the service that an object refers to, loading those of all its
// peers at once.
func serviceOf[T comparable](ctx context.Context, r *Resolver, p *peers[T], id int, key func(T) *int) (*Service, error) {
	byID, err := together(p, "service", func(list []T) (map[int]*Service, error) {
		found, err := r.Store.ServicesByID(ctx, keysOf(list, key))
		byID := make(map[int]*Service, len(found))
		for _, s := range newServices(found) {
			byID[s.Service.ID] = s
		}
		return byID, err
	})
	return byID[id], err
}

// newResponses wraps the responses of several needs as peers of each other.
func newResponses(byNeed map[int64][]*needmap.Response) map[int64][]*Response {
	var all []*needmap.Response
	for _, list := range byNeed {
		all = append(all, list...)
	}
	shared := newPeers(all...)
	wrapped := make(map[int64][]*Response, len(byNeed))
	for id, list := range byNeed {
		for _, v := range list {
			wrapped[id] = append(wrapped[id], &Response{Response: v, peers: shared})
		}
	}
	return wrapped
}
