package ingest

import (
	"bufio"
	"fmt"
	"math"
	"strings"
	"testing"
)

func parse(text string) (layer, error) {
	return readGeoJSON(bufio.NewReader(strings.NewReader(text)), &budget{vertices: maxVertices})
}

func collection(geometry string) string {
	return `{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"NAME": " x ", "n": 5, "no": null}, "geometry": ` + geometry + `}]}`
}

func TestReadGeoJSONShapes(t *testing.T) {
	for _, tt := range []struct {
		name, geometry, fault string
	}{
		{"a polygon", `{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}`, ""},
		{"heights and more", `{"type": "Polygon", "coordinates": [[[0,0,7],[1,0,7,8],[1,1,7],[0,0,7]]]}`, ""},
		{"none", `null`, "no geometry"},
		{"an empty one", `{"type": "Polygon", "coordinates": []}`, "empty"},
		{"empty parts", `{"type": "MultiPolygon", "coordinates": [[],[]]}`, "empty"},
		{"a point", `{"type": "Point", "coordinates": [1,2]}`, `not "Point"`},
		{"a collection", `{"type": "GeometryCollection", "geometries": []}`, `not "GeometryCollection"`},
		{"an open ring", `{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1]]]}`, "not closed"},
		{"three positions", `{"type": "Polygon", "coordinates": [[[0,0],[1,0],[0,0]]]}`, "fewer than four"},
		{"a lone number", `{"type": "Polygon", "coordinates": [[[0],[1,0],[1,1],[0,0]]]}`, "fewer than two"},
		{"null for a number", `{"type": "Polygon", "coordinates": [[[null,0],[1,0],[1,1],[null,0]]]}`, "null"},
		{"too large a number", `{"type": "Polygon", "coordinates": [[[1e999,0],[1,0],[1,1],[1e999,0]]]}`, "lists of numbers"},
		{"too deep", `{"type": "Polygon", "coordinates": [[[[0,0],[1,0],[1,1],[0,0]]]]}`, "lists of numbers"},
		{"a text", `{"type": "Polygon", "coordinates": "x"}`, "lists of numbers"},
		{"no coordinates", `{"type": "Polygon"}`, "lists of numbers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := parse(collection(tt.geometry))
			if err != nil || len(l.features) != 1 {
				t.Fatal(err, l)
			}
			f := l.features[0]
			if tt.fault == "" && (f.fault != "" || fmt.Sprint(f.shape) != "[[[[0 0] [1 0] [1 1] [0 0]]]]") {
				t.Errorf("fault %q, shape %v", f.fault, f.shape)
			}
			if tt.fault != "" && !strings.Contains(f.fault, tt.fault) {
				t.Errorf("fault %q, want one that says %q", f.fault, tt.fault)
			}
			if fmt.Sprint(f.properties) != "map[n:5 name:x]" {
				t.Errorf("properties %v", f.properties)
			}
		})
	}
}

func TestReadGeoJSONTexts(t *testing.T) {
	for _, tt := range []struct{ name, text, crs, err string }{
		{"nothing in it", `{"features": []}`, "", ""},
		{"a byte order mark", "\xef\xbb\xbf" + `{"features": []}`, "", ""},
		{"WGS 84 by name", `{"crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "features": []}`, "", ""},
		{"another system, after the features", `{"features": [], "crs": {"properties": {"name": "EPSG:6708"}}}`, "EPSG:6708", ""},
		{"a null system", `{"features": [], "crs": null}`, "", ""},
		{"a nameless system", `{"features": [], "crs": {"type": "link"}}`, "", "names no reference system"},
		{"not JSON", `code;name`, "", "neither GeoJSON nor"},
		{"a list", `[]`, "", "neither GeoJSON nor"},
		{"no features", `{"type": "Feature"}`, "", "not a GeoJSON feature collection"},
		{"features twice", `{"features": [], "features": []}`, "", "two lists"},
		{"features that are no list", `{"features": 5}`, "", "was expected"},
		{"cut off", `{"features": [{"type": "Feature"`, "", "ends in the middle"},
		{"cut off between", `{"features": [`, "", "ends in the middle"},
		{"broken inside", `{"features": [{,}]}`, "", "not valid JSON at byte"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := parse(tt.text)
			if tt.err == "" && (err != nil || l.crs != tt.crs) {
				t.Errorf("crs %q, error %v; want %q", l.crs, err, tt.crs)
			}
			if tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error %v, want one that says %q", err, tt.err)
			}
		})
	}
}

func TestReadGeoJSONBoundsVertices(t *testing.T) {
	geometry := `{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}`
	text := collection(geometry) // 6 brackets
	for vertices, ok := range map[int]bool{6: true, 5: false} {
		_, err := readGeoJSON(bufio.NewReader(strings.NewReader(text)), &budget{vertices: vertices})
		if (err == nil) != ok {
			t.Errorf("%d vertices allowed: %v", vertices, err)
		}
	}
}

func FuzzReadGeoJSON(f *testing.F) {
	f.Add(collection(`{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}`))
	f.Add(collection(`{"type": "MultiPolygon", "coordinates": [[[[0,0],[1,0],[1,1],[0,0]]],[]]}`))
	f.Add(`{"crs": {"properties": {"name": "EPSG:32632"}}, "features": [{}, 5, null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := parse(text)
		if err != nil {
			return
		}
		found, problems := TerritoryOptions{}.boundaries("f", l)
		if len(l.features) > 0 && len(found)+len(problems) != len(l.features) {
			t.Fatalf("%d features gave %d boundaries and %d problems", len(l.features), len(found), len(problems))
		}
		for _, b := range found {
			checkBoundary(t, b)
		}
	})
}

// checkBoundary holds what every boundary that was read must fulfil.
func checkBoundary(t *testing.T, b Boundary) {
	t.Helper()
	if !comunePattern.MatchString(b.Code) && !municipioPattern.MatchString(b.Code) || b.Name == "" || len(b.Shape) == 0 {
		t.Fatalf("a boundary without code, name or shape: %+v", b)
	}
	for _, polygon := range b.Shape {
		for _, ring := range polygon {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				t.Fatalf("a ring that is none: %v", ring)
			}
			for _, p := range ring {
				if math.IsNaN(p[0]+p[1]) || math.IsInf(p[0]+p[1], 0) {
					t.Fatalf("a position that is not finite: %v", p)
				}
			}
		}
	}
}
