package demo

import (
	"math/rand/v2"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Network is the demo's directory. Identifiers count from 1 in the order of the
// lists, and references use them. Every row that can say so is synthetic.
type Network struct {
	Organisations   []needmap.Organisation // the cooperatives, then the partners
	Partnerships    []Partnership
	Specialisations []string // the identifier is the place in the list, from 1
	Specialists     []Specialists
	Services        []needmap.Service
	ServiceAreas    []ServiceArea
	Suspensions     []needmap.Suspension
}

// Partnership joins a partner to a cooperative, both by identifier.
type Partnership struct{ PartnerID, CooperativeID int }

// Specialists counts an organisation's operators of one specialisation, both by
// identifier.
type Specialists struct{ OrganisationID, SpecialisationID, Operators int }

// cooperatives are the network's own, with their slugs.
var cooperatives = []struct{ slug, name string }{
	{"arca-di-noe", "Arca di Noè"},
	{"il-brutto-anatroccolo", "Il Brutto Anatroccolo"},
	{"cospexa", "Cospexa"},
	{"h-anno-zero", "H-Anno Zero"},
	{"idea-prisma-82", "Idea Prisma 82"},
	{"magliana-solidale", "Magliana Solidale"},
	{"meta", "Meta"},
	{"nuove-risposte", "Nuove Risposte"},
	{"il-piccolo-principe", "Il Piccolo Principe"},
	{"prassi-e-ricerca", "Prassi e ricerca"},
}

const cooperativeNote = "Cooperativa della rete Innovainrete. Sede, operatori, volontari e servizi sono dati dimostrativi, non reali."

// ServiceArea is a local municipality that a service serves, both by identifier
// (the municipality's is the database's).
type ServiceArea struct{ ServiceID, MunicipalityID int }

// builder fills a Network from one stream of random numbers.
type builder struct {
	*Network
	world *World
	r     *rand.Rand
	seats []int // place of each organisation, by its identifier less 1
}

// NewNetwork makes the directory over a territory.
func NewNetwork(w *World) *Network {
	b := &builder{Network: &Network{}, world: w, r: stream(w.seed, topicNetwork, 0)}
	b.addCooperatives()
	b.addPartners()
	b.addOperators()
	b.addVolunteers()
	b.addServices()
	b.addSuspensions()
	return b.Network
}

func (b *builder) addCooperatives() {
	for i, c := range cooperatives {
		note := cooperativeNote
		b.addOrganisation(b.world.home[i%len(b.world.home)], needmap.Organisation{
			ExternalID: "demo-" + c.slug, IsCooperative: true, Slug: c.slug, Name: c.name, Description: &note,
		})
	}
}

func (b *builder) addOrganisation(seat int, o needmap.Organisation) {
	id := b.world.places[seat].ID
	o.ID, o.MunicipalityID, o.IsSynthetic = len(b.Organisations)+1, &id, true
	b.Organisations = append(b.Organisations, o)
	b.seats = append(b.seats, seat)
}

// addOperators gives every specialisation some operators, two thirds of them in
// the cooperatives.
func (b *builder) addOperators() {
	weights := make([]float64, len(specialisations))
	for i, s := range specialisations {
		b.Specialisations = append(b.Specialisations, s.name)
		weights[i] = s.weight
	}
	const least = 4 // in each specialisation
	for i, more := range split(operatorCount-least*len(weights), weights) {
		b.placeOperators(i+1, least+more)
	}
}

func (b *builder) placeOperators(specialisationID, operators int) {
	byOrganisation := make([]int, len(b.Organisations))
	for range operators {
		if chance(b.r, 0.66) {
			byOrganisation[b.r.IntN(len(cooperatives))]++
		} else {
			byOrganisation[b.r.IntN(len(b.Organisations))]++
		}
	}
	for i, n := range byOrganisation {
		if n > 0 {
			b.Specialists = append(b.Specialists, Specialists{i + 1, specialisationID, n})
		}
	}
}

func (b *builder) addVolunteers() {
	kinds := []needmap.PartnerKind{
		needmap.PartnerAssociation, needmap.PartnerParish, needmap.PartnerCitizensGroup, needmap.PartnerThirdSectorBody,
	}
	var hosts []int
	for i, o := range b.Organisations {
		if o.IsCooperative || slices.Contains(kinds, *o.PartnerKind) {
			hosts = append(hosts, i)
		}
	}
	for range volunteerCount {
		b.Organisations[pick(b.r, hosts)].Volunteers++
	}
}
