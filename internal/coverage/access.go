package coverage

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// AreaAccess is the access of an area's people to a field's services.
type AreaAccess struct {
	Area   *Area
	People int
	Places float64 // for each person; NaN without people
}

// AccessReport is spatial accessibility by area.
type AccessReport struct {
	Areas             []AreaAccess
	People            int
	PeopleUnplaced    int // people in need without a place
	PeopleTimesAccess float64
	Reached, Supply   int // places of services with anyone in reach, and of all with a place
	ServicesUnplaced  int
}

// people as points: who is to reach services.
type crowd struct {
	points  []orb.Point
	people  []float64
	areas   []int
	unplace int
}

// residentsOf are the residents of all local municipalities, at their representative
// points: also those of other areas go to the services.
func residentsOf(areas *Areas, atlas *needmap.Atlas) crowd {
	var c crowd
	for _, m := range atlas.All() {
		if !m.IsLocal || m.Population == nil {
			continue
		}
		area, ok := areas.Number(m.ID)
		if !ok {
			area = int(none)
		}
		c.points, c.people = append(c.points, m.Centroid), append(c.people, float64(*m.Population))
		c.areas = append(c.areas, area)
	}
	return c
}

// peopleInNeed are the people of the gap at the places of their needs.
func (v View) peopleInNeed(field int, areas *Areas) crowd {
	asking := v.Asking(field)
	c := crowd{points: asking.Points, unplace: asking.PeopleUnplaced}
	for i, id := range asking.MunicipalityIDs {
		area, ok := areas.Number(id)
		if !ok {
			area = int(none) // of a comune that has municipi: in no local area
		}
		c.people, c.areas = append(c.people, float64(asking.People[i])), append(c.areas, area)
	}
	return c
}

// AccessQuestion is what spatial accessibility is asked of.
type AccessQuestion struct {
	Atlas     *needmap.Atlas
	Areas     *Areas
	Field     needmap.Field
	Decay     Decay
	Residents bool // residents; else people in need
}

// Access measures how many places of some services there are for each person.
func (q AccessQuestion) Access(v View, services []Service) AccessReport {
	people := residentsOf(q.Areas, q.Atlas)
	if !q.Residents {
		people = v.peopleInNeed(FieldNumber(q.Field), q.Areas)
	}
	providers := ProvidersOf(services, q.Field)
	access := Accessibility(people.points, people.people, providers.Points, providers.Capacity, q.Decay)
	return q.report(people, providers, access)
}

func (q AccessQuestion) report(people crowd, providers Providers, access Access) AccessReport {
	r := AccessReport{Areas: make([]AreaAccess, len(q.Areas.List)), PeopleUnplaced: people.unplace, ServicesUnplaced: providers.Unplaced}
	sums := make([]float64, len(r.Areas))
	for i, score := range access.Scores {
		r.People += int(people.people[i])
		r.PeopleTimesAccess += people.people[i] * score
		if area := people.areas[i]; area >= 0 {
			r.Areas[area].People += int(people.people[i])
			sums[area] += people.people[i] * score
		}
	}
	for i := range r.Areas {
		r.Areas[i].Area, r.Areas[i].Places = &q.Areas.List[i], math.NaN()
		if n := r.Areas[i].People; n > 0 {
			r.Areas[i].Places = sums[i] / float64(n)
		}
	}
	for j, capacity := range providers.Capacity {
		r.Supply += int(capacity)
		if access.Reached[j] {
			r.Reached += int(capacity)
		}
	}
	return r
}
