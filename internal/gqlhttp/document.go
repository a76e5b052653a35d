package gqlhttp

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/innovainrete/needmap/graph/cost"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Bounds of a document's text. Validation compares fields with one another and
// misspelt names with all that the schema has, so both are small.
const (
	maxDocument = 64 << 10 // bytes
	maxTokens   = 2_000
	maxName     = 128 // bytes
)

// documentCheck stands before gqlgen's parser and validator and keeps from them
// what they would take long over, or panic on. A document in the cache has
// passed already. One that is not is parsed twice, which costs microseconds: the
// executor offers no place between its parser and its validator.
type documentCheck struct {
	known graphql.Cache[*ast.QueryDocument]
	guard *cost.Guard
}

func (documentCheck) ExtensionName() string                   { return "DocumentCheck" }
func (documentCheck) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a document by its text and its shape.
func (c documentCheck) MutateOperationParameters(
	ctx context.Context, params *graphql.RawParams,
) *gqlerror.Error {
	if _, ok := c.known.Get(ctx, params.Query); ok {
		return nil
	}
	if err := checkTokens(params.Query); err != nil {
		return err
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: params.Query})
	if err != nil {
		return syntaxError(err)
	}
	return c.guard.CheckShape(doc)
}

// checkTokens refuses a document that is too long, and literals that gqlgen
// would panic on or the database not hold.
func checkTokens(query string) *gqlerror.Error {
	if len(query) > maxDocument {
		return tooComplex(len(query), maxDocument,
			"the query is %d bytes long, the limit is %d: send long values as variables")
	}
	tokens := lexer.New(&ast.Source{Input: query})
	for n := 0; ; n++ {
		token, err := tokens.ReadToken()
		switch {
		case err != nil:
			return syntaxError(err)
		case token.Kind == lexer.EOF:
			return nil
		case n == maxTokens:
			return tooComplex(n+1, maxTokens, "the query has %d or more tokens, the limit is %d")
		}
		if problem := literalProblem(token); problem != "" {
			return invalidAt(token.Pos, "%s", problem)
		}
	}
}

func literalProblem(token lexer.Token) string {
	switch token.Kind {
	case lexer.Name:
		if len(token.Value) > maxName {
			return fmt.Sprintf("a name is longer than %d characters", maxName)
		}
	case lexer.Int:
		if _, err := strconv.ParseInt(token.Value, 10, 64); err != nil {
			return "the number " + shortValue(token.Value) + " is out of range"
		}
	case lexer.Float:
		if _, err := strconv.ParseFloat(token.Value, 64); err != nil {
			return "the number " + shortValue(token.Value) + " is out of range"
		}
	case lexer.String, lexer.BlockString:
		if strings.ContainsRune(token.Value, 0) {
			return "a string holds a NUL character"
		}
	}
	return ""
}

// shortValue is a value as an error may repeat it.
func shortValue(value string) string {
	if len(value) <= 40 {
		return value
	}
	return strings.ToValidUTF8(value[:40], "") + "…"
}

func tooComplex(cost, limit int, format string) *gqlerror.Error {
	return &gqlerror.Error{
		Message: fmt.Sprintf(format, cost, limit),
		Extensions: map[string]any{
			"code": string(needmap.CodeTooComplex), "cost": cost, "limit": limit,
		},
	}
}

func invalidAt(position ast.Position, format string, args ...any) *gqlerror.Error {
	err := graphQLError(needmap.Invalid("", format, args...))
	err.Locations = []gqlerror.Location{{Line: position.Line, Column: position.Column}}
	return err
}

// conditionCheck refuses null as the condition of @skip and @include. Validation
// allows a nullable variable there if it has a default; gqlgen panics when the
// client then sends null.
type conditionCheck struct{}

func (conditionCheck) ExtensionName() string                   { return "ConditionCheck" }
func (conditionCheck) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext looks at an operation only if such a variable is null.
func (conditionCheck) MutateOperationContext(
	_ context.Context, opCtx *graphql.OperationContext,
) *gqlerror.Error {
	for _, def := range opCtx.Operation.VariableDefinitions {
		value, given := opCtx.Variables[def.Variable]
		if !given || value != nil || def.DefaultValue == nil || def.Type.NamedType != "Boolean" {
			continue
		}
		if conditions(opCtx.Doc)[def.Variable] {
			return graphQLError(needmap.Invalid(def.Variable,
				"the variable $%s must not be null: a condition depends on it", def.Variable))
		}
	}
	return nil
}

// subscriptionCheck refuses a subscription of anything but one field. Validation
// counts names and not aliases, skips nothing, and lets __typename pass, on which
// gqlgen panics.
type subscriptionCheck struct{}

func (subscriptionCheck) ExtensionName() string                   { return "SubscriptionCheck" }
func (subscriptionCheck) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext looks at subscriptions only.
func (subscriptionCheck) MutateOperationContext(
	_ context.Context, opCtx *graphql.OperationContext,
) *gqlerror.Error {
	if opCtx.Operation.Operation != ast.Subscription {
		return nil
	}
	root := opCtx.Operation.SelectionSet
	fields := graphql.CollectFields(opCtx, root, []string{"Subscription"})
	if len(fields) != 1 || strings.HasPrefix(fields[0].Name, "__") {
		return graphQLError(needmap.Invalid("", "a subscription has to select one field, and no field of introspection"))
	}
	return nil
}

// conditions are the variables that @skip and @include take in a document.
func conditions(doc *ast.QueryDocument) map[string]bool {
	names := map[string]bool{}
	visitSelections(doc, func(_ ast.ArgumentList, directives ast.DirectiveList) {
		for _, directive := range directives {
			if arg := directive.Arguments.ForName("if"); arg != nil && arg.Value.Kind == ast.Variable {
				names[arg.Value.Raw] = true
			}
		}
	})
	return names
}

// visitSelections calls f with the arguments and directives of each selection
// in a document, each fragment once.
func visitSelections(doc *ast.QueryDocument, f func(ast.ArgumentList, ast.DirectiveList)) {
	var visit func(ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				f(s.Arguments, s.Directives)
				visit(s.SelectionSet)
			case *ast.InlineFragment:
				f(nil, s.Directives)
				visit(s.SelectionSet)
			case *ast.FragmentSpread:
				f(nil, s.Directives)
			}
		}
	}
	for _, op := range doc.Operations {
		visit(op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		visit(fragment.SelectionSet)
	}
}
