package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// collectors are callers by their tokens. alfa reported need 1 and answers need 5.
var collectors = tokens{
	"coordinator": {Role: needmap.RoleCoordinator, Actor: "token:coordinator"},
	"analyst":     {Role: needmap.RoleAnalyst, Actor: "token:analyst"},
	"rome":        {Role: needmap.RoleOperator, Actor: "token:rome", Municipalities: []string{"058091"}},
	"municipio":   {Role: needmap.RoleOperator, Actor: "token:municipio", Municipalities: []string{"058091-01"}},
	"alfa":        {Role: needmap.RoleOperator, Actor: "token:alfa", OrganisationIDs: []int{1}},
	"two":         {Role: needmap.RoleOperator, Actor: "token:two", OrganisationIDs: []int{1, 2}},
}

// newCollecting serves the small world to them, working as a server does: with
// the rights of its role.
func newCollecting(t *testing.T) *site {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	all := openPlain(t, dsn)
	mustExec(t, all, smallTerritory+smallDirectory+smallNeeds+`
insert into response (need_id, organisation_id, people, status, proposed_at, updated_at) values
 (5, 1, 5, 'DELIVERED', '2024-02-20', '2024-02-20'), (5, 2, 1, 'ACCEPTED', '2024-02-21', '2024-02-21')`)
	s := serveWith(t, openPlain(t, dsn+" options='-c role="+postgres.ServerRole+"'"), server.Options{Callers: collectors})
	s.db = all
	return s
}

type collectedNeed struct {
	ID, Field, Origin, Status, LocationKind string
	Municipality                            struct{ Code string }
	Severity, People, PeopleAnswered        int
	MinimumAge, MaximumAge                  *int
	Summary, ReportedAt, EndReason          *string
	LastConfirmedAt                         *string
	Location                                *struct{ Coordinates []float64 }
	ReportedBy                              *struct{ Slug string }
	Suspension, MergedInto                  *struct{ ID string }
	Responses                               []struct{ Status string }
	Version                                 int
	NeedDays                                *float64
	History                                 []collectedEvent
}

type collectedEvent struct {
	Kind, Actor                     string
	ActorRole, FromStatus, ToStatus *string
	Reason, ReasonCode              *string
	Version                         *int
	Changes                         []struct {
		Field         string
		Before, After *string
	}
}

type collectedError struct {
	Code, Field, Message string
	Row, CurrentVersion  *int
	Span                 *struct {
		Start, End int
		LooksLike  string
	}
	Changes []collectedEvent
}

// collected is the payload of a mutation; Refused is the code and field of an
// error of the request.
type collected struct {
	Refused    string
	Need       *collectedNeed
	Duplicates json.RawMessage
	Reported   []struct {
		Need       collectedNeed
		Duplicates []candidate
	}
	Errors []collectedError
}

type candidate struct {
	Need           struct{ ID string }
	Score          float64
	DistanceMetres *int
	Days           int
	Wording        *float64
}

const (
	eventFields = `{kind actor actorRole fromStatus toStatus reason reasonCode version changes {field before after}}`
	needFields  = `{id field origin status locationKind municipality {code} severity people peopleAnswered minimumAge maximumAge
summary reportedAt endReason lastConfirmedAt location reportedBy {slug} suspension {id} mergedInto {id} responses {status} version needDays history ` + eventFields + `}`
	errorFields     = ` errors {code field message row currentVersion span {start end looksLike} changes ` + eventFields + `}`
	candidateFields = ` duplicates {need {id} score distanceMetres days wording}`
)

