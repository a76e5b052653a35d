package graph

import (
	"context"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
)

const listNeeds = "needs:"

// Need resolves the nested fields of needs.
func (r *Resolver) Need() NeedResolver { return &needResolver{r} }

type needResolver struct{ *Resolver }

// Needs lists needs.
func (r *queryResolver) Needs(ctx context.Context, filter *needmap.NeedFilter, orderBy *needmap.NeedOrder, first *int, after *string, last *int, before *string) (*NeedConnection, error) {
	q, err := r.needQuery(ctx, filter, orderBy, pageArgs{first, after, last, before})
	if err != nil {
		return nil, err
	}
	page, err := r.Store.FindNeeds(ctx, q.criteria, q.order, q.page, selects(ctx, "totalCount"))
	if err != nil {
		return nil, err
	}
	count := func(ctx context.Context) (int, error) {
		if page.Total != nil {
			return *page.Total, nil
		}
		return r.Store.CountNeeds(ctx, q.criteria)
	}
	nodes, err := newNeeds(r.atlas(), page.Needs)
	noteFound(ctx, q.criteria, nodes)
	return needConnection(nodes, page.More, q, count), err
}

// Needs lists the needs of a municipality: a page for each peer in one statement.
func (r *municipalityResolver) Needs(ctx context.Context, m *Municipality, filter *needmap.NeedFilter, orderBy *needmap.NeedOrder, first *int, after *string, last *int, before *string) (*NeedConnection, error) {
	q, err := r.needQuery(ctx, filter, orderBy, pageArgs{first, after, last, before})
	if err != nil {
		return nil, err
	}
	atlas := r.atlas()
	page, err := pageTogether(m.peers, m.Code, argsKey("needs", filter, orderBy, first, after, last, before),
		func(codes []string) ([][]*needmap.Need, []bool, error) {
			return r.Store.FindNeedsPerGroup(ctx, groupsOf(atlas, codes), q.criteria, q.order, q.page)
		}, func(list []*needmap.Need) ([]*Need, error) { return newNeeds(atlas, list) })
	if err != nil {
		return nil, err
	}
	noteFound(ctx, q.criteria, page.nodes)
	count := func(ctx context.Context) (int, error) {
		tally, err := r.Tally(ctx, m, filter, nil)
		if err != nil {
			return 0, err
		}
		return tally.Needs, nil
	}
	return needConnection(page.nodes, page.more, q, count), nil
}

// needQuery is a checked request for a list of needs.
type needQuery struct {
	criteria needmap.NeedCriteria
	order    needmap.NeedOrder
	page     needmap.Page
}

func (r *Resolver) needQuery(ctx context.Context, filter *needmap.NeedFilter, orderBy *needmap.NeedOrder, args pageArgs) (needQuery, error) {
	q := needQuery{order: needmap.NeedsNewest}
	var err error
	if q.criteria, err = needmap.ViewerFrom(ctx).NeedCriteria(filter, r.atlas()); err != nil {
		return q, err
	}
	if orderBy != nil {
		if q.order, err = needmap.ParseEnum("orderBy", string(*orderBy), needmap.NeedOrders); err != nil {
			return q, err
		}
	}
	q.page, err = args.page(listNeeds + string(q.order))
	return q, err
}

func needConnection(nodes []*Need, more bool, q needQuery, count func(context.Context) (int, error)) *NeedConnection {
	return &NeedConnection{
		Nodes: nodes, list: listNeeds + string(q.order), page: q.page, more: more, count: count,
		position: func(n *Need) needmap.Position { return needPosition(n.Need, q.order) },
	}
}

func needPosition(n *needmap.Need, order needmap.NeedOrder) needmap.Position {
	p := needmap.Position{Moment: n.ReportedAt, ID: n.ID}
	switch order {
	case needmap.NeedsMostSevere:
		p.Number = int64(n.Severity)
	case needmap.NeedsMostPeople:
		p.Number = int64(n.People)
	}
	return p
}

// newNeeds wraps needs as peers of each other. A municipality that is not there
// belongs to a territory that this server is yet to reload.
func newNeeds(atlas *needmap.Atlas, list []*needmap.Need) ([]*Need, error) {
	shared := newPeers(list...)
	wrapped := make([]*Need, len(list))
	for i, n := range list {
		place, ok := atlas.ByID(n.MunicipalityID)
		if !ok {
			return nil, needmap.ErrTerritoryReplaced
		}
		wrapped[i] = &Need{Need: n, place: place, peers: shared}
	}
	return wrapped, nil
}

