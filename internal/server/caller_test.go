package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// newRoleSite serves a database that fill fills, as needmap serve does: with own
// tokens, and over connections that work as the server's role. The second result
// is the owner's way in.
func newRoleSite(t *testing.T, o server.Options, fill func(*sqlx.DB)) (*site, *sqlx.DB) {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	owner := openPlain(t, dsn)
	fill(owner)
	dsn, err := postgres.ServerDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.OpenServer(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if o.Callers, err = auth.New(auth.Options{Store: postgres.New(db)}); err != nil {
		t.Fatal(err)
	}
	return serveWith(t, db, o), owner
}

func fillSmall(t *testing.T) func(*sqlx.DB) {
	return func(db *sqlx.DB) { mustExec(t, db, smallTerritory+smallDirectory+smallNeeds) }
}

// grant makes a token of a role, good for an hour.
func grant(t *testing.T, owner *sqlx.DB, role needmap.Role, municipalities ...string) (token string, id int) {
	t.Helper()
	token, hash := auth.NewToken()
	id, err := postgres.New(owner).CreateToken(t.Context(), needmap.TokenGrant{
		Name: "Prova", Role: role, Municipalities: municipalities, ExpiresAt: time.Now().Add(time.Hour),
	}, hash)
	if err != nil {
		t.Fatal(err)
	}
	return token, id
}

// whoAmI asks who the server takes a caller for.
func whoAmI(t *testing.T, s *site) string {
	t.Helper()
	var answer struct {
		Viewer struct{ Role, Actor string }
	}
	s.get(t, `{viewer {role actor}}`, nil, &answer)
	return answer.Viewer.Role + " " + answer.Viewer.Actor
}

func TestTokensOverHTTP(t *testing.T) {
	for _, isDemo := range []bool{false, true} {
		s, owner := newRoleSite(t, server.Options{Demo: isDemo}, fillSmall(t))
		want := "PUBLIC "
		if isDemo {
			want = "COORDINATOR demo"
		}
		if got := whoAmI(t, s); got != want {
			t.Errorf("demo %v: without a token I am %q, want %q", isDemo, got, want)
		}
		for _, role := range needmap.Roles[1:] {
			token, id := grant(t, owner, role)
			if got, want := whoAmI(t, s.as(token)), fmt.Sprintf("%s Prova (token %d)", role, id); got != want {
				t.Errorf("demo %v: with a token I am %q, want %q", isDemo, got, want)
			}
		}
	}
}

// TestTokenLimitsDemo tries a role in the demo, whose callers may otherwise see all.
func TestTokenLimitsDemo(t *testing.T) {
	s, owner := newRoleSite(t, server.Options{Demo: true}, fillSmall(t))
	token, _ := grant(t, owner, needmap.RoleOperator, "056001")
	for name, c := range map[string]struct {
		site *site
		want int
	}{"demo": {s, 5}, "OPERATOR": {s.as(token), 2}} {
		var answer struct{ Needs struct{ TotalCount int } }
		c.site.get(t, `{needs {totalCount}}`, nil, &answer)
		if answer.Needs.TotalCount != c.want {
			t.Errorf("%s sees %d needs, want %d", name, answer.Needs.TotalCount, c.want)
		}
	}
}

// send asks who the caller is with these headers Authorization.
func (s *site) send(t *testing.T, authorization ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/graphql?query=%7Bviewer%7Brole%7D%7D", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header["Authorization"] = authorization
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func TestTokensThatAreRefused(t *testing.T) {
	s, owner := newRoleSite(t, server.Options{}, fillSmall(t))
	good, _ := grant(t, owner, needmap.RoleAdmin)
	revoked, id := grant(t, owner, needmap.RoleAdmin)
	expired, old := grant(t, owner, needmap.RoleAdmin)
	if res := s.send(t, "Bearer "+revoked); res.StatusCode != http.StatusOK {
		t.Fatalf("status %d before it is revoked", res.StatusCode)
	}
	if err := postgres.New(owner).RevokeToken(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	mustExec(t, owner, fmt.Sprintf(`update token set expires_at = now() - interval '1 second' where id = %d`, old))
	for _, c := range []struct {
		name  string
		shown []string
		ok    bool
	}{
		{"good", []string{"Bearer " + good}, true},
		{"in small letters", []string{"bearer " + good}, true},
		{"with more spaces", []string{"Bearer   " + good + " "}, true},
		{"none", nil, true},
		{"empty", []string{""}, false},
		{"revoked", []string{"Bearer " + revoked}, false},
		{"expired", []string{"Bearer " + expired}, false},
		{"unknown", []string{"Bearer nm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, false},
		{"no scheme", []string{good}, false},
		{"another scheme", []string{"Basic " + good}, false},
		{"a scheme alone", []string{"Bearer"}, false},
		{"a scheme and a space", []string{"Bearer "}, false},
		{"two tokens in one", []string{"Bearer " + good + ", Bearer " + good}, false},
		{"two headers", []string{"Bearer " + good, "Bearer " + good}, false},
		{"quotes to get through", []string{"Bearer nm_' or true --"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := s.send(t, c.shown...)
			if c.ok {
				if res.StatusCode != http.StatusOK {
					t.Errorf("status %d", res.StatusCode)
				}
				return
			}
			checkRefusal(t, res, http.StatusUnauthorized, "UNAUTHENTICATED", "this token is not valid")
			if got := res.Header.Get("WWW-Authenticate"); got != `Bearer error="invalid_token"` {
				t.Errorf("WWW-Authenticate: %s", got)
			}
		})
	}
}

// checkRefusal wants one GraphQL error and no data.
func checkRefusal(t *testing.T, res *http.Response, status int, code, message string) {
	t.Helper()
	var answer reply
	decodeBody(t, res, &answer)
	if res.StatusCode != status || len(answer.Errors) != 1 || answer.Data != nil ||
		answer.Errors[0].Extensions.Code != code || answer.Errors[0].Message != message {
		t.Errorf("status %d, %+v", res.StatusCode, answer)
	}
}

// asked is a Callers that answers what it is told to, and keeps the context.
type asked struct {
	viewer needmap.Viewer
	err    error
	last   context.Context
}

func (a *asked) Caller(ctx context.Context, _ string) (needmap.Viewer, error) {
	a.last = context.WithoutCancel(ctx)
	return a.viewer, a.err
}

func TestWhoAsksCannotBeTold(t *testing.T) {
	callers := &asked{}
	db := pgtest.New(t)
	s := serveWith(t, db, server.Options{Callers: callers})
	for _, c := range []struct {
		err     error
		status  int
		code    string
		message string
	}{
		{needmap.Unavailable(errors.New("secret"), "the database does not answer for now"), 503, "UNAVAILABLE", "the database does not answer for now"},
		{errors.New("secret"), 500, "INTERNAL", "the server failed; the fault is in its log"},
	} {
		callers.err = c.err
		checkRefusal(t, s.send(t, "Bearer x"), c.status, c.code, c.message)
	}
}

// TestDatabaseIsAwayForTokens cuts a real one off.
func TestDatabaseIsAwayForTokens(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	db, database := countQueries(t, dsn)
	callers, err := auth.New(auth.Options{Store: postgres.New(db)})
	if err != nil {
		t.Fatal(err)
	}
	s := serveWith(t, db, server.Options{Callers: callers})
	token, _ := grant(t, openPlain(t, dsn), needmap.RoleAdmin)
	database.away.Store(true)
	db.SetMaxIdleConns(0)
	checkRefusal(t, s.send(t, "Bearer "+token), 503, "UNAVAILABLE", "the database does not answer for now")
	database.away.Store(false)
	if got := whoAmI(t, s.as(token)); got != "ADMIN Prova (token 1)" {
		t.Errorf("when it is back I am %q", got)
	}
}

// TestServerWorksAsItsRole asks for everything that is read over connections
// that may not rewrite the history.
func TestServerWorksAsItsRole(t *testing.T) {
	s, owner := newRoleSite(t, server.Options{}, fillSmall(t))
	token, _ := grant(t, owner, needmap.RoleCoordinator)
	for _, query := range []string{
		`{needs {totalCount nodes {id summary location responses {people} history {kind actor} allowedTransitions municipality {name}}}}`,
		`{needs(filter: {text: "anziana", bbox: {west: 12, south: 41, east: 13, north: 43}}) {totalCount nodes {id}}}`,
		`{needMap {totals {needs} cells {area {code} tally {people}}}}`,
		`{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 43})}`,
		`{municipalities {nodes {code boundary tally {needs} needs {totalCount} services {totalCount} cooperatives {slug} partners {totalCount}}} territory}`,
		`{cooperatives {nodes {name}} partners {nodes {name}} services {nodes {name}} network {name published {peopleReached} computed {services} findings {code}}}`,
		`{node(id: "«Need:1»") {id} nodes(ids: ["«Service:1»", "«Suspension:1»", "«Response:1»"]) {id}}`,
	} {
		var answer any
		s.as(token).get(t, withIDs(query), nil, &answer)
	}
	var reads int
	if err := owner.Get(&reads, `select count(*) from location_read where actor like 'Prova%'`); err != nil || reads == 0 {
		t.Errorf("%d readings of exact places were logged, %v", reads, err)
	}
}
