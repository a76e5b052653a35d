package server_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// moment is what was answered at a time.
type moment struct {
	name   string
	at     time.Time
	report coverageReport
	tallies
}

// tallies are figures of the need map and of municipalities.
type tallies struct {
	NeedMap mapAnswer
	Whole   struct{ Tally tally }
	Part    struct{ Tally tally }
}

const (
	pastPeriod = `(period: {from: "2024-03-01", to: "2024-03-31"}`

	// with what is worked out from the other figures, it would be too complex with asOf
	pastRow = `area {code} field needs demand answered gap promised stuck reasons {reason people} services capacity freeCapacity
		suspendedServices suspendedCapacity denominator {people} needDays `
	pastFields = ` {rows {` + pastRow + `distance {medianMetres p90Metres measured located}} areas {` + pastRow + `} fields {` + pastRow + `} totals {` + rowFields + `}
		placing {field asking placeable} asOf periodFrom periodUntil isPartial placesAs}`
)

// now asks for the figures as they are, and takes the time.
func (s *site) now(t *testing.T, name string) moment {
	t.Helper()
	m := moment{name: name, report: s.coverage(t, "COORDINATOR", pastPeriod+`)`, pastFields), tallies: s.tallies(t, "")}
	time.Sleep(2 * time.Millisecond) // the history is kept in microseconds
	m.at = time.Now()
	time.Sleep(2 * time.Millisecond)
	return m
}

func (s *site) tallies(t *testing.T, arguments string) (got tallies) {
	t.Helper()
	s.as("COORDINATOR").get(t, `{needMap`+arguments+` {totals `+tallyFields+` cells {area {code level} tally `+tallyFields+`}}
		whole: municipality(code: "058091") {tally`+arguments+tallyFields+`} part: municipality(code: "056001") {tally`+arguments+tallyFields+`}}`, nil, &got)
	return got
}

func asOf(at time.Time) string { return `asOf: "` + at.UTC().Format(time.RFC3339Nano) + `"` }

// steps change the world of coverage through the API, one after the other.
var steps = []struct{ name, mutation string }{
	{"a need is reported", `reportNeed(input: {municipality: "058091-02", field: ELDERLY, origin: EMERGING, severity: 4, people: 9, locationKind: UNDISCLOSED}) {need {id}`},
	{"a need is changed", `updateNeed(input: {id: "«Need:3»", version: ?, people: 12, severity: 5}) {need {id}`},
	{"a need moves to another field and municipality", `updateNeed(input: {id: "«Need:8»", version: ?, field: ELDERLY, municipality: "056001"}) {need {id}`},
	{"an answer is offered", `respondToNeed(input: {needId: "«Need:1»", service: "«Service:3»", people: 4}) {need {id}`},
	{"it is agreed, for fewer", `acceptResponse(input: {id: "«Response:6»", version: ?, people: 3}) {need {id}`},
	{"a part is delivered", `deliverResponse(input: {id: "«Response:6»", version: ?, people: 1}) {need {id}`},
	{"the rest is turned down", `declineResponse(input: {id: "«Response:7»", version: ?, reasonCode: NO_STAFF}) {need {id}`},
	{"an offer that was there goes elsewhere", `declineResponse(input: {id: "«Response:3»", version: ?, reasonCode: REFUSED}) {need {id}`},
	{"another takes its place", `respondToNeed(input: {needId: "«Need:7»", service: "«Service:4»", people: 2}) {need {id}`},
	{"and is agreed to and delivered", `acceptResponse(input: {id: "«Response:8»", version: ?}) {need {id}`},
	{"in full", `deliverResponse(input: {id: "«Response:8»", version: ?}) {need {id}`},
	{"a service stops", `suspendService(input: {service: "«Service:1»", version: ?, from: "TODAY", reason: "Chiusa", markNeeds: true}) {needCount`},
	{"a service changes", `updateService(input: {id: "«Service:3»", version: ?, capacity: 1, minimumAge: 30}) {service {id}`},
	{"a service is added", `createService(input: {organisation: "«Cooperative:2»", name: "Circolo", field: ELDERLY, provision: PRIVATE, capacity: 5, municipalities: ["058091-02"]}) {service {id}`},
	{"a need ends", `transitionNeed(input: {id: "«Need:10»", version: ?, to: CLOSED, reasonCode: WITHDRAWN}) {need {id}`},
	{"a need ends with what was agreed", `transitionNeed(input: {id: "«Need:6»", version: ?, to: CLOSED, reasonCode: MOVED_AWAY}) {need {id}`},
	{"an ended need opens again", `reopenNeed(input: {id: "«Need:11»", version: ?, reason: "Di nuovo"}) {need {id}`},
	{"a need is merged", `mergeNeeds(input: {into: {id: "«Need:5»", version: ?}, duplicates: [{id: "«Need:4»", version: ?}]}) {need {id}`},
	{"and taken apart", `unmergeNeeds(input: {from: {id: "«Need:5»", version: ?}}) {need {id}`},
}

