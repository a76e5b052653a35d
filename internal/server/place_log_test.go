package server_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/server"
)

// In the world of the policy the needs 0, 2, 3, 6, 7 and 8 have EXACT points, 1
// has one that stands for an area, 4 and 5 have none.

// placeReads are requests with the needs, by their numbers, whose exact places
// the answer shows to a COORDINATOR.
var placeReads = []struct {
	name, query string
	want        []int
}{
	{"a plain list", `{needs {nodes {id location}}}`, []int{0, 2, 3, 6, 7, 8}},
	{"under an alias", `{needs {nodes {id where: location}}}`, []int{0, 2, 3, 6, 7, 8}},
	{"in a fragment", `{needs {nodes {...F}}} fragment F on Node {id ... on Need {location}}`, []int{0, 2, 3, 6, 7, 8}},
	{"where a directive allows it", `query($yes: Boolean = true) {needs {nodes {location @include(if: $yes)}}}`, []int{0, 2, 3, 6, 7, 8}},
	{"plain edges", `{needs(first: 2) {edges {cursor node {location}}}}`, []int{7, 8}},
	{"edges and nodes of one page", `{needs(last: 2) {edges {node {location}} nodes {location}}}`, []int{0}},
	{"a list that is not plain", `{needs(filter: {fields: [MINORS]}) {nodes {location responses {people}}}}`, []int{0}},
	{"edges that are not plain", `{needs(filter: {municipalities: ["058091-02"]}) {edges {node {location history {kind}}}}}`, []int{3, 7}},
	{"one need", `{node(id: "«Need:700003»") {... on Need {location}}}`, []int{3}},
	{"some needs", `{nodes(ids: ["«Need:700000»", "«Need:700001»", "«Need:700005»", "«Need:1»", "«Municipality:058091»"]) {... on Need {location} id}}`, []int{0}},
	{"needs of a municipality", `{municipality(code: "056001") {needs {nodes {location}}}}`, []int{2}},
	{"needs of municipalities", `{municipalities {nodes {code needs(first: 1) {edges {node {location}}}}}}`, []int{7, 8}}, // of 056001 it is 5
	{"features", `{needFeatures(bbox: {west: 12.5, south: 41, east: 13, north: 43})}`, []int{3, 7}},
	{"features up to a limit", `{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 43}, limit: 2)}`, []int{7, 8}},
	{"what a need was merged into", `{node(id: "«Need:700006»") {... on Need {mergedInto {location}}}}`, []int{3}},
	{"what was merged into a need", `{node(id: "«Need:700000»") {... on Need {mergedFrom {location}}}}`, []int{7}},
	{"needs of events", `{events {nodes {needs {location}}}}`, []int{0, 3, 7, 8}},
	{"deep down", `{node(id: "«Need:700004»") {... on Need {municipality {needs(last: 1) {nodes {mergedFrom {municipality {needs(filter: {openOnly: true}) {nodes {location}}}}}}}}}}`, []int{3}},
	{"a place and figures", `{needMap {totals {needs}} needs(first: 1) {nodes {location}}}`, []int{8}},
	{"distances from a place", `{suggestResponses(needId: "«Need:700000»") {suggestions {distanceMetres}}}`, []int{0}},
	{"several at once", `{a: needs(first: 1) {nodes {location}} b: node(id: "«Need:700000»") {... on Need {location}} c: needs(first: 1) {nodes {location}}}`, []int{0, 8}},

	{"no place", `{needs {nodes {id summary locationKind municipality {centroid}}}}`, nil},
	{"a place that is left out", `query($no: Boolean = false) {needs {nodes {id location @include(if: $no)}}}`, nil},
	{"an area", `{node(id: "«Need:700001»") {... on Need {location}}}`, nil},
	{"features of areas", `{needFeatures(bbox: {west: 12.71, south: 41.73, east: 12.72, north: 41.74})}`, nil},
	{"places that are not known", `{nodes(ids: ["«Need:700004»", "«Need:700005»"]) {... on Need {location locationKind}}}`, nil},
	{"an empty page", `{needs(first: 0) {nodes {location}}}`, nil},
	{"figures", `{needs {totalCount} needMap {cells {tally {people}}} municipality(code: "058091") {tally {needs}}}`, nil},
	{"places of services", `{services {nodes {location}}}`, nil},
}

// placesLogged gives who was shown which needs, and forgets it.
func placesLogged(t *testing.T, s *site) []string {
	t.Helper()
	var rows []struct {
		Actor string
		Role  string `db:"actor_role"`
		Needs pq.Int64Array
	}
	if err := s.db.Select(&rows, `with gone as (delete from location_read returning *) select actor, actor_role, needs from gone order by id`); err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, row := range rows {
		list = append(list, fmt.Sprint(row.Actor, " ", row.Role, " ", row.Needs))
	}
	return list
}

func wantLogged(actor, role string, numbers []int) []string {
	if numbers == nil {
		return []string{}
	}
	keys := pq.Int64Array{}
	for _, k := range numbers {
		keys = append(keys, secretKey+int64(k))
	}
	return []string{fmt.Sprint(actor, " ", role, " ", keys)}
}

// TestExactPlacesAreLogged reads places in every way that there is. An answer
// leaves one row, of exactly the needs whose place it showed to exactly that caller.
func TestExactPlacesAreLogged(t *testing.T) {
	s := newPolicyWorld(t)
	for _, c := range placeReads {
		t.Run(c.name, func(t *testing.T) {
			for _, caller := range []struct {
				role, actor, word string
				sees              func(k int) bool
			}{
				{"COORDINATOR", "coordinator", "COORDINATOR", func(int) bool { return true }},
				{"ANALYST", "analyst", "ANALYST", func(int) bool { return false }}, // cells
			} {
				if answer := s.as(caller.role).ask(t, withIDs(c.query), nil); len(answer.Errors) > 0 {
					t.Fatalf("%+v", answer.Errors)
				}
				want := []string{}
				if caller.sees(0) {
					want = wantLogged(caller.actor, caller.word, c.want)
				}
				if got := placesLogged(t, s); !slices.Equal(got, want) {
					t.Errorf("as %s logged %v, want %v", caller.role, got, want)
				}
			}
		})
	}
}