// collect runs one mutation of needs as somebody.
func (s *site) collect(t reporter, who, name string, input map[string]any) collected {
	t.Helper()
	selection := ` need ` + needFields
	switch name {
	case "reportNeed":
		selection += candidateFields
	case "reportNeeds":
		selection = ` reported {need {id municipality {code} summary}` + candidateFields + `}`
	case "mergeNeeds", "unmergeNeeds":
		selection += ` duplicates ` + needFields
	}
	typeName := strings.ToUpper(name[:1]) + name[1:] + "Input"
	answer := s.as(who).ask(t, `mutation($i: `+typeName+`!) {payload: `+name+`(input: $i) {`+selection+errorFields+`}}`, map[string]any{"i": input})
	if len(answer.Errors) > 0 {
		code, field := answer.first()
		return collected{Refused: strings.TrimSpace(code + " " + field)}
	}
	var data struct{ Payload collected }
	if err := json.Unmarshal(answer.Data, &data); err != nil {
		t.Fatalf("%v: %.500s", err, answer.Data)
	}
	return data.Payload
}

// wrong tells the errors of a payload, or that of the request.
func (c collected) wrong() string {
	if c.Refused != "" {
		return c.Refused
	}
	words := make([]string, len(c.Errors))
	for i, e := range c.Errors {
		words[i] = e.Code + " " + e.Field
	}
	return strings.Join(words, ", ")
}

