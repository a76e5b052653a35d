package server_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// reporter is what tests and property tests have in common.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// site is a server over a database of its own, as one caller reaches it.
type site struct {
	db    *sqlx.DB
	url   string
	token string // what the caller shows, "" for nothing
}

// as gives the same server as another caller reaches it.
func (s *site) as(token string) *site { return &site{s.db, s.url, token} }

// tokens know callers by what they show.
type tokens map[string]needmap.Viewer

// Caller is server.Callers.
func (t tokens) Caller(_ context.Context, token string) (needmap.Viewer, error) {
	v, known := t[token]
	if !known {
		return v, needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")
	}
	return v, nil
}

// newDemo gives a database with the demo of some needs.
func newDemo(tb testing.TB, needs int) *sqlx.DB {
	tb.Helper()
	db := pgtest.New(tb)
	if _, err := postgres.LoadDemo(tb.Context(), db, postgres.DemoOptions{Needs: needs, Seed: demo.DefaultSeed}); err != nil {
		tb.Fatal(err)
	}
	return db
}

// newSite serves a database with the demo of some needs.
func newSite(tb testing.TB, needs int, isDemo bool) *site {
	tb.Helper()
	return serveSite(tb, newDemo(tb, needs), isDemo)
}

// serveSite serves a database that is there.
func serveSite(tb testing.TB, db *sqlx.DB, isDemo bool) *site {
	tb.Helper()
	return serveWith(tb, db, server.Options{Demo: isDemo})
}

// serveWith serves a database that is there; what the options leave out is filled in.
func serveWith(tb testing.TB, db *sqlx.DB, o server.Options) *site {
	tb.Helper()
	return serveStore(tb, db, postgres.New(db), o)
}

// serveStore does so with the store of a database.
func serveStore(tb testing.TB, db *sqlx.DB, store *postgres.Store, o server.Options) *site {
	tb.Helper()
	territory, err := postgres.NewTerritory(tb.Context(), db)
	if err != nil {
		tb.Fatal(err)
	}
	o.Schema, o.Introspection, o.Ready, o.Metrics = graph.NewSchema(store, territory), true, db.PingContext, server.NewMetrics(db.DB)
	if o.Places == nil {
		o.Places = store
	}
	if o.Logger == nil {
		o.Logger = discard()
	}
	s := httptest.NewServer(server.New(o))
	tb.Cleanup(s.Close)
	return &site{db: db, url: s.URL}
}

// gqlError is an error of an answer.
type gqlError struct {
	Message    string
	Path       []any
	Extensions struct{ Code, Field string }
}

// reply is an answer as a client reads it.
type reply struct {
	Status int `json:"-"`
	Data   json.RawMessage
	Errors []gqlError
}

// first gives the code and field of the first error, "" without one.
func (r reply) first() (code, field string) {
	if len(r.Errors) == 0 {
		return "", ""
	}
	return r.Errors[0].Extensions.Code, r.Errors[0].Extensions.Field
}

// post sends a body as it is.
func (s *site) post(t reporter, body []byte) reply {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%v", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%v", err)
	}
	answer := reply{Status: res.StatusCode}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatalf("the answer is not JSON: %s: %.300s", err, data)
	}
	return answer
}

// ask sends a query with variables, which may be nil.
func (s *site) ask(t reporter, query string, variables map[string]any) reply {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return s.post(t, body)
}

// get decodes the data of a query that must not fail into v.
func (s *site) get(t reporter, query string, variables map[string]any, v any) {
	t.Helper()
	answer := s.ask(t, query, variables)
	if len(answer.Errors) > 0 {
		t.Fatalf("%s\n%v: %+v", query, variables, answer.Errors)
	}
	if err := json.Unmarshal(answer.Data, v); err != nil {
		t.Fatalf("%s: %.300s", err, answer.Data)
	}
}

// globalID is how the server names an object of a type by its database key or code.
func globalID(typeName string, key any) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%v", typeName, key))
}

func mustExec(tb testing.TB, db *sqlx.DB, statements string) {
	tb.Helper()
	if _, err := db.ExecContext(tb.Context(), statements); err != nil {
		tb.Fatalf("%v\n%s", err, statements)
	}
}
