package needmap_test

import (
	"context"
	"slices"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Keys: 1 = 056001, 2 = 058091 (Rome, not local), 3 and 4 its municipi.
func romanAtlas() *needmap.Atlas {
	comune := func(id int, code, province, acronym string, local bool) *needmap.Municipality {
		return &needmap.Municipality{ID: id, Code: code, Kind: needmap.KindComune, ProvinceCode: province, ProvinceAcronym: acronym, RegionCode: "12", IsLocal: local}
	}
	municipio := func(id int, code string) *needmap.Municipality {
		return &needmap.Municipality{ID: id, Code: code, Kind: needmap.KindMunicipio, ParentCode: "058091", ProvinceCode: "058", ProvinceAcronym: "RM", RegionCode: "12", IsLocal: true}
	}
	return needmap.NewAtlas([]*needmap.Municipality{
		comune(1, "056001", "056", "VT", true), comune(2, "058091", "058", "RM", false), municipio(3, "058091-01"), municipio(4, "058091-02"),
	})
}

// TestAccess is the policy in a table: what each role sees, knows of places and does.
func TestAccess(t *testing.T) {
	atlas := romanAtlas()
	for _, c := range []struct {
		name           string
		viewer         needmap.Viewer
		read, write    needmap.Code // of the refusal
		coordinate     needmap.Code
		cells          bool
		municipalities []int // nil: all
		organisations  []int
	}{
		{name: "PUBLIC", viewer: needmap.Viewer{Role: needmap.RolePublic}, read: "UNAUTHENTICATED", write: "UNAUTHENTICATED", coordinate: "UNAUTHENTICATED"},
		{name: "no role", read: "UNAUTHENTICATED", write: "UNAUTHENTICATED", coordinate: "FORBIDDEN"},
		{name: "OPERATOR of a municipio", viewer: needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"058091-02"}}, coordinate: "FORBIDDEN", municipalities: []int{4}, organisations: []int{}},
		{name: "OPERATOR of Rome", viewer: needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"058091", "058091-01"}}, coordinate: "FORBIDDEN", municipalities: []int{2, 3, 4}, organisations: []int{}},
		{name: "OPERATOR of a province", viewer: needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"VT"}}, coordinate: "FORBIDDEN", municipalities: []int{1}, organisations: []int{}},
		{name: "OPERATOR of an organisation", viewer: needmap.Viewer{Role: needmap.RoleOperator, OrganisationIDs: []int{7}}, coordinate: "FORBIDDEN", municipalities: []int{}, organisations: []int{7}},
		{name: "OPERATOR of a code that went", viewer: needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"999999"}}, coordinate: "FORBIDDEN", municipalities: []int{}, organisations: []int{}},
		{name: "OPERATOR of nothing", viewer: needmap.Viewer{Role: needmap.RoleOperator}, coordinate: "FORBIDDEN", municipalities: []int{}, organisations: []int{}},
		{name: "ANALYST", viewer: needmap.Viewer{Role: needmap.RoleAnalyst}, write: "FORBIDDEN", coordinate: "FORBIDDEN", cells: true},
		{name: "COORDINATOR", viewer: needmap.Viewer{Role: needmap.RoleCoordinator}},
		{name: "ADMIN", viewer: needmap.Viewer{Role: needmap.RoleAdmin}},
	} {
		t.Run(c.name, func(t *testing.T) {
			access, err := c.viewer.Access(atlas)
			if needmap.ErrorCode(err) != c.read {
				t.Fatalf("reads: %v", err)
			}
			if _, err := c.viewer.MayWrite(atlas); needmap.ErrorCode(err) != c.write {
				t.Errorf("writes: %v", err)
			}
			if err := c.viewer.MayCoordinate(); needmap.ErrorCode(err) != c.coordinate {
				t.Errorf("coordinates: %v", err)
			}
			if access.Cells != c.cells || (access.Scope == nil) != (c.municipalities == nil) {
				t.Fatalf("access %+v", access)
			}
			if s := access.Scope; s != nil && (!slices.Equal(s.MunicipalityIDs, c.municipalities) || !slices.Equal(s.OrganisationIDs, c.organisations) ||
				s.MunicipalityIDs == nil || s.OrganisationIDs == nil) {
				t.Errorf("scope %+v", *s)
			}
		})
	}
	if needmap.ViewerFrom(context.Background()).Role != needmap.RolePublic {
		t.Error("a caller unknown has a role")
	}
}

// TestMayDecide: who changes a need decides on every response to it, who sees it
// for an answer on that answer only.
func TestMayDecide(t *testing.T) {
	atlas, reporter := romanAtlas(), 8
	need := &needmap.Need{MunicipalityID: 3, ReportedByID: &reporter}
	for _, c := range []struct {
		name            string
		viewer          needmap.Viewer
		change          needmap.Code
		ownDecides      needmap.Code // on a response of organisation 7
		anotherDecides9 needmap.Code // on one of organisation 9
	}{
		{"its territory", needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"058091"}}, "", "", ""},
		{"the reporter", needmap.Viewer{Role: needmap.RoleOperator, OrganisationIDs: []int{8}}, "", "", ""},
		{"who answers", needmap.Viewer{Role: needmap.RoleOperator, OrganisationIDs: []int{7}}, "FORBIDDEN", "", "FORBIDDEN"},
		{"another territory", needmap.Viewer{Role: needmap.RoleOperator, Municipalities: []string{"056001"}}, "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
		{"an analyst", needmap.Viewer{Role: needmap.RoleAnalyst}, "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"},
		{"a coordinator", needmap.Viewer{Role: needmap.RoleCoordinator}, "", "", ""},
	} {
		access, err := c.viewer.Access(atlas)
		if err != nil {
			t.Fatal(err)
		}
		if err := access.MayChange(need); needmap.ErrorCode(err) != c.change {
			t.Errorf("%s changes: %v", c.name, err)
		}
		for organisation, want := range map[int]needmap.Code{7: c.ownDecides, 9: c.anotherDecides9} {
			if err := access.MayDecide(need, &needmap.Response{OrganisationID: organisation}); needmap.ErrorCode(err) != want {
				t.Errorf("%s decides for %d: %v", c.name, organisation, err)
			}
		}
	}
}
