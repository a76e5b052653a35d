package coverage

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Rank is the place of an area in an ordered list and how sure it is. An area that
// takes no part has the zero Rank.
type Rank struct {
	Position    int     // by the figure as it stands, 1 first
	Probability float64 // that Position is the true one, 0 to 1
	Low, High   int     // positions between which the true one lies at 95 %
	Mean        float64 // of the true position
}

// The same draws every time make the same ranks of the same figures.
const (
	rankDraws = 2_000
	rankSeed  = 1
)

// jeffreys is what Jeffreys' prior adds to what was seen.
const jeffreys = 0.5

// contender is an area that takes part. Its true figure is a gamma variable of shape
// events over base or, where base is 0, over one of shape misses.
type contender struct {
	area                 int
	estimate             float64
	events, misses, base float64
}

// RankProportions ranks areas by successes out of trials, largest first when
// descending, equal ones by index. The true proportion is drawn from the Jeffreys
// posterior, beta with half a success and half a failure more than were seen. An
// area without trials, or with more successes than trials, takes no part. Low and
// High need not hold Position: of many areas that are all alike none is likely to be
// the first.
func RankProportions(successes, trials []int, descending bool) []Rank {
	var in []contender
	for i, n := range trials {
		if x := successes[i]; n > 0 && x >= 0 && x <= n {
			in = append(in, contender{
				area: i, estimate: float64(x) / float64(n),
				events: float64(x) + jeffreys, misses: float64(n-x) + jeffreys,
			})
		}
	}
	return rank(in, len(trials), descending)
}

// RankRates ranks areas by counts over bases as RankProportions does. The true rate
// is drawn from the Jeffreys posterior, gamma with half an event more than was seen.
// An area whose base is not above 0, or with a negative count, takes no part.
func RankRates(counts []int, bases []float64, descending bool) []Rank {
	var in []contender
	for i, base := range bases {
		if x := counts[i]; base > 0 && x >= 0 {
			in = append(in, contender{
				area: i, estimate: float64(x) / base, events: float64(x) + jeffreys, base: base,
			})
		}
	}
	return rank(in, len(bases), descending)
}

// rank draws the true figures of all contenders many times over and counts where
// each of them comes to stand.
func rank(in []contender, areas int, descending bool) []Rank {
	first := cmp.Compare[float64]
	if descending {
		first = func(a, b float64) int { return cmp.Compare(b, a) }
	}
	// Sorted by estimate, a contender's index is its position, and the draws come
	// nearly sorted.
	slices.SortStableFunc(in, func(a, b contender) int { return first(a.estimate, b.estimate) })
	places := drawPlaces(in, descending)
	ranks, tally := make([]Rank, areas), make([]int, len(in)+1)
	for i, c := range in {
		clear(tally)
		for d := i; d < len(places); d += len(in) {
			tally[places[d]]++
		}
		ranks[c.area] = summarise(tally, i+1)
	}
	return ranks
}

// drawPlaces gives the positions of the contenders, draw after draw.
func drawPlaces(in []contender, descending bool) []int32 {
	type figure struct {
		value float64
		index int32
	}
	source := rand.NewPCG(rankSeed, 0)
	places := make([]int32, rankDraws*len(in))
	figures := make([]figure, len(in))
	for start := 0; start < len(places); start += len(in) {
		for i, c := range in {
			figures[i] = figure{c.draw(source), int32(i)}
			if descending {
				figures[i].value *= -1
			}
		}
		slices.SortFunc(figures, func(a, b figure) int {
			switch {
			case a.value < b.value:
				return -1
			case a.value > b.value:
				return 1
			}
			return int(a.index - b.index)
		})
		for place, f := range figures {
			places[start+int(f.index)] = int32(place + 1)
		}
	}
	return places
}

// draw gives a true rate, or the odds of a true proportion, which stand in the same
// order as the proportions.
func (c contender) draw(source rand.Source) float64 {
	if c.events == 0 {
		return 0 // no area has an event, and smoothed rates add none
	}
	over := c.base
	if over == 0 {
		over = distuv.Gamma{Alpha: c.misses, Beta: 1, Src: source}.Rand()
	}
	return distuv.Gamma{Alpha: c.events, Beta: 1, Src: source}.Rand() / over
}

// summarise reads how often each position came up. As many draws lie outside the
// interval on either side.
func summarise(tally []int, position int) Rank {
	const outside = rankDraws / 40
	r := Rank{Position: position, Probability: float64(tally[position]) / rankDraws}
	seen, sum := 0, 0
	for place, times := range tally {
		seen, sum = seen+times, sum+place*times
		if r.Low == 0 && seen > outside {
			r.Low = place
		}
		if r.High == 0 && seen >= rankDraws-outside {
			r.High = place
		}
	}
	r.Mean = float64(sum) / rankDraws
	return r
}
