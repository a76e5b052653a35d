package graph

import (
	"context"
	"strconv"

	"github.com/innovainrete/needmap/internal/needmap"
)

// maxNodes bounds Query.nodes.
const maxNodes = 100

// Node finds an object by its global identifier.
func (r *queryResolver) Node(ctx context.Context, id string) (Node, error) {
	nodes, err := r.nodes(ctx, "id", []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// Nodes finds objects by their global identifiers, with nil where there is none.
func (r *queryResolver) Nodes(ctx context.Context, ids []string) ([]Node, error) {
	if len(ids) > maxNodes {
		return nil, needmap.Invalid("ids", "at most %d identifiers at a time, not %d", maxNodes, len(ids))
	}
	return r.nodes(ctx, "ids", ids)
}

// nodes loads objects with one statement for each type.
func (r *queryResolver) nodes(ctx context.Context, field string, ids []string) ([]Node, error) {
	keys := map[string][]string{}
	for _, id := range ids {
		typeName, key, err := parseID(field, id)
		if err != nil {
			return nil, err
		}
		keys[typeName] = append(keys[typeName], key)
	}
	found := map[string]Node{}
	for typeName, keys := range keys {
		load, ok := nodeLoaders[typeName]
		if !ok {
			return nil, needmap.Invalid(field, "this is not an identifier of this server")
		}
		if err := load(ctx, r.Resolver, keys, found); err != nil {
			return nil, err
		}
	}
	nodes := make([]Node, len(ids))
	for i, id := range ids {
		nodes[i] = found[id]
	}
	return nodes, nil
}

// nodeLoaders fill in the objects of one type, by global identifier.
var nodeLoaders = map[string]func(context.Context, *Resolver, []string, map[string]Node) error{
	typeMunicipality: loadMunicipalities,
	typeNeed:         loadNeeds,
	typeResponse:     loadResponses,
	typeCooperative:  loadOrganisations,
	typePartner:      loadOrganisations,
	typeService:      loadServices,
	typeSuspension:   loadSuspensions,
	typeEvent:        loadEvents,

	typeSpecialisation: loadSpecialisations,
}

func loadMunicipalities(_ context.Context, r *Resolver, codes []string, found map[string]Node) error {
	for _, code := range codes {
		if m, ok := r.atlas().ByCode(code); ok {
			node := newMunicipality(m)
			found[node.ID()] = node
		}
	}
	return nil
}

func loadNeeds(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	if err != nil {
		return err
	}
	list, err := r.Store.NeedsByID(ctx, access, integers[int64](keys))
	if err != nil {
		return err
	}
	nodes, err := newNeeds(r.atlas(), list)
	for _, node := range nodes {
		found[node.ID()] = node
	}
	return err
}

func loadResponses(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	if err != nil {
		return err
	}
	list, err := r.Store.ResponsesByID(ctx, access, integers[int64](keys))
	shared := newPeers(list...)
	for _, v := range list {
		node := &Response{Response: v, peers: shared}
		found[node.ID()] = node
	}
	return err
}

func loadOrganisations(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	list, err := r.Store.OrganisationsByID(ctx, integers[int](keys))
	for _, o := range newOrganisations(list) {
		if node, ok := o.(interface {
			Node
			ID() string
		}); ok {
			found[node.ID()] = node
		}
	}
	return err
}

func loadServices(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	list, err := r.Store.ServicesByID(ctx, integers[int](keys))
	for _, node := range newServices(list) {
		found[node.ID()] = node
	}
	return err
}

func loadSuspensions(ctx context.Context, r *Resolver, keys []string, found map[string]Node) error {
	list, err := r.Store.SuspensionsByID(ctx, integers[int](keys))
	for _, node := range newSuspensions(list) {
		found[node.ID()] = node
	}
	return err
}

// integers reads keys; a key that is no positive 32-bit or 64-bit number
// belongs to no object and is left out.
func integers[N int | int64](keys []string) []N {
	bits := 64
	var zero N
	if _, narrow := any(zero).(int); narrow {
		bits = 32 // PostgreSQL's int
	}
	numbers := make([]N, 0, len(keys))
	for _, key := range keys {
		if n, err := strconv.ParseInt(key, 10, bits); err == nil && n > 0 {
			numbers = append(numbers, N(n))
		}
	}
	return numbers
}
