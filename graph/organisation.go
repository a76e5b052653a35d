package graph

import (
	"context"

	"github.com/innovainrete/needmap/internal/needmap"
)

const (
	listCooperatives = "cooperatives"
	listPartners     = "partners"
)

// Cooperative resolves the nested fields of cooperatives.
func (r *Resolver) Cooperative() CooperativeResolver { return &cooperativeResolver{r} }

// Partner resolves the nested fields of partners.
func (r *Resolver) Partner() PartnerResolver { return &partnerResolver{r} }

type (
	cooperativeResolver struct{ *Resolver }
	partnerResolver     struct{ *Resolver }
)

// Cooperative finds one by its slug.
func (r *queryResolver) Cooperative(ctx context.Context, slug string) (*Cooperative, error) {
	if _, err := (&needmap.PartnerFilter{Cooperative: &slug}).Criteria(r.atlas()); err != nil {
		return nil, needmap.Invalid("slug", "%s", err.Error())
	}
	found, err := r.Store.CooperativeBySlug(ctx, slug)
	if err != nil || found == nil {
		return nil, err
	}
	return newCooperatives([]*needmap.Organisation{found})[0], nil
}

// Cooperatives lists cooperatives by name.
func (r *queryResolver) Cooperatives(ctx context.Context, first *int, after *string, last *int, before *string) (*CooperativeConnection, error) {
	page, err := pageArgs{first, after, last, before}.page(listCooperatives)
	if err != nil {
		return nil, err
	}
	criteria := needmap.OrganisationCriteria{Cooperatives: true}
	list, more, err := r.Store.FindOrganisations(ctx, criteria, page)
	return &CooperativeConnection{
		Nodes: newCooperatives(list), list: listCooperatives, page: page, more: more,
		position: func(c *Cooperative) needmap.Position { return namePosition(c.SortName, c.Organisation.ID) },
		count:    func(ctx context.Context) (int, error) { return r.Store.CountOrganisations(ctx, criteria) },
	}, err
}

// Partners lists partners by name.
func (r *queryResolver) Partners(ctx context.Context, filter *needmap.PartnerFilter, first *int, after *string, last *int, before *string) (*PartnerConnection, error) {
	page, criteria, err := r.partnerQuery(filter, pageArgs{first, after, last, before})
	if err != nil {
		return nil, err
	}
	list, more, err := r.Store.FindOrganisations(ctx, criteria, page)
	count := func(ctx context.Context) (int, error) { return r.Store.CountOrganisations(ctx, criteria) }
	return partnerConnection(newPartners(list), more, page, count), err
}

// Partners lists the partners with a seat in a municipality, a page for each peer.
func (r *municipalityResolver) Partners(ctx context.Context, m *Municipality, first *int, after *string) (*PartnerConnection, error) {
	atlas := r.atlas()
	groups := func(codes []string) [][]int { return groupsOf(atlas, codes) }
	return nestedPartners(ctx, r.Resolver, m.peers, m.Code, needmap.SeatedInMunicipality, groups, nil, pageArgs{first: first, after: after})
}

// Cooperatives gives those with a seat or a service in a municipality.
func (r *municipalityResolver) Cooperatives(ctx context.Context, m *Municipality) ([]*Cooperative, error) {
	atlas := r.atlas()
	byCode, err := together(m.peers, "cooperatives", func(codes []string) (map[string][]*Cooperative, error) {
		lists, _, err := r.Store.FindOrganisationsPerGroup(ctx, needmap.PresentInMunicipality, groupsOf(atlas, codes),
			needmap.OrganisationCriteria{Cooperatives: true}, needmap.Page{Limit: needmap.MaxPage})
		return cooperativesPerGroup(codes, lists), err
	})
	return orEmpty(byCode[m.Code]), err
}

// Partners lists the partners of a cooperative, a page for each peer.
func (r *cooperativeResolver) Partners(ctx context.Context, c *Cooperative, filter *needmap.PartnerFilter, first *int, after *string, last *int, before *string) (*PartnerConnection, error) {
	return nestedPartners(ctx, r.Resolver, c.peers, c.Organisation.ID, needmap.PartnerOfCooperative, singles, filter, pageArgs{first, after, last, before})
}

// nestedPartners lists the partners that a relation joins to an object, with a
// page and a count for all its peers at once.
func nestedPartners[K comparable](ctx context.Context, r *Resolver, p *peers[K], own K, relation needmap.OrganisationRelation, groups func([]K) [][]int, filter *needmap.PartnerFilter, args pageArgs) (*PartnerConnection, error) {
	page, criteria, err := r.partnerQuery(filter, args)
	if err != nil {
		return nil, err
	}
	name := argsKey("partners", filter, args.first, args.after, args.last, args.before)
	found, err := pageTogether(p, own, name, func(keys []K) ([][]*needmap.Organisation, []bool, error) {
		return r.Store.FindOrganisationsPerGroup(ctx, relation, groups(keys), criteria, page)
	}, func(list []*needmap.Organisation) ([]*Partner, error) { return newPartners(list), nil })
	count := countTogether(p, own, argsKey("partners", filter), func(ctx context.Context, keys []K) ([]int, error) {
		return r.Store.CountOrganisationsPerGroup(ctx, relation, groups(keys), criteria)
	})
	return partnerConnection(found.nodes, found.more, page, count), err
}

// Cooperatives gives those that a partner is joined to.
func (r *partnerResolver) Cooperatives(ctx context.Context, p *Partner) ([]*Cooperative, error) {
	byID, err := together(p.peers, "cooperatives", func(ids []int) (map[int][]*Cooperative, error) {
		lists, _, err := r.Store.FindOrganisationsPerGroup(ctx, needmap.CooperativeOfPartner, singles(ids),
			needmap.OrganisationCriteria{Cooperatives: true}, needmap.Page{Limit: needmap.MaxPage})
		return cooperativesPerGroup(ids, lists), err
	})
	return orEmpty(byID[p.Organisation.ID]), err
}

func (r *Resolver) partnerQuery(filter *needmap.PartnerFilter, args pageArgs) (needmap.Page, needmap.OrganisationCriteria, error) {
	page, err := args.page(listPartners)
	if err != nil {
		return page, needmap.OrganisationCriteria{}, err
	}
	criteria, err := filter.Criteria(r.atlas())
	return page, criteria, err
}

func partnerConnection(nodes []*Partner, more bool, page needmap.Page, count func(context.Context) (int, error)) *PartnerConnection {
	return &PartnerConnection{
		Nodes: nodes, list: listPartners, page: page, more: more, count: count,
		position: func(p *Partner) needmap.Position { return namePosition(p.SortName, p.Organisation.ID) },
	}
}

func namePosition(sortName string, id int) needmap.Position {
	return needmap.Position{Text: sortName, ID: int64(id)}
}
