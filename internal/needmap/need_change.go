package needmap

import (
	"errors"
	"time"

	"github.com/paulmach/orb"
)

// NeedPart is a part of a need that can be taken away.
type NeedPart string

// Parts of a need that can be taken away.
const (
	PartSummary    NeedPart = "SUMMARY"
	PartLocation   NeedPart = "LOCATION"
	PartAges       NeedPart = "AGES"
	PartReportedBy NeedPart = "REPORTED_BY"
)

// NeedParts is the set, in its published order.
var NeedParts = []NeedPart{PartSummary, PartLocation, PartAges, PartReportedBy}

// NeedChange changes a need that is locked, and says what kind of event that is
// and why. It changes nothing else; the store compares before and after.
type NeedChange func(n *Need) (NeedStep, error)

// NeedStep says what a change was.
type NeedStep struct {
	Kind       NeedEventKind
	Reason     *string
	ReasonCode *string
	Was, Is    map[string]string // values of the response that it is about, by their names in the history
}

// NeedUpdate is what a caller wants to be different; nil stays as it is.
type NeedUpdate struct {
	Municipality *string
	Point        *orb.Point
	LocationKind *LocationKind
	Field        *Field
	Origin       *NeedOrigin
	Severity     *int
	People       *int
	MinimumAge   *int
	MaximumAge   *int
	Summary      *string
	ReportedByID *int
	SuspensionID *int
	Clear        []NeedPart
}

// Update changes what is known of a need.
func (r Reporting) Update(u NeedUpdate) NeedChange {
	return func(n *Need) (NeedStep, error) {
		step := NeedStep{Kind: EventUpdated}
		if n.MergedInto != nil {
			return step, errMerged
		}
		was := *n
		if err := u.clear(n); err != nil {
			return step, err
		}
		u.set(n)
		err := errors.Join(
			r.move(n, u), n.check(), u.checkOrigin(n, &was),
			CheckFreeText("summary", u.Summary, MaxSummaryRunes), r.checkKnown(u.SuspensionID, u.ReportedByID),
		)
		if err == nil {
			err = r.checkScope(&was, n)
		}
		return step, err
	}
}

var errMerged = Errorf(CodeConflict, "id", "the need was merged into another; take the merge back first")

// set writes the values that are given. Another origin takes the suspension away
// that went with the one before.
func (u NeedUpdate) set(n *Need) {
	set(&n.Field, u.Field)
	set(&n.Severity, u.Severity)
	set(&n.People, u.People)
	setIfThere(&n.MinimumAge, u.MinimumAge)
	setIfThere(&n.MaximumAge, u.MaximumAge)
	setIfThere(&n.ReportedByID, u.ReportedByID)
	setIfThere(&n.SuspensionID, u.SuspensionID)
	if u.Summary != nil {
		n.Summary = trimmed(u.Summary)
	}
	if u.Origin != nil && *u.Origin != n.Origin {
		n.Origin, n.SuspensionID = *u.Origin, u.SuspensionID
	}
}

// checkOrigin judges an origin and suspension that change. What was imported may
// be SUSPENDED_SERVICE without a suspension, and stay so.
func (u NeedUpdate) checkOrigin(n, was *Need) error {
	if n.Origin == was.Origin && u.SuspensionID == nil {
		return nil
	}
	return checkOrigin(n)
}

func (u NeedUpdate) clear(n *Need) error {
	err := checkClear(u.Clear, NeedParts, map[NeedPart]bool{
		PartSummary: u.Summary != nil, PartLocation: u.Point != nil,
		PartAges: u.MinimumAge != nil || u.MaximumAge != nil, PartReportedBy: u.ReportedByID != nil,
	})
	if err != nil {
		return err
	}
	for _, part := range u.Clear {
		switch part {
		case PartSummary:
			n.Summary = nil
		case PartLocation:
			n.Location = nil
			if n.LocationKind == LocationExact {
				n.LocationKind = LocationArea
			}
		case PartAges:
			n.MinimumAge, n.MaximumAge = nil, nil
		case PartReportedBy:
			n.ReportedByID = nil
		}
	}
	return nil
}

// move gives a need another place. A point that stays must lie in a municipality
// that is named; a kind that allows none takes it away. A place that is not to be
// known gets a point only together with another kind.
func (r Reporting) move(n *Need, u NeedUpdate) error {
	if u.Municipality == nil && u.Point == nil && u.LocationKind == nil {
		return nil
	}
	kind, point := n.LocationKind, u.Point
	set(&kind, u.LocationKind)
	if point == nil && n.Location != nil && n.LocationKind == LocationExact && kind == LocationArea {
		return Invalid("locationKind", "the exact point does not stand for an area: give another point, or take LOCATION away with clear")
	}
	if point == nil && kind.mayHavePoint() {
		point = n.Location
	}
	if point != nil && u.Point == nil && u.Municipality == nil { // only the kind changes
		n.LocationKind = kind
		return nil
	}
	return r.put(n, u.Municipality, point, &kind)
}

// CheckPromised keeps a need from having fewer people than are answered or
// promised an answer; promised are the people of offered and agreed responses.
func (n *Need) CheckPromised(promised int) error {
	if n.People < n.PeopleAnswered+promised {
		return Invalid("people", "%d people are answered and %d promised an answer, so there can't be %d in all",
			n.PeopleAnswered, promised, n.People)
	}
	return nil
}

// Confirm records that an open need still stands.
func Confirm(now time.Time) NeedChange {
	return func(n *Need) (NeedStep, error) {
		if !n.Status.Open() {
			return NeedStep{}, Errorf(CodeConflict, "id", "the need is %s: only an open need is confirmed", n.Status)
		}
		n.LastConfirmedAt = &now
		return NeedStep{Kind: EventConfirmed}, nil
	}
}

// Transition moves a need to another status that the caller may move it to. Out
// of an end it reopens the need, and wants a reason in words.
func (a Access) Transition(to NeedStatus, code *EndReason, words *string) NeedChange {
	return func(n *Need) (NeedStep, error) {
		step := NeedStep{Kind: EventStatus, Reason: trimmed(words)}
		if err := a.CheckTransition(n, to); err != nil {
			return step, err
		}
		var unsaid error
		if !n.Status.Open() {
			step.Kind = EventReopened
			if step.Reason == nil {
				unsaid = Invalid("reason", "reopening a need wants a reason in words")
			}
		}
		err := errors.Join(unsaid, CheckEndReason(to, code, words), CheckFreeText("reason", words, MaxReasonRunes))
		n.Status, n.EndReason = to, code
		if code != nil {
			word := string(*code)
			step.ReasonCode = &word
		}
		return step, err
	}
}

// Reopen opens a need that has ended: a new episode begins.
func (a Access) Reopen(words string) NeedChange {
	return func(n *Need) (NeedStep, error) {
		switch {
		case n.MergedInto != nil:
			return NeedStep{}, errMerged
		case n.Status.Open():
			return NeedStep{}, Errorf(CodeConflict, "id", "the need is %s: only a need that has ended is reopened", n.Status)
		}
		return a.Transition(StatusReported, nil, &words)(n)
	}
}

func set[T any](value *T, to *T) {
	if to != nil {
		*value = *to
	}
}

func setIfThere[T any](value **T, to *T) {
	if to != nil {
		*value = to
	}
}
