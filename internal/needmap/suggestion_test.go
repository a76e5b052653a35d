package needmap_test

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// fitting is a service that fits the need of fittingNeed in everything.
func fitting() needmap.Candidate {
	return needmap.Candidate{
		ServiceID: 1, Field: needmap.FieldMinors, Status: needmap.ServiceActive, Capacity: 10,
		MinimumAge: given(6), MaximumAge: given(14), Serves: true, DistanceMetres: given(5000.0),
	}
}

func fittingNeed() *needmap.Need {
	return &needmap.Need{
		Field: needmap.FieldMinors, Status: needmap.StatusVerified, People: 4, MinimumAge: given(7), MaximumAge: given(9),
	}
}

// TestSuggest changes one thing of a service that fits, of whose 10 places 4 are
// held, and adds up its score by hand: 0.20 field, 0.15 status, 0.20 territory,
// 0.10 age, 0.20 × places for the 4 people, and 0.15 × 5000 ÷ (5000 + metres).
func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*needmap.Candidate, *needmap.Need)
		lacks  needmap.FitCriterion // "" fits, "-" neither fits nor nearly
		score  float64
		people int
	}{
		{"fits", nil, "", 0.925, 4},
		{"at the door", func(c *needmap.Candidate, _ *needmap.Need) { c.DistanceMetres = given(0.0) }, "", 1, 4},
		{"who knows where", func(c *needmap.Candidate, _ *needmap.Need) { c.DistanceMetres = nil }, "", 0.925, 4},
		{"far", func(c *needmap.Candidate, _ *needmap.Need) { c.DistanceMetres = given(45_000.0) }, "", 0.865, 4},
		{"room for half", func(c *needmap.Candidate, _ *needmap.Need) { c.Capacity = 6 }, "", 0.825, 2},
		{"full", func(c *needmap.Candidate, _ *needmap.Need) { c.Capacity = 4 }, "CAPACITY", 0.725, 0},
		{"overfull", func(c *needmap.Candidate, _ *needmap.Need) { c.Capacity = 3 }, "CAPACITY", 0.725, 0},
		{"suspended", func(c *needmap.Candidate, _ *needmap.Need) { c.Status = needmap.ServiceSuspended }, "STATUS", 0.775, 0},
		{"planned", func(c *needmap.Candidate, _ *needmap.Need) { c.Status = needmap.ServicePlanned }, "STATUS", 0.775, 0},
		{"suspended and full", func(c *needmap.Candidate, _ *needmap.Need) {
			c.Status, c.Capacity = needmap.ServiceSuspended, 4
		}, "-", 0, 0},
		{"another field", func(c *needmap.Candidate, _ *needmap.Need) { c.Field = needmap.FieldElderly }, "FIELD", 0.725, 4},
		{"elsewhere", func(c *needmap.Candidate, _ *needmap.Need) { c.Serves = false }, "TERRITORY", 0.725, 4},
		{"elsewhere, within its catchment", func(c *needmap.Candidate, _ *needmap.Need) {
			c.Serves, c.CatchmentMetres = false, given(5000)
		}, "", 0.825, 4},
		{"elsewhere, beyond its catchment", func(c *needmap.Candidate, _ *needmap.Need) {
			c.Serves, c.CatchmentMetres = false, given(4999)
		}, "TERRITORY", 0.725, 4},
		{"elsewhere, its catchment unknown to end where", func(c *needmap.Candidate, _ *needmap.Need) {
			c.Serves, c.CatchmentMetres, c.DistanceMetres = false, given(5000), nil
		}, "TERRITORY", 0.725, 4},
		{"there, within its catchment", func(c *needmap.Candidate, _ *needmap.Need) { c.CatchmentMetres = given(5000) }, "", 0.925, 4},
		{"there, beyond its catchment", func(c *needmap.Candidate, _ *needmap.Need) { c.CatchmentMetres = given(4000) }, "DISTANCE", 0.85, 4},
		{"ages not known", func(_ *needmap.Candidate, n *needmap.Need) { n.MinimumAge, n.MaximumAge = nil, nil }, "", 0.875, 4},
		{"ages not known, every age", func(c *needmap.Candidate, n *needmap.Need) {
			n.MinimumAge, n.MaximumAge, c.MinimumAge, c.MaximumAge = nil, nil, nil, nil
		}, "", 0.925, 4},
		{"every age", func(c *needmap.Candidate, _ *needmap.Need) { c.MinimumAge, c.MaximumAge = nil, nil }, "", 0.925, 4},
		{"some of the ages", func(c *needmap.Candidate, _ *needmap.Need) { c.MinimumAge = given(9) }, "", 0.875, 4},
		{"none of the ages, younger", func(c *needmap.Candidate, _ *needmap.Need) { c.MaximumAge = given(6) }, "AGE", 0.825, 4},
		{"none of the ages, older", func(c *needmap.Candidate, _ *needmap.Need) { c.MinimumAge, c.MaximumAge = given(10), nil }, "AGE", 0.825, 4},
		{"an age without an end", func(_ *needmap.Candidate, n *needmap.Need) { n.MaximumAge = nil }, "", 0.875, 4},
	} {
		candidate, n := fitting(), fittingNeed()
		if c.change != nil {
			c.change(&candidate, n)
		}
		fits, misses := needmap.Suggest(n, 4, []needmap.Candidate{candidate}, map[int]int{1: 4}, 10)
		all := slices.Concat(fits, misses)
		if c.lacks == "-" {
			if len(all) > 0 {
				t.Errorf("%s: %+v", c.name, all)
			}
			continue
		}
		if len(all) != 1 || (c.lacks == "") != (len(fits) == 1) {
			t.Errorf("%s: %d fit, %d nearly", c.name, len(fits), len(misses))
			continue
		}
		if s := all[0]; math.Abs(s.Score-c.score) > 1e-9 || s.People != c.people || c.lacks != "" && *s.Lacks != c.lacks || c.lacks == "" && s.Lacks != nil {
			t.Errorf("%s: score %v, %d people, lacks %v", c.name, s.Score, s.People, s.Lacks)
		}
	}
}

