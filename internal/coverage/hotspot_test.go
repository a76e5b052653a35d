package coverage_test

import (
	"math"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"pgregory.net/rapid"
)

// grid gives the weights of a square of side² areas, each with those beside it and
// with itself.
func grid(side int) [][]coverage.Weight {
	weights := make([][]coverage.Weight, side*side)
	for i := range weights {
		for j := range weights {
			if across, down := i%side-j%side, i/side-j/side; across*across+down*down <= 1 {
				weights[i] = append(weights[i], coverage.Weight{Area: j, Weight: 1})
			}
		}
	}
	return weights
}

func TestGetisOrdEdges(t *testing.T) {
	one := func(areas ...int) []coverage.Weight {
		row := []coverage.Weight{}
		for _, a := range areas {
			row = append(row, coverage.Weight{Area: a, Weight: 1})
		}
		return row
	}
	for _, c := range []struct {
		name    string
		values  []float64
		weights [][]coverage.Weight
		star    bool
		want    []float64
	}{
		{"nothing", nil, nil, true, []float64{}},
		{"one area", []float64{4}, [][]coverage.Weight{one(0)}, true, []float64{0}},
		{"one area, left out", []float64{4}, [][]coverage.Weight{one(0)}, false, []float64{0}},
		{"two areas, left out", []float64{4, 5}, [][]coverage.Weight{one(1), one(0)}, false, []float64{0, 0}},
		{"constant", []float64{0.1, 0.1, 0.1}, [][]coverage.Weight{one(0, 1), one(1), one(2)}, true, []float64{0, 0, 0}},
		{"no neighbours", []float64{1, 2, 3}, [][]coverage.Weight{nil, one(), one(1)}, false, []float64{0, 0, 1}},
		{"everybody", []float64{1, 2, 3}, [][]coverage.Weight{one(0, 1, 2), one(0, 1, 2), one(2, 1, 0)}, true, []float64{0, 0, 0}},
		// Mean 2, s² = 2/3: the last alone is 1/√(2/3 · (3-1)/2).
		{"itself", []float64{1, 2, 3}, [][]coverage.Weight{one(0), one(1), one(2)}, true, []float64{-math.Sqrt(1.5), 0, math.Sqrt(1.5)}},
	} {
		t.Run(c.name, func(t *testing.T) { sameRates(t, coverage.GetisOrd(c.values, c.weights, c.star), c.want) })
	}
	if g := coverage.GlobalG([]float64{0, 0, 3}, [][]coverage.Weight{one(1), one(0), one(0)}); g != 0 {
		t.Errorf("G of one value is %g", g)
	}
}

// TestGetisOrdScales: the scores know neither unit nor origin of the values, nor the
// sum of the weights.
func TestGetisOrdScales(t *testing.T) {
	weights := grid(4)
	heavier := slices.Clone(weights)
	for i, row := range heavier {
		heavier[i] = slices.Clone(row)
		for k := range row {
			heavier[i][k].Weight /= float64(len(row))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 100), 16, 16).Draw(t, "values")
		values[0], values[1] = 0, 1
		moved := slices.Clone(values)
		for i := range moved {
			moved[i] = 1000 + 8*moved[i]
		}
		for _, star := range []bool{true, false} {
			want := coverage.GetisOrd(values, weights, star)
			for i, z := range coverage.GetisOrd(moved, heavier, star) {
				sameFigure(t, "score", z, want[i], 1e-9)
			}
		}
	})
}

