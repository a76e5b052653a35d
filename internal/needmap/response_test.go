package needmap_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// operatorOf gives the access of an operator of municipalities, by code, and
// organisations, by key.
func operatorOf(t *testing.T, codes []string, organisations ...int) needmap.Access {
	t.Helper()
	v := needmap.Viewer{Role: needmap.RoleOperator, Municipalities: codes, OrganisationIDs: organisations}
	access, err := v.Access(romanAtlas())
	if err != nil {
		t.Fatal(err)
	}
	return access
}

func accessOf(t *testing.T, role needmap.Role) needmap.Access {
	t.Helper()
	access, err := needmap.Viewer{Role: role}.Access(romanAtlas())
	if err != nil {
		t.Fatal(err)
	}
	return access
}

// TestOffers is who may speak for organisation 1 to a need in municipality 3.
func TestOffers(t *testing.T) {
	for _, c := range []struct {
		name   string
		access needmap.Access
		may    bool
	}{
		{"COORDINATOR", accessOf(t, needmap.RoleCoordinator), true},
		{"ADMIN", accessOf(t, needmap.RoleAdmin), true},
		{"ANALYST", accessOf(t, needmap.RoleAnalyst), false},
		{"no access", needmap.Access{}, false},
		{"operator of the organisation", operatorOf(t, nil, 1), true},
		{"operator of two organisations", operatorOf(t, nil, 2, 1), true},
		{"operator of another organisation", operatorOf(t, nil, 2), false},
		{"operator of another organisation there", operatorOf(t, []string{"058091-01"}, 2), false},
		{"operator of the territory alone", operatorOf(t, []string{"058091-01"}), true},
		{"operator of a territory around it", operatorOf(t, []string{"058091"}), true},
		{"operator of another territory", operatorOf(t, []string{"056001"}), false},
		{"operator of nothing", operatorOf(t, nil), false},
	} {
		if may := c.access.Offers(1, &needmap.Need{MunicipalityID: 3}); may != c.may {
			t.Errorf("%s: %v", c.name, may)
		}
	}
}

func given[T any](v T) *T { return &v }

func TestOfferCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		offer needmap.Offer
		field string // of the refusal
	}{
		{"by a service", needmap.Offer{ServiceID: given(1), People: 1}, ""},
		{"by an organisation", needmap.Offer{OrganisationID: given(1), People: needmap.MaxPeople}, ""},
		{"by nobody", needmap.Offer{People: 1}, "organisation"},
		{"for nobody", needmap.Offer{ServiceID: given(1)}, "people"},
		{"for fewer than nobody", needmap.Offer{ServiceID: given(1), People: -3}, "people"},
		{"for too many", needmap.Offer{ServiceID: given(1), People: needmap.MaxPeople + 1}, "people"},
	} {
		expectRefusal(t, c.name, c.offer.Check(), needmap.CodeInvalid, c.field, "")
	}
}

// expectRefusal wants an error of a code about a field whose message holds some
// words; no error where field is "".
func expectRefusal(t *testing.T, name string, err error, code needmap.Code, field, words string) {
	t.Helper()
	list := needmap.Mistakes(err)
	switch {
	case field == "" && err != nil:
		t.Errorf("%s: %v", name, err)
	case field == "":
	case needmap.ErrorCode(err) != code || !strings.Contains(err.Error(), words):
		t.Errorf("%s: %s %v, want %s with %q", name, needmap.ErrorCode(err), err, code, words)
	case len(list) > 0 && list[0].Field != field:
		t.Errorf("%s: field %s, want %s", name, list[0].Field, field)
	}
}

