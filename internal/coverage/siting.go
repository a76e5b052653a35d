package coverage

import (
	"context"
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/paulmach/orb"
)

// Bounds of a siting problem.
const (
	MaxSites      = 1_000
	MaxCandidates = 10_000
)

// SitingProblem asks where new sites would reach the most people: the maximal
// covering location problem. All points are lon/lat in degrees (EPSG:4326).
type SitingProblem struct {
	Demand []orb.Point
	People []int // at each demand point, not negative
	Areas  []int // of each demand point, for the floor; may be nil without one

	Candidates   []orb.Point // 1 to MaxCandidates
	Count        int         // sites to choose, 1 to MaxSites
	RadiusMetres float64     // that a site reaches, on the ellipsoid; in (0, MaxReachMetres]

	// FloorShare is the part, in (0, 1], of the people of each area that is to be
	// covered before anything else, as far as the candidates allow; 0 for none.
	FloorShare float64
}

// Site is a candidate that was chosen.
type Site struct {
	Candidate int   // index
	Gain      int   // people whom no site before it covers
	Covers    []int // indices of the demand that no site before it covers, ascending
}

// Siting is a choice of sites, in the order of choosing. It is shorter than was
// asked for where no other candidate would cover anybody new.
type Siting struct {
	Sites          []Site
	Covered, Total int // people
	Coverable      int // people that any candidate reaches
	// UpperBound is a number of people that no choice of as many sites exceeds,
	// whether or not it keeps to the floor.
	UpperBound  int
	Certificate float64 // Covered / UpperBound, in [0, 1]; 1 where UpperBound is 0
	ShortAreas  []int   // areas whose floor is not met, ascending
}

// Solve chooses greedily: always the candidate that covers the most people whom
// none before it covers, the first of several. With a floor it looks first at the
// people that an area still lacks to its floor, and then at all. Without a floor it
// covers at least 1−(1−1/p)^p of what the best p sites would.
//
// A problem out of bounds is INVALID, in count, radiusMetres, candidates, demand or
// floor. It gives up with the error of ctx.
func (p SitingProblem) Solve(ctx context.Context) (Siting, error) {
	if err := p.check(); err != nil {
		return Siting{}, err
	}
	m := p.merge()
	g := p.greedy(m)
	if err := g.run(ctx, p.Count); err != nil {
		return Siting{}, err
	}
	return m.siting(g), nil
}

// greedy asks indices of the places and of the candidates for the incidence.
func (p SitingProblem) greedy(m *merged) *greedy {
	candidates, places := spotsOf(p.Candidates), spotsOf(m.points)
	byPlace, byCandidate := newPlaces(places), newPlaces(candidates)
	radius := limitOf(p.RadiusMetres)
	return &greedy{
		people: m.people, areas: m.areas, lacks: m.floors(p.FloorShare), candidates: len(candidates),
		reach: func(place int, visit func(candidate int)) {
			byCandidate.within(&places[place], &radius, func(n *node, _ float64) { visit(n.index) })
		},
		covers: func(candidate int, visit func(place int)) {
			byPlace.within(&candidates[candidate], &radius, func(n *node, _ float64) { visit(n.index) })
		},
	}
}

func (p SitingProblem) check() error {
	switch n := len(p.Candidates); {
	case p.Count < 1 || p.Count > MaxSites:
		return needmap.Invalid("count", "1 to %d sites can be chosen, not %d", MaxSites, p.Count)
	case !(p.RadiusMetres > 0 && p.RadiusMetres <= MaxReachMetres):
		return needmap.Invalid("radiusMetres", "the radius must be above 0 and at most %d metres, not %g", MaxReachMetres, p.RadiusMetres)
	case n < 1 || n > MaxCandidates:
		return needmap.Invalid("candidates", "there must be 1 to %d candidates, not %d", MaxCandidates, n)
	case !(p.FloorShare >= 0 && p.FloorShare <= 1):
		return needmap.Invalid("floorShare", "the floor must be a share from 0 to 1, not %g", p.FloorShare)
	case p.FloorShare > 0 && len(p.Areas) != len(p.Demand):
		return needmap.Invalid("floorShare", "a floor needs the area of each of the %d demand points; there are %d", len(p.Demand), len(p.Areas))
	case len(p.People) != len(p.Demand):
		return needmap.Invalid("demand", "%d demand points come with %d numbers of people", len(p.Demand), len(p.People))
	}
	if i := slices.IndexFunc(p.People, func(people int) bool { return people < 0 }); i >= 0 {
		return needmap.Invalid("demand", "demand point %d has %d people", i+1, p.People[i])
	}
	return nil
}

// merged is the demand with what lies at one point, and in one area, in one place.
type merged struct {
	points []orb.Point
	people []int
	demand [][]int // indices of each place's demand, ascending

	areas     []int // of each place, an index of areaNames; nil without a floor
	areaNames []int
}

func (p SitingProblem) merge() *merged {
	type key struct {
		point orb.Point
		area  int
	}
	m, seen, areas := &merged{}, make(map[key]int, len(p.Demand)), map[int]int{}
	for i, point := range p.Demand {
		k := key{point: point}
		if p.FloorShare > 0 {
			if _, ok := areas[p.Areas[i]]; !ok {
				areas[p.Areas[i]] = len(m.areaNames)
				m.areaNames = append(m.areaNames, p.Areas[i])
			}
			k.area = areas[p.Areas[i]]
		}
		place, ok := seen[k]
		if !ok {
			place = len(m.points)
			seen[k] = place
			m.points, m.people, m.demand = append(m.points, point), append(m.people, 0), append(m.demand, nil)
			if p.FloorShare > 0 {
				m.areas = append(m.areas, k.area)
			}
		}
		m.people[place] += p.People[i]
		m.demand[place] = append(m.demand[place], i)
	}
	return m
}

// floors gives the people of each area that are to be covered before anything
// else. A hair is taken off first, so that 7% of 100 is 7.
func (m *merged) floors(share float64) []int {
	lacks := make([]int, len(m.areaNames))
	for place, area := range m.areas {
		lacks[area] += m.people[place]
	}
	for area, people := range lacks {
		lacks[area] = int(math.Ceil(share*float64(people) - 1e-6))
	}
	return lacks
}

// siting tells of the demand what was chosen for the places.
func (m *merged) siting(g *greedy) Siting {
	s := Siting{Covered: g.total, Coverable: g.coverable, UpperBound: g.bound, Certificate: 1, Sites: make([]Site, len(g.chosen))}
	for i, c := range g.chosen {
		s.Sites[i] = Site{c.candidate, c.gain, m.demandOf(c.places)}
	}
	for _, people := range m.people {
		s.Total += people
	}
	if s.UpperBound > 0 {
		s.Certificate = float64(s.Covered) / float64(s.UpperBound)
	}
	for area, lack := range g.lacks {
		if lack > 0 {
			s.ShortAreas = append(s.ShortAreas, m.areaNames[area])
		}
	}
	slices.Sort(s.ShortAreas)
	return s
}

func (m *merged) demandOf(places []int) []int {
	var list []int
	for _, place := range places {
		list = append(list, m.demand[place]...)
	}
	slices.Sort(list)
	return list
}
