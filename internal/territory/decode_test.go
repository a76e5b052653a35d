package territory_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/territory"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestDecodeGeometry(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"point", `{"type":"Point","coordinates":[12.5,41.9]}`, `{"type":"Point","coordinates":[12.5,41.9]}`},
		{"height dropped", `{"coordinates":[12.5,41.9,20],"type":"Point"}`, `{"type":"Point","coordinates":[12.5,41.9]}`},
		{"rounded", `{"type":"Point","coordinates":[12.50000004,-0.00000001]}`, `{"type":"Point","coordinates":[12.5,0]}`},
		{"exponents, space, other members", ` { "type" : "Point" , "bbox":[1,2,1,2], "coordinates" : [ 1e1 , -2.5E-1 ] } `, `{"type":"Point","coordinates":[10,-0.25]}`},
		{"corners of the world", `{"type":"MultiPoint","coordinates":[[-180,-90],[180,90]]}`, `{"type":"MultiPoint","coordinates":[[-180,-90],[180,90]]}`},
		{"line", `{"type":"LineString","coordinates":[[0,0],[1,1]]}`, `{"type":"LineString","coordinates":[[0,0],[1,1]]}`},
		{"lines", `{"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]}`, `{"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]}`},
		{"clockwise", `{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}`, `{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[0,0]]]}`},
		{"hole touching its shell", `{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[0,5],[5,6],[5,4],[0,5]]]}`, `{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[0,5],[5,6],[5,4],[0,5]]]}`},
		{"position repeated", `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,0],[1,1],[0,0]]]}`, `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,0],[1,1],[0,0]]]}`},
		{"two polygons", `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]}`, `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]}`},
		{"whole world", `{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}`, `{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}`},
	} {
		g, err := territory.DecodeGeometry([]byte(c.in), territory.Limits{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := string(territory.AppendGeometry(nil, g)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestDecodeAreaRefuses(t *testing.T) {
	polygon := func(rings string) string { return `{"type":"Polygon","coordinates":` + rings + `}` }
	for _, c := range []struct{ name, in, path, want string }{
		{"nothing", ``, "", "not a JSON object"},
		{"an array", `[1]`, "", "not a JSON object"},
		{"null", `null`, "", "not a JSON object"},
		{"cut short", `{"type":"Polygon","coordinates":[[[0,0]`, "", "not valid JSON"},
		{"trailing comma", `{"type":"Polygon",}`, "", "not valid JSON"},
		{"bytes after it", polygon(`[[[0,0],[1,0],[1,1],[0,0]]]`) + `x`, "", "something follows"},
		{"another after it", polygon(`[[[0,0],[1,0],[1,1],[0,0]]]`) + `{}`, "", "something follows"},
		{"deep", `{"type":"Polygon","coordinates":` + strings.Repeat("[", 100_000), "", "not valid JSON"},
		{"nested", polygon(`[[[[0,0],[1,0],[1,1],[0,0]]]]`), "coordinates[0][0][0]", "not a number"},
		{"no type", `{"coordinates":[1,2]}`, "type", "no type"},
		{"type of the wrong kind", `{"type":1,"coordinates":[1,2]}`, "type", "no type"},
		{"type twice", `{"type":"Polygon","type":"Point","coordinates":[1,2]}`, "", `"type" twice`},
		{"point", `{"type":"Point","coordinates":[1,2]}`, "type", `the type is "Point", it must be Polygon, MultiPolygon`},
		{"collection", `{"type":"GeometryCollection","geometries":[]}`, "type", "it must be Polygon"},
		{"long type", `{"type":"` + strings.Repeat("x", 1000) + `","coordinates":[]}`, "type", "x…\""},
		{"no coordinates", `{"type":"Polygon"}`, "coordinates", "no coordinates"},
		{"null coordinates", polygon(`null`), "coordinates", "not an array"},
		{"crs", `{"type":"Polygon","coordinates":[],"crs":{}}`, "crs", "crs is not accepted"},
		{"no rings", polygon(`[]`), "coordinates", "polygon is empty"},
		{"no positions", polygon(`[[]]`), "coordinates[0]", "ring 1 is empty"},
		{"an object", polygon(`[{}]`), "coordinates[0]", "ring 1 is not an array"},
		{"one number", polygon(`[[[0,0],[1]]]`), "coordinates[0][1]", "fewer than two numbers"},
		{"four numbers", polygon(`[[[0,0,0,0]]]`), "coordinates[0][0][3]", "more than three numbers"},
		{"text", polygon(`[[["0","0"]]]`), "coordinates[0][0][0]", "not a number"},
		{"null number", polygon(`[[[0,null]]]`), "coordinates[0][0][1]", "not a number"},
		{"infinite", polygon(`[[[0,1e999]]]`), "coordinates[0][0][1]", "not a number that can be used"},
		{"longitude", polygon(`[[[180.1,0]]]`), "coordinates[0][0]", "longitude 180.1 is not between"},
		{"latitude", polygon(`[[[0,-91]]]`), "coordinates[0][0]", "latitude -91 is not between"},
		{"three positions", polygon(`[[[0,0],[1,1],[0,0]]]`), "coordinates[0]", "ring 1 has 3 positions, it needs at least four"},
		{"open", polygon(`[[[12.4,41.8],[12.5,41.8],[12.5,41.9],[12.4,41.9]]]`), "coordinates[0]", "ring 1 is not closed: it begins at [12.4, 41.8] and ends at [12.4, 41.9]"},
		{"flat by repetition", polygon(`[[[0,0],[1,1],[1,1],[0,0]]]`), "coordinates[0]", "fewer than three different positions"},
		{"flat by rounding", polygon(`[[[0,0],[1e-9,0],[0,1e-9],[0,0]]]`), "coordinates[0]", "fewer than three different positions"},
		{"flat on a line", polygon(`[[[0,0],[1,1],[2,2],[0,0]]]`), "coordinates[0]", "crosses or touches itself"},
		{"bow-tie", polygon(`[[[0,0],[1,1],[1,0],[0,1],[0,0]]]`), "coordinates[0]", "ring 1 crosses or touches itself near [0.5, 0.5]"},
		{"vertex twice", polygon(`[[[0,0],[2,0],[1,1],[2,2],[0,2],[1,1],[0,0]]]`), "coordinates[0]", "ring 1 touches itself at [1, 1]"},
		{"vertex on edge", polygon(`[[[0,0],[4,0],[4,4],[2,0],[0,4],[0,0]]]`), "coordinates[0]", "near [2, 0]"},
		{"spike", polygon(`[[[0,0],[4,0],[4,4],[4,6],[4,4],[0,4],[0,0]]]`), "coordinates[0]", "touches itself at [4, 4]"},
		{"hole outside", polygon(`[[[0,0],[1,0],[1,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]`), "coordinates", "ring 2 is a hole that is not inside"},
		{"hole across", polygon(`[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[5,5],[12,5],[5,6],[5,5]]]`), "coordinates[1]", "ring 2 crosses or runs along ring 1 near [9, 5]"},
		{"hole along", polygon(`[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[0,1],[5,1],[0,5],[0,1]]]`), "coordinates[1]", "ring 2 crosses or runs along ring 1"},
		{"in a list", `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,1],[1,0],[0,1],[0,0]]]]}`, "coordinates[0][0]", "ring 1 of polygon 1 crosses"},
		{"polygons crossing", `{"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[1,1],[3,1],[3,3],[1,3],[1,1]]]]}`, "coordinates[1][0]", "ring 1 of polygon 2 crosses or runs along ring 1 of polygon 1"},
	} {
		_, err := territory.DecodeArea([]byte(c.in), territory.Limits{})
		var refused *territory.GeometryError
		if !errors.As(err, &refused) {
			t.Errorf("%s: accepted, or %v", c.name, err)
			continue
		}
		if refused.Path != c.path || !strings.Contains(refused.Reason, c.want) {
			t.Errorf("%s: %q: %q, want %q: %q", c.name, refused.Path, refused.Reason, c.path, c.want)
		}
	}
}

// polygonJSON writes a ring of n corners, closed, at the angles' radius.
func polygonJSON(n int, corner func(i int) orb.Point) []byte {
	ring := make(orb.Ring, n+1)
	for i := range n {
		ring[i] = corner(i)
	}
	ring[n] = ring[0]
	return territory.AppendGeometry(nil, orb.Polygon{ring})
}

func circle(n int) func(i int) orb.Point {
	return func(i int) orb.Point {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		return orb.Point{12 + cos, 42 + sin}
	}
}

func TestDecodeLimits(t *testing.T) {
	for _, c := range []struct {
		n, bytes, vertices int
		want               string
	}{
		{9_999, 0, 0, ""},
		{10_000, 0, 0, "more than 10000 positions"},
		{100_000, 4 << 20, 0, "more than 10000 positions"},
		{100_000, 0, 0, "at most 1048576 are accepted"},
		{10, 0, 10, "more than 10 positions"},
		{10, 100, 0, "at most 100 are accepted"},
	} {
		data := polygonJSON(c.n, circle(c.n))
		_, err := territory.DecodeArea(data, territory.Limits{MaxBytes: c.bytes, MaxVertices: c.vertices})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%d corners: %v, want %q", c.n, err, c.want)
		}
	}
}

// worst gives polygons of 9,999 corners that are hard on a search for contacts.
func worst() map[string][]byte {
	const n = 9_998
	comb := func(i int) orb.Point { // long teeth aslant, all boxes overlapping
		at := float64(i/2) * 0.002
		if i%2 == 0 {
			return orb.Point{at, 40 + at}
		}
		return orb.Point{at + 10.0005, 40 + at - 10}
	}
	random := rand.New(rand.NewPCG(3, 4))
	star := func(i int) orb.Point {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		r := 1 + 80*random.Float64()
		return orb.Point{r * cos, r * sin}
	}
	closing := func(i int) orb.Point { // the comb's way back
		switch i {
		case n - 2:
			return orb.Point{100, 60}
		case n - 1:
			return orb.Point{-50, 60}
		}
		return comb(i)
	}
	return map[string][]byte{"comb": polygonJSON(n, closing), "star": polygonJSON(n, star), "circle": polygonJSON(n, circle(n))}
}

func TestDecodeWorstCasesInTime(t *testing.T) {
	for name, data := range worst() {
		best := time.Duration(math.MaxInt64)
		for range 3 {
			start := time.Now()
			if _, err := territory.DecodeArea(data, territory.Limits{}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			best = min(best, time.Since(start))
		}
		if best > 500*time.Millisecond { // 50 ms is the aim; the race detector takes its share
			t.Errorf("%s: %v", name, best)
		}
	}
}

func BenchmarkDecodeArea(b *testing.B) {
	for name, data := range worst() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := territory.DecodeArea(data, territory.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The sweep must find just what comparing all pairs of edges finds.
func TestSelfContactAgreesWithAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.SampledFrom([]int{4, 30, 1000}).Draw(t, "span")
		corner := rapid.Custom(func(t *rapid.T) grain {
			return grain{int64(rapid.IntRange(0, span).Draw(t, "x")), int64(rapid.IntRange(0, span).Draw(t, "y"))}
		})
		ring := rapid.SliceOfNDistinct(corner, 3, 9, rapid.ID[grain]).Draw(t, "ring")
		n := len(ring)
		contact := false
		for i := range n {
			for j := range i {
				e, f := [2]grain{ring[i], ring[(i+1)%n]}, [2]grain{ring[j], ring[(j+1)%n]}
				contact = contact || meet(e, f)
			}
		}
		data := polygonJSON(n, func(i int) orb.Point {
			return orb.Point{float64(ring[i][0]) / 1e7, float64(ring[i][1]) / 1e7}
		})
		if _, err := territory.DecodeArea(data, territory.Limits{}); (err != nil) != contact {
			t.Fatalf("%s: %v, contact %v", data, err, contact)
		}
	})
}

// Random triangles as polygons: refused just if edges of two cross or overlap.
func TestContactsOfRingsAgreeWithAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.SampledFrom([]int{6, 60}).Draw(t, "span")
		var polygons orb.MultiPolygon
		var edges [][3][2]grain
		for range rapid.IntRange(2, 5).Draw(t, "polygons") {
			var c [3]grain
			for i := range c {
				c[i] = grain{int64(rapid.IntRange(0, span).Draw(t, "x")), int64(rapid.IntRange(0, span).Draw(t, "y"))}
			}
			if left(c[0], c[1], c[2]) == 0 {
				continue
			}
			ring := orb.Ring{}
			for _, g := range []grain{c[0], c[1], c[2], c[0]} {
				ring = append(ring, orb.Point{float64(g[0]) / 1e7, float64(g[1]) / 1e7})
			}
			polygons = append(polygons, orb.Polygon{ring})
			edges = append(edges, [3][2]grain{{c[0], c[1]}, {c[1], c[2]}, {c[2], c[0]}})
		}
		if len(polygons) == 0 {
			return
		}
		crossing := false
		for i := range edges {
			for j := range i {
				for _, e := range edges[i] {
					crossing = crossing || slices.ContainsFunc(edges[j][:], func(f [2]grain) bool { return crossOrOverlap(e, f) })
				}
			}
		}
		data := territory.AppendGeometry(nil, polygons)
		if _, err := territory.DecodeArea(data, territory.Limits{}); (err != nil) != crossing {
			t.Fatalf("%s: %v, crossing %v", data, err, crossing)
		}
	})
}

