package coverage_test

import (
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// nearest looks at every point.
func nearest(points []orb.Point, of orb.Point) (index int, metres float64, ok bool) {
	metres = math.Inf(1)
	for i, p := range points {
		if d := coverage.Distance(of, p); d < metres {
			index, metres, ok = i, d, true
		}
	}
	return index, metres, ok
}

func TestPlacesNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfN(rapid.Custom(drawnPoint), 1, 60).Draw(t, "points")
		of := rapid.Custom(drawnPoint).Draw(t, "of")
		index, metres, ok := coverage.NewPlaces(points).Nearest(of)
		if i, d, found := nearest(points, of); index != i || metres != d || ok != found {
			t.Fatalf("nearest is %d at %v m (%v), want %d at %v m (%v)", index, metres, ok, i, d, found)
		}
	})
}

func TestPlacesWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOfN(rapid.Custom(drawnPoint), 1, 60).Draw(t, "points")
		of := rapid.Custom(drawnPoint).Draw(t, "of")
		limit := rapid.OneOf(
			rapid.Float64Range(0, 5000), rapid.Float64Range(0, 3e7),
			rapid.Map(rapid.SampledFrom(points), func(p orb.Point) float64 { return coverage.Distance(of, p) }), // at the limit
		).Draw(t, "metres")
		found := map[int]float64{}
		coverage.NewPlaces(points).Within(of, limit, func(index int, metres float64) {
			if _, twice := found[index]; twice {
				t.Fatalf("%d was visited twice", index)
			}
			found[index] = metres
		})
		for i, p := range points {
			d := coverage.Distance(of, p)
			if metres, ok := found[i]; ok != (d <= limit) || ok && metres != d {
				t.Fatalf("%d at %v m of %v m: visited %v, at %v m", i, d, limit, ok, metres)
			}
		}
	})
}

// Enough points that the tree is deep, many of them at one place.
func TestPlacesOfManyPoints(t *testing.T) {
	points := pointsInLazio(3, 3000)
	for i := range 1000 {
		points[3*i] = points[0]
	}
	places := coverage.NewPlaces(points)
	for _, of := range append(pointsInLazio(4, 50), points[0], points[1]) {
		index, metres, ok := places.Nearest(of)
		if i, d, _ := nearest(points, of); index != i || metres != d || !ok {
			t.Errorf("nearest to %v is %d at %v m, want %d at %v m", of, index, metres, i, d)
		}
		count, want := 0, 0
		places.Within(of, 7000, func(int, float64) { count++ })
		for _, p := range points {
			if coverage.Distance(of, p) <= 7000 {
				want++
			}
		}
		if count != want {
			t.Errorf("%d points within 7 km of %v, want %d", count, of, want)
		}
	}
}

func TestPlacesNowhere(t *testing.T) {
	for name, places := range map[string]*coverage.Places{"none": coverage.NewPlaces(nil), "nowhere": coverage.NewPlaces(nowhere)} {
		if i, metres, ok := places.Nearest(colosseum); ok {
			t.Errorf("%s: nearest is %d at %v m", name, i, metres)
		}
		places.Within(colosseum, math.Inf(1), func(index int, metres float64) { t.Errorf("%s: %d is within, at %v m", name, index, metres) })
	}
	places := coverage.NewPlaces(append(nowhere[:len(nowhere):len(nowhere)], colosseum))
	if i, metres, ok := places.Nearest(orb.Point{12, 42}); i != len(nowhere) || !ok {
		t.Errorf("the nearest is %d at %v m (%v), want the one point on Earth", i, metres, ok)
	}
	for _, p := range nowhere {
		if i, metres, ok := places.Nearest(p); ok {
			t.Errorf("%d is nearest to nowhere, at %v m", i, metres)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	places, points := coverage.NewPlaces(pointsInLazio(1, 500)), pointsInLazio(2, 1<<12)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		places.Nearest(points[i%len(points)])
	}
}

func BenchmarkNewPlaces(b *testing.B) {
	points := pointsInLazio(1, 60_000)
	for b.Loop() {
		coverage.NewPlaces(points)
	}
}
