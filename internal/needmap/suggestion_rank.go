package needmap

import (
	"cmp"
	"math"
	"slices"
)

// MaxSuggestions bounds how many suggestions, and how many near misses, are asked
// for at a time.
const MaxSuggestions = 50

// Candidate is a service as it stands beside a need.
type Candidate struct {
	ServiceID       int
	Field           Field
	Status          ServiceStatus
	Capacity        int      // people at a time
	CatchmentMetres *int     // radius around its location
	MinimumAge      *int     // years, inclusive
	MaximumAge      *int     // years, inclusive
	Serves          bool     // it names the need's municipality among those that it serves
	DistanceMetres  *float64 // from the need's place as the caller knows it; nil where a place is not known
}

// fitWeights share a score of 1 among the criteria. One that is not met adds
// nothing; one that is met adds its weight, or the part of it that the criterion
// gives: people that there is room for, nearness, how sure the ages fit.
var fitWeights = map[FitCriterion]float64{
	FitField: 0.20, FitStatus: 0.15, FitTerritory: 0.20, FitAge: 0.10, FitCapacity: 0.20, FitDistance: 0.15,
}

// halfwayMetres is the distance at which nearness is worth half: a walk and a bus
// ride.
const halfwayMetres = 5_000

// Promising gives the services that lack one thing at most before anybody looks
// how full they are.
func Promising(n *Need, candidates []Candidate) []int {
	ids := []int{}
	for _, c := range candidates {
		if c.beside(n, n.People, 0).unmet <= 1 {
			ids = append(ids, c.ServiceID)
		}
	}
	return ids
}

// Suggest ranks the services that fit a need in every criterion, and those that
// lack exactly one, at most first of each. left are the people of the need whom
// nobody has answered or promised to; held are the places of each service that
// offered and agreed responses keep. Near misses in another field come last. The
// order is total: by score, then by distance with unknown ones last, then by key.
// A need that is not open has neither.
func Suggest(n *Need, left int, candidates []Candidate, held map[int]int, first int) (suggestions, nearMisses []Suggestion) {
	var fitting, near []fit
	for _, c := range candidates {
		f := c.beside(n, left, held[c.ServiceID])
		switch {
		case n.takesAnswers("") != nil:
		case f.unmet == 0:
			fitting = append(fitting, f)
		case f.unmet == 1:
			near = append(near, f)
		}
	}
	return best(fitting, first), best(near, first)
}

func best(list []fit, first int) []Suggestion {
	slices.SortFunc(list, func(a, b fit) int {
		return cmp.Or(
			cmp.Compare(a.otherField(), b.otherField()), cmp.Compare(b.score, a.score),
			cmp.Compare(a.metres(), b.metres()), cmp.Compare(a.ServiceID, b.ServiceID),
		)
	})
	suggestions := make([]Suggestion, min(first, len(list)))
	for i := range suggestions {
		suggestions[i] = list[i].suggestion()
	}
	return suggestions
}

// fit is a candidate as every criterion finds it.
type fit struct {
	Candidate
	findings []finding
	people   int
	score    float64
	unmet    int
	lacks    *FitCriterion // the last that is not met
}

// beside looks at a candidate by every criterion.
func (c Candidate) beside(n *Need, left, held int) fit {
	f := fit{Candidate: c, findings: []finding{
		c.field(n), c.status(), c.territory(), c.age(n), c.capacity(left, held), c.distance(),
	}}
	for i := range f.findings {
		criterion := &f.findings[i].criterion
		if part := f.findings[i].part; part > 0 {
			f.score += fitWeights[*criterion] * part
		} else {
			f.unmet, f.lacks = f.unmet+1, criterion
		}
	}
	f.score = min(1, math.Round(f.score*1e4)/1e4)
	if c.Status == ServiceActive {
		f.people = max(0, min(left, c.Capacity-held))
	}
	return f
}

func (f fit) otherField() int {
	if f.lacks != nil && *f.lacks == FitField {
		return 1
	}
	return 0
}

func (f fit) metres() float64 {
	if f.DistanceMetres == nil {
		return math.Inf(1)
	}
	return *f.DistanceMetres
}

func (f fit) suggestion() Suggestion {
	s := Suggestion{
		ServiceID: f.ServiceID, People: f.people, Score: f.score, DistanceMetres: f.DistanceMetres, Lacks: f.lacks,
		Reasons: make([]FitReason, len(f.findings)),
	}
	for i, found := range f.findings {
		en, it := found.words()
		s.Reasons[i] = FitReason{Criterion: found.criterion, Met: found.part > 0, Message: en, MessageIt: it}
	}
	return s
}
