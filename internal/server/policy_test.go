package server_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestPolicy walks the whole schema as each role. What a path may show follows
// from the needs that the role sees, so a field that is added later is held to
// it as well.
func TestPolicy(t *testing.T) {
	t.Parallel()
	s := newPolicyWorld(t)
	walkers := map[string]*walker{}
	for _, role := range policyRoles {
		t.Run(role.name, func(t *testing.T) {
			w := newWalker(t, s, role)
			w.walk()
			walkers[role.name] = w
		})
	}
	coordinator, public := walkers["COORDINATOR"], walkers["PUBLIC"]
	if t.Failed() || coordinator == nil || public == nil {
		t.FailNow()
	}
	checkCoverage(t, coordinator)
	checkRefusals(t, public, coordinator)
	for name, w := range walkers {
		all := mask(0)
		for _, told := range w.tells {
			all |= told
		}
		if all != w.role.mask() {
			t.Errorf("the walk as %s found %s, want %s", name, all, w.role.mask())
		}
	}
}

// checkCoverage fails for a field that no answer held: nothing is known of it.
func checkCoverage(t *testing.T, w *walker) {
	for typeName := range w.schema.reachable("Query") {
		for _, f := range w.schema.types[typeName].Fields {
			if key := typeName + "." + f.Name; !w.seen[key] && !w.seen["."+f.Name] && !ofHotspots(key) {
				t.Errorf("no answer held %s.%s", typeName, f.Name)
			}
		}
	}
}

// ofHotspots are the fields that only a map of more areas has; see
// TestHotspotsKeepThePolicy.
func ofHotspots(field string) bool {
	return field == "Query.hotspots" || strings.HasPrefix(field, "Hotspot")
}

// checkRefusals has every way from what PUBLIC may see to what tells of needs
// answer UNAUTHENTICATED. What tells of needs is learnt from the answers to who
// sees all of them.
func checkRefusals(t *testing.T, public, coordinator *walker) {
	secret := coordinator.secretTypes()
	for _, known := range []string{"Need", "NeedTally", "NeedConnection", "NeedMap", "Response", "NeedEvent"} {
		if !secret[known] {
			t.Errorf("%s is not among the secret types %v", known, slices.Sorted(maps.Keys(secret)))
		}
	}
	open := map[string]bool{"Query": true}
	for field := range public.seen {
		typeName, _, _ := strings.Cut(field, ".")
		open[typeName] = typeName != ""
		if secret[typeName] {
			t.Errorf("PUBLIC is shown a %s", typeName)
		}
	}
	for typeName := range open {
		if t0 := public.schema.types[typeName]; t0 != nil {
			checkFieldsRefused(t, public, coordinator, t0, secret)
		}
	}
}

func checkFieldsRefused(t *testing.T, public, coordinator *walker, of *schemaType, secret map[string]bool) {
	for _, f := range of.Fields {
		leads := slices.ContainsFunc(public.schema.concrete(f), func(to *schemaType) bool { return secret[to.Name] })
		tells := of.Name == "Query" && len(public.schema.concrete(f)) == 0 && coordinator.tells["/"+f.Name] != 0
		if (leads || tells) && !public.refused[of.Name+"."+f.Name] {
			t.Errorf("%s.%s tells of needs and did not refuse PUBLIC", of.Name, f.Name)
		}
	}
}

// secretTypes are the types of objects that told of needs by themselves, and
// those without an identity that wrap them.
func (w *walker) secretTypes() map[string]bool {
	secret := maps.Clone(w.telling)
	for grown := true; grown; {
		grown = false
		for name := range w.schema.reachable("Query") {
			t := w.schema.types[name]
			wraps := slices.ContainsFunc(t.Fields, func(f *schemaField) bool {
				return slices.ContainsFunc(w.schema.concrete(f), func(to *schemaType) bool { return secret[to.Name] })
			})
			hasID := slices.ContainsFunc(t.Fields, func(f *schemaField) bool { return f.Name == "id" })
			if wraps && !hasID && !secret[name] && name != "Query" {
				secret[name], grown = true, true
			}
		}
	}
	return secret
}

