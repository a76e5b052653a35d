package cost_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/innovainrete/needmap/graph/cost"
)

const sdl = `
scalar Shapes
type Query {
  town(code: String!): Town
  towns: [Town!]!
  needs(first: Int, last: Int, after: String): NeedConnection!
  shapes(limit: Int! = 500): Shapes!
  nodes(ids: [ID!]!): [Need]!
  ping: String!
}
type Town { code: String! name: String! tags: [String!]! parent: Town children: [Town!]!
  needs(first: Int): NeedConnection! }
type NeedConnection { nodes: [Need!]! edges: [NeedEdge!]! totalCount: Int! }
type NeedEdge { node: Need! cursor: String! }
type Need { id: ID! town: Town! a: Int b: Int }
`

func schema(tb testing.TB) *ast.Schema {
	tb.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Input: sdl})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// guard makes a Guard validated against the test's schema.
func guard(tb testing.TB, s *ast.Schema, opts cost.Options) *cost.Guard {
	tb.Helper()
	g := cost.New(opts)
	es := &graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return s }}
	if err := g.Validate(es); err != nil {
		tb.Fatal(err)
	}
	return g
}

// price gives the cost of a query: that of the refusal under a limit of 1, or
// 1 when there is none.
func price(tb testing.TB, s *ast.Schema, opts cost.Options, query, variables string) int {
	tb.Helper()
	opts.Limits.Cost = 1
	err := run(tb, s, opts, query, variables)
	if err == nil {
		return 1
	}
	return err.Extensions["cost"].(int)
}

func run(tb testing.TB, s *ast.Schema, opts cost.Options, query, variables string) *gqlerror.Error {
	tb.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(s, query, nil)
	if errs != nil {
		tb.Fatalf("%s: %v", query, errs)
	}
	given := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(variables))
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		tb.Fatal(err)
	}
	coerced, err := validator.VariableValues(s, doc.Operations[0], given)
	if err != nil {
		tb.Fatal(err)
	}
	opCtx := &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0], Variables: coerced}
	return guard(tb, s, opts).MutateOperationContext(context.Background(), opCtx)
}

func TestPrice(t *testing.T) {
	s := schema(t)
	tests := []struct {
		name, query, variables string
		want                   int
	}{
		{"one field", `{ping}`, `{}`, 1},
		{"typename is a field", `{__typename ping}`, `{}`, 2},
		{"an object", `{town(code: "1") {code name}}`, `{}`, 3},
		{"a leaf list is one", `{town(code: "1") {tags}}`, `{}`, 2},
		{"a list of the expected length", `{towns {code name}}`, `{}`, 1 + 10*2},
		{"the default page", `{needs {nodes {id}}}`, `{}`, 1 + 50*2},
		{"first", `{needs(first: 500) {edges {node {id a b}}}}`, `{}`, 1 + 500*5},
		{"the larger of first and last", `{needs(first: 2, last: 3) {nodes {id}}}`, `{}`, 1 + 3*2},
		{"a negative page is empty", `{needs(first: -1) {nodes {id}}}`, `{}`, 1},
		{"a null page is the default", `{needs(first: null) {nodes {id}}}`, `{}`, 1 + 50*2},
		{"a variable", `query($n: Int) {needs(first: $n) {nodes {id}}}`, `{"n": 7}`, 1 + 7*2},
		{"a variable not given", `query($n: Int) {needs(first: $n) {nodes {id}}}`, `{}`, 1 + 50*2},
		{"a variable's default", `query($n: Int = 4) {needs(first: $n) {nodes {id}}}`, `{}`, 1 + 4*2},
		{"a schema's default", `{shapes}`, `{}`, 1 + 500},
		{"a schema's default, variable not given", `query($n: Int! = 9) {shapes(limit: $n)}`, `{}`, 1 + 9},
		{"a sized leaf", `{shapes(limit: 20)}`, `{}`, 1 + 20},
		{"lists in lists", `{needs(first: 10) {nodes {town {needs(first: 20) {nodes {id}}}}}}`, `{}`,
			1 + 10*(1+1+(1+20*2))},
		{"a fragment twice", `{a: towns {...T} b: towns {...T}} fragment T on Town {code name}`, `{}`,
			2 * (1 + 10*2)},
		{"an inline fragment", `{towns {... on Town {code} ... {name}}}`, `{}`, 1 + 10*2},
		{"introspection is apart", `{ping __schema {types {name}}}`, `{}`, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := price(t, s, cost.Options{}, tt.query, tt.variables); got != tt.want {
				t.Errorf("cost of %s is %d, want %d", tt.query, got, tt.want)
			}
		})
	}
}

