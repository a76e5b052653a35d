package server_test

import (
	"testing"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestNestedListsAreBatched counts statements: as many for 20 objects as for 2,
// and no more than there are fields that read the database.
func TestNestedListsAreBatched(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	if _, err := postgres.LoadDemo(t.Context(), openPlain(t, dsn), postgres.DemoOptions{Needs: 3000, Seed: demo.DefaultSeed}); err != nil {
		t.Fatal(err)
	}
	db, counted := countQueries(t, dsn)
	s := serveSite(t, db, true)
	for _, c := range []struct {
		name, query string // $n is how many objects
		statements  int64  // what the query needs, counted by hand
	}{
		{"needs", `needs(first: $n) {nodes {municipality {code} reportedBy {name} suspension {reason service {name organisation {name}}}
			responses {people organisation {name} service {name}} history {kind}}}`, 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1},
		{"needs and their count", `needs(first: $n) {totalCount edges {cursor}}`, 2},
		{"municipalities", `municipalities(filter: {codes: ["058091"]}, first: $n) {nodes {tally {needs} needs(first: 3) {totalCount nodes {id}}
			services(first: 3) {totalCount nodes {name}} partners(first: 3) {totalCount nodes {name}} cooperatives {name}}}`, 1 + 2 + 2 + 2 + 1},
		{"parents", `municipalities(filter: {codes: ["058091"]}, first: $n) {nodes {parent {tally {needs} services(first: 1) {totalCount}}}}`, 1 + 2},
		{"needs of municipalities", `municipalities(filter: {codes: ["058091"]}, first: $n) {nodes {needs(first: 5) {nodes {responses {people organisation {name}} history {kind} reportedBy {name}}}}}`,
			1 + 1 + 1 + 1 + 1},
		{"services of municipalities", `municipalities(filter: {codes: ["058091"]}, first: $n) {nodes {services(first: 3) {nodes {organisation {name} municipalities {code} suspensions {reason}}}}}`,
			1 + 1 + 1 + 1},
		{"organisations of municipalities", `municipalities(filter: {codes: ["058091"]}, first: $n) {nodes {partners(first: 3) {nodes {operators {operators} cooperatives {name}}} cooperatives {operators {operators}}}}`,
			1 + 1 + 1 + 1 + 1},
		{"partners", `partners(first: $n) {nodes {municipality {name} operators {operators} cooperatives {name} services(first: 2) {totalCount nodes {name suspensions {from}}}}}`,
			1 + 1 + 1 + 1 + 1 + 1},
		{"seats", `partners(first: $n) {nodes {municipality {tally {needs} needs(first: 1) {totalCount nodes {id}}}}}`, 1 + 1 + 2},
		{"cooperatives", `cooperatives(first: $n) {nodes {operators {operators} partners(first: 2) {totalCount nodes {name operators {operators}}} services(first: 2) {totalCount nodes {name municipalities {code}}}}}`,
			1 + 1 + 2 + 1 + 2 + 1},
		{"services", `services(first: $n) {totalCount nodes {organisation {name} municipalities {code tally {needs}} suspensions {reason}}}`, 1 + 1 + 1 + 1 + 1 + 1},
		{"the network", `network {name published {partners} computed {partners} findings {code}} cooperatives(first: $n) {nodes {id}}`, 2 + 2 + 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{2, 10} {
				before := counted.queries.Load()
				var answer any
				query := `query($n: Int) {` + c.query + `}`
				if c.name == "the network" {
					query = `query($n: Int!) {` + c.query + `}`
				}
				s.get(t, query, map[string]any{"n": n}, &answer)
				if got := counted.queries.Load() - before; got > c.statements {
					t.Errorf("%d statements for %d objects, want at most %d", got, n, c.statements)
				}
			}
		})
	}
}
