package demo

import (
	"fmt"

	"github.com/innovainrete/needmap/internal/needmap"
)

// partnerGroup is the partners of one kind: how many, and what they are called.
// A form takes a theme, when there are any, and a running number.
type partnerGroup struct {
	kind   needmap.PartnerKind
	count  int
	forms  []string
	themes []string
}

var invented = []string{
	"Il Ponte", "La Quercia", "Nuovi Passi", "L'Aquilone", "Il Melograno", "La Bussola", "Orizzonti", "Il Cortile",
	"La Lanterna", "Radici", "Il Filo Rosso", "La Girandola", "Controvento", "Il Mosaico", "La Fonte", "Città Aperta",
	"Il Glicine", "Le Querce Giovani", "La Rondine", "Passaparola", "Il Grillo", "Più Vicini", "Terra di Mezzo", "La Meridiana",
}

var partnerGroups = []partnerGroup{
	{needmap.PartnerSocialEnterprise, 92, []string{"Impresa sociale", "Cooperativa sociale"}, invented},
	{needmap.PartnerAssociation, 218, []string{"Associazione", "Associazione di promozione sociale", "Organizzazione di volontariato"}, invented},
	{needmap.PartnerThirdSectorBody, 74, []string{"Fondazione", "Ente del terzo settore"}, invented},
	{needmap.PartnerSchool, 112, []string{"Istituto comprensivo", "Scuola dell'infanzia", "Liceo", "Istituto tecnico"}, nil},
	{needmap.PartnerUniversity, 6, []string{"Ateneo"}, nil},
	{needmap.PartnerHospital, 12, []string{"Ospedale"}, nil},
	{needmap.PartnerParish, 58, []string{"Parrocchia"}, nil},
	{needmap.PartnerPrivateCompany, 46, []string{"Azienda", "Farmacia", "Supermercato"}, nil},
	{needmap.PartnerPublicBody, 30, []string{"Consultorio", "Ufficio di piano", "Biblioteca pubblica"}, nil},
	{needmap.PartnerCitizensGroup, 28, []string{"Comitato di quartiere", "Gruppo di mutuo aiuto"}, invented},
}

const partnerNote = "Organizzazione inventata: dato dimostrativo."

func (b *builder) addPartners() {
	populations := make([]float64, len(b.world.places))
	for i := range b.world.places {
		populations[i] = b.world.places[i].population
	}
	spread := cumulated(populations)
	for _, g := range partnerGroups {
		for n := 1; n <= g.count; n++ {
			seat := pick(b.r, b.world.home)
			if chance(b.r, 0.3) {
				seat = draw(b.r, spread)
			}
			b.addPartner(g, n, seat)
		}
	}
}

func (b *builder) addPartner(g partnerGroup, number, seat int) {
	name := pick(b.r, g.forms)
	if g.themes != nil {
		name += " " + pick(b.r, g.themes)
	}
	note, kind, serial := partnerNote, g.kind, len(b.Organisations)-len(cooperatives)+1
	b.addOrganisation(seat, needmap.Organisation{
		ExternalID:  fmt.Sprintf("demo-partner-%03d", serial),
		Slug:        fmt.Sprintf("partner-dimostrativo-%03d", serial),
		Name:        fmt.Sprintf("%s %d – %s (dato dimostrativo)", name, number, b.world.places[seat].Name),
		PartnerKind: &kind, Description: &note,
	})
	b.joinCooperatives(len(b.Organisations), seat)
}

// joinCooperatives ties a partner to one to three cooperatives, first to one
// that sits in the same place.
func (b *builder) joinCooperatives(partnerID, seat int) {
	count := 1 + draw(b.r, []float64{0.65, 0.9, 1})
	order := b.r.Perm(len(cooperatives))
	for i, c := range order {
		if b.seats[c] == seat {
			order[0], order[i] = order[i], order[0]
		}
	}
	for _, c := range order[:count] {
		b.Partnerships = append(b.Partnerships, Partnership{partnerID, c + 1})
	}
}
