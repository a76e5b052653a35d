package graph

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

type (
	// SuspensionImpact is what a suspension left behind.
	SuspensionImpact struct {
		Suspension            *Suspension
		NeedCount, People     int
		OpenNeeds, OpenPeople int
		NeedDaysLost          float64
		NeedDays              float64
		NeedsWithoutEnd       int

		returned *coverage.Returned
		needs    []*needmap.Need
	}

	// SuspensionReturn is what came back when a suspension ended.
	SuspensionReturn struct {
		Capacity, NeedsMet, PeopleAnswered, NeedsEndedOtherwise int
	}
)

// SuspensionImpact measures what a suspension left behind.
func (r *queryResolver) SuspensionImpact(ctx context.Context, suspension string) (*SuspensionImpact, error) {
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	if err != nil {
		return nil, err
	}
	key, err := smallKey("suspension", suspension, typeSuspension)
	if err != nil {
		return nil, err
	}
	found, err := r.Store.SuspensionsByID(ctx, []int{key})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, needmap.NotFound("there is no such suspension")
	}
	needs, err := r.Store.NeedsOfSuspensions(ctx, access, []int64{int64(key)})
	if err != nil {
		return nil, err
	}
	histories, err := r.Store.NeedEvents(ctx, keysOfNeeds(needs))
	if err != nil {
		return nil, err
	}
	return newSuspensionImpact(found[0], needs, coverage.ImpactOf(found[0], needs, histories, r.Now())), nil
}

func newSuspensionImpact(s *needmap.Suspension, needs []*needmap.Need, i coverage.Impact) *SuspensionImpact {
	slices.SortFunc(needs, func(a, b *needmap.Need) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), b.ReportedAt.Compare(a.ReportedAt), cmp.Compare(b.ID, a.ID))
	})
	oneDecimal := func(days float64) float64 { return math.Round(days*10) / 10 }
	return &SuspensionImpact{
		Suspension: newSuspensions([]*needmap.Suspension{s})[0], NeedCount: i.Needs, People: i.People,
		OpenNeeds: i.OpenNeeds, OpenPeople: i.OpenPeople, NeedDaysLost: oneDecimal(i.DaysLost), NeedDays: oneDecimal(i.Days),
		NeedsWithoutEnd: i.WithoutEnd, returned: i.Returned, needs: needs,
	}
}

func keysOfNeeds(needs []*needmap.Need) []int64 {
	keys := make([]int64, len(needs))
	for i, n := range needs {
		keys[i] = n.ID
	}
	return keys
}

// SuspensionImpact resolves the fields of an impact that read more.
func (r *Resolver) SuspensionImpact() SuspensionImpactResolver { return &suspensionImpactResolver{r} }

type suspensionImpactResolver struct{ *Resolver }

// CameBack tells what became of the needs since the suspension ended.
func (r *suspensionImpactResolver) CameBack(ctx context.Context, i *SuspensionImpact) (*SuspensionReturn, error) {
	if i.returned == nil {
		return nil, nil
	}
	back := &SuspensionReturn{
		NeedsMet: i.returned.Met, PeopleAnswered: i.returned.Answered, NeedsEndedOtherwise: i.returned.EndedOtherwise,
	}
	services, err := r.Store.ServicesByID(ctx, []int{i.Suspension.ServiceID})
	if len(services) > 0 && services[0].Status == needmap.ServiceActive {
		back.Capacity = services[0].Capacity
	}
	return back, err
}

// Needs are those that the suspension left behind.
func (r *suspensionImpactResolver) Needs(_ context.Context, i *SuspensionImpact, first int) ([]*Need, error) {
	if err := checkNamed(first); err != nil {
		return nil, err
	}
	return newNeeds(r.atlas(), i.needs[:min(first, len(i.needs))])
}
