// Package cost refuses GraphQL documents that would take more work than the
// server grants, before that work is done.
//
// It does so in two steps. CheckShape looks at the parsed document alone, so
// that it can stand before validation, whose rules are quadratic in repeated
// fields. MutateOperationContext then prices the validated operation, in which
// lists weigh as much as the client asked of them. Both visit each fragment
// once and add with saturation, so a document that unfolds to 2^40 fields is
// refused as fast as any other.
package cost

import (
	"cmp"
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Limits bounds one request. A zero takes the default given beside it.
// Fragments count once for each time that they are spread.
type Limits struct {
	Cost               int // priced fields of the answer; 100,000
	Introspection      int // priced fields under __schema and __type; 500,000
	Depth              int // fields nested in one another; 15
	IntrospectionDepth int // the same, counted from __schema or __type; 25
	Nesting            int // selection sets nested, with inline fragments and spreads; 30
	Fields             int // fields written in all operations together; 1,000
	Aliases            int // fields that carry an alias; 50
	Repeats            int // times that one answer field is selected in one place; 30
}

func (l Limits) orDefaults() Limits {
	return Limits{
		Cost:               cmp.Or(l.Cost, 100_000),
		Introspection:      cmp.Or(l.Introspection, 500_000),
		Depth:              cmp.Or(l.Depth, 15),
		IntrospectionDepth: cmp.Or(l.IntrospectionDepth, 25),
		Nesting:            cmp.Or(l.Nesting, 30),
		Fields:             cmp.Or(l.Fields, 1_000),
		Aliases:            cmp.Or(l.Aliases, 50),
		Repeats:            cmp.Or(l.Repeats, 30),
	}
}

// Options says what a Guard grants and what fields cost.
type Options struct {
	Limits Limits
	// Prices holds the fields whose price is not the usual one, by
	// "Type.field". A field that the schema lacks is an error in Validate.
	Prices map[string]Price
	// Page is the size of a page whose request names none; 50 if zero.
	Page int
	// MaxPage is the longest page that lists with an argument first answer. They
	// refuse a longer one themselves, naming the argument, so it is priced as one
	// of that length; without bound if zero.
	MaxPage int
	// List is the length expected of a list that no argument sizes; 10 if zero.
	List int
	// NoIntrospection refuses __schema and __type with FORBIDDEN.
	NoIntrospection bool
}

// Guard is a gqlgen extension that takes the place of its ComplexityLimit.
// Make one with New. It is safe for concurrent use once gqlgen has validated it.
type Guard struct {
	opts  Options
	rules map[*ast.FieldDefinition]rule
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = (*Guard)(nil)

// New makes a Guard; zero values in opts take their defaults.
func New(opts Options) *Guard {
	opts.Limits = opts.Limits.orDefaults()
	opts.Page = cmp.Or(opts.Page, 50)
	opts.List = cmp.Or(opts.List, 10)
	return &Guard{opts: opts}
}

// ExtensionName names the guard to gqlgen.
func (g *Guard) ExtensionName() string { return "CostGuard" }

// Validate compiles the prices of es's fields; gqlgen calls it once. It fails
// when Options.Prices names a field or an argument that the schema lacks.
func (g *Guard) Validate(es graphql.ExecutableSchema) error {
	rules, err := compile(es.Schema(), g.opts)
	g.rules = rules
	return err
}

// MutateOperationContext refuses with TOO_COMPLEX an operation whose price is
// beyond the limit, and with FORBIDDEN one that introspects where that is off.
func (g *Guard) MutateOperationContext(
	_ context.Context, opCtx *graphql.OperationContext,
) *gqlerror.Error {
	p := pricer{rules: g.rules, variables: opCtx.Variables}
	got := p.selectionSet(opCtx.Operation.SelectionSet)
	limits := g.opts.Limits
	switch {
	case got.introspection > 0 && g.opts.NoIntrospection:
		return &gqlerror.Error{
			Message:    "introspection is switched off on this server",
			Extensions: map[string]any{"code": string(needmap.CodeForbidden)},
		}
	case got.fields > limits.Cost:
		return refuse(got.fields, limits.Cost,
			"the request costs %s, the limit is %d: ask for smaller pages or fewer fields")
	case got.introspection > limits.Introspection:
		return refuse(got.introspection, limits.Introspection,
			"the introspection costs %s, the limit is %d")
	}
	return nil
}

// refuse makes a TOO_COMPLEX error; format takes the cost as text, then the limit.
func refuse(cost, limit int, format string) *gqlerror.Error {
	text := fmt.Sprint(cost)
	if cost >= most {
		text = "more than can be counted"
	}
	return &gqlerror.Error{
		Message: fmt.Sprintf(format, text, limit),
		Extensions: map[string]any{
			"code":  string(needmap.CodeTooComplex),
			"cost":  cost,
			"limit": limit,
		},
	}
}

// most is where sums and products stop: exact in JSON, far above any limit.
const most = 1 << 52

func add(a, b int) int { return min(a+b, most) }

func mul(a, b int) int {
	if a != 0 && b > most/a {
		return most
	}
	return a * b
}
