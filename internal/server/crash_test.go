package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/pgtest"
)

// TestCrashes kills the server, with the signal that no process can catch,
// before each message that a mutation sends to the database, and after the last
// ones. What is left is the state before or the whole mutation; a client that asks again
// with the same key gets its answer, and the mutation has happened once.
func TestCrashes(t *testing.T) {
	for _, m := range crashMutations {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			want := m.uninterrupted(t)
			messages := m.crash(t, "before", 1, want)
			if messages < 4 {
				t.Errorf("the mutation sends %d messages only: is it one transaction?", messages)
			}
			// The commit is among the last; before the others, nothing can be left.
			m.crash(t, "after", messages-2, want)
		})
	}
}

// TestEveryMutationIsCrashed compares the list with the schema.
func TestEveryMutationIsCrashed(t *testing.T) {
	for _, field := range graph.NewSchema(nil, nil).Schema().Mutation.Fields {
		if !slices.ContainsFunc(crashMutations, func(m mutation) bool { return m.name == field.Name }) {
			t.Errorf("nothing crashes in %s", field.Name)
		}
	}
}

// mutation is one to crash in. Its document takes the variable $key.
type mutation struct {
	name     string
	setup    string   // SQL
	requests []string // sent before it, without crashing
	document string
}

// world gives a database as it is before the mutation, with its address.
func (m mutation) world(t *testing.T) (*sqlx.DB, string) {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	db := openPlain(t, dsn)
	db.SetMaxOpenConns(1) // so that every other connection is the server's
	mustExec(t, db, smallTerritory+smallDirectory+smallNeeds+crashWorld+m.setup)
	if len(m.requests) > 0 {
		s := startCrashServer(t, dsn)
		for _, request := range m.requests {
			mustAnswer(t, s.ask(t, withIDs(request), nil))
		}
		s.stop()
	}
	return db, dsn
}

// mustAnswer gives the data of an answer that holds no error of either kind.
func mustAnswer(t *testing.T, answer reply) string {
	t.Helper()
	var payloads map[string]struct{ Errors []json.RawMessage }
	if len(answer.Errors) > 0 || json.Unmarshal(answer.Data, &payloads) != nil {
		t.Fatalf("%+v %s", answer.Errors, answer.Data)
	}
	for _, payload := range payloads {
		if len(payload.Errors) > 0 {
			t.Fatalf("%s", payload.Errors)
		}
	}
	return string(answer.Data)
}

// uninterrupted runs the mutation and tells what it leaves, in a form that does
// not depend on keys and times.
func (m mutation) uninterrupted(t *testing.T) string {
	t.Helper()
	db, dsn := m.world(t)
	before := digest(t, db, false)
	s := startCrashServer(t, dsn)
	defer s.stop()
	m.send(t, s)
	if digest(t, db, false) == before {
		t.Fatal("the mutation changes nothing")
	}
	return digest(t, db, true)
}

func (m mutation) send(t *testing.T, s *crashServer) string {
	t.Helper()
	return mustAnswer(t, s.ask(t, withIDs(m.document), map[string]any{"key": "crash-" + m.name}))
}

// maxMessages is more than any mutation sends.
const maxMessages = 60

// crash kills the server at each message from the first on, and gives how many
// the mutation sends.
func (m mutation) crash(t *testing.T, moment string, first int, want string) int {
	t.Helper()
	db, dsn := m.world(t)
	before := digest(t, db, false)
	for n := first; n < maxMessages; n++ {
		s := startCrashServer(t, dsn)
		s.arm(t, moment, n)
		if _, err := s.try(withIDs(m.document), map[string]any{"key": "crash-" + m.name}); err == nil {
			s.stop()
			return n - 1
		}
		s.wait()
		awaitQuiet(t, db)
		if digest(t, db, false) == before {
			continue
		}
		if got := digest(t, db, true); got != want {
			t.Fatalf("killed %s message %d, this is left:\n%s\nand not\n%s", moment, n, got, want)
		}
		m.repeat(t, dsn, db, want)
		db, dsn = m.world(t)
	}
	t.Error("the mutation never ended")
	return maxMessages
}

// repeat asks again for what was done without an answer.
func (m mutation) repeat(t *testing.T, dsn string, db *sqlx.DB, want string) {
	t.Helper()
	s := startCrashServer(t, dsn)
	defer s.stop()
	m.send(t, s)
	if got := digest(t, db, true); got != want {
		t.Fatalf("asked again, the mutation leaves\n%s\nand not\n%s", got, want)
	}
	checkSound(t, db)
}

// checkSound compares the rollup with the needs.
func checkSound(t *testing.T, db *sqlx.DB) {
	t.Helper()
	var cells int
	err := db.Get(&cells, `select count(*) from (select * from need_rollup where needs <> 0 except select * from need_rollup_expected) differ`)
	if err != nil || cells > 0 {
		t.Errorf("%d cells of the rollup differ from the needs: %v", cells, err)
	}
}

// lasting keeps what does not depend on when and under which key it was written.
const lasting = `key !~ '^(id|tx|at|result|suspension|.*_id|.*_at|.*At|reported_on)$'`

// digest tells the content of every table; with masked, without keys and times.
func digest(t *testing.T, db *sqlx.DB, masked bool) string {
	t.Helper()
	var tables []string
	err := db.Select(&tables, `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
		and relname not in ('spatial_ref_sys', 'goose_db_version', 'location_read') order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	row := `to_jsonb(r)`
	if masked {
		row = `(select coalesce(jsonb_object_agg(key, case when jsonb_typeof(value) <> 'object' then value else
			(select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(value) where ` + lasting + `) end), '{}')
			from jsonb_each(to_jsonb(r)) where ` + lasting + `)`
	}
	var b strings.Builder
	for _, table := range tables {
		var content string
		query := fmt.Sprintf(`select count(*) || ' ' || coalesce(md5(string_agg(v, '|' order by v)), '') from (select %s::text as v from %q r) rows`, row, table)
		if err := db.Get(&content, query); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, table, content)
	}
	return b.String()
}

// awaitQuiet waits until the database has noticed that the server is gone.
func awaitQuiet(t *testing.T, db *sqlx.DB) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		var others int
		err := db.Get(&others, `select count(*) from pg_stat_activity
			where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)
		if err != nil {
			t.Fatal(err)
		}
		if others == 0 {
			return
		}
	}
	t.Fatal("the database still holds the connections of the killed server")
}
