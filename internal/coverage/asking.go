package coverage

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Asking is the needs of a field whose people have no answer, as places with people.
type Asking struct {
	Keys            []int64 // of the needs, ascending
	Points          []orb.Point
	People          []int // of the gap
	MunicipalityIDs []int
	PeopleUnplaced  int // people of the gap in needs without a place
}

// Asking gives the needs of a field under the filter that have a gap and a place.
func (v View) Asking(field int) Asking {
	var rows []*openNeed
	var a Asking
	v.each(func(o *openNeed, f fact) {
		switch {
		case int(f.field) != field || o.gap() == 0:
		case o.located:
			rows = append(rows, o)
		default:
			a.PeopleUnplaced += o.gap()
		}
	})
	ids := v.board.ids
	slices.SortFunc(rows, func(x, y *openNeed) int { return cmp.Compare(ids[x.need], ids[y.need]) })
	for _, o := range rows {
		a.Keys, a.Points = append(a.Keys, ids[o.need]), append(a.Points, o.at(v.cells))
		a.People = append(a.People, o.gap())
		a.MunicipalityIDs = append(a.MunicipalityIDs, v.municipality(v.board.facts[o.need]))
	}
	return a
}

// Providers are the active services of a field that have a place.
type Providers struct {
	Points   []orb.Point
	Capacity []float64
	Unplaced int // active services without a place
}

// ProvidersOf gives the active services of a field among some.
func ProvidersOf(services []Service, field needmap.Field) Providers {
	var p Providers
	for i := range services {
		switch s := &services[i]; {
		case s.Field != field || s.Status != needmap.ServiceActive:
		case s.Place == nil:
			p.Unplaced++
		default:
			p.Points, p.Capacity = append(p.Points, *s.Place), append(p.Capacity, float64(s.Capacity))
		}
	}
	return p
}
