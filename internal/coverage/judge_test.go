package coverage

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

type judged struct {
	name     string
	need     []func(*Need)
	services []Service
	want     Reason
}

// refusedBy makes services decline.
func refusedBy(ids ...int) func(*Need) {
	return func(n *Need) {
		for _, id := range ids {
			n.Open.AddResponse(&id, 1, needmap.ResponseDeclined)
		}
	}
}

var candidateCases = []judged{
	{"nothing there", nil, nil, NoService},
	{"another field", nil, []Service{home(1, func(s *Service) { s.Field = needmap.FieldMinors })}, NoService},
	{"another municipality", nil, []Service{home(1, serving(second))}, NoService},
	{"planned", nil, []Service{home(1, being(needmap.ServicePlanned))}, NoService},
	{"closed", nil, []Service{home(1, being(needmap.ServiceClosed))}, NoService},
	{"names the municipality", nil, []Service{home(1)}, NotYetHandled},
	{"catchment over a need without a place", nil, []Service{home(1, serving(second), within(north(0), 9000))}, NoService},
	{
		"names the municipality, catchment without a place of its own",
		[]func(*Need){at(north(9000))},
		[]Service{home(1, func(s *Service) { s.CatchmentMetres = new(100) })}, NotYetHandled,
	},
	{"names the municipality, no catchment, far", []func(*Need){at(north(90_000))}, []Service{home(1, located(north(0)))}, NotYetHandled},
	{"named but beyond the catchment", []func(*Need){at(north(9000))}, []Service{home(1, within(north(0), 8000))}, OutOfReach},
	{"named and within the catchment", []func(*Need){at(north(9000))}, []Service{home(1, within(north(0), 9500))}, NotYetHandled},
	{"named, no place of the need", nil, []Service{home(1, within(north(0), 1))}, NotYetHandled},
	{"not named but within the catchment", []func(*Need){at(north(9000))}, []Service{home(1, serving(second), within(north(0), 9500))}, NotYetHandled},
	{"not named and beyond", []func(*Need){at(north(9000))}, []Service{home(1, serving(), within(north(0), 8000))}, NoService},
	{"wide catchment", []func(*Need){at(north(65_000))}, []Service{home(1, serving(), within(north(0), 66_000))}, NotYetHandled},
	{"beyond a wide catchment", []func(*Need){at(north(67_000))}, []Service{home(1, serving(), within(north(0), 66_000))}, NoService},
	{"beyond a wide catchment, named", []func(*Need){at(north(67_000))}, []Service{home(1, within(north(0), 66_000))}, OutOfReach},
	{
		"a second without a candidate's faults",
		[]func(*Need){at(north(9000))}, []Service{home(1, within(north(0), 8000)), home(2)}, NotYetHandled,
	},
}

var constraintCases = []judged{
	{"too old", []func(*Need){aged(new(70), new(80))}, []Service{home(1, forAges(nil, new(69)))}, NotEligible},
	{"just young enough", []func(*Need){aged(new(69), new(80))}, []Service{home(1, forAges(nil, new(69)))}, NotYetHandled},
	{"too young", []func(*Need){aged(new(3), new(17))}, []Service{home(1, forAges(new(18), nil))}, NotEligible},
	{"just old enough", []func(*Need){aged(new(3), new(18))}, []Service{home(1, forAges(new(18), nil))}, NotYetHandled},
	{"ages unknown", nil, []Service{home(1, forAges(new(18), new(20)))}, NotYetHandled},
	{"youngest known, above", []func(*Need){aged(new(70), nil)}, []Service{home(1, forAges(new(18), new(60)))}, NotEligible},
	{"youngest known, oldest may fit", []func(*Need){aged(new(3), nil)}, []Service{home(1, forAges(new(18), new(60)))}, NotYetHandled},
	{"oldest known, below", []func(*Need){aged(nil, new(9))}, []Service{home(1, forAges(new(18), nil))}, NotEligible},
	{"out of reach comes before ages", []func(*Need){at(north(9000)), aged(new(70), nil)}, []Service{home(1, within(north(0), 8000), forAges(nil, new(60)))}, OutOfReach},
	{"full", nil, []Service{home(1, full5)}, Full},
	{"more promised than there is", nil, []Service{home(1, func(s *Service) { s.Held = 9 })}, Full},
	{"no capacity", nil, []Service{home(1, func(s *Service) { s.Capacity = 0 })}, Full},
	{"ages come before full", []func(*Need){aged(new(70), nil)}, []Service{home(1, full5, forAges(nil, new(60)))}, NotEligible},
	{"full comes before suspended", nil, []Service{home(1, full5, being(needmap.ServiceSuspended))}, Full},
	{"suspended", nil, []Service{home(1, being(needmap.ServiceSuspended))}, Suspended},
	{"one full, one suspended", nil, []Service{home(1, full5), home(2, being(needmap.ServiceSuspended))}, Suspended},
	{"suspended and declined", []func(*Need){refusedBy(1)}, []Service{home(1, being(needmap.ServiceSuspended))}, Suspended},
	{"the only one declined", []func(*Need){refusedBy(1)}, []Service{home(1)}, Declined},
	{"one of two declined", []func(*Need){refusedBy(1)}, []Service{home(1), home(2)}, NotYetHandled},
	{"both declined", []func(*Need){refusedBy(1, 2)}, []Service{home(1), home(2)}, Declined},
	{"one declined, the other full", []func(*Need){refusedBy(1)}, []Service{home(1), home(2, full5)}, Declined},
	{"one declined that is no candidate", []func(*Need){refusedBy(7)}, []Service{home(1, full5)}, Full},
}