// TestSuggestOrder ranks by score, then nearness, then key, and puts other fields
// behind whatever their score.
func TestSuggestOrder(t *testing.T) {
	with := func(id int, change func(*needmap.Candidate)) needmap.Candidate {
		c := fitting()
		c.ServiceID = id
		change(&c)
		return c
	}
	near, unknown := func(c *needmap.Candidate) {}, func(c *needmap.Candidate) { c.DistanceMetres = nil }
	candidates := []needmap.Candidate{
		with(9, near), with(8, unknown), with(2, near), with(7, func(c *needmap.Candidate) { c.DistanceMetres = given(10.0) }),
		with(5, func(c *needmap.Candidate) { c.Field, c.DistanceMetres = needmap.FieldElderly, given(0.0) }),
		with(6, func(c *needmap.Candidate) { c.Status, c.DistanceMetres = needmap.ServicePlanned, given(90_000.0) }),
		with(4, func(c *needmap.Candidate) { c.Serves, c.DistanceMetres = false, given(90_000.0) }),
	}
	fits, misses := needmap.Suggest(fittingNeed(), 4, candidates, nil, 3)
	if got := idsOf(fits); !slices.Equal(got, []int{7, 2, 9}) {
		t.Errorf("fit %v", got)
	}
	if got := idsOf(misses); !slices.Equal(got, []int{6, 4, 5}) {
		t.Errorf("nearly %v", got)
	}
	// 8 is as good as 2 and 9, and its distance not known.
	fits, _ = needmap.Suggest(fittingNeed(), 4, candidates, nil, 10)
	if got := idsOf(fits); !slices.Equal(got, []int{7, 2, 9, 8}) {
		t.Errorf("fit %v", got)
	}
}

func idsOf(list []needmap.Suggestion) []int {
	ids := make([]int, len(list))
	for i, s := range list {
		ids[i] = s.ServiceID
	}
	return ids
}

// TestSuggestNothing has nothing to suggest for what is over, and nobody to take
// up where everybody is promised to.
func TestSuggestNothing(t *testing.T) {
	for _, status := range []needmap.NeedStatus{needmap.StatusMet, needmap.StatusClosed, needmap.StatusRejected} {
		n := fittingNeed()
		n.Status = status
		if fits, misses := needmap.Suggest(n, 4, []needmap.Candidate{fitting()}, nil, 10); len(fits)+len(misses) > 0 || fits == nil || misses == nil {
			t.Errorf("%s: %v %v", status, fits, misses)
		}
	}
	fits, _ := needmap.Suggest(fittingNeed(), 0, []needmap.Candidate{fitting()}, nil, 10)
	if len(fits) != 1 || fits[0].People != 0 {
		t.Errorf("nobody left: %+v", fits)
	}
}

