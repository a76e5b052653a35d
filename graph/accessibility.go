package graph

import (
	"context"
	"math"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

type (
	// Accessibility is places for each person.
	Accessibility struct {
		Areas                []*AccessibilityArea
		PeopleTimesAccess    float64
		ReachedSupply        int
		Supply               int
		ServicesWithoutPlace int
		People               int
		PeopleWithoutPlace   int
		IsPartial            bool
		PlacesAs             PlaceBasis
	}

	// AccessibilityArea is the access of an area.
	AccessibilityArea struct {
		Area              needmap.Area
		People            int
		PlacesPerThousand *float64
		Before            *float64
		Difference        *float64
	}
)

// Accessibility measures how many places there are for each person within reach.
func (r *queryResolver) Accessibility(ctx context.Context, field needmap.Field, method AccessibilityMethod, catchmentMetres float64, decay *DecayInput, demand AccessibilityDemand, level needmap.TerritoryLevel, whatIf *ScenarioInput) (*Accessibility, error) {
	q, err := r.fieldQuestion(ctx, nil, field, level)
	if err != nil {
		return nil, err
	}
	decline, err := decayOf(method, catchmentMetres, decay)
	if err != nil {
		return nil, err
	}
	if q.Scenario, err = r.scenario(q.Atlas, whatIf); err != nil {
		return nil, err
	}
	ask := coverage.AccessQuestion{Question: q, Field: field, Decay: decline, Residents: demand == AccessibilityDemandResidents}
	var people coverage.AccessPeople
	var services []coverage.Service
	err = r.Store.ViewNeeds(ctx, q.Criteria, func(v coverage.View) error {
		people, services = ask.People(v), v.Services()
		return nil
	})
	if err != nil {
		return nil, err
	}
	now, before := people.Access(services), (*coverage.AccessReport)(nil)
	if q.Scenario != nil {
		if err := q.Scenario.Check(services); err != nil {
			return nil, err
		}
		was := now
		now, before = people.Access(q.Scenario.Apply(services)), &was
	}
	answer := newAccessibility(now, before)
	answer.IsPartial, answer.PlacesAs = q.Criteria.Scope != nil && !ask.Residents, placeBasis(q.Criteria.Cells)
	return answer, nil
}

// decayOf reads how a place further away counts less.
func decayOf(method AccessibilityMethod, metres float64, in *DecayInput) (coverage.Decay, error) {
	switch {
	case method == AccessibilityMethodTwoStep && in != nil:
		return coverage.Decay{}, needmap.Invalid("decay", "with TWO_STEP every place within the catchment counts the same: leave decay out")
	case method == AccessibilityMethodTwoStep:
		return coverage.BinaryDecay(metres)
	case in == nil:
		return coverage.StepDecay(metres, nil)
	case in.Kind == DecayKindGaussian && in.Weights != nil:
		return coverage.Decay{}, needmap.Invalid("decay", "weights go with STEP, sigmaMetres with GAUSSIAN")
	case in.Kind == DecayKindStep && in.SigmaMetres != nil:
		return coverage.Decay{}, needmap.Invalid("decay", "weights go with STEP, sigmaMetres with GAUSSIAN")
	case in.Kind == DecayKindGaussian && in.SigmaMetres != nil:
		if !(*in.SigmaMetres > 0) {
			return coverage.Decay{}, needmap.Invalid("decay", "sigmaMetres %v is not above 0", *in.SigmaMetres)
		}
		return coverage.GaussianDecay(metres, *in.SigmaMetres)
	case in.Kind == DecayKindGaussian:
		return coverage.GaussianDecay(metres, 0)
	case in.Weights != nil && len(in.Weights) == 0:
		return coverage.Decay{}, needmap.Invalid("decay", "weights is an empty list: leave it out for 1, 0.68 and 0.22")
	}
	return coverage.StepDecay(metres, in.Weights)
}

func newAccessibility(now coverage.AccessReport, before *coverage.AccessReport) *Accessibility {
	a := &Accessibility{
		PeopleTimesAccess: now.PeopleTimesAccess, ReachedSupply: now.Reached, Supply: now.Supply,
		ServicesWithoutPlace: now.ServicesUnplaced, People: now.People, PeopleWithoutPlace: now.PeopleUnplaced,
		Areas: make([]*AccessibilityArea, len(now.Areas)),
	}
	for i, area := range now.Areas {
		a.Areas[i] = &AccessibilityArea{Area: area.Area.Area, People: area.People, PlacesPerThousand: perThousand(area.Places)}
		if before == nil {
			continue
		}
		a.Areas[i].Before = perThousand(before.Areas[i].Places)
		if is, was := a.Areas[i].PlacesPerThousand, a.Areas[i].Before; is != nil && was != nil {
			difference := *is - *was
			a.Areas[i].Difference = &difference
		}
	}
	return a
}

func perThousand(places float64) *float64 {
	if math.IsNaN(places) {
		return nil
	}
	scaled := places * 1000
	return &scaled
}
