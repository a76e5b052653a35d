// Package pgtest gives each test a database of its own on a real PostgreSQL.
//
// It is cloned from a migrated template, which all test binaries share: they
// join one private cluster (localpg) that stops when the last of them has
// ended. NEEDMAP_TEST_DATABASE_URL names a server to use in its place; its role
// must be a superuser.
//
// Tests of package postgres that use it must be in package postgres_test, since
// pgtest imports postgres for the migrations.
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // the driver

	"github.com/innovainrete/needmap/internal/localpg"
)

// A test binary that imports this package may be started again by localpg as
// the supervisor of the cluster.
func init() { localpg.RunSupervisorIfAsked() }

// The server is one for the whole test binary, and is held until it ends.
var server = sync.OnceValues(connect)

var clones atomic.Int64

// New gives a database with the newest schema and no rows of its own, dropped
// when the test ends. Without PostgreSQL and PostGIS the test fails.
func New(tb testing.TB) *sqlx.DB {
	tb.Helper()
	db, err := sqlx.Open("postgres", NewDSN(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() }) // before the drop: cleanups run last to first
	return db
}

// NewDSN is New for code that opens its own connections: it gives the lib/pq
// connection string of the database. Open connections are cut when the test ends.
func NewDSN(tb testing.TB) string {
	tb.Helper()
	s, err := server()
	if err != nil {
		tb.Fatalf("the tests need PostgreSQL with PostGIS:\n%v", err)
	}
	name := fmt.Sprintf("%s%d_%d", clonePrefix, s.id, clones.Add(1))
	if err := s.clone(tb.Context(), name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.drop(context.Background(), name); err != nil {
			tb.Errorf("dropping the test database: %v", err)
		}
	})
	return s.dsn(name)
}

// connect finds the server, and makes sure of the template.
func connect() (*testServer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	dsn, err := serverDSN(ctx)
	if err != nil {
		return nil, err
	}
	return newTestServer(ctx, dsn)
}

// serverDSN gives the connection string of each database by its name; "" is
// the one to administer the others from.
func serverDSN(ctx context.Context) (func(database string) string, error) {
	if url := os.Getenv("NEEDMAP_TEST_DATABASE_URL"); url != "" {
		return outsideDSN(url)
	}
	if os.Getenv("GORACE") == "" {
		// Under the race detector a process sleeps for a second before it ends;
		// the supervisor inherits this, and its successor waits for it.
		os.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	dir := filepath.Join(quickDir(), fmt.Sprintf("needmap-pgtest-%d", os.Geteuid()))
	c, err := localpg.Open(ctx, localpg.Options{DataDir: dir, Fast: true})
	if err != nil {
		return nil, err
	}
	return func(database string) string {
		if database == "" {
			database = "needmap"
		}
		return c.DSN(database) // this also keeps c, and so the cluster
	}, nil
}

// minShm is the size in bytes of a memory file system that has room for tests
// (containers have one of 64 MB).
const minShm = 4 << 30

// quickDir is where making the 500 files of a database is quick: memory, where
// there is enough of it. On a disk each clone takes five times as long.
func quickDir() string {
	const shm = "/dev/shm"
	var st syscall.Statfs_t
	if err := syscall.Statfs(shm, &st); err == nil && st.Blocks*uint64(st.Bsize) >= minShm {
		return shm
	}
	return os.TempDir()
}

func openDB(dsn string) (*sql.DB, error) { return sql.Open("postgres", dsn) }
