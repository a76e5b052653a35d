package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

var directoryTeam = tokens{
	"coordinator": {Role: needmap.RoleCoordinator, Actor: "token:coordinator"},
	"admin":       {Role: needmap.RoleAdmin, Actor: "token:admin"},
	"analyst":     {Role: needmap.RoleAnalyst, Actor: "token:analyst"},
	"operator":    {Role: needmap.RoleOperator, Actor: "token:operator", Municipalities: []string{"058091-02"}},
	"nobody":      {Role: needmap.RoleOperator, Actor: "token:nobody"},
}

// directorySite serves the small world to them, as the role that a server has.
type directorySite struct {
	*site
	all *sqlx.DB // as the owner of the tables
}

func newDirectorySite(tb testing.TB) *directorySite {
	tb.Helper()
	dsn := pgtest.NewDSN(tb)
	all := openPlain(tb, dsn)
	mustExec(tb, all, smallTerritory+smallDirectory+smallNeeds)
	db := openPlain(tb, dsn+" options='-c role="+postgres.ServerRole+"'")
	var role string
	if err := db.GetContext(tb.Context(), &role, `select current_user`); err != nil || role != postgres.ServerRole {
		tb.Fatalf("the server works as %q: %v", role, err)
	}
	return &directorySite{serveWith(tb, db, server.Options{Callers: directoryTeam}), all}
}

// asks sends a query with somebody's token, "" for none. «Type:key» stands for an
// identifier.
func (s *directorySite) asks(t reporter, who, query string, variables map[string]any) reply {
	t.Helper()
	return s.as(who).ask(t, withIDs(query), variables)
}

// written is the payload of a mutation.
type written struct {
	Object json.RawMessage
	Errors []struct {
		Code, Field, Message string
		CurrentVersion       *int
	}
}

// mutate runs a mutation whose input is written as in GraphQL, and gives its
// payload; selection is the part of the payload that is the object.
func (s *directorySite) mutate(t reporter, who, name, input, selection string) (written, reply) {
	t.Helper()
	query := fmt.Sprintf(`mutation {payload: %s(input: {%s}) {object: %s errors {code field message currentVersion}}}`, name, input, selection)
	answer := s.asks(t, who, query, nil)
	var data struct{ Payload written }
	if len(answer.Errors) == 0 {
		if err := json.Unmarshal(answer.Data, &data); err != nil {
			t.Fatalf("%v: %.300s", err, answer.Data)
		}
	}
	return data.Payload, answer
}

// writes runs a mutation that has to succeed, and gives its object as JSON.
func (s *directorySite) writes(t reporter, name, input, selection string) string {
	t.Helper()
	payload, answer := s.mutate(t, "coordinator", name, input, selection)
	if len(answer.Errors) > 0 || len(payload.Errors) > 0 {
		t.Fatalf("%s {%s}: %+v %+v", name, input, answer.Errors, payload.Errors)
	}
	return string(payload.Object)
}

// selections are the objects of payloads, by the end of the mutation's name.
var selections = map[string]string{
	"Cooperative":    `cooperative {id slug name fiscalCode description municipality {code} volunteers version isSynthetic}`,
	"Partner":        `partner {id slug name kind cooperatives {slug} municipality {code} volunteers version}`,
	"Partnership":    `partner {id version cooperatives {slug}}`,
	"Service":        `service {id name organisation {name} field specialisation status provision isPilot capacity peopleReached catchmentMetres minimumAge maximumAge location locationKind municipalities {code} version}`,
	"Specialisation": `specialisation {id name operators}`,
	"Specialists":    `organisation {id version operators {specialisation operators}}`,
	"Event":          `event {id title kind date municipality {code} fields needs {id} version isSynthetic}`,
}

func selectionOf(mutation string) string {
	if strings.HasPrefix(mutation, "delete") && mutation != "deletePartnership" {
		return "deletedId"
	}
	for _, verb := range []string{"create", "update", "delete", "set"} {
		if what, ok := strings.CutPrefix(mutation, verb); ok {
			return selections[what]
		}
	}
	return ""
}

// digest sums up every table that the directory and the calendar are written to.
func (s *directorySite) digest(t testing.TB) string {
	t.Helper()
	var all []string
	for _, table := range []string{
		"organisation", "partnership", "specialisation", "specialists", "service", "service_area", "suspension", "event", "event_need",
		"directory_event", "request_key",
	} {
		var sum *string
		if err := s.all.GetContext(t.Context(), &sum, `select md5(string_agg(r::text, '|' order by r::text)) from `+table+` r`); err != nil {
			t.Fatal(err)
		}
		if sum != nil {
			all = append(all, table+" "+*sum)
		}
	}
	return strings.Join(all, "\n")
}

// toldWrong gives the code and field of each error, and what stands in the way of
// a removal.
func toldWrong(payload written, answer reply) string {
	var all []string
	for _, e := range answer.Errors {
		all = append(all, e.Extensions.Code)
	}
	for _, e := range payload.Errors {
		told := e.Code + " " + e.Field
		if _, what, ok := strings.Cut(e.Message, "refer to it: "); ok {
			told += ": " + what
		}
		all = append(all, told)
		if (e.CurrentVersion != nil) != (e.Field == "version") {
			all = append(all, fmt.Sprint("current version ", e.CurrentVersion))
		}
	}
	if len(payload.Errors) > 0 && string(payload.Object) != "null" {
		all = append(all, "and "+string(payload.Object))
	}
	return strings.Join(all, ", ")
}
