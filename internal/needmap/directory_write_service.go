package needmap

import (
	"errors"
	"slices"

	"github.com/paulmach/orb"
)

// ServicePart is a part of a service that can be taken away.
type ServicePart string

// Parts of a service that can be taken away.
const (
	PartSpecialisation  ServicePart = "SPECIALISATION"
	PartCatchment       ServicePart = "CATCHMENT"
	PartServiceAges     ServicePart = "AGES"
	PartServiceLocation ServicePart = "LOCATION"
)

// ServiceParts is the set, in its published order.
var ServiceParts = []ServicePart{PartSpecialisation, PartCatchment, PartServiceAges, PartServiceLocation}

// ServiceDraft is a service as it is to be stored.
type ServiceDraft struct {
	Service
	SpecialisationID *int  // stands for Service.Specialisation
	MunicipalityIDs  []int // local municipalities served; nil stays as it is
}

// ServiceValues are what a caller states of a service; nil stays as it is.
type ServiceValues struct {
	Name             *string
	Field            *Field
	SpecialisationID *int
	Status           *ServiceStatus
	Provision        *Provision
	IsPilot          *bool
	Capacity         *int
	PeopleReached    *int
	CatchmentMetres  *int
	MinimumAge       *int
	MaximumAge       *int
	Point            *orb.Point // EPSG:4326, lon/lat
	LocationKind     *LocationKind
	Municipalities   []string // codes; a parent, province or region stands for all its leaves
	Clear            []ServicePart
}

// New makes a service of an organisation. Everything that is wrong is INVALID,
// naming each part.
func (v ServiceValues) New(organisationID int, atlas *Atlas) (*ServiceDraft, error) {
	s := &ServiceDraft{Service: Service{OrganisationID: organisationID, LocationKind: LocationArea, Version: 1}}
	if v.Point != nil && v.LocationKind == nil {
		s.LocationKind = LocationExact
	}
	if v.Municipalities == nil {
		v.Municipalities = []string{}
	}
	status := v.Status
	v.Status = nil
	return s, errors.Join(given(status, s.begin), v.apply(s, atlas))
}

// Change gives the change of a locked service that the values make.
func (v ServiceValues) Change(atlas *Atlas) func(*ServiceDraft) error {
	return func(s *ServiceDraft) error { return v.apply(s, atlas) }
}

func (v ServiceValues) apply(s *ServiceDraft, atlas *Atlas) error {
	cleared := v.clear(s)
	set(&s.Field, v.Field)
	set(&s.Provision, v.Provision)
	set(&s.IsPilot, v.IsPilot)
	set(&s.Capacity, v.Capacity)
	set(&s.PeopleReached, v.PeopleReached)
	setIfThere(&s.SpecialisationID, v.SpecialisationID)
	setIfThere(&s.CatchmentMetres, v.CatchmentMetres)
	setIfThere(&s.MinimumAge, v.MinimumAge)
	setIfThere(&s.MaximumAge, v.MaximumAge)
	named := given(v.Name, func(name string) (err error) {
		s.Name, err = CheckTitle("name", name)
		return err
	})
	return errors.Join(cleared, named, given(v.Status, s.become), s.check(), s.locate(v.Point, v.LocationKind), s.serve(v.Municipalities, atlas))
}

// clear takes parts away. A place that was EXACT is an AREA without its point.
func (v ServiceValues) clear(s *ServiceDraft) error {
	for _, part := range v.Clear {
		switch part {
		case PartSpecialisation:
			s.SpecialisationID = nil
		case PartCatchment:
			s.CatchmentMetres = nil
		case PartServiceAges:
			s.MinimumAge, s.MaximumAge = nil, nil
		case PartServiceLocation:
			s.Location = nil
			if s.LocationKind == LocationExact {
				s.LocationKind = LocationArea
			}
		}
	}
	return checkClear(v.Clear, ServiceParts, map[ServicePart]bool{
		PartSpecialisation: v.SpecialisationID != nil, PartCatchment: v.CatchmentMetres != nil,
		PartServiceAges: v.MinimumAge != nil || v.MaximumAge != nil, PartServiceLocation: v.Point != nil,
	})
}

func (s *ServiceDraft) check() error {
	return errors.Join(
		checkWord("field", s.Field, Fields), checkWord("provision", s.Provision, Provisions),
		checkRange("capacity", s.Capacity, 0, MaxCount), checkRange("peopleReached", s.PeopleReached, 0, MaxCount),
		given(s.CatchmentMetres, func(metres int) error { return checkRange("catchmentMetres", metres, 1, MaxRadiusMetres) }),
		checkAges(s.MinimumAge, s.MaximumAge),
	)
}

// begin gives a new service its status.
func (s *ServiceDraft) begin(status ServiceStatus) error {
	s.Status = status
	if status != ServiceActive && status != ServicePlanned {
		return Invalid("status", "a new service is ACTIVE or PLANNED, not %q", shorten(string(status)))
	}
	return nil
}

// become gives a service another status. Suspensions have mutations of their own,
// so that a service is SUSPENDED exactly while one of them lasts: it is resumed
// before it is closed.
func (s *ServiceDraft) become(status ServiceStatus) error {
	switch {
	case status == s.Status:
		return nil
	case status == ServiceSuspended:
		return Errorf(CodeConflict, "status", "a service is suspended by suspendService, which asks for the reason and the days")
	case s.Status == ServiceSuspended:
		return Errorf(CodeConflict, "status", "the service is SUSPENDED: end that with resumeService first")
	}
	s.Status = status
	return checkWord("status", status, ServiceStatuses)
}

// locate gives a service its place. A kind that allows no point takes it away; a
// point alone never makes a hidden place known.
func (s *ServiceDraft) locate(point *orb.Point, kind *LocationKind) error {
	set(&s.LocationKind, kind)
	if err := checkWord("locationKind", s.LocationKind, LocationKinds); err != nil {
		return err
	}
	mayHavePoint := s.LocationKind == LocationExact || s.LocationKind == LocationArea
	switch {
	case point != nil && !mayHavePoint:
		return Invalid("point", "a place that is %s has no point", s.LocationKind)
	case point != nil:
		s.Location = point
		return CheckPoint("point", point.Lon(), point.Lat())
	case !mayHavePoint:
		s.Location = nil
	case s.Location == nil && s.LocationKind == LocationExact:
		return Invalid("locationKind", "EXACT wants a point; without one the kind is AREA")
	}
	return nil
}

// serve resolves the municipalities served to their leaves.
func (s *ServiceDraft) serve(codes []string, atlas *Atlas) error {
	switch {
	case codes == nil:
		return nil
	case len(codes) == 0 || len(codes) > maxCodes:
		return Invalid("municipalities", "a service serves at least one municipality, and names at most %d; it names %d", maxCodes, len(codes))
	}
	s.MunicipalityIDs = []int{}
	for i, code := range codes {
		leaves, err := atlas.Leaves(item("municipalities", i), code)
		if err != nil {
			return err
		}
		for _, m := range leaves {
			s.MunicipalityIDs = append(s.MunicipalityIDs, m.ID)
		}
	}
	slices.Sort(s.MunicipalityIDs)
	s.MunicipalityIDs = slices.Compact(s.MunicipalityIDs)
	return nil
}
