package server_test

import (
	"slices"
	"strings"
	"testing"
)

// newMerging is the small world with two more needs of field MINORS in 056001: 6,
// of 5 people, and 7. Of need 5 there, 5 of 7 people are answered and 1 is promised.
func newMerging(t *testing.T) *site {
	t.Helper()
	s := newCollecting(t)
	report := parts{"municipality": "056001", "field": "MINORS", "origin": "KNOWN", "severity": 2, "people": 5}
	for range 2 {
		if got := s.collect(t, "coordinator", "reportNeed", report); got.wrong() != "" {
			t.Fatal(got.wrong())
		}
	}
	return s
}

// mergeOf7And5 merges both into 6, as its version is known.
func mergeOf7And5(version int) parts {
	return parts{"into": needParts(6, version), "duplicates": []parts{needParts(7, 1), needParts(5, 1)}, "reason": "Gli stessi bambini"}
}

// merged gives the small world with 5 and 7 merged into 6: all in version 2, and
// 6 in version 3, because it got a person more first.
func merged(t *testing.T) *site {
	t.Helper()
	s := newMerging(t)
	s.collect(t, "coordinator", "updateNeed", with(needParts(6, 1), parts{"people": 6}))
	if got := s.collect(t, "coordinator", "mergeNeeds", mergeOf7And5(2)); got.wrong() != "" {
		t.Fatalf("%s %+v", got.wrong(), got.Errors)
	}
	return s
}

func TestMergesThatAreRefused(t *testing.T) {
	s := newMerging(t)
	before := stored(t, s)
	for _, c := range []struct {
		name, who string
		change    parts
		wrong     string
	}{
		{"ANALYST", "analyst", nil, "FORBIDDEN"},
		{"outside the scope", "rome", nil, "NOT_FOUND"},
		{"one outside the scope", "alfa", parts{"into": needParts(5, 1), "duplicates": []parts{needParts(6, 1)}}, "NOT_FOUND"},
		{"the target's version", "coordinator", parts{"into": needParts(6, 2)}, "CONFLICT into.version"},
		{"a duplicate's version", "coordinator", parts{"duplicates": []parts{needParts(7, 1), needParts(5, 9)}}, "CONFLICT duplicates.1.version"},
		{"an identifier", "coordinator", parts{"duplicates": []parts{{"id": "x", "version": 1}}}, "INVALID duplicates.0.id"},
		{"none", "coordinator", parts{"duplicates": []parts{}}, "INVALID duplicates"},
		{"21", "coordinator", parts{"duplicates": slices.Repeat([]parts{needParts(7, 1)}, 21)}, "INVALID duplicates"},
		{"itself", "coordinator", parts{"duplicates": []parts{needParts(6, 1)}}, "INVALID duplicates.0"},
		{"twice", "coordinator", parts{"duplicates": []parts{needParts(7, 1), needParts(7, 1)}}, "INVALID duplicates.1"},
		{"another field", "coordinator", parts{"duplicates": []parts{needParts(7, 1), needParts(3, 1)}}, "INVALID duplicates.1"},
		{"into what has ended", "coordinator", parts{"into": needParts(4, 2)}, "CONFLICT into, INVALID duplicates.0, INVALID duplicates.1"},
		{"personal data", "coordinator", parts{"reason": "Per RSSMRA85T10A562S"}, "INVALID reason"},
		{"too few people", "coordinator", nil, "CONFLICT into"},
	} {
		got := s.collect(t, c.who, "mergeNeeds", with(mergeOf7And5(1), c.change))
		if got.wrong() != c.wrong {
			t.Errorf("%s: %s, want %s", c.name, got.wrong(), c.wrong)
		} else if c.name == "too few people" && !strings.Contains(got.Errors[0].Message, "it needs 6 people") {
			t.Error(got.Errors[0].Message)
		}
	}
	if after := stored(t, s); after != before {
		t.Errorf("refused merges left something: %s, before %s", after, before)
	}
}