// TestOffering offers to a need of 10 people, 3 answered and 3 promised, by a
// service of organisation 1 with 5 places, of which 2 are held.
func TestOffering(t *testing.T) {
	for _, c := range []struct {
		name    string
		people  int
		change  func(*needmap.Offering, *needmap.Offer)
		code    needmap.Code
		field   string
		message string
	}{
		{"all that is free", 3, nil, "", "", ""},
		{"one", 1, nil, "", "", ""},
		{"more than is free", 4, nil, "INVALID", "people", "4 people of the need are left, 3 places of the service are free"},
		{"more than is left and free", 5, nil, "INVALID", "people", "4 people of the need are left"},
		{"the last one, twice", 2, func(g *needmap.Offering, _ *needmap.Offer) { g.Promised, g.Held = 6, 4 },
			"INVALID", "people", "1 person of the need is left, 1 place of the service is free"},
		{"nobody is left", 1, func(g *needmap.Offering, _ *needmap.Offer) { g.Promised = 7 }, "INVALID", "people", "0 people of the need are left"},
		{"more promised than there are", 1, func(g *needmap.Offering, _ *needmap.Offer) { g.Promised = 70 }, "INVALID", "people", "0 people of the need are left"},
		{"full", 1, func(g *needmap.Offering, _ *needmap.Offer) { g.Held = 5 }, "INVALID", "people", "0 places of the service are free"},
		{"an organisation without a service", 4, withoutService(1), "", "", ""},
		{"an organisation beyond what is left", 5, withoutService(1), "INVALID", "people", "4 people of the need are left, not 5"},
		{"the service's organisation by name", 1, func(_ *needmap.Offering, o *needmap.Offer) { o.OrganisationID = given(1) }, "", "", ""},
		{"another organisation's service", 1, func(_ *needmap.Offering, o *needmap.Offer) { o.OrganisationID = given(2) }, "INVALID", "organisation", "another organisation's"},
		{"suspended", 1, withStatus(needmap.ServiceSuspended), "CONFLICT", "service", "SUSPENDED"},
		{"planned", 1, withStatus(needmap.ServicePlanned), "CONFLICT", "service", "PLANNED"},
		{"closed", 1, withStatus(needmap.ServiceClosed), "CONFLICT", "service", "CLOSED"},
		{"a need that is met", 1, func(g *needmap.Offering, _ *needmap.Offer) { g.Need.Status = needmap.StatusMet }, "CONFLICT", "needId", "MET"},
		{"a merged need", 1, func(g *needmap.Offering, _ *needmap.Offer) {
			g.Need.Status, g.Need.MergedInto = needmap.StatusRejected, given(int64(7))
		}, "CONFLICT", "needId", "merged"},
		{"for whom the caller does not speak", 1, func(g *needmap.Offering, _ *needmap.Offer) { g.Access = operatorOf(t, nil, 2) },
			"FORBIDDEN", "organisation", "token"},
	} {
		g := needmap.Offering{
			Access: accessOf(t, needmap.RoleCoordinator), Promised: 3, Held: 2,
			Need:    &needmap.Need{ID: 9, People: 10, PeopleAnswered: 3, Status: needmap.StatusVerified},
			Service: &needmap.Service{ID: 5, OrganisationID: 1, Status: needmap.ServiceActive, Capacity: 5},
		}
		offer := needmap.Offer{NeedID: 9, ServiceID: given(5), People: c.people}
		if c.change != nil {
			c.change(&g, &offer)
		}
		r, err := g.Response(offer)
		expectRefusal(t, c.name, err, c.code, c.field, c.message)
		if err == nil && (r.NeedID != 9 || r.OrganisationID != 1 || r.People != c.people || r.Status != needmap.ResponseProposed || r.ServiceID != offer.ServiceID) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func withoutService(organisation int) func(*needmap.Offering, *needmap.Offer) {
	return func(g *needmap.Offering, o *needmap.Offer) {
		g.Service, o.ServiceID, o.OrganisationID = nil, nil, &organisation
	}
}

func withStatus(status needmap.ServiceStatus) func(*needmap.Offering, *needmap.Offer) {
	return func(g *needmap.Offering, _ *needmap.Offer) { g.Service.Status = status }
}

// TestResponseChange takes each step from each status, of a response for 5 people
// to a need of 10 with 3 answered.
func TestResponseChange(t *testing.T) {
	other, full := needmap.DeclineOther, needmap.DeclineFull
	for _, c := range []struct {
		name           string
		from           needmap.ResponseStatus
		change         needmap.ResponseChange
		need           needmap.NeedStatus
		service        needmap.ServiceStatus
		code           needmap.Code
		field          string
		to             needmap.ResponseStatus
		people, rest   int
		answered       int
		event          needmap.NeedEventKind
		reason, inword string
	}{
		{name: "accept", from: "PROPOSED", change: needmap.Accept(nil), to: "ACCEPTED", people: 5, answered: 3, event: "RESPONSE_ACCEPTED"},
		{name: "accept fewer", from: "PROPOSED", change: needmap.Accept(given(2)), to: "ACCEPTED", people: 2, answered: 3, event: "RESPONSE_ACCEPTED"},
		{name: "accept more", from: "PROPOSED", change: needmap.Accept(given(6)), code: "INVALID", field: "people"},
		{name: "accept none", from: "PROPOSED", change: needmap.Accept(given(0)), code: "INVALID", field: "people"},
		{name: "accept again", from: "ACCEPTED", change: needmap.Accept(nil), code: "CONFLICT", field: "id"},
		{name: "accept what was delivered", from: "DELIVERED", change: needmap.Accept(nil), code: "CONFLICT", field: "id"},
		{name: "accept what was declined", from: "DECLINED", change: needmap.Accept(nil), code: "CONFLICT", field: "id"},
		{name: "accept for a closed need", from: "PROPOSED", change: needmap.Accept(nil), need: "CLOSED", code: "CONFLICT", field: "id"},
		{name: "accept a suspended service", from: "PROPOSED", change: needmap.Accept(nil), service: "SUSPENDED", code: "CONFLICT", field: "id"},

		{name: "decline an offer", from: "PROPOSED", change: needmap.Decline(full, nil), to: "DECLINED", people: 5, answered: 3, event: "RESPONSE_DECLINED", reason: "FULL"},
		{name: "decline an agreement", from: "ACCEPTED", change: needmap.Decline(full, given(" Troppi ")), to: "DECLINED", people: 5, answered: 3, event: "RESPONSE_DECLINED", reason: "FULL", inword: "Troppi"},
		{name: "decline for a closed need", from: "ACCEPTED", change: needmap.Decline(full, nil), need: "CLOSED", to: "DECLINED", people: 5, answered: 3, event: "RESPONSE_DECLINED", reason: "FULL"},
		{name: "decline otherwise", from: "PROPOSED", change: needmap.Decline(other, given("Ci hanno ripensato")), to: "DECLINED", people: 5, answered: 3, event: "RESPONSE_DECLINED", reason: "OTHER", inword: "Ci hanno ripensato"},
		{name: "decline otherwise without words", from: "PROPOSED", change: needmap.Decline(other, nil), code: "INVALID", field: "reason"},
		{name: "decline otherwise in blanks", from: "PROPOSED", change: needmap.Decline(other, given(" \t")), code: "INVALID", field: "reason"},
		{name: "decline for an end that came", from: "ACCEPTED", change: needmap.Decline(needmap.DeclineNeedEnded, nil), need: "MET", to: "DECLINED", people: 5, answered: 3, event: "RESPONSE_DECLINED", reason: "NEED_ENDED"},
		{name: "decline for an end that did not come", from: "PROPOSED", change: needmap.Decline(needmap.DeclineNeedEnded, nil), code: "INVALID", field: "reasonCode"},
		{name: "decline at length", from: "PROPOSED", change: needmap.Decline(full, given(strings.Repeat("a", 501))), code: "INVALID", field: "reason"},
		{name: "decline for no reason of the set", from: "PROPOSED", change: needmap.Decline("WHY_NOT", nil), code: "INVALID", field: "reasonCode"},
		{name: "decline what was delivered", from: "DELIVERED", change: needmap.Decline(full, nil), code: "CONFLICT", field: "id"},
		{name: "decline again", from: "DECLINED", change: needmap.Decline(full, nil), code: "CONFLICT", field: "id"},

		{name: "deliver", from: "ACCEPTED", change: needmap.Deliver(nil), to: "DELIVERED", people: 5, answered: 8, event: "RESPONSE_DELIVERED"},
		{name: "deliver all in figures", from: "ACCEPTED", change: needmap.Deliver(given(5)), to: "DELIVERED", people: 5, answered: 8, event: "RESPONSE_DELIVERED"},
		{name: "deliver some", from: "ACCEPTED", change: needmap.Deliver(given(2)), to: "DELIVERED", people: 2, rest: 3, answered: 5, event: "RESPONSE_DELIVERED"},
		{name: "deliver more", from: "ACCEPTED", change: needmap.Deliver(given(6)), code: "INVALID", field: "people"},
		{name: "deliver none", from: "ACCEPTED", change: needmap.Deliver(given(0)), code: "INVALID", field: "people"},
		{name: "deliver an offer", from: "PROPOSED", change: needmap.Deliver(nil), code: "CONFLICT", field: "id"},
		{name: "deliver twice", from: "DELIVERED", change: needmap.Deliver(nil), code: "CONFLICT", field: "id"},
		{name: "deliver what was declined", from: "DECLINED", change: needmap.Deliver(nil), code: "CONFLICT", field: "id"},
		{name: "deliver by a suspended service", from: "ACCEPTED", change: needmap.Deliver(nil), service: "SUSPENDED", to: "DELIVERED", people: 5, answered: 8, event: "RESPONSE_DELIVERED"},
	} {
		n := &needmap.Need{People: 10, PeopleAnswered: 3, Status: needmap.StatusAssigned}
		s := &needmap.Service{Status: needmap.ServiceActive}
		if c.need != "" {
			n.Status = c.need
		}
		if c.service != "" {
			s.Status = c.service
		}
		r := &needmap.Response{ID: 4, NeedID: 9, OrganisationID: 1, People: 5, Status: c.from, Version: 2}
		step, rest, err := c.change(n, r, s)
		expectRefusal(t, c.name, err, c.code, c.field, "")
		if c.field != "" {
			continue
		}
		if r.Status != c.to || r.People != c.people || n.PeopleAnswered != c.answered || step.Kind != c.event {
			t.Errorf("%s: %+v, %d answered, %s", c.name, r, n.PeopleAnswered, step.Kind)
		}
		if c.reason != "" && (*step.ReasonCode != c.reason || string(*r.ReasonCode) != c.reason || (r.Reason == nil) != (c.inword == "") || r.Reason != nil && *r.Reason != c.inword) {
			t.Errorf("%s: reasons %v %v %v", c.name, *step.ReasonCode, *r.ReasonCode, r.Reason)
		}
		if got := peopleOf(rest); got != c.rest {
			t.Errorf("%s leaves %d people over, want %d", c.name, got, c.rest)
		}
		if rest != nil && (rest.ID != 0 || rest.NeedID != 9 || rest.OrganisationID != 1 || rest.Status != needmap.ResponseAccepted || rest.Version != 1) {
			t.Errorf("%s: the rest is %+v", c.name, rest)
		}
	}
}

func peopleOf(r *needmap.Response) int {
	if r == nil {
		return 0
	}
	return r.People
}

// TestDeliverBeyondTheNeed meets data of an import that promised too much.
func TestDeliverBeyondTheNeed(t *testing.T) {
	n := &needmap.Need{People: 4, PeopleAnswered: 3, Status: needmap.StatusAssigned}
	_, _, err := needmap.Deliver(nil)(n, &needmap.Response{People: 2, Status: needmap.ResponseAccepted}, nil)
	expectRefusal(t, "too many", err, needmap.CodeConflict, "people", "1 person of the need is not answered yet")
	if n.PeopleAnswered != 3 {
		t.Errorf("%d answered", n.PeopleAnswered)
	}
}

// TestAnsweringNeverExceeds takes random steps with one need and one service, and
// adds up after each.
func TestAnsweringNeverExceeds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := &needmap.Need{People: rapid.IntRange(1, 12).Draw(rt, "people"), Status: needmap.StatusVerified}
		s := &needmap.Service{OrganisationID: 1, Status: needmap.ServiceActive, Capacity: rapid.IntRange(0, 8).Draw(rt, "capacity")}
		var all []*needmap.Response
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			people := rapid.IntRange(1, 6).Draw(rt, "people")
			held := needmap.Promised(all)
			if len(all) == 0 || rapid.Bool().Draw(rt, "offer") {
				g := needmap.Offering{Access: accessOf(t, needmap.RoleAdmin), Need: n, Promised: held, Service: s, Held: held}
				r, err := g.Response(needmap.Offer{ServiceID: given(1), People: people})
				if fits := n.PeopleAnswered+held+people <= n.People && held+people <= s.Capacity; fits != (err == nil) {
					rt.Fatalf("%d more of %d, %d answered, %d held of %d: %v", people, n.People, n.PeopleAnswered, held, s.Capacity, err)
				}
				if err == nil {
					all = append(all, r)
				}
			} else {
				r := all[rapid.IntRange(0, len(all)-1).Draw(rt, "which")]
				change := rapid.SampledFrom([]needmap.ResponseChange{
					needmap.Accept(&people), needmap.Decline(needmap.DeclineFull, nil), needmap.Deliver(&people),
				}).Draw(rt, "step")
				if _, rest, err := change(n, r, s); err == nil && rest != nil {
					all = append(all, rest)
				}
			}
			checkSums(rt, n, s, all)
		}
	})
}

func checkSums(t *rapid.T, n *needmap.Need, s *needmap.Service, all []*needmap.Response) {
	held, delivered := 0, 0
	for _, r := range all {
		if r.Status == needmap.ResponseProposed || r.Status == needmap.ResponseAccepted {
			held += r.People
		}
		if r.Status == needmap.ResponseDelivered {
			delivered += r.People
		}
		if r.People < 1 {
			t.Fatalf("a response for %d people", r.People)
		}
	}
	if delivered != n.PeopleAnswered || delivered+held > n.People || held > s.Capacity {
		t.Fatalf("%d delivered, %d answered, %d held, of %d people and %d places", delivered, n.PeopleAnswered, held, n.People, s.Capacity)
	}
}