func (r *needResolver) Municipality(_ context.Context, n *Need) (*Municipality, error) {
	byID, err := together(n.peers, "municipality", func(needs []*needmap.Need) (map[int]*Municipality, error) {
		return r.municipalitiesByID(keysOf(needs, func(n *needmap.Need) *int { return &n.MunicipalityID }))
	})
	return byID[n.MunicipalityID], err
}

func (r *needResolver) Location(ctx context.Context, n *Need) (scalar.JSON, error) {
	return placeJSON(ctx, n.Need), nil
}

func (r *needResolver) ReportedBy(ctx context.Context, n *Need) (Organisation, error) {
	if n.ReportedByID == nil {
		return nil, nil
	}
	return organisationOf(ctx, r.Resolver, n.peers, *n.ReportedByID, func(n *needmap.Need) *int { return n.ReportedByID })
}

func (r *needResolver) Suspension(ctx context.Context, n *Need) (*Suspension, error) {
	if n.SuspensionID == nil {
		return nil, nil
	}
	byID, err := together(n.peers, "suspension", func(needs []*needmap.Need) (map[int]*Suspension, error) {
		list, err := r.Store.SuspensionsByID(ctx, keysOf(needs, func(n *needmap.Need) *int { return n.SuspensionID }))
		return indexSuspensions(newSuspensions(list)), err
	})
	return byID[*n.SuspensionID], err
}

func (r *needResolver) Responses(ctx context.Context, n *Need) ([]*Response, error) {
	byNeed, err := together(n.peers, "responses", func(needs []*needmap.Need) (map[int64][]*Response, error) {
		lists, err := r.Store.Responses(ctx, needIDs(needs))
		return newResponses(lists), err
	})
	return orEmpty(byNeed[n.Need.ID]), err
}

// MergedInto is the need that this one is a duplicate of, if the caller may see it.
func (r *needResolver) MergedInto(ctx context.Context, n *Need) (*Need, error) {
	if n.Need.MergedInto == nil {
		return nil, nil
	}
	byID, err := together(n.peers, "mergedInto", func(needs []*needmap.Need) (map[int64]*Need, error) {
		ids := []int64{}
		for _, n := range needs {
			if n.MergedInto != nil {
				ids = append(ids, *n.MergedInto)
			}
		}
		return r.needsByID(ctx, ids)
	})
	return byID[*n.Need.MergedInto], err
}

// MergedFrom are the duplicates that were merged into the need.
func (r *needResolver) MergedFrom(ctx context.Context, n *Need) ([]*Need, error) {
	byNeed, err := together(n.peers, "mergedFrom", func(needs []*needmap.Need) (map[int64][]*Need, error) {
		access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
		if err != nil {
			return nil, err
		}
		list, err := r.Store.NeedsMergedInto(ctx, access, needIDs(needs))
		if err != nil {
			return nil, err
		}
		merged, err := newNeeds(r.atlas(), list)
		byNeed := map[int64][]*Need{}
		for _, n := range merged {
			byNeed[*n.Need.MergedInto] = append(byNeed[*n.Need.MergedInto], n)
		}
		return byNeed, err
	})
	return orEmpty(byNeed[n.Need.ID]), err
}

// needsByID finds those needs that the caller may see, as peers of each other.
func (r *Resolver) needsByID(ctx context.Context, ids []int64) (map[int64]*Need, error) {
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	if err != nil {
		return nil, err
	}
	list, err := r.Store.NeedsByID(ctx, access, ids)
	if err != nil {
		return nil, err
	}
	needs, err := newNeeds(r.atlas(), list)
	byID := make(map[int64]*Need, len(needs))
	for _, n := range needs {
		byID[n.Need.ID] = n
	}
	return byID, err
}

func (r *needResolver) AllowedTransitions(ctx context.Context, n *Need) ([]needmap.NeedStatus, error) {
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	return access.Transitions(n.Need), err
}

func needIDs(needs []*needmap.Need) []int64 {
	ids := make([]int64, len(needs))
	for i, n := range needs {
		ids[i] = n.ID
	}
	return ids
}
