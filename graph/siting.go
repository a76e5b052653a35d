package graph

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

type (
	// Siting is sites for a new service.
	Siting struct {
		Sites                     []*Site
		Covered, Total, Coverable int
		UpperBound                int
		Certificate, Guarantee    float64
		ShortAreas                []needmap.Area
		PeopleWithoutPlace        int
		IsPartial                 bool
		PlacesAs                  PlaceBasis
	}

	// Site is a place for a new service.
	Site struct {
		Candidate, Gain, NeedCount int
		point                      orb.Point
		keys                       []int64 // of the needs that it covers and those before it don't
	}
)

// MaxSiteNeeds bounds how many needs a site names.
const MaxSiteNeeds = 500

// greedyGuarantee is what the greedy choice reaches of the best on any map
// (Nemhauser, Wolsey and Fisher 1978).
var greedyGuarantee = 1 - 1/math.E

// Siting finds where new sites would reach most people without an answer.
func (r *queryResolver) Siting(ctx context.Context, field needmap.Field, count int, radiusMetres float64, candidates []*PointInput, floorShare *float64, filter *needmap.NeedFilter) (*Siting, error) {
	q, err := r.fieldQuestion(ctx, filter, field, needmap.LevelLocal)
	if err != nil {
		return nil, err
	}
	problem := coverage.SitingProblem{Count: count, RadiusMetres: radiusMetres}
	if floorShare != nil {
		problem.FloorShare = *floorShare
	}
	if problem.Candidates, err = candidatePoints(q.Atlas, candidates); err != nil {
		return nil, err
	}
	var asking coverage.Asking
	err = r.Store.ViewNeeds(ctx, q.Criteria, func(v coverage.View) error {
		asking = v.Asking(coverage.FieldNumber(field))
		return nil
	})
	if err != nil {
		return nil, err
	}
	problem.Demand, problem.People, problem.Areas = asking.Points, asking.People, asking.MunicipalityIDs
	solved, err := problem.Solve(ctx)
	if err != nil {
		return nil, err
	}
	return newSiting(q, problem, asking, solved), nil
}

// candidatePoints are the points given, or those of all local municipalities.
func candidatePoints(atlas *needmap.Atlas, given []*PointInput) ([]orb.Point, error) {
	points := []orb.Point{}
	for _, in := range given {
		p := *pointOf(in)
		if err := needmap.CheckPoint("candidates", p[0], p[1]); err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if given != nil {
		return points, nil
	}
	for _, m := range atlas.All() {
		if m.IsLocal {
			points = append(points, m.Centroid)
		}
	}
	return points, nil
}

func newSiting(q coverage.Question, p coverage.SitingProblem, asking coverage.Asking, solved coverage.Siting) *Siting {
	s := &Siting{
		Sites: []*Site{}, Covered: solved.Covered, Total: solved.Total, Coverable: solved.Coverable, UpperBound: solved.UpperBound,
		Certificate: solved.Certificate, Guarantee: greedyGuarantee, ShortAreas: []needmap.Area{},
		PeopleWithoutPlace: asking.PeopleUnplaced, IsPartial: q.Criteria.Scope != nil, PlacesAs: placeBasis(q.Criteria.Cells),
	}
	for _, site := range solved.Sites {
		keys := make([]int64, len(site.Covers))
		for i, k := range site.Covers {
			keys[i] = asking.Keys[k]
		}
		s.Sites = append(s.Sites, &Site{
			Candidate: site.Candidate, Gain: site.Gain, NeedCount: len(keys), point: p.Candidates[site.Candidate], keys: keys,
		})
	}
	for _, id := range solved.ShortAreas {
		if m, ok := q.Atlas.ByID(id); ok {
			s.ShortAreas = append(s.ShortAreas, needmap.Area{Code: m.Code, Name: m.Name, Level: needmap.LevelLocal})
		}
	}
	return s
}

// Location is where the site is.
func (s *Site) Location() scalar.JSON { return territory.AppendGeometry(nil, s.point) }

// Site resolves what a site refers to.
func (r *Resolver) Site() SiteResolver { return &siteResolver{r} }

type siteResolver struct{ *Resolver }

// Municipality is the local municipality of the site.
func (r *siteResolver) Municipality(_ context.Context, s *Site) (*Municipality, error) {
	atlas, registry := r.Territory.Snapshot()
	code, ok := registry.Locate(s.point)
	if !ok {
		return nil, nil
	}
	m, ok := atlas.ByCode(code)
	if !ok {
		return nil, nil
	}
	return newMunicipality(m), nil
}

// Needs are those that the site covers. That they lie near it tells of their places,
// so exact ones count as read.
func (r *siteResolver) Needs(ctx context.Context, s *Site, first int) ([]*Need, error) {
	return r.namedNeeds(ctx, s.keys, first)
}

// namedNeeds finds the first of some needs, as far as the caller sees them.
func (r *Resolver) namedNeeds(ctx context.Context, keys []int64, first int) ([]*Need, error) {
	if err := checkNamed(first); err != nil {
		return nil, err
	}
	access, err := needmap.ViewerFrom(ctx).Access(r.atlas())
	if err != nil {
		return nil, err
	}
	found, err := r.Store.NeedsByID(ctx, access, keys[:min(first, len(keys))])
	if err != nil {
		return nil, err
	}
	for _, n := range found {
		if isExactPlace(n) {
			placesRead(ctx, n.ID)
		}
	}
	return newNeeds(r.atlas(), found)
}

// checkNamed refuses to name more needs than anybody reads.
func checkNamed(first int) error {
	if first < 0 || first > MaxSiteNeeds {
		return needmap.Invalid("first", "first runs from 0 to %d, not %d", MaxSiteNeeds, first)
	}
	return nil
}
