package coverage

import (
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// View is needs and services under one filter, as one caller may know them.
type View struct {
	board  *Board
	supply *Supply
	filter selection
	cells  bool
}

// NewView restricts a board to a filter. keys are the needs under those parts of
// the filter, and of the caller's scope, that a board can't judge (places, words,
// organisations); nil stands for all. The board has to be settled for the supply.
func NewView(b *Board, s *Supply, c needmap.NeedCriteria, keys []int64) View {
	return View{b, s, newSelection(b, c, keys), c.Cells}
}

// Cells reports whether places are known by their 1 km cells only.
func (v View) Cells() bool { return v.cells }

// Services gives the services of the view.
func (v View) Services() []Service { return v.supply.Services() }

// Needs gives the keys of the open needs under the filter, ascending.
func (v View) Needs() []int64 {
	keys := []int64{}
	v.each(func(o *openNeed, _ fact) { keys = append(keys, v.board.ids[o.need]) })
	slices.Sort(keys)
	return keys
}

// each visits the open needs under the filter.
func (v View) each(visit func(*openNeed, fact)) {
	b := v.board
	for i := range b.open {
		o := &b.open[i]
		if f := b.facts[o.need]; v.filter.holds(b.ids[o.need], f) {
			visit(o, f)
		}
	}
}

// municipality gives the key of a need's municipality.
func (v View) municipality(f fact) int { return v.board.municipal.ids[f.municipality] }

// selection is a filter in numbers.
type selection struct {
	municipalities            []bool           // by number on the board; nil for all
	asked                     map[int]struct{} // the same by key: a board does not know where there never was a need
	fields, origins, statuses uint16           // bits by number
	severity                  uint8
	from, to                  uint16
	keys                      map[int64]struct{} // nil for all
}

func newSelection(b *Board, c needmap.NeedCriteria, keys []int64) selection {
	s := selection{
		fields: marks(c.Fields, needmap.Fields), origins: marks(c.Origins, needmap.NeedOrigins),
		statuses: marks(c.Statuses, needmap.NeedStatuses), severity: uint8(max(1, c.SeverityAtLeast)), to: 1<<16 - 1,
	}
	if c.ReportedFrom != nil {
		s.from = dayNumber(*c.ReportedFrom)
	}
	if c.ReportedTo != nil {
		s.to = dayNumber(*c.ReportedTo)
	}
	if c.MunicipalityIDs != nil {
		s.municipalities, s.asked = make([]bool, len(b.municipal.ids)), map[int]struct{}{}
		for _, id := range c.MunicipalityIDs {
			s.asked[id] = struct{}{}
			if n, ok := b.municipal.numbers[id]; ok {
				s.municipalities[n] = true
			}
		}
	}
	s.keys = keySet(keys)
	return s
}

// keySet gives keys to look up; nil stays nil, which stands for all.
func keySet(keys []int64) map[int64]struct{} {
	if keys == nil {
		return nil
	}
	set := make(map[int64]struct{}, len(keys))
	for _, key := range keys {
		set[key] = struct{}{}
	}
	return set
}

// marks marks the words of a set that a list has; nil marks all.
func marks[E comparable](list, set []E) uint16 {
	if list == nil {
		return 1<<len(set) - 1
	}
	set16 := uint16(0)
	for _, word := range list {
		set16 |= 1 << number(set, word)
	}
	return set16
}

// holds judges everything.
func (s *selection) holds(id int64, f fact) bool {
	return s.has(f) && s.inMunicipality(f) && s.hasKey(id)
}

// has judges everything but the municipality and the key.
func (s *selection) has(f fact) bool {
	return s.fields&(1<<f.field) != 0 && s.origins&(1<<f.origin) != 0 && s.statuses&(1<<f.status) != 0 &&
		f.severity >= s.severity && f.day >= s.from && f.day <= s.to
}

func (s *selection) inMunicipality(f fact) bool {
	return s.municipalities == nil || s.municipalities[f.municipality]
}

func (s *selection) hasKey(id int64) bool {
	if s.keys == nil {
		return true
	}
	_, ok := s.keys[id]
	return ok
}
