package needmap

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// Organisation is a cooperative of the network or one of its partners.
type Organisation struct {
	ID             int
	ExternalID     string
	IsCooperative  bool
	Slug           string // lower-case name for addresses, unique
	Name           string
	SortName       string       // the name without case and accents, by which lists are ordered
	PartnerKind    *PartnerKind // nil for a cooperative
	FiscalCode     *string      // 11 digits; never that of a person
	Description    *string
	MunicipalityID *int // of the seat
	Volunteers     int
	Version        int // grows with every change by a mutation
	IsSynthetic    bool
}

// Specialists counts an organisation's operators of one specialisation.
type Specialists struct {
	OrganisationID int
	Specialisation string
	Operators      int
}

// Service is what an organisation offers.
type Service struct {
	ID              int
	ExternalID      string
	OrganisationID  int
	Name            string
	SortName        string // the name without case and accents, by which lists are ordered
	Field           Field
	Specialisation  *string
	Status          ServiceStatus
	Provision       Provision
	IsPilot         bool
	Capacity        int  // people at a time
	PeopleReached   int  // people, as the organisation states
	CatchmentMetres *int // radius around the location, nil when the served municipalities say it all
	MinimumAge      *int // years, inclusive
	MaximumAge      *int // years, inclusive
	Location        *orb.Point
	LocationKind    LocationKind
	Version         int // grows with every change by a mutation
	IsSynthetic     bool
}

// Specialisation is what operators are trained in.
type Specialisation struct {
	ID        int
	Name      string
	Operators int // in the network
}

// Suspension is an episode in which a service did not run.
type Suspension struct {
	ID        int
	ServiceID int
	From      Date
	To        *Date // inclusive; nil while it lasts
	Reason    string
}

// PartnerFilter narrows a list of partners; all parts must hold.
type PartnerFilter struct {
	Municipalities []string
	Kinds          []PartnerKind
	Cooperative    *string // slug
	Name           *string // part of the name, accents and case ignored
}

// ServiceFilter narrows a list of services; all parts must hold.
type ServiceFilter struct {
	Municipalities []string // served
	Fields         []Field
	Statuses       []ServiceStatus
	Provisions     []Provision
	Organisation   *string // slug
	Pilot          *bool
	Name           *string // part of the name, accents and case ignored
}

// MunicipalityFilter narrows a list of municipalities; all parts must hold.
type MunicipalityFilter struct {
	Codes    []string // a parent, province or region stands for itself and all below it
	Kinds    []MunicipalityKind
	Local    *bool   // leaves only, or parents only
	Province *string // ISTAT code or acronym
	Name     *string // part of the name, accents and case ignored
}

// FieldPeople is a number of people in a field of intervention.
type FieldPeople struct {
	Field  Field
	People int
}

// PublishedFigures are what the network says of itself, stored as published.
type PublishedFigures struct {
	Cooperatives         int
	Partners             int
	Operators            int
	Specialisations      int
	Volunteers           int
	Municipi             int // of Rome, in which the network is present
	PeopleReached        int // the published total
	PeopleReachedByField []FieldPeople
	Source               string
}

// ComputedFigures are the same figures counted from the directory's rows.
type ComputedFigures struct {
	Cooperatives         int
	Partners             int
	Services             int
	Operators            int
	Specialisations      int
	Volunteers           int
	PeopleReached        int
	PeopleReachedByField []FieldPeople
	IncludesSynthetic    bool // whether any counted row is demo data
	AsOf                 time.Time
}

// DataQualityFinding is a contradiction in the data that readers should know of.
type DataQualityFinding struct {
	Code       string
	Message    string // English
	MessageIt  string // Italian
	Expected   int
	Found      int
	Difference int // Expected − Found
}

// Findings compares the published figures with themselves and with the rows.
func Findings(p PublishedFigures, c ComputedFigures) []DataQualityFinding {
	findings := []DataQualityFinding{}
	add := func(code, messageIt, message string, expected, found int) {
		if expected != found {
			findings = append(findings, DataQualityFinding{
				Code: code, Expected: expected, Found: found, Difference: expected - found,
				Message:   fmt.Sprintf(message, expected, found),
				MessageIt: fmt.Sprintf(messageIt, expected, found),
			})
		}
	}
	add("PUBLISHED_PEOPLE_TOTAL",
		"La rete pubblica %d persone raggiunte, ma i suoi cinque ambiti sommano a %d.",
		"The network publishes %d people reached, but its five fields add up to %d.",
		p.PeopleReached, sumPeople(p.PeopleReachedByField))
	add("COOPERATIVES_IN_DIRECTORY",
		"La rete pubblica %d cooperative; l'elenco ne contiene %d.",
		"The network publishes %d cooperatives; the directory holds %d.", p.Cooperatives, c.Cooperatives)
	add("PARTNERS_IN_DIRECTORY",
		"La rete pubblica circa %d partner; l'elenco ne contiene %d.",
		"The network publishes about %d partners; the directory holds %d.", p.Partners, c.Partners)
	add("PEOPLE_REACHED_BY_SERVICES",
		"Gli ambiti pubblicati sommano a %d persone raggiunte; i servizi dell'elenco a %d.",
		"The published fields add up to %d people reached; the directory's services to %d.",
		sumPeople(p.PeopleReachedByField), c.PeopleReached)
	return findings
}

func sumPeople(list []FieldPeople) int {
	sum := 0
	for _, f := range list {
		sum += f.People
	}
	return sum
}
