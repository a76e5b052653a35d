package coverage

import (
	"slices"
	"strings"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Areas are the areas of a level with their residents, for which figures are made.
type Areas struct {
	List    []Area
	level   needmap.TerritoryLevel
	numbers map[int]int // of the area that holds a local municipality, by its key
}

// Area is an area and who lives there.
type Area struct {
	needmap.Area
	MunicipalityIDs []int // its leaves, and a comune that has them, as far as they are asked for
	Denominator     Denominator
	partial         bool // for a caller who may not see the rest of it
}

// Denominator is a number of residents with its year and source.
type Denominator struct {
	People   *int   // nil when it is not known of a part
	YearFrom *int   // of the oldest part
	YearTo   *int   // of the newest
	Source   string // of all parts, "; " between them; "" when unknown
}

// NewAreas gives the areas of a level that hold some municipalities, and of each
// area the part that these are: its residents are theirs, as the figures are. nil
// is for all municipalities.
func NewAreas(atlas *needmap.Atlas, level needmap.TerritoryLevel, municipalityIDs []int) *Areas {
	a := &Areas{level: level, numbers: map[int]int{}}
	wanted := map[string]bool{}
	for _, id := range municipalityIDs {
		if m, ok := atlas.ByID(id); ok {
			wanted[m.AreaCode(level)] = true
		}
	}
	numbers := map[string]int{}
	for _, area := range atlas.Areas(level) {
		if municipalityIDs == nil || wanted[area.Code] {
			numbers[area.Code] = len(a.List)
			a.List = append(a.List, Area{Area: area})
		}
	}
	parts := make([][]*needmap.Municipality, len(a.List))
	for _, m := range atlas.All() {
		i, ok := numbers[m.AreaCode(level)]
		if !ok || level == needmap.LevelLocal && !m.IsLocal || municipalityIDs != nil && !slices.Contains(municipalityIDs, m.ID) {
			continue
		}
		a.numbers[m.ID] = i
		a.List[i].MunicipalityIDs = append(a.List[i].MunicipalityIDs, m.ID)
		if m.IsLocal {
			parts[i] = append(parts[i], m)
		}
	}
	for i := range a.List {
		a.List[i].Denominator = denominatorOf(parts[i])
	}
	return a
}

// markParts marks the areas that the municipalities asked for are only a part of.
func (a *Areas) markParts(atlas *needmap.Atlas) {
	for _, m := range atlas.All() {
		if _, asked := a.numbers[m.ID]; asked || a.level == needmap.LevelLocal || !m.IsLocal {
			continue
		}
		for i := range a.List {
			if a.List[i].Code == m.AreaCode(a.level) {
				a.List[i].partial = true
			}
		}
	}
}

// Number gives the number in List of the area that holds a municipality.
func (a *Areas) Number(municipalityID int) (int, bool) {
	i, ok := a.numbers[municipalityID]
	return i, ok
}

func (a *Areas) holds(municipalityID int) bool {
	_, ok := a.numbers[municipalityID]
	return ok
}

// Together is the denominator of all areas.
func (a *Areas) Together(atlas *needmap.Atlas) Denominator {
	var all []*needmap.Municipality
	for _, area := range a.List {
		for _, id := range area.MunicipalityIDs {
			if m, ok := atlas.ByID(id); ok && m.IsLocal {
				all = append(all, m)
			}
		}
	}
	return denominatorOf(all)
}

// denominatorOf adds up residents: unknown where they are not known of a part.
func denominatorOf(parts []*needmap.Municipality) Denominator {
	var d Denominator
	people := 0
	var sources []string
	for _, m := range parts {
		if m.Population == nil {
			return Denominator{}
		}
		people += *m.Population
		if y := m.PopulationYear; y != nil {
			if d.YearFrom == nil || *y < *d.YearFrom {
				d.YearFrom = y
			}
			if d.YearTo == nil || *y > *d.YearTo {
				d.YearTo = y
			}
		}
		if s := m.PopulationSource; s != nil && !slices.Contains(sources, *s) {
			sources = append(sources, *s)
		}
	}
	if len(parts) > 0 {
		d.People = &people
	}
	slices.Sort(sources)
	d.Source = strings.Join(sources, "; ")
	return d
}
