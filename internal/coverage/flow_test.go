package coverage

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// mostPlaced is the most people who can have a place. By the theorem of max-flow and
// min-cut it is the narrowest of all cuts: some services with all their places, and
// the people who could go anywhere else.
func mostPlaced(groups []group, places []int) int {
	most := -1
	for set := range uint(1) << len(places) {
		cut := 0
		for s, n := range places {
			if set&(1<<s) != 0 {
				cut += n
			}
		}
		for _, g := range groups {
			if slices.ContainsFunc(g.options, func(s int32) bool { return set&(1<<s) == 0 }) {
				cut += g.people
			}
		}
		if most < 0 || cut < most {
			most = cut
		}
	}
	return most
}

// TestMostPlaced holds the brute force itself against cases worked out by hand.
func TestMostPlaced(t *testing.T) {
	for _, c := range []struct {
		name   string
		groups []group
		places []int
		want   int
	}{
		{"nobody", nil, []int{3}, 0},
		{"no options", []group{{4, nil}}, []int{3}, 0},
		{"too few places", []group{{4, []int32{0}}}, []int{3}, 3},
		{"who has a choice steps aside", []group{{2, []int32{0, 1}}, {2, []int32{0}}}, []int{2, 2}, 4},
		{"a chain of two steps", []group{{1, []int32{0, 1}}, {1, []int32{1, 2}}, {1, []int32{0}}}, []int{1, 1, 1}, 3},
	} {
		if got := mostPlaced(c.groups, c.places); got != c.want {
			t.Errorf("%s: the cuts give %d, want %d", c.name, got, c.want)
		}
		m := newMatching(c.places)
		if m.enter(c.groups, nil); m.placed != c.want {
			t.Errorf("%s: %d placed, want %d", c.name, m.placed, c.want)
		}
	}
}

// drawFlow draws groups and places, some of which are promised: a promise brings its
// person and its place.
func drawFlow(t *rapid.T) (groups []group, places []int, promises []promise) {
	places = rapid.SliceOfN(rapid.IntRange(0, 3), 1, 5).Draw(t, "places")
	for range rapid.IntRange(0, 6).Draw(t, "groups") {
		options := rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(len(places)-1)), 0, len(places), rapid.ID).Draw(t, "options")
		slices.Sort(options)
		groups = append(groups, group{rapid.IntRange(0, 4).Draw(t, "people"), options})
	}
	for g := range groups {
		if len(groups[g].options) == 0 || rapid.Bool().Draw(t, "without promise") {
			continue
		}
		p := promise{int32(g), rapid.SampledFrom(groups[g].options).Draw(t, "promised"), rapid.IntRange(1, 3).Draw(t, "to")}
		groups[g].people += p.people
		places[p.service] += p.people
		promises = append(promises, p)
	}
	return groups, places, promises
}

func TestMatchingIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups, places, promises := drawFlow(t)
		m := newMatching(places)
		m.enter(groups, promises)
		checkMatching(t, m, groups, places)
		if want := mostPlaced(groups, places); m.placed != want {
			t.Fatalf("%d placed, want %d", m.placed, want)
		}
		for s := range places {
			before := m.placed
			lost := m.without(int32(s))
			less := slices.Clone(places)
			less[s] = 0
			if want := before - mostPlaced(groups, less); lost != want {
				t.Fatalf("without service %d %d lose their place, want %d", s, lost, want)
			}
			checkMatching(t, m, groups, places)
			if m.placed != before {
				t.Fatalf("%d placed afterwards, and %d before", m.placed, before)
			}
		}
	})
}

// checkMatching: no group has more places than people, no service gives more than it
// has, and the sums agree.
func checkMatching(t *rapid.T, m *matching, groups []group, places []int) {
	given, sum := make([]int, len(places)), 0
	for g, edges := range m.edges {
		people := 0
		for k, n := range edges {
			if n < 0 {
				t.Fatalf("group %d has %d places", g, n)
			}
			people += n
			given[groups[g].options[k]] += n
		}
		if sum += people; people > groups[g].people {
			t.Fatalf("group %d of %d has %d places", g, groups[g].people, people)
		}
	}
	for s := range places {
		if m.places[s] < 0 || given[s]+m.places[s] != places[s] {
			t.Fatalf("service %d gave %d of %d places, and has %d", s, given[s], places[s], m.places[s])
		}
	}
	if sum != m.placed {
		t.Fatalf("%d placed, and %d counted", sum, m.placed)
	}
}