var openVersion = regexp.MustCompile(`«(Need|Response|Service):(\d+)»", version: \?`)

// do runs a mutation that has to do something. A version that is left open is the
// one that the object has.
func (s *site) do(t *testing.T, mutation string) {
	t.Helper()
	mutation = strings.ReplaceAll(mutation, "TODAY", string(needmap.DayInRome(time.Now())))
	mutation = openVersion.ReplaceAllStringFunc(mutation, func(text string) string {
		m, version := openVersion.FindStringSubmatch(text), 0
		if err := s.db.Get(&version, fmt.Sprintf(`select version from %s where id = %s`, strings.ToLower(m[1]), m[2])); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return strings.ReplaceAll(text, "?", fmt.Sprint(version))
	})
	answer := s.as("COORDINATOR").ask(t, withIDs(`mutation {payload: `+mutation+` errors {code field message}}}`), nil)
	if len(answer.Errors) > 0 || !strings.Contains(string(answer.Data), `"errors":[]`) {
		t.Fatalf("%s\n%+v %s", mutation, answer.Errors, answer.Data)
	}
}

// TestTheFiguresAsTheyWere changes the world step by step and asks afterwards for
// every moment: the answers are those that were given then.
func TestTheFiguresAsTheyWere(t *testing.T) {
	t.Parallel()
	s := newCovered(t, coverageWorld)
	moments := []moment{s.now(t, "before all")}
	for _, step := range steps {
		s.do(t, step.mutation)
		moments = append(moments, s.now(t, step.name))
	}
	different := map[string]bool{}
	for _, m := range moments {
		t.Run(m.name, func(t *testing.T) {
			got := s.coverage(t, "COORDINATOR", pastPeriod+` `+asOf(m.at)+`)`, pastFields)
			if !got.AsOf.Equal(m.at) {
				t.Errorf("as of %v, asked for %v", got.AsOf, m.at)
			}
			got.AsOf, m.report.AsOf = time.Time{}, time.Time{}
			checkSameReport(t, got, m.report)
			if now := s.tallies(t, "("+asOf(m.at)+")"); string(mustJSON(now)) != string(mustJSON(m.tallies)) {
				t.Errorf("the tallies are %s\nthey were %s", mustJSON(now), mustJSON(m.tallies))
			}
			different[string(mustJSON(got))] = true
		})
	}
	if len(different) != len(moments)-2 { // to agree to an offer changes no figure, and taking apart leads back
		t.Errorf("%d moments have %d answers: some step changed nothing", len(moments), len(different))
	}
}

func checkSameReport(t *testing.T, got, want coverageReport) {
	t.Helper()
	lists := func(c coverageReport) [][]covered { return [][]covered{c.Rows, c.Areas, c.Fields, {c.Totals}} }
	for i, list := range lists(got) {
		for k, row := range list {
			if k >= len(lists(want)[i]) {
				t.Fatalf("%d rows, there were %d", len(list), len(lists(want)[i]))
			}
			if is, was := mustJSON(row), mustJSON(lists(want)[i][k]); string(is) != string(was) {
				t.Errorf("it is said to have been %s\nit was %s", is, was)
			}
		}
	}
	got.Rows, got.Areas, got.Fields, got.Totals = nil, nil, nil, covered{}
	want.Rows, want.Areas, want.Fields, want.Totals = nil, nil, nil, covered{}
	if is, was := mustJSON(got), mustJSON(want); string(is) != string(was) {
		t.Errorf("it is said to have been %s\nit was %s", is, was)
	}
}

// TestBeforeAnythingWasReported asks for moments on either side of the reports.
func TestBeforeAnythingWasReported(t *testing.T) {
	s := newCovered(t, coverageWorld)
	for at, needs := range map[string]int{"2024-02-29T22:59:59Z": 0, "2024-02-29T23:00:00Z": 11, "2024-03-06T00:00:00Z": 10, "2024-03-07T23:00:00+23:59": 10, "2000-01-01T00:00:00Z": 0} {
		var got struct {
			Coverage struct{ Totals covered }
			NeedMap  struct{ Totals tally }
		}
		s.as("COORDINATOR").get(t, fmt.Sprintf(`{coverage(asOf: %q) {totals {needs}} needMap(asOf: %q, filter: {openOnly: true}) {totals `+tallyFields+`}}`, at, at), nil, &got)
		if got.Coverage.Totals.Needs != needs || got.NeedMap.Totals.Needs != needs {
			t.Errorf("%s: %d and %d needs, want %d", at, got.Coverage.Totals.Needs, got.NeedMap.Totals.Needs, needs)
		}
	}
}