func TestPriceOptions(t *testing.T) {
	s := schema(t)
	opts := cost.Options{
		Page: 3,
		List: 4,
		Prices: map[string]cost.Price{
			"Query.ping":  {Self: 100},
			"Query.nodes": {SizedBy: "ids"},
			"Town.needs":  {Self: 5, Items: 2},
		},
	}
	tests := []struct {
		query string
		want  int
	}{
		{`{ping}`, 100},
		{`{towns {code}}`, 1 + 4},
		{`{needs {nodes {id}}}`, 1 + 3*2},
		{`{nodes(ids: ["a", "b", "c"]) {id a}}`, 1 + 3*2},
		{`{town(code: "1") {needs {totalCount}}}`, 1 + 5 + 2},
		{`{town(code: "1") {needs(first: 9) {totalCount}}}`, 1 + 5 + 9},
	}
	for _, tt := range tests {
		if got := price(t, s, opts, tt.query, `{}`); got != tt.want {
			t.Errorf("cost of %s is %d, want %d", tt.query, got, tt.want)
		}
	}
}

func TestUnknownPrices(t *testing.T) {
	es := &graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema(t) }}
	for name, p := range map[string]cost.Price{
		"Query.absent": {Self: 2},
		"Absent.ping":  {Self: 2},
		"ping":         {Self: 2},
		"Query.needs":  {SizedBy: "ids"},
		"Query.towns":  {With: map[string]int{"first": 5}},
		"Query.shapes": {With: map[string]int{"limit": 5, "asOf": 5}},
	} {
		g := cost.New(cost.Options{Prices: map[string]cost.Price{name: p}})
		if err := g.Validate(es); err == nil {
			t.Errorf("a price for %s %+v was accepted", name, p)
		}
	}
}

func TestRefusals(t *testing.T) {
	s := schema(t)
	tests := []struct {
		name, query       string
		opts              cost.Options
		code              string
		wantCost, wantMax any
	}{
		{"500 needs of 20 fields pass", `{needs(first: 500) {edges {node {` + fields(20) + `}}}}`,
			cost.Options{}, "", nil, nil},
		{"too dear", `{needs(first: 500) {nodes {town {needs(first: 500) {nodes {id}}}}}}`,
			cost.Options{}, "TOO_COMPLEX", 1 + 500*(1+1+(1+500*2)), 100_000},
		{"beyond counting", `{needs(first: 9000000000000000000) {nodes {id}}}`,
			cost.Options{}, "TOO_COMPLEX", 1 << 52, 100_000},
		{"introspection passes", introspection.Query, cost.Options{}, "", nil, nil},
		{"introspection off", `{__schema {types {name}}}`, cost.Options{NoIntrospection: true},
			"FORBIDDEN", nil, nil},
		{"introspection off, in a fragment", `{...I} fragment I on Query {__type(name: "Query") {name}}`,
			cost.Options{NoIntrospection: true}, "FORBIDDEN", nil, nil},
		{"typename with introspection off", `{__typename}`, cost.Options{NoIntrospection: true},
			"", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := run(t, s, tt.opts, tt.query, `{}`)
			if tt.code == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			if err == nil {
				t.Fatal("not refused")
			}
			if err.Extensions["code"] != tt.code || err.Extensions["cost"] != tt.wantCost ||
				err.Extensions["limit"] != tt.wantMax {
				t.Errorf("refused with %v, want %s, cost %v, limit %v",
					err.Extensions, tt.code, tt.wantCost, tt.wantMax)
			}
		})
	}
}

// fields writes n fields of a need, under names that repeat.
func fields(n int) string {
	return strings.Repeat("a b ", n/2)
}

func TestIntrospectionHasItsLimit(t *testing.T) {
	err := run(t, schema(t), cost.Options{Limits: cost.Limits{Introspection: 10}},
		`{__schema {types {name}}}`, `{}`)
	if err == nil || err.Extensions["code"] != "TOO_COMPLEX" || err.Extensions["limit"] != 10 {
		t.Errorf("got %v, want TOO_COMPLEX with limit 10", err)
	}
}

