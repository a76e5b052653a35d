package server_test

import (
	"maps"
	"slices"

	"pgregory.net/rapid"
)

type needPage struct {
	Needs struct {
		TotalCount int
		PageInfo   struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       *string
		}
		Nodes []struct{ ID string }
		Edges []struct {
			Cursor string
			Node   struct{ ID string }
		}
	}
}

const needPageQuery = `query($f: NeedFilter, $o: NeedOrder, $first: Int, $after: String, $last: Int, $before: String) {
	needs(filter: $f, orderBy: $o, first: $first, after: $after, last: $last, before: $before) {
		totalCount pageInfo {hasNextPage hasPreviousPage startCursor endCursor} nodes {id} edges {cursor node {id}}}}`

// checkPages walks through a list from both ends: all pages together must be the
// expected needs in the expected order, none twice.
func (w *filterWorld) checkPages(t *rapid.T, variables map[string]any, want []*modelNeed) {
	names := slices.Sorted(maps.Keys(orders))
	for _, backward := range []bool{false, true} {
		order := rapid.SampledFrom(names).Draw(t, "order")
		expected := slices.SortedFunc(slices.Values(want), orders[order])
		ids := make([]string, len(expected))
		for i, n := range expected {
			ids[i] = globalID("Need", n.id)
		}
		size := rapid.IntRange(max(1, len(ids)/4), max(2, len(ids))).Draw(t, "page")
		if got := w.walk(t, variables, order, size, len(ids), backward); !slices.Equal(got, ids) {
			t.Errorf("%v by %s, pages of %d, backward %v:\n%v, want\n%v", variables["f"], order, size, backward, got, ids)
		}
	}
}

// walk gives the keys of all needs, in the order of the list.
func (w *filterWorld) walk(t *rapid.T, filter map[string]any, order string, size, total int, backward bool) []string {
	ids := []string{}
	variables := maps.Clone(filter)
	variables["o"], variables["first"] = order, size
	if backward {
		delete(variables, "first")
		variables["last"] = size
	}
	for begun := false; ; begun = true {
		var got needPage
		w.get(t, needPageQuery, variables, &got)
		page := got.Needs
		part := make([]string, len(page.Nodes))
		for i, n := range page.Nodes {
			part[i] = n.ID
			if page.Edges[i].Node.ID != n.ID {
				t.Fatalf("edge %d is %s, node %s", i, page.Edges[i].Node.ID, n.ID)
			}
		}
		if page.TotalCount != total || len(part) > size {
			t.Fatalf("%v: totalCount %d, want %d; a page of %d holds %d", filter["f"], page.TotalCount, total, size, len(part))
		}
		more, other := page.PageInfo.HasNextPage, page.PageInfo.HasPreviousPage
		variables["after"] = page.PageInfo.EndCursor
		if backward {
			more, other = other, more
			delete(variables, "after")
			variables["before"] = page.PageInfo.StartCursor
			ids = append(part, ids...)
		} else {
			ids = append(ids, part...)
		}
		if other != begun {
			t.Fatalf("%v: on the side where the walk began more is %v", filter["f"], other)
		}
		if !more {
			return ids
		}
		if len(part) != size || len(ids) > total {
			t.Fatalf("%v: a page of %d holds %d and more follow; %d of %d seen", filter["f"], size, len(part), len(ids), total)
		}
	}
}
