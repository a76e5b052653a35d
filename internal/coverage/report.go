package coverage

import (
	"math"
	"slices"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Figures are demand and supply of an area and a field, or of several together.
type Figures struct {
	Needs    int // open needs
	Demand   int // people in them
	Answered int // of these people, those with a delivered answer
	Promised int // of those without, those with an offered or agreed response
	Located  int // needs with a place
	Reasons  [reasonCount]int

	Services          int // that exist and serve the area
	Capacity          int // people at a time, of those that are active
	Free              int // of these places, those that nothing holds
	SuspendedServices int
	SuspendedCapacity int // people at a time
}

// Gap is the people without a delivered answer: the sum of the reasons.
func (f *Figures) Gap() int { return f.Demand - f.Answered }

// Stuck is the people of the gap for whom some constraint binds: all but
// NotYetHandled.
func (f *Figures) Stuck() int { return f.Gap() - f.Reasons[notYetHandled] }

// addDemand adds the demand of another to f, and leaves supply, in which a service
// counts once however many areas it serves.
func (f *Figures) addDemand(o *Figures) {
	f.Needs += o.Needs
	f.Demand += o.Demand
	f.Answered += o.Answered
	f.Promised += o.Promised
	f.Located += o.Located
	for i, people := range o.Reasons {
		f.Reasons[i] += people
	}
}

func (f *Figures) addNeed(o *openNeed, reason uint8) {
	gap, rest := o.gap(), o.rest()
	f.Needs++
	f.Demand += int(o.people)
	f.Answered += int(o.answered)
	f.Promised += gap - rest
	if o.located {
		f.Located++
	}
	f.Reasons[reason] += rest
	f.Reasons[notYetHandled] += gap - rest // an answer is on its way
}

func (f *Figures) addService(s *Service) {
	f.Services++
	switch s.Status {
	case needmap.ServiceActive:
		f.Capacity += s.Capacity
		f.Free += s.Free()
	case needmap.ServiceSuspended:
		f.SuspendedServices++
		f.SuspendedCapacity += s.Capacity
	}
}

// Report is the figures of areas by field, with their margins. Demand of a margin
// is the sum of its parts; supply counts each service once.
type Report struct {
	Areas  *Areas
	Cells  []Figures // area by area, in each the fields in their order
	ByArea []Figures // all fields together
	Fields [fieldCount]Figures
	Total  Figures
}

// Cell gives the figures of an area and a field.
func (r *Report) Cell(area, field int) *Figures { return &r.Cells[area*fieldCount+field] }

// Report adds the view up by area and field. ok is false when a need lies in a
// municipality that the areas' territory does not have.
func (v View) Report(areas *Areas, atlas *needmap.Atlas) (r *Report, ok bool) {
	r = &Report{Areas: areas, Cells: make([]Figures, len(areas.List)*fieldCount), ByArea: make([]Figures, len(areas.List))}
	places, ok := v.areaNumbers(areas, atlas)
	if !ok {
		return nil, false
	}
	mode := modeOf(v.cells)
	v.each(func(o *openNeed, f fact) {
		if area := places[f.municipality]; area != none {
			r.Cell(int(area), int(f.field)).addNeed(o, o.judged[mode].reason)
		} else {
			r.Fields[f.field].addNeed(o, o.judged[mode].reason) // in no local area; doctor names such needs
		}
	})
	r.addSupply(v)
	for area := range areas.List {
		for field := range fieldCount {
			cell := r.Cell(area, field)
			r.ByArea[area].addDemand(cell)
			r.Fields[field].addDemand(cell)
		}
	}
	for field := range r.Fields {
		r.Total.addDemand(&r.Fields[field])
	}
	return r, true
}

// areaNumbers gives the area of each municipality of the board, by its number.
func (v View) areaNumbers(areas *Areas, atlas *needmap.Atlas) ([]int32, bool) {
	places := make([]int32, len(v.board.municipal.ids))
	for n, id := range v.board.municipal.ids {
		if _, known := atlas.ByID(id); !known {
			return nil, false
		}
		places[n] = none
		if area, ok := areas.Number(id); ok {
			places[n] = int32(area)
		}
	}
	return places, true
}

// addSupply counts the services that serve each area, and each once in the margins.
func (r *Report) addSupply(v View) {
	for i := range v.supply.services {
		p := &v.supply.services[i]
		if !p.exists() || v.filter.fields&(1<<p.field) == 0 {
			continue
		}
		var seen []int
		for _, id := range p.MunicipalityIDs {
			area, ok := r.Areas.Number(id)
			if !ok || slices.Contains(seen, area) || !v.asked(id) {
				continue
			}
			seen = append(seen, area)
			r.Cell(area, int(p.field)).addService(&p.Service)
			r.ByArea[area].addService(&p.Service)
		}
		if len(seen) > 0 {
			r.Fields[p.field].addService(&p.Service)
			r.Total.addService(&p.Service)
		}
	}
}

// asked reports whether the filter asks for a municipality.
func (v View) asked(municipalityID int) bool {
	if v.filter.asked == nil {
		return true
	}
	_, ok := v.filter.asked[municipalityID]
	return ok
}

// Spread is how far needs are from the nearest active service of their field that
// has a free place and serves their ages, in straight lines.
type Spread struct {
	Needs       int     // located needs that such a service exists for
	Median, P90 float64 // metres; undefined without needs
}

// Distances gives the spread of each area and field, as Report has its cells, and
// those of the areas, of the fields and of all together.
type Distances struct {
	Cells, ByArea []Spread
	Fields        [fieldCount]Spread
	Total         Spread
	Told          []int64 // keys, in order, of the needs in cells of few: their spread tells of their places
}

// few is how many distances tell of each.
const few = 4

// Distances measures how far the needs are from services with a free place.
func (v View) Distances(areas *Areas, atlas *needmap.Atlas) (Distances, bool) {
	places, ok := v.areaNumbers(areas, atlas)
	if !ok {
		return Distances{}, false
	}
	mode := modeOf(v.cells)
	// The last of the lists are of what lies in no area.
	lists := make([][]float32, (len(areas.List)+1)*fieldCount)
	told := make([][]int64, len(lists))
	v.each(func(o *openNeed, f fact) {
		metres := o.judged[mode].metres
		if !o.located || metres != metres {
			return
		}
		area := len(areas.List)
		if place := places[f.municipality]; place != none {
			area = int(place)
		}
		i := area*fieldCount + int(f.field)
		lists[i] = append(lists[i], metres)
		if len(lists[i]) <= few {
			told[i] = append(told[i], v.board.ids[o.need])
		}
	})
	d := newDistances(lists)
	for i, list := range lists {
		if len(list) <= few {
			d.Told = append(d.Told, told[i]...)
		}
	}
	slices.Sort(d.Told) // a board has its needs in the order in which they came
	return d, true
}

// newDistances sums up lists, by cell. The last lists count in margins alone.
func newDistances(lists [][]float32) Distances {
	inside := len(lists) - fieldCount
	d := Distances{Cells: make([]Spread, inside), ByArea: make([]Spread, inside/fieldCount)}
	byField := [fieldCount][]float32(lists[inside:])
	for i, list := range lists[:inside] {
		d.Cells[i] = spreadOf(list)
		byField[i%fieldCount] = append(byField[i%fieldCount], list...)
		if i%fieldCount == fieldCount-1 {
			d.ByArea[i/fieldCount] = spreadOf(slices.Concat(lists[i+1-fieldCount : i+1]...))
		}
	}
	for field, list := range byField {
		d.Fields[field] = spreadOf(list)
	}
	d.Total = spreadOf(slices.Concat(byField[:]...))
	return d
}

func spreadOf(list []float32) Spread {
	return Spread{Needs: len(list), Median: quantile(list, 0.5), P90: quantile(list, 0.9)}
}

// quantile interpolates between the values of a list, as PostgreSQL's percentile_cont
// does; NaN of nothing. It moves the values about.
func quantile(list []float32, share float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	at := share * float64(len(list)-1)
	k := int(at)
	selectNth(list, k, func(metres *float32) float64 { return float64(*metres) })
	low := float64(list[k])
	if k+1 == len(list) {
		return low
	}
	return low + (at-float64(k))*(float64(slices.Min(list[k+1:]))-low)
}
