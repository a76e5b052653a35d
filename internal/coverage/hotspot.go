package coverage

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Weight is how much a neighbour counts, by the index of its area. A list of weights
// names an area once.
type Weight struct {
	Area   int
	Weight float64 // 0 or more
}

// Hotspot is how an area and those around it stand out from the map.
type Hotspot struct {
	Z           float64 // Gi*, above 0 where values are high
	P           float64 // two-sided pseudo p-value, 0 to 1
	Q           float64 // P after Benjamini and Hochberg, 0 to 1
	Significant bool    // Q is at most the level asked for
}

// MinHotspotAreas is the least number of areas that hotspots are looked for among.
// Of fewer, the neighbours of one are a good part of the map.
const MinHotspotAreas = 30

// rounding is the part of a value that sums of values may be off by.
const rounding = 1e-12

// GetisOrd gives the z-score of each area's weighted sum over its neighbours. With
// star it is Gi*, where the caller puts the area itself into its weights: mean and
// variance are those of all n areas, the variance divides by n and not by n-1, and
// n-1 stands below the weights. Without, it is Gi: the area is left out of its
// weights, and mean and variance are those of the others, of whom there are n-1. A
// score is 0 where values or weights leave nothing to tell apart. Multiplying all
// weights of an area by the same number changes nothing.
func GetisOrd(values []float64, weights [][]Weight, star bool) []float64 {
	scores := make([]float64, len(values))
	population := populationOf(values, -1)
	for i := range values {
		left := -1
		if !star {
			left, population = i, populationOf(values, i)
		}
		scores[i] = population.score(values, weights[i], left)
	}
	return scores
}

// population is what an area's surroundings are held against.
type population struct{ size, mean, deviation float64 }

// populationOf describes all values but that of one area, or all of them when left
// is -1. A spread that rounding alone would give is none.
func populationOf(values []float64, left int) population {
	var p population
	largest := 0.0
	for i, v := range values {
		if i != left {
			p.size, p.mean, largest = p.size+1, p.mean+v, max(largest, math.Abs(v))
		}
	}
	if p.size == 0 {
		return p
	}
	p.mean /= p.size
	squares := 0.0
	for i, v := range values {
		if i != left {
			squares += (v - p.mean) * (v - p.mean)
		}
	}
	if s := math.Sqrt(squares / p.size); s > rounding*largest {
		p.deviation = s
	}
	return p
}

func (p population) score(values []float64, row []Weight, left int) float64 {
	var sum, weight, squares float64
	for _, w := range row {
		if w.Area != left {
			sum += w.Weight * (values[w.Area] - p.mean)
			weight, squares = weight+w.Weight, squares+w.Weight*w.Weight
		}
	}
	// Where all areas weigh the same, the sum can only be what it is.
	free := p.size*squares - weight*weight
	if p.size < 2 || p.deviation == 0 || free <= rounding*p.size*squares {
		return 0
	}
	return sum / (p.deviation * math.Sqrt(free/(p.size-1)))
}

// GlobalG gives the weighted part of the products of all pairs of areas, over all
// pairs: it is high where large values lie together. Values are 0 or more; the
// weight of an area for itself does not count. It is 0 when all products are.
func GlobalG(values []float64, weights [][]Weight) float64 {
	near, all, sum := 0.0, 0.0, 0.0
	for i, v := range values {
		for _, w := range weights[i] {
			if w.Area != i {
				near += w.Weight * v * values[w.Area]
			}
		}
		all += 2 * sum * v
		sum += v
	}
	if all == 0 {
		return 0
	}
	return near / all
}

// Hotspots gives Gi* of each area with a pseudo p-value from as many permutations:
// the area keeps its value, and its neighbours draw theirs from the other areas
// without replacement. The smaller tail counts twice, so that P is no less than
// 2/(permutations+1). The same seed gives the same answer, whatever the order of
// the areas' evaluation. A map without differences has Z 0 and P 1 everywhere. The
// caller leaves out areas without values and refuses fewer than MinHotspotAreas.
func Hotspots(values []float64, weights [][]Weight, permutations int, level float64, seed uint64) []Hotspot {
	scores, p := GetisOrd(values, weights, true), make([]float64, len(values))
	others := make([]float64, 0, len(values))
	for i := range values {
		others = append(append(others[:0], values[:i]...), values[i+1:]...)
		row := slices.DeleteFunc(slices.Clone(weights[i]), func(w Weight) bool { return w.Area == i })
		p[i] = pseudoP(values, row, others, permutations, rand.NewPCG(seed, uint64(i)))
	}
	spots := make([]Hotspot, len(values))
	for i, q := range BenjaminiHochberg(p) {
		spots[i] = Hotspot{Z: scores[i], P: p[i], Q: q, Significant: q <= level}
	}
	return spots
}

// pseudoP counts how often neighbours with values drawn from the others add up to as
// much as the true ones, or as little. Their mean and spread do not change with a
// permutation, so the sums say all that scores would. It leaves others in disorder.
func pseudoP(values []float64, row []Weight, others []float64, permutations int, source *rand.PCG) float64 {
	var observed, size float64
	for _, w := range row {
		observed += w.Weight * values[w.Area]
		size += w.Weight
	}
	largest := 0.0
	for _, v := range others {
		largest = max(largest, math.Abs(v))
	}
	// Equal sums can differ by the order in which they were added.
	tolerance := rounding * size * largest
	more, less := 0, 0
	for range permutations {
		sum := 0.0
		for k, w := range row {
			drawn := k + below(source, len(others)-k)
			others[k], others[drawn] = others[drawn], others[k]
			sum += w.Weight * others[k]
		}
		if sum >= observed-tolerance {
			more++
		}
		if sum <= observed+tolerance {
			less++
		}
	}
	return min(1, 2*float64(min(more, less)+1)/float64(permutations+1))
}

// below draws a number from 0 to n-1, the same on machines of any word size.
func below(source *rand.PCG, n int) int {
	high, _ := bits.Mul64(source.Uint64(), uint64(n))
	return int(high)
}

// BenjaminiHochberg adjusts p-values for their number: taking those of at most some
// level, no more than that part of them is expected to be false. The answer keeps
// the order of the list.
func BenjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted, least := make([]float64, len(p)), 1.0
	for k := len(order) - 1; k >= 0; k-- {
		i := order[k]
		least = min(least, p[i]*(float64(len(p))/float64(k+1)))
		adjusted[i] = least
	}
	return adjusted
}
