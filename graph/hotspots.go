package graph

import (
	"context"
	"slices"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

type (
	// Hotspots is a map of hot spots.
	Hotspots struct {
		Areas              []*HotspotArea
		Significant        int
		Permutations       int
		FalseDiscoveryRate float64
		GlobalG            float64
		IsPartial          bool
	}

	// HotspotArea is an area in a map of hot spots.
	HotspotArea struct {
		Area       needmap.Area
		Neighbours int
		Rate       float64
		Z, P, Q    float64
		Kind       HotspotKind
	}
)

// Bounds of the random maps that p-values come from, and the share of false
// discoveries that is borne.
const (
	minPermutations = 99
	maxPermutations = 49_999
	falseDiscovery  = 0.05
	hotspotSeed     = 1
)

// Hotspots finds areas whose neighbourhood has a high or low rate of unmet need.
func (r *queryResolver) Hotspots(ctx context.Context, field *needmap.Field, by needmap.TerritoryLevel, filter *needmap.NeedFilter, permutations int) (*Hotspots, error) {
	q, err := r.coverageQuestion(ctx, filter, "by", by, nil)
	if err != nil {
		return nil, err
	}
	if permutations < minPermutations || permutations > maxPermutations {
		return nil, needmap.Invalid("permutations", "permutations run from %d to %d, not %d", minPermutations, maxPermutations, permutations)
	}
	if field != nil {
		if _, err := needmap.ParseEnum("field", string(*field), needmap.Fields); err != nil {
			return nil, err
		}
		q.Criteria = q.Criteria.OfField(*field)
	}
	var answer *coverage.Answer
	err = r.Store.ViewNeeds(ctx, q.Criteria, func(v coverage.View) error {
		answer, err = q.Answer(v)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := slices.DeleteFunc(slices.Clone(answer.Areas), func(row *coverage.Row) bool { return row.UnmetRate == nil })
	if len(rows) < coverage.MinHotspotAreas {
		return nil, needmap.Invalid("by", "hot spots are told from chance among %d areas with a rate or more; at this level and under this filter there are %d",
			coverage.MinHotspotAreas, len(rows))
	}
	weights, err := r.contiguity(by, rows)
	if err != nil {
		return nil, err
	}
	return newHotspots(q, rows, weights, permutations), nil
}

// contiguity gives each row itself and the rows that share a border with it.
func (r *queryResolver) contiguity(level needmap.TerritoryLevel, rows []*coverage.Row) ([][]coverage.Weight, error) {
	_, registry := r.Resolver.Territory.Snapshot()
	codes, neighbours, err := registry.Neighbours(territory.Level(level))
	if err != nil {
		return nil, err
	}
	numbers := make(map[string]int, len(rows))
	for i, row := range rows {
		numbers[row.Area.Code] = i
	}
	weights := make([][]coverage.Weight, len(rows))
	for k, code := range codes {
		i, ok := numbers[code]
		if !ok {
			continue
		}
		weights[i] = append(weights[i], coverage.Weight{Area: i, Weight: 1})
		for _, n := range neighbours[k] {
			if j, ok := numbers[codes[n]]; ok {
				weights[i] = append(weights[i], coverage.Weight{Area: j, Weight: 1})
			}
		}
	}
	return weights, nil
}

func newHotspots(q coverage.Question, rows []*coverage.Row, weights [][]coverage.Weight, permutations int) *Hotspots {
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = row.UnmetRate.Smoothed
	}
	h := &Hotspots{
		Permutations: permutations, FalseDiscoveryRate: falseDiscovery, GlobalG: coverage.GlobalG(values, weights), IsPartial: q.Criteria.Scope != nil,
	}
	for i, spot := range coverage.Hotspots(values, weights, permutations, falseDiscovery, hotspotSeed) {
		area := &HotspotArea{
			Area: rows[i].Area.Area, Neighbours: max(0, len(weights[i])-1), Rate: values[i], Z: spot.Z, P: spot.P, Q: spot.Q,
			Kind: HotspotKindNotSignificant,
		}
		switch {
		case spot.Significant && spot.Z > 0:
			area.Kind = HotspotKindHot
			h.Significant++
		case spot.Significant:
			area.Kind = HotspotKindCold
			h.Significant++
		}
		h.Areas = append(h.Areas, area)
	}
	return h
}
