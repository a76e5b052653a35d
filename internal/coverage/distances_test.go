package coverage

import (
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestDistances has needs 1, 2, 4 and 8 km from the only home, and one 3 km away in
// no local area. Median and 90th percentile are those of percentile_cont.
func TestDistances(t *testing.T) {
	needs := []Need{elderly(5, in(rome), at(north(3000))), elderly(6, in(second)), elderly(7, in(second), of(needmap.FieldMinors), at(north(3000)))}
	for i, metres := range []float64{8000, 1000, 4000, 2000} {
		needs = append(needs, elderly(int64(i+1), at(north(metres))))
	}
	v := viewOf(boardOf(needs...), []Service{home(1, located(north(0)), serving(aquila))}, everything, nil)
	atlas := world()
	d, ok := v.Distances(NewAreas(atlas, needmap.LevelLocal, nil), atlas)
	nothing := Spread{0, math.NaN(), math.NaN()}
	for _, c := range []struct {
		name      string
		got, want Spread
	}{
		{"Municipio I", d.ByArea[1], Spread{4, 3000, 4000 + 0.7*4000}},
		{"Municipio I, elderly", d.Cells[1*fieldCount+FieldNumber(needmap.FieldElderly)], Spread{4, 3000, 6800}},
		{"Municipio II, without a place or a service", d.ByArea[2], nothing},
		{"minors, without a service", d.Fields[FieldNumber(needmap.FieldMinors)], nothing},
		{"elderly", d.Fields[FieldNumber(needmap.FieldElderly)], Spread{5, 3000, 4000 + 0.6*4000}},
		{"all", d.Total, Spread{5, 3000, 6400}},
	} {
		same := func(a, b float64) bool { return math.Abs(a-b) < 20 || math.IsNaN(a) && math.IsNaN(b) }
		if !ok || c.got.Needs != c.want.Needs || !same(c.got.Median, c.want.Median) || !same(c.got.P90, c.want.P90) {
			t.Errorf("%s: %+v, want %+v", c.name, c.got, c.want)
		}
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		list        []float32
		share, want float64
	}{
		{[]float32{7}, 0.5, 7}, {[]float32{7}, 0.9, 7}, {[]float32{1, 2}, 0.5, 1.5}, {[]float32{1, 2}, 0.9, 1.9},
		{[]float32{1, 2, 10}, 0.5, 2}, {[]float32{1, 2, 10}, 0.9, 8.4}, {[]float32{1, 2}, 0, 1}, {[]float32{1, 2}, 1, 2},
		{[]float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20}, 0.9, 9},
	} {
		if got := quantile(c.list, c.share); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%g of %v: %g, want %g", c.share, c.list, got, c.want)
		}
	}
	if got := quantile(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("of nothing: %g", got)
	}
}
