package cost_test

import (
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/innovainrete/needmap/graph/cost"
)

// TestArgumentsHaveAPrice adds to a field's own price what arguments that are given
// add, whatever their value; null is not given.
func TestArgumentsHaveAPrice(t *testing.T) {
	s := schema(t)
	opts := cost.Options{Prices: map[string]cost.Price{
		"Query.needs": {Self: 10, With: map[string]int{"after": 1_000, "last": 200}},
		"Town.needs":  {With: map[string]int{"first": 50}},
	}}
	for _, c := range []struct {
		name, query, variables string
		want                   int
	}{
		{"left out", `{needs(first: 3) {totalCount}}`, `{}`, 10 + 3},
		{"given", `{needs(first: 3, after: "a") {totalCount}}`, `{}`, 1_010 + 3},
		{"given empty", `{needs(first: 3, after: "") {totalCount}}`, `{}`, 1_010 + 3},
		{"both", `{needs(last: 2, after: "a") {totalCount}}`, `{}`, 1_210 + 2},
		{"null", `{needs(first: 3, after: null) {totalCount}}`, `{}`, 10 + 3},
		{"a variable", `query($a: String) {needs(first: 3, after: $a) {totalCount}}`, `{"a": "x"}`, 1_010 + 3},
		{"a variable that is null", `query($a: String) {needs(first: 3, after: $a) {totalCount}}`, `{"a": null}`, 10 + 3},
		{"a variable that is not given", `query($a: String) {needs(first: 3, after: $a) {totalCount}}`, `{}`, 10 + 3},
		{"a variable's default", `query($a: String = "x") {needs(first: 3, after: $a) {totalCount}}`, `{}`, 1_010 + 3},
		{"null against a variable's default", `query($a: String = "x") {needs(first: 3, after: $a) {totalCount}}`, `{"a": null}`, 10 + 3},
		{"in a list, for each", `{towns {needs(first: 2) {totalCount}}}`, `{}`, 1 + 10*(51+2)},
		{"of another field", `{towns {needs {totalCount}}}`, `{}`, 1 + 10*(1+50)},
		{"in a fragment", `{...F} fragment F on Query {needs(first: 3, after: "a") {totalCount}}`, `{}`, 1_010 + 3},
		{"behind a directive", `{needs(first: 3, after: "a") @skip(if: true) {totalCount}}`, `{}`, 1_010 + 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := price(t, s, opts, c.query, c.variables); got != c.want {
				t.Errorf("cost of %s with %s is %d, want %d", c.query, c.variables, got, c.want)
			}
		})
	}
}

// TestPricedArguments accepts a price with arguments that the schema has.
func TestPricedArguments(t *testing.T) {
	es := &graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema(t) }}
	known := map[string]cost.Price{"Query.needs": {With: map[string]int{"after": 5, "first": 5}}, "Query.ping": {With: map[string]int{}}}
	if err := cost.New(cost.Options{Prices: known}).Validate(es); err != nil {
		t.Error(err)
	}
}
