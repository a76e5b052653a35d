package coverage

import (
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Board is a table of needs for measures that read all of them: a column each,
// about 30 bytes for a need and 90 more for an open one. It is safe for
// concurrent reading; whoever changes it keeps readers away.
type Board struct {
	ids    []int64 // ascending up to sorted
	facts  []fact
	spans  []spanRun
	openAt []int32 // number in open, none for a need that has ended

	open      []openNeed
	timeline  []Span
	declined  map[int64][]int
	held      map[int64][]Held
	heldBy    map[int]int // places held, by service
	sorted    int
	later     map[int64]int32 // numbers of needs behind sorted
	municipal dictionary

	// totals by which a board is compared with the database it was read from.
	totals needmap.Tally
}

// spanRun is a run of the board's timeline.
type spanRun struct {
	start uint32
	count uint16
}

const none int32 = -1

// NewBoard makes an empty board with room for some needs.
func NewBoard(room int) *Board {
	return &Board{
		ids: make([]int64, 0, room), facts: make([]fact, 0, room), spans: make([]spanRun, 0, room),
		openAt: make([]int32, 0, room), timeline: make([]Span, 0, room),
		declined: map[int64][]int{}, held: map[int64][]Held{}, heldBy: map[int]int{}, later: map[int64]int32{},
		municipal: dictionary{numbers: map[int]uint16{}},
	}
}

// Len is how many needs the board holds, ended ones too.
func (b *Board) Len() int { return len(b.ids) }

// Totals are the needs and the open ones, with the people of the open ones: what
// is to agree with the database.
func (b *Board) Totals() needmap.Tally { return b.totals }

// HeldPlaces gives how many places of a service responses hold.
func (b *Board) HeldPlaces(serviceID int) int { return b.heldBy[serviceID] }

// Put adds a need, or replaces the one with its key.
func (b *Board) Put(n Need) {
	f := newFact(n, b.municipal.number(n.MunicipalityID))
	i, known := b.find(n.ID)
	if !known {
		i = b.append(n.ID)
	}
	b.shut(i)
	b.facts[i] = f
	b.putSpans(i, n.Spans)
	if n.Open != nil {
		b.openUp(i, n.Open)
	}
}

// find gives the number of the need with a key.
func (b *Board) find(id int64) (int, bool) {
	if i, ok := slices.BinarySearch(b.ids[:b.sorted], id); ok {
		return i, true
	}
	i, ok := b.later[id]
	return int(i), ok
}

// append makes room for a need. Keys come in order from a first reading; one that
// comes out of order, because its transaction ended late, is looked up by a map.
func (b *Board) append(id int64) int {
	i := len(b.ids)
	if i == b.sorted && (i == 0 || b.ids[i-1] < id) {
		b.sorted++
	} else {
		b.later[id] = int32(i)
	}
	b.ids, b.facts = append(b.ids, id), append(b.facts, fact{})
	b.spans, b.openAt = append(b.spans, spanRun{}), append(b.openAt, none)
	b.totals.Needs++
	return i
}

func (b *Board) putSpans(i int, spans []Span) {
	if slices.Equal(b.spansOf(i), spans) {
		return
	}
	b.spans[i] = spanRun{uint32(len(b.timeline)), uint16(min(len(spans), 1<<16-1))}
	b.timeline = append(b.timeline, spans...)
}

func (b *Board) spansOf(i int) []Span {
	r := b.spans[i]
	return b.timeline[r.start : r.start+uint32(r.count)]
}

// newOpenNeed packs what is known of an open need.
func newOpenNeed(o *Open) openNeed {
	row := openNeed{
		people: int32(o.People), answered: int32(o.Answered), promised: int32(o.Promised),
		maximum: needmap.MaxAge, hasRefuse: len(o.Declined) > 0,
	}
	if o.MinimumAge != nil {
		row.minimum = uint8(*o.MinimumAge)
	}
	if o.MaximumAge != nil {
		row.maximum = uint8(*o.MaximumAge)
	}
	if o.Place != nil && o.Cell != nil {
		row.located, row.place, row.cell = true, *o.Place, *o.Cell
	}
	return row
}

// openUp notes a need as open.
func (b *Board) openUp(i int, o *Open) {
	row := newOpenNeed(o)
	row.need = int32(i)
	b.openAt[i] = int32(len(b.open))
	b.open = append(b.open, row)
	id := b.ids[i]
	if row.hasRefuse {
		b.declined[id] = o.Declined
	}
	if len(o.Held) > 0 {
		b.held[id] = o.Held
	}
	for _, h := range o.Held {
		b.heldBy[h.ServiceID] += h.People
	}
	b.count(&row, 1)
}

// shut takes a need out of the open ones; the last of them takes its row.
func (b *Board) shut(i int) {
	at := b.openAt[i]
	if at == none {
		return
	}
	b.count(&b.open[at], -1)
	last := len(b.open) - 1
	b.open[at] = b.open[last]
	b.openAt[b.open[at].need] = at
	b.open = b.open[:last]
	b.openAt[i] = none
	id := b.ids[i]
	for _, h := range b.held[id] {
		b.heldBy[h.ServiceID] -= h.People
	}
	delete(b.held, id)
	delete(b.declined, id)
}

func (b *Board) count(o *openNeed, sign int) {
	b.totals.OpenNeeds += sign
	b.totals.OpenPeople += sign * int(o.people)
	b.totals.PeopleAnswered += sign * int(o.answered)
}

// dictionary numbers the municipalities of a board.
type dictionary struct {
	numbers map[int]uint16
	ids     []int
}

func (d *dictionary) number(id int) uint16 {
	n, ok := d.numbers[id]
	if !ok {
		n = uint16(len(d.ids))
		d.numbers[id] = n
		d.ids = append(d.ids, id)
	}
	return n
}
