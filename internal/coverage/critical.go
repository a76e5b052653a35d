package coverage

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Placing is how far the free places of services could go for the people of a gap,
// if they were given out in the best way.
type Placing struct {
	Asking    int // people of the gap to whom nobody has promised a place
	Placeable int // of them, the most who could have a free place in reach, for their ages, of a service that did not decline
}

// Critical is what the loss of a service would do.
type Critical struct {
	ServiceID int
	Held      int // people of the view to whom it has offered or promised a place
	Opened    int // people of the view who have, or could have, a place, and could have none without it
}

// Placing matches the people of a field with free places.
func (v View) Placing(field int) Placing {
	groups, _ := v.groups(field, false)
	asking := 0
	for _, g := range groups {
		asking += g.people
	}
	m := newMatching(v.freePlaces(field))
	m.enter(groups, nil)
	return Placing{Asking: asking, Placeable: m.placed}
}

// Loss is what is needed to tell what the loss of each service of a field would do,
// apart from the view that it came from.
type Loss struct {
	matching *matching
	services []supplier
	field    []int32 // the field's services
	held     map[int32]int
}

// Loss matches the people of a field with places: who has a promise keeps to it.
func (v View) Loss(field int) Loss {
	groups, promises := v.groups(field, true)
	places, held := v.freePlaces(field), map[int32]int{}
	for _, p := range promises {
		places[p.service] += p.people
		held[p.service] += p.people
	}
	m := newMatching(places)
	m.enter(groups, promises)
	return Loss{m, v.supply.services, v.supply.fields[field].all, held}
}

// Rank ranks the active services by the gap that their loss would open: the most
// first, then by places held, then by key. It stops with ctx.
func (l Loss) Rank(ctx context.Context) ([]Critical, error) {
	list := []Critical{}
	for _, i := range l.field {
		p := &l.services[i]
		if p.Status != needmap.ServiceActive {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		list = append(list, Critical{ServiceID: p.ID, Held: l.held[i], Opened: l.matching.without(i)})
	}
	slices.SortFunc(list, func(a, b Critical) int {
		return cmp.Or(cmp.Compare(b.Opened, a.Opened), cmp.Compare(b.Held, a.Held), cmp.Compare(a.ServiceID, b.ServiceID))
	})
	return list, nil
}

// freePlaces gives the free places of each service of the supply, those of other
// fields without any.
func (v View) freePlaces(field int) []int {
	places := make([]int, len(v.supply.services))
	for _, i := range v.supply.fields[field].all {
		places[i] = v.supply.services[i].Free()
	}
	return places
}

// groups puts needs together that could all go to the same services. With promises,
// people who have a place belong to a group too, and keep that place as an option.
func (v View) groups(field int, withPromises bool) (groups []group, promises []promise) {
	numbers := map[string]int32{}
	enter := func(options []int32, people int) int32 {
		key := keyOf(options)
		g, known := numbers[key]
		if !known {
			g = int32(len(groups))
			numbers[key] = g
			groups = append(groups, group{options: options})
		}
		groups[g].people += people
		return g
	}
	v.each(func(o *openNeed, f fact) {
		if int(f.field) != field {
			return
		}
		options := v.supply.options(v.board.claim(o), o, v.cells)
		enter(options, o.rest())
		if !withPromises {
			return
		}
		for _, h := range v.board.held[v.board.ids[o.need]] {
			i, ok := v.supply.byID[h.ServiceID]
			if !ok || int(v.supply.services[i].field) != field || v.supply.services[i].Status != needmap.ServiceActive {
				continue
			}
			with := options
			if !slices.Contains(with, int32(i)) {
				with = append(slices.Clone(options), int32(i))
				slices.Sort(with)
			}
			promises = append(promises, promise{enter(with, h.People), int32(i), h.People})
		}
	})
	return groups, promises
}

func keyOf(options []int32) string {
	key := make([]byte, 0, 4*len(options))
	for _, i := range options {
		key = binary.LittleEndian.AppendUint32(key, uint32(i))
	}
	return string(key)
}

// options lists the active services that could take a need, however full they are,
// in the order of the supply.
func (s *Supply) options(c claim, o *openNeed, cells bool) []int32 {
	var list []int32
	s.candidates(c, o, cells, func(i int32, reached bool) {
		p := &s.services[i]
		if reached && p.Status == needmap.ServiceActive && p.servesAge(o.minimum, o.maximum) && !slices.Contains(c.refusing, p.ID) {
			list = append(list, i)
		}
	})
	slices.Sort(list)
	return list
}