func TestMerge(t *testing.T) {
	s := newMerging(t)
	s.collect(t, "coordinator", "updateNeed", with(needParts(6, 1), parts{"people": 6}))
	merge := with(mergeOf7And5(2), parts{"idempotencyKey": "m"})
	for range 2 { // the second time it is known by its key
		got := s.collect(t, "coordinator", "mergeNeeds", merge)
		if got.wrong() != "" {
			t.Fatalf("%s %+v", got.wrong(), got.Errors)
		}
		if n := got.Need; n.ID != globalID("Need", 6) || n.PeopleAnswered != 5 || n.Version != 3 || len(n.Responses) != 2 || n.told() != "MERGED > peopleAnswered:0>5" {
			t.Errorf("target %+v: %s", n, n.told())
		}
		duplicates := decodeNeeds(t, got)
		if n := duplicates[1]; len(duplicates) != 2 || n.Status != "REJECTED" || *n.EndReason != "DUPLICATE" || n.MergedInto.ID != got.Need.ID || n.PeopleAnswered != 0 ||
			n.told() != "MERGED IN_PROGRESS>REJECTED endReason:>DUPLICATE mergedInto:>another need peopleAnswered:5>0 status:IN_PROGRESS>REJECTED" {
			t.Errorf("duplicate %+v: %s", n, n.told())
		}
	}
}

func TestWhatMergedNeedsRefuse(t *testing.T) {
	s := merged(t)
	for _, c := range []struct {
		mutation string
		input    parts
		wrong    string
	}{
		{"updateNeed", with(needParts(7, 2), parts{"severity": 1}), "CONFLICT id"},
		{"confirmNeed", needParts(7, 2), "CONFLICT id"},
		{"reopenNeed", with(needParts(7, 2), parts{"reason": "x"}), "CONFLICT id"},
		{"transitionNeed", with(needParts(7, 2), parts{"to": "REPORTED", "reason": "x"}), "INVALID to"},
		{"mergeNeeds", parts{"into": needParts(6, 3), "duplicates": []parts{needParts(7, 2)}}, "CONFLICT duplicates.0"},
		{"mergeNeeds", parts{"into": needParts(5, 2), "duplicates": []parts{needParts(6, 3)}}, "CONFLICT into, CONFLICT duplicates.0"},
		{"unmergeNeeds", parts{"from": needParts(6, 3), "duplicates": []string{globalID("Need", 6)}}, "INVALID duplicates.0"},
		{"unmergeNeeds", parts{"from": needParts(6, 3), "duplicates": []string{}}, "INVALID duplicates"},
		{"unmergeNeeds", parts{"from": needParts(6, 3), "duplicates": []string{globalID("Need", 3)}}, "INVALID duplicates.0"},
		{"unmergeNeeds", parts{"from": needParts(6, 3), "duplicates": []string{globalID("Need", 99)}}, "NOT_FOUND"},
		{"unmergeNeeds", parts{"from": needParts(6, 2)}, "CONFLICT from.version"},
		{"unmergeNeeds", parts{"from": needParts(3, 1)}, "CONFLICT from"},
	} {
		if got := s.collect(t, "coordinator", c.mutation, c.input); got.wrong() != c.wrong {
			t.Errorf("%s %v: %s, want %s", c.mutation, c.input, got.wrong(), c.wrong)
		}
	}
}

func TestUnmerge(t *testing.T) {
	s := merged(t)
	if wrong := s.collect(t, "rome", "unmergeNeeds", parts{"from": needParts(6, 3)}).wrong(); wrong != "NOT_FOUND" {
		t.Errorf("outside the scope: %s", wrong)
	}
	got := s.collect(t, "coordinator", "unmergeNeeds", parts{"from": needParts(6, 3), "duplicates": []string{globalID("Need", 5)}})
	if got.wrong() != "" || got.Need.PeopleAnswered != 0 || len(got.Need.Responses) != 0 {
		t.Fatalf("%s %+v", got.wrong(), got)
	}
	if n := decodeNeeds(t, got)[0]; n.Status != "IN_PROGRESS" || n.EndReason != nil || n.MergedInto != nil || n.PeopleAnswered != 5 || len(n.Responses) != 2 ||
		n.told() != "UNMERGED REJECTED>IN_PROGRESS endReason:DUPLICATE> mergedInto:another need> peopleAnswered:0>5 status:REJECTED>IN_PROGRESS" {
		t.Errorf("%+v: %s", n, n.told())
	}
	got = s.collect(t, "coordinator", "unmergeNeeds", parts{"from": needParts(6, 4)})
	if back := decodeNeeds(t, got); len(back) != 1 || back[0].ID != globalID("Need", 7) || back[0].Status != "REPORTED" {
		t.Errorf("the rest: %s %+v", got.wrong(), back)
	}
}
