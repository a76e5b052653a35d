package demo

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// offer is a kind of service. Ages are in years, 0 for no bound; an offer that
// hides has an address that nobody may learn.
type offer struct {
	name           string
	minAge, maxAge int
	hides          bool
}

// offers of a field, and how many services the demo has in it.
type fieldOffers struct {
	field  needmap.Field
	count  int
	offers []offer
}

var allOffers = []fieldOffers{
	{needmap.FieldMinors, 55, []offer{
		{"Sostegno scolastico pomeridiano", 6, 14, false}, {"Centro educativo diurno", 6, 17, false},
		{"Spazio per la prima infanzia", 0, 3, false}, {"Assistenza educativa a scuola", 3, 17, false},
		{"Centro di aggregazione giovanile", 11, 17, false}, {"Casa famiglia per minori", 0, 17, true},
		{"Incontri protetti", 0, 17, true}, {"Logopedia per bambini", 3, 12, false}, {"Educativa domiciliare", 3, 17, false},
	}},
	{needmap.FieldDisability, 42, []offer{
		{"Assistenza domiciliare alla disabilità", 0, 64, false}, {"Centro diurno per la disabilità", 18, 64, false},
		{"Laboratorio di autonomia", 14, 0, false}, {"Gruppo appartamento", 18, 64, true},
		{"Trasporto accompagnato", 0, 0, false}, {"Inserimento lavorativo protetto", 18, 64, false},
		{"Riabilitazione di comunità", 16, 0, false},
	}},
	{needmap.FieldElderly, 36, []offer{
		{"Assistenza domiciliare agli anziani", 65, 0, false}, {"Centro diurno per anziani fragili", 65, 0, false},
		{"Spesa e farmaci a domicilio", 65, 0, false}, {"Compagnia al telefono", 60, 0, false},
		{"Spazio di incontro per la memoria", 65, 0, false}, {"Attività motoria dolce", 60, 0, false},
	}},
	{needmap.FieldAdultsAndFamilies, 55, []offer{
		{"Sportello di ascolto", 18, 0, false}, {"Mediazione familiare", 0, 0, false}, {"Sportello lavoro", 16, 64, false},
		{"Scuola di italiano", 16, 0, false}, {"Distribuzione di alimenti", 0, 0, false}, {"Casa rifugio", 0, 0, true},
		{"Accoglienza notturna", 18, 0, true}, {"Sportello casa", 18, 0, false}, {"Sostegno psicologico", 18, 0, false},
		{"Consulenza legale", 18, 0, false},
	}},
	{needmap.FieldCultureAgriculture, 12, []offer{
		{"Orto sociale", 0, 0, false}, {"Fattoria didattica", 4, 0, false}, {"Laboratorio di teatro", 8, 0, false},
		{"Biblioteca di quartiere", 0, 0, false},
	}},
}

func (b *builder) addServices() {
	for _, f := range allOffers {
		first := len(b.Services)
		trades := tradesOf(f.field)
		for n := range f.count {
			b.addService(f.field, f.offers[n%len(f.offers)], pick(b.r, trades))
		}
		b.reach(b.Services[first:], peopleReached[f.field])
	}
}

// addService sets up one service: a cooperative's in three cases of five.
func (b *builder) addService(field needmap.Field, o offer, trade int) {
	organisation := b.r.IntN(len(cooperatives))
	if chance(b.r, 0.4) {
		organisation = b.r.IntN(len(b.Organisations))
	}
	seat := b.seats[organisation]
	if chance(b.r, 0.3) {
		seat = pick(b.r, b.world.nearest(seat, 12))
	}
	id := len(b.Services) + 1
	s := needmap.Service{
		ID: id, ExternalID: fmt.Sprintf("demo-service-%03d", id), OrganisationID: organisation + 1,
		Name:  fmt.Sprintf("%s – %s (dato dimostrativo)", o.name, b.world.places[seat].Name),
		Field: field, Specialisation: &b.Specialisations[trade-1],
		Status: b.status(), Provision: b.provision(), IsPilot: chance(b.r, 0.08),
		MinimumAge: bound(o.minAge), MaximumAge: bound(o.maxAge),
		IsSynthetic: true,
	}
	s.Location, s.LocationKind = b.site(seat, o.hides)
	if s.Location != nil && chance(b.r, 0.6) {
		metres := 500 * (2 + b.r.IntN(20))
		s.CatchmentMetres = &metres
	}
	b.Services = append(b.Services, s)
	for _, p := range b.served(seat) {
		b.ServiceAreas = append(b.ServiceAreas, ServiceArea{id, b.world.places[p].ID})
	}
}

func (b *builder) status() needmap.ServiceStatus {
	statuses := []needmap.ServiceStatus{needmap.ServiceActive, needmap.ServiceSuspended, needmap.ServicePlanned, needmap.ServiceClosed}
	return statuses[draw(b.r, []float64{0.84, 0.89, 0.95, 1})]
}

func (b *builder) provision() needmap.Provision {
	return needmap.Provisions[draw(b.r, []float64{0.62, 0.82, 1})]
}

func bound(age int) *int {
	if age == 0 {
		return nil
	}
	return &age
}

// served lists the places that a service serves: its seat alone, some around it,
// or its whole province.
func (b *builder) served(seat int) []int {
	switch draw(b.r, []float64{0.3, 0.75, 0.92, 1}) {
	case 0:
		return []int{seat}
	case 1:
		return b.world.nearest(seat, 3+b.r.IntN(6))
	case 2:
		return b.world.nearest(seat, 15+b.r.IntN(20))
	}
	return b.world.province(seat)
}

func (b *builder) site(seat int, hides bool) (*orb.Point, needmap.LocationKind) {
	if hides {
		return nil, needmap.LocationUndisclosed
	}
	p := &b.world.places[seat]
	point := p.around(b.r, pick(b.r, p.centres), min(800, p.radius))
	switch draw(b.r, []float64{0.65, 0.9, 1}) {
	case 0:
		return &point, needmap.LocationExact
	case 1:
		return &point, needmap.LocationArea
	}
	return nil, needmap.LocationArea
}

// reach shares the people that the network publishes for a field among the
// services that ever ran, and gives each service a capacity to match.
func (b *builder) reach(services []needmap.Service, people int) {
	weights := make([]float64, len(services))
	for i, s := range services {
		if s.Status != needmap.ServicePlanned {
			weights[i] = 0.3 + b.r.ExpFloat64()
		}
	}
	for i, part := range split(people, weights) {
		services[i].PeopleReached = part
		services[i].Capacity = max(6, int(float64(part)*(0.3+0.5*b.r.Float64())))
	}
}
