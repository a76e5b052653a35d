package demo

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"

	"github.com/innovainrete/needmap/internal/needmap"
)

// World is the territory that the demo is spread over.
type World struct {
	seed   uint64
	places []place
	home   []int // the ten most populous places, where the network sits
}

// place is a local municipality as the demo sees it.
type place struct {
	*needmap.Municipality
	boundary   orb.MultiPolygon
	population float64
	radius     float64     // metres: of a disc as large as the real unit
	centres    []orb.Point // of neighbourhoods, where people and needs gather
}

const homeCount = 10

// A place of unknown population counts as a village.
const villagePopulation = 1_000

// NewWorld makes a World of the local ones among municipalities, ordered by code;
// boundaries (EPSG:4326) lie beside them. It is INVALID when there are none.
func NewWorld(seed uint64, municipalities []*needmap.Municipality, boundaries []orb.MultiPolygon) (*World, error) {
	facts, err := factsByCode()
	if err != nil {
		return nil, err
	}
	w := &World{seed: seed}
	for i, m := range municipalities {
		if m.IsLocal {
			w.places = append(w.places, newPlace(m, boundaries[i], facts[m.Code]))
		}
	}
	if len(w.places) == 0 {
		return nil, needmap.Invalid("", "there is no municipality to place needs in")
	}
	for i := range w.places {
		w.places[i].settle(stream(seed, topicPlaces, i))
	}
	w.home = w.order(func(p *place) float64 { return -p.population })
	w.home = w.home[:min(homeCount, len(w.home))]
	return w, nil
}

func factsByCode() (map[string]*needmap.Municipality, error) {
	units, err := Territory()
	if err != nil {
		return nil, err
	}
	byCode := make(map[string]*needmap.Municipality, len(units))
	for _, u := range units {
		byCode[u.Code] = u
	}
	return byCode, nil
}

// newPlace prefers the facts of the real unit to the figures of a schematic one.
func newPlace(m *needmap.Municipality, boundary orb.MultiPolygon, facts *needmap.Municipality) place {
	p := place{Municipality: m, boundary: boundary, population: villagePopulation}
	area := m.AreaKm2
	if facts != nil {
		area, p.population = facts.AreaKm2, float64(*facts.Population)
	}
	if m.Population != nil {
		p.population = max(1, float64(*m.Population))
	}
	p.radius = 1000 * math.Sqrt(area/math.Pi)
	return p
}

// settle lays out the neighbourhoods: one in a village, up to eight in a city.
func (p *place) settle(r *rand.Rand) {
	count := min(8, 1+int(math.Log2(1+p.population/3000)))
	p.centres = []orb.Point{p.Centroid}
	for len(p.centres) < count {
		p.centres = append(p.centres, p.around(r, p.Centroid, p.radius))
	}
}

// around draws a point of the place, denser towards the centre and at most
// radius metres from it; the centre itself where the place is too narrow.
func (p *place) around(r *rand.Rand, centre orb.Point, radius float64) orb.Point {
	const tries = 40
	for range tries {
		point := geo.PointAtBearingAndDistance(centre, 360*r.Float64(), radius*r.Float64())
		point = orb.Point{micro(point[0]), micro(point[1])}
		if planar.MultiPolygonContains(p.boundary, point) {
			return point
		}
	}
	return centre
}

// micro keeps six decimals of a degree: about 10 cm.
func micro(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }

// order lists the places by a key, smallest first, ties by code.
func (w *World) order(key func(*place) float64) []int {
	list := make([]int, len(w.places))
	keys := make([]float64, len(w.places))
	for i := range list {
		list[i], keys[i] = i, key(&w.places[i])
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(keys[a], keys[b]) })
	return list
}

// nearest lists the count places nearest to one, itself first.
func (w *World) nearest(from, count int) []int {
	list := w.order(func(p *place) float64 {
		return geo.Distance(w.places[from].Centroid, p.Centroid)
	})
	return list[:min(count, len(list))]
}

// province lists the places of the province of one.
func (w *World) province(of int) []int {
	var list []int
	for i := range w.places {
		if w.places[i].ProvinceCode == w.places[of].ProvinceCode {
			list = append(list, i)
		}
	}
	return list
}
