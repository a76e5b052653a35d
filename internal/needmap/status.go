package needmap

import "slices"

// transitions lists where a need may go from each status; a need that ended may
// be reopened as REPORTED.
var transitions = map[NeedStatus][]NeedStatus{
	StatusReported:   {StatusVerified, StatusClosed, StatusRejected},
	StatusVerified:   {StatusAssigned, StatusClosed, StatusRejected},
	StatusAssigned:   {StatusVerified, StatusInProgress, StatusClosed},
	StatusInProgress: {StatusAssigned, StatusMet, StatusClosed},
	StatusMet:        {StatusReported},
	StatusClosed:     {StatusReported},
	StatusRejected:   {StatusReported},
}

// Transitions lists the statuses that a caller may move a need to now: none for
// who may not change it, none for a need that was merged into another.
func (a Access) Transitions(n *Need) []NeedStatus {
	if a.MayChange(n) != nil || n.MergedInto != nil {
		return []NeedStatus{}
	}
	return transitions[n.Status]
}

// CheckTransition refuses a step that the caller may not take, saying why, with
// the steps that there are. It is INVALID, naming to.
func (a Access) CheckTransition(n *Need, to NeedStatus) error {
	allowed := a.Transitions(n)
	switch {
	case slices.Contains(allowed, to):
		return nil
	case !slices.Contains(NeedStatuses, to):
		return checkWord("to", to, NeedStatuses)
	case a.MayChange(n) != nil:
		return a.MayChange(n)
	case n.MergedInto != nil:
		return Invalid("to", "the need was merged into another; take the merge back first")
	case n.Status == to:
		return Invalid("to", "the need is %s already", to)
	case !n.Status.Open():
		return Invalid("to", "a need that is %s can only be reopened, as REPORTED", n.Status)
	case to == StatusReported:
		return Invalid("to", "only a need that has ended is reopened; this one is %s", n.Status)
	}
	return Invalid("to", "a need that is %s can't become %s; it can become %s", n.Status, to, joinWords(allowed))
}

// EndReason says why a need ended without an answer.
type EndReason string

// Reasons for which a need is CLOSED or REJECTED.
const (
	EndWithdrawn    EndReason = "WITHDRAWN"
	EndMovedAway    EndReason = "MOVED_AWAY"
	EndElsewhere    EndReason = "ANSWERED_ELSEWHERE"
	EndNoLonger     EndReason = "NO_LONGER_NEEDED"
	EndUnreachable  EndReason = "UNREACHABLE"
	EndDuplicate    EndReason = "DUPLICATE"
	EndOutOfScope   EndReason = "OUT_OF_SCOPE"
	EndInsufficient EndReason = "INSUFFICIENT_INFORMATION"
	EndNotANeed     EndReason = "NOT_A_NEED"
	EndOther        EndReason = "OTHER"
)

// EndReasons is the set, in its published order.
var EndReasons = []EndReason{
	EndWithdrawn, EndMovedAway, EndElsewhere, EndNoLonger, EndUnreachable,
	EndDuplicate, EndOutOfScope, EndInsufficient, EndNotANeed, EndOther,
}

// endReasons are the reasons that fit each end.
var endReasons = map[NeedStatus][]EndReason{
	StatusClosed:   {EndWithdrawn, EndMovedAway, EndElsewhere, EndNoLonger, EndUnreachable, EndOther},
	StatusRejected: {EndDuplicate, EndOutOfScope, EndInsufficient, EndNotANeed, EndOther},
}

// CheckEndReason holds CLOSED and REJECTED to a reason that fits them, OTHER to
// some words, and every other status to none. It is INVALID, naming reasonCode
// or reason.
func CheckEndReason(to NeedStatus, code *EndReason, words *string) error {
	fitting := endReasons[to]
	switch {
	case len(fitting) == 0 && code != nil:
		return Invalid("reasonCode", "a need that becomes %s takes no reason code", to)
	case len(fitting) == 0:
		return nil
	case code == nil:
		return Invalid("reasonCode", "a need that becomes %s needs a reason code: %s", to, joinWords(fitting))
	case !slices.Contains(fitting, *code):
		return Invalid("reasonCode", "%s is no reason for %s; there are %s", *code, to, joinWords(fitting))
	case *code == EndOther && isBlank(words):
		return Invalid("reason", "the reason OTHER has to be put into words")
	}
	return nil
}
