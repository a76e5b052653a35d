package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// selectsDeep reports whether a field with one of some names is selected anywhere below
// the field that is being resolved: what is costly is worked out for those who want
// it.
func selectsDeep(ctx context.Context, names ...string) bool {
	return selectsBelow(graphql.GetFieldContext(ctx).Field.Selections, names)
}

func selectsBelow(set ast.SelectionSet, names []string) bool {
	return slices.ContainsFunc(set, func(selection ast.Selection) bool {
		switch s := selection.(type) {
		case *ast.Field:
			return slices.Contains(names, s.Name) || selectsBelow(s.SelectionSet, names)
		case *ast.InlineFragment:
			return selectsBelow(s.SelectionSet, names)
		case *ast.FragmentSpread:
			return selectsBelow(s.Definition.SelectionSet, names)
		}
		return false
	})
}