// TestSuggestProperties draws needs and services.
func TestSuggestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n, candidates, held := drawSupply(rt)
		left, first := rapid.IntRange(0, n.People).Draw(rt, "left"), rapid.IntRange(1, 20).Draw(rt, "first")
		fits, misses := needmap.Suggest(n, left, candidates, held, first)
		if len(fits) > first || len(misses) > first {
			rt.Fatalf("%d and %d of at most %d", len(fits), len(misses), first)
		}
		promising := needmap.Promising(n, candidates)
		for _, s := range slices.Concat(fits, misses) {
			checkSuggestion(rt, s, left)
			if !slices.Contains(promising, s.ServiceID) {
				rt.Fatalf("service %d is suggested and was not promising", s.ServiceID)
			}
		}
		for _, s := range fits {
			if s.Lacks != nil || left > 0 && s.People < 1 {
				rt.Fatalf("a suggestion lacks %v and has room for %d", s.Lacks, s.People)
			}
		}
		for _, s := range misses {
			if s.Lacks == nil {
				rt.Fatal("a near miss lacks nothing")
			}
		}
		again := slices.Clone(candidates)
		slices.Reverse(again)
		fitsAgain, missesAgain := needmap.Suggest(n, left, again, held, first)
		if !reflect.DeepEqual(fits, fitsAgain) || !reflect.DeepEqual(misses, missesAgain) {
			rt.Fatal("the order of the services changes the ranking")
		}
	})
}

func checkSuggestion(t *rapid.T, s needmap.Suggestion, left int) {
	var criteria, lacking []needmap.FitCriterion
	for _, r := range s.Reasons {
		criteria = append(criteria, r.Criterion)
		if !r.Met {
			lacking = append(lacking, r.Criterion)
		}
		if r.Message == "" || r.MessageIt == "" || r.Message == r.MessageIt {
			t.Fatalf("%s says %q and %q", r.Criterion, r.Message, r.MessageIt)
		}
	}
	if !slices.Equal(criteria, needmap.FitCriteria) {
		t.Fatalf("criteria %v", criteria)
	}
	if s.Lacks == nil && len(lacking) > 0 || s.Lacks != nil && !slices.Equal(lacking, []needmap.FitCriterion{*s.Lacks}) {
		t.Fatalf("lacks %v, its reasons %v", s.Lacks, lacking)
	}
	if s.Score < 0 || s.Score > 1 || s.People < 0 || s.People > left {
		t.Fatalf("score %v, %d people of %d", s.Score, s.People, left)
	}
}

func drawSupply(t *rapid.T) (*needmap.Need, []needmap.Candidate, map[int]int) {
	maybeAge := rapid.Ptr(rapid.IntRange(0, 100), true)
	n := &needmap.Need{
		Field: rapid.SampledFrom(needmap.Fields[:2]).Draw(t, "field"), Status: rapid.SampledFrom(needmap.NeedStatuses).Draw(t, "status"),
		People: rapid.IntRange(1, 9).Draw(t, "people"), MinimumAge: maybeAge.Draw(t, "from"), MaximumAge: maybeAge.Draw(t, "to"),
	}
	held := map[int]int{}
	candidates := make([]needmap.Candidate, rapid.IntRange(0, 30).Draw(t, "services"))
	for i := range candidates {
		candidates[i] = needmap.Candidate{
			ServiceID: i + 1, Field: rapid.SampledFrom(needmap.Fields[:2]).Draw(t, "field"),
			Status:   rapid.SampledFrom(needmap.ServiceStatuses[:3]).Draw(t, "status"),
			Capacity: rapid.IntRange(0, 9).Draw(t, "capacity"), Serves: rapid.Bool().Draw(t, "serves"),
			CatchmentMetres: rapid.Ptr(rapid.IntRange(1, 20_000), true).Draw(t, "catchment"),
			MinimumAge:      maybeAge.Draw(t, "youngest"), MaximumAge: maybeAge.Draw(t, "oldest"),
			DistanceMetres: rapid.Ptr(rapid.Float64Range(0, 300_000), true).Draw(t, "metres"),
		}
		held[i+1] = rapid.IntRange(0, 9).Draw(t, "held")
	}
	return n, candidates, held
}
