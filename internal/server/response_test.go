package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// answeringTeam are callers by their tokens: operators of Rome, of Viterbo, and of
// the organisations 1 (alfa) and 2 (beta).
var answeringTeam = tokens{
	"coordinator": {Role: needmap.RoleCoordinator, Actor: "coordinator"},
	"analyst":     {Role: needmap.RoleAnalyst, Actor: "analyst"},
	"rome":        {Role: needmap.RoleOperator, Actor: "rome", Municipalities: []string{"058091"}},
	"viterbo":     {Role: needmap.RoleOperator, Actor: "viterbo", Municipalities: []string{"056001"}},
	"alfa":        {Role: needmap.RoleOperator, Actor: "alfa", OrganisationIDs: []int{1}},
	"beta":        {Role: needmap.RoleOperator, Actor: "beta", OrganisationIDs: []int{2}},
}

// newAnswering serves the small world to them, working as a server does: with the
// rights of its role.
func newAnswering(t *testing.T, more string) *site {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	all := openPlain(t, dsn)
	mustExec(t, all, smallTerritory+smallDirectory+smallNeeds+more)
	s := serveWith(t, openPlain(t, dsn+" options='-c role="+postgres.ServerRole+"'"), server.Options{Callers: answeringTeam})
	s.db = all
	return s
}

// paid is the payload of a mutation, and the code of the request's error.
type paid struct {
	Refused      string `json:"-"`
	Response     *answerRow
	Remaining    *answerRow
	Need         *struct{ Version, PeopleAnswered int }
	Service      *struct{ Status, Version any }
	Suspension   *struct{ From, To, Reason any }
	Needs        []struct{ ID, Origin string }
	NeedCount    int
	FreeCapacity *int
	Errors       []struct {
		Code, Field, Message string
		CurrentVersion       *int
		Changes              []struct{ Kind string }
	}
}

type answerRow struct {
	ID, Status   string
	People       int
	Version      int
	Organisation struct{ Slug string }
	Service      *struct{ Name string }
	ReasonCode   *string
	Reason       *string
}

const paidErrors = ` errors {code field message currentVersion changes {kind}}`

const answerFields = `{id status people version organisation {slug} service {name} reasonCode reason}`

// pay runs one mutation.
func (s *site) pay(t *testing.T, who, name, input, selection string) paid {
	t.Helper()
	reply := s.as(who).ask(t, withIDs(`mutation {payload: `+name+`(input: {`+input+`}) {`+selection+paidErrors+`}}`), nil)
	var data struct{ Payload paid }
	if len(reply.Errors) > 0 {
		code, _ := reply.first()
		return paid{Refused: code}
	}
	if err := json.Unmarshal(reply.Data, &data); err != nil {
		t.Fatalf("%v: %.300s", err, reply.Data)
	}
	return data.Payload
}

// outcome is the code of the payload's or the request's first error, and its field.
func (p paid) outcome() string {
	switch {
	case p.Refused != "":
		return p.Refused
	case len(p.Errors) > 0:
		return p.Errors[0].Code + " " + p.Errors[0].Field
	}
	return "done"
}

func (s *site) answer(t *testing.T, who, name, input string) paid {
	t.Helper()
	selection := `response ` + answerFields + ` need {version peopleAnswered}`
	if name == "deliverResponse" {
		selection += ` remaining ` + answerFields
	}
	return s.pay(t, who, name, input, selection)
}

