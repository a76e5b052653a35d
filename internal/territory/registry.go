package territory

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
)

var (
	// ErrUnknownArea says that no unit, province or region has the given code.
	ErrUnknownArea = errors.New("no area of the territory has this code")
	// ErrZoom says that a zoom is below 0 or above MaxZoom.
	ErrZoom = fmt.Errorf("the zoom must lie between 0 and %d", MaxZoom)
	// ErrLevel says that a level is none of the four.
	ErrLevel = errors.New("the level must be LOCAL, COMUNE, PROVINCE or REGION")
)

// MaxZoom is the highest zoom that is answered. From 15 on borders show every
// vertex: simplifying would take away less than the data's own precision.
const MaxZoom = 30

// Registry is a territory in memory: immutable, safe for concurrent use.
type Registry struct {
	leaves  []Unit // by code
	locator index  // outline i belongs to leaf i
	arcs    []arc
	levels  []*level
	areas   map[string]bool // codes that "within" may name
	homes   map[string]home // where to find the boundary of a code
}

// home names a feature: its level and its number there.
type home struct{ level, feature int }

// NewRegistry builds a territory from its units, in any order.
//
// Locate works on the boundaries as they are. For display they are matched at
// 1e-7 degree: borders that neighbours draw with different vertices become one,
// a place that two leaves cover goes to the lower code, and gaps narrower than
// 2e-6 degree are closed. A leaf to which nothing is left by that is an error,
// as are codes missing or twice, parents unknown or without leaves, open rings,
// positions off the earth and a territory wider than 180 degrees. No error names
// anything but codes, names and positions.
func NewRegistry(units []Unit) (*Registry, error) {
	leaves, parents, err := sortUnits(units)
	if err != nil {
		return nil, err
	}
	r := &Registry{leaves: leaves, areas: map[string]bool{}, homes: map[string]home{}}
	outlines := make([]outline, len(leaves))
	lines := make([][]segment, len(leaves))
	for i, u := range leaves {
		outlines[i] = newOutline(ringEdges(u.Boundary))
		lines[i] = linework(u.Boundary)
	}
	r.locator = newIndex(outlines)
	if err := node(lines); err != nil {
		return nil, err
	}
	r.arcs = cutArcs(closeSlivers(cutArcs(findBorders(lines))))
	simplify(r.arcs)
	r.levels = r.newLevels(parents)
	for _, f := range r.levels[0].features {
		if len(f.shapes) == 0 {
			return nil, fmt.Errorf("%s (%s) has no place of its own: others with a lower code cover it, or it is narrower than 1e-7 degree", f.props.Code, f.props.Name)
		}
	}
	r.enter()
	return r, nil
}

// enter notes the codes of all levels; where two levels share a code (a comune
// without municipi) the finer one answers, with the same boundary.
func (r *Registry) enter() {
	for l, level := range r.levels {
		for i, f := range level.features {
			if _, known := r.homes[f.props.Code]; !known {
				r.homes[f.props.Code] = home{l, i}
			}
			for _, code := range f.within {
				r.areas[code] = true
			}
		}
	}
}

// Locate gives the code of the leaf that covers a point (longitude, latitude in
// degrees), just as ST_Covers decides in PostGIS: borders belong to the units
// they bound, and of several the lowest code wins. ok is false where no leaf is:
// at sea, in holes, off the earth.
func (r *Registry) Locate(p orb.Point) (code string, ok bool) {
	i := r.locator.first(p)
	if i == none {
		return "", false
	}
	return r.leaves[i].Code, true
}

// Boundary gives the boundary of a unit, province or region in degrees
// (EPSG:4326), outer rings counter-clockwise. Without zoom it is the exact one,
// as stored; it may be shared, so don't change it. With a zoom it meets its
// neighbours' boundaries at the same zoom. It fails with ErrUnknownArea or
// ErrZoom.
func (r *Registry) Boundary(code string, zoom *int) (orb.MultiPolygon, error) {
	at, known := r.homes[code]
	if !known {
		return nil, ErrUnknownArea
	}
	detail, err := detailOf(zoom)
	if err != nil {
		return nil, err
	}
	return r.levels[at.level].features[at.feature].boundary(r.arcs, detail), nil
}

// BoundaryJSON is Boundary as the finished bytes of a GeoJSON MultiPolygon. They
// are shared: don't change them.
func (r *Registry) BoundaryJSON(code string, zoom *int) ([]byte, error) {
	at, known := r.homes[code]
	if !known {
		return nil, ErrUnknownArea
	}
	detail, err := detailOf(zoom)
	if err != nil {
		return nil, err
	}
	c := r.levels[at.level].collection(r.arcs, detail)
	s := c.spans[at.feature]
	return c.body[s.geometry : s.geometry+s.length : s.geometry+s.length], nil
}

// FeatureCollection gives a level of the territory as the finished bytes of an
// RFC 7946 feature collection, in order of code. within, unless empty, keeps
// what lies in an area: the code of a region ("12"), a province ("058"), a
// comune ("058091": at LOCAL its municipi) or a municipio ("058091-01"); at a
// level coarser than the area the collection is empty. zoom works as for
// Boundary. Each feature has the code as its id and the properties code, name,
// kind, level, parent, provinceCode, provinceName, isSchematic, boundarySource;
// those that don't apply are null.
//
// It fails with ErrUnknownArea, ErrZoom or ErrLevel. The bytes are made once and
// shared: don't change them.
func (r *Registry) FeatureCollection(name Level, within string, zoom *int) ([]byte, error) {
	detail, err := detailOf(zoom)
	if err != nil {
		return nil, err
	}
	if within != "" && !r.areas[within] {
		return nil, ErrUnknownArea
	}
	for _, l := range r.levels {
		if l.name == name {
			return l.collection(r.arcs, detail).only(l.features, within), nil
		}
	}
	return nil, ErrLevel
}
