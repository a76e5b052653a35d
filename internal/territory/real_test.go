package territory_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovainrete/needmap/internal/territory"
	"github.com/paulmach/orb"
)

// sharedFile reads a file of the shared data, which lies beside the checkout.
// Without it the test is left out, or fails where NEEDMAP_REQUIRE_SHARED is 1.
func sharedFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", name))
	if err == nil {
		return data
	}
	if os.Getenv("NEEDMAP_REQUIRE_SHARED") == "1" {
		tb.Fatalf("the shared file %s is required and cannot be read: %v", name, err)
	}
	tb.Skipf("left out: the shared file %s is not there", name)
	return nil
}

// sourceFeature is a feature of the shared files.
type sourceFeature struct {
	Properties map[string]any
	Geometry   struct {
		Type        string
		Coordinates json.RawMessage
	}
}

func (f sourceFeature) text(key string) string { return fmt.Sprint(f.Properties[key]) }

// boundary reads the coordinates as they are, without the package's own reader.
func (f sourceFeature) boundary(tb testing.TB) orb.MultiPolygon {
	tb.Helper()
	var many orb.MultiPolygon
	var one orb.Polygon
	into := any(&many)
	if f.Geometry.Type == "Polygon" {
		into = &one
	}
	if err := json.Unmarshal(f.Geometry.Coordinates, into); err != nil {
		tb.Fatal(err)
	}
	if one != nil {
		return orb.MultiPolygon{one}
	}
	return many
}

func sharedFeatures(tb testing.TB, name string) []sourceFeature {
	tb.Helper()
	var fc struct{ Features []sourceFeature }
	if err := json.Unmarshal(sharedFile(tb, name), &fc); err != nil {
		tb.Fatal(err)
	}
	return fc.Features
}

// lazio gives the 378 comuni, Rome as one leaf.
func lazio(tb testing.TB) []territory.Unit {
	tb.Helper()
	var units []territory.Unit
	for _, f := range sharedFeatures(tb, "lazio-comuni.geojson") {
		units = append(units, territory.Unit{
			Code: f.text("com_istat_code"), Kind: "COMUNE", Name: f.text("name"),
			ProvinceCode: f.text("prov_istat_code"), ProvinceName: f.text("prov_name"),
			RegionCode: f.text("reg_istat_code"), RegionName: f.text("reg_name"),
			BoundarySource: "ISTAT", Local: true, Boundary: f.boundary(tb),
		})
	}
	return units
}

// rome gives the municipi under a Rome without boundary of its own.
func rome(tb testing.TB) []territory.Unit {
	tb.Helper()
	units := []territory.Unit{{Code: "058091", Kind: "COMUNE", Name: "Roma", ProvinceCode: "058", ProvinceName: "Roma", RegionCode: "12", RegionName: "Lazio"}}
	for _, f := range sharedFeatures(tb, "roma-municipi.geojson") {
		units = append(units, territory.Unit{
			Code: fmt.Sprintf("058091-%02d", int(f.Properties["municipio"].(float64))), Kind: "MUNICIPIO", Name: f.text("name"),
			ParentCode: "058091", ProvinceCode: "058", ProvinceName: "Roma", RegionCode: "12", RegionName: "Lazio",
			BoundarySource: "Roma Capitale", Local: true, Boundary: f.boundary(tb),
		})
	}
	return units
}

func TestRealComuniAtEveryZoom(t *testing.T) {
	r := mustRegistry(t, lazio(t))
	full := checkTerritory(t, r, 15)
	if want := 1.8683260564; math.Abs(full.area-want) > 1e-9 || full.features != 378 {
		t.Errorf("%d comuni of %.10f square degrees, want 378 of %.10f", full.features, full.area, want)
	}
	last := full.vertices
	for zoom := 14; zoom >= 0; zoom-- {
		at := checkTerritory(t, r, zoom)
		if at.vertices > last || at.features != 378 {
			t.Errorf("zoom %d: %d comuni of %d vertices after %d", zoom, at.features, at.vertices, last)
		}
		last = at.vertices
	}
	if last > full.vertices/10 {
		t.Errorf("zoom 0 still has %d of %d vertices", last, full.vertices)
	}
}

// The source has one gap and one overlap, each a few centimetres wide, between
// municipi; the Vatican is a hole that stays.
func TestRealMunicipiAtEveryZoom(t *testing.T) {
	r := mustRegistry(t, rome(t))
	for zoom := range 16 {
		if at := checkTerritory(t, r, zoom); at.features != 15 {
			t.Errorf("zoom %d: %d municipi", zoom, at.features)
		}
		rome, err := r.Boundary("058091", &zoom)
		if err != nil {
			t.Fatal(err)
		}
		rings := 0
		for _, polygon := range rome {
			rings += len(polygon)
		}
		if len(rome) != 2 || rings != 3 {
			t.Errorf("zoom %d: Rome has %d polygons and %d rings, want 2 and 3", zoom, len(rome), rings)
		}
	}
	if code, ok := r.Locate(orb.Point{12.4534, 41.9034}); ok {
		t.Errorf("the Vatican lies in %s", code)
	}
	if code, _ := r.Locate(orb.Point{12.4922, 41.8902}); code != "058091-01" {
		t.Errorf("the Colosseum lies in %q, want 058091-01", code)
	}
}

func BenchmarkNewRegistry(b *testing.B) {
	units := lazio(b)
	b.ReportAllocs()
	for b.Loop() {
		mustRegistry(b, units)
	}
}

func BenchmarkAllZooms(b *testing.B) {
	units := lazio(b)
	for b.Loop() {
		r := mustRegistry(b, units)
		for zoom := range 16 {
			if _, err := r.FeatureCollection(territory.LevelLocal, "", &zoom); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkLocate(b *testing.B) {
	r := mustRegistry(b, lazio(b))
	random := rand.New(rand.NewPCG(1, 2))
	points := make([]orb.Point, 1<<14)
	for i := range points {
		points[i] = orb.Point{11.4 + 2.7*random.Float64(), 40.7 + 2.2*random.Float64()}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Locate(points[i%len(points)])
	}
}

func BenchmarkAppendGeometry(b *testing.B) {
	r := mustRegistry(b, lazio(b))
	boundary, err := r.Boundary("058091", nil)
	if err != nil {
		b.Fatal(err)
	}
	g := orb.Geometry(boundary)
	b.Run("append", func(b *testing.B) {
		dst := territory.AppendGeometry(nil, g)
		b.SetBytes(int64(len(dst)))
		b.ReportAllocs()
		for b.Loop() {
			dst = territory.AppendGeometry(dst[:0], g)
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(g); err != nil {
				b.Fatal(err)
			}
		}
	})
}
