package territory_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/innovainrete/needmap/internal/territory"
	"github.com/paulmach/orb"
)

func zoomAt(z int) *int { return &z }

func square(x0, y0, x1, y1 float64) orb.Ring {
	return orb.Ring{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}
}

func reversed(r orb.Ring) orb.Ring {
	r = r.Clone()
	slices.Reverse(r)
	return r
}

func leaf(code, parent string, polygons ...orb.Polygon) territory.Unit {
	return territory.Unit{
		Code: code, Kind: "COMUNE", Name: "Unit " + code, ParentCode: parent, ProvinceCode: "P" + code[:1],
		ProvinceName: "Province", RegionCode: "R", RegionName: "Region", BoundarySource: "by hand", Local: true, Boundary: polygons,
	}
}

// small is a territory to reckon by head, in degrees:
//
//	y=2  +-----+-----+
//	     | A3  | B1  |      A1, A2 and B1 meet A3 and one another at (1, 1).
//	y=1  +-----+-----+      A1 is wound clockwise and has a hole with the
//	     | A1o | A2  |  B2  enclave A4 in it and a lake beside it; A2 has a
//	y=0  +-----+-----+      vertex on its border with A1 that A1 lacks.
//	     0     1     2      B2 is two islands. A1 to A3 are parts of A.
func small() []territory.Unit {
	a := territory.Unit{Code: "A", Kind: "COMUNE", Name: "Town", ProvinceCode: "PA", ProvinceName: "Province", RegionCode: "R", RegionName: "Region", BoundarySource: "by hand"}
	return []territory.Unit{
		leaf("B2", "", orb.Polygon{square(3, 0, 3.5, 0.5)}, orb.Polygon{square(3, 1, 3.25, 1.25)}),
		leaf("B1", "", orb.Polygon{square(1, 1, 2, 2)}),
		leaf("A4", "", orb.Polygon{square(0.25, 0.25, 0.5, 0.5)}),
		leaf("A3", "A", orb.Polygon{square(0, 1, 1, 2)}),
		leaf("A2", "A", orb.Polygon{{{1, 0}, {2, 0}, {2, 1}, {1, 1}, {1, 0.4}, {1, 0}}}),
		leaf("A1", "A", orb.Polygon{reversed(square(0, 0, 1, 1)), square(0.25, 0.25, 0.5, 0.5), square(0.6, 0.6, 0.8, 0.8)}),
		a,
	}
}

func TestLocate(t *testing.T) {
	r := mustRegistry(t, small())
	for _, c := range []struct {
		name string
		p    orb.Point
		want string
	}{
		{"inside", orb.Point{0.1, 0.1}, "A1"},
		{"inside the enclave", orb.Point{0.3, 0.3}, "A4"},
		{"on the enclave's border", orb.Point{0.25, 0.3}, "A1"},
		{"in the lake", orb.Point{0.7, 0.7}, ""},
		{"on the lake's shore", orb.Point{0.7, 0.6}, "A1"},
		{"where four meet", orb.Point{1, 1}, "A1"},
		{"between A2 and B1", orb.Point{1.5, 1}, "A2"},
		{"between A3 and B1", orb.Point{1, 1.5}, "A3"},
		{"corner of the world shown", orb.Point{0, 0}, "A1"},
		{"second island", orb.Point{3.1, 1.1}, "B2"},
		{"at sea between the islands", orb.Point{3.1, 0.75}, ""},
		{"far off", orb.Point{100, 80}, ""},
		{"not a number", orb.Point{math.NaN(), 0.5}, ""},
		{"infinite", orb.Point{math.Inf(1), math.Inf(-1)}, ""},
	} {
		if code, ok := r.Locate(c.p); code != c.want || ok != (c.want != "") {
			t.Errorf("%s: %v lies in %q (%v), want %q", c.name, c.p, code, ok, c.want)
		}
	}
}

