package needmap_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// directoryAtlas has Viterbo (key 1) and Rome (2) with two municipi (3 and 4).
func directoryAtlas() *needmap.Atlas {
	return needmap.NewAtlas([]*needmap.Municipality{
		{ID: 1, Code: "056059", Kind: needmap.KindComune, ProvinceCode: "056", ProvinceAcronym: "VT", RegionCode: "12", IsLocal: true},
		{ID: 2, Code: "058091", Kind: needmap.KindComune, ProvinceCode: "058", ProvinceAcronym: "RM", RegionCode: "12"},
		{ID: 3, Code: "058091-01", Kind: needmap.KindMunicipio, ParentCode: "058091", ProvinceCode: "058", ProvinceAcronym: "RM", RegionCode: "12", IsLocal: true},
		{ID: 4, Code: "058091-02", Kind: needmap.KindMunicipio, ParentCode: "058091", ProvinceCode: "058", ProvinceAcronym: "RM", RegionCode: "12", IsLocal: true},
	})
}

func to[T any](v T) *T { return &v }

// wrongParts lists what an error says is wrong: the code and field of each.
func wrongParts(err error) string {
	var parts []string
	for _, e := range needmap.Mistakes(err) {
		parts = append(parts, string(e.Code)+" "+e.Field)
	}
	if err != nil && parts == nil {
		return "not for the caller: " + err.Error()
	}
	return strings.Join(parts, ", ")
}

func TestOrganisationValues(t *testing.T) {
	for _, c := range []struct {
		name   string
		values needmap.OrganisationValues
		wrong  string
	}{
		{"nothing", needmap.OrganisationValues{}, ""},
		{"all", needmap.OrganisationValues{Name: to(" Alfa "), FiscalCode: to("00743110157"), Description: to("Tel. 06 1234567,\ninfo@alfa.example"), Municipality: to("058091"), Volunteers: to(3)}, ""},
		{"longest name", needmap.OrganisationValues{Name: to(strings.Repeat("à", 200))}, ""},
		{"name too long", needmap.OrganisationValues{Name: to(strings.Repeat("a", 201))}, "INVALID name"},
		{"no name", needmap.OrganisationValues{Name: to(" \t ")}, "INVALID name"},
		{"two lines", needmap.OrganisationValues{Name: to("Alfa\nBeta")}, "INVALID name"},
		{"a NUL", needmap.OrganisationValues{Name: to("Al\x00fa")}, "INVALID name"},
		{"no UTF-8", needmap.OrganisationValues{Name: to("Al\xffa")}, "INVALID name"},
		{"a person's code in the name", needmap.OrganisationValues{Name: to("Alfa RSSMRA80A01H501U")}, "INVALID name"},
		{"a person's code in the description", needmap.OrganisationValues{Description: to("di RSSMRA80A01H501U")}, "INVALID description"},
		{"description too long", needmap.OrganisationValues{Description: to(strings.Repeat("a", 5001))}, "INVALID description"},
		{"description with a bell", needmap.OrganisationValues{Description: to("a\ab")}, "INVALID description"},
		{"check digit", needmap.OrganisationValues{FiscalCode: to("00743110158")}, "INVALID fiscalCode"},
		{"a person's code", needmap.OrganisationValues{FiscalCode: to("RSSMRA80A01H501U")}, "INVALID fiscalCode"},
		{"empty code", needmap.OrganisationValues{FiscalCode: to("")}, "INVALID fiscalCode"},
		{"unknown seat", needmap.OrganisationValues{Municipality: to("999999")}, "INVALID municipality"},
		{"a province for a seat", needmap.OrganisationValues{Municipality: to("RM")}, "INVALID municipality"},
		{"fewer than no volunteers", needmap.OrganisationValues{Volunteers: to(-1)}, "INVALID volunteers"},
		{"a million and one", needmap.OrganisationValues{Volunteers: to(1_000_001)}, "INVALID volunteers"},
		{"kind", needmap.OrganisationValues{Kind: to(needmap.PartnerKind("CLUB"))}, "INVALID kind"},
		{"everything at once", needmap.OrganisationValues{Name: to(""), FiscalCode: to("1"), Volunteers: to(-1)}, "INVALID name, INVALID fiscalCode, INVALID volunteers"},
	} {
		if got := wrongParts(c.values.Change(directoryAtlas())(&needmap.Organisation{})); got != c.wrong {
			t.Errorf("%s: %q, want %q", c.name, got, c.wrong)
		}
	}
}