func TestReason(t *testing.T) {
	for _, c := range append(candidateCases, constraintCases...) {
		b, supply := boardOf(elderly(1, c.need...)), NewSupply(c.services)
		b.Settle(supply, false)
		r := reportOf(t, NewView(b, supply, everything, nil), needmap.LevelLocal)
		for i, people := range r.Total.Reasons {
			if want := map[bool]int{true: 10}[Reasons[i] == c.want]; people != want {
				t.Errorf("%s: %d people %s, want %d", c.name, people, Reasons[i], want)
			}
		}
	}
}

// TestReasonOfTheRest: of 10 people 2 have an answer. Those with a promise wait for
// it, and the others are judged.
func TestReasonOfTheRest(t *testing.T) {
	for _, c := range []struct {
		name                    string
		promised                int
		noService, handled, sum int
	}{
		{"none promised", 0, 8, 0, 0},
		{"some promised", 3, 5, 3, 3},
		{"all promised", 8, 0, 8, 8},
		{"more promised than are left", 12, 0, 8, 8},
	} {
		n := elderly(1, people(10, 2), answer(nil, c.promised, needmap.ResponseAccepted))
		f := reportOf(t, viewOf(boardOf(n), nil, everything, nil), needmap.LevelLocal).Total
		if f.Reasons[noService] != c.noService || f.Reasons[notYetHandled] != c.handled || f.Promised != c.sum || f.Gap() != 8 {
			t.Errorf("%s: %+v", c.name, f)
		}
		if f.Stuck() != c.noService {
			t.Errorf("%s: %d stuck, want %d", c.name, f.Stuck(), c.noService)
		}
	}
}

// TestReasonByCell: who sees cells sees reasons by the cell.
func TestReasonByCell(t *testing.T) {
	b := boardOf(elderly(1, placedAt(north(900), north(1100))))
	services := []Service{home(1, within(north(0), 1000))}
	exact := viewOf(b, services, everything, nil)
	byCell := viewOf(b, services, needmap.NeedCriteria{Access: needmap.Access{Cells: true}, SeverityAtLeast: 1}, nil)
	if got := reportOf(t, exact, needmap.LevelLocal).Total.Reasons[notYetHandled]; got != 10 || exact.Cells() {
		t.Errorf("by place: %d people not yet handled, want 10", got)
	}
	if got := reportOf(t, byCell, needmap.LevelLocal).Total.Reasons[outOfReach]; got != 10 || !byCell.Cells() {
		t.Errorf("by cell: %d people out of reach, want 10", got)
	}
}

