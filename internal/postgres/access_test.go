package postgres_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// TestEveryStatementKeepsTheScope draws filters and callers, and compares every
// way to read needs with what the model says that they may see.
func TestEveryStatementKeepsTheScope(t *testing.T) {
	t.Parallel()
	w := newScopeWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		c := w.draw(t)
		var want []*scopeNeed
		for _, n := range w.needs {
			if c.admits(n) {
				want = append(want, n)
			}
		}
		w.checkLists(t, c, want)
		w.checkGroups(t, c, want)
		w.checkTally(t, c, want)
		w.checkFeatures(t, c, want)
		w.checkByID(t, c)
	})
}

// checkLists walks through the pages of a list in every order and direction.
func (w *scopeWorld) checkLists(t *rapid.T, c scopeCase, want []*scopeNeed) {
	count, err := w.store.CountNeeds(t.Context(), c.NeedCriteria)
	if err != nil || count != len(want) {
		t.Errorf("%+v: %d needs, want %d, %v", c, count, len(want), err)
	}
	for order, compare := range scopeOrders {
		ids := []int64{}
		for _, n := range slices.SortedFunc(slices.Values(want), compare) {
			ids = append(ids, n.ID)
		}
		page := needmap.Page{Limit: rapid.IntRange(max(1, len(ids)/3), len(ids)+1).Draw(t, "limit"), Backward: rapid.Bool().Draw(t, "backward")}
		if got := w.pages(t, c, order, page, len(ids)); !slices.Equal(got, ids) {
			t.Errorf("%+v by %s: %v, want %v", c, order, got, ids)
		}
	}
}

func (w *scopeWorld) pages(t *rapid.T, c scopeCase, order needmap.NeedOrder, page needmap.Page, total int) []int64 {
	ids := []int64{}
	for {
		found, err := w.store.FindNeeds(t.Context(), c.NeedCriteria, order, page, true)
		if err != nil {
			t.Fatal(err)
		}
		part := needIDs(found.Needs)
		w.checkPlaces(t, c, found.Needs)
		if page.Backward {
			ids = append(part, ids...)
		} else {
			ids = append(ids, part...)
		}
		if found.Total != nil && *found.Total != total || found.Total == nil && len(part) > 0 {
			t.Fatalf("%+v: total %v with the page, want %d", c, found.Total, total)
		}
		if !found.More || len(part) == 0 || len(ids) > total {
			return ids
		}
		if page.Backward {
			page.Before = positionOf(found.Needs[0], order)
		} else {
			page.After = positionOf(found.Needs[len(part)-1], order)
		}
	}
}

// checkPlaces holds places to what the caller may know: the point, or the cell
// whose middle is where it should be, or nothing.
func (w *scopeWorld) checkPlaces(t *rapid.T, c scopeCase, found []*needmap.Need) {
	for _, n := range found {
		i := slices.IndexFunc(w.needs, func(m *scopeNeed) bool { return m.ID == n.ID })
		known := w.needs[i]
		switch {
		case known.Lon == nil || c.Cells:
			if n.Location != nil {
				t.Errorf("%+v: need %d has the point %v", c.Access, n.ID, *n.Location)
			}
		case n.Location == nil || n.Location[0] != *known.Lon || n.Location[1] != *known.Lat:
			t.Errorf("%+v: need %d is at %v", c.Access, n.ID, n.Location)
		}
		if (n.Cell != nil) != (known.Lon != nil && c.Cells) {
			t.Errorf("%+v: need %d has the cell %v", c.Access, n.ID, n.Cell)
		}
		if n.Cell != nil && (len((*n.Cell)[0]) != 5 || !n.Cell.Bound().Contains([2]float64{*known.CellLon, *known.CellLat})) {
			t.Errorf("need %d has the cell %v around %v, %v", n.ID, *n.Cell, *known.CellLon, *known.CellLat)
		}
	}
}

