package coverage

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// spaceGolden holds the published cases of accessibility and of siting.
type spaceGolden struct {
	FCA struct {
		Pop       []float64
		Supply    []float64
		MaxCost   float64 `json:"max_cost"`
		Costs     map[string]map[string]float64
		Gravity   map[string][]float64 `json:"gravity_inverse"`
		Binary    []float64            `json:"binary_s0"`
		Invariant float64              `json:"invariant_sum_popA"`
	}
	MCLP struct {
		Sets   map[string][]string
		W      map[string]int
		P      int
		Opt    int
		Greedy int
	} `json:"mclp_adversarial"`
}

// readSpaceGolden reads the shared file, which lies beside the checkout. Without it
// the test is left out, or fails where NEEDMAP_REQUIRE_SHARED is 1.
func readSpaceGolden(t *testing.T) (golden spaceGolden) {
	t.Helper()
	const name = "golden-coverage.json"
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", name))
	switch {
	case err == nil:
	case os.Getenv("NEEDMAP_REQUIRE_SHARED") == "1":
		t.Fatalf("the shared file %s is required and cannot be read: %v", name, err)
	default:
		t.Skipf("left out: the shared file %s is not there", name)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	return golden
}

func TestGoldenFloatingCatchment(t *testing.T) {
	golden := readSpaceGolden(t).FCA
	binary, err := BinaryDecay(golden.MaxCost)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		weight    func(cost float64) float64
		want      []float64
		tolerance float64 // half of the last digit given, relative
	}{
		"gravity": {func(cost float64) float64 { return binary.Weight(cost) / cost }, golden.Gravity["s0"], 1e-8},
		"binary":  {binary.Weight, golden.Binary, 1e-15},
	} {
		pairs := make([][]Reach, len(golden.Pop))
		for key, cost := range golden.Costs["s0"] {
			i := key[0] - '1'
			pairs[i] = append(pairs[i], Reach{int(key[2] - '1'), c.weight(cost)})
		}
		a := FloatingCatchment(golden.Pop, golden.Supply, func(i int, list []Reach) []Reach { return append(list, pairs[i]...) })
		sum := 0.0
		for i, score := range a.Scores {
			sum += golden.Pop[i] * score
			if math.Abs(score-c.want[i]) > c.tolerance*c.want[i] {
				t.Errorf("%s: place %d has %.16g, want %.16g", name, i, score, c.want[i])
			}
		}
		if math.Abs(sum-golden.Invariant) > 1e-9 || slices.Contains(a.Reached, false) {
			t.Errorf("%s: people have %.12g in all, want %g; reached %v", name, sum, golden.Invariant, a.Reached)
		}
	}
}

// Greedy is drawn to the set that takes half of both others.
func TestGoldenSitingAgainstTheBest(t *testing.T) {
	golden := readSpaceGolden(t).MCLP
	var names, elements []string
	for name := range golden.Sets {
		names = append(names, name)
	}
	for element := range golden.W {
		elements = append(elements, element)
	}
	slices.Sort(names)
	slices.Sort(elements)
	c := setCover{people: make([]int, len(elements)), sets: make([][]int, len(names))}
	for i, element := range elements {
		c.people[i] = golden.W[element]
	}
	for j, name := range names {
		for _, element := range golden.Sets[name] {
			c.sets[j] = append(c.sets[j], slices.Index(elements, element))
		}
	}
	g := c.greedy(nil, nil)
	if err := g.run(t.Context(), golden.P); err != nil {
		t.Fatal(err)
	}
	opt := c.best(golden.P)
	if g.total != golden.Greedy || opt != golden.Opt || g.bound < opt || g.bound > g.coverable {
		t.Errorf("greedy covers %d, the best %d, at most %d, of %d; want %d and %d",
			g.total, opt, g.bound, g.coverable, golden.Greedy, golden.Opt)
	}
	if first := names[g.chosen[0].candidate]; first != "G" || strings.Join(names, "") != "ABG" {
		t.Errorf("of %v greedy takes %s first", names, first)
	}
}
