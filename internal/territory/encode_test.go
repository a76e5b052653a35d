package territory_test

import (
	"math"
	"testing"

	"github.com/innovainrete/needmap/internal/territory"
	"github.com/paulmach/orb"
)

func TestAppendGeometry(t *testing.T) {
	for _, c := range []struct {
		name string
		g    orb.Geometry
		want string
	}{
		{"nil", nil, `null`},
		{"seven decimals", orb.Point{12.123456749, -0.00000005}, `{"type":"Point","coordinates":[12.1234567,-0.0000001]}`},
		{"no negative zero", orb.Point{-0.00000001, math.Copysign(0, -1)}, `{"type":"Point","coordinates":[0,0]}`},
		{"whole and small", orb.Point{-180, 0.0000010}, `{"type":"Point","coordinates":[-180,0.000001]}`},
		{"huge", orb.Point{1e300, -1e15}, `{"type":"Point","coordinates":[1` + zeros(300) + `,-1000000000000000]}`},
		{"not finite", orb.Point{math.NaN(), math.Inf(1)}, `{"type":"Point","coordinates":[null,null]}`},
		{"points", orb.MultiPoint{{1, 2}, {3, 4}}, `{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}`},
		{"line", orb.LineString{{1, 2}, {3, 4}}, `{"type":"LineString","coordinates":[[1,2],[3,4]]}`},
		{"lines", orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}, `{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}`},
		{"ring", orb.Ring{{0, 0}, {0, 1}, {1, 1}, {0, 0}}, `{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[0,0]]]}`},
		{"both rings wound wrongly", orb.Polygon{{{0, 0}, {0, 9}, {9, 9}, {0, 0}}, {{1, 2}, {1, 1.5}, {2, 3}, {1, 2}}},
			`{"type":"Polygon","coordinates":[[[0,0],[9,9],[0,9],[0,0]],[[1,2],[2,3],[1,1.5],[1,2]]]}`},
		{"polygons", orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, {{{2, 2}, {3, 2}, {3, 3}, {2, 2}}}},
			`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[3,2],[3,3],[2,2]]]]}`},
		{"bound", orb.Bound{Min: orb.Point{1, 2}, Max: orb.Point{3, 4}}, `{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,4],[1,2]]]}`},
		{"collection", orb.Collection{orb.Point{1, 2}, nil}, `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},null]}`},
		{"empty", orb.MultiPolygon{}, `{"type":"MultiPolygon","coordinates":[]}`},
		{"empty polygon", orb.Polygon{{}}, `{"type":"Polygon","coordinates":[[]]}`},
	} {
		if got := string(territory.AppendGeometry([]byte("x"), c.g)); got != "x"+c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func zeros(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return string(b)
}

func TestAppendGeometryAllocatesNothing(t *testing.T) {
	var g orb.Geometry = orb.MultiPolygon{{reversed(square(0, 0, 1.25, 1)), square(0.25, 0.25, 0.5, 0.5)}}
	dst := territory.AppendGeometry(nil, g)
	if n := testing.AllocsPerRun(100, func() { dst = territory.AppendGeometry(dst[:0], g) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
