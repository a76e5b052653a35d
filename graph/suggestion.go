package graph

import (
	"context"
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Suggestions finds services for needs.
type Suggestions interface {
	Candidates(ctx context.Context, access needmap.Access, needID int64) ([]needmap.Candidate, error)
	PlacesHeld(ctx context.Context, serviceIDs []int) (map[int]int, error)
}

// SuggestResponses ranks services that could answer a need.
func (r *queryResolver) SuggestResponses(ctx context.Context, needID string, first int) (*ResponseSuggestions, error) {
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	if err != nil {
		return nil, err
	}
	key, err := needKey("needId", needID)
	if err != nil {
		return nil, err
	}
	if first < 1 || first > needmap.MaxSuggestions {
		return nil, needmap.Invalid("first", "first runs from 1 to %d, not %d", needmap.MaxSuggestions, first)
	}
	found, err := r.Store.NeedsByID(ctx, access, []int64{key})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, needmap.NotFound("there is no such need, or you may not see it")
	}
	return r.suggest(ctx, access, found[0], first)
}

// suggest ranks the services beside a need that the caller sees. Its answer tells
// of the need's place, so an exact one counts as read.
func (r *queryResolver) suggest(ctx context.Context, access needmap.Access, n *needmap.Need, first int) (*ResponseSuggestions, error) {
	if isExactPlace(n) {
		placesRead(ctx, n.ID)
	}
	responses, err := r.Store.Responses(ctx, []int64{n.ID})
	if err != nil {
		return nil, err
	}
	candidates, err := r.Store.Candidates(ctx, access, n.ID)
	if err != nil {
		return nil, err
	}
	held, err := r.Store.PlacesHeld(ctx, needmap.Promising(n, candidates))
	if err != nil {
		return nil, err
	}
	left := n.PeopleLeft(needmap.Promised(responses[n.ID]))
	fits, misses := needmap.Suggest(n, left, candidates, held, first)
	services, err := r.servicesOf(ctx, slices.Concat(fits, misses))
	return &ResponseSuggestions{Suggestions: newSuggestions(fits, services), NearMisses: newSuggestions(misses, services)}, err
}

// servicesOf finds the services of some suggestions, as peers of each other.
func (r *queryResolver) servicesOf(ctx context.Context, list []needmap.Suggestion) (map[int]*Service, error) {
	ids := make([]int, len(list))
	for i, s := range list {
		ids[i] = s.ServiceID
	}
	found, err := r.Store.ServicesByID(ctx, ids)
	return indexServices(found), err
}

// newSuggestions leaves out a service that went meanwhile.
func newSuggestions(list []needmap.Suggestion, services map[int]*Service) []*ResponseSuggestion {
	wrapped := []*ResponseSuggestion{}
	for _, s := range list {
		service, ok := services[s.ServiceID]
		if !ok {
			continue
		}
		reasons := make([]*needmap.FitReason, len(s.Reasons))
		for i := range s.Reasons {
			reasons[i] = &s.Reasons[i]
		}
		wrapped = append(wrapped, &ResponseSuggestion{
			Service: service, People: s.People, Score: s.Score, DistanceMetres: wholeMetres(s.DistanceMetres),
			Reasons: reasons, Lacks: s.Lacks,
		})
	}
	return wrapped
}

func wholeMetres(metres *float64) *int {
	if metres == nil {
		return nil
	}
	whole := int(math.Round(*metres))
	return &whole
}

// FreeCapacity is how many places of a service nothing holds.
func (r *serviceResolver) FreeCapacity(ctx context.Context, s *Service) (int, error) {
	return r.freeCapacity(ctx, s)
}

// freeCapacity loads the places held of all peers of a service at once.
func (r *Resolver) freeCapacity(ctx context.Context, s *Service) (int, error) {
	if err := needmap.ViewerFrom(ctx).MaySeeSupply(); err != nil {
		return 0, err
	}
	held, err := together(s.peers, "freeCapacity", func(list []*needmap.Service) (map[int]int, error) {
		return r.Store.PlacesHeld(ctx, keysOf(list, serviceID))
	})
	return s.Free(held[s.Service.ID]), err
}

func indexServices(list []*needmap.Service) map[int]*Service {
	byID := make(map[int]*Service, len(list))
	for _, s := range newServices(list) {
		byID[s.Service.ID] = s
	}
	return byID
}