// TestRespondToNeed offers by everybody. Need 1 lies in Rome with 7 of 10 people
// left, need 2 is MET, need 5 lies in Viterbo. Service 1 has 40 places, 2 is
// suspended, 3 is another organisation's, has 5 places and runs in Viterbo.
func TestRespondToNeed(t *testing.T) {
	s := newAnswering(t, "")
	for _, c := range []struct{ who, input, outcome, message string }{
		{"", `needId: "«Need:1»", service: "«Service:1»", people: 1`, "UNAUTHENTICATED", ""},
		{"analyst", `needId: "«Need:1»", service: "«Service:1»", people: 1`, "FORBIDDEN", ""},
		{"viterbo", `needId: "«Need:1»", service: "«Service:3»", people: 1`, "NOT_FOUND", ""},
		{"beta", `needId: "«Need:1»", organisation: "«Cooperative:2»", people: 1`, "NOT_FOUND", ""},
		{"coordinator", `needId: "«Need:99»", service: "«Service:1»", people: 1`, "NOT_FOUND", ""},
		{"alfa", `needId: "«Need:1»", service: "«Service:3»", people: 1`, "FORBIDDEN", ""},
		{"alfa", `needId: "«Need:1»", organisation: "«Cooperative:2»", people: 1`, "FORBIDDEN", ""},
		{"coordinator", `needId: "«Need:1»", people: 1`, "INVALID organisation", "names the service"},
		{"coordinator", `needId: "«Service:1»", service: "«Service:1»", people: 1`, "INVALID needId", ""},
		{"coordinator", `needId: "«Need:1»", service: "«Need:1»", people: 1`, "INVALID service", ""},
		{"coordinator", `needId: "«Need:1»", organisation: "«Service:1»", people: 1`, "INVALID organisation", ""},
		{"coordinator", `needId: "«Need:1»", service: "«Service:99»", people: 1`, "INVALID service", "no such service"},
		{"coordinator", `needId: "«Need:1»", organisation: "«Partner:99»", people: 1`, "INVALID organisation", "no such organisation"},
		{"coordinator", `needId: "«Need:1»", service: "«Service:1»", organisation: "«Partner:3»", people: 1`, "INVALID organisation", "another organisation's"},
		{"coordinator", `needId: "«Need:1»", service: "«Service:1»", people: 0`, "INVALID people", ""},
		{"coordinator", `needId: "«Need:1»", service: "«Service:1»", people: 8`, "INVALID people", "7 people of the need are left, 40 places of the service are free"},
		{"coordinator", `needId: "«Need:1»", service: "«Service:3»", people: 6`, "INVALID people", "5 places of the service are free"},
		{"coordinator", `needId: "«Need:1»", service: "«Service:2»", people: 1`, "CONFLICT service", "SUSPENDED"},
		{"coordinator", `needId: "«Need:2»", service: "«Service:1»", people: 1`, "CONFLICT needId", "MET"},
		{"coordinator", `needId: "«Need:1»", version: 2, service: "«Service:1»", people: 1`, "CONFLICT version", "the version is 3, not 2"},
	} {
		p := s.answer(t, c.who, "respondToNeed", c.input)
		if p.outcome() != c.outcome || p.Response != nil || c.message != "" && !strings.Contains(p.Errors[0].Message, c.message) {
			t.Errorf("%s offers %s: %s %+v", c.who, c.input, p.outcome(), p)
		}
	}
	for _, c := range []struct {
		who, input, slug string
		left             int
	}{
		{"rome", `needId: "«Need:1»", service: "«Service:1»", people: 2`, "alfa", 5},
		{"alfa", `needId: "«Need:1»", version: 4, organisation: "«Cooperative:1»", people: 1`, "alfa", 4},
		{"coordinator", `needId: "«Need:1»", organisation: "«Partner:4»", people: 4`, "scuola", 0},
	} {
		p := s.answer(t, c.who, "respondToNeed", c.input)
		if p.outcome() != "done" || p.Response.Status != "PROPOSED" || p.Response.Version != 1 || p.Response.Organisation.Slug != c.slug || p.Need == nil {
			t.Fatalf("%s offers %s: %s %+v", c.who, c.input, p.outcome(), p)
		}
	}
	if p := s.answer(t, "coordinator", "respondToNeed", `needId: "«Need:1»", service: "«Service:1»", people: 1`); p.outcome() != "INVALID people" {
		t.Errorf("beyond all: %+v", p)
	}
}

// TestRespondTwice sends one request twice and another with its key.
func TestRespondTwice(t *testing.T) {
	s := newAnswering(t, "")
	first := s.answer(t, "rome", "respondToNeed", `needId: "«Need:1»", idempotencyKey: "k", service: "«Service:1»", people: 2`)
	again := s.answer(t, "rome", "respondToNeed", `needId: "«Need:1»", idempotencyKey: "k", service: "«Service:1»", people: 2`)
	if first.outcome() != "done" || again.outcome() != "done" || again.Response.ID != first.Response.ID || again.Need.Version != first.Need.Version {
		t.Errorf("first %+v, again %+v", first, again)
	}
	other := s.answer(t, "rome", "respondToNeed", `needId: "«Need:1»", idempotencyKey: "k", service: "«Service:1»", people: 3`)
	if other.outcome() != "CONFLICT idempotencyKey" {
		t.Errorf("another request: %s", other.outcome())
	}
}

