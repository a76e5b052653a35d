package server_test

import (
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// drawFilter draws each part of a filter now and then.
func (w *filterWorld) drawFilter(t *rapid.T) *modelFilter {
	var f modelFilter
	part := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	// Statuses and severity together decide where figures come from.
	figures := rapid.IntRange(0, 3).Draw(t, "figures?") == 0
	if part("municipalities?") {
		f.Municipalities = w.drawCodes(t)
	}
	if part("fields?") {
		f.Fields = drawWords(t, "Field")
	}
	if part("origins?") {
		f.Origins = drawWords(t, "NeedOrigin")
	}
	if figures || part("statuses?") {
		f.Statuses = drawWords(t, "NeedStatus")
	}
	if part("openOnly?") {
		f.OpenOnly = new(rapid.Bool().Draw(t, "openOnly"))
	}
	if figures || part("severity?") {
		f.SeverityAtLeast = new(rapid.IntRange(1, 5).Draw(t, "severity"))
	}
	drawDays(t, &f)
	if figures {
		return &f
	}
	if part("text?") {
		words := rapid.SliceOfN(rapid.SampledFrom(slices.Concat(stems...)), 1, 2).Draw(t, "text")
		f.Text = new(strings.Join(words, " "))
	}
	switch rapid.IntRange(0, 8).Draw(t, "space") {
	case 0:
		f.BBox = w.drawBox(t)
	case 1:
		f.Near = w.drawDisc(t)
	case 2:
		f.Within = drawArea(t)
	case 3:
		f.BBox, f.Near, f.Within = w.drawBox(t), w.drawDisc(t), drawArea(t)
	}
	return &f
}

func (w *filterWorld) drawCodes(t *rapid.T) *[]string {
	codes := []string{"058091", "058", "RM", "057", "VT", "12"}
	for _, p := range w.places {
		codes = append(codes, p.Code)
	}
	return new(rapid.SliceOfN(rapid.SampledFrom(codes), 0, 3).Draw(t, "municipalities"))
}

func drawWords(t *rapid.T, enum string) *[]string {
	return new(rapid.SliceOfN(rapid.SampledFrom(wordsOf(enum)), 0, 3).Draw(t, enum))
}

func drawDays(t *rapid.T, f *modelFilter) {
	days := rapid.SampledFrom(edgeDays)
	switch rapid.IntRange(0, 5).Draw(t, "days") {
	case 0:
		f.ReportedFrom = new(days.Draw(t, "from"))
	case 1:
		f.ReportedTo = new(days.Draw(t, "to"))
	case 2:
		from, to := days.Draw(t, "from"), days.Draw(t, "to")
		f.ReportedFrom, f.ReportedTo = new(min(from, to)), new(max(from, to))
	}
}

// drawBox has its sides on the lattice, through a point, or beside a point by
// the least that a double can tell.
func (w *filterWorld) drawBox(t *rapid.T) *modelBox {
	side := func(name string, axis int) float64 {
		at := w.caller.place(w.needs[rapid.IntRange(0, len(w.needs)-1).Draw(t, name)])
		if at == nil {
			return latticeCorner(7, 7)[axis]
		}
		return rapid.SampledFrom([]float64{
			at[axis], math.Nextafter(at[axis], 0), math.Nextafter(at[axis], 90),
		}).Draw(t, "beside")
	}
	w1, w2, s1, s2 := side("x1", 0), side("x2", 0), side("y1", 1), side("y2", 1)
	return &modelBox{min(w1, w2), min(s1, s2), max(w1, w2), max(s1, s2)}
}

// drawDisc leaves a millimetre between its rim and every place.
func (w *filterWorld) drawDisc(t *rapid.T) *modelDisc {
	steps := rapid.IntRange(-2, latticeSteps+2)
	centre := latticeCorner(steps.Draw(t, "cx"), steps.Draw(t, "cy"))
	d := &modelDisc{centre[0], centre[1], rapid.Float64Range(0.5, 20_000).Draw(t, "radius")}
	onRim := func(n *modelNeed) bool {
		at := w.caller.place(n)
		return at != nil && math.Abs(geodesic(centre, *at)-d.RadiusMetres) < 1e-3
	}
	for slices.ContainsFunc(w.needs, onRim) {
		d.RadiusMetres += 0.01
	}
	return d
}

// drawArea is a triangle, an arrow head, a frame around a hole, or two of them
// side by side, all with their corners on the lattice.
func drawArea(t *rapid.T) *modelGeometry {
	step := rapid.IntRange(0, latticeSteps)
	at := func(x, y int) [2]float64 { return latticeCorner(x, y) }
	area := &modelGeometry{Type: "MultiPolygon"}
	switch rapid.IntRange(0, 3).Draw(t, "shape") {
	case 0:
		a, b, c := [2]int{0, 0}, [2]int{0, 0}, [2]int{0, 0}
		for turn(a, b, c) == 0 {
			for _, corner := range []*[2]int{&a, &b, &c} {
				*corner = [2]int{step.Draw(t, "x"), step.Draw(t, "y")}
			}
		}
		p := at(a[0], a[1])
		area.Coordinates = [][][][2]float64{{{p, at(b[0], b[1]), at(c[0], c[1]), p}}}
	case 1:
		x := rapid.IntRange(0, 4).Draw(t, "x")
		area.Coordinates = [][][][2]float64{{{at(x, 0), at(x+8, 6), at(x, 12), at(x+4, 6), at(x, 0)}}}
	case 2:
		x, y := rapid.IntRange(0, 4).Draw(t, "x"), rapid.IntRange(0, 4).Draw(t, "y")
		area.Coordinates = [][][][2]float64{{square(x, y, 8), square(x+2, y+2, 4)}}
	default:
		area.Coordinates = [][][][2]float64{{square(0, 0, 5)}, {square(6, 3, 6)}}
	}
	return area
}

func square(x, y, size int) [][2]float64 {
	return [][2]float64{latticeCorner(x, y), latticeCorner(x+size, y), latticeCorner(x+size, y+size), latticeCorner(x, y+size), latticeCorner(x, y)}
}

func turn(a, b, c [2]int) int { return (b[0]-a[0])*(c[1]-a[1]) - (c[0]-a[0])*(b[1]-a[1]) }
