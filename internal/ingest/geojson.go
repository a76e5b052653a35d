package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"
)

// readGeoJSON reads a feature collection: RFC 7946, or the older kind with rings
// of any direction and a crs member. Heights are dropped. A feature with a bad
// shape keeps its place with a fault; an error means that the whole text can't
// be read.
func readGeoJSON(r *bufio.Reader, left *budget) (layer, error) {
	if bom, err := r.Peek(3); err == nil && bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		r.Discard(3) //nolint:errcheck // they were just seen
	}
	dec := json.NewDecoder(r)
	if err := expect(dec, '{'); err != nil {
		return layer{}, errors.New("it is neither GeoJSON nor a zipped shapefile")
	}
	var l layer
	seen := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return layer{}, broken(err)
		}
		switch key {
		case "features":
			if seen {
				return layer{}, errors.New("it has two lists of features")
			}
			seen = true
			l.features, err = readFeatures(dec, left)
		case "crs":
			l.crs, err = readCRS(dec)
		default:
			err = dec.Decode(new(json.RawMessage))
		}
		if err != nil {
			return layer{}, broken(err)
		}
	}
	if err := expect(dec, '}'); err != nil {
		return layer{}, broken(err)
	}
	if !seen {
		return layer{}, errors.New("it is not a GeoJSON feature collection")
	}
	return l, nil
}

func expect(dec *json.Decoder, delim json.Delim) error {
	token, err := dec.Token()
	if err == nil && token != delim {
		err = fmt.Errorf("%q was expected", delim.String())
	}
	return err
}

// broken words the decoder's errors for people; ours pass through.
func broken(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not valid JSON at byte %d", syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle")
	}
	return err
}

func readFeatures(dec *json.Decoder, left *budget) ([]feature, error) {
	if err := expect(dec, '['); err != nil {
		return nil, err
	}
	var features []feature
	for dec.More() {
		if len(features) == maxFeatures {
			return nil, fmt.Errorf("it holds more than %d features", maxFeatures)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, err
		}
		// Each vertex is a bracket; counting them first bounds the memory.
		if err := left.take(bytes.Count(raw, []byte{'['})); err != nil {
			return nil, err
		}
		f := parseFeature(raw)
		f.place = len(features) + 1
		features = append(features, f)
	}
	return features, expect(dec, ']')
}

func parseFeature(raw json.RawMessage) feature {
	var f struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Geometry   *struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return feature{fault: "it is not a GeoJSON feature"}
	}
	out := feature{properties: make(map[string]string, len(f.Properties))}
	for name, value := range f.Properties {
		if text := propertyText(value); text != "" {
			out.properties[strings.ToLower(name)] = text
		}
	}
	if f.Geometry == nil {
		out.fault = "it has no geometry"
		return out
	}
	shape, err := parseShape(f.Geometry.Type, f.Geometry.Coordinates)
	if err != nil {
		out.fault = err.Error()
	}
	out.shape = shape
	return out
}

// propertyText gives a text or number as text, "" for all else.
func propertyText(value json.RawMessage) string {
	if len(value) == 0 {
		return ""
	}
	switch c := value[0]; {
	case c == '"':
		var s string
		if json.Unmarshal(value, &s) != nil {
			return ""
		}
		return strings.TrimSpace(s)
	case c == '-' || c >= '0' && c <= '9':
		return string(value)
	}
	return ""
}

func parseShape(kind string, coordinates json.RawMessage) (orb.MultiPolygon, error) {
	// encoding/json reads null as 0, which is a place in the Gulf of Guinea.
	if bytes.Contains(coordinates, []byte("null")) {
		return nil, errors.New("its coordinates have a null among them")
	}
	var polygons [][][][]float64
	var err error
	switch kind {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(coordinates, &polygons)
	default:
		return nil, fmt.Errorf("a boundary is a Polygon or a MultiPolygon, not %q", brief(kind))
	}
	if err != nil {
		return nil, errors.New("its coordinates are not lists of numbers")
	}
	return shapeOf(polygons)
}

// shapeOf checks coordinate lists and drops what lies beyond x and y.
func shapeOf(polygons [][][][]float64) (orb.MultiPolygon, error) {
	var shape orb.MultiPolygon
	for _, rings := range polygons {
		var polygon orb.Polygon
		for _, positions := range rings {
			ring := make(orb.Ring, len(positions))
			for i, p := range positions {
				if len(p) < 2 {
					return nil, errors.New("a position in it has fewer than two numbers")
				}
				ring[i] = orb.Point{p[0], p[1]}
			}
			if err := checkRing(ring); err != nil {
				return nil, err
			}
			polygon = append(polygon, ring)
		}
		if len(polygon) > 0 {
			shape = append(shape, polygon)
		}
	}
	if len(shape) == 0 {
		return nil, errors.New("its boundary is empty")
	}
	return shape, nil
}

// readCRS reads the crs member of the older GeoJSON: {"properties": {"name": …}}.
// WGS 84, which RFC 7946 means anyway, is "".
func readCRS(dec *json.Decoder) (string, error) {
	var crs *struct {
		Properties struct {
			Name string `json:"name"`
			Code any    `json:"code"`
		} `json:"properties"`
	}
	if err := dec.Decode(&crs); err != nil {
		return "", errors.New("its crs member can't be read")
	}
	if crs == nil {
		return "", nil
	}
	name := strings.TrimSpace(crs.Properties.Name)
	if name == "" || len(name) > 200 {
		return "", errors.New("its crs member names no reference system")
	}
	switch strings.ToUpper(name) {
	case "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:OGC::CRS84", "OGC:CRS84", "CRS84",
		"EPSG:4326", "URN:OGC:DEF:CRS:EPSG::4326":
		return "", nil
	}
	return name, nil
}
