package needmap_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// smallAtlas has a comune of Viterbo, and Rome of two municipi.
func smallAtlas() *needmap.Atlas {
	rome := needmap.Municipality{ProvinceCode: "058", ProvinceAcronym: "RM", ProvinceName: "Roma", RegionCode: "12", RegionName: "Lazio"}
	first, second := rome, rome
	rome.ID, rome.Code, rome.Kind, rome.Name = 2, "058091", needmap.KindComune, "Roma"
	first.ID, first.Code, first.Kind, first.Name, first.ParentCode, first.IsLocal = 3, "058091-01", needmap.KindMunicipio, "Municipio I", "058091", true
	second.ID, second.Code, second.Kind, second.Name, second.ParentCode, second.IsLocal = 4, "058091-02", needmap.KindMunicipio, "Municipio II", "058091", true
	return needmap.NewAtlas([]*needmap.Municipality{
		{ID: 1, Code: "056001", Kind: needmap.KindComune, Name: "Acqua Àlta", ProvinceCode: "056", ProvinceAcronym: "VT", ProvinceName: "Viterbo",
			RegionCode: "12", RegionName: "Lazio", IsLocal: true},
		&rome, &first, &second,
	})
}

func codesOf(list []*needmap.Municipality) string {
	codes := make([]string, len(list))
	for i, m := range list {
		codes[i] = m.Code
	}
	return strings.Join(codes, " ")
}

func TestAtlasLeaves(t *testing.T) {
	atlas := smallAtlas()
	for code, want := range map[string]string{
		"056001": "056001", "058091": "058091-01 058091-02", "058091-02": "058091-02", "058": "058091-01 058091-02", "RM": "058091-01 058091-02",
		"VT": "056001", "12": "056001 058091-01 058091-02",
	} {
		leaves, err := atlas.Leaves("f", code)
		if got := codesOf(leaves); err != nil || got != want {
			t.Errorf("%s stands for %s, %v, want %s", code, got, err, want)
		}
	}
	for _, code := range []string{"", "rm", "13", "58", "058091-03", "058092", "Roma", strings.Repeat("x", 1000)} {
		_, err := atlas.Leaves("f", code)
		if needmap.ErrorCode(err) != needmap.CodeInvalid || len(err.Error()) > 200 {
			t.Errorf("%.20q: %.300v", code, err)
		}
	}
}

func TestAtlasLookups(t *testing.T) {
	atlas := smallAtlas()
	if m, ok := atlas.ByCode("058091-01"); !ok || m.ID != 3 {
		t.Errorf("by code: %+v", m)
	}
	if m, ok := atlas.ByID(1); !ok || m.Code != "056001" {
		t.Errorf("by key: %+v", m)
	}
	if _, ok := atlas.ByCode("058"); ok {
		t.Error("a province is a municipality")
	}
	if _, ok := atlas.ByID(0); ok {
		t.Error("there is a municipality without a key")
	}
	if got := codesOf(atlas.Children("058091")); got != "058091-01 058091-02" || len(atlas.Children("056001")) != 0 {
		t.Errorf("children %s", got)
	}
	for code, want := range map[string]string{"RM": "058", "058": "058", "12": "12", "058091": "058091", "056001": "056001"} {
		if got, err := atlas.AreaCode("f", code); err != nil || got != want {
			t.Errorf("%s is the area %s, %v, want %s", code, got, err, want)
		}
	}
	if _, err := atlas.AreaCode("f", "XX"); needmap.ErrorCode(err) != needmap.CodeInvalid {
		t.Errorf("an unknown area: %v", err)
	}
}

func TestAtlasAreas(t *testing.T) {
	atlas := smallAtlas()
	for level, want := range map[needmap.TerritoryLevel]string{
		needmap.LevelLocal: "056001 058091-01 058091-02", needmap.LevelComune: "056001 058091", needmap.LevelProvince: "056 058", needmap.LevelRegion: "12",
	} {
		var codes []string
		for _, area := range atlas.Areas(level) {
			codes = append(codes, area.Code)
			if area.Level != level || area.Name == "" {
				t.Errorf("%+v at %s", area, level)
			}
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%s has %s, want %s", level, got, want)
		}
	}
	leaf, _ := atlas.ByCode("058091-02")
	for level, want := range map[needmap.TerritoryLevel]string{
		needmap.LevelLocal: "058091-02", needmap.LevelComune: "058091", needmap.LevelProvince: "058", needmap.LevelRegion: "12",
	} {
		if got := leaf.AreaCode(level); got != want {
			t.Errorf("the municipio lies in %s at %s, want %s", got, level, want)
		}
	}
}

func TestMunicipalityFilter(t *testing.T) {
	yes, no := true, false
	text := func(s string) *string { return &s }
	for _, c := range []struct {
		name   string
		filter *needmap.MunicipalityFilter
		want   string
	}{
		{"no filter", nil, "056001 058091 058091-01 058091-02"},
		{"nothing in it", &needmap.MunicipalityFilter{}, "056001 058091 058091-01 058091-02"},
		{"a region", &needmap.MunicipalityFilter{Codes: []string{"12"}}, "056001 058091 058091-01 058091-02"},
		{"a province", &needmap.MunicipalityFilter{Codes: []string{"RM"}}, "058091 058091-01 058091-02"},
		{"a parent", &needmap.MunicipalityFilter{Codes: []string{"058091"}}, "058091 058091-01 058091-02"},
		{"a leaf, without its parent", &needmap.MunicipalityFilter{Codes: []string{"058091-02"}}, "058091-02"},
		{"no code", &needmap.MunicipalityFilter{Codes: []string{}}, ""},
		{"parents", &needmap.MunicipalityFilter{Local: &no}, "058091"},
		{"leaves that are comuni", &needmap.MunicipalityFilter{Local: &yes, Kinds: []needmap.MunicipalityKind{needmap.KindComune}}, "056001"},
		{"no kind", &needmap.MunicipalityFilter{Kinds: []needmap.MunicipalityKind{}}, ""},
		{"a province by code", &needmap.MunicipalityFilter{Province: text("056")}, "056001"},
		{"a name", &needmap.MunicipalityFilter{Name: text("ALTA")}, "056001"},
		{"a name with an accent that is not there", &needmap.MunicipalityFilter{Name: text("rómà")}, "058091"},
		{"all at once", &needmap.MunicipalityFilter{Codes: []string{"RM"}, Province: text("VT")}, ""},
	} {
		list, err := c.filter.Select(smallAtlas())
		if got := codesOf(list); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	for field, filter := range map[string]*needmap.MunicipalityFilter{
		"codes": {Codes: []string{"12", "99"}}, "province": {Province: text("ZZ")}, "name": {Name: text("a\x00")}, "kinds": {Kinds: []needmap.MunicipalityKind{"comune"}},
	} {
		_, err := filter.Select(smallAtlas())
		wantInvalid(t, err, field)
	}
}
