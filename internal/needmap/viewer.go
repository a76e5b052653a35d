package needmap

import (
	"context"
	"time"
)

// Viewer is the caller of a request: who it is, as the history names it, and
// what its token or the demo lets it be.
type Viewer struct {
	Role            Role
	Actor           string    // as the history names it; never empty for a caller with a role
	Municipalities  []string  // codes that an OPERATOR works in; a parent stands for all its leaves
	OrganisationIDs []int     // organisations that an OPERATOR works for
	Expires         time.Time // when its token ends; zero for never
	IsDemo          bool      // the server runs in demo mode
}

type viewerKey struct{}

// WithViewer gives a context that carries the caller.
func WithViewer(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// ViewerFrom gives the caller; a context without one has a PUBLIC caller.
func ViewerFrom(ctx context.Context) Viewer {
	if v, ok := ctx.Value(viewerKey{}).(Viewer); ok {
		return v
	}
	return Viewer{Role: RolePublic}
}

// PlaceRead says that a caller was shown the exact places of some needs.
type PlaceRead struct {
	At      time.Time
	Actor   string
	Role    Role
	NeedIDs []int64
}