// checkGroups asks for the needs of groups of municipalities at once.
func (w *scopeWorld) checkGroups(t *rapid.T, c scopeCase, want []*scopeNeed) {
	groups := [][]int{{1, 2}, {3}, {4, 5, 6}, {}}
	pages, _, err := w.store.FindNeedsPerGroup(t.Context(), groups, c.NeedCriteria, needmap.NeedsMostSevere, needmap.Page{Limit: 200})
	if err != nil || len(pages) != len(groups) {
		t.Fatal(len(pages), err)
	}
	for i, group := range groups {
		ids := []int64{}
		for _, n := range slices.SortedFunc(slices.Values(want), scopeOrders[needmap.NeedsMostSevere]) {
			if slices.Contains(group, n.MunicipalityID) {
				ids = append(ids, n.ID)
			}
		}
		w.checkPlaces(t, c, pages[i])
		if got := needIDs(pages[i]); !slices.Equal(got, ids) {
			t.Errorf("%+v in %v: %v, want %v", c, group, got, ids)
		}
	}
}

// checkTally compares sums by municipality and field: those of a scope with
// organisations have two parts, and no need is in both.
func (w *scopeWorld) checkTally(t *rapid.T, c scopeCase, want []*scopeNeed) {
	type key struct {
		municipality int
		field        needmap.Field
	}
	got, sums := map[key]needmap.Tally{}, map[key]needmap.Tally{}
	rows, err := w.store.TallyNeeds(t.Context(), c.NeedCriteria)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		sum := got[key{row.MunicipalityID, row.Field}]
		sum.Add(row.Tally)
		got[key{row.MunicipalityID, row.Field}] = sum
	}
	for _, n := range want {
		sum := sums[key{n.MunicipalityID, n.Field}]
		sum.AddNeed(&needmap.Need{Status: n.Status, People: n.People, PeopleAnswered: n.Answered})
		sums[key{n.MunicipalityID, n.Field}] = sum
	}
	if !reflect.DeepEqual(got, sums) {
		t.Errorf("%+v: tallies %v, want %v", c, got, sums)
	}
}

// checkFeatures asks for what has a place, newest first.
func (w *scopeWorld) checkFeatures(t *rapid.T, c scopeCase, want []*scopeNeed) {
	limit := rapid.SampledFrom([]int{3, 1000}).Draw(t, "features")
	features, err := w.store.FindNeedFeatures(t.Context(), c.NeedCriteria, limit)
	if err != nil {
		t.Fatal(err)
	}
	got, ids := []int64{}, []int64{}
	for _, f := range features {
		got = append(got, f.ID)
		if (f.Cell != nil) != c.Cells || c.Cells && (f.Longitude != 0 || f.Latitude != 0) {
			t.Errorf("%+v: the feature %+v", c.Access, f)
		}
	}
	for _, n := range slices.SortedFunc(slices.Values(want), newestOf) {
		if n.Lon != nil && len(ids) < limit {
			ids = append(ids, n.ID)
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("%+v: features %v, want %v", c, got, ids)
	}
}

// checkByID asks for everything by its key: what is hidden is as if missing.
func (w *scopeWorld) checkByID(t *rapid.T, c scopeCase) {
	keys, answers := []int64{0, 9999}, []int64{0, 9999}
	var seen, answered, merged []int64
	for _, n := range w.needs {
		keys, answers = append(keys, n.ID), append(answers, n.Responses...)
		if !c.seen(n) {
			continue
		}
		seen, answered = append(seen, n.ID), append(answered, n.Responses...)
		if n.MergedInto != nil {
			merged = append(merged, n.ID)
		}
	}
	needs, err := w.store.NeedsByID(t.Context(), c.Access, keys)
	if got := needIDs(needs); err != nil || !slices.Equal(got, seen) && len(got)+len(seen) > 0 {
		t.Errorf("%+v: needs %v, want %v, %v", c.Access, got, seen, err)
	}
	w.checkPlaces(t, c, needs)
	duplicates, err := w.store.NeedsMergedInto(t.Context(), c.Access, keys)
	if got := needIDs(duplicates); err != nil || !slices.Equal(got, merged) && len(got)+len(merged) > 0 {
		t.Errorf("%+v: duplicates %v, want %v, %v", c.Access, got, merged, err)
	}
	w.checkPlaces(t, c, duplicates)
	responses, err := w.store.ResponsesByID(t.Context(), c.Access, answers)
	got := []int64{}
	for _, r := range responses {
		got = append(got, r.ID)
	}
	slices.Sort(got)
	slices.Sort(answered)
	if err != nil || !slices.Equal(got, answered) && len(got)+len(answered) > 0 {
		t.Errorf("%+v: responses %v, want %v, %v", c.Access, got, answered, err)
	}
}
