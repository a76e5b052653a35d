package needmap

import (
	"errors"
	"strconv"
)

// MaxMerged bounds the duplicates that are merged, or named to be taken out, at
// a time.
const MaxMerged = 20

// NeedVersion is a need in the version that a caller knows.
type NeedVersion struct {
	ID      int64
	Version int
}

// Merge says which needs are duplicates of another.
type Merge struct {
	Into       NeedVersion
	Duplicates []NeedVersion
	Reason     *string
}

// Unmerge says which duplicates stand for themselves again; nil is all of them.
type Unmerge struct {
	From       NeedVersion
	Duplicates []int64
}

// ResponsePeople adds up the people of some responses.
type ResponsePeople struct {
	Delivered int
	Promised  int // offered and agreed
}

// Former is what a need was before it was merged.
type Former struct {
	Status    NeedStatus
	EndReason *EndReason
}

// Check refuses a merge that can't be right, whatever the needs are: INVALID,
// naming the part.
func (m Merge) Check() error {
	ids := make([]int64, len(m.Duplicates))
	for i, d := range m.Duplicates {
		ids[i] = d.ID
	}
	if len(ids) < 1 || len(ids) > MaxMerged {
		return Invalid("duplicates", "merge 1 to %d duplicates at a time, not %d", MaxMerged, len(ids))
	}
	return errors.Join(checkDuplicateIDs(m.Into.ID, ids), CheckFreeText("reason", m.Reason, MaxReasonRunes))
}

// Check is that of Merge for what is taken out.
func (u Unmerge) Check() error {
	if u.Duplicates == nil {
		return nil
	}
	if len(u.Duplicates) < 1 || len(u.Duplicates) > MaxMerged {
		return Invalid("duplicates", "name 1 to %d duplicates, not %d, or leave them out for all", MaxMerged, len(u.Duplicates))
	}
	return checkDuplicateIDs(u.From.ID, u.Duplicates)
}

func checkDuplicateIDs(target int64, ids []int64) error {
	var wrong []error
	seen := map[int64]bool{}
	for i, id := range ids {
		switch {
		case id == target:
			wrong = append(wrong, Invalid(duplicateField(i), "a need is no duplicate of itself"))
		case seen[id]:
			wrong = append(wrong, Invalid(duplicateField(i), "this duplicate is named twice"))
		}
		seen[id] = true
	}
	return errors.Join(wrong...)
}

func duplicateField(i int) string { return "duplicates." + strconv.Itoa(i) }

// CheckNeeds refuses needs that can't be merged: CONFLICT where their state
// stands in the way, INVALID where their fields differ. All are locked;
// duplicates are in the order of the request. hasOwn tells of which of them
// others are duplicates.
func (m Merge) CheckNeeds(target *Need, duplicates []*Need, hasOwn map[int64]bool) error {
	var wrong []error
	switch {
	case target.MergedInto != nil:
		wrong = append(wrong, Errorf(CodeConflict, "into", "the need was merged into another itself: merge into that one"))
	case !target.Status.Open():
		wrong = append(wrong, Errorf(CodeConflict, "into", "the need is %s: others are merged into an open one; reopen it first", target.Status))
	}
	for i, d := range duplicates {
		switch {
		case d.MergedInto != nil:
			wrong = append(wrong, Errorf(CodeConflict, duplicateField(i), "the need was merged already"))
		case hasOwn[d.ID]:
			wrong = append(wrong, Errorf(CodeConflict, duplicateField(i), "other needs were merged into this one: take those merges back first"))
		case d.Field != target.Field:
			wrong = append(wrong, Invalid(duplicateField(i), "its field is %s, not %s: duplicates are of the same field", d.Field, target.Field))
		}
	}
	return errors.Join(wrong...)
}

// Apply makes duplicates of needs whose responses went over to the target.
// promised are the people of all offered and agreed responses that the target
// has now. It is CONFLICT when the target has too few people for its answers.
func (m Merge) Apply(target *Need, duplicates []*Need, moved map[int64]ResponsePeople, promised int) error {
	for _, d := range duplicates {
		reason := EndDuplicate
		d.Status, d.EndReason, d.MergedInto = StatusRejected, &reason, &target.ID
		d.PeopleAnswered -= moved[d.ID].Delivered
		target.PeopleAnswered += moved[d.ID].Delivered
	}
	if all := target.PeopleAnswered + promised; all > target.People {
		return Errorf(CodeConflict, "into", "the need has %s, and with the responses of its duplicates %d would be answered or promised "+
			"an answer: it needs %d people; change that first", persons(target.People), all, all)
	}
	return nil
}

// Steps are the events of a merge: of a duplicate and of the target.
func (m Merge) Steps() (duplicate, target NeedStep) {
	code := string(EndDuplicate)
	words := trimmed(m.Reason)
	return NeedStep{Kind: EventMerged, Reason: words, ReasonCode: &code}, NeedStep{Kind: EventMerged, Reason: words}
}

// CheckNeeds refuses to take out of a need what was never merged into it:
// INVALID, or CONFLICT when there is nothing at all.
func (u Unmerge) CheckNeeds(target *Need, duplicates []*Need) error {
	if len(duplicates) == 0 {
		return Errorf(CodeConflict, "from", "no need is merged into this one")
	}
	var wrong []error
	for i, d := range duplicates {
		if d.MergedInto == nil || *d.MergedInto != target.ID {
			wrong = append(wrong, Invalid(duplicateField(i), "this need is not merged into the other"))
		}
	}
	return errors.Join(wrong...)
}

// Apply gives duplicates, whose responses came back, what they were before. It
// is CONFLICT when one has too few people for its answers now.
func (u Unmerge) Apply(target *Need, duplicates []*Need, former map[int64]Former, back map[int64]ResponsePeople) error {
	var wrong []error
	for i, d := range duplicates {
		was := former[d.ID]
		d.Status, d.EndReason, d.MergedInto = was.Status, was.EndReason, nil
		d.PeopleAnswered += back[d.ID].Delivered
		target.PeopleAnswered -= back[d.ID].Delivered
		if all := d.PeopleAnswered + back[d.ID].Promised; all > d.People {
			wrong = append(wrong, Errorf(CodeConflict, duplicateField(i), "the need has %s, and %d are answered or promised an answer",
				persons(d.People), all))
		}
	}
	return errors.Join(wrong...)
}