// TestPlacesOfAScopeAreLogged has operators read: only what they see is logged.
func TestPlacesOfAScopeAreLogged(t *testing.T) {
	s := newPolicyWorld(t)
	for _, c := range []struct {
		role, actor string
		want        []int
	}{
		{"OPERATOR of a territory", "operator 1", []int{0, 6, 8}},
		{"OPERATOR of an organisation", "operator 2", []int{2, 8}},
		{"OPERATOR of nothing", "operator 0", nil},
	} {
		for _, query := range []string{
			`{needs {nodes {location}}}`, `{needFeatures(bbox: {west: 11, south: 41, east: 14, north: 43})}`,
			`{nodes(ids: ["«Need:700000»", "«Need:700001»", "«Need:700002»", "«Need:700003»", "«Need:700004»", "«Need:700006»", "«Need:700008»"]) {... on Need {location mergedInto {location}}}}`,
		} {
			s.as(c.role).ask(t, withIDs(query), nil)
			if got, want := placesLogged(t, s), wantLogged(c.actor, "OPERATOR", c.want); !slices.Equal(got, want) {
				t.Errorf("%s, %s: logged %v, want %v", c.role, query, got, want)
			}
		}
	}
}

// noLog can't be written.
type noLog struct{ asked int }

func (l *noLog) LogPlacesRead(context.Context, needmap.Viewer, []int64) error {
	l.asked++
	return errors.New("no space left for segreto")
}

// TestNothingIsShownUnlogged takes the log away: from under the server, and in
// its database. Where a place would be shown there is an error with the
// published code and nothing else; the rest is answered as ever.
func TestNothingIsShownUnlogged(t *testing.T) {
	db := pgtest.New(t)
	mustExec(t, db, smallTerritory+smallDirectory+policyNeeds)
	broken := &noLog{}
	without := serveWith(t, db, server.Options{Callers: policyTokens, Places: broken})
	refusing := newPolicyWorld(t)
	mustExec(t, refusing.db, `create function refuse() returns trigger language plpgsql as $$ begin raise 'segreto'; end $$;
		create trigger refuse before insert on location_read for each row execute function refuse()`)
	gone := newPolicyWorld(t)
	mustExec(t, gone.db, `drop function log_location_read`)
	for name, s := range map[string]*site{"no log": without, "a log that refuses": refusing, "no function": gone} {
		for _, c := range placeReads {
			answer := s.as("COORDINATOR").ask(t, withIDs(c.query), nil)
			if c.want == nil {
				if len(answer.Errors) > 0 {
					t.Errorf("%s, %s: %+v", name, c.name, answer.Errors)
				}
				continue
			}
			code, _ := answer.first()
			if len(answer.Errors) != 1 || code != "UNAVAILABLE" || string(answer.Data) != "null" || strings.Contains(answer.Errors[0].Message, "segreto") {
				t.Errorf("%s, %s: %+v %s", name, c.name, answer.Errors, answer.Data)
			}
		}
		if answer := s.as("ANALYST").ask(t, `{needs {nodes {location}}}`, nil); len(answer.Errors) > 0 {
			t.Errorf("%s: cells are not shown: %+v", name, answer.Errors)
		}
	}
	if broken.asked == 0 {
		t.Error("the log was never asked")
	}
}

// TestPlacesOfWrittenNeedsAreLogged has a mutation answer with a place.
func TestPlacesOfWrittenNeedsAreLogged(t *testing.T) {
	s := newPolicyWorld(t)
	confirm := fmt.Sprintf(`mutation {confirmNeed(input: {id: "«Need:%d»", version: 2}) {need {location} errors {message}}}`, secretKey+2)
	answer := s.as("COORDINATOR").ask(t, withIDs(confirm), nil)
	if got, want := placesLogged(t, s), wantLogged("coordinator", "COORDINATOR", []int{2}); !slices.Equal(got, want) {
		t.Errorf("%+v %s: logged %v, want %v", answer.Errors, answer.Data, got, want)
	}
}

// TestDistancesOfDuplicatesAreLogged: metres from a point that the caller chose
// tell of an exact place, and so does a score that is made of them.
func TestDistancesOfDuplicatesAreLogged(t *testing.T) {
	s := newSmall(t, true)
	for _, wanted := range []string{"distanceMetres", "score"} {
		var got struct {
			ReportNeed struct {
				Duplicates []struct{ Need struct{ ID string } }
			}
		}
		s.get(t, `mutation {reportNeed(input: {point: {longitude: 12.2501, latitude: 41.7501}, field: MINORS, origin: KNOWN, severity: 3,
			people: 1, summary: "Doposcuola chiuso", reportedAt: "2024-02-01T08:00:00Z"}) {duplicates {need {id} `+wanted+`}}}`, nil, &got)
		if found := got.ReportNeed.Duplicates; len(found) == 0 || found[len(found)-1].Need.ID != globalID("Need", 1) {
			t.Fatalf("the report finds %+v", got)
		}
		if logged := placesLogged(t, s); len(logged) != 1 || !strings.HasPrefix(logged[0], "demo COORDINATOR [1") {
			t.Errorf("%s: logged %v", wanted, logged)
		}
	}
}
