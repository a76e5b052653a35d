package needmap

// EventKind is the nature of an event of the calendar.
type EventKind string

// Kinds of event.
const (
	EventTechnicalTable EventKind = "TECHNICAL_TABLE"
	EventSeminar        EventKind = "SEMINAR"
)

// EventKinds is the set, in its published order.
var EventKinds = []EventKind{EventTechnicalTable, EventSeminar}

// Event is a technical table or a seminar of the network.
type Event struct {
	ID             int
	Title          string
	Kind           EventKind
	Date           Date
	MunicipalityID *int // where it takes place
	Fields         []Field
	Version        int // grows with every change
	IsSynthetic    bool
}

// EventFilter narrows the calendar; all parts must hold.
type EventFilter struct {
	Municipalities []string // a parent, province or region stands for all below it
	Kinds          []EventKind
	Fields         []Field // any of them
	From, To       *Date   // inclusive
}

// EventCriteria is an EventFilter that was checked against an Atlas. A nil slice
// means no restriction, an empty one no match.
type EventCriteria struct {
	MunicipalityIDs []int
	Kinds           []EventKind
	Fields          []Field
	From, To        *Date
}

// Criteria checks the filter and resolves its codes. A wrong part is INVALID,
// naming the part.
func (f *EventFilter) Criteria(atlas *Atlas) (EventCriteria, error) {
	if f == nil {
		return EventCriteria{}, nil
	}
	c := EventCriteria{Kinds: f.Kinds, Fields: f.Fields, From: f.From, To: f.To}
	if err := CheckWords("kinds", f.Kinds, EventKinds); err != nil {
		return c, err
	}
	if err := CheckWords("fields", f.Fields, Fields); err != nil {
		return c, err
	}
	if f.From != nil && f.To != nil && *f.From > *f.To {
		return c, Invalid("to", "the last day %s is before the first day %s", *f.To, *f.From)
	}
	var err error
	c.MunicipalityIDs, err = idsWithin(atlas, f.Municipalities)
	return c, err
}
