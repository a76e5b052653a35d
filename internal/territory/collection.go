package territory

import (
	"encoding/json"
	"slices"

	"github.com/paulmach/orb"
)

// collection is the finished GeoJSON of a level at one detail.
type collection struct {
	body  []byte // the whole feature collection
	spans []span // where each feature stands in body
}

// span places a feature and its geometry in the body.
type span struct {
	start, end       int
	geometry, length int
	bound            orb.Bound
}

// collection gives the level's bytes, made at the first call.
func (l *level) collection(arcs []arc, detail int) *collection {
	l.once[detail].Do(func() { l.made[detail] = newCollection(l.features, arcs, detail) })
	return l.made[detail]
}

func newCollection(features []feature, arcs []arc, detail int) *collection {
	boundaries := make([]orb.MultiPolygon, len(features))
	bound := emptyBound()
	for i := range features {
		boundaries[i] = features[i].boundary(arcs, detail)
		bound = bound.Union(boundaries[i].Bound())
	}
	c := &collection{body: appendHead(nil, bound, len(features) > 0)}
	for i, f := range features {
		if i > 0 {
			c.body = append(c.body, ',')
		}
		s := span{start: len(c.body), bound: boundaries[i].Bound()}
		// A struct of strings and booleans always marshals.
		props, _ := json.Marshal(f.props)
		id, _ := json.Marshal(f.props.Code)
		c.body = append(append(c.body, `{"type":"Feature","id":`...), id...)
		c.body = append(append(c.body, `,"properties":`...), props...)
		c.body = append(c.body, `,"geometry":`...)
		s.geometry = len(c.body)
		c.body = AppendGeometry(c.body, boundaries[i])
		s.length = len(c.body) - s.geometry
		c.body = append(c.body, '}')
		s.end = len(c.body)
		c.spans = append(c.spans, s)
	}
	c.body = slices.Clip(append(c.body, "]}"...))
	return c
}

// appendHead writes all that comes before the first feature. RFC 7946 has no
// bounding box for a collection of nothing.
func appendHead(dst []byte, bound orb.Bound, any bool) []byte {
	dst = append(dst, `{"type":"FeatureCollection",`...)
	if any {
		dst = append(dst, `"bbox":[`...)
		dst = append(appendPair(dst, bound.Min), ',')
		dst = append(appendPair(dst, bound.Max), "],"...)
	}
	return append(dst, `"features":[`...)
}

// only gives the collection of the features that lie within an area, or of all.
func (c *collection) only(features []feature, within string) []byte {
	var chosen []span
	bound, size := emptyBound(), 0
	for i, s := range c.spans {
		if within == "" || slices.Contains(features[i].within, within) {
			chosen = append(chosen, s)
			bound = bound.Union(s.bound)
			size += s.end - s.start + 1
		}
	}
	if len(chosen) == len(c.spans) {
		return c.body
	}
	out := appendHead(make([]byte, 0, size+128), bound, len(chosen) > 0)
	for i, s := range chosen {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, c.body[s.start:s.end]...)
	}
	return append(out, "]}"...)
}
