package graph

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
)

const listMunicipalities = "municipalities"

// Municipality resolves the nested fields of municipalities.
func (r *Resolver) Municipality() MunicipalityResolver { return &municipalityResolver{r} }

type municipalityResolver struct{ *Resolver }

func newMunicipality(m *needmap.Municipality) *Municipality {
	return &Municipality{Municipality: m, peers: newPeers(m.Code)}
}

// newMunicipalities wraps municipalities as peers of each other.
func newMunicipalities(list []*needmap.Municipality) []*Municipality {
	codes := make([]string, len(list))
	for i, m := range list {
		codes[i] = m.Code
	}
	shared := newPeers(codes...)
	wrapped := make([]*Municipality, len(list))
	for i, m := range list {
		wrapped[i] = &Municipality{Municipality: m, peers: shared}
	}
	return wrapped
}

// municipalityConnection cuts a page out of a list ordered by code.
func municipalityConnection(all []*needmap.Municipality, page needmap.Page) *MunicipalityConnection {
	part := all
	if page.After != nil {
		part = part[lowerBound(part, page.After.Text+"\x00"):]
	}
	if page.Before != nil {
		part = part[:lowerBound(part, page.Before.Text)]
	}
	more := len(part) > page.Limit
	if more && page.Backward {
		part = part[len(part)-page.Limit:]
	} else if more {
		part = part[:page.Limit]
	}
	return &MunicipalityConnection{
		Nodes: newMunicipalities(part), list: listMunicipalities, page: page, more: more,
		position: func(m *Municipality) needmap.Position { return needmap.Position{Text: m.Code} },
		count:    func(context.Context) (int, error) { return len(all), nil },
	}
}

// lowerBound gives the index of the first code that is not below a text.
func lowerBound(list []*needmap.Municipality, code string) int {
	i, _ := slices.BinarySearchFunc(list, code, func(m *needmap.Municipality, code string) int { return strings.Compare(m.Code, code) })
	return i
}

func (r *municipalityResolver) Parent(_ context.Context, m *Municipality) (*Municipality, error) {
	atlas := r.atlas()
	byCode, err := together(m.peers, "parent", func(codes []string) (map[string]*Municipality, error) {
		return parentsOf(atlas, codes), nil
	})
	return byCode[m.ParentCode], err
}

// parentsOf wraps the parents of some municipalities as peers of each other.
func parentsOf(atlas *needmap.Atlas, codes []string) map[string]*Municipality {
	var parents []*needmap.Municipality
	for _, code := range codes {
		child, ok := atlas.ByCode(code)
		if !ok {
			continue // it went with a new territory
		}
		if parent, ok := atlas.ByCode(child.ParentCode); ok && !slices.Contains(parents, parent) {
			parents = append(parents, parent)
		}
	}
	byCode := make(map[string]*Municipality, len(parents))
	for _, parent := range newMunicipalities(parents) {
		byCode[parent.Code] = parent
	}
	return byCode
}

func (r *municipalityResolver) Children(_ context.Context, m *Municipality) ([]*Municipality, error) {
	return newMunicipalities(r.atlas().Children(m.Code)), nil
}

func (r *municipalityResolver) Centroid(_ context.Context, m *Municipality) (scalar.JSON, error) {
	return pointJSON(&m.Municipality.Centroid), nil
}

func (r *municipalityResolver) Bbox(_ context.Context, m *Municipality) ([]float64, error) {
	_, registry := r.Territory.Snapshot()
	boundary, err := registry.Boundary(m.Code, nil)
	if err != nil {
		return nil, err
	}
	b := boundary.Bound()
	return []float64{degrees(b.Min[0]), degrees(b.Min[1]), degrees(b.Max[0]), degrees(b.Max[1])}, nil
}

// degrees rounds to 1e-7 degree, about a centimetre, as boundaries are written.
func degrees(v float64) float64 { return math.Round(v*1e7) / 1e7 }

func (r *municipalityResolver) Boundary(_ context.Context, m *Municipality, zoom *int) (scalar.JSON, error) {
	_, registry := r.Territory.Snapshot()
	boundary, err := registry.BoundaryJSON(m.Code, zoom)
	return boundary, territoryError(err)
}

// Tally adds up the needs of all peers in one statement.
func (r *municipalityResolver) Tally(ctx context.Context, m *Municipality, filter *needmap.NeedFilter, asOf *time.Time) (*needmap.Tally, error) {
	atlas := r.atlas()
	criteria, err := needmap.ViewerFrom(ctx).NeedCriteria(filter, atlas)
	if err != nil {
		return nil, err
	}
	if err := checkAsOf(asOf, r.Now()); err != nil {
		return nil, err
	}
	byLeaf, err := together(m.peers, argsKey("tally", filter, asOf), func(codes []string) (map[int]needmap.Tally, error) {
		rows, err := r.tallies(ctx, criteria.Narrow(idsWithin(atlas, codes)), asOf)
		sums := map[int]needmap.Tally{}
		for _, row := range rows {
			sum := sums[row.MunicipalityID]
			sum.Add(row.Tally)
			sums[row.MunicipalityID] = sum
		}
		return sums, err
	})
	if err != nil {
		return nil, err
	}
	var total needmap.Tally
	for _, id := range idsWithin(atlas, []string{m.Code}) {
		total.Add(byLeaf[id])
	}
	return &total, nil
}

// idsWithin gives the keys of the municipalities that some codes stand for, each once.
func idsWithin(atlas *needmap.Atlas, codes []string) []int {
	ids := []int{}
	for _, code := range codes {
		all, _ := atlas.Within("", code) // a code that went with a new territory has none
		for _, m := range all {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// groupsOf gives those of each code, for lists that are paged per group.
func groupsOf(atlas *needmap.Atlas, codes []string) [][]int {
	groups := make([][]int, len(codes))
	for i, code := range codes {
		groups[i] = idsWithin(atlas, []string{code})
	}
	return groups
}
