package pgtest

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/innovainrete/needmap/internal/postgres"
)

// another is a second test binary, as far as the server can tell.
func another(t *testing.T) *testServer {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatal(err)
	}
	o, err := newTestServer(t.Context(), s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// end lets go of everything as the end of a process does.
func (s *testServer) end() {
	s.locks.Close()
	s.admin.Close()
}

func (s *testServer) has(t *testing.T, database string) (there bool) {
	t.Helper()
	err := s.admin.QueryRow(`select exists (select from pg_database where datname = $1)`, database).Scan(&there)
	if err != nil {
		t.Fatal(err)
	}
	return there
}

func TestLeftoversAreDroppedAndUsedOnesAreNot(t *testing.T) {
	ended, alive := another(t), another(t)
	oldUnused := templatePrefix + "unused_" + strconv.FormatUint(uint64(ended.id), 10)
	oldUsed := templatePrefix + "used_" + strconv.FormatUint(uint64(alive.id), 10)
	// A process of another checkout uses other migrations.
	if _, err := alive.locks.ExecContext(t.Context(), `select pg_advisory_lock_shared($1)`, lockKey(oldUsed)); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*testServer{
		ended.ownPrefix() + "1": ended, alive.ownPrefix() + "1": alive, oldUnused: ended, oldUsed: alive,
	} {
		if err := s.clone(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	ended.end()
	awaitUnlocked(t, alive, ended.ownPrefix())

	late := another(t)
	for name, want := range map[string]bool{
		ended.ownPrefix() + "1": false, alive.ownPrefix() + "1": true,
		oldUnused: false, oldUsed: true, late.template: true,
	} {
		if got := late.has(t, name); got != want {
			t.Errorf("%s there: %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{alive.ownPrefix() + "1", oldUsed} {
		if err := late.drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	}
	alive.end()
	late.end()
}

// awaitUnlocked waits for the server to notice that a connection has ended.
func awaitUnlocked(t *testing.T, s *testServer, name string) {
	t.Helper()
	_, err := s.locks.ExecContext(t.Context(), `select pg_advisory_lock($1), pg_advisory_unlock($1)`, lockKey(name))
	if err != nil {
		t.Fatal(err)
	}
}

func TestMigrateAtTheSameMoment(t *testing.T) {
	s := another(t)
	defer s.end()
	name := s.ownPrefix() + "empty"
	if _, err := s.admin.Exec(`create database ` + name + ` template template0 strategy file_copy`); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.drop(context.Background(), name); err != nil {
			t.Error(err)
		}
	}()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			db, err := openDB(s.dsn(name))
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := postgres.Migrate(t.Context(), db); err != nil {
				t.Error(err)
			}
			current, latest, err := postgres.MigrationStatus(t.Context(), db)
			if err != nil || current != latest {
				t.Errorf("version %d of %d, %v", current, latest, err)
			}
		})
	}
	wg.Wait()
}

func TestTemplateNameFollowsTheMigrations(t *testing.T) {
	seen := map[string]int{}
	for i, files := range []fstest.MapFS{
		{"1.sql": {Data: []byte("a")}},
		{"1.sql": {Data: []byte("b")}},                                  // other text
		{"2.sql": {Data: []byte("a")}},                                  // other name
		{"1.sql": {Data: []byte("a")}, "2.sql": {Data: []byte{}}},       // one more
		{"1.sql": {Data: []byte("a2.sql 0\n")}},                         // looks like the last
		{"1.sql": {Data: []byte("a")}, "embed.go": {Data: []byte("x")}}, // as the first
	} {
		name, err := templateName(files)
		if err != nil || !strings.HasPrefix(name, templatePrefix) || len(name) > 63 {
			t.Fatalf("%d: %q, %v", i, name, err)
		}
		if _, again := seen[name]; !again {
			seen[name] = i
		}
	}
	if len(seen) != 5 {
		t.Errorf("names: %v, want five, of 0 to 4", seen)
	}
}

func TestOutsideDSN(t *testing.T) {
	tests := []struct{ text, database, want string }{
		{"postgres://me:s%2Fx@db:5433/main?sslmode=disable", "", "postgres://me:s%2Fx@db:5433/main?sslmode=disable"},
		{"postgres://me:s%2Fx@db:5433/main?sslmode=disable", "t_1", "postgres://me:s%2Fx@db:5433/t_1?sslmode=disable"},
		{"host=/run dbname=main", "", "host=/run dbname=main"},
		{"host=/run dbname=main", "t_1", "host=/run dbname=main dbname=t_1"},
	}
	for _, tt := range tests {
		dsn, err := outsideDSN(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := dsn(tt.database); got != tt.want {
			t.Errorf("database %q of %s: %s, want %s", tt.database, tt.text, got, tt.want)
		}
	}
	_, err := outsideDSN("postgres://me:secret@db:x/main")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v, want one without the password", err)
	}
}
