package demo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// squares is a territory of all local units as little squares around their
// points: enough to generate over without a database.
func squares(t testing.TB) ([]*needmap.Municipality, []orb.MultiPolygon) {
	t.Helper()
	units, err := demo.Territory()
	if err != nil {
		t.Fatal(err)
	}
	boundaries := make([]orb.MultiPolygon, len(units))
	for i, u := range units {
		u.ID = i + 1
		boundaries[i] = orb.MultiPolygon{geo.NewBoundAroundPoint(u.Centroid, 3000).ToPolygon()}
	}
	return units, boundaries
}

func world(t testing.TB, seed uint64) *demo.World {
	t.Helper()
	units, boundaries := squares(t)
	w, err := demo.NewWorld(seed, units, boundaries)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTerritory(t *testing.T) {
	units, err := demo.Territory()
	if err != nil {
		t.Fatal(err)
	}
	comuni, municipi, local := 0, 0, 0
	for i, u := range units {
		if u.Kind == needmap.KindComune {
			comuni++
		} else if municipi++; u.ParentCode != "058091" {
			t.Errorf("%s: parent %q, want 058091", u.Code, u.ParentCode)
		}
		if u.IsLocal {
			local++
		}
		if i > 0 && units[i-1].Code >= u.Code {
			t.Errorf("%s comes after %s", u.Code, units[i-1].Code)
		}
		if !u.IsSchematic || u.BoundarySource != demo.BoundarySource {
			t.Errorf("%s is not marked schematic", u.Code)
		}
	}
	if comuni != 378 || municipi != 15 || local != 377+15 {
		t.Errorf("%d comuni, %d municipi, %d local; want 378, 15, 392", comuni, municipi, local)
	}
	rome := units[slices.IndexFunc(units, func(u *needmap.Municipality) bool { return u.Code == "058091" })]
	if rome.IsLocal || rome.ProvinceAcronym != "RM" || rome.ProvinceCode != "058" || *rome.Population != 2_617_175 {
		t.Errorf("Rome: %+v", rome)
	}
}

// TestNetworkTotals holds the demo to what the network publishes of itself.
func TestNetworkTotals(t *testing.T) {
	for _, seed := range []uint64{0, 1, 77} {
		n := demo.NewNetwork(world(t, seed))
		cooperatives, volunteers, operators := 0, 0, 0
		for i, o := range n.Organisations {
			if o.IsCooperative {
				cooperatives++
			}
			if volunteers += o.Volunteers; !o.IsSynthetic || o.ID != i+1 || o.FiscalCode != nil {
				t.Errorf("organisation %d: %+v", i+1, o)
			}
		}
		trades := map[int]bool{}
		for _, s := range n.Specialists {
			operators += s.Operators
			trades[s.SpecialisationID] = true
		}
		got := []int{cooperatives, len(n.Organisations) - cooperatives, operators, len(trades), len(n.Specialisations), volunteers}
		if want := []int{10, 676, 2300, 48, 48, 500}; !slices.Equal(got, want) {
			t.Errorf("seed %d: cooperatives, partners, operators, trades used, trades, volunteers: %v, want %v", seed, got, want)
		}
		people := map[needmap.Field]int{}
		for _, s := range n.Services {
			people[s.Field] += s.PeopleReached
		}
		for field, want := range map[needmap.Field]int{
			needmap.FieldMinors: 3464, needmap.FieldDisability: 2142, needmap.FieldElderly: 1139,
			needmap.FieldAdultsAndFamilies: 13570, needmap.FieldCultureAgriculture: 147,
		} {
			if people[field] != want {
				t.Errorf("seed %d, %s: %d people reached, want %d", seed, field, people[field], want)
			}
		}
	}
}

func TestPartners(t *testing.T) {
	n := demo.NewNetwork(world(t, 1))
	slugs, partners := map[string]bool{}, map[int]int{}
	for _, o := range n.Organisations {
		slugs[o.Slug] = true
	}
	if len(slugs) != 686 {
		t.Errorf("%d slugs for 686 organisations", len(slugs))
	}
	for _, p := range n.Partnerships {
		partners[p.PartnerID]++
		if p.CooperativeID < 1 || p.CooperativeID > 10 || p.PartnerID <= 10 {
			t.Errorf("partnership %+v", p)
		}
	}
	for id := 11; id <= 686; id++ {
		if c := partners[id]; c < 1 || c > 3 {
			t.Errorf("partner %d has %d cooperatives, want 1 to 3", id, c)
		}
	}
}

func TestServices(t *testing.T) {
	n := demo.NewNetwork(world(t, 1))
	areas := map[int]int{}
	for _, a := range n.ServiceAreas {
		areas[a.ServiceID]++
	}
	statuses := map[needmap.ServiceStatus]int{}
	for _, s := range n.Services {
		statuses[s.Status]++
		if areas[s.ID] == 0 || !s.IsSynthetic || s.Capacity <= 0 {
			t.Errorf("service %d serves %d municipalities: %+v", s.ID, areas[s.ID], s)
		}
		if hides := s.LocationKind == needmap.LocationUndisclosed; hides && s.Location != nil {
			t.Errorf("service %d is undisclosed and has a point", s.ID)
		}
		if s.Status == needmap.ServicePlanned && s.PeopleReached != 0 {
			t.Errorf("planned service %d reached %d people", s.ID, s.PeopleReached)
		}
	}
	for _, status := range needmap.ServiceStatuses {
		if statuses[status] == 0 {
			t.Errorf("no service is %s", status)
		}
	}
	if len(n.Services) < 150 || len(n.Services) > 250 || statuses[needmap.ServiceActive] < len(n.Services)/2 {
		t.Errorf("services by status: %v", statuses)
	}
}

func TestSuspensionsFallInThePandemic(t *testing.T) {
	n := demo.NewNetwork(world(t, 1))
	open, last := 0, map[int]needmap.Date{}
	for _, s := range n.Suspensions {
		service := n.Services[s.ServiceID-1]
		if s.From < "2020-03-01" || s.From > "2021-12-31" {
			t.Errorf("suspension %d begins on %s", s.ID, s.From)
		}
		if (s.To == nil) != (service.Status == needmap.ServiceSuspended) {
			t.Errorf("suspension %d of a service that is %s ends on %v", s.ID, service.Status, s.To)
		}
		if s.To == nil {
			open++
			continue
		}
		if *s.To < s.From || s.From <= last[s.ServiceID] {
			t.Errorf("suspension %d from %s to %s follows one to %s", s.ID, s.From, *s.To, last[s.ServiceID])
		}
		last[s.ServiceID] = *s.To
	}
	if open == 0 || len(n.Suspensions) < 50 {
		t.Errorf("%d suspensions, %d of them open", len(n.Suspensions), open)
	}
}

func TestWorldWithoutPlaces(t *testing.T) {
	if _, err := demo.NewWorld(1, nil, nil); needmap.ErrorCode(err) != needmap.CodeInvalid {
		t.Errorf("error %v, want INVALID", err)
	}
}

// inside tells whether a point lies in the square of a municipality.
func inside(boundaries []orb.MultiPolygon, id int, p orb.Point) bool {
	return planar.MultiPolygonContains(boundaries[id-1], p)
}

func isPersonal(summary string) bool {
	return strings.ContainsAny(summary, "@0123456789")
}
