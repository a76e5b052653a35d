package server_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/server"
)

// requestContext gives the context of a request whose caller showed a token.
func requestContext(t *testing.T, callers *asked) context.Context {
	t.Helper()
	s := serveWith(t, pgtest.New(t), server.Options{Callers: callers})
	if res := s.send(t, "Bearer first"); res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	return callers.last
}

// TestAuthenticateLater is what a websocket does, whose token comes in a message.
func TestAuthenticateLater(t *testing.T) {
	callers := &asked{viewer: needmap.Viewer{Role: needmap.RoleAnalyst, Actor: "a"}}
	ctx := requestContext(t, callers)
	callers.viewer = needmap.Viewer{Role: needmap.RoleOperator, Actor: "b", Municipalities: []string{"VT"}}
	later, err := server.Authenticate(ctx, "Bearer second")
	if err != nil || needmap.ViewerFrom(later).Actor != "b" {
		t.Fatalf("%+v, %v", needmap.ViewerFrom(later), err)
	}
	for _, authorization := range []string{"", "second", "Basic second", "Bearer "} {
		if c, err := server.Authenticate(ctx, authorization); needmap.ErrorCode(err) != needmap.CodeUnauthenticated || c != nil {
			t.Errorf("%q: %v", authorization, err)
		}
	}
	callers.err = needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")
	if c, err := server.Authenticate(ctx, "Bearer third"); needmap.ErrorCode(err) != needmap.CodeUnauthenticated || c != nil {
		t.Errorf("a wrong token: %v", err)
	}
	if _, err := server.Authenticate(t.Context(), "Bearer x"); needmap.ErrorCode(err) != needmap.CodeUnauthenticated {
		t.Errorf("outside a request: %v", err)
	}
}

func TestRecheck(t *testing.T) {
	operator := needmap.Viewer{Role: needmap.RoleOperator, Actor: "o", Municipalities: []string{"VT"}, OrganisationIDs: []int{1}, Expires: time.Now().Add(time.Hour)}
	callers := &asked{viewer: operator}
	ctx, err := server.Authenticate(requestContext(t, callers), "Bearer x")
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*needmap.Viewer)) needmap.Viewer {
		v := operator
		change(&v)
		return v
	}
	for _, c := range []struct {
		name   string
		viewer needmap.Viewer
		err    error
		code   needmap.Code
	}{
		{"the same", operator, nil, ""},
		{"longer", with(func(v *needmap.Viewer) { v.Expires = v.Expires.Add(time.Hour) }), nil, ""},
		{"revoked", needmap.Viewer{}, needmap.Errorf(needmap.CodeUnauthenticated, "", "no"), needmap.CodeUnauthenticated},
		{"away", needmap.Viewer{}, needmap.Unavailable(nil, "away"), needmap.CodeUnavailable},
		{"another role", with(func(v *needmap.Viewer) { v.Role = needmap.RoleAnalyst }), nil, needmap.CodeUnauthenticated},
		{"another place", with(func(v *needmap.Viewer) { v.Municipalities = []string{"RM"} }), nil, needmap.CodeUnauthenticated},
		{"another organisation", with(func(v *needmap.Viewer) { v.OrganisationIDs = nil }), nil, needmap.CodeUnauthenticated},
	} {
		callers.viewer, callers.err = c.viewer, c.err
		if err := server.Recheck(ctx); needmap.ErrorCode(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
	}
	callers.viewer, callers.err = with(func(v *needmap.Viewer) { v.Expires = time.Now() }), nil
	if ctx, err = server.Authenticate(ctx, "Bearer x"); err != nil {
		t.Fatal(err)
	}
	if err := server.Recheck(ctx); needmap.ErrorCode(err) != needmap.CodeUnauthenticated {
		t.Errorf("expired meanwhile: %v", err)
	}
	if err := server.Recheck(t.Context()); err != nil {
		t.Errorf("without a token: %v", err)
	}
}