func TestOrganisationChange(t *testing.T) {
	o, err := needmap.OrganisationValues{Name: to(" Alfa "), Description: to("Prima"), Municipality: to("058091")}.New(to("alfa"), directoryAtlas())
	if err != nil || !o.IsCooperative || o.Name != "Alfa" || o.Slug != "alfa" || *o.MunicipalityID != 2 || *o.Description != "Prima" {
		t.Fatalf("%+v, %v", o, err)
	}
	err = needmap.OrganisationValues{Description: to("  "), Volunteers: to(4)}.Change(directoryAtlas())(o)
	if err != nil || o.Name != "Alfa" || o.Description != nil || o.Volunteers != 4 || *o.MunicipalityID != 2 {
		t.Errorf("%+v, %v", o, err)
	}
	partner, err := needmap.OrganisationValues{Name: to("Scuola"), Kind: to(needmap.PartnerSchool)}.New(nil, directoryAtlas())
	if err != nil || partner.IsCooperative || partner.Slug != "" {
		t.Errorf("%+v, %v", partner, err)
	}
	for _, slug := range []string{"", "Alfa", "alfa-", "-alfa", "al--fa", "al fa", "àlfa", "alfa_1", strings.Repeat("a", 181)} {
		if _, err := (needmap.OrganisationValues{Name: to("Alfa")}).New(&slug, directoryAtlas()); wrongParts(err) != "INVALID slug" {
			t.Errorf("the slug %q: %v", slug, err)
		}
	}
}

func TestSlugOf(t *testing.T) {
	for name, want := range map[string]string{
		"Arca di Noè": "arca-di-noe", "H-Anno Zero": "h-anno-zero", "  «L'Aquilone» – 2 ": "l-aquilone-2",
		"東京": "organisation", "": "organisation", strings.Repeat("ab ", 100): strings.TrimSuffix(strings.Repeat("ab-", 60), "-"),
	} {
		if got := needmap.SlugOf(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
	shape := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		if slug := needmap.SlugOf(name); !shape.MatchString(slug) || len(slug) > 180 {
			t.Errorf("%q gives %q", name, slug)
		}
	})
}

// mensa is a service as it stands in the database.
func mensa() needmap.ServiceDraft {
	return needmap.ServiceDraft{Service: needmap.Service{
		Name: "Mensa", Field: needmap.FieldElderly, Provision: needmap.ProvisionPrivate, Status: needmap.ServiceActive,
		Capacity: 10, MinimumAge: to(60), LocationKind: needmap.LocationArea,
	}}
}

func TestServiceValues(t *testing.T) {
	for _, c := range []struct {
		name   string
		values needmap.ServiceValues
		wrong  string
	}{
		{"nothing", needmap.ServiceValues{}, ""},
		{"no places", needmap.ServiceValues{Capacity: to(0)}, ""},
		{"fewer", needmap.ServiceValues{Capacity: to(-1)}, "INVALID capacity"},
		{"too many", needmap.ServiceValues{Capacity: to(1_000_001)}, "INVALID capacity"},
		{"people reached", needmap.ServiceValues{PeopleReached: to(-1)}, "INVALID peopleReached"},
		{"no catchment", needmap.ServiceValues{CatchmentMetres: to(0)}, "INVALID catchmentMetres"},
		{"a catchment wider than Italy", needmap.ServiceValues{CatchmentMetres: to(1_000_001)}, "INVALID catchmentMetres"},
		{"age", needmap.ServiceValues{MinimumAge: to(121)}, "INVALID minimumAge"},
		{"oldest below the youngest that is known", needmap.ServiceValues{MaximumAge: to(59)}, "INVALID maximumAge"},
		{"field", needmap.ServiceValues{Field: to(needmap.Field("SPORT"))}, "INVALID field"},
		{"provision", needmap.ServiceValues{Provision: to(needmap.Provision("FREE"))}, "INVALID provision"},
		{"name", needmap.ServiceValues{Name: to("")}, "INVALID name"},
		{"no municipality", needmap.ServiceValues{Municipalities: []string{}}, "INVALID municipalities"},
		{"an unknown one", needmap.ServiceValues{Municipalities: []string{"VT", "999"}}, "INVALID municipalities.1"},
		{"too many codes", needmap.ServiceValues{Municipalities: slices.Repeat([]string{"VT"}, 501)}, "INVALID municipalities"},
		{"point off the world", needmap.ServiceValues{Point: &orb.Point{12, 91}}, "INVALID point"},
		{"EXACT without a point", needmap.ServiceValues{LocationKind: to(needmap.LocationExact)}, "INVALID locationKind"},
		{"hidden with a point", needmap.ServiceValues{LocationKind: to(needmap.LocationUndisclosed), Point: &orb.Point{12, 42}}, "INVALID point"},
		{"kind", needmap.ServiceValues{LocationKind: to(needmap.LocationKind("NEAR"))}, "INVALID locationKind"},
		{"status of no service", needmap.ServiceValues{Status: to(needmap.ServiceStatus("OPEN"))}, "INVALID status"},
		{"several", needmap.ServiceValues{Name: to(""), Capacity: to(-1), Municipalities: []string{}}, "INVALID name, INVALID capacity, INVALID municipalities"},
	} {
		s := mensa()
		if got := wrongParts(c.values.Change(directoryAtlas())(&s)); got != c.wrong {
			t.Errorf("%s: %q, want %q", c.name, got, c.wrong)
		}
	}
}

