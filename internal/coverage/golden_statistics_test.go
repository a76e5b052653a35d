package coverage_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
)

// goldenFigures are the published numbers of the shared file that belong to the
// statistics.
type goldenFigures struct {
	Wilson  struct{ Cases [][4]float64 } `json:"wilson95"`
	Garwood [][3]float64                 `json:"garwood95"`
	Getis   struct {
		Y          []float64
		Neighbours [][]int
		StarBinary []float64 `json:"gi_star_binary"`
		Binary     []float64 `json:"gi_binary"`
		StarRow    []float64 `json:"gi_star_row_published_only"`
		GlobalG    float64   `json:"global_G_published_only"`
	}
	EB struct {
		Sids2 struct {
			Mean     float64   `json:"m"`
			Variance float64   `json:"A"`
			Rates    []float64 `json:"first5"`
			Events   []float64 `json:"first5_e"`
			Bases    []float64 `json:"first5_b"`
		}
	}
	Chapman struct {
		First  int `json:"n1"`
		Second int `json:"n2"`
		Both   int `json:"m"`
		N, SE  float64
	}
}

// goldenStatistics reads the shared file, which lies beside the checkout. Without it
// the test is left out, or fails where NEEDMAP_REQUIRE_SHARED is 1.
func goldenStatistics(tb testing.TB) (golden goldenFigures) {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "golden-coverage.json"))
	if err != nil && os.Getenv("NEEDMAP_REQUIRE_SHARED") == "1" {
		tb.Fatalf("the shared numbers are required and cannot be read: %v", err)
	}
	if err != nil {
		tb.Skip("left out: the shared numbers are not there")
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		tb.Fatal(err)
	}
	return golden
}

// some fails a test whose numbers are no longer in the file.
func some(tb testing.TB, numbers, atLeast int) {
	tb.Helper()
	if numbers < atLeast {
		tb.Fatalf("%d numbers in the shared file, want %d", numbers, atLeast)
	}
}

func TestGoldenIntervals(t *testing.T) {
	golden := goldenStatistics(t)
	some(t, len(golden.Wilson.Cases), 5)
	for _, c := range golden.Wilson.Cases {
		got, ok := coverage.Wilson(int(c[0]), int(c[1]))
		if !ok {
			t.Errorf("%v is not defined", c)
		}
		sameInterval(t, fmt.Sprintf("Wilson %v", c[:2]), got, coverage.Interval{Low: c[2], High: c[3]}, 1e-15)
	}
	some(t, len(golden.Garwood), 3)
	for _, c := range golden.Garwood {
		sameInterval(t, fmt.Sprintf("Garwood %v", c[0]), coverage.Garwood(int(c[0])), coverage.Interval{Low: c[1], High: c[2]}, 1e-14)
	}
}

// goldenWeights gives the neighbours of the published example, each of weight 1, or
// each row adding up to 1; with the area itself for Gi*.
func goldenWeights(golden goldenFigures, star, row bool) [][]coverage.Weight {
	weights := make([][]coverage.Weight, len(golden.Getis.Neighbours))
	for i, neighbours := range golden.Getis.Neighbours {
		if star {
			neighbours = append([]int{i}, neighbours...)
		}
		weight := 1.0
		if row {
			weight /= float64(len(neighbours))
		}
		for _, j := range neighbours {
			weights[i] = append(weights[i], coverage.Weight{Area: j, Weight: weight})
		}
	}
	return weights
}

func TestGoldenGetis(t *testing.T) {
	golden := goldenStatistics(t)
	g := golden.Getis
	for _, c := range []struct {
		name      string
		star, row bool
		want      []float64
	}{
		{"Gi*", true, false, g.StarBinary},
		{"Gi", false, false, g.Binary},
		{"Gi* of rows that add up to 1", true, true, g.StarBinary},
		{"Gi of rows that add up to 1", false, true, g.Binary},
	} {
		some(t, len(c.want), 6)
		for i, z := range coverage.GetisOrd(g.Y, goldenWeights(golden, c.star, c.row), c.star) {
			sameFigure(t, fmt.Sprint(c.name, " of ", i), z, c.want[i], 5e-9)
		}
	}
	sameFigure(t, "G", coverage.GlobalG(g.Y, goldenWeights(golden, false, false)), g.GlobalG, 5e-9)
}

// TestGoldenGetisRow explains the published scores of rows that add up to 1. They
// use the variance of weights that are 0 or 1, W(n-W)/(n-1) with W = 1, where ours
// has the sum of the squared weights: 1/k for an area with k neighbours.
func TestGoldenGetisRow(t *testing.T) {
	golden := goldenStatistics(t)
	weights := goldenWeights(golden, true, true)
	some(t, len(golden.Getis.StarRow), len(weights))
	n := float64(len(weights))
	for i, z := range coverage.GetisOrd(golden.Getis.Y, weights, true) {
		k := float64(len(weights[i]))
		sameFigure(t, fmt.Sprint("Gi* of ", i), z*math.Sqrt((n/k-1)/(n-1)), golden.Getis.StarRow[i], 5e-9)
	}
}

// TestGoldenSids2 has mean and variance of a hundred counties and five of these.
func TestGoldenSids2(t *testing.T) {
	g := goldenStatistics(t).EB.Sids2
	some(t, len(g.Rates), 5)
	for i, want := range g.Rates {
		sameFigure(t, fmt.Sprint("county ", i), coverage.Shrink(g.Events[i], g.Bases[i], g.Mean, g.Variance), want, 5.1e-8)
	}
}

func TestGoldenChapman(t *testing.T) {
	g := goldenStatistics(t).Chapman
	estimate, se, ok := coverage.Chapman(g.First, g.Second, g.Both)
	if !ok {
		t.Error("no estimate")
	}
	sameFigure(t, "estimate", estimate, g.N, 1e-14)
	sameFigure(t, "standard error", se, g.SE, 1e-14)
}
