package needmap_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// jsonOf is for comparing what pointers point at.
func jsonOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestOrganisationPartsAreTakenAway(t *testing.T) {
	type values = needmap.OrganisationValues
	clear := func(parts ...needmap.OrganisationPart) []needmap.OrganisationPart { return parts }
	full := func() *needmap.Organisation {
		return &needmap.Organisation{Name: "Alfa", FiscalCode: to("00743110157"), Description: to("Prima"), MunicipalityID: to(2), Volunteers: 3}
	}
	for _, c := range []struct {
		name   string
		values values
		want   func(*needmap.Organisation) // makes of a full one what is left; nil for a refusal
		wrong  string
	}{
		{"nothing", values{Clear: clear()}, func(*needmap.Organisation) {}, ""},
		{"code", values{Clear: clear(needmap.PartFiscalCode)}, func(o *needmap.Organisation) { o.FiscalCode = nil }, ""},
		{"description", values{Clear: clear(needmap.PartDescription)}, func(o *needmap.Organisation) { o.Description = nil }, ""},
		{"seat", values{Clear: clear(needmap.PartSeat)}, func(o *needmap.Organisation) { o.MunicipalityID = nil }, ""},
		{"twice", values{Clear: clear(needmap.PartSeat, needmap.PartSeat)}, func(o *needmap.Organisation) { o.MunicipalityID = nil }, ""},
		{"one, another given", values{Clear: clear(needmap.PartSeat), Description: to("Seconda")},
			func(o *needmap.Organisation) { o.MunicipalityID, o.Description = nil, to("Seconda") }, ""},
		{"all", values{Clear: needmap.OrganisationParts},
			func(o *needmap.Organisation) { o.FiscalCode, o.Description, o.MunicipalityID = nil, nil, nil }, ""},
		{"code given too", values{Clear: clear(needmap.PartFiscalCode), FiscalCode: to("01234567897")}, nil, "INVALID clear"},
		{"blank description given too", values{Clear: clear(needmap.PartDescription), Description: to("")}, nil, "INVALID clear"},
		{"seat given too", values{Clear: clear(needmap.PartSeat), Municipality: to("058091")}, nil, "INVALID clear"},
		{"two given too, and another mistake", values{Clear: needmap.OrganisationParts, FiscalCode: to("01234567897"), Municipality: to("058091"), Name: to("")},
			nil, "INVALID clear, INVALID clear, INVALID name"},
		{"no such part", values{Clear: clear("VOLUNTEERS")}, nil, "INVALID clear"},
		{"endless", values{Clear: slices.Repeat(needmap.OrganisationParts, 3)}, nil, "INVALID clear"},
	} {
		got := full()
		err := c.values.Change(directoryAtlas())(got)
		if wrong := wrongParts(err); wrong != c.wrong {
			t.Errorf("%s: %q, want %q", c.name, wrong, c.wrong)
		}
		if c.want == nil {
			continue
		}
		want := full()
		if c.want(want); jsonOf(t, got) != jsonOf(t, want) {
			t.Errorf("%s leaves %s, want %s", c.name, jsonOf(t, got), jsonOf(t, want))
		}
	}
}