func TestServiceStatus(t *testing.T) {
	for _, c := range []struct {
		from, to needmap.ServiceStatus
		wrong    string
	}{
		{"", needmap.ServiceActive, ""},
		{"", needmap.ServicePlanned, ""},
		{"", needmap.ServiceClosed, "INVALID status"},
		{"", needmap.ServiceSuspended, "INVALID status"},
		{needmap.ServiceActive, needmap.ServiceClosed, ""},
		{needmap.ServicePlanned, needmap.ServiceActive, ""},
		{needmap.ServiceClosed, needmap.ServiceActive, ""},
		{needmap.ServiceActive, needmap.ServiceSuspended, "CONFLICT status"},
		{needmap.ServiceClosed, needmap.ServiceSuspended, "CONFLICT status"},
		{needmap.ServiceSuspended, needmap.ServiceActive, "CONFLICT status"},
		{needmap.ServiceSuspended, needmap.ServicePlanned, "CONFLICT status"},
		{needmap.ServiceSuspended, needmap.ServiceClosed, "CONFLICT status"},
		{needmap.ServiceSuspended, needmap.ServiceSuspended, ""},
	} {
		values := needmap.ServiceValues{Status: &c.to}
		s := mensa()
		s.Status = c.from
		err := values.Change(directoryAtlas())(&s)
		if c.from == "" {
			m := mensa()
			values.Name, values.Field, values.Provision, values.Municipalities = &m.Name, &m.Field, &m.Provision, []string{"VT"}
			_, err = values.New(1, directoryAtlas())
		}
		if got := wrongParts(err); got != c.wrong {
			t.Errorf("from %q to %s: %q, want %q", c.from, c.to, got, c.wrong)
		}
	}
}

// TestServicePlace gives services of each kind, with and without a point, a kind,
// a point or both.
func TestServicePlace(t *testing.T) {
	here, there := orb.Point{12.1, 41.9}, orb.Point{12.2, 41.8}
	exact, area, hidden, fictitious := needmap.LocationExact, needmap.LocationArea, needmap.LocationUndisclosed, needmap.LocationFictitious
	for _, c := range []struct {
		kind      needmap.LocationKind
		at        *orb.Point
		toKind    *needmap.LocationKind
		toPoint   *orb.Point
		wantKind  needmap.LocationKind
		wantPoint *orb.Point
		wrong     string
	}{
		{exact, &here, nil, nil, exact, &here, ""},
		{exact, &here, nil, &there, exact, &there, ""},
		{exact, &here, &area, nil, area, &here, ""},
		{exact, &here, &hidden, nil, hidden, nil, ""},
		{area, &here, &fictitious, nil, fictitious, nil, ""},
		{area, nil, nil, &there, area, &there, ""},
		{area, nil, &exact, &there, exact, &there, ""},
		{area, &here, &exact, nil, exact, &here, ""},
		{area, nil, &exact, nil, exact, nil, "INVALID locationKind"},
		{hidden, nil, nil, &there, hidden, nil, "INVALID point"},
		{hidden, nil, &exact, &there, exact, &there, ""},
		{hidden, nil, &area, nil, area, nil, ""},
		{exact, &here, &hidden, &there, hidden, &here, "INVALID point"},
	} {
		s := mensa()
		s.LocationKind, s.Location = c.kind, c.at
		err := needmap.ServiceValues{LocationKind: c.toKind, Point: c.toPoint}.Change(directoryAtlas())(&s)
		if got := wrongParts(err); got != c.wrong || err == nil && (s.LocationKind != c.wantKind || s.Location != c.wantPoint) {
			t.Errorf("%s %v, to %v %v: %s %v, %q", c.kind, c.at, c.toKind, c.toPoint, s.LocationKind, s.Location, got)
		}
	}
}

