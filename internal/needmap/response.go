package needmap

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Offer is what somebody offers to a need: a service, or an organisation
// without one.
type Offer struct {
	NeedID         int64
	NeedVersion    *int // as the caller knows it; nil for any
	OrganisationID *int // nil: that of the service
	ServiceID      *int
	People         int
}

// Check refuses an offer that can't be right, whatever it meets: INVALID, naming
// organisation or people.
func (o Offer) Check() error {
	var nobody error
	if o.OrganisationID == nil && o.ServiceID == nil {
		nobody = Invalid("organisation", "an offer names the service, or the organisation that answers without one")
	}
	return errors.Join(nobody, checkRange("people", o.People, 1, MaxPeople))
}

// Offering is what an offer is judged by. All of it is locked, so that two
// callers at once can't both take the last place.
type Offering struct {
	Access   Access
	Need     *Need
	Promised int      // people of the need's offered and agreed responses
	Service  *Service // nil for an organisation without one
	Held     int      // people of the service's offered and agreed responses, over all needs
}

// Response makes a response of an offer. It is CONFLICT where the state of the
// need or of the service stands in the way, FORBIDDEN for who may not speak for
// the organisation, and INVALID, naming people, beyond what is left and free.
func (g Offering) Response(o Offer) (*Response, error) {
	if err := g.Need.takesAnswers("needId"); err != nil {
		return nil, err
	}
	organisationID, err := g.organisation(o)
	if err != nil {
		return nil, err
	}
	if !g.Access.Offers(organisationID, g.Need) {
		return nil, Errorf(CodeForbidden, "organisation", "your token does not let you offer for this organisation")
	}
	if err := g.Service.runs("service"); err != nil {
		return nil, err
	}
	return &Response{
		NeedID: g.Need.ID, OrganisationID: organisationID, ServiceID: o.ServiceID,
		People: o.People, Status: ResponseProposed, Version: 1,
	}, g.room(o.People)
}

// organisation finds who answers: a service speaks for its own organisation.
func (g Offering) organisation(o Offer) (int, error) {
	switch {
	case g.Service == nil:
		return *o.OrganisationID, nil
	case o.OrganisationID != nil && *o.OrganisationID != g.Service.OrganisationID:
		return 0, Invalid("organisation", "the service is another organisation's: leave the organisation out, or name that one")
	}
	return g.Service.OrganisationID, nil
}

// room refuses more people than the need has left or the service has free.
func (g Offering) room(people int) error {
	left := g.Need.PeopleLeft(g.Promised)
	if g.Service == nil {
		if people > left {
			return Invalid("people", "%s of the need %s left, not %d", persons(left), are(left), people)
		}
		return nil
	}
	free := g.Service.Free(g.Held)
	if people > left || people > free {
		return Invalid("people", "%s of the need %s left, %s of the service %s free: that is no room for %d",
			persons(left), are(left), places(free), are(free), people)
	}
	return nil
}

// PeopleLeft is how many people of the need nobody has answered or promised to
// answer; promised are those of offered and agreed responses.
func (n *Need) PeopleLeft(promised int) int { return max(0, n.People-n.PeopleAnswered-promised) }

// Promised adds up the people of offered and agreed responses.
func Promised(list []*Response) int {
	people := 0
	for _, r := range list {
		if r.Holds() {
			people += r.People
		}
	}
	return people
}

// Free is how many places of a service nothing holds; held are the people of its
// offered and agreed responses. What is delivered is done and gives its place
// back. A service that is not ACTIVE has none.
func (s *Service) Free(held int) int {
	if s.Status != ServiceActive {
		return 0
	}
	return max(0, s.Capacity-held)
}

// Offers reports whether the caller may offer to a need in the name of an
// organisation: who answers for that organisation may, and an operator of a
// territory alone, who speaks for none, may for the needs of that territory,
// since else nobody there could record who takes them up.
func (a Access) Offers(organisationID int, n *Need) bool {
	if a.AnswersFor(organisationID) {
		return true
	}
	return a.write && len(a.Scope.OrganisationIDs) == 0 && slices.Contains(a.Scope.MunicipalityIDs, n.MunicipalityID)
}

// ResponseKeys name what a write of responses wrote.
type ResponseKeys struct {
	NeedID     int64
	ResponseID int64
	RestID     *int64 // of the response for the people left over; nil without any
}

// takesAnswers is CONFLICT for a need that is not open.
func (n *Need) takesAnswers(field string) error {
	switch {
	case n.MergedInto != nil:
		return Errorf(CodeConflict, field, "the need was merged into another: answer that one")
	case !n.Status.Open():
		return Errorf(CodeConflict, field, "the need is %s: only an open need is answered", n.Status)
	}
	return nil
}

// runs is CONFLICT for a service that is not ACTIVE; nil is no service, and fine.
func (s *Service) runs(field string) error {
	if s != nil && s.Status != ServiceActive {
		return Errorf(CodeConflict, field, "the service is %s: it takes nobody up before it is ACTIVE", s.Status)
	}
	return nil
}

