package needmap

import (
	"slices"

	"github.com/paulmach/orb"
)

// Municipality is a unit of territory that needs are counted in: an ISTAT
// comune (six-digit code, "058091") or a municipio of Rome ("058091-01").
type Municipality struct {
	ID               int    // database key, never shown
	Code             string // ISTAT code; for a municipio the comune's code, a hyphen and two digits
	Kind             MunicipalityKind
	Name             string
	ParentCode       string // "" for a comune
	ProvinceCode     string // ISTAT code, three digits
	ProvinceName     string
	ProvinceAcronym  string // two letters, "RM"
	RegionCode       string // ISTAT code, two digits
	RegionName       string
	Population       *int // residents, nil when unknown
	PopulationYear   *int
	PopulationSource *string
	AreaKm2          float64   // on the ellipsoid
	Centroid         orb.Point // inside the boundary; EPSG:4326, lon/lat
	BoundarySource   string
	IsSchematic      bool // a Thiessen cell of the demo, not an official boundary
	IsLocal          bool // a leaf, in which needs are counted
}

// Area is a unit of any territory level: what a cell of the need map stands for.
type Area struct {
	Code  string
	Name  string
	Level TerritoryLevel
}

// Atlas is an immutable snapshot of the municipalities, for look-ups by code and
// for adding leaves up to a level. It is safe for concurrent use.
type Atlas struct {
	all      []*Municipality
	byCode   map[string]*Municipality
	byID     map[int]*Municipality
	children map[string][]*Municipality
	leaves   map[string][]*Municipality // by municipality, province or region code, or province acronym
	within   map[string][]*Municipality // the same with the comuni that have municipi
	areas    map[TerritoryLevel][]Area
}

// NewAtlas indexes municipalities; they are to be ordered by code.
func NewAtlas(all []*Municipality) *Atlas {
	a := &Atlas{
		all:      all,
		byCode:   make(map[string]*Municipality, len(all)),
		byID:     make(map[int]*Municipality, len(all)),
		children: map[string][]*Municipality{},
		leaves:   map[string][]*Municipality{},
		within:   map[string][]*Municipality{},
		areas:    map[TerritoryLevel][]Area{},
	}
	seen := map[Area]bool{}
	for _, m := range all {
		a.byCode[m.Code], a.byID[m.ID] = m, m
		if m.ParentCode != "" {
			a.children[m.ParentCode] = append(a.children[m.ParentCode], m)
		}
		for _, code := range m.ancestry() {
			a.within[code] = append(a.within[code], m)
			if m.IsLocal {
				a.leaves[code] = append(a.leaves[code], m)
			}
		}
		for _, area := range m.areas() {
			if !seen[area] {
				seen[area] = true
				a.areas[area.Level] = append(a.areas[area.Level], area)
			}
		}
	}
	return a
}

// ancestry lists every code that stands for this municipality in a filter.
func (m *Municipality) ancestry() []string {
	codes := []string{m.Code}
	for _, code := range []string{m.ParentCode, m.ProvinceCode, m.ProvinceAcronym, m.RegionCode} {
		if code != "" {
			codes = append(codes, code)
		}
	}
	return codes
}

// areas lists the areas, one a level at the most, that this municipality brings.
func (m *Municipality) areas() []Area {
	var areas []Area
	if m.IsLocal {
		areas = append(areas, Area{m.Code, m.Name, LevelLocal})
	}
	if m.Kind == KindComune {
		areas = append(areas, Area{m.Code, m.Name, LevelComune})
	}
	return append(areas, Area{m.ProvinceCode, m.ProvinceName, LevelProvince}, Area{m.RegionCode, m.RegionName, LevelRegion})
}

// AreaCode gives the code of the area of a level that holds a leaf.
func (m *Municipality) AreaCode(level TerritoryLevel) string {
	switch level {
	case LevelComune:
		if m.ParentCode != "" {
			return m.ParentCode
		}
		return m.Code
	case LevelProvince:
		return m.ProvinceCode
	case LevelRegion:
		return m.RegionCode
	}
	return m.Code
}

// All gives every municipality, ordered by code.
func (a *Atlas) All() []*Municipality { return a.all }

// ByCode finds a municipality by its code.
func (a *Atlas) ByCode(code string) (*Municipality, bool) {
	m, ok := a.byCode[code]
	return m, ok
}

// ByID finds a municipality by its database key.
func (a *Atlas) ByID(id int) (*Municipality, bool) {
	m, ok := a.byID[id]
	return m, ok
}

// Children gives the municipi of a comune, ordered by code.
func (a *Atlas) Children(code string) []*Municipality { return a.children[code] }

// Areas gives the areas of a level, in the order of the municipalities' codes.
func (a *Atlas) Areas(level TerritoryLevel) []Area { return a.areas[level] }

// AreaCode gives the ISTAT code that a code or province acronym stands for. An
// unknown code is INVALID, naming field.
func (a *Atlas) AreaCode(field, code string) (string, error) {
	leaves, err := a.Leaves(field, code)
	if err != nil {
		return "", err
	}
	if code == leaves[0].ProvinceAcronym {
		return leaves[0].ProvinceCode, nil
	}
	return code, nil
}

// Within gives the municipalities that a code stands for in a filter: its leaves,
// and comuni that have municipi, since a seat or a need without a place may be
// known by its comune only. An unknown code is INVALID, naming field.
func (a *Atlas) Within(field, code string) ([]*Municipality, error) {
	if all, ok := a.within[code]; ok {
		return all, nil
	}
	return nil, Invalid(field, "there is no municipality, province or region with code %q", shorten(code))
}

// LeavesOf gives the keys of the local municipalities that some codes stand for, each
// once. Too many codes, and an unknown one, are INVALID, naming field.
func (a *Atlas) LeavesOf(field string, codes []string) ([]int, error) {
	if len(codes) > maxCodes {
		return nil, Invalid(field, "at most %d codes, not %d; a province or region stands for all of its own", maxCodes, len(codes))
	}
	ids := []int{}
	for _, code := range codes {
		leaves, err := a.Leaves(field, code)
		if err != nil {
			return nil, err
		}
		for _, m := range leaves {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// Leaves gives the local municipalities that a code stands for: itself, the
// municipi of a comune, or all of a province ("058" or "RM") or region ("12").
// An unknown code is INVALID, naming field.
func (a *Atlas) Leaves(field, code string) ([]*Municipality, error) {
	if leaves, ok := a.leaves[code]; ok {
		return leaves, nil
	}
	return nil, Invalid(field, "there is no municipality, province or region with code %q", shorten(code))
}