func TestServiceIsNew(t *testing.T) {
	m := mensa()
	values := needmap.ServiceValues{
		Name: &m.Name, Field: &m.Field, Provision: &m.Provision, Status: &m.Status, Capacity: to(7),
		Point: &orb.Point{12, 42}, Municipalities: []string{"058091-02", "RM", "VT"},
	}
	s, err := values.New(9, directoryAtlas())
	if err != nil || s.OrganisationID != 9 || s.LocationKind != needmap.LocationExact || s.Capacity != 7 || !slices.Equal(s.MunicipalityIDs, []int{1, 3, 4}) {
		t.Errorf("%+v, %v", s, err)
	}
	values.Municipalities = nil
	if _, err := values.New(9, directoryAtlas()); wrongParts(err) != "INVALID municipalities" {
		t.Errorf("a service of nowhere: %v", err)
	}
}

func TestEventValues(t *testing.T) {
	day := needmap.Date("2026-05-01")
	good := needmap.EventValues{Title: to("Tavolo"), Kind: to(needmap.EventSeminar), Date: &day}
	for _, c := range []struct {
		name   string
		change func(*needmap.EventValues)
		wrong  string
	}{
		{"plain", func(*needmap.EventValues) {}, ""},
		{"title", func(v *needmap.EventValues) { v.Title = to("") }, "INVALID title"},
		{"long title", func(v *needmap.EventValues) { v.Title = to(strings.Repeat("a", 201)) }, "INVALID title"},
		{"two lines", func(v *needmap.EventValues) { v.Title = to("a\nb") }, "INVALID title"},
		{"a person's code", func(v *needmap.EventValues) { v.Title = to("Caso RSSMRA80A01H501U") }, "INVALID title"},
		{"kind", func(v *needmap.EventValues) { v.Kind = to(needmap.EventKind("PARTY")) }, "INVALID kind"},
		{"day", func(v *needmap.EventValues) { v.Date = to(needmap.Date("2026-02-30")) }, "INVALID date"},
		{"place", func(v *needmap.EventValues) { v.Municipality = to("12") }, "INVALID municipality"},
		{"field twice", func(v *needmap.EventValues) { v.Fields = slices.Repeat(needmap.Fields[:1], 2) }, "INVALID fields.1"},
		{"unknown field", func(v *needmap.EventValues) { v.Fields = []needmap.Field{"SPORT"} }, "INVALID fields"},
		{"need twice", func(v *needmap.EventValues) { v.NeedIDs = []int64{4, 5, 4} }, "INVALID needs.2"},
		{"101 needs", func(v *needmap.EventValues) { v.NeedIDs = make([]int64, 101) }, "INVALID needs"},
	} {
		v := good
		c.change(&v)
		if _, err := v.New(directoryAtlas()); wrongParts(err) != c.wrong {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
	e, err := good.New(directoryAtlas())
	if err != nil || e.NeedIDs != nil {
		t.Fatalf("%+v, %v", e, err)
	}
	err = needmap.EventValues{Fields: needmap.Fields[:2], NeedIDs: []int64{}}.Change(directoryAtlas())(e)
	if err != nil || e.Title != "Tavolo" || e.Date != day || len(e.Fields) != 2 || e.NeedIDs == nil {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestWhatStandsInTheWay(t *testing.T) {
	if err := needmap.CheckUnreferred([]needmap.Reference{{"services", 0}, {"needs", 0}}); err != nil {
		t.Error(err)
	}
	err := needmap.CheckUnreferred([]needmap.Reference{{"services", 2}, {"needs", 0}, {"responses", 1}})
	if wrongParts(err) != "CONFLICT id" || !strings.HasSuffix(err.Error(), ": 2 services, 1 responses") {
		t.Error(err)
	}
	for _, c := range []struct {
		joined bool
		count  int
		wrong  string
	}{{true, 2, ""}, {true, 1, "CONFLICT cooperative"}, {false, 1, "CONFLICT cooperative"}, {false, 0, "CONFLICT cooperative"}} {
		if got := wrongParts(needmap.CheckParting(c.joined, c.count)); got != c.wrong {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if err := (needmap.Known{ID: 1, Version: 3}).Check(3); err != nil {
		t.Error(err)
	}
	err = needmap.Known{ID: 1, Version: 3}.Check(5)
	if list := needmap.Mistakes(err); len(list) != 1 || list[0].Code != needmap.CodeConflict || *list[0].Detail.CurrentVersion != 5 {
		t.Error(err)
	}
}
