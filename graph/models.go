package graph

import (
	"strconv"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// The objects of the schema: a domain value, and the peers of the list that it
// came in, for which nested fields are loaded together.
type (
	// Node is anything with a global identifier.
	Node interface{ IsNode() }

	// Organisation is a Cooperative or a Partner.
	Organisation interface {
		IsNode()
		IsOrganisation()
	}

	// Municipality is a unit of territory.
	Municipality struct {
		*needmap.Municipality
		peers *peers[string]
	}

	// Need is something that people in one municipality lack.
	Need struct {
		*needmap.Need
		place *needmap.Municipality
		peers *peers[*needmap.Need]
	}

	// Response is an answer to a need.
	Response struct {
		*needmap.Response
		peers *peers[*needmap.Response]
	}

	// NeedEvent is a step in the history of a need.
	NeedEvent struct {
		*needmap.NeedEvent
		peers *peers[*needmap.NeedEvent]
	}

	// Event is a technical table or a seminar.
	Event struct {
		*needmap.Event
		peers *peers[*needmap.Event]
	}

	// Specialisation is what operators are trained in.
	Specialisation struct{ *needmap.Specialisation }

	// Cooperative is one of the network's own organisations.
	Cooperative struct{ organisation }

	// Partner is an organisation joined to cooperatives.
	Partner struct{ organisation }

	organisation struct {
		*needmap.Organisation
		peers *peers[int]
		list  []*needmap.Organisation // of the peers
	}

	// Service is what an organisation offers.
	Service struct {
		*needmap.Service
		peers *peers[*needmap.Service]
	}

	// Suspension is an episode in which a service did not run.
	Suspension struct {
		*needmap.Suspension
		peers *peers[*needmap.Suspension]
	}

	// NeedMap is needs added up by area.
	NeedMap struct {
		Totals *needmap.Tally
		Cells  []*NeedMapCell
		AsOf   time.Time

		IsPartial bool // the caller sees its scope only
	}

	// NeedMapCell is the needs of one area.
	NeedMapCell struct {
		Area    needmap.Area
		Tally   needmap.Tally
		ByField []FieldTally
	}

	// FieldTally is the needs of one field.
	FieldTally struct {
		Field needmap.Field
		Tally needmap.Tally
	}

	// Network is the network of cooperatives.
	Network struct {
		Name      string
		Published *needmap.PublishedFigures
		peers     *peers[string] // of itself: what is counted once for several fields
	}

	// Viewer is the caller.
	Viewer struct{ needmap.Viewer }
)

func (Municipality) IsNode() {}
func (Need) IsNode()         {}
func (Response) IsNode()     {}
func (organisation) IsNode() {}
func (Service) IsNode()      {}
func (Suspension) IsNode()   {}
func (Event) IsNode()        {}

func (Specialisation) IsNode() {}

func (organisation) IsOrganisation() {}

// ID gives the global identifier.
func (m *Municipality) ID() string { return globalID(typeMunicipality, m.Code) }

// ID gives the global identifier.
func (n *Need) ID() string { return numericID(typeNeed, n.Need.ID) }

// ID gives the global identifier.
func (r *Response) ID() string { return numericID(typeResponse, r.Response.ID) }

// ID gives the global identifier.
func (c *Cooperative) ID() string { return numericID(typeCooperative, c.Organisation.ID) }

// ID gives the global identifier.
func (p *Partner) ID() string { return numericID(typePartner, p.Organisation.ID) }

// ID gives the global identifier.
func (s *Service) ID() string { return numericID(typeService, s.Service.ID) }

// ID gives the global identifier.
func (s *Suspension) ID() string { return globalID(typeSuspension, strconv.Itoa(s.Suspension.ID)) }

// ID gives the global identifier.
func (e *Event) ID() string { return numericID(typeEvent, e.Event.ID) }

// ID gives the global identifier.
func (s *Specialisation) ID() string { return numericID(typeSpecialisation, s.Specialisation.ID) }

// Kind gives the nature of the partner.
func (p *Partner) Kind() needmap.PartnerKind { return *p.PartnerKind }