func TestSmallTerritoryAtEveryZoom(t *testing.T) {
	r := mustRegistry(t, small())
	for zoom := range 16 {
		at := checkTerritory(t, r, zoom)
		// Squares of 1 and islands stay as they are until a corner of the smallest
		// (2·0.2² = 0.02 square degrees in half a pixel's area) is negligible.
		if want := 4 - 0.04 + 0.25 + 0.0625; zoom >= 5 && math.Abs(at.area-want) > 1e-9 {
			t.Errorf("zoom %d: area %v, want %v", zoom, at.area, want)
		}
		if at.features != 6 {
			t.Errorf("zoom %d: %d features, want 6", zoom, at.features)
		}
	}
}

func TestLevels(t *testing.T) {
	r := mustRegistry(t, small())
	for _, c := range []struct {
		level  territory.Level
		within string
		want   string
	}{
		{"LOCAL", "", "A1 A2 A3 A4 B1 B2"},
		{"LOCAL", "R", "A1 A2 A3 A4 B1 B2"},
		{"LOCAL", "PB", "B1 B2"},
		{"LOCAL", "A", "A1 A2 A3"},
		{"LOCAL", "A2", "A2"},
		{"COMUNE", "", "A A4 B1 B2"},
		{"COMUNE", "PA", "A A4"},
		{"COMUNE", "A", "A"},
		{"COMUNE", "A2", ""},
		{"PROVINCE", "", "PA PB"},
		{"PROVINCE", "PB", "PB"},
		{"PROVINCE", "R", "PA PB"},
		{"REGION", "", "R"},
		{"REGION", "PA", ""},
	} {
		var codes []string
		for _, f := range serve(t, r, c.level, c.within, nil).Features {
			codes = append(codes, f.ID)
		}
		if got := strings.Join(codes, " "); got != c.want {
			t.Errorf("%s within %q: %s, want %s", c.level, c.within, got, c.want)
		}
	}
}

