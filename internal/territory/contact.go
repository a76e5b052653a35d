package territory

import (
	"slices"

	"github.com/paulmach/orb"
)

// strand is an edge in the search for contacts: ring numbers all rings.
type strand struct {
	segment
	ring int
}

// checkContacts refuses rings that touch or cross themselves and edges of
// different rings that cross or run along each other; different rings may touch.
//
// A line sweeps from west to east and keeps the edges it cuts in order from
// south to north; the westernmost contact is always between edges that are
// neighbours in that order (Shamos and Hoey). On the lattice each comparison is
// exact. It takes O(n log n) comparisons, whatever the rings look like. many tells
// that the JSON has a list of polygons, for the path in the error.
func checkContacts(polygons orb.MultiPolygon, many bool) error {
	w := newSweep(polygons)
	for _, e := range w.events {
		if e.leaves {
			w.leave(e.id)
		} else {
			w.enter(e.id)
		}
		if w.fault != nil {
			return w.explain(polygons, many)
		}
	}
	return nil
}

type sweep struct {
	strands []strand
	events  []event
	active  []int32 // strands the line cuts, from south to north
	fault   *[2]int32
}

// event is one end of a strand.
type event struct {
	at     lattice
	leaves bool
	id     int32
}

func newSweep(polygons orb.MultiPolygon) *sweep {
	w := &sweep{}
	rings := 0
	for _, polygon := range polygons {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				p, q := snap(ring[i-1]), snap(ring[i])
				if p == q {
					continue
				}
				id, s := int32(len(w.strands)), strand{newSegment(p, q), rings}
				w.strands = append(w.strands, s)
				w.events = append(w.events, event{s.a, false, id}, event{s.b, true, id})
			}
			rings++
		}
	}
	slices.SortFunc(w.events, func(d, e event) int {
		if c := d.at.compare(e.at); c != 0 {
			return c
		}
		if d.leaves != e.leaves { // edges end before others begin
			if d.leaves {
				return -1
			}
			return 1
		}
		return int(d.id - e.id)
	})
	return w
}

// place is where strand s, which begins at the line, belongs in the order.
func (w *sweep) place(s segment) int {
	i, _ := slices.BinarySearchFunc(w.active, s, func(id int32, s segment) int {
		t := w.strands[id]
		above := side(t.a, t.b, s.a)
		if above == 0 {
			above = side(t.a, t.b, s.b)
		}
		return -above
	})
	return i
}

func (w *sweep) enter(id int32) {
	i := w.place(w.strands[id].segment)
	w.active = slices.Insert(w.active, i, id)
	w.check(i-1, i)
	w.check(i, i+1)
}

func (w *sweep) leave(id int32) {
	end := w.strands[id].b
	i, _ := slices.BinarySearchFunc(w.active, end, func(id int32, p lattice) int {
		return -side(w.strands[id].a, w.strands[id].b, p)
	})
	for i < len(w.active) && w.active[i] != id {
		i++
	}
	if i == len(w.active) {
		i = slices.Index(w.active, id)
	}
	w.active = slices.Delete(w.active, i, i+1)
	w.check(i-1, i)
}

// check looks at two neighbours in the order.
func (w *sweep) check(i, j int) {
	if i < 0 || j >= len(w.active) {
		return
	}
	s, t := w.strands[w.active[i]], w.strands[w.active[j]]
	if crosses(s.segment, t.segment) || overlaps(s.segment, t.segment) || s.ring == t.ring && touches(s.segment, t.segment) {
		w.fault = &[2]int32{w.active[i], w.active[j]}
	}
}

// overlaps tells whether s and t share more than a position.
func overlaps(s, t segment) bool {
	return side(s.a, s.b, t.a) == 0 && side(s.a, s.b, t.b) == 0 &&
		s.a.compare(t.b) < 0 && t.a.compare(s.b) < 0
}

// touches tells whether an end of one lies on the other but for its ends. That
// two ends meet is how a ring goes on; a ring that comes by the same position
// again has been refused before.
func touches(s, t segment) bool {
	on := func(s segment, p lattice) bool {
		return p != s.a && p != s.b && side(s.a, s.b, p) == 0 && inBox(s.a, s.b, p)
	}
	return on(s, t.a) || on(s, t.b) || on(t, s.a) || on(t, s.b)
}

// explain words the fault.
func (w *sweep) explain(polygons orb.MultiPolygon, many bool) error {
	s, t := w.strands[w.fault[0]], w.strands[w.fault[1]]
	if s.ring == t.ring {
		path, name := ringName(polygons, many, s.ring)
		return refuse(path, "%s crosses or touches itself near %s", name, show(meeting(s.segment, t.segment).point()))
	}
	path, name := ringName(polygons, many, max(s.ring, t.ring))
	_, other := ringName(polygons, many, min(s.ring, t.ring))
	return refuse(path, "%s crosses or runs along %s near %s", name, other, show(meeting(s.segment, t.segment).point()))
}

// meeting is a position where s and t meet, to the nearest step.
func meeting(s, t segment) lattice {
	if crosses(s, t) {
		return crossing(s, t)
	}
	for _, p := range []lattice{t.a, t.b} {
		if side(s.a, s.b, p) == 0 && inBox(s.a, s.b, p) {
			return p
		}
	}
	return s.a
}

// ringName gives the path of a ring and how people find it, counting from 1.
func ringName(polygons orb.MultiPolygon, many bool, ring int) (path, name string) {
	s := scanner{}
	for i, polygon := range polygons {
		if ring < len(polygon) {
			if many {
				s.path = append(s.path, i)
			}
			s.path = append(s.path, ring)
			return s.here(), s.name("ring")
		}
		ring -= len(polygon)
	}
	return s.here(), "a ring"
}
