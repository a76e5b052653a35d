package graph

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"github.com/innovainrete/needmap/graph/scalar"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/territory"
)

// PlaceLog keeps who was shown the exact place of which needs.
type PlaceLog interface {
	LogPlacesRead(ctx context.Context, viewer needmap.Viewer, needIDs []int64) error
}

// LogPlaces is the gqlgen extension that logs every exact place in an answer
// before the answer leaves. When the log can't be written, nothing is shown.
type LogPlaces struct{ Log PlaceLog }

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = LogPlaces{}

// ExtensionName names the extension.
func (LogPlaces) ExtensionName() string { return "LogPlaces" }

// Validate accepts every schema.
func (LogPlaces) Validate(graphql.ExecutableSchema) error { return nil }

// placesKey finds the exact places that one answer holds.
type placesKey struct{}

type places struct {
	mu  sync.Mutex
	ids map[int64]bool
}

// InterceptResponse gathers the places of an answer and logs them.
func (l LogPlaces) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	read := &places{ids: map[int64]bool{}}
	response := next(context.WithValue(ctx, placesKey{}, read))
	if response == nil || len(read.ids) == 0 {
		return response
	}
	err := l.Log.LogPlacesRead(ctx, needmap.ViewerFrom(ctx), slices.Sorted(maps.Keys(read.ids)))
	if err == nil {
		return response
	}
	err = needmap.Unavailable(err, "exact places are shown only when that can be logged, and it can't for now")
	graphql.AddError(ctx, err)
	return &graphql.Response{Errors: graphql.GetErrors(ctx), Data: []byte("null")}
}

// placesRead notes that the exact places of some needs are in the answer.
func placesRead(ctx context.Context, ids ...int64) {
	read, ok := ctx.Value(placesKey{}).(*places)
	if !ok {
		return
	}
	read.mu.Lock()
	defer read.mu.Unlock()
	for _, id := range ids {
		read.ids[id] = true
	}
}

func isExactPlace(n *needmap.Need) bool {
	return n.Location != nil && n.LocationKind == needmap.LocationExact
}

// placeJSON gives a need's place as the caller may know it: a point or a cell.
func placeJSON(ctx context.Context, n *needmap.Need) scalar.JSON {
	if isExactPlace(n) {
		placesRead(ctx, n.ID)
	}
	if n.Cell != nil {
		return territory.AppendGeometry(nil, *n.Cell)
	}
	return pointJSON(n.Location)
}

func appendPlace(dst []byte, n *needmap.Need) []byte {
	if n.Cell != nil {
		return territory.AppendGeometry(dst, *n.Cell)
	}
	return appendPoint(dst, n.Location)
}

// noteFound notes needs that were found by their place: a small box or disc around
// one tells as much as its point.
func noteFound(ctx context.Context, c needmap.NeedCriteria, needs []*Need) {
	if c.BBox != nil || c.Near != nil || c.Within != nil {
		notePlaces(ctx, needs)
	}
}

func notePlaces(ctx context.Context, needs []*Need) {
	ids := []int64{}
	for _, n := range needs {
		if isExactPlace(n.Need) {
			ids = append(ids, n.Need.ID)
		}
	}
	placesRead(ctx, ids...)
}

// readsPlace reports whether a selection of needs holds their place.
func readsPlace(steps []plainStep) bool {
	return slices.ContainsFunc(steps, func(s plainStep) bool {
		return s.name == "location" || readsPlace(s.sub)
	})
}

func nodesOf(edges []*NeedEdge) []*Need {
	needs := make([]*Need, len(edges))
	for i, e := range edges {
		needs[i] = e.Node
	}
	return needs
}