func TestFeatureCollectionBytes(t *testing.T) {
	units := []territory.Unit{leaf("A1", "", orb.Polygon{reversed(square(0, 0, 1, 2.5))})}
	units[0].IsSchematic = true
	got, err := mustRegistry(t, units).FeatureCollection(territory.LevelProvince, "", nil)
	want := `{"type":"FeatureCollection","bbox":[0,0,1,2.5],"features":[{"type":"Feature","id":"PA",` +
		`"properties":{"code":"PA","name":"Province","kind":"PROVINCE","level":"PROVINCE","parent":null,` +
		`"provinceCode":"PA","provinceName":"Province","isSchematic":true,"boundarySource":"by hand"},` +
		`"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,2.5],[0,2.5],[0,0]]]]}}]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s (%v)\nwant %s", got, err, want)
	}
}

func TestBoundary(t *testing.T) {
	r := mustRegistry(t, small())
	town, err := r.Boundary("A", nil)
	if err != nil || len(town) != 1 || len(town[0]) != 3 {
		t.Fatalf("A is %v (%v), want one polygon with two holes", town, err)
	}
	exact, err := r.Boundary("A2", nil)
	if err != nil || len(exact[0][0]) != 6 {
		t.Errorf("A2 is %v (%v), want its six positions as stored", exact, err)
	}
	noded, err := r.Boundary("A1", zoomAt(20))
	if err != nil || len(noded[0][0]) != 6 {
		t.Errorf("A1 at zoom 20 is %v (%v), want the vertex of A2 in its border", noded, err)
	}
	data, err := r.BoundaryJSON("A2", nil)
	if want := territory.AppendGeometry(nil, exact); err != nil || string(data) != string(want) {
		t.Errorf("A2 in JSON is %s (%v), want %s", data, err, want)
	}
}

func TestUnknown(t *testing.T) {
	r := mustRegistry(t, small())
	_, area := r.FeatureCollection(territory.LevelLocal, "058", nil)
	_, level := r.FeatureCollection("TOWN", "", nil)
	_, below := r.FeatureCollection(territory.LevelLocal, "", zoomAt(-1))
	_, above := r.Boundary("A1", zoomAt(territory.MaxZoom+1))
	_, code := r.Boundary("058", nil)
	_, bytes := r.BoundaryJSON("058", nil)
	for i, c := range []struct{ got, want error }{
		{area, territory.ErrUnknownArea}, {level, territory.ErrLevel}, {below, territory.ErrZoom},
		{above, territory.ErrZoom}, {code, territory.ErrUnknownArea}, {bytes, territory.ErrUnknownArea},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%d: %v, want %v", i, c.got, c.want)
		}
	}
}

func TestEmptyTerritory(t *testing.T) {
	r := mustRegistry(t, nil)
	if code, ok := r.Locate(orb.Point{0, 0}); ok {
		t.Errorf("a point lies in %s of nothing", code)
	}
	got, err := r.FeatureCollection(territory.LevelRegion, "", nil)
	if want := `{"type":"FeatureCollection","features":[]}`; err != nil || string(got) != want {
		t.Errorf("%s (%v), want %s", got, err, want)
	}
}

func TestNewRegistryRefuses(t *testing.T) {
	one := orb.Polygon{square(0, 0, 1, 1)}
	parent := territory.Unit{Code: "A", Kind: "COMUNE", Name: "Town"}
	for _, c := range []struct {
		name  string
		units []territory.Unit
		want  string
	}{
		{"no code", []territory.Unit{{Name: "X", Local: true, Boundary: orb.MultiPolygon{one}}}, "has no code"},
		{"twice", []territory.Unit{leaf("A1", "", one), leaf("A1", "", one)}, "there twice"},
		{"no boundary", []territory.Unit{leaf("A1", "")}, "has no boundary"},
		{"open", []territory.Unit{leaf("A1", "", orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}})}, "not closed"},
		{"off the earth", []territory.Unit{leaf("A1", "", orb.Polygon{square(0, 0, 1, 91)})}, "not on the earth"},
		{"not a number", []territory.Unit{leaf("A1", "", orb.Polygon{square(0, 0, 1, math.NaN())})}, "not on the earth"},
		{"too wide", []territory.Unit{leaf("A1", "", one), leaf("A2", "", orb.Polygon{square(-179.9, 0, -179, 1)}), leaf("A3", "", orb.Polygon{square(179, 0, 180, 1)})}, "wider than 180"},
		{"no such parent", []territory.Unit{leaf("A1", "A", one)}, "not a parent"},
		{"childless", []territory.Unit{leaf("A1", "", one), parent}, "nothing is part of it"},
		{"covered", []territory.Unit{leaf("A1", "", one), leaf("A2", "", one)}, "no place of its own"},
		{"invisible", []territory.Unit{leaf("A1", "", orb.Polygon{square(0, 0, 1, 1e-9)})}, "no place of its own"},
	} {
		if _, err := territory.NewRegistry(c.units); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Neighbours of real sources differ by steps of rounding: overlaps go to the
// lower code, thin gaps are closed, broad ones stay.
func TestFaultsOfTheSourceAreMended(t *testing.T) {
	const step = 1e-7
	for _, c := range []struct {
		name    string
		from    float64 // where A2 begins; A1 ends at 1
		a1, a2  float64 // area
		regions int     // rings of the region
	}{
		{"overlap", 1 - 15*step, 1, 1, 1},
		{"thin gap", 1 + 15*step, 1 + 15*step, 1 - 15*step, 1},
		{"broad overlap", 0.9, 1, 1, 1},
		{"broad gap", 1.1, 1, 0.9, 2},
	} {
		// A3 lies across the southern and northern ends of the seam as a frame does.
		r := mustRegistry(t, []territory.Unit{
			leaf("A1", "", orb.Polygon{square(0, 0, 1, 1)}),
			leaf("A2", "", orb.Polygon{square(c.from, 0, 2, 1)}),
			leaf("A3", "", orb.Polygon{square(-1, -1, 3, 2), square(0, 0, 2, 1)}),
		})
		for zoom := range 16 {
			checkTerritory(t, r, zoom)
		}
		area := func(code string) float64 {
			mp, err := r.Boundary(code, zoomAt(15))
			if err != nil {
				t.Fatal(err)
			}
			return ringsArea(mp)
		}
		if got := area("A1"); math.Abs(got-c.a1) > 1e-9 {
			t.Errorf("%s: A1 has %v, want %v", c.name, got, c.a1)
		}
		if got := area("A2"); math.Abs(got-c.a2) > 1e-9 {
			t.Errorf("%s: A2 has %v, want %v", c.name, got, c.a2)
		}
		region, _ := r.Boundary("R", zoomAt(15))
		if len(region) != 1 || len(region[0]) != c.regions {
			t.Errorf("%s: the region is %v, want one polygon of %d rings", c.name, region, c.regions)
		}
	}
}

func ringsArea(mp orb.MultiPolygon) float64 {
	sum := int64(0)
	for _, polygon := range mp {
		for _, ring := range polygon {
			g := grains(ring)
			for i := 1; i < len(g); i++ {
				sum += left(g[0], g[i-1], g[i])
			}
		}
	}
	return float64(sum) / 2e14
}

func TestBuildingTwiceGivesTheSameBytes(t *testing.T) {
	forwards, backwards := small(), small()
	slices.Reverse(backwards)
	a, b := mustRegistry(t, forwards), mustRegistry(t, backwards)
	for zoom := range 16 {
		for _, level := range []territory.Level{"LOCAL", "COMUNE", "PROVINCE", "REGION"} {
			x, _ := a.FeatureCollection(level, "", &zoom)
			y, _ := b.FeatureCollection(level, "", &zoom)
			if string(x) != string(y) {
				t.Fatalf("%s at zoom %d differs:\n%s\n%s", level, zoom, x, y)
			}
		}
	}
}

// Every detail is made once, whoever asks first.
func TestConcurrentReaders(t *testing.T) {
	r := mustRegistry(t, small())
	var wait sync.WaitGroup
	results := make([][]byte, 8)
	for i := range results {
		wait.Go(func() {
			for zoom := range 16 {
				data, err := r.FeatureCollection(territory.LevelLocal, "", &zoom)
				if err != nil {
					t.Error(err)
				}
				results[i] = append(results[i], data...)
			}
			if code, _ := r.Locate(orb.Point{0.1, 0.1}); code != "A1" {
				t.Errorf("(0.1, 0.1) lies in %q", code)
			}
		})
	}
	wait.Wait()
	for _, got := range results {
		if string(got) != string(results[0]) {
			t.Fatal("readers got different bytes")
		}
	}
}

// An area is schematic if any leaf of it is, and names all sources.
func TestPropertiesOfAreas(t *testing.T) {
	units := small()
	units[1].IsSchematic, units[1].BoundarySource = true, "a sketch"
	for _, f := range serve(t, mustRegistry(t, units), territory.LevelProvince, "", nil).Features {
		schematic, source := f.ID == "PB", "by hand"
		if schematic {
			source = "a sketch; by hand"
		}
		if f.Properties["isSchematic"] != schematic || f.Properties["boundarySource"] != source {
			t.Errorf("%s: %v", f.ID, f.Properties)
		}
	}
}

// A plus of two bars: the lower code keeps the crossing, whose corners are
// vertices of neither.
func TestCrossedBars(t *testing.T) {
	r := mustRegistry(t, []territory.Unit{
		leaf("A1", "", orb.Polygon{square(0, 1, 3, 2)}),
		leaf("A2", "", orb.Polygon{square(1, 0, 2, 3)}),
	})
	for zoom := range 16 {
		checkTerritory(t, r, zoom)
	}
	for code, want := range map[string]float64{"A1": 3, "A2": 2, "R": 5} {
		mp, err := r.Boundary(code, zoomAt(15))
		if got := ringsArea(mp); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s has %v (%v), want %v", code, got, err, want)
		}
	}
}
