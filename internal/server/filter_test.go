package server_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/server"
)

// TestOneFilterMeansTheSameEverywhere draws filters and callers, and compares
// every path of the contract that takes a filter with a plain Go evaluation over
// the same rows, as far as the caller may know them.
func TestOneFilterMeansTheSameEverywhere(t *testing.T) {
	t.Parallel()
	db := newDemo(t, 0)
	places := placesOf(t, db)
	needs := drawNeeds(places, 400)
	writeNeeds(t, db, needs)
	s := serveWith(t, db, server.Options{Demo: true, Callers: modelTokens})
	rapid.Check(t, func(t *rapid.T) {
		caller := drawCaller(t)
		w := &filterWorld{site: s.as(caller.token), caller: caller, places: places, needs: needs}
		f := w.drawFilter(t)
		variables := map[string]any{"f": f}
		var want []*modelNeed
		for _, n := range needs {
			if caller.sees(n) && f.admits(n, caller.place(n)) {
				want = append(want, n)
			}
		}
		slices.SortFunc(want, newest)
		w.checkMap(t, f, want)
		w.checkFeatures(t, variables, want)
		w.checkMunicipalities(t, variables, want)
		w.checkPages(t, variables, want)
	})
}

type filterWorld struct {
	*site  // as the caller reaches it
	caller modelCaller
	places []place
	needs  []*modelNeed
}

const tallyFields = `{needs openNeeds people openPeople peopleAnswered}`

type mapAnswer struct {
	Totals tally
	Cells  []struct {
		Area    struct{ Code, Level string }
		Tally   tally
		ByField []struct {
			Field string
			Tally tally
		}
	}
}

// checkMap compares the map at every level, and its parents with their leaves.
func (w *filterWorld) checkMap(t *rapid.T, f *modelFilter, want []*modelNeed) {
	at := map[string]map[string]tally{}
	for _, levels := range [][2]string{{"LOCAL", "COMUNE"}, {"PROVINCE", "REGION"}} {
		var got struct{ A, B mapAnswer }
		w.get(t, `query($f: NeedFilter, $a: TerritoryLevel!, $b: TerritoryLevel!) {
			a: needMap(filter: $f, level: $a) {...M} b: needMap(filter: $f, level: $b) {...M}
		} fragment M on NeedMap {totals `+tallyFields+` cells {area {code level} tally `+tallyFields+` byField {field tally `+tallyFields+`}}}`,
			map[string]any{"f": f, "a": levels[0], "b": levels[1]}, &got)
		at[levels[0]], at[levels[1]] = w.checkCells(t, f, levels[0], got.A, want), w.checkCells(t, f, levels[1], got.B, want)
	}
	var municipi tally
	for code, tally := range at["LOCAL"] {
		if strings.HasPrefix(code, "058091-") {
			municipi.plus(tally)
		}
	}
	if at["COMUNE"]["058091"] != municipi {
		t.Errorf("%s: Rome has %+v, its municipi together %+v", f, at["COMUNE"]["058091"], municipi)
	}
}

func (t *tally) plus(o tally) {
	t.Needs += o.Needs
	t.OpenNeeds += o.OpenNeeds
	t.People += o.People
	t.OpenPeople += o.OpenPeople
	t.PeopleAnswered += o.PeopleAnswered
}

// checkCells compares the cells of one level and gives their tallies by code.
func (w *filterWorld) checkCells(t *rapid.T, f *modelFilter, level string, got mapAnswer, want []*modelNeed) map[string]tally {
	if got.Totals != tallyOf(want) {
		t.Errorf("%s at %s: totals %+v, want %+v", f, level, got.Totals, tallyOf(want))
	}
	wantCells, byField := map[string]tally{}, map[string]tally{}
	for _, n := range want {
		code := n.leaf.at(level)
		cell, part := wantCells[code], byField[code+n.field]
		cell.add(n)
		part.add(n)
		wantCells[code], byField[code+n.field] = cell, part
	}
	gotCells := map[string]tally{}
	for _, cell := range got.Cells {
		if _, twice := gotCells[cell.Area.Code]; twice || cell.Area.Level != level {
			t.Errorf("%s at %s: cell %+v", f, level, cell.Area)
		}
		gotCells[cell.Area.Code] = cell.Tally
		if cell.Tally != wantCells[cell.Area.Code] {
			t.Errorf("%s at %s: %s has %+v, want %+v", f, level, cell.Area.Code, cell.Tally, wantCells[cell.Area.Code])
		}
		for i, part := range cell.ByField {
			if part.Field != wordsOf("Field")[i] || part.Tally != byField[cell.Area.Code+part.Field] {
				t.Errorf("%s at %s: %s has %+v, want %+v", f, level, cell.Area.Code, part, byField[cell.Area.Code+part.Field])
			}
		}
	}
	for _, p := range w.places { // areas that the filter touches are there, zeros included
		_, filled := wantCells[p.at(level)]
		if _, there := gotCells[p.at(level)]; there != (filled || w.touches(f, level, p.at(level))) {
			t.Errorf("%s at %s: %s has a cell: %v", f, level, p.at(level), there)
		}
	}
	return gotCells
}