// TestNearest: only an active service of the field with a free place that serves the
// ages counts; whom it serves by municipality or catchment does not.
func TestNearest(t *testing.T) {
	none := math.NaN()
	far := home(9, serving(aquila), located(north(5000)))
	for _, c := range []struct {
		name     string
		need     []func(*Need)
		services []Service
		want     float64
	}{
		{"nothing there", []func(*Need){at(north(0))}, nil, none},
		{"no place of the need", nil, []Service{far}, none},
		{"no place of the service", []func(*Need){at(north(0))}, []Service{home(1)}, none},
		{"the only one", []func(*Need){at(north(0))}, []Service{far}, 5000},
		{"nearer", []func(*Need){at(north(0))}, []Service{far, home(1, located(north(1000)))}, 1000},
		{"nearer but full", []func(*Need){at(north(0))}, []Service{far, home(1, located(north(1000)), full5)}, 5000},
		{"nearer but suspended", []func(*Need){at(north(0))}, []Service{far, home(1, located(north(1000)), being(needmap.ServiceSuspended))}, 5000},
		{"nearer, for others", []func(*Need){at(north(0)), aged(new(70), nil)}, []Service{far, home(1, located(north(1000)), forAges(nil, new(60)))}, 5000},
		{"nearer, for others, and nothing else", []func(*Need){at(north(0)), aged(new(70), nil)}, []Service{home(1, located(north(1000)), forAges(nil, new(60)))}, none},
		{"at hand", []func(*Need){at(north(5000))}, []Service{far}, 0},
	} {
		b, supply := boardOf(elderly(1, c.need...)), NewSupply(c.services)
		b.Settle(supply, false)
		atlas := world()
		d, _ := NewView(b, supply, everything, nil).Distances(NewAreas(atlas, needmap.LevelLocal, nil), atlas)
		got := d.Total
		if math.IsNaN(c.want) != (got.Needs == 0) || math.Abs(got.Median-c.want) > 20 || got.Median != got.P90 && got.Needs > 0 {
			t.Errorf("%s: %+v, want %g m", c.name, got, c.want)
		}
	}
}

// couldTake tells by the words of the documentation, and not by the index, how far a
// service comes for a need: it is no candidate, out of reach, for others, or could.
func couldTake(s Service, n Need, cells bool) (candidate, reached, ages bool) {
	if s.Field != n.Field || !s.exists() {
		return false, false, false
	}
	named, place := (&supplier{Service: s}).names(n.MunicipalityID), n.Open.Place
	if cells {
		place = n.Open.Cell
	}
	hasCatchment := s.Place != nil && s.CatchmentMetres != nil
	inside := hasCatchment && place != nil && Distance(*s.Place, *place) <= float64(*s.CatchmentMetres)
	or := func(age *int, otherwise int) int {
		if age == nil {
			return otherwise
		}
		return *age
	}
	ages = or(n.Open.MinimumAge, 0) <= or(s.MaximumAge, needmap.MaxAge) && or(n.Open.MaximumAge, needmap.MaxAge) >= or(s.MinimumAge, 0)
	return named || inside, inside || named && (place == nil || !hasCatchment), ages
}

// plainReason puts candidates aside constraint by constraint.
func plainReason(services []Service, n Need, cells bool) Reason {
	passed := make([]bool, reasonCount) // whether a candidate comes past a constraint
	for _, s := range services {
		candidate, reached, ages := couldTake(s, n, cells)
		refused := false
		for _, id := range n.Open.Declined {
			refused = refused || id == s.ID
		}
		left := true
		for k, passes := range []bool{candidate, reached, ages, s.Held < s.Capacity, s.Status == needmap.ServiceActive, !refused} {
			left = left && passes
			passed[k] = passed[k] || left
		}
	}
	for k := range notYetHandled {
		if !passed[k] {
			return Reasons[k]
		}
	}
	return NotYetHandled
}

func TestReasonIsThePlainOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, services := drawNeed(t, 1), drawServices(t)
		if !n.Status.Open() {
			n.Status, n.Open = needmap.StatusReported, drawOpen(t, n.People, n.Answered)
		}
		for _, cells := range []bool{false, true} {
			v := viewOf(boardOf(n), services, needmap.NeedCriteria{Access: needmap.Access{Cells: cells}, SeverityAtLeast: 1}, nil)
			got := Reasons[v.board.open[0].judged[modeOf(cells)].reason]
			if want := plainReason(v.Services(), n, cells); got != want {
				t.Fatalf("cells %v: %s, want %s", cells, got, want)
			}
		}
	})
}

// TestCellsAround: every point of a disc lies in a listed cell of the grid.
func TestCellsAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-80, 80)
		p := orb.Point{rapid.Float64Range(5, 20).Draw(t, "lon"), lat.Draw(t, "lat")}
		metres := rapid.Float64Range(1, wideMetres).Draw(t, "metres")
		q := orb.Point{p[0] + rapid.Float64Range(-4, 4).Draw(t, "east"), p[1] + rapid.Float64Range(-0.6, 0.6).Draw(t, "up")}
		listed := false
		for _, cell := range cellsAround(p, metres) {
			listed = listed || cell == cellOf(q)
		}
		if Distance(p, q) <= metres && !listed {
			t.Fatalf("%v is %g m from %v, and its cell is not listed", q, Distance(p, q), p)
		}
	})
}
