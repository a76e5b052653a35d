package gqlhttp

import (
	"context"
	"errors"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/needmap"
)

var internalError = needmap.Errorf(needmap.CodeInternal, "", "the server failed; the fault is in its log")

// PresentError makes an error presenter. A needmap.Error is shown with its code
// and field. Any other error of an argument, which is one that gqlgen could not
// read into its type, is INVALID; any other error of a resolver is logged and
// shown as INTERNAL.
func PresentError(logger *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		path, argument := place(ctx, err)
		var known *needmap.Error
		switch {
		case !errors.As(err, &known) && argument != "":
			known = needmap.Invalid(argument, "the argument %s does not fit its type", argument)
		case known == nil:
			logger.ErrorContext(ctx, "unexplained error", "field", coordinate(ctx), "error", err)
			known = internalError
		case known.Code == needmap.CodeInvalid && argument != "":
			known = needmap.Invalid(argument, "%s", known.Message)
		}
		shown := graphQLError(known)
		shown.Path = path
		if located := (*gqlerror.Error)(nil); errors.As(err, &located) {
			shown.Locations = located.Locations
		}
		return shown
	}
}

// coordinate names a field by its type in the schema. Its path is not for the log:
// a caller chooses the aliases in it.
func coordinate(ctx context.Context) string {
	field := graphql.GetFieldContext(ctx)
	if field == nil {
		return ""
	}
	return field.Object + "." + field.Field.Name
}

// place gives the path of the field at fault and, if its arguments could not be
// read, the one to blame: gqlgen reports that one as a path beyond the field's.
func place(ctx context.Context, err error) (path ast.Path, argument string) {
	path = graphql.GetPath(ctx)
	if placed := (*gqlerror.Error)(nil); errors.As(err, &placed) {
		path = placed.Path
	}
	if field := graphql.GetFieldContext(ctx); field != nil {
		if own := field.Path(); len(path) > len(own) {
			return own, path[len(own):].String()
		}
	}
	return path, ""
}

// passCoded keeps errors that have a published code already as they are.
func passCoded(present graphql.ErrorPresenterFunc) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var coded *gqlerror.Error
		if errors.As(err, &coded) && hasCode(coded) {
			return coded
		}
		return present(ctx, err)
	}
}
