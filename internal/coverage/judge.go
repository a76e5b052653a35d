package coverage

import (
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Reason is why people of a gap have no answer: the first constraint that leaves
// no service for them.
type Reason string

// Reasons, in the order in which the constraints are looked at. A service of the
// need's field that is ACTIVE or SUSPENDED is a candidate where it names the need's
// municipality, or has the need's place in its catchment. The candidates that fail
// a constraint are put aside; the constraint that puts the last of them aside is
// the reason.
const (
	NoService     Reason = "NO_SERVICE"      // there is no candidate
	OutOfReach    Reason = "OUT_OF_REACH"    // the place lies beyond the catchment of each
	NotEligible   Reason = "NOT_ELIGIBLE"    // they serve other ages
	Full          Reason = "FULL"            // none has a free place, whether it runs or not
	Suspended     Reason = "SUSPENDED"       // they do not run
	Declined      Reason = "DECLINED"        // each has turned the need down, or was refused
	NotYetHandled Reason = "NOT_YET_HANDLED" // a candidate remains, or an answer is on its way
)

// Reasons is the set, in its order.
var Reasons = []Reason{NoService, OutOfReach, NotEligible, Full, Suspended, Declined, NotYetHandled}

// Numbers of the reasons in Reasons.
const (
	noService = iota
	outOfReach
	notEligible
	full
	suspended
	declined
	notYetHandled
	reasonCount
)

// judgement is what was found of an open need, and under which supply.
type judgement struct {
	sign   uint64  // of its field's supply; 0 when not judged
	metres float32 // to the nearest service with a free place; NaN without one
	reason uint8
}

// claim is what candidates are found by, beside a need's place and ages.
type claim struct {
	field          uint8
	municipalityID int
	refusing       []int // services that turned the need down, or whom its people refused
}

// claim gives that of an open need.
func (b *Board) claim(o *openNeed) claim {
	f := b.facts[o.need]
	c := claim{field: f.field, municipalityID: b.municipal.ids[f.municipality]}
	if o.hasRefuse {
		c.refusing = b.declined[b.ids[o.need]]
	}
	return c
}

// judge finds what a Report and Distances tell of an open need.
func (s *Supply) judge(c claim, o *openNeed, cells bool) judgement {
	f := &s.fields[c.field]
	j := judgement{sign: f.sign, metres: float32(math.NaN()), reason: s.reason(c, o, cells)}
	if o.located {
		j.metres = s.nearest(f, o, NewSpot(o.at(cells)))
	}
	return j
}

// reason finds why the people of an open need who have no promise have no answer:
// the number of a Reason.
func (s *Supply) reason(c claim, o *openNeed, cells bool) uint8 {
	reason := uint8(noService)
	s.candidates(c, o, cells, func(i int32, reached bool) {
		reason = max(reason, s.services[i].fails(o, reached, c.refusing))
	})
	return reason
}

// fails gives the constraint that puts a candidate aside, NotYetHandled for none.
func (p *supplier) fails(o *openNeed, reached bool, refusing []int) uint8 {
	switch {
	case !reached:
		return outOfReach
	case !p.servesAge(o.minimum, o.maximum):
		return notEligible
	case p.places() == 0:
		return full
	case p.Status != needmap.ServiceActive:
		return suspended
	case slices.Contains(refusing, p.ID):
		return declined
	}
	return notYetHandled
}

// candidates visits the services of a need's field that name its municipality, or
// have its place in their catchment, and tells whether the place is in reach.
func (s *Supply) candidates(c claim, o *openNeed, cells bool, visit func(i int32, reached bool)) {
	f := &s.fields[c.field]
	if !o.located {
		for _, i := range f.serving[c.municipalityID] {
			visit(i, true)
		}
		return
	}
	spot := NewSpot(o.at(cells))
	for _, i := range f.serving[c.municipalityID] {
		p := &s.services[i]
		visit(i, p.catchment == 0 || p.reaches(spot))
	}
	for _, list := range [][]int32{f.around[cellOf(spot.Point())], f.wide} {
		for _, i := range list {
			if p := &s.services[i]; p.reaches(spot) && !p.names(c.municipalityID) {
				visit(i, true)
			}
		}
	}
}

// nearest gives the straight line to the nearest active service of the field with
// a free place that serves the need's ages, in metres; NaN where there is none.
func (s *Supply) nearest(f *fieldSupply, o *openNeed, spot Spot) float32 {
	k, metres, ok := f.nearby.Nearest(spot.Point())
	if !ok {
		return float32(math.NaN())
	}
	if s.services[f.freeAt[k]].servesAge(o.minimum, o.maximum) {
		return float32(metres)
	}
	best, shortest := -1, math.Inf(1) // by the chord, which orders as geodesics do
	for k, i := range f.freeAt {
		p := &s.services[i]
		if chord := spot.chord2(&p.spot); p.servesAge(o.minimum, o.maximum) && chord < shortest {
			best, shortest = k, chord
		}
	}
	if best < 0 {
		return float32(math.NaN())
	}
	return float32(Distance(spot.Point(), *s.services[f.freeAt[best]].Place))
}

// Settle judges the open needs anew that were judged under another supply, by
// their places or by their cells. It changes the board.
func (b *Board) Settle(s *Supply, cells bool) {
	mode := modeOf(cells)
	for i := range b.open {
		o := &b.open[i]
		if o.judged[mode].sign != s.fields[b.facts[o.need].field].sign {
			o.judged[mode] = s.judge(b.claim(o), o, cells)
		}
	}
}

func modeOf(cells bool) int {
	if cells {
		return 1
	}
	return 0
}
