package coverage

import (
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Need is a need as it is put on a Board.
type Need struct {
	ID             int64
	MunicipalityID int
	Field          needmap.Field
	Origin         needmap.NeedOrigin
	Status         needmap.NeedStatus
	Severity       int
	ReportedOn     needmap.Date // in Europe/Rome
	People         int
	Answered       int
	Spans          []Span // when it was open, oldest first
	Open           *Open  // nil unless Status is open
}

// Span is a time in which a need was open, with a known end or none yet. An
// episode whose end nobody knows has no Span.
type Span struct{ From, To Moment } // To is 0 while it lasts

// Moment is a time in seconds since the year 2000, UTC; 0 is none. A million needs
// have more than a million of them, so they are kept small.
type Moment uint32

var epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// MomentOf gives the moment of a time; before the year 2000 it is the first there is.
func MomentOf(t time.Time) Moment {
	seconds := t.Unix() - epoch.Unix()
	return Moment(max(1, min(seconds, math.MaxUint32)))
}

// Time is the moment as a time, UTC.
func (m Moment) Time() time.Time { return epoch.Add(time.Duration(m) * time.Second) }

// Open is what the measures know of an open need.
type Open struct {
	People     int        // people concerned
	Answered   int        // of them, those with a delivered answer
	Promised   int        // people of offered and agreed responses
	MinimumAge *int       // years; nil when not known
	MaximumAge *int       // years; nil when not known
	Place      *orb.Point // nil when it has none
	Cell       *orb.Point // centre of the 1 km cell that holds Place: what who sees cells knows of it
	Declined   []int      // services that turned it down or whom its people refused
	Held       []Held     // places of services that its offered and agreed responses hold
}

// AddResponse adds a response that is offered, agreed or declined; serviceID is nil
// for an organisation without a service.
func (o *Open) AddResponse(serviceID *int, people int, status needmap.ResponseStatus) {
	switch status {
	case needmap.ResponseProposed, needmap.ResponseAccepted:
		o.Promised += people
		if serviceID != nil {
			o.Held = append(o.Held, Held{*serviceID, people})
		}
	case needmap.ResponseDeclined:
		if serviceID != nil {
			o.Declined = append(o.Declined, *serviceID)
		}
	}
}

// Held is how many places of a service something holds.
type Held struct{ ServiceID, People int }

// fact is what filters judge of a need, in few bytes.
type fact struct {
	municipality uint16 // number on its board
	day          uint16 // of the report, in days since the year 2000
	field        uint8  // number in needmap.Fields
	origin       uint8
	status       uint8
	severity     uint8
}

func newFact(n Need, municipality uint16) fact {
	return fact{
		municipality: municipality, day: dayNumber(n.ReportedOn),
		field: number(needmap.Fields, n.Field), origin: number(needmap.NeedOrigins, n.Origin),
		status: number(needmap.NeedStatuses, n.Status), severity: uint8(n.Severity),
	}
}

// dayNumber counts days since the year 2000; days before it are the first.
func dayNumber(d needmap.Date) uint16 {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return uint16(max(0, min(day.Sub(epoch)/(24*time.Hour), math.MaxUint16)))
}

// number gives the place of a word in its set.
func number[E comparable](set []E, word E) uint8 {
	return uint8(max(0, slices.Index(set, word)))
}

// FieldNumber gives the place of a field in needmap.Fields.
func FieldNumber(f needmap.Field) int { return int(number(needmap.Fields, f)) }

// openNeed is an Open in few bytes, with what was judged of it.
type openNeed struct {
	need               int32 // its number on the board
	people, answered   int32
	promised           int32
	minimum, maximum   uint8 // ages; all of them when not known
	located, hasRefuse bool
	place              orb.Point
	cell               orb.Point
	judged             [2]judgement // by the place itself and by its cell
}

// gap is the people of the need without a delivered answer.
func (o *openNeed) gap() int { return int(o.people - o.answered) }

// rest is the people of the gap to whom nobody has offered or promised an answer.
func (o *openNeed) rest() int { return max(0, o.gap()-int(o.promised)) }

// at gives the need's place as a caller knows it.
func (o *openNeed) at(cells bool) orb.Point {
	if cells {
		return o.cell
	}
	return o.place
}