// with gives an input with some parts changed; nil takes one away.
func with(input, changes map[string]any) map[string]any {
	all := maps.Clone(input)
	for name, value := range changes {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	return all
}

type parts = map[string]any

func plainReport() parts {
	return parts{"municipality": "058091-01", "field": "ELDERLY", "origin": "KNOWN", "severity": 3, "people": 2, "summary": "Serve un accompagnamento alle visite"}
}

func stored(t *testing.T, s *site) string {
	t.Helper()
	var told string
	if err := s.db.Get(&told, `select concat_ws(' ', (select count(*) from need), (select count(*) from need_event),
(select count(*) from request_key), (select sum(version) from need), (select sum(version) from response))`); err != nil {
		t.Fatal(err)
	}
	return told
}

func TestReportNeed(t *testing.T) {
	s := newCollecting(t)
	got := s.collect(t, "alfa", "reportNeed", parts{
		"point": parts{"longitude": 12.75, "latitude": 41.751}, "field": "MINORS", "origin": "SUSPENDED_SERVICE", "severity": 5, "people": 4,
		"minimumAge": 6, "maximumAge": 14, "summary": "  Doposcuola fermo ", "reportedAt": "2024-03-01T10:00:00+01:00", "suspension": globalID("Suspension", 2),
	})
	if got.wrong() != "" {
		t.Fatal(got)
	}
	n := got.Need
	if n.Municipality.Code != "058091-02" || n.LocationKind != "EXACT" || n.Location.Coordinates[0] != 12.75 || n.Status != "REPORTED" ||
		n.Version != 1 || *n.Summary != "Doposcuola fermo" || n.ReportedBy.Slug != "alfa" || n.Suspension == nil ||
		*n.ReportedAt != "2024-03-01T09:00:00Z" || *n.MinimumAge != 6 || n.PeopleAnswered != 0 {
		t.Errorf("%+v", n)
	}
	if len(n.History) != 1 {
		t.Fatalf("%d events", len(n.History))
	}
	e := n.History[0]
	if e.Kind != "REPORTED" || e.Actor != "token:alfa" || *e.ActorRole != "OPERATOR" || *e.Version != 1 || *e.ToStatus != "REPORTED" || e.FromStatus != nil {
		t.Errorf("%+v", e)
	}
	values := map[string]string{}
	for _, c := range e.Changes {
		if values[c.Field] = *c.After; c.Before != nil {
			t.Errorf("%s was %s before", c.Field, *c.Before)
		}
	}
	want := map[string]string{
		"municipality": "058091-02", "field": "MINORS", "origin": "SUSPENDED_SERVICE", "status": "REPORTED", "severity": "5", "people": "4",
		"peopleAnswered": "0", "summary": "Doposcuola fermo", "reportedAt": "2024-03-01T09:00:00Z", "locationKind": "EXACT",
		"minimumAge": "6", "maximumAge": "14", "reportedBy": "alfa", "suspension": "2",
	}
	if !maps.Equal(values, want) {
		t.Errorf("the event tells %v, want %v", values, want)
	}
}

// TestReportsThatAreRefused changes one part of a good report at a time.
func TestReportsThatAreRefused(t *testing.T) {
	s := newCollecting(t)
	before := stored(t, s)
	for _, c := range []struct {
		name, who string
		change    parts
		wrong     string
	}{
		{"nobody", "", nil, "UNAUTHENTICATED"},
		{"ANALYST", "analyst", nil, "FORBIDDEN"},
		{"severity", "coordinator", parts{"severity": 6}, "INVALID severity"},
		{"people", "coordinator", parts{"people": 0}, "INVALID people"},
		{"too many people", "coordinator", parts{"people": 100_001}, "INVALID people"},
		{"two mistakes", "coordinator", parts{"people": 0, "severity": 0}, "INVALID severity, INVALID people"},
		{"no place", "coordinator", parts{"municipality": nil}, "INVALID municipality"},
		{"unknown municipality", "coordinator", parts{"municipality": "999999"}, "INVALID municipality"},
		{"a comune with municipi", "coordinator", parts{"municipality": "058091"}, "INVALID municipality"},
		{"point elsewhere", "coordinator", parts{"point": parts{"longitude": 12.75, "latitude": 41.75}}, "INVALID point"},
		{"point in the sea", "coordinator", parts{"municipality": nil, "point": parts{"longitude": 9, "latitude": 41.75}}, "INVALID point"},
		{"point beyond the world", "coordinator", parts{"municipality": nil, "point": parts{"longitude": 200, "latitude": 41.75}}, "INVALID point"},
		{"point of a secret place", "coordinator", parts{"locationKind": "UNDISCLOSED", "point": parts{"longitude": 12.25, "latitude": 41.75}}, "INVALID point"},
		{"point of no place", "coordinator", parts{"locationKind": "FICTITIOUS_RESIDENCE", "point": parts{"longitude": 12.25, "latitude": 41.75}}, "INVALID point"},
		{"exact without a point", "coordinator", parts{"locationKind": "EXACT"}, "INVALID locationKind"},
		{"ages", "coordinator", parts{"minimumAge": 10, "maximumAge": 9}, "INVALID maximumAge"},
		{"age", "coordinator", parts{"minimumAge": 121}, "INVALID minimumAge"},
		{"future", "coordinator", parts{"reportedAt": "2199-01-01T00:00:00Z"}, "INVALID reportedAt"},
		{"past", "coordinator", parts{"reportedAt": "1989-12-31T00:00:00Z"}, "INVALID reportedAt"},
		{"suspended without a suspension", "coordinator", parts{"origin": "SUSPENDED_SERVICE"}, "INVALID suspension"},
		{"a suspension that does not fit", "coordinator", parts{"suspension": globalID("Suspension", 2)}, "INVALID suspension"},
		{"no such suspension", "coordinator", parts{"origin": "SUSPENDED_SERVICE", "suspension": globalID("Suspension", 99)}, "INVALID suspension"},
		{"not a suspension", "coordinator", parts{"origin": "SUSPENDED_SERVICE", "suspension": globalID("Need", 1)}, "INVALID suspension"},
		{"no such organisation", "coordinator", parts{"reportedBy": globalID("Partner", 99)}, "INVALID reportedBy"},
		{"fiscal code", "coordinator", parts{"summary": "Per RSSMRA85T10A562S serve aiuto"}, "INVALID summary"},
		{"control character", "coordinator", parts{"summary": "a\u0007b"}, "INVALID summary"},
		{"too long", "coordinator", parts{"summary": strings.Repeat("a ", 1001)}, "INVALID summary"},
		{"empty key", "coordinator", parts{"idempotencyKey": ""}, "INVALID idempotencyKey"},
		{"another municipality", "municipio", parts{"municipality": "058091-02"}, "FORBIDDEN municipality"},
		{"another municipality by its point", "municipio", parts{"municipality": nil, "point": parts{"longitude": 12.75, "latitude": 41.75}}, "FORBIDDEN municipality"},
		{"for another organisation", "alfa", parts{"reportedBy": globalID("Cooperative", 2)}, "FORBIDDEN reportedBy"},
		{"for an organisation without one", "municipio", parts{"reportedBy": globalID("Cooperative", 1)}, "FORBIDDEN reportedBy"},
		{"one of two organisations", "two", nil, "FORBIDDEN municipality"},
	} {
		if got := s.collect(t, c.who, "reportNeed", with(plainReport(), c.change)); got.wrong() != c.wrong {
			t.Errorf("%s: %s, want %s", c.name, got.wrong(), c.wrong)
		}
	}
	if after := stored(t, s); after != before {
		t.Errorf("refused reports left something: %s, before %s", after, before)
	}
}

func TestTheSpanThatOffends(t *testing.T) {
	s := newCollecting(t)
	got := s.collect(t, "coordinator", "reportNeed", with(plainReport(), parts{"summary": "  È per RSSMRA85T10A562S, sola"}))
	if len(got.Errors) != 1 || got.Errors[0].Span == nil {
		t.Fatalf("%+v", got)
	}
	if span := *got.Errors[0].Span; span.Start != 8 || span.End != 24 || span.LooksLike != "FISCAL_CODE" {
		t.Errorf("span %+v", span)
	}
}

func TestReportNeedsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := newCollecting(t)
	before := stored(t, s)
	row := plainReport()
	for _, c := range []struct {
		name  string
		who   string
		needs []parts
		wrong string
		rows  string
	}{
		{"none", "coordinator", []parts{}, "INVALID needs", "<nil>"},
		{"a wrong row", "coordinator", []parts{row, row, with(row, parts{"severity": 0})}, "INVALID needs.2.severity", "2"},
		{"two wrong rows", "coordinator", []parts{with(row, parts{"people": 0}), row, with(row, parts{"origin": "SUSPENDED_SERVICE", "suspension": globalID("Suspension", 99)})},
			"INVALID needs.0.people, INVALID needs.2.suspension", "0 2"},
		{"a key in a row", "coordinator", []parts{row, with(row, parts{"idempotencyKey": "a"})}, "INVALID needs.1.idempotencyKey", "1"},
		{"a foreign row", "municipio", []parts{with(row, parts{"people": 0}), with(row, parts{"municipality": "058091-02"})}, "INVALID needs.0.people, INVALID needs.1.municipality", "0 1"},
	} {
		got := s.collect(t, c.who, "reportNeeds", parts{"needs": c.needs})
		rows := []string{}
		for _, e := range got.Errors {
			if e.Row == nil {
				rows = append(rows, "<nil>")
			} else {
				rows = append(rows, fmt.Sprint(*e.Row))
			}
		}
		if got.wrong() != c.wrong || strings.Join(rows, " ") != c.rows || len(got.Reported) > 0 {
			t.Errorf("%s: %s in rows %v, want %s in %s", c.name, got.wrong(), rows, c.wrong, c.rows)
		}
	}
	if after := stored(t, s); after != before {
		t.Errorf("refused reports left something: %s, before %s", after, before)
	}
	many := make([]parts, 1000)
	for i := range many {
		many[i] = parts{"municipality": []string{"058091-01", "056001"}[i%2], "field": "MINORS", "origin": "KNOWN", "severity": 1, "summary": fmt.Sprint("Riga ", i)}
	}
	got := s.collect(t, "coordinator", "reportNeeds", parts{"needs": many})
	if got.wrong() != "" || len(got.Reported) != 1000 {
		t.Fatalf("%s, %d reported", got.wrong(), len(got.Reported))
	}
	for i, r := range got.Reported {
		if *r.Need.Summary != fmt.Sprint("Riga ", i) {
			t.Fatalf("row %d is %s", i, *r.Need.Summary)
		}
	}
	if len(got.Reported[7].Duplicates) != 5 {
		t.Errorf("needs of one request are no duplicates of each other: %+v", got.Reported[7].Duplicates)
	}
	if wrong := s.collect(t, "coordinator", "reportNeeds", parts{"needs": append(many, many[0])}).wrong(); wrong != "INVALID needs" {
		t.Errorf("1,001 rows: %s", wrong)
	}
}
