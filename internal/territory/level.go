package territory

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
)

// Level is how far the leaves are put together.
type Level string

// The levels, from the finest: leaves, comuni, provinces, regions.
const (
	LevelLocal    Level = "LOCAL"
	LevelComune   Level = "COMUNE"
	LevelProvince Level = "PROVINCE"
	LevelRegion   Level = "REGION"
)

const (
	exact   = allPoints + 1 // detail of the boundaries as stored
	details = exact + 1
)

// detailOf turns an optional zoom into a detail: 0 to finestZoom, allPoints or
// exact.
func detailOf(zoom *int) (int, error) {
	switch {
	case zoom == nil:
		return exact, nil
	case *zoom < 0 || *zoom > MaxZoom:
		return 0, ErrZoom
	}
	return min(*zoom, allPoints), nil
}

// level holds the features of one level and, as they are asked for, their bytes.
type level struct {
	name     Level
	features []feature
	once     [details]sync.Once
	made     [details]*collection
}

// feature is one area of a level.
type feature struct {
	props  properties
	within []string         // codes of the areas it lies in, its own included
	shapes []shape          // its polygons, made of arcs
	exact  orb.MultiPolygon // as stored; empty if it has to be put together
}

// properties are the GeoJSON properties of a feature.
type properties struct {
	Code           string  `json:"code"`
	Name           string  `json:"name"`
	Kind           string  `json:"kind"`
	Level          Level   `json:"level"`
	Parent         *string `json:"parent"`
	ProvinceCode   *string `json:"provinceCode"`
	ProvinceName   *string `json:"provinceName"`
	IsSchematic    bool    `json:"isSchematic"`
	BoundarySource string  `json:"boundarySource"`
}

// boundary gives the feature's polygons at a detail.
func (f *feature) boundary(arcs []arc, detail int) orb.MultiPolygon {
	if detail == exact && len(f.exact) > 0 {
		return f.exact
	}
	out := make(orb.MultiPolygon, len(f.shapes))
	for i, s := range f.shapes {
		out[i] = make(orb.Polygon, len(s))
		for j, half := range s {
			points := ringPoints(arcs, half, min(detail, allPoints))
			ring := make(orb.Ring, len(points))
			for k, p := range points {
				ring[k] = p.point()
			}
			out[i][j] = ring
		}
	}
	return out
}

// newLevels puts the leaves together into the four levels.
func (r *Registry) newLevels(parents []Unit) []*level {
	byCode := map[string]Unit{}
	for _, u := range parents {
		byCode[u.Code] = u
	}
	comune := func(u Unit) Unit {
		if p, ok := byCode[u.ParentCode]; ok {
			return p
		}
		return u
	}
	return []*level{
		r.newLevel(LevelLocal, func(u Unit) feature { return unitFeature(u, comune(u).Code) }),
		r.newLevel(LevelComune, func(u Unit) feature { return unitFeature(comune(u)) }),
		r.newLevel(LevelProvince, func(u Unit) feature {
			return areaFeature(u.ProvinceCode, u.ProvinceName, u, u.RegionCode)
		}),
		r.newLevel(LevelRegion, func(u Unit) feature {
			f := areaFeature(u.RegionCode, u.RegionName, u)
			f.props.ProvinceCode, f.props.ProvinceName = nil, nil
			return f
		}),
	}
}

// unitFeature describes a municipality; also are further areas it lies in.
func unitFeature(u Unit, also ...string) feature {
	return feature{
		props: properties{
			Code: u.Code, Name: u.Name, Kind: u.Kind, Parent: optional(u.ParentCode),
			ProvinceCode: optional(u.ProvinceCode), ProvinceName: optional(u.ProvinceName),
			IsSchematic: u.IsSchematic, BoundarySource: u.BoundarySource,
		},
		within: append(also, u.Code, u.ProvinceCode, u.RegionCode),
		exact:  rewound(u.Boundary),
	}
}

// areaFeature describes a province or region as one of its leaves knows it.
func areaFeature(code, name string, leaf Unit, also ...string) feature {
	return feature{
		props: properties{
			Code: code, Name: name,
			ProvinceCode: optional(leaf.ProvinceCode), ProvinceName: optional(leaf.ProvinceName),
			IsSchematic: leaf.IsSchematic, BoundarySource: leaf.BoundarySource,
		},
		within: append(also, code),
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// newLevel makes one feature of all leaves that describe gives the same code;
// leaves without a code are left out.
func (r *Registry) newLevel(name Level, describe func(leaf Unit) feature) *level {
	groups := map[string]feature{}
	sources := map[string]map[string]bool{}
	codes := make([]string, len(r.leaves))
	for i, u := range r.leaves {
		f := describe(u)
		code := f.props.Code
		codes[i] = code
		if first, known := groups[code]; known {
			f.props.IsSchematic = f.props.IsSchematic || first.props.IsSchematic
		} else {
			sources[code] = map[string]bool{}
		}
		sources[code][f.props.BoundarySource] = true
		groups[code] = f
	}
	delete(groups, "")
	number := map[string]int32{"": none}
	l := &level{name: name}
	for _, code := range slices.Sorted(maps.Keys(groups)) {
		f := groups[code]
		f.props.Level = name
		if f.props.Kind == "" {
			f.props.Kind = string(name)
		}
		f.props.BoundarySource = strings.Join(slices.Sorted(maps.Keys(sources[code])), "; ")
		f.within = slices.DeleteFunc(f.within, func(code string) bool { return code == "" })
		number[code] = int32(len(l.features))
		l.features = append(l.features, f)
	}
	shapes := link(r.arcs, len(l.features), func(unit int32) int32 {
		if unit == none {
			return none
		}
		return number[codes[unit]]
	})
	for i := range l.features {
		l.features[i].shapes = shapes[i]
	}
	return l
}
