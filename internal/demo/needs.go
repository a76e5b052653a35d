package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Needs makes the demo's needs one by one, from 0, in the order in which they
// were reported. What becomes of a need is drawn from its own random stream, so
// its history and responses can be asked for apart from it. It is safe for
// concurrent use.
type Needs struct {
	world    *World
	network  *Network
	count    int
	calendar calendar
	spread   []float64 // running weights of place × field
	supply   supply
	placed   func() map[int]bool // see places.go
}

// NewNeeds makes count needs over a territory and a network made for it.
func NewNeeds(w *World, network *Network, count int) *Needs {
	n := &Needs{
		world: w, network: network, count: count,
		calendar: newCalendar(), spread: w.spread(), supply: newSupply(w, network),
	}
	n.placed = sync.OnceValue(n.place)
	return n
}

// Len is how many needs there are.
func (n *Needs) Len() int { return n.count }

// ExternalID is the key of need i.
func ExternalID(i int) string { return fmt.Sprintf("demo-%06d", i+1) }

// Need gives need i, without an ID.
func (n *Needs) Need(i int) needmap.Need {
	s := n.story(i)
	need := s.need
	need.ExternalID = ExternalID(i)
	need.Location = n.locate(stream(n.world.seed, topicLocation, i), s)
	need.MinimumAge, need.MaximumAge = s.ages(stream(n.world.seed, topicAges, i))
	return need
}

// spread weighs each field in each place by population, with differences from
// place to place and a few hot spots.
func (w *World) spread() []float64 {
	shares := []float64{0.24, 0.17, 0.25, 0.30, 0.04} // in the order of needmap.Fields
	weights := make([]float64, 0, len(w.places)*len(shares))
	for i := range w.places {
		r := stream(w.seed, topicSpread, i)
		for _, share := range shares {
			weight := w.places[i].population * share * math.Exp(0.35*r.NormFloat64())
			if chance(r, 0.06) {
				weight *= 3
			}
			weights = append(weights, weight)
		}
	}
	return cumulated(weights)
}

// story is a need with what it takes to tell the rest of it.
type story struct {
	need    needmap.Need // without its location and key
	place   int
	noPoint bool // an AREA that is known by its municipality alone
	steps   []step
	answers []answer
	r       *rand.Rand
}

func (n *Needs) story(i int) *story {
	s := &story{r: stream(n.world.seed, topicNeed, i)}
	r, need := s.r, &s.need
	cell := draw(r, n.spread)
	s.place = cell / len(needmap.Fields)
	need.MunicipalityID = n.world.places[s.place].ID
	need.Field = needmap.Fields[cell%len(needmap.Fields)]
	need.ReportedAt = n.calendar.moment(r, i, n.count)
	need.Origin, need.SuspensionID = n.origin(s)
	need.Severity = 1 + draw(r, []float64{0.10, 0.34, 0.68, 0.90, 1})
	need.People = people(r, need.Field)
	need.LocationKind, s.noPoint = locationKind(r, need.Field)
	need.ReportedByID = n.reporter(s)
	need.Summary = summary(r, need)
	need.IsSynthetic = true
	n.live(s)
	return s
}

// origin names a suspended service of the need's field and place where one had
// stopped at the time.
func (n *Needs) origin(s *story) (needmap.NeedOrigin, *int) {
	if chance(s.r, suspendedShare(s.need.ReportedAt)) {
		if id, ok := n.supply.stopped(s.r, s.place, s.need.Field, date(s.need.ReportedAt)); ok {
			return needmap.OriginSuspendedService, &id
		}
		return needmap.OriginEmerging, nil
	}
	if chance(s.r, 0.28) {
		return needmap.OriginEmerging, nil
	}
	return needmap.OriginKnown, nil
}

// people is one to five mostly, at times a class or a group.
func people(r *rand.Rand, field needmap.Field) int {
	if chance(r, 0.04) {
		if field == needmap.FieldMinors {
			return 15 + r.IntN(12)
		}
		return groupSize + r.IntN(10)
	}
	return 1 + draw(r, []float64{0.52, 0.74, 0.88, 0.96, 1})
}

// groupSize is from how many people on a summary speaks of a group.
const groupSize = 6

func locationKind(r *rand.Rand, field needmap.Field) (kind needmap.LocationKind, noPoint bool) {
	kinds := []float64{0.60, 0.78, 0.88, 1, 1}
	if field == needmap.FieldAdultsAndFamilies {
		kinds = []float64{0.52, 0.70, 0.79, 0.92, 1} // some without a home, some in hiding
	}
	switch draw(r, kinds) {
	case 0:
		return needmap.LocationExact, false
	case 1:
		return needmap.LocationArea, false
	case 2:
		return needmap.LocationArea, true
	case 3:
		return needmap.LocationUndisclosed, true
	}
	return needmap.LocationFictitious, true
}

// locate draws the point of an exact place near the middle of a neighbourhood,
// and gives the middle itself for an area.
func (n *Needs) locate(r *rand.Rand, s *story) *orb.Point {
	if s.noPoint {
		return nil
	}
	p := &n.world.places[s.place]
	centre := pick(r, p.centres)
	if s.need.LocationKind == needmap.LocationArea {
		return &centre
	}
	point := p.around(r, centre, p.radius/math.Sqrt(float64(len(p.centres))))
	return &point
}

// reporter is an organisation for four needs of five: one that sits in the
// place, or a cooperative.
func (n *Needs) reporter(s *story) *int {
	if chance(s.r, 0.2) {
		return nil
	}
	id := 1 + s.r.IntN(len(cooperatives))
	if local := n.supply.seated[s.place]; len(local) > 0 && chance(s.r, 0.5) {
		id = pick(s.r, local)
	}
	return &id
}