// TestHotspots finds the block of high values in a map of noise, and nothing far
// from it.
func TestHotspots(t *testing.T) {
	const side = 10
	values := make([]float64, side*side)
	for i := range values {
		values[i] = 10 + float64(i*7919%13)/4
		if i%side < 3 && i/side < 3 {
			values[i] += 20
		}
	}
	got := coverage.Hotspots(values, grid(side), 9999, 0.05, 42)
	if !slices.Equal(got, coverage.Hotspots(values, grid(side), 9999, 0.05, 42)) {
		t.Error("another answer the second time")
	}
	for i, spot := range got {
		// The corner has two neighbours only, which are high by chance too often.
		if x, y := i%side, i/side; x < 2 && y < 2 && i > 0 && !(spot.Significant && spot.Z > 0) {
			t.Errorf("(%d, %d) is no hotspot: %+v", x, y, spot)
		} else if (x > 4 || y > 4) && spot.Significant {
			t.Errorf("(%d, %d) is one: %+v", x, y, spot)
		}
		if spot.P < 2.0/10_000 || spot.Q < spot.P || spot.Q > 1 || spot.Significant != (spot.Q <= 0.05) {
			t.Errorf("area %d: %+v", i, spot)
		}
	}
}

func TestHotspotsWithoutDifferences(t *testing.T) {
	for _, value := range []float64{0, 0.1, 1e8} {
		for i, spot := range coverage.Hotspots(slices.Repeat([]float64{value}, 36), grid(6), 99, 0.05, 1) {
			if spot != (coverage.Hotspot{P: 1, Q: 1}) {
				t.Errorf("%g, area %d: %+v", value, i, spot)
			}
		}
	}
	alone := coverage.Hotspots([]float64{1, 2, 3}, make([][]coverage.Weight, 3), 99, 0.05, 1)
	if alone[2] != (coverage.Hotspot{P: 1, Q: 1}) || len(coverage.Hotspots(nil, nil, 99, 0.05, 1)) != 0 {
		t.Errorf("without neighbours %+v", alone)
	}
}

// TestHotspotsExact: with one neighbour among four others, its value is each of
// theirs as often. The largest comes up in a quarter of the draws, on one side.
func TestHotspotsExact(t *testing.T) {
	weights := make([][]coverage.Weight, 5)
	weights[0] = []coverage.Weight{{Area: 0, Weight: 1}, {Area: 4, Weight: 2}}
	weights[1] = []coverage.Weight{{Area: 2, Weight: 1}}
	got := coverage.Hotspots([]float64{9, 1, 2, 3, 4}, weights, 19_999, 0.05, 7)
	sameFigure(t, "the largest", got[0].P, 2*0.25, 0.02)
	// 2 is second of 2, 3, 4 and 9 from below: it or less in one draw of four.
	sameFigure(t, "the least", got[1].P, 2*0.25, 0.02)
}

func TestBenjaminiHochberg(t *testing.T) {
	for _, c := range [][2][]float64{
		{{}, {}},
		{{0.03}, {0.03}},
		{{0.01, 0.04, 0.03, 0.005}, {0.02, 0.04, 0.04, 0.02}},
		{{0.5, 0.5, 1}, {0.75, 0.75, 1}},
		{{0.9, 0.02, 0.02}, {0.9, 0.03, 0.03}},
		{{0, 1}, {0, 1}},
	} {
		sameRates(t, coverage.BenjaminiHochberg(c[0]), c[1])
	}
}

func TestBenjaminiHochbergProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 50).Draw(t, "p")
		q := coverage.BenjaminiHochberg(p)
		for i := range p {
			if !(p[i] <= q[i] && q[i] <= min(1, p[i]*float64(len(p))*(1+1e-15))) {
				t.Errorf("%g became %g", p[i], q[i])
			}
			for j := range p {
				if p[i] < p[j] && q[i] > q[j] || p[i] == p[j] && q[i] != q[j] {
					t.Errorf("%g, %g became %g, %g", p[i], p[j], q[i], q[j])
				}
			}
		}
	})
}

func BenchmarkHotspots400(b *testing.B) {
	weights, values := grid(20), make([]float64, 400)
	for i := range values {
		values[i] = float64(i * 7919 % 101)
	}
	for b.Loop() {
		coverage.Hotspots(values, weights, 999, 0.05, 1)
	}
}
