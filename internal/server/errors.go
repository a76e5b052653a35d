package server

import (
	"context"
	"errors"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

// presentError words the errors of resolvers: a request that ran out of time is
// UNAVAILABLE, everything unexplained INTERNAL.
func presentError(logger *slog.Logger) graphql.ErrorPresenterFunc {
	present := gqlhttp.PresentError(logger)
	return func(ctx context.Context, err error) *gqlerror.Error {
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			err = needmap.Unavailable(err, "the answer took too long; ask for less")
		}
		return present(ctx, err)
	}
}

// ExampleQuery is shown in the explorer and at the start of the server.
const ExampleQuery = `# Open needs of one municipio of Rome, the newest first, and the map's figures.
{
  needs(first: 5, filter: {municipalities: ["058091-05"], openOnly: true}) {
    totalCount
    nodes { field origin status severity people summary municipality { name } }
  }
  needMap(filter: {municipalities: ["058091"], openOnly: true}) {
    totals { needs people peopleAnswered }
    cells { area { code name } tally { needs people } }
  }
}
`