func crossOrOverlap(e, f [2]grain) bool {
	a, b := left(e[0], e[1], f[0]), left(e[0], e[1], f[1])
	c, d := left(f[0], f[1], e[0]), left(f[0], f[1], e[1])
	if a == 0 && b == 0 {
		shared := func(k int) int64 {
			return min(max(e[0][k], e[1][k]), max(f[0][k], f[1][k])) - max(min(e[0][k], e[1][k]), min(f[0][k], f[1][k]))
		}
		return shared(0) >= 0 && shared(1) >= 0 && shared(0)+shared(1) > 0
	}
	return (a < 0) != (b < 0) && a != 0 && b != 0 && (c < 0) != (d < 0) && c != 0 && d != 0
}

func FuzzDecodeGeometry(f *testing.F) {
	for _, seed := range []string{
		`{"type":"Point","coordinates":[12.5,41.9]}`,
		`{"type":"MultiPoint","coordinates":[[0,0,1],[180,-90]]}`,
		`{"type":"LineString","coordinates":[[0,0],[1e-7,1]]}`,
		`{"type":"MultiLineString","coordinates":[[[0,0],[1,1]]]}`,
		`{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[0,5],[5,6],[5,4],[0,5]]]}`,
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]}`,
		`{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]],"crs":null}`,
		`{"type":"GeometryCollection","geometries":[{}]}`, `[[[`, `{"a":`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := territory.DecodeGeometry(data, territory.Limits{})
		if err != nil {
			var refused *territory.GeometryError
			if !errors.As(err, &refused) || refused.Reason == "" || g != nil {
				t.Fatalf("%T %v with %v", err, err, g)
			}
			return
		}
		written := territory.AppendGeometry(nil, g)
		again, err := territory.DecodeGeometry(written, territory.Limits{MaxBytes: len(written)})
		if err != nil || !orb.Equal(g, again) {
			t.Fatalf("%s was written as %s and read as %v (%v)", data, written, again, err)
		}
	})
}

func ExampleDecodeArea() {
	_, err := territory.DecodeArea([]byte(`{"type":"Polygon","coordinates":[[[12.4,41.8],[12.5,41.8],[12.5,41.9],[12.4,41.9]]]}`), territory.Limits{})
	fmt.Println(err)
	// Output: ring 1 is not closed: it begins at [12.4, 41.8] and ends at [12.4, 41.9]
}
