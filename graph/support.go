package graph

import (
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// keysOf collects the keys that some objects refer to, each once.
func keysOf[T any](list []T, key func(T) *int) []int {
	seen := map[int]bool{}
	keys := []int{}
	for _, v := range list {
		if k := key(v); k != nil && !seen[*k] {
			seen[*k] = true
			keys = append(keys, *k)
		}
	}
	return keys
}

// pointJSON writes a point as GeoJSON; nil where there is none.
func pointJSON(p *orb.Point) scalar.JSON {
	if p == nil {
		return nil
	}
	return territory.AppendGeometry(nil, *p)
}

// orEmpty gives [] rather than null for a list that can't be null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// municipalityLists wraps the municipalities of several lists as peers of each
// other. A key that is not there belongs to a territory that went.
func municipalityLists(atlas *needmap.Atlas, ids map[int][]int) map[int][]*Municipality {
	var all []*needmap.Municipality
	for _, id := range keysOf(slices.Concat(slices.Collect(maps.Values(ids))...), func(id int) *int { return &id }) {
		if m, ok := atlas.ByID(id); ok {
			all = append(all, m)
		}
	}
	byID := make(map[int]*Municipality, len(all))
	for _, m := range newMunicipalities(all) {
		byID[m.Municipality.ID] = m
	}
	lists := make(map[int][]*Municipality, len(ids))
	for key, list := range ids {
		for _, id := range list {
			if m, ok := byID[id]; ok {
				lists[key] = append(lists[key], m)
			}
		}
	}
	return lists
}

// municipalitiesByID finds municipalities as peers of each other. A key that is
// not there belongs to a territory that this server is yet to reload.
func (r *Resolver) municipalitiesByID(ids []int) (map[int]*Municipality, error) {
	atlas := r.atlas()
	list := make([]*needmap.Municipality, len(ids))
	for i, id := range ids {
		m, ok := atlas.ByID(id)
		if !ok {
			return nil, needmap.ErrTerritoryReplaced
		}
		list[i] = m
	}
	byID := make(map[int]*Municipality, len(ids))
	for i, m := range newMunicipalities(list) {
		byID[ids[i]] = m
	}
	return byID, nil
}
