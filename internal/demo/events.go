package demo

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Event is a technical table or a seminar of the demo's calendar, without an ID.
type Event struct {
	needmap.Event
	Needs []string // external keys of the needs that it concerns
}

// meeting is an event before it has a place and needs.
type meeting struct {
	weeks  int // from the demo's now; before it when negative
	kind   needmap.EventKind
	title  string
	fields []needmap.Field
}

var meetings = []meeting{
	{-24, needmap.EventTechnicalTable, "Tavolo tecnico sui servizi sospesi", needmap.Fields},
	{-20, needmap.EventSeminar, "Seminario: leggere la mappa dei bisogni", nil},
	{-17, needmap.EventTechnicalTable, "Tavolo tecnico sulla povertà educativa", []needmap.Field{needmap.FieldMinors}},
	{-13, needmap.EventTechnicalTable, "Tavolo tecnico sulla domiciliarità", []needmap.Field{needmap.FieldElderly, needmap.FieldDisability}},
	{-10, needmap.EventSeminar, "Seminario: mutuo aiuto e famiglie", []needmap.Field{needmap.FieldAdultsAndFamilies}},
	{-6, needmap.EventTechnicalTable, "Tavolo tecnico sull'abitare", []needmap.Field{needmap.FieldAdultsAndFamilies}},
	{-3, needmap.EventTechnicalTable, "Tavolo tecnico sul trasporto sociale", []needmap.Field{needmap.FieldDisability, needmap.FieldElderly}},
	{-1, needmap.EventSeminar, "Seminario: vita indipendente", []needmap.Field{needmap.FieldDisability}},
	{1, needmap.EventTechnicalTable, "Tavolo tecnico sui centri estivi", []needmap.Field{needmap.FieldMinors}},
	{3, needmap.EventTechnicalTable, "Tavolo tecnico sui bisogni emergenti", needmap.Fields},
	{10, needmap.EventSeminar, "Seminario: agricoltura sociale nel Lazio", []needmap.Field{needmap.FieldCultureAgriculture}},
	{14, needmap.EventTechnicalTable, "Tavolo tecnico sulla ripresa dei servizi", needmap.Fields},
}

// topicEvents lies behind all topics of demo.go.
const topicEvents topic = 100

// NewEvents makes the calendar over a territory and its needs.
func NewEvents(w *World, needs *Needs) []Event {
	events := make([]Event, len(meetings))
	for i, m := range meetings {
		r := stream(w.seed, topicEvents, i)
		place := w.places[pick(r, w.home)].ID
		events[i].Event = needmap.Event{
			Title: m.title + " (dato dimostrativo)", Kind: m.kind, MunicipalityID: &place, IsSynthetic: true,
			Date:   date(now.Add(time.Duration(7*m.weeks) * 24 * time.Hour)),
			Fields: append([]needmap.Field{}, m.fields...),
		}
		if m.fields != nil && needs.Len() > 0 {
			events[i].Needs = needs.among(m.fields, func() int { return r.IntN(needs.Len()) })
		}
	}
	return events
}

// among draws some needs of some fields; none where the fields are rare.
func (n *Needs) among(fields []needmap.Field, draw func() int) []string {
	const most, tries = 5, 40
	wanted := map[needmap.Field]bool{}
	for _, f := range fields {
		wanted[f] = true
	}
	keys := []string{}
	drawn := map[int]bool{}
	for range tries {
		i := draw()
		if len(keys) < most && !drawn[i] && wanted[n.story(i).need.Field] {
			keys = append(keys, ExternalID(i))
		}
		drawn[i] = true
	}
	return keys
}
