package server_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// newToldWorld is the world of the policy with a server that tells of changes.
func newToldWorld(tb testing.TB) *site {
	tb.Helper()
	dsn := pgtest.NewDSN(tb)
	db, err := postgres.Open(tb.Context(), dsn)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	mustExec(tb, db, smallTerritory+smallDirectory+policyNeeds)
	store := postgres.New(db)
	watching, stop := context.WithCancel(context.Background())
	tb.Cleanup(stop)
	if err := store.WatchNeeds(watching, dsn, discard()); err != nil {
		tb.Fatal(err)
	}
	return serveStore(tb, db, store, server.Options{Callers: policyTokens})
}

// TestStreamsKeepThePolicy subscribes as each role to everything there is, whole,
// and has needs inside and outside its scope change. What it is told is held to
// the same as the answers to queries.
func TestStreamsKeepThePolicy(t *testing.T) {
	s := newToldWorld(t)
	type told struct {
		*walker
		name, query string
		stream
	}
	var all []told
	for _, role := range policyRoles {
		w := newWalker(t, s, role)
		for _, f := range w.schema.types["Subscription"].Fields {
			query := w.payloadQuery("subscription", f, "")
			stream := w.site.listen(t, query)
			if role.name == "PUBLIC" {
				if code := stream.ends(); code != "UNAUTHENTICATED" {
					t.Errorf("%s as PUBLIC gives %s", f.Name, code)
				}
				continue
			}
			if role.needs(8) { // the others hear nothing
				all = append(all, told{w, f.Name, query, stream})
			}
		}
	}
	for _, listener := range all { // the first message gives the cursor, from which on all is told
		if _, err := listener.read(); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range []int{3, 5, 1, 2, 0, 4, 8} {
		var version int
		if err := s.db.Get(&version, `select version from need where id = $1`, secretKey+k); err != nil {
			t.Fatal(err)
		}
		answer := s.as("COORDINATOR").ask(t, withIDs(fmt.Sprintf(
			`mutation {updateNeed(input: {id: "«Need:%d»", version: %d, severity: 1, minimumAge: 7}) {errors {message}}}`, secretKey+k, version)), nil)
		if string(answer.Data) != `{"updateNeed":{"errors":[]}}` {
			t.Fatalf("%d: %+v %s", k, answer.Errors, answer.Data)
		}
	}
	for _, listener := range all {
		for heard := mask(0); heard&(1<<8) == 0; {
			answer, err := listener.read()
			if err != nil || len(answer.Errors) > 0 {
				t.Fatalf("%s as %s: %v %+v", listener.name, listener.role.name, err, answer.Errors)
			}
			listener.tells["told"] = 0
			listener.check("told", listener.query, answer)
			heard = listener.tells["told"]
		}
	}
}