// ResponseChange changes a response to a locked need, the need with it, and says
// what kind of event that is. rest is a response for the people whom the change
// leaves over, nil without any.
type ResponseChange func(n *Need, r *Response, s *Service) (step NeedStep, rest *Response, err error)

// Accept agrees to an offer, for all its people or fewer; the others are free
// again.
func Accept(people *int) ResponseChange {
	return func(n *Need, r *Response, s *Service) (NeedStep, *Response, error) {
		step := NeedStep{Kind: EventAccepted}
		if r.Status != ResponseProposed {
			return step, nil, r.notNow("accepted", ResponseProposed)
		}
		if err := errors.Join(n.takesAnswers("id"), s.runs("id")); err != nil {
			return step, nil, err
		}
		some, err := r.some(people)
		if err != nil {
			return step, nil, err
		}
		r.Status, r.People = ResponseAccepted, some
		return step, nil, nil
	}
}

// Decline turns an offer down or ends an agreement. OTHER has to be put into words,
// and NEED_ENDED has to be true.
func Decline(code DeclineReason, words *string) ResponseChange {
	return func(n *Need, r *Response, _ *Service) (NeedStep, *Response, error) {
		word := string(code)
		step := NeedStep{Kind: EventDeclined, ReasonCode: &word, Reason: trimmed(words)}
		if err := checkDecline(code, words); err != nil {
			return step, nil, err
		}
		if code == DeclineNeedEnded && n.Status.Open() {
			return step, nil, Invalid("reasonCode", "the need has not ended: it is %s", n.Status)
		}
		if !r.Holds() {
			return step, nil, r.notNow("declined", ResponseProposed, ResponseAccepted)
		}
		r.Status, r.ReasonCode, r.Reason = ResponseDeclined, &code, step.Reason
		return step, nil, nil
	}
}

func checkDecline(code DeclineReason, words *string) error {
	err := errors.Join(checkWord("reasonCode", code, DeclineReasons), CheckFreeText("reason", words, MaxReasonRunes))
	if err == nil && code == DeclineOther && isBlank(words) {
		return Invalid("reason", "the reason OTHER has to be put into words")
	}
	return err
}

// Deliver records that people of an agreed response were answered, all or some:
// the rest stays agreed as a response of its own.
func Deliver(people *int) ResponseChange {
	return func(n *Need, r *Response, _ *Service) (NeedStep, *Response, error) {
		step := NeedStep{Kind: EventDelivered}
		if r.Status != ResponseAccepted {
			return step, nil, r.notNow("delivered", ResponseAccepted)
		}
		some, err := r.some(people)
		if err != nil {
			return step, nil, err
		}
		if open := n.PeopleLeft(0); some > open {
			return step, nil, Errorf(CodeConflict, "people", "%s of the need %s not answered yet, so %d can't be now", persons(open), are(open), some)
		}
		rest := r.rest(some)
		r.Status, r.People = ResponseDelivered, some
		n.PeopleAnswered += some
		return step, rest, nil
	}
}

func (r *Response) rest(done int) *Response {
	if done == r.People {
		return nil
	}
	rest := *r
	rest.ID, rest.People, rest.Version = 0, r.People-done, 1
	return &rest
}

// some reads for how many people of the response something is; nil is for all.
func (r *Response) some(people *int) (int, error) {
	if people == nil {
		return r.People, nil
	}
	if *people < 1 || *people > r.People {
		return 0, Invalid("people", "the response is for %s: name 1 to %d", persons(r.People), r.People)
	}
	return *people, nil
}

// notNow is the CONFLICT of a step that another status wants.
func (r *Response) notNow(done string, wanted ...ResponseStatus) error {
	return Errorf(CodeConflict, "id", "the response is %s: only one that is %s is %s", r.Status,
		strings.Replace(joinWords(wanted), " and ", " or ", 1), done)
}

func persons(n int) string { return counted(n, "person", "people") }

func places(n int) string { return counted(n, "place", "places") }

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// TellResponse puts into a step what becomes of a response: was is nil for a new
// one, rest what stays agreed after a delivery in part, if anything does. The
// history keeps it, because the response itself goes on changing.
func (s *NeedStep) TellResponse(was, is, rest *Response) {
	s.Was, s.Is = map[string]string{}, map[string]string{}
	tell := func(field, before, after string) {
		if was != nil && before == after {
			return
		}
		if was != nil {
			s.Was["response."+field] = before
		}
		s.Is["response."+field] = after
	}
	old := Response{}
	if was != nil {
		old = *was
	}
	tell("status", string(old.Status), string(is.Status))
	tell("people", strconv.Itoa(old.People), strconv.Itoa(is.People))
	if rest != nil {
		s.Is["response.remaining"] = strconv.Itoa(rest.People)
	}
}
