package coverage

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// MaxReachMetres bounds the catchment of a supplier and the radius of a site.
const MaxReachMetres = 200_000

// maxBands bounds the steps of a decay.
const maxBands = 10

// luoQi are the weights of three bands as Luo and Qi (2009) chose them.
var luoQi = []float64{1, 0.68, 0.22}

// Band is a step of a decay: the weight, in (0, 1], of the distances up to Metres,
// inclusive, that no band before it holds.
type Band struct{ Metres, Weight float64 }

// Decay gives the weight of a distance. Bands are in ascending order, and nothing
// counts beyond the last. Where Sigma is 0 they are steps; else there is one band,
// and the weight falls in it as a bell does, Sigma metres wide. The zero value
// reaches nothing but the place itself, with no weight.
type Decay struct {
	Bands []Band
	Sigma float64 // metres
}

// BinaryDecay counts everything up to the metres fully, and nothing beyond: the
// two-step floating catchment area as it was first written. It is INVALID where
// metres are not in (0, MaxReachMetres].
func BinaryDecay(metres float64) (Decay, error) { return StepDecay(metres, []float64{1}) }

// StepDecay cuts a catchment of so many metres into bands that are equally wide,
// one for each weight; nil stands for 1, 0.68 and 0.22. It is INVALID where metres
// are not in (0, MaxReachMetres], or where the weights are not 1 to 10 numbers in
// (0, 1] that never rise.
func StepDecay(metres float64, weights []float64) (Decay, error) {
	if weights == nil {
		weights = luoQi
	}
	if err := checkCatchment(metres); err != nil {
		return Decay{}, err
	}
	if len(weights) < 1 || len(weights) > maxBands {
		return Decay{}, needmap.Invalid("decay", "there must be 1 to %d weights, not %d", maxBands, len(weights))
	}
	d := Decay{Bands: make([]Band, len(weights))}
	for k, w := range weights {
		if !(w > 0 && w <= 1) {
			return Decay{}, needmap.Invalid("decay", "weight %d must be above 0 and at most 1, not %g", k+1, w)
		}
		if k > 0 && w > weights[k-1] {
			return Decay{}, needmap.Invalid("decay", "weight %d must not be above the one before it: %g after %g", k+1, w, weights[k-1])
		}
		d.Bands[k] = Band{metres * float64(k+1) / float64(len(weights)), w}
	}
	d.Bands[len(weights)-1].Metres = metres
	return d, nil
}

// GaussianDecay weighs a distance d by exp(−d²/2σ²), and by 0 beyond the metres.
// A sigma of 0 stands for a third of the metres, which leaves a weight of 0.011 at
// the edge. It is INVALID where metres are not in (0, MaxReachMetres], or where
// sigma is negative or no finite number.
func GaussianDecay(metres, sigma float64) (Decay, error) {
	if err := checkCatchment(metres); err != nil {
		return Decay{}, err
	}
	if !(sigma >= 0) || math.IsInf(sigma, 1) {
		return Decay{}, needmap.Invalid("decay", "sigma must be a number of metres above 0, or 0 for a third of the catchment, not %g", sigma)
	}
	if sigma == 0 {
		sigma = metres / 3
	}
	return Decay{Bands: []Band{{metres, 1}}, Sigma: sigma}, nil
}

func checkCatchment(metres float64) error {
	if metres > 0 && metres <= MaxReachMetres {
		return nil
	}
	return needmap.Invalid("catchmentMetres", "the catchment must be above 0 and at most %d metres, not %g", MaxReachMetres, metres)
}

// Weight gives the weight of a distance in metres, in [0, 1].
func (d Decay) Weight(metres float64) float64 {
	for _, b := range d.Bands {
		if metres <= b.Metres {
			return counted(b.Weight * d.bell(metres))
		}
	}
	return 0
}

func (d Decay) bell(metres float64) float64 {
	if d.Sigma == 0 {
		return 1
	}
	wide := metres / d.Sigma
	return math.Exp(-wide * wide / 2)
}

// Reach gives the distance in metres beyond which nothing counts.
func (d Decay) Reach() float64 {
	if len(d.Bands) == 0 {
		return 0
	}
	return d.Bands[len(d.Bands)-1].Metres
}

// Reach is a supplier in reach of somebody, with the decay weight of the distance.
type Reach struct {
	Supplier int
	Weight   float64
}

// Access is what people have within reach.
type Access struct {
	Scores  []float64 // capacity per person of each demand place; 0 where nothing is in reach
	Ratios  []float64 // capacity per weighted person in reach of each supplier; 0 where nobody is
	Reached []bool    // the supplier has people in reach
}

