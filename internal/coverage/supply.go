package coverage

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Service is a service as the measures see it.
type Service struct {
	ID              int
	OrganisationID  int
	Name            string
	Field           needmap.Field
	Status          needmap.ServiceStatus
	Capacity        int        // people at a time
	Held            int        // places that offered and agreed responses hold
	MinimumAge      *int       // years, inclusive
	MaximumAge      *int       // years, inclusive
	CatchmentMetres *int       // radius around Place
	Place           *orb.Point // nil when it is not to be known, or is not known
	MunicipalityIDs []int      // local municipalities that it serves
}

// places is how many of its places nothing holds, whether it runs or not.
func (s *Service) places() int { return max(0, s.Capacity-s.Held) }

// Free is how many places somebody could have now; 0 unless the service is ACTIVE.
func (s *Service) Free() int {
	if s.Status != needmap.ServiceActive {
		return 0
	}
	return s.places()
}

// exists reports whether a service is part of what there is: one that is planned
// is not there yet, one that is closed no more.
func (s *Service) exists() bool {
	return s.Status == needmap.ServiceActive || s.Status == needmap.ServiceSuspended
}

// Supply is the services of a moment, indexed for the measures. It does not change
// once made, and is safe for concurrent use.
type Supply struct {
	services []supplier
	byID     map[int]int
	fields   [fieldCount]fieldSupply
}

// fieldCount is how many fields of intervention there are.
const fieldCount = 5

// supplier is a Service as judging wants it.
type supplier struct {
	Service
	field            uint8
	minimum, maximum uint8
	located          bool
	spot             Spot
	catchment        float64 // metres; 0 for none
}

// fieldSupply is the services of one field that exist.
type fieldSupply struct {
	all     []int32
	serving map[int][]int32      // by municipality that they name
	around  map[gridCell][]int32 // those whose catchment touches a cell of the grid
	wide    []int32              // those whose catchment touches too many
	nearby  *Places              // places of those that are active and have a free place
	freeAt  []int32              // the services of nearby
	sign    uint64               // of all that judging a need depends on
}

// gridCell is a square of gridDegrees.
type gridCell struct{ x, y int32 }

const gridDegrees = 0.05

// wideMetres is the catchment above which a service is looked at from everywhere.
const wideMetres = 60_000

func cellOf(p orb.Point) gridCell {
	return gridCell{int32(math.Floor(p[0] / gridDegrees)), int32(math.Floor(p[1] / gridDegrees))}
}

// NewSupply indexes services; it keeps the list's order.
func NewSupply(services []Service) *Supply {
	s := &Supply{services: make([]supplier, len(services)), byID: make(map[int]int, len(services))}
	for f := range s.fields {
		s.fields[f] = fieldSupply{serving: map[int][]int32{}, around: map[gridCell][]int32{}}
	}
	for i, service := range services {
		s.services[i] = newSupplier(service)
		s.byID[service.ID] = i
		if service.exists() {
			s.enter(int32(i))
		}
	}
	for f := range s.fields {
		s.fields[f].finish(s.services)
	}
	return s
}

func newSupplier(service Service) supplier {
	p := supplier{Service: service, field: number(needmap.Fields, service.Field), maximum: needmap.MaxAge}
	if service.MinimumAge != nil {
		p.minimum = uint8(*service.MinimumAge)
	}
	if service.MaximumAge != nil {
		p.maximum = uint8(*service.MaximumAge)
	}
	if service.Place != nil {
		p.located, p.spot = true, NewSpot(*service.Place)
	}
	if service.CatchmentMetres != nil && p.located {
		p.catchment = float64(*service.CatchmentMetres)
	}
	return p
}

// enter indexes a service that exists.
func (s *Supply) enter(i int32) {
	p := &s.services[i]
	f := &s.fields[p.field]
	f.all = append(f.all, i)
	for _, id := range p.MunicipalityIDs {
		f.serving[id] = append(f.serving[id], i)
	}
	switch {
	case p.catchment > wideMetres:
		f.wide = append(f.wide, i)
	case p.catchment > 0:
		for _, cell := range cellsAround(*p.Place, p.catchment) {
			f.around[cell] = append(f.around[cell], i)
		}
	}
	if p.located && p.Free() > 0 {
		f.freeAt = append(f.freeAt, i)
	}
}

// cellsAround lists the cells of the grid that a disc may touch. A degree of
// latitude has at least 110,500 m.
func cellsAround(p orb.Point, metres float64) []gridCell {
	dLat := metres/110_500 + 1e-6
	dLon := dLat / math.Max(0.05, math.Cos(math.Min(89, math.Abs(p[1])+dLat)*math.Pi/180))
	low, high := cellOf(orb.Point{p[0] - dLon, p[1] - dLat}), cellOf(orb.Point{p[0] + dLon, p[1] + dLat})
	var cells []gridCell
	for x := low.x; x <= high.x; x++ {
		for y := low.y; y <= high.y; y++ {
			cells = append(cells, gridCell{x, y})
		}
	}
	return cells
}

func (f *fieldSupply) finish(services []supplier) {
	points := make([]orb.Point, len(f.freeAt))
	for k, i := range f.freeAt {
		points[k] = *services[i].Place
	}
	f.nearby = NewPlaces(points)
	f.sign = f.signature(services)
}

// signature tells supplies apart under which a need may be judged differently. It
// is never 0, which stands for not judged yet.
func (f *fieldSupply) signature(services []supplier) uint64 {
	h := newHash()
	for _, i := range f.all {
		p := &services[i]
		h.add(uint64(p.ID), uint64(p.minimum), uint64(p.maximum), math.Float64bits(p.catchment))
		h.flag(p.Status == needmap.ServiceActive, p.places() > 0, p.located)
		if p.located {
			h.add(math.Float64bits(p.Place[0]), math.Float64bits(p.Place[1]))
		}
		for _, id := range p.MunicipalityIDs {
			h.add(uint64(id))
		}
	}
	return h.sum()
}

// Services gives the services, in the order that they came in.
func (s *Supply) Services() []Service {
	list := make([]Service, len(s.services))
	for i := range s.services {
		list[i] = s.services[i].Service
	}
	return list
}

// With gives the same services with the places that responses hold now: the same
// supply where no number changed.
func (s *Supply) With(held func(serviceID int) int) *Supply {
	same := true
	list := s.Services()
	for i := range list {
		now := held(list[i].ID)
		same = same && now == list[i].Held
		list[i].Held = now
	}
	if same {
		return s
	}
	return NewSupply(list)
}

// servesAge reports whether some of the ages from minimum to maximum are served.
func (p *supplier) servesAge(minimum, maximum uint8) bool {
	return minimum <= p.maximum && maximum >= p.minimum
}

// reaches reports whether a place lies in the service's catchment; false without one.
func (p *supplier) reaches(spot Spot) bool {
	return p.catchment > 0 && p.spot.Within(spot, p.catchment)
}

func (p *supplier) names(municipalityID int) bool {
	return slices.Contains(p.MunicipalityIDs, municipalityID)
}
