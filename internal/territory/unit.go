package territory

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Unit is one municipality as the database has it.
type Unit struct {
	Code           string // unique, e.g. "058091" or "058091-01"
	Kind           string // e.g. COMUNE or MUNICIPIO
	Name           string
	ParentCode     string // code of the comune that a municipio is part of, else ""
	ProvinceCode   string
	ProvinceName   string
	RegionCode     string // "" leaves the unit out of the REGION level
	RegionName     string
	BoundarySource string
	IsSchematic    bool
	// Local marks a leaf. Leaves make up the territory; any other unit is the
	// union of the leaves that name it as parent.
	Local bool
	// Boundary is the exact boundary in degrees (EPSG:4326, longitude first),
	// wound either way. A leaf needs one; for other units it may be empty. It is
	// kept, not copied: don't change it afterwards.
	Boundary orb.MultiPolygon
}

// sortUnits checks the units and gives the leaves and the others by code.
func sortUnits(units []Unit) (leaves, parents []Unit, err error) {
	units = slices.Clone(units)
	slices.SortFunc(units, func(u, v Unit) int { return strings.Compare(u.Code, v.Code) })
	bound := emptyBound()
	for i, u := range units {
		if u.Code == "" {
			return nil, nil, fmt.Errorf("the unit %q has no code", u.Name)
		}
		if i > 0 && u.Code == units[i-1].Code {
			return nil, nil, fmt.Errorf("the code %s is there twice", u.Code)
		}
		if err := checkBoundary(u); err != nil {
			return nil, nil, err
		}
		if len(u.Boundary) > 0 {
			bound = bound.Union(u.Boundary.Bound())
		}
		if u.Local {
			leaves = append(leaves, u)
		} else {
			parents = append(parents, u)
		}
	}
	if bound.Max[0]-bound.Min[0] > 180 {
		return nil, nil, errors.New("the territory is wider than 180 degrees of longitude")
	}
	return leaves, parents, checkParents(leaves, parents)
}

func checkBoundary(u Unit) error {
	if u.Local && len(u.Boundary) == 0 {
		return fmt.Errorf("%s (%s) is local and has no boundary", u.Code, u.Name)
	}
	for _, polygon := range u.Boundary {
		for _, ring := range polygon {
			for _, p := range ring {
				if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
					return fmt.Errorf("%s (%s) has the position [%v, %v], which is not on the earth", u.Code, u.Name, p[0], p[1])
				}
			}
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return fmt.Errorf("%s (%s) has a ring that is not closed or has fewer than four positions", u.Code, u.Name)
			}
		}
	}
	return nil
}

func checkParents(leaves, parents []Unit) error {
	children := map[string]int{}
	for _, p := range parents {
		children[p.Code] = 0
	}
	for _, l := range leaves {
		if _, known := children[l.ParentCode]; !known && l.ParentCode != "" {
			return fmt.Errorf("%s (%s) is part of %s, which is not a parent in the territory", l.Code, l.Name, l.ParentCode)
		}
		children[l.ParentCode]++
	}
	for _, p := range parents {
		if children[p.Code] == 0 {
			return fmt.Errorf("%s (%s) is not local and nothing is part of it", p.Code, p.Name)
		}
	}
	return nil
}

// linework is a boundary as segments on the lattice.
func linework(mp orb.MultiPolygon) []segment {
	var out []segment
	for _, polygon := range mp {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				if p, q := snap(ring[i-1]), snap(ring[i]); p != q {
					out = append(out, newSegment(p, q))
				}
			}
		}
	}
	return out
}
