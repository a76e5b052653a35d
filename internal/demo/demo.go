// Package demo makes the synthetic data that a fresh needmap starts with: the
// ten cooperatives by name, invented partners, services and needs, and the facts
// of the territory they are spread over. It is pure: the same seed and territory
// give the same values, and nothing is read but what is embedded.
package demo

import (
	"math/rand/v2"
	"sort"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Defaults of the command and of a server that fills an empty database.
const (
	DefaultNeeds        = 20_000
	DefaultSeed  uint64 = 1
)

// What the network publishes of itself, which the demo's rows add up to.
const (
	partnerCount   = 676
	operatorCount  = 2_300
	volunteerCount = 500
)

var peopleReached = map[needmap.Field]int{
	needmap.FieldMinors:             3_464,
	needmap.FieldDisability:         2_142,
	needmap.FieldElderly:            1_139,
	needmap.FieldAdultsAndFamilies:  13_570,
	needmap.FieldCultureAgriculture: 147,
}

// The demo's time runs from firstDay to now, which stands still so that the data
// do too.
var (
	firstDay = time.Date(2019, time.January, 1, 0, 0, 0, 0, time.UTC)
	now      = time.Date(2026, time.June, 30, 20, 0, 0, 0, time.UTC)
)

// topic keeps the random streams of unlike things apart.
type topic uint64

const (
	topicPlaces topic = iota + 1
	topicNetwork
	topicSpread
	topicNeed
	topicLocation
	topicAges
)

// stream gives the random numbers of one thing, whatever was drawn before it.
func stream(seed uint64, t topic, index int) *rand.Rand {
	const golden = 0x9e3779b97f4a7c15 // spreads neighbouring indexes over all 64 bits
	return rand.New(rand.NewPCG(seed*golden+uint64(t), (uint64(index)+1)*golden))
}

// pick draws one of a list.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// chance is true with probability p.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// cumulated turns weights into running sums, for draw.
func cumulated(weights []float64) []float64 {
	sums := make([]float64, len(weights))
	sum := 0.0
	for i, w := range weights {
		sum += w
		sums[i] = sum
	}
	return sums
}

// draw gives an index with a probability in proportion to its weight.
func draw(r *rand.Rand, sums []float64) int {
	last := len(sums) - 1
	return min(sort.SearchFloat64s(sums, r.Float64()*sums[last]), last)
}

// split shares a total among weights in whole numbers that add up exactly.
func split(total int, weights []float64) []int {
	sums := cumulated(weights)
	parts := make([]int, len(weights))
	given := 0
	for i, sum := range sums {
		upTo := int(float64(total)*sum/sums[len(sums)-1] + 0.5)
		parts[i] = upTo - given
		given = upTo
	}
	return parts
}
