package territory_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/territory"
	"github.com/paulmach/orb"
)

func mustRegistry(tb testing.TB, units []territory.Unit) *territory.Registry {
	tb.Helper()
	r, err := territory.NewRegistry(units)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// served is what a client reads from a feature collection.
type served struct {
	BBox     []float64
	Features []struct {
		ID         string
		Properties map[string]any
		Geometry   struct {
			Type        string
			Coordinates orb.MultiPolygon
		}
	}
}

// failer is what testing.TB and rapid.T share.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func serve(t failer, r *territory.Registry, level territory.Level, within string, zoom *int) served {
	t.Helper()
	data, err := r.FeatureCollection(level, within, zoom)
	if err != nil {
		t.Fatal(err)
	}
	var out served
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// figures sums up a level at a zoom.
type figures struct {
	features, vertices int
	area               float64
}

// grain is a position in steps of 1e-7 degree; the checks below are exact on it
// and share no code with the package.
type grain [2]int64

func grains(ring orb.Ring) []grain {
	out := make([]grain, len(ring))
	for i, p := range ring {
		out[i] = grain{int64(math.Round(p[0] * 1e7)), int64(math.Round(p[1] * 1e7))}
	}
	return out
}

// left is twice the area of a, b, p: positive when p is left of a→b.
func left(a, b, p grain) int64 {
	return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
}

// checkTerritory checks one zoom. Every ring is closed, simple and rightly wound;
// every directed edge is used once, and edges meet at their ends only. So the
// units are faces of one plane graph: they can't overlap. And the rings of the
// region, whose edges are those without a partner, enclose just the sum of the
// units' areas: there is no gap that is not a hole of the region.
func checkTerritory(t failer, r *territory.Registry, zoom int) figures {
	t.Helper()
	used := map[[2]grain]bool{}
	out := figures{}
	var sum int64
	for _, f := range serve(t, r, territory.LevelLocal, "", &zoom).Features {
		out.features++
		if len(f.Geometry.Coordinates) == 0 {
			t.Fatalf("zoom %d: %s is empty", zoom, f.ID)
		}
		for _, polygon := range f.Geometry.Coordinates {
			for i, ring := range polygon {
				sum += checkRing(t, grains(ring), i > 0, used)
				out.vertices += len(ring)
			}
		}
	}
	checkMeetings(t, used)
	dissolved := map[[2]grain]bool{}
	var whole int64
	for _, f := range serve(t, r, territory.LevelRegion, "", &zoom).Features {
		for _, polygon := range f.Geometry.Coordinates {
			for i, ring := range polygon {
				whole += checkRing(t, grains(ring), i > 0, dissolved)
			}
		}
	}
	for e := range used {
		if partner := used[[2]grain{e[1], e[0]}]; partner == dissolved[e] {
			t.Fatalf("zoom %d: the edge %v bounds two units (%v) and the region (%v)", zoom, e, partner, dissolved[e])
		}
	}
	if sum != whole {
		t.Fatalf("zoom %d: the units' areas sum up to %d, the region has %d", zoom, sum, whole)
	}
	out.area = float64(sum) / 2e14
	return out
}

// checkRing checks a ring by itself, notes its edges and gives twice its area.
func checkRing(t failer, ring []grain, hole bool, used map[[2]grain]bool) int64 {
	t.Helper()
	n := len(ring)
	if n < 4 || ring[0] != ring[n-1] {
		t.Fatalf("a ring of %d positions from %v to %v", n, ring[0], ring[n-1])
	}
	seen := map[grain]bool{}
	var area int64
	for i := 1; i < n; i++ {
		if seen[ring[i]] {
			t.Fatalf("a ring comes by %v twice", ring[i])
		}
		seen[ring[i]] = true
		e := [2]grain{ring[i-1], ring[i]}
		if used[e] {
			t.Fatalf("the edge %v is used twice", e)
		}
		used[e] = true
		area += left(ring[0], ring[i-1], ring[i])
	}
	if area == 0 || area > 0 == hole {
		t.Fatalf("a ring (hole: %v) of area %d/2", hole, area)
	}
	return area
}

// checkMeetings fails if two edges meet anywhere but at ends of both.
func checkMeetings(t failer, used map[[2]grain]bool) {
	t.Helper()
	var edges [][2]grain
	for e := range used {
		if slices.Compare(e[0][:], e[1][:]) < 0 || !used[[2]grain{e[1], e[0]}] {
			edges = append(edges, [2]grain{e[0], e[1]})
		}
	}
	slices.SortFunc(edges, func(e, f [2]grain) int { return int(min(e[0][0], e[1][0]) - min(f[0][0], f[1][0])) })
	for i, e := range edges {
		for _, f := range edges[i+1:] {
			if min(f[0][0], f[1][0]) > max(e[0][0], e[1][0]) {
				break
			}
			if max(e[0][1], e[1][1]) >= min(f[0][1], f[1][1]) && max(f[0][1], f[1][1]) >= min(e[0][1], e[1][1]) && meet(e, f) {
				t.Fatalf("the edges %v and %v meet", e, f)
			}
		}
	}
}

func meet(e, f [2]grain) bool {
	on := func(e [2]grain, p grain) bool {
		return p != e[0] && p != e[1] && left(e[0], e[1], p) == 0 &&
			min(e[0][0], e[1][0]) <= p[0] && p[0] <= max(e[0][0], e[1][0]) &&
			min(e[0][1], e[1][1]) <= p[1] && p[1] <= max(e[0][1], e[1][1])
	}
	parted := func(e, f [2]grain) bool {
		a, b := left(e[0], e[1], f[0]), left(e[0], e[1], f[1])
		return a < 0 && b > 0 || a > 0 && b < 0
	}
	return on(e, f[0]) || on(e, f[1]) || on(f, e[0]) || on(f, e[1]) || parted(e, f) && parted(f, e)
}
