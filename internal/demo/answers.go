package demo

import (
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// answer draws the responses that agree with a need's status, and counts the
// people whose answer was delivered.
func (n *Needs) answer(s *story) {
	people := s.need.People
	switch s.need.Status {
	case needmap.StatusVerified:
		if chance(s.r, 0.2) {
			n.respond(s, people, needmap.ResponseProposed)
		}
	case needmap.StatusAssigned:
		n.respond(s, people, needmap.ResponseAccepted)
	case needmap.StatusInProgress:
		n.inProgress(s, people)
	case needmap.StatusMet:
		n.met(s, people)
	}
	if s.need.Status != needmap.StatusReported && s.need.Status != needmap.StatusRejected && chance(s.r, 0.07) {
		n.respond(s, people, needmap.ResponseDeclined)
	}
	for _, a := range s.answers {
		if a.status == needmap.ResponseDelivered {
			s.need.PeopleAnswered += a.people
		}
	}
}

// inProgress may have an answer for some of the people already.
func (n *Needs) inProgress(s *story, people int) {
	if people > 1 && chance(s.r, 0.6) {
		done := 1 + s.r.IntN(people-1)
		n.respond(s, done, needmap.ResponseDelivered)
		people -= done
	}
	n.respond(s, people, needmap.ResponseAccepted)
}

// met is by one answer, or by two for some of the people each.
func (n *Needs) met(s *story, people int) {
	if people > 1 && chance(s.r, 0.3) {
		first := 1 + s.r.IntN(people-1)
		n.respond(s, first, needmap.ResponseDelivered)
		people -= first
	}
	n.respond(s, people, needmap.ResponseDelivered)
}

// respond adds a response, proposed between the need's verification and its
// assignment.
func (n *Needs) respond(s *story, people int, status needmap.ResponseStatus) {
	verified, assigned := s.reached(needmap.StatusVerified), s.reached(needmap.StatusAssigned)
	proposed := verified.Add(time.Duration(s.r.Float64() * float64(assigned.Sub(verified)))).Truncate(time.Second)
	a := answer{people: people, status: status, proposed: proposed, updated: proposed}
	switch status {
	case needmap.ResponseAccepted:
		a.updated = assigned
	case needmap.ResponseDelivered:
		a.updated = s.last()
	case needmap.ResponseDeclined:
		a.reason = pick(s.r, declineReasons)
	}
	a.organisationID, a.serviceID = n.supply.answerer(s.r, s.place, &s.need)
	s.answers = append(s.answers, a)
}

// Responses gives the responses to need i, without IDs.
func (n *Needs) Responses(i int) []needmap.Response {
	s := n.story(i)
	responses := make([]needmap.Response, len(s.answers))
	for k, a := range s.answers {
		if a.holds() && !n.placed()[i] {
			a.serviceID = nil
		}
		responses[k] = needmap.Response{
			OrganisationID: a.organisationID, ServiceID: a.serviceID, People: a.people, Status: a.status,
			Reason: text(a.reason), ProposedAt: a.proposed, UpdatedAt: a.updated,
		}
	}
	return responses
}

// History gives what happened to need i after it was reported, in its order,
// without IDs. The report itself is the need's own ReportedAt.
func (n *Needs) History(i int) []needmap.NeedEvent {
	s := n.story(i)
	var events []needmap.NeedEvent
	status := needmap.StatusReported
	for _, step := range s.steps {
		from, to := status, step.to
		events = append(events, needmap.NeedEvent{
			At: step.at, Kind: needmap.EventStatus, FromStatus: &from, ToStatus: &to, Reason: text(step.reason),
		})
		status = to
	}
	if at := s.need.LastConfirmedAt; at != nil {
		events = append(events, needmap.NeedEvent{At: *at, Kind: needmap.EventConfirmed})
	}
	return events
}

// text is nil for no text.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
