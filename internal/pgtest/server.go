package pgtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/migrations"
)

const (
	templatePrefix = "needmap_template_" // and a hash of the migrations
	clonePrefix    = "needmap_test_"     // and the id of the process, and a number
)

// testServer is a server with the template, seen from one test binary.
//
// What a binary uses, it marks with advisory locks on one connection that stays
// open until its end: a shared lock on the template's key, an exclusive one on
// its own id. What nobody has locked is left over and may be dropped.
type testServer struct {
	dsn      func(database string) string
	admin    *sql.DB
	locks    *sql.Conn
	id       uint32
	template string
}

func newTestServer(ctx context.Context, dsn func(string) string) (*testServer, error) {
	template, err := templateName(migrations.FS)
	if err != nil {
		return nil, err
	}
	admin, err := openDB(dsn(""))
	if err != nil {
		return nil, err
	}
	s := &testServer{dsn: dsn, admin: admin, id: rand.Uint32(), template: template}
	if s.locks, err = admin.Conn(ctx); err != nil {
		return nil, err
	}
	if err := s.ensureTemplate(ctx); err != nil {
		return nil, fmt.Errorf("making the template of test databases: %w", err)
	}
	return s, nil
}

// ensureTemplate makes the template unless it is there, one process at a time,
// and drops what earlier ones left.
func (s *testServer) ensureTemplate(ctx context.Context) error {
	if _, err := s.locks.ExecContext(ctx, `select pg_advisory_lock($1)`, lockKey(templatePrefix)); err != nil {
		return err
	}
	_, err := s.locks.ExecContext(ctx, `select pg_advisory_lock_shared($1), pg_advisory_lock($2)`,
		lockKey(s.template), lockKey(s.ownPrefix()))
	if err != nil {
		return err
	}
	var done bool
	err = s.locks.QueryRowContext(ctx,
		`select exists (select from pg_database where datname = $1 and datistemplate)`, s.template).Scan(&done)
	if err != nil {
		return err
	}
	if !done {
		if err := s.makeTemplate(ctx); err != nil {
			return err
		}
	}
	if err := s.dropLeftovers(ctx); err != nil {
		return err
	}
	_, err = s.locks.ExecContext(ctx, `select pg_advisory_unlock($1)`, lockKey(templatePrefix))
	return err
}

// makeTemplate migrates a new database. It is marked as template last, so that
// one whose making was cut short is never used.
func (s *testServer) makeTemplate(ctx context.Context) error {
	if err := s.drop(ctx, s.template); err != nil {
		return err
	}
	name := pq.QuoteIdentifier(s.template)
	if _, err := s.admin.ExecContext(ctx, `create database `+name+` template template0`); err != nil {
		return err
	}
	db, err := openDB(s.dsn(s.template))
	if err != nil {
		return err
	}
	err = postgres.Migrate(ctx, db)
	db.Close()
	if err != nil {
		return err
	}
	// Cloning wants a template without any connection: none may come.
	_, err = s.admin.ExecContext(ctx, `alter database `+name+` is_template true allow_connections false`)
	return err
}

// dropLeftovers drops templates of other migrations and databases of ended
// test binaries, as far as nobody uses them.
func (s *testServer) dropLeftovers(ctx context.Context) error {
	names, err := s.ours(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		key := lockKey(ownerOf(name))
		var free bool
		if err := s.locks.QueryRowContext(ctx, `select pg_try_advisory_lock($1)`, key).Scan(&free); err != nil {
			return err
		}
		if !free {
			continue
		}
		if err := s.drop(ctx, name); err != nil {
			return err
		}
		if _, err := s.locks.ExecContext(ctx, `select pg_advisory_unlock($1)`, key); err != nil {
			return err
		}
	}
	return nil
}

// ours lists the databases that some test binary made, but not the template
// and the databases of this one: our own locks would not keep us from them.
func (s *testServer) ours(ctx context.Context) ([]string, error) {
	rows, err := s.locks.QueryContext(ctx, `
		select datname from pg_database
		where (starts_with(datname, $1) or starts_with(datname, $2))
		  and datname <> $3 and not starts_with(datname, $4)`,
		templatePrefix, clonePrefix, s.template, s.ownPrefix())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func (s *testServer) ownPrefix() string {
	return clonePrefix + strconv.FormatUint(uint64(s.id), 10) + "_"
}

// ownerOf gives the name that is locked while a database is in use: a template
// its own, a clone the prefix of its process.
func ownerOf(database string) string {
	if strings.HasPrefix(database, clonePrefix) {
		return database[:strings.LastIndexByte(database, '_')+1]
	}
	return database
}

// clone copies the template's files: ten times as quick as PostgreSQL's default,
// which writes every page to the log.
func (s *testServer) clone(ctx context.Context, name string) error {
	_, err := s.admin.ExecContext(ctx, `create database `+pq.QuoteIdentifier(name)+
		` template `+pq.QuoteIdentifier(s.template)+` strategy file_copy`)
	return err
}

func (s *testServer) drop(ctx context.Context, name string) error {
	_, err := s.admin.ExecContext(ctx, `update pg_database set datistemplate = false where datname = $1`, name)
	if err != nil {
		return err
	}
	if err := s.cutConnections(ctx, name); err != nil {
		return err
	}
	_, err = s.admin.ExecContext(ctx, `drop database if exists `+pq.QuoteIdentifier(name)+` with (force)`)
	return err
}

// cutConnections ends what is connected to a database. DROP DATABASE does so
// too, but then naps for 100 ms, even for a connection that is just closing.
func (s *testServer) cutConnections(ctx context.Context, name string) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 25 {
		var n int
		err := s.admin.QueryRowContext(ctx,
			`select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1`, name).Scan(&n)
		if err != nil || n == 0 {
			return err
		}
		<-tick.C
	}
	return nil
}

// lockKey makes an advisory lock's key of a name.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte("needmap pgtest " + name))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// templateName carries a hash of all migrations, names and contents.
func templateName(migrations fs.FS) (string, error) {
	files, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, file := range files { // sorted by Glob
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s", file, len(text), text)
	}
	return templatePrefix + hex.EncodeToString(hash.Sum(nil)[:8]), nil
}

// outsideDSN changes the database in a connection string, a URL or key=value.
func outsideDSN(text string) (func(database string) string, error) {
	if !strings.Contains(text, "://") {
		return func(database string) string {
			if database == "" {
				return text
			}
			return text + " dbname=" + database // the last one counts
		}, nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("NEEDMAP_TEST_DATABASE_URL is not a valid URL") // err would show the password
	}
	return func(database string) string {
		if database == "" {
			return text
		}
		other := *u
		other.Path, other.RawPath = "/"+database, ""
		return other.String()
	}, nil
}
