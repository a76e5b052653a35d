package needmap_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	var known *needmap.Error
	if !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != field {
		t.Errorf("%v, want INVALID of %s", err, field)
	}
}

func TestNeedFilterCriteria(t *testing.T) {
	day := func(s string) *needmap.Date { d := needmap.Date(s); return &d }
	c, err := (&needmap.NeedFilter{
		Municipalities: []string{"058091-02", "058", "056001", "VT"}, OpenOnly: new(true), SeverityAtLeast: new(4),
		ReportedFrom: day("2024-01-01"), ReportedTo: day("2024-01-01"), Text: new("  casa "),
	}).Criteria(smallAtlas())
	want := needmap.NeedCriteria{
		MunicipalityIDs: []int{4, 2, 3, 1}, SeverityAtLeast: 4, // 2 is the comune of 3 and 4
		Text: "casa", ReportedFrom: day("2024-01-01"), ReportedTo: day("2024-01-01"),
		Statuses: []needmap.NeedStatus{needmap.StatusReported, needmap.StatusVerified, needmap.StatusAssigned, needmap.StatusInProgress},
	}
	if err != nil || !reflect.DeepEqual(c, want) {
		t.Errorf("%+v, %v, want %+v", c, err, want)
	}
	for _, f := range []*needmap.NeedFilter{nil, {}, {OpenOnly: new(false)}} {
		if c, err := f.Criteria(smallAtlas()); err != nil || !reflect.DeepEqual(c, needmap.NeedCriteria{SeverityAtLeast: 1}) {
			t.Errorf("a filter of nothing: %+v, %v", c, err)
		}
	}
}

// TestOpenOnlyMeetsStatuses keeps only what both name.
func TestOpenOnlyMeetsStatuses(t *testing.T) {
	for _, c := range []struct{ given, want []needmap.NeedStatus }{
		{[]needmap.NeedStatus{needmap.StatusMet, needmap.StatusAssigned, needmap.StatusAssigned}, []needmap.NeedStatus{needmap.StatusAssigned}},
		{[]needmap.NeedStatus{needmap.StatusMet}, []needmap.NeedStatus{}},
		{[]needmap.NeedStatus{}, []needmap.NeedStatus{}},
	} {
		got, err := (&needmap.NeedFilter{Statuses: c.given, OpenOnly: new(true)}).Criteria(smallAtlas())
		if err != nil || got.Statuses == nil || !slices.Equal(got.Statuses, c.want) {
			t.Errorf("%v and open: %v, %v, want %v", c.given, got.Statuses, err, c.want)
		}
	}
}

func TestNeedFilterRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	day := func(s string) *needmap.Date { d := needmap.Date(s); return &d }
	for _, c := range []struct {
		field  string
		filter needmap.NeedFilter
	}{
		{"municipalities", needmap.NeedFilter{Municipalities: []string{"058091", "x"}}},
		{"fields", needmap.NeedFilter{Fields: []needmap.Field{""}}},
		{"fields", needmap.NeedFilter{Fields: []needmap.Field{"minors"}}},
		{"origins", needmap.NeedFilter{Origins: []needmap.NeedOrigin{"OLD"}}},
		{"statuses", needmap.NeedFilter{Statuses: []needmap.NeedStatus{"OPEN"}}},
		{"severityAtLeast", needmap.NeedFilter{SeverityAtLeast: new(0)}},
		{"severityAtLeast", needmap.NeedFilter{SeverityAtLeast: new(6)}},
		{"reportedTo", needmap.NeedFilter{ReportedFrom: day("2024-01-02"), ReportedTo: day("2024-01-01")}},
		{"bbox", needmap.NeedFilter{BBox: &needmap.BBox{West: nan}}},
		{"bbox", needmap.NeedFilter{BBox: &needmap.BBox{North: inf}}},
		{"bbox", needmap.NeedFilter{BBox: &needmap.BBox{West: 1}}},
		{"bbox", needmap.NeedFilter{BBox: &needmap.BBox{South: 1}}},
		{"bbox", needmap.NeedFilter{BBox: &needmap.BBox{East: 180.0000001}}},
		{"near", needmap.NeedFilter{Near: &needmap.Near{RadiusMetres: nan}}},
		{"near", needmap.NeedFilter{Near: &needmap.Near{RadiusMetres: inf}}},
		{"near", needmap.NeedFilter{Near: &needmap.Near{}}},
		{"near", needmap.NeedFilter{Near: &needmap.Near{RadiusMetres: -1}}},
		{"near", needmap.NeedFilter{Near: &needmap.Near{RadiusMetres: needmap.MaxRadiusMetres + 1}}},
		{"near", needmap.NeedFilter{Near: &needmap.Near{Latitude: -inf, RadiusMetres: 1}}},
		{"text", needmap.NeedFilter{Text: new("")}},
		{"text", needmap.NeedFilter{Text: new(" ,;! ")}},
		{"text", needmap.NeedFilter{Text: new("a\x00")}},
		{"text", needmap.NeedFilter{Text: new("a\xff")}},
		{"text", needmap.NeedFilter{Text: new(strings.Repeat("è", needmap.MaxTextRunes+1))}},
	} {
		_, err := c.filter.Criteria(smallAtlas())
		wantInvalid(t, err, c.field)
	}
	for name, f := range map[string]needmap.NeedFilter{
		"the whole world":     {BBox: &needmap.BBox{West: -180, South: -90, East: 180, North: 90}},
		"a box of one point":  {BBox: &needmap.BBox{West: 12, South: 42, East: 12, North: 42}},
		"the largest disc":    {Near: &needmap.Near{RadiusMetres: needmap.MaxRadiusMetres}},
		"the longest text":    {Text: new(strings.Repeat("è", needmap.MaxTextRunes))},
		"a text of one digit": {Text: new("3")},
	} {
		if _, err := f.Criteria(smallAtlas()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNarrow(t *testing.T) {
	for _, c := range []struct{ own, by, want []int }{
		{nil, []int{1, 2}, []int{1, 2}},
		{[]int{1, 3, 3}, []int{3, 4}, []int{3}},
		{[]int{1}, []int{}, []int{}},
		{[]int{}, []int{1}, []int{}},
	} {
		got := needmap.NeedCriteria{MunicipalityIDs: c.own}.Narrow(c.by).MunicipalityIDs
		if got == nil || !slices.Equal(got, c.want) {
			t.Errorf("%v narrowed by %v: %v, want %v", c.own, c.by, got, c.want)
		}
	}
}

func TestBoxIntersect(t *testing.T) {
	a := needmap.BBox{West: 0, South: 0, East: 2, North: 2}
	for _, c := range []struct {
		b, want needmap.BBox
		meet    bool
	}{
		{needmap.BBox{West: 1, South: -1, East: 3, North: 1}, needmap.BBox{West: 1, South: 0, East: 2, North: 1}, true},
		{needmap.BBox{West: 2, South: 2, East: 3, North: 3}, needmap.BBox{West: 2, South: 2, East: 2, North: 2}, true}, // a corner
		{needmap.BBox{West: 2.1, South: 0, East: 3, North: 1}, needmap.BBox{}, false},
		{needmap.BBox{West: 0, South: -2, East: 1, North: -1}, needmap.BBox{}, false},
	} {
		if got, meet := a.Intersect(c.b); meet != c.meet || meet && got != c.want {
			t.Errorf("with %+v: %+v %v, want %+v %v", c.b, got, meet, c.want, c.meet)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"2024-02-29", "1900-01-01", "2199-12-31"} {
		if d, err := needmap.ParseDate("d", s); err != nil || string(d) != s {
			t.Errorf("%s: %s, %v", s, d, err)
		}
	}
	for _, s := range []string{"", "2023-02-29", "1899-12-31", "2200-01-01", "0000-01-01", "2024-1-1", "2024-01-01T00:00:00Z", " 2024-01-01", "24-01-01", "2024-13-01", strings.Repeat("1", 1000)} {
		_, err := needmap.ParseDate("d", s)
		wantInvalid(t, err, "d")
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("a message of %d bytes", len(err.Error()))
		}
	}
}

func TestDirectoryFilters(t *testing.T) {
	c, err := (&needmap.PartnerFilter{Municipalities: []string{"058091", "056001"}, Cooperative: new("alfa")}).Criteria(smallAtlas())
	if err != nil || !slices.Equal(c.MunicipalityIDs, []int{2, 3, 4, 1}) || *c.JoinedTo != "alfa" {
		t.Errorf("%+v, %v", c, err) // a seat may be known by its comune, 2, only
	}
	s, err := (&needmap.ServiceFilter{Municipalities: []string{"RM"}}).Criteria(smallAtlas())
	if err != nil || !slices.Equal(s.MunicipalityIDs, []int{2, 3, 4}) {
		t.Errorf("%+v, %v", s, err)
	}
	long := strings.Repeat("a", needmap.MaxNameRunes+1)
	for field, f := range map[string]*needmap.PartnerFilter{
		"municipalities": {Municipalities: []string{"x"}}, "kinds": {Kinds: []needmap.PartnerKind{""}}, "cooperative": {Cooperative: &long}, "name": {Name: new("\x00")},
	} {
		_, err := f.Criteria(smallAtlas())
		wantInvalid(t, err, field)
	}
	for field, f := range map[string]*needmap.ServiceFilter{
		"municipalities": {Municipalities: []string{""}}, "fields": {Fields: []needmap.Field{"x"}}, "statuses": {Statuses: []needmap.ServiceStatus{"x"}},
		"provisions": {Provisions: []needmap.Provision{"x"}}, "organisation": {Organisation: new("\xff")}, "name": {Name: &long},
	} {
		_, err := f.Criteria(smallAtlas())
		wantInvalid(t, err, field)
	}
}

// TestLongLists refuses lists that say more than there is to say.
func TestLongLists(t *testing.T) {
	codes := slices.Repeat([]string{"12"}, 501)
	for field, err := range map[string]error{
		"municipalities": second((&needmap.NeedFilter{Municipalities: codes}).Criteria(smallAtlas())),
		"codes":          second((&needmap.MunicipalityFilter{Codes: codes}).Select(smallAtlas())),
		"fields":         second((&needmap.NeedFilter{Fields: slices.Repeat(needmap.Fields, 3)}).Criteria(smallAtlas())),
		"statuses":       second((&needmap.ServiceFilter{Statuses: slices.Repeat(needmap.ServiceStatuses, 3)}).Criteria(smallAtlas())),
	} {
		wantInvalid(t, err, field)
	}
	if err := second((&needmap.NeedFilter{Municipalities: codes[:500], Fields: slices.Repeat(needmap.Fields, 2)}).Criteria(smallAtlas())); err != nil {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }
