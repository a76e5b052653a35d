package territory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Limits bound what is read from a user. A zero field stands for its default.
type Limits struct {
	MaxBytes    int // length of the JSON text, 1 MiB by default
	MaxVertices int // positions in all, closing ones included, 10,000 by default
}

func (l Limits) orDefault() Limits {
	if l.MaxBytes == 0 {
		l.MaxBytes = 1 << 20
	}
	if l.MaxVertices == 0 {
		l.MaxVertices = 10_000
	}
	return l
}

// GeometryError says in plain words why a geometry was refused.
type GeometryError struct {
	Path   string // where in the JSON, e.g. "coordinates[0][3]"; "" for the whole
	Reason string // a sentence without full stop that can be shown to the user
}

// Error gives the reason.
func (e *GeometryError) Error() string { return e.Reason }

func refuse(path, format string, args ...any) *GeometryError {
	return &GeometryError{path, fmt.Sprintf(format, args...)}
}

// DecodeArea reads a Polygon or MultiPolygon as DecodeGeometry does and refuses
// every other type.
func DecodeArea(data []byte, limits Limits) (orb.Geometry, error) {
	return decode(data, limits, "Polygon", "MultiPolygon")
}

// DecodeGeometry reads one RFC 7946 geometry that a user wrote: WGS 84 longitude
// and latitude in degrees, of any type but GeometryCollection. Numbers are rounded
// to 1e-7 degree, a third coordinate is dropped and rings are re-wound by the
// right-hand rule, so that AppendGeometry gives back what was read.
//
// It is strict where readers usually are lax. Refused with a *GeometryError are:
// bytes beyond the value, members missing or there twice, a crs, positions of
// other than two or three numbers or off the earth, lines of fewer than two
// positions, rings that are open, have fewer than three different positions,
// touch or cross themselves or another ring's edge, holes outside their outer
// ring, empty arrays, and more than the limits allow. That polygons of one
// MultiPolygon don't cover each other is not checked.
func DecodeGeometry(data []byte, limits Limits) (orb.Geometry, error) {
	return decode(data, limits, kinds...)
}

var kinds = []string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}

func decode(data []byte, limits Limits, allowed ...string) (orb.Geometry, error) {
	limits = limits.orDefault()
	if len(data) > limits.MaxBytes {
		return nil, refuse("", "the geometry has %d bytes, at most %d are accepted", len(data), limits.MaxBytes)
	}
	kind, coordinates, err := members(data)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(allowed, kind) {
		return nil, refuse("type", "the type is %s, it must be %s", quote(kind), strings.Join(allowed, ", "))
	}
	s := &scanner{data: coordinates, left: limits.MaxVertices, max: limits.MaxVertices}
	g, err := s.geometry(kind)
	if err != nil {
		return nil, err
	}
	return g, nil
}

// quote shows a user's text, shortened if need be.
func quote(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// members reads the outer object: its type and the raw text of its coordinates.
func members(data []byte) (kind string, coordinates []byte, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return "", nil, refuse("", "the geometry is not a JSON object")
	}
	found := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			return "", nil, refuse("", "the geometry is not valid JSON")
		}
		key, _ := name.(string)
		if _, twice := found[key]; twice {
			return "", nil, refuse("", "the geometry has the member %s twice", quote(key))
		}
		found[key] = value
	}
	if _, err := d.Token(); err != nil {
		return "", nil, refuse("", "the geometry is not valid JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return "", nil, refuse("", "something follows the geometry after its end")
	}
	if _, there := found["crs"]; there {
		return "", nil, refuse("crs", "a crs is not accepted: coordinates are WGS 84 longitude and latitude")
	}
	if json.Unmarshal(found["type"], &kind) != nil || kind == "" {
		return "", nil, refuse("type", "the geometry has no type")
	}
	if found["coordinates"] == nil && kind != "GeometryCollection" {
		return "", nil, refuse("coordinates", "the geometry has no coordinates")
	}
	return kind, found["coordinates"], nil
}

// scanner walks through coordinates that are known to be valid JSON.
type scanner struct {
	data []byte
	pos  int
	path []int // indexes of the arrays that are open
	left int   // positions still accepted
	max  int
}

func (s *scanner) here() string {
	var b strings.Builder
	b.WriteString("coordinates")
	for _, i := range s.path {
		fmt.Fprintf(&b, "[%d]", i)
	}
	return b.String()
}

// peek gives the next byte that is not white space, 0 at the end.
func (s *scanner) peek() byte {
	for ; s.pos < len(s.data); s.pos++ {
		if c := s.data[s.pos]; c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

// array calls item for each element; what names the array for people.
func (s *scanner) array(what string, item func(i int) error) (n int, err error) {
	if s.peek() != '[' {
		return 0, refuse(s.here(), "%s is not an array", s.name(what))
	}
	s.pos++
	s.path = append(s.path, 0)
	for ; s.peek() != ']'; n++ {
		s.path[len(s.path)-1] = n
		if err := item(n); err != nil {
			return n, err
		}
		if s.peek() == ',' {
			s.pos++
		}
	}
	s.pos++
	s.path = s.path[:len(s.path)-1]
	return n, nil
}

// list reads an array of values, which must have at least one.
func list[T any](s *scanner, what string, read func() (T, error)) ([]T, error) {
	var out []T
	n, err := s.array(what, func(int) error {
		v, err := read()
		out = append(out, v)
		return err
	})
	if err == nil && n == 0 {
		err = refuse(s.here(), "%s is empty", s.name(what))
	}
	return out, err
}

// name tells where people find a thing, counting from 1: "ring 2 of polygon 1".
func (s *scanner) name(what string) string {
	switch what {
	case "ring", "line", "position", "polygon":
		if len(s.path) == 0 {
			return "the " + what
		}
		name := fmt.Sprintf("%s %d", what, s.path[len(s.path)-1]+1)
		if what == "ring" && len(s.path) == 2 {
			name += fmt.Sprintf(" of polygon %d", s.path[0]+1)
		}
		return name
	}
	return what
}

// number reads one number.
func (s *scanner) number() (float64, error) {
	s.peek()
	from := s.pos
	for s.pos < len(s.data) && strings.IndexByte("+-.0123456789eE", s.data[s.pos]) >= 0 {
		s.pos++
	}
	v, err := strconv.ParseFloat(string(s.data[from:s.pos]), 64)
	if err != nil {
		return 0, refuse(s.here(), "a coordinate is not a number that can be used")
	}
	return v, nil
}

// position reads [longitude, latitude] or [longitude, latitude, height].
func (s *scanner) position() (orb.Point, error) {
	if s.left--; s.left < 0 {
		return orb.Point{}, refuse("coordinates", "the geometry has more than %d positions", s.max)
	}
	var p orb.Point
	n, err := s.array("position", func(i int) error {
		v, err := s.number()
		if i < 2 {
			p[i] = v
		} else if i > 2 {
			err = refuse(s.here(), "a position has more than three numbers")
		}
		return err
	})
	switch {
	case err != nil:
		return p, err
	case n < 2:
		return p, refuse(s.here(), "a position has fewer than two numbers")
	case math.Abs(p[0]) > 180:
		return p, refuse(s.here(), "the longitude %v is not between -180 and 180", p[0])
	case math.Abs(p[1]) > 90:
		return p, refuse(s.here(), "the latitude %v is not between -90 and 90", p[1])
	}
	return snap(p).point(), nil
}