func TestServicePartsAreTakenAway(t *testing.T) {
	type values = needmap.ServiceValues
	type draft = needmap.ServiceDraft
	clear := func(parts ...needmap.ServicePart) []needmap.ServicePart { return parts }
	exact, area, hidden := needmap.LocationExact, needmap.LocationArea, needmap.LocationUndisclosed
	here := orb.Point{12, 42}
	full := func() *draft {
		s := mensa()
		s.SpecialisationID, s.CatchmentMetres, s.MinimumAge, s.MaximumAge = to(1), to(500), to(60), to(90)
		s.Location, s.LocationKind = &here, exact
		return &s
	}
	for _, c := range []struct {
		name   string
		values values
		want   func(*draft) // makes of a full one what is left; nil for a refusal
		wrong  string
	}{
		{"specialisation", values{Clear: clear(needmap.PartSpecialisation)}, func(s *draft) { s.SpecialisationID = nil }, ""},
		{"catchment", values{Clear: clear(needmap.PartCatchment)}, func(s *draft) { s.CatchmentMetres = nil }, ""},
		{"ages", values{Clear: clear(needmap.PartServiceAges)}, func(s *draft) { s.MinimumAge, s.MaximumAge = nil, nil }, ""},
		{"point", values{Clear: clear(needmap.PartServiceLocation)}, func(s *draft) { s.Location, s.LocationKind = nil, area }, ""},
		{"point, the kind given", values{Clear: clear(needmap.PartServiceLocation), LocationKind: &hidden},
			func(s *draft) { s.Location, s.LocationKind = nil, hidden }, ""},
		{"all", values{Clear: needmap.ServiceParts}, func(s *draft) {
			s.SpecialisationID, s.CatchmentMetres, s.MinimumAge, s.MaximumAge, s.Location, s.LocationKind = nil, nil, nil, nil, nil, area
		}, ""},
		{"point, EXACT", values{Clear: clear(needmap.PartServiceLocation), LocationKind: &exact}, nil, "INVALID locationKind"},
		{"specialisation given too", values{Clear: clear(needmap.PartSpecialisation), SpecialisationID: to(2)}, nil, "INVALID clear"},
		{"catchment given too", values{Clear: clear(needmap.PartCatchment), CatchmentMetres: to(2)}, nil, "INVALID clear"},
		{"youngest given too", values{Clear: clear(needmap.PartServiceAges), MinimumAge: to(2)}, nil, "INVALID clear"},
		{"oldest given too", values{Clear: clear(needmap.PartServiceAges), MaximumAge: to(80)}, nil, "INVALID clear"},
		{"point given too", values{Clear: clear(needmap.PartServiceLocation), Point: &here}, nil, "INVALID clear"},
		{"no such part", values{Clear: clear("CAPACITY")}, nil, "INVALID clear"},
	} {
		got := full()
		err := c.values.Change(directoryAtlas())(got)
		if wrong := wrongParts(err); wrong != c.wrong {
			t.Errorf("%s: %q, want %q", c.name, wrong, c.wrong)
		}
		if c.want == nil {
			continue
		}
		want := full()
		if c.want(want); jsonOf(t, got) != jsonOf(t, want) {
			t.Errorf("%s leaves %s, want %s", c.name, jsonOf(t, got), jsonOf(t, want))
		}
	}
	for _, kind := range []needmap.LocationKind{area, hidden} { // stays, with no point to take
		s := mensa()
		s.LocationKind = kind
		if err := (values{Clear: clear(needmap.PartServiceLocation)}).Change(directoryAtlas())(&s); err != nil || s.LocationKind != kind {
			t.Errorf("%s became %s: %v", kind, s.LocationKind, err)
		}
	}
}

func TestEventMunicipalityIsTakenAway(t *testing.T) {
	for _, c := range []struct {
		name   string
		values needmap.EventValues
		want   *int // the municipality that is left
		wrong  string
	}{
		{"nothing", needmap.EventValues{}, to(2), ""},
		{"municipality", needmap.EventValues{Clear: needmap.EventParts}, nil, ""},
		{"given too", needmap.EventValues{Clear: needmap.EventParts, Municipality: to("056059")}, to(1), "INVALID clear"},
		{"no such part", needmap.EventValues{Clear: []needmap.EventPart{"NEEDS"}}, to(2), "INVALID clear"},
	} {
		e := needmap.EventDraft{Event: needmap.Event{Kind: needmap.EventSeminar, MunicipalityID: to(2)}}
		err := c.values.Change(directoryAtlas())(&e)
		if wrong := wrongParts(err); wrong != c.wrong || jsonOf(t, e.MunicipalityID) != jsonOf(t, c.want) {
			t.Errorf("%s: %q and %s, want %q and %s", c.name, wrong, jsonOf(t, e.MunicipalityID), c.wrong, jsonOf(t, c.want))
		}
	}
}

// TestGivenAndTakenAway looks at the words of the refusal.
func TestGivenAndTakenAway(t *testing.T) {
	err := needmap.EventValues{Title: to("Tavolo"), Kind: to(needmap.EventSeminar), Clear: needmap.EventParts, Municipality: to("056059")}.
		Change(directoryAtlas())(&needmap.EventDraft{})
	if list := needmap.Mistakes(err); len(list) != 1 || list[0].Message != "MUNICIPALITY is both given and taken away" {
		t.Error(err)
	}
}
