package demo

import (
	"math/rand/v2"

	"github.com/innovainrete/needmap/internal/needmap"
)

// supply finds who could answer in a place.
type supply struct {
	seated  [][]int // identifiers of the organisations of each place
	running map[market][]*needmap.Service
	stops   map[market][]*needmap.Suspension
}

// market is a field in a place.
type market struct {
	place int
	field needmap.Field
}

func newSupply(w *World, network *Network) supply {
	s := supply{
		seated:  make([][]int, len(w.places)),
		running: map[market][]*needmap.Service{},
		stops:   map[market][]*needmap.Suspension{},
	}
	placeOf := make(map[int]int, len(w.places))
	for i := range w.places {
		placeOf[w.places[i].ID] = i
	}
	for _, o := range network.Organisations {
		place := placeOf[*o.MunicipalityID]
		s.seated[place] = append(s.seated[place], o.ID)
	}
	stopsOf := make(map[int][]*needmap.Suspension)
	for i := range network.Suspensions {
		stop := &network.Suspensions[i]
		stopsOf[stop.ServiceID] = append(stopsOf[stop.ServiceID], stop)
	}
	for _, area := range network.ServiceAreas {
		service := &network.Services[area.ServiceID-1]
		m := market{placeOf[area.MunicipalityID], service.Field}
		if service.Status == needmap.ServiceActive {
			s.running[m] = append(s.running[m], service)
		}
		s.stops[m] = append(s.stops[m], stopsOf[service.ID]...)
	}
	return s
}

// stopped draws a suspension that was on in a place on a day.
func (s *supply) stopped(r *rand.Rand, place int, field needmap.Field, day needmap.Date) (id int, ok bool) {
	stops := s.stops[market{place, field}]
	if len(stops) == 0 {
		return 0, false
	}
	start := r.IntN(len(stops))
	for i := range stops {
		stop := stops[(start+i)%len(stops)]
		if stop.From <= day && (stop.To == nil || day <= *stop.To) {
			return stop.ID, true
		}
	}
	return 0, false
}

// answerer draws who takes up a need: a service that runs there today, else the
// organisation that reported it, else a cooperative.
func (s *supply) answerer(r *rand.Rand, place int, need *needmap.Need) (organisationID int, serviceID *int) {
	services := s.running[market{place, need.Field}]
	if len(services) > 0 && chance(r, 0.85) {
		service := pick(r, services)
		id := service.ID
		return service.OrganisationID, &id
	}
	if need.ReportedByID != nil {
		return *need.ReportedByID, nil
	}
	return 1 + r.IntN(len(cooperatives)), nil
}