// answers adds to need 1 an offer (3) of 4 people and an agreement (4) of 3, both
// by service 1, and a response (5) to need 5 in Viterbo.
const answers = `
insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at) values
 (1, 1, 1, 4, 'PROPOSED', '2024-03-01', '2024-03-01'), (1, 1, 1, 3, 'ACCEPTED', '2024-03-01', '2024-03-01'),
 (5, 3, null, 1, 'PROPOSED', '2024-03-01', '2024-03-01');`

// TestResponseRefusals changes nothing.
func TestResponseRefusals(t *testing.T) {
	s := newAnswering(t, answers)
	for _, c := range []struct{ who, name, input, outcome string }{
		{"", "acceptResponse", `id: "«Response:3»", version: 1`, "UNAUTHENTICATED"},
		{"analyst", "acceptResponse", `id: "«Response:3»", version: 1`, "FORBIDDEN"},
		{"analyst", "declineResponse", `id: "«Response:3»", version: 1, reasonCode: FULL`, "FORBIDDEN"},
		{"analyst", "deliverResponse", `id: "«Response:4»", version: 1`, "FORBIDDEN"},
		{"viterbo", "acceptResponse", `id: "«Response:3»", version: 1`, "NOT_FOUND"},
		{"beta", "deliverResponse", `id: "«Response:4»", version: 1`, "NOT_FOUND"},
		{"rome", "declineResponse", `id: "«Response:5»", version: 1, reasonCode: FULL`, "NOT_FOUND"},
		{"coordinator", "acceptResponse", `id: "«Response:99»", version: 1`, "NOT_FOUND"},
		{"coordinator", "acceptResponse", `id: "«Need:1»", version: 1`, "INVALID id"},
		{"coordinator", "acceptResponse", `id: "«Response:3»", version: 2`, "CONFLICT version"},
		{"coordinator", "acceptResponse", `id: "«Response:3»", version: 1, people: 5`, "INVALID people"},
		{"coordinator", "acceptResponse", `id: "«Response:4»", version: 1`, "CONFLICT id"},
		{"coordinator", "declineResponse", `id: "«Response:3»", version: 1, reasonCode: OTHER`, "INVALID reason"},
		{"coordinator", "declineResponse", `id: "«Response:2»", version: 1, reasonCode: FULL`, "CONFLICT id"},
		{"coordinator", "deliverResponse", `id: "«Response:3»", version: 1`, "CONFLICT id"},
		{"coordinator", "deliverResponse", `id: "«Response:4»", version: 1, people: 4`, "INVALID people"},
		{"coordinator", "deliverResponse", `id: "«Response:4»", version: 1, people: 0`, "INVALID people"},
	} {
		p := s.answer(t, c.who, c.name, c.input)
		if p.outcome() != c.outcome || p.Response != nil {
			t.Errorf("%s: %s of %s: %s", c.who, c.name, c.input, p.outcome())
		}
		if c.outcome == "CONFLICT version" && (p.Errors[0].CurrentVersion == nil || *p.Errors[0].CurrentVersion != 1) {
			t.Errorf("the current version is %v", p.Errors[0].CurrentVersion)
		}
	}
	var changed int
	if err := s.db.Get(&changed, `select count(*) from need_event where at > '2025-01-01'`); err != nil || changed > 0 {
		t.Errorf("%d events, %v", changed, err)
	}
}