// touches reports whether the filter's municipalities hold a place of an area that
// the caller works in.
func (w *filterWorld) touches(f *modelFilter, level, code string) bool {
	whole := f.Municipalities == nil && !w.caller.isOperator() // the area may lie elsewhere too
	return whole || slices.ContainsFunc(w.places, func(p place) bool {
		return p.at(level) == code && f.admitsPlace(p) && w.caller.worksIn(p)
	})
}

// checkFeatures compares the points on the map, which are the same needs
// restricted to a box.
func (w *filterWorld) checkFeatures(t *rapid.T, variables map[string]any, want []*modelNeed) {
	box := w.drawBox(t)
	limit := rapid.SampledFrom([]int{3, 5000}).Draw(t, "limit")
	ids := []string{}
	for _, n := range want {
		if at := w.caller.place(n); at != nil && box.holds(*at) && len(ids) < limit {
			ids = append(ids, globalID("Need", n.id))
		}
	}
	var got struct {
		NeedFeatures struct {
			Features []struct {
				ID       string
				Geometry modelPlace
			}
		}
	}
	variables = maps.Clone(variables)
	variables["box"], variables["limit"] = box, limit
	w.get(t, `query($f: NeedFilter, $box: BBox!, $limit: Int!) {needFeatures(bbox: $box, filter: $f, limit: $limit)}`, variables, &got)
	gotIDs := []string{}
	for _, f := range got.NeedFeatures.Features {
		gotIDs = append(gotIDs, f.ID)
		n := w.needs[slices.IndexFunc(w.needs, func(n *modelNeed) bool { return f.ID == globalID("Need", n.id) })]
		if at, ok := f.Geometry.at(w.caller.cells); !ok || geodesic(at, *w.caller.place(n)) > 1 {
			t.Errorf("%v: the feature %s is at %v, want %v", variables["f"], f.ID, f.Geometry, *w.caller.place(n))
		}
	}
	if !slices.Equal(gotIDs, ids) {
		t.Errorf("%v: features %v, want %v", variables["f"], gotIDs, ids)
	}
}

// checkMunicipalities compares the nested lists, counts and tallies of Rome, its
// municipi and two comuni.
func (w *filterWorld) checkMunicipalities(t *rapid.T, variables map[string]any, want []*modelNeed) {
	var got struct {
		Municipalities struct {
			Nodes []struct {
				Code  string
				Tally tally
				Needs struct {
					TotalCount int
					PageInfo   struct{ HasNextPage bool }
					Nodes      []struct{ ID string }
				}
			}
		}
	}
	w.get(t, `query($f: NeedFilter) {municipalities(filter: {codes: ["058091", "057059", "060038"]}, first: 18) {nodes {
		code tally(filter: $f) `+tallyFields+` needs(filter: $f, first: 7) {totalCount pageInfo {hasNextPage} nodes {id}}}}}`, variables, &got)
	if len(got.Municipalities.Nodes) != 18 {
		t.Fatalf("%d municipalities, want Rome, its 15 municipi and 2 comuni", len(got.Municipalities.Nodes))
	}
	for _, m := range got.Municipalities.Nodes {
		var own []*modelNeed
		for _, n := range want {
			if n.leaf.under(m.Code) {
				own = append(own, n)
			}
		}
		page := own[:min(len(own), 7)]
		same := slices.EqualFunc(m.Needs.Nodes, page, func(got struct{ ID string }, n *modelNeed) bool { return got.ID == globalID("Need", n.id) })
		if m.Tally != tallyOf(own) || m.Needs.TotalCount != len(own) || !same || m.Needs.PageInfo.HasNextPage != (len(own) > 7) {
			t.Errorf("%v in %s: %+v, want %d needs, %+v", variables["f"], m.Code, m, len(own), tallyOf(own))
		}
	}
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}
