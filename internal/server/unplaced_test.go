package server_test

import "testing"

// TestNeedsThatKnowTheirComuneOnly puts a need on Rome as a whole, as an import
// of municipi leaves those without a place. Every figure of Rome counts it.
func TestNeedsThatKnowTheirComuneOnly(t *testing.T) {
	s := newSite(t, 300, true)
	figures := func() (list, tally, filtered, comune, municipi int) {
		var v struct {
			Needs        struct{ TotalCount int }
			Municipality struct{ Tally struct{ Needs int } }
			Filtered     struct{ Totals struct{ Needs int } }
			Comuni       struct {
				Cells []struct {
					Area  struct{ Code string }
					Tally struct{ Needs int }
				}
			}
			Leaves struct {
				Nodes []struct{ Tally struct{ Needs int } }
			}
		}
		s.get(t, `{
			needs(filter: {municipalities: ["058091"]}) { totalCount }
			municipality(code: "058091") { tally { needs } }
			filtered: needMap(filter: {municipalities: ["058091"]}) { totals { needs } }
			comuni: needMap(level: COMUNE) { cells { area { code } tally { needs } } }
			leaves: municipalities(filter: {codes: ["058091"], local: true}) { nodes { tally { needs } } }
		}`, nil, &v)
		for _, cell := range v.Comuni.Cells {
			if cell.Area.Code == "058091" {
				comune = cell.Tally.Needs
			}
		}
		for _, leaf := range v.Leaves.Nodes {
			municipi += leaf.Tally.Needs
		}
		return v.Needs.TotalCount, v.Municipality.Tally.Needs, v.Filtered.Totals.Needs, comune, municipi
	}
	check := func(unplaced int) {
		t.Helper()
		list, tally, filtered, comune, municipi := figures()
		want := municipi + unplaced
		if municipi == 0 || list != want || tally != want || filtered != want || comune != want {
			t.Errorf("list %d, tally %d, map %d, comune %d; the municipi have %d and %d stand beside them",
				list, tally, filtered, comune, municipi, unplaced)
		}
	}
	check(0)
	mustExec(t, s.db, `insert into need (municipality_id, field, origin, status, severity, people, reported_at, location_kind)
		select id, 'ELDERLY', 'KNOWN', 'REPORTED', 3, 2, now(), 'AREA' from municipality where code = '058091'`)
	check(1)
}
