package needmap_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
)

// wrongs tells codes and fields of an error.
func wrongs(err error) string {
	words := []string{}
	for _, e := range needmap.Mistakes(err) {
		words = append(words, string(e.Code)+" "+e.Field)
	}
	return strings.Join(words, ", ")
}

// TestMergeRules changes one thing at a time of a merge that is fine.
func TestMergeRules(t *testing.T) {
	other := int64(9)
	for _, c := range []struct {
		name   string
		change func(target, duplicate *needmap.Need, own map[int64]bool)
		wrong  string
	}{
		{"fine", func(_, _ *needmap.Need, _ map[int64]bool) {}, ""},
		{"a duplicate that has ended", func(_, d *needmap.Need, _ map[int64]bool) { d.Status = needmap.StatusMet }, ""},
		{"into a merged one", func(n, _ *needmap.Need, _ map[int64]bool) { n.MergedInto = &other }, "CONFLICT into"},
		{"into one that has ended", func(n, _ *needmap.Need, _ map[int64]bool) { n.Status = needmap.StatusMet }, "CONFLICT into"},
		{"merged already", func(_, d *needmap.Need, _ map[int64]bool) { d.MergedInto = &other }, "CONFLICT duplicates.0"},
		{"with duplicates of its own", func(_, d *needmap.Need, own map[int64]bool) { own[d.ID] = true }, "CONFLICT duplicates.0"},
		{"of another field", func(_, d *needmap.Need, _ map[int64]bool) { d.Field = needmap.FieldMinors }, "INVALID duplicates.0"},
		{"the target with duplicates", func(n, _ *needmap.Need, own map[int64]bool) { own[n.ID] = true }, ""},
	} {
		target := &needmap.Need{ID: 1, Status: needmap.StatusReported, Field: needmap.FieldElderly}
		duplicate := &needmap.Need{ID: 2, Status: needmap.StatusReported, Field: needmap.FieldElderly}
		own := map[int64]bool{}
		c.change(target, duplicate, own)
		if got := wrongs(needmap.Merge{}.CheckNeeds(target, []*needmap.Need{duplicate}, own)); got != c.wrong {
			t.Errorf("%s: %s, want %s", c.name, got, c.wrong)
		}
	}
}

// TestMergeAddsUp: 2 answered of its own, 3 and 4 that come with the duplicates,
// and 5 promised in all want 14 people.
func TestMergeAddsUp(t *testing.T) {
	for people, wrong := range map[int]string{14: "", 13: "CONFLICT into"} {
		target := &needmap.Need{ID: 1, People: people, PeopleAnswered: 2}
		duplicates := []*needmap.Need{{ID: 2, Status: needmap.StatusVerified, People: 9, PeopleAnswered: 5}, {ID: 3, People: 9, PeopleAnswered: 4}}
		moved := map[int64]needmap.ResponsePeople{2: {Delivered: 3, Promised: 1}, 3: {Delivered: 4}}
		err := needmap.Merge{}.Apply(target, duplicates, moved, 5)
		if wrongs(err) != wrong {
			t.Errorf("%d people: %v", people, err)
		}
		if err != nil {
			if !strings.Contains(err.Error(), "it needs 14 people") {
				t.Error(err)
			}
			continue
		}
		d := duplicates[0]
		if target.PeopleAnswered != 9 || d.PeopleAnswered != 2 || d.Status != needmap.StatusRejected || *d.EndReason != needmap.EndDuplicate || *d.MergedInto != 1 {
			t.Errorf("target %+v, duplicate %+v", target, d)
		}
	}
}

// TestUnmergeRules takes need 2 out of need 1.
func TestUnmergeRules(t *testing.T) {
	one, other := int64(1), int64(9)
	target := &needmap.Need{ID: 1, People: 9, PeopleAnswered: 5}
	for _, c := range []struct {
		name       string
		duplicates []*needmap.Need
		wrong      string
	}{
		{"fine", []*needmap.Need{{ID: 2, MergedInto: &one}}, ""},
		{"nothing", nil, "CONFLICT from"},
		{"merged elsewhere", []*needmap.Need{{ID: 2, MergedInto: &one}, {ID: 3, MergedInto: &other}}, "INVALID duplicates.1"},
		{"not merged", []*needmap.Need{{ID: 2}}, "INVALID duplicates.0"},
	} {
		if got := wrongs(needmap.Unmerge{}.CheckNeeds(target, c.duplicates)); got != c.wrong {
			t.Errorf("%s: %s, want %s", c.name, got, c.wrong)
		}
	}
	reason := needmap.EndMovedAway
	former := map[int64]needmap.Former{2: {Status: needmap.StatusClosed, EndReason: &reason}}
	for people, wrong := range map[int]string{6: "", 5: "CONFLICT duplicates.0"} {
		from := *target
		duplicate := &needmap.Need{ID: 2, People: people, PeopleAnswered: 1, Status: needmap.StatusRejected, MergedInto: &one}
		err := needmap.Unmerge{}.Apply(&from, []*needmap.Need{duplicate}, former, map[int64]needmap.ResponsePeople{2: {Delivered: 3, Promised: 2}})
		if wrongs(err) != wrong {
			t.Errorf("%d people: %v", people, err)
		}
		if from.PeopleAnswered != 2 || duplicate.PeopleAnswered != 4 || duplicate.Status != needmap.StatusClosed || *duplicate.EndReason != reason || duplicate.MergedInto != nil {
			t.Errorf("target %+v, duplicate %+v", from, duplicate)
		}
	}
}
