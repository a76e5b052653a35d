package server

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Callers finds out who shows a token. An invalid token is UNAUTHENTICATED;
// UNAVAILABLE means that it can't be told for now.
type Callers interface {
	Caller(ctx context.Context, token string) (needmap.Viewer, error)
}

// callerTimeout bounds the look at a token.
const callerTimeout = 10 * time.Second

// entrance is how the callers of one connection are known. It goes with the
// context of its requests and never leaves this file, nor does the token.
type entrance struct {
	callers Callers // nil when there are no tokens
	demo    bool
	token   string // as it was shown; "" for none
}

type entranceKey struct{}

func entranceOf(ctx context.Context) entrance {
	e, _ := ctx.Value(entranceKey{}).(entrance)
	return e
}

// withNobody begins a request, whose caller has shown no token yet: PUBLIC, or
// COORDINATOR in demo mode.
func withNobody(ctx context.Context, demo bool, callers Callers) context.Context {
	v := needmap.Viewer{Role: needmap.RolePublic}
	if demo {
		v = needmap.Viewer{Role: needmap.RoleCoordinator, Actor: "demo", IsDemo: true}
	}
	return needmap.WithViewer(context.WithValue(ctx, entranceKey{}, entrance{callers: callers, demo: demo}), v)
}

// Authenticate gives the context of the caller who shows a token, in the form of
// the header Authorization: "Bearer nm_…". The context must be of a request to
// this server. Its caller may have come with another token, or in demo mode with
// none: the new one counts.
//
// It is for transports to which a token comes later than the headers, as in
// connection_init of a websocket: what they run, they must run in the context
// that it gives. Errors: UNAUTHENTICATED, UNAVAILABLE.
func Authenticate(ctx context.Context, authorization string) (context.Context, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, errToken
	}
	e := entranceOf(ctx)
	e.token = token
	v, err := e.ask(ctx)
	if err != nil {
		return nil, err
	}
	return needmap.WithViewer(context.WithValue(ctx, entranceKey{}, e), v), nil
}

// Recheck looks again at the token that a context's caller showed. Transports
// that answer for long ask it now and then, and before what they answer next: a
// token expires, is revoked, or stands for another role. UNAUTHENTICATED ends the
// stream; after UNAVAILABLE it can't be told, and nothing more may be shown until
// it can. A caller without a token stays who it is.
func Recheck(ctx context.Context) error {
	e, known := entranceOf(ctx), needmap.ViewerFrom(ctx)
	if e.token == "" {
		return nil
	}
	if !known.Expires.IsZero() && !time.Now().Before(known.Expires) {
		return errToken
	}
	v, err := e.ask(ctx)
	if err == nil && !sameRights(v, known) {
		err = errToken
	}
	return err
}

var errToken = needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")

func (e entrance) ask(ctx context.Context) (needmap.Viewer, error) {
	if e.callers == nil {
		return needmap.Viewer{}, errToken
	}
	ctx, cancel := context.WithTimeout(ctx, callerTimeout)
	defer cancel()
	v, err := e.callers.Caller(ctx, e.token)
	if needmap.ErrorCode(err) == needmap.CodeInternal && ctx.Err() != nil {
		err = needmap.Unavailable(err, "it took too long to find out who asks")
	}
	v.IsDemo = e.demo
	return v, err
}

// sameRights compares what two callers may see and do.
func sameRights(a, b needmap.Viewer) bool {
	return a.Role == b.Role && slices.Equal(a.Municipalities, b.Municipalities) && slices.Equal(a.OrganisationIDs, b.OrganisationIDs)
}
