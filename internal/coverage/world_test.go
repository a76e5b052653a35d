package coverage

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Keys of the municipalities of the small world, in the order of their codes.
const (
	viterbo  = 1
	rome     = 2 // not local: its municipi are
	first    = 3
	second   = 4
	zagarolo = 5 // nobody knows how many live there
	aquila   = 6 // in another region
)

var locals = []int{viterbo, first, second, zagarolo, aquila}

func world() *needmap.Atlas {
	comune := func(id int, code, name, province, region string, residents *int) *needmap.Municipality {
		return &needmap.Municipality{
			ID: id, Code: code, Kind: needmap.KindComune, Name: name, ProvinceCode: province, ProvinceName: "P" + province,
			ProvinceAcronym: "X" + province[1:], RegionCode: region, RegionName: "R" + region,
			Population: residents, PopulationYear: new(2024), PopulationSource: new("ISTAT"), IsLocal: true,
		}
	}
	municipio := func(id int, code, name string, residents int) *needmap.Municipality {
		m := comune(id, code, name, "058", "12", &residents)
		m.Kind, m.ParentCode, m.PopulationYear, m.PopulationSource = needmap.KindMunicipio, "058091", new(2022), new("Roma Capitale")
		return m
	}
	whole := comune(rome, "058091", "Roma", "058", "12", new(150_000))
	whole.IsLocal = false
	return needmap.NewAtlas([]*needmap.Municipality{
		comune(viterbo, "056059", "Viterbo", "056", "12", new(60_000)), whole,
		municipio(first, "058091-01", "Municipio I", 100_000), municipio(second, "058091-02", "Municipio II", 50_000),
		comune(zagarolo, "058120", "Zagarolo", "058", "12", nil), comune(aquila, "066049", "L'Aquila", "066", "13", new(70_000)),
	})
}

// north is a point about so many metres north of the middle of the world.
func north(metres float64) *orb.Point { return &orb.Point{12.5, 41.9 + metres/111_070} }

// elderly is an open need of 10 elderly people in Municipio I, of any age and without
// a place, unless changed.
func elderly(id int64, changes ...func(*Need)) Need {
	n := Need{
		ID: id, MunicipalityID: first, Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Status: needmap.StatusReported,
		Severity: 3, ReportedOn: "2026-01-10", People: 10, Open: &Open{},
	}
	for _, change := range changes {
		change(&n)
	}
	if !n.Status.Open() {
		n.Open = nil
	} else {
		n.Open.People, n.Open.Answered = n.People, n.Answered
	}
	return n
}

func in(municipality int) func(*Need)             { return func(n *Need) { n.MunicipalityID = municipality } }
func of(field needmap.Field) func(*Need)          { return func(n *Need) { n.Field = field } }
func isNow(status needmap.NeedStatus) func(*Need) { return func(n *Need) { n.Status = status } }
func lasting(spans ...Span) func(*Need)           { return func(n *Need) { n.Spans = spans } }

func people(concerned, answered int) func(*Need) {
	return func(n *Need) { n.People, n.Answered = concerned, answered }
}

// placed puts a need at a point, and its cell's centre at another.
func placedAt(place, cell *orb.Point) func(*Need) {
	return func(n *Need) { n.Open.Place, n.Open.Cell = place, cell }
}

func at(place *orb.Point) func(*Need) { return placedAt(place, place) }

func aged(minimum, maximum *int) func(*Need) {
	return func(n *Need) { n.Open.MinimumAge, n.Open.MaximumAge = minimum, maximum }
}

func answer(service *int, people int, status needmap.ResponseStatus) func(*Need) {
	return func(n *Need) { n.Open.AddResponse(service, people, status) }
}

// home is an active service of 5 places for elderly people of any age, which serves
// Municipio I and has no place, unless changed.
func home(id int, changes ...func(*Service)) Service {
	s := Service{
		ID: id, Name: fmt.Sprint("home ", id), Field: needmap.FieldElderly, Status: needmap.ServiceActive, Capacity: 5,
		MunicipalityIDs: []int{first},
	}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func serving(ids ...int) func(*Service) { return func(s *Service) { s.MunicipalityIDs = ids } }
func full5(s *Service)                  { s.Held = 5 }

func being(status needmap.ServiceStatus) func(*Service) {
	return func(s *Service) { s.Status = status }
}

func located(place *orb.Point) func(*Service) { return func(s *Service) { s.Place = place } }

func within(place *orb.Point, metres int) func(*Service) {
	return func(s *Service) { s.Place, s.CatchmentMetres = place, &metres }
}

func forAges(minimum, maximum *int) func(*Service) {
	return func(s *Service) { s.MinimumAge, s.MaximumAge = minimum, maximum }
}

var everything = needmap.NeedCriteria{SeverityAtLeast: 1}

func boardOf(needs ...Need) *Board {
	b := NewBoard(len(needs))
	for _, n := range needs {
		b.Put(n)
	}
	return b
}

// viewOf settles a board for some services and looks at it under a filter.
func viewOf(b *Board, services []Service, c needmap.NeedCriteria, keys []int64) View {
	s := NewSupply(services).With(b.HeldPlaces)
	b.Settle(s, c.Cells)
	return NewView(b, s, c, keys)
}

func reportOf(tb rapid.TB, v View, level needmap.TerritoryLevel) *Report {
	tb.Helper()
	atlas := world()
	r, ok := v.Report(NewAreas(atlas, level, nil), atlas)
	if !ok {
		tb.Fatal("a municipality of the board is not in the world")
	}
	return r
}

// told puts into words all that a view gives: what is alike reads alike.
func told(tb rapid.TB, v View) string {
	tb.Helper()
	atlas := world()
	areas := NewAreas(atlas, needmap.LevelLocal, nil)
	r := reportOf(tb, v, needmap.LevelLocal)
	d, _ := v.Distances(areas, atlas)
	days, _ := v.NeedDays(areas, atlas, Period{day(0), day(60)}, day(40))
	return fmt.Sprintf("%+v\n%+v\n%+v\n%+v\n%+v\n%+v", r.Cells, r.ByArea, r.Fields, r.Total, d, days)
}

// ended are needs that are over, one in every municipality: a board knows these
// then.
func ended() (needs []Need) {
	for i, id := range locals {
		needs = append(needs, elderly(int64(9000+i), in(id), isNow(needmap.StatusMet)))
	}
	return needs
}

func TestWorld(t *testing.T) {
	for level, want := range map[needmap.TerritoryLevel]int{
		needmap.LevelLocal: 5, needmap.LevelComune: 4, needmap.LevelProvince: 3, needmap.LevelRegion: 2,
	} {
		if got := len(world().Areas(level)); got != want {
			t.Errorf("%s: %d areas, want %d", level, got, want)
		}
	}
}