// FloatingCatchment is the two-step floating catchment area: R_j = S_j / Σ P_k w_kj,
// and A_i = Σ R_j w_ij. inReach adds the suppliers that a demand place reaches to a
// list; it is asked twice for each, because wide catchments have more pairs than
// there is room for, and by several at once. People and capacity are not negative.
// Where people count, the sum of P_i A_i is the capacity of the suppliers reached.
func FloatingCatchment(population, capacity []float64, inReach func(demand int, list []Reach) []Reach) Access {
	a := Access{
		Scores: make([]float64, len(population)), Ratios: make([]float64, len(capacity)), Reached: make([]bool, len(capacity)),
	}
	var parts [chunks][]float64
	inChunks(len(population), func(chunk, from, to int) {
		sums, list := make([]float64, len(capacity)), []Reach(nil)
		for i := from; i < to; i++ {
			list = inReach(i, list[:0])
			for _, r := range list {
				sums[r.Supplier] += population[i] * r.Weight
			}
		}
		parts[chunk] = sums
	})
	for j := range capacity {
		people := 0.0
		for _, sums := range parts {
			if sums != nil {
				people += sums[j]
			}
		}
		if people > 0 {
			a.Ratios[j], a.Reached[j] = capacity[j]/people, true
		}
	}
	inChunks(len(population), func(_, from, to int) {
		list := []Reach(nil)
		for i := from; i < to; i++ {
			list = inReach(i, list[:0])
			for _, r := range list {
				a.Scores[i] += a.Ratios[r.Supplier] * r.Weight
			}
		}
	})
	return a
}

// chunks are parts of a list that are worked on at once. There are as many on every
// machine, so that sums, which depend on the order of their parts, do not differ.
const chunks = 32

// inChunks cuts a list of n and works on the parts at once, on all processors.
func inChunks(n int, work func(chunk, from, to int)) {
	var wait sync.WaitGroup
	var fault atomic.Pointer[any]
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	for chunk := range chunks {
		from, to := chunk*n/chunks, (chunk+1)*n/chunks
		if from == to {
			continue
		}
		places <- struct{}{}
		wait.Go(func() {
			defer func() {
				<-places
				if p := recover(); p != nil {
					fault.Store(&p)
				}
			}()
			work(chunk, from, to)
		})
	}
	wait.Wait()
	if p := fault.Load(); p != nil {
		panic(*p) // whoever asked recovers, as from a fault of its own
	}
}

// Accessibility finds who reaches whom by distance and runs FloatingCatchment.
// Points are lon/lat in degrees (EPSG:4326); population goes with demand, and
// capacity with suppliers. Which band a pair is in is exact; the distance that a
// bell weighs is right to a part in two million.
func Accessibility(demand []orb.Point, population []float64, suppliers []orb.Point, capacity []float64, d Decay) Access {
	places := NewPlaces(suppliers)
	limits := make([]limit, len(d.Bands))
	for k, b := range d.Bands {
		limits[k] = limitOf(b.Metres)
	}
	return FloatingCatchment(population, capacity, func(i int, list []Reach) []Reach {
		from := NewSpot(demand[i])
		return d.reach(places, limits, &from, list)
	})
}

// reach adds the places that have a weight from somewhere.
func (d *Decay) reach(p *Places, limits []limit, from *Spot, list []Reach) []Reach {
	if len(limits) == 0 {
		return list
	}
	most := limits[len(limits)-1].outer2
	p.runs(0, len(p.nodes), from, most, func(run []node) {
		for i := range run {
			n := &run[i]
			chord2 := from.chord2(&n.Spot)
			if chord2 > most {
				continue
			}
			if weight, in := d.weigh(limits, from, n, chord2); in {
				list = append(list, Reach{n.index, weight})
			}
		}
	})
	return list
}

// leastWeight is below what counts: dividing by less would leave the numbers there are.
const leastWeight = 1e-12

func counted(weight float64) float64 {
	if weight < leastWeight {
		return 0
	}
	return weight
}

// weigh gives the weight of a place by its band; the geodesic decides where the
// chord leaves a doubt.
func (d *Decay) weigh(limits []limit, from *Spot, n *node, chord2 float64) (weight float64, in bool) {
	for k := range limits {
		if chord2 > limits[k].inner2 && !limits[k].admits(from, &n.Spot, chord2) {
			continue
		}
		weight = d.Bands[k].Weight
		if d.Sigma != 0 {
			weight *= d.bell(arc(chord2))
		}
		return weight, counted(weight) > 0
	}
	return 0, false
}