// TestResponseSteps agrees to fewer, delivers some and ends the rest, by the
// operators of the place and of the organisation.
func TestResponseSteps(t *testing.T) {
	s := newAnswering(t, answers)
	accepted := s.answer(t, "alfa", "acceptResponse", `id: "«Response:3»", version: 1, people: 2`)
	if r := accepted.Response; r == nil || r.Status != "ACCEPTED" || r.People != 2 || r.Version != 2 || r.Service.Name != "Mensa" || accepted.Need.Version != 4 {
		t.Fatalf("accepted %s %+v", accepted.outcome(), accepted)
	}
	delivered := s.answer(t, "rome", "deliverResponse", `id: "«Response:4»", version: 1, people: 1`)
	if r := delivered.Response; r == nil || r.Status != "DELIVERED" || r.People != 1 || delivered.Need.PeopleAnswered != 4 {
		t.Fatalf("delivered %s %+v", delivered.outcome(), delivered)
	}
	rest := delivered.Remaining
	if rest == nil || rest.Status != "ACCEPTED" || rest.People != 2 || rest.Version != 1 {
		t.Fatalf("remaining %+v", rest)
	}
	declined := s.answer(t, "coordinator", "declineResponse", `id: "`+rest.ID+`", version: 1, reasonCode: REFUSED`)
	if r := declined.Response; r == nil || r.Status != "DECLINED" || *r.ReasonCode != "REFUSED" || r.Reason != nil {
		t.Fatalf("declined %s %+v", declined.outcome(), declined)
	}
	all := s.answer(t, "viterbo", "acceptResponse", `id: "«Response:5»", version: 1`)
	if all.Response == nil || all.Response.People != 1 || all.Response.Service != nil {
		t.Errorf("accepted %s %+v", all.outcome(), all)
	}
	var history struct {
		Node struct {
			History []struct {
				Kind, Actor string
				ReasonCode  *string
				Response    *struct{ People int }
			}
		}
	}
	s.as("coordinator").get(t, withIDs(`{node(id: "«Need:1»") {... on Need {history {kind actor reasonCode response {people}}}}}`), nil, &history)
	var told []string
	for _, e := range history.Node.History {
		if e.Response != nil {
			told = append(told, e.Kind+" "+e.Actor)
		}
	}
	if got := strings.Join(told, ", "); got != "RESPONSE_ACCEPTED alfa, RESPONSE_DELIVERED rome, RESPONSE_DECLINED coordinator" {
		t.Errorf("the history tells of %s", got)
	}
}

// TestNeedEnds closes need 1, whose 4 offered and 3 agreed people hold places of
// service 1: they are free again, and the history says why.
func TestNeedEnds(t *testing.T) {
	s := newAnswering(t, answers)
	const service = `{node(id: "«Service:1»") {... on Service {freeCapacity}}}`
	var free struct{ Node struct{ FreeCapacity int } }
	s.as("coordinator").get(t, withIDs(service), nil, &free)
	if free.Node.FreeCapacity != 33 {
		t.Fatalf("%d of 40 places are free before", free.Node.FreeCapacity)
	}
	ended := s.pay(t, "rome", "transitionNeed", `id: "«Need:1»", version: 3, to: CLOSED, reasonCode: WITHDRAWN`, `need {version}`)
	if ended.outcome() != "done" || ended.Need.Version != 4 {
		t.Fatalf("%s %+v", ended.outcome(), ended)
	}
	s.as("coordinator").get(t, withIDs(service), nil, &free)
	if free.Node.FreeCapacity != 40 {
		t.Errorf("%d of 40 places are free", free.Node.FreeCapacity)
	}
	var need struct {
		Node struct {
			Responses []answerRow
			History   []struct {
				Kind, Actor string
				ReasonCode  *string
				Response    *struct{ ID string }
			}
		}
	}
	s.as("coordinator").get(t, withIDs(`{node(id: "«Need:1»") {... on Need {responses `+answerFields+` history {kind actor reasonCode response {id}}}}}`), nil, &need)
	var responses, told []string
	for _, r := range need.Node.Responses {
		responses = append(responses, fmt.Sprint(r.Status, " ", r.People, " ", orNone(r.ReasonCode), " ", r.Version))
	}
	for _, e := range need.Node.History[len(need.Node.History)-3:] {
		of := ""
		if e.Response != nil {
			of = e.Response.ID
		}
		told = append(told, strings.Join([]string{e.Kind, e.Actor, orNone(e.ReasonCode), of}, " "))
	}
	if got := strings.Join(responses, ", "); got != "DECLINED 7  1, DELIVERED 3  1, DECLINED 4 NEED_ENDED 2, DECLINED 3 NEED_ENDED 2" {
		t.Errorf("responses %s", got)
	}
	want := withIDs("STATUS_CHANGED rome WITHDRAWN , RESPONSE_DECLINED rome NEED_ENDED «Response:3», RESPONSE_DECLINED rome NEED_ENDED «Response:4»")
	if got := strings.Join(told, ", "); got != want {
		t.Errorf("the history tells %s, want %s", got, want)
	}
	for _, name := range []string{"acceptResponse", "deliverResponse"} {
		if p := s.answer(t, "coordinator", name, `id: "«Response:4»", version: 2`); p.outcome() != "CONFLICT id" {
			t.Errorf("%s of what ended: %s", name, p.outcome())
		}
	}
}