// TestFiguresOfEachRole compares counts and sums with those worked out by hand
// from the table of needs.
func TestFiguresOfEachRole(t *testing.T) {
	s := newPolicyWorld(t)
	type figures map[string]tally // by municipality; "" for all together
	none := tally{}
	for _, c := range []struct {
		role    string
		partial bool
		cells   []string
		want    figures
	}{
		{"OPERATOR of nothing", true, []string{}, figures{"": none, "056001": none, "058091-01": none, "058091-02": none, "058091": none}},
		// 0, 4, 6 and 8; of them 0 and 4 open
		{"OPERATOR of a territory", true, []string{"058091-01"}, figures{"": {4, 2, 64367, 3247, 337}, "058091-01": {4, 2, 64367, 3247, 337},
			"058091-02": none, "056001": none, "058091": {4, 2, 64367, 3247, 337}}},
		// 1 in -02, 2 in 056001, 8 in -01; of them 1 and 2 open
		{"OPERATOR of an organisation", true, []string{"056001", "058091-01", "058091-02"}, figures{"": {3, 2, 50042, 1146, 262},
			"058091-01": {1, 0, 48896, 0, 256}, "058091-02": {1, 1, 382, 382, 2}, "056001": {1, 1, 764, 764, 4}, "058091": {2, 1, 49278, 382, 258}}},
		// all of these, 8 once
		{"OPERATOR of both", true, []string{"056001", "058091-01", "058091-02"}, figures{"": {6, 4, 65513, 4393, 343},
			"058091-01": {4, 2, 64367, 3247, 337}, "058091-02": {1, 1, 382, 382, 2}, "056001": {1, 1, 764, 764, 4}, "058091": {5, 3, 64749, 3629, 339}}},
		{"ANALYST", false, []string{"056001", "058091-01", "058091-02"}, figures{"": {9, 5, 97601, 5921, 511},
			"058091-01": {4, 2, 64367, 3247, 337}, "058091-02": {3, 2, 26358, 1910, 138}, "056001": {2, 1, 6876, 764, 36}, "058091": {7, 4, 90725, 5157, 475}}},
	} {
		t.Run(c.role, func(t *testing.T) {
			var got struct {
				NeedMap struct {
					mapAnswer
					IsPartial bool
				}
				Filtered       struct{ Totals tally }
				Needs          struct{ TotalCount int }
				Municipalities struct {
					Nodes []struct {
						Code  string
						Tally tally
						Needs struct{ TotalCount int }
					}
				}
			}
			s.as(c.role).get(t, `{needMap {isPartial totals `+tallyFields+` cells {area {code level} tally `+tallyFields+`}}
				filtered: needMap(filter: {text: "segreto700000 segreto700003"}) {totals `+tallyFields+`}
				needs {totalCount} municipalities {nodes {code tally `+tallyFields+` needs(first: 1) {totalCount}}}}`, nil, &got)
			if got.NeedMap.Totals != c.want[""] || got.Needs.TotalCount != c.want[""].Needs || got.NeedMap.IsPartial != c.partial || got.Filtered.Totals != none {
				t.Errorf("%+v, want %+v", got, c.want[""])
			}
			cells := []string{}
			for _, cell := range got.NeedMap.Cells {
				cells = append(cells, cell.Area.Code)
				if cell.Tally != c.want[cell.Area.Code] {
					t.Errorf("the cell %s has %+v, want %+v", cell.Area.Code, cell.Tally, c.want[cell.Area.Code])
				}
			}
			if !slices.Equal(cells, c.cells) {
				t.Errorf("cells %v, want %v", cells, c.cells)
			}
			for _, m := range got.Municipalities.Nodes {
				if m.Tally != c.want[m.Code] || m.Needs.TotalCount != c.want[m.Code].Needs {
					t.Errorf("%s has %+v and a list of %d, want %+v", m.Code, m.Tally, m.Needs.TotalCount, c.want[m.Code])
				}
			}
		})
	}
}