func TestCheckShape(t *testing.T) {
	nested := func(n int) string {
		return strings.Repeat("{town", n) + "{code" + strings.Repeat("}", n+1)
	}
	doubled := `{...F40} fragment F0 on Query {ping}`
	for i := 1; i <= 40; i++ {
		doubled += fmt.Sprintf(" fragment F%d on Query {...F%d ...F%d}", i, i-1, i-1)
	}
	var aliases, spreads, uses string
	for i := range 51 {
		aliases += fmt.Sprintf(" a%d: ping", i)
	}
	for i := range 31 {
		spreads += fmt.Sprintf(" ...S%d", i)
		uses += fmt.Sprintf(" fragment S%d on Query {ping}", i)
	}
	tests := []struct {
		name, query string
		cost, limit any // nil: passes; cost alone: the code
	}{
		{"plain", `{ping}`, nil, nil},
		{"depth 15", nested(14), nil, nil},
		{"depth 16", nested(15), 16, 15},
		{"depth 50", nested(49), 50, 15},
		{"50 aliases", `{` + strings.TrimPrefix(aliases, " a0: ping") + `}`, nil, nil},
		{"51 aliases", `{` + aliases + `}`, 51, 50},
		{"an alias of the same name is none", `{ping: ping}`, nil, nil},
		{"1,001 fields", `{` + strings.Repeat("ping ", 1001) + `}`, 1001, 1000},
		{"31 repeats", `{` + strings.Repeat("ping ", 31) + `}`, 31, 30},
		{"30 repeats", `{` + strings.Repeat("ping ", 30) + `}`, nil, nil},
		{"31 repeats by fragments", `{` + spreads + `}` + uses, 31, 30},
		{"31 repeats below", `{` + strings.Repeat("x {", 3) + strings.Repeat("p{q} ", 31) + `}}}}`, 31, 30},
		{"31 repeats from two sides", `{x {` + strings.Repeat("p ", 16) + `} x {` +
			strings.Repeat("p ", 15) + `}}`, 31, 30},
		{"31 repeats in an idle fragment", `{ping} fragment I on Query {` + strings.Repeat("p ", 31) + `}`,
			31, 30},
		{"doubled fragments, 40 levels", doubled, 1 << 40, 1000},
		{"nested inline fragments", strings.Repeat("{...", 60) + "{ping" + strings.Repeat("}", 61), 61, 30},
		{"introspection 26 deep", `{__type(name: "T") {` + strings.Repeat("ofType {", 25) + "name" +
			strings.Repeat("}", 27), 27, 25},
		{"introspection 20 deep", `{__type(name: "T") {` + strings.Repeat("ofType {", 18) + "name" +
			strings.Repeat("}", 20), nil, nil},
		{"standard introspection", introspection.Query, nil, nil},
		{"a cycle of one", `{...A} fragment A on Query {ping ...A}`, "INVALID", nil},
		{"a cycle of two, idle", `{ping} fragment A on Query {...B} fragment B on Query {...A}`,
			"INVALID", nil},
		{"an unknown fragment is left to validation", `{...Absent}`, nil, nil},
	}
	g := guard(t, schema(t), cost.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := parser.ParseQuery(&ast.Source{Input: tt.query})
			if err != nil {
				t.Fatal(err)
			}
			got := g.CheckShape(doc)
			switch {
			case tt.cost == nil && got == nil:
			case tt.cost == nil || got == nil:
				t.Errorf("got %v, want cost %v", got, tt.cost)
			case tt.limit == nil:
				if got.Extensions["code"] != tt.cost {
					t.Errorf("got %v, want %v", got.Extensions, tt.cost)
				}
			case got.Extensions["cost"] != tt.cost || got.Extensions["limit"] != tt.limit:
				t.Errorf("got %v, want cost %v, limit %v", got.Extensions, tt.cost, tt.limit)
			}
		})
	}
}

func TestDoubledFragmentsArePricedOnce(t *testing.T) {
	s := schema(t)
	query := `{needs {nodes {town {...F60}}}} fragment F0 on Town {code}`
	for i := 1; i <= 60; i++ {
		query += fmt.Sprintf(" fragment F%d on Town {children {...F%d ...F%d}}", i, i-1, i-1)
	}
	start := time.Now()
	err := run(t, s, cost.Options{}, query, `{}`)
	if err == nil || err.Extensions["code"] != "TOO_COMPLEX" {
		t.Errorf("got %v, want TOO_COMPLEX", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %v", took)
	}
}
