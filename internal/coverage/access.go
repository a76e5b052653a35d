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

// AccessQuestion is what spatial accessibility is asked of: the level and criteria of
// a question, and one field.
type AccessQuestion struct {
	Question
	Field     needmap.Field
	Decay     Decay
	Residents bool // residents; else people in need
}

// AccessPeople are those who are to reach services, apart from the view that they came
// from.
type AccessPeople struct {
	question AccessQuestion
	areas    *Areas
	crowd    crowd
}

// People reads who is to reach services.
func (q AccessQuestion) People(v View) AccessPeople {
	p := AccessPeople{question: q, areas: NewAreas(q.Atlas, q.Level, shown(q.Criteria.Settled(), v.municipalities))}
	if q.Residents {
		p.crowd = residentsOf(p.areas, q.Atlas)
	} else {
		p.crowd = v.peopleInNeed(FieldNumber(q.Field), p.areas)
	}
	return p
}

// Access measures how many places of some services there are for each person.
func (p AccessPeople) Access(services []Service) AccessReport {
	providers := ProvidersOf(services, p.question.Field)
	access := Accessibility(p.crowd.points, p.crowd.people, providers.Points, providers.Capacity, p.question.Decay)
	return p.report(providers, access)
}

func (p AccessPeople) report(providers Providers, access Access) AccessReport {
	people := p.crowd
	r := AccessReport{Areas: make([]AreaAccess, len(p.areas.List)), PeopleUnplaced: people.unplace, ServicesUnplaced: providers.Unplaced}
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
		r.Areas[i].Area, r.Areas[i].Places = &p.areas.List[i], math.NaN()
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
