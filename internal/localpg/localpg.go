// Package localpg runs needmap's own PostgreSQL + PostGIS cluster from the
// binaries on the machine, for whoever has set no DATABASE_URL.
//
// The cluster belongs to no command. Each command that uses it holds a shared
// lock on a file for as long as it lives; a supervisor process (this same
// program, started again) waits for the exclusive lock, and so learns from the
// kernel that the last user is gone, however it ended. Then it stops PostgreSQL
// and itself. PostgreSQL in turn dies with its supervisor.
//
// A program that calls Open must call RunSupervisorIfAsked first thing in main.
package localpg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

const (
	superuser = "needmap" // the role that owns everything in the cluster
	database  = "needmap" // the database that Open makes sure of

	// closeWait bounds how long the last user waits for PostgreSQL to be gone.
	closeWait = 20 * time.Second
)

// Options say which cluster to open.
type Options struct {
	// DataDir is the directory that holds the cluster, its locks and its log.
	// It is made when absent; "" means DefaultDataDir.
	DataDir string
	// Fast gives up safety against power cuts for speed. For tests only; it
	// counts for the call that starts the cluster.
	Fast bool
	// Logger hears of starts; nil means silence.
	Logger *slog.Logger
}

// Cluster is one user's hold on a running private cluster.
type Cluster struct {
	home    home
	users   *os.File // holds the shared lock that keeps the cluster running
	fast    bool
	started bool
	log     *slog.Logger
}

// Open joins the private cluster of a data directory, or starts it (and makes
// it, the first time), with an empty database "needmap" at least. It waits for
// PostgreSQL to answer; crash recovery may take a while, and ctx bounds it.
//
// Errors: *MissingError when PostgreSQL, PostGIS or unaccent is not installed,
// *VersionError when the data were written by another major version,
// *DirError when the directory can't be used; others are failures to start.
func Open(ctx context.Context, o Options) (*Cluster, error) {
	if os.Getenv(supervisorEnv) != "" {
		return nil, errors.New("localpg: RunSupervisorIfAsked must be called before Open")
	}
	h, err := prepareHome(o.DataDir)
	if err != nil {
		return nil, err
	}
	users, err := h.openLock(usersLock)
	if err != nil {
		return nil, err
	}
	c := &Cluster{home: h, users: users, fast: o.Fast, log: o.Logger}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if err := c.join(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// join takes the shared lock and makes sure that a server answers. The start
// lock lets one process at a time look and decide.
func (c *Cluster) join(ctx context.Context) error {
	start, err := c.home.lock(ctx, startLock)
	if err != nil {
		return err
	}
	defer start.Close()
	// A supervisor that has decided to stop holds the exclusive lock until
	// PostgreSQL is gone: past this line it either stays or has ended.
	if err := waitLock(ctx, c.users, syscall.LOCK_SH); err != nil {
		return fmt.Errorf("waiting for the private PostgreSQL to stop: %w", err)
	}
	var last error
	err = poll(ctx, func() (bool, error) {
		alive, err := c.home.tryLock(supervisorLock)
		if err != nil {
			return false, err
		}
		if alive != nil { // nobody holds it: there is no supervisor
			defer alive.Close()
			c.started = true
			return true, c.launch(ctx, alive)
		}
		last = c.ping(ctx)
		return last == nil, nil
	})
	if ctx.Err() != nil && last != nil {
		return fmt.Errorf("waiting for the private PostgreSQL: %w (last answer: %v)", err, last)
	}
	return err
}

// ping fails while the server does not take connections to the database. A
// server whose connections are all in use is there, nevertheless.
func (c *Cluster) ping(ctx context.Context) error {
	err := ping(ctx, c.DSN(database))
	if pq.As(err, pqerror.TooManyConnections) != nil {
		return nil
	}
	return err
}

func ping(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// DSN gives the lib/pq connection string of one database of the cluster, as its
// superuser, over the Unix socket. It is good until Close.
func (c *Cluster) DSN(database string) string { return c.home.dsn(database) }

// Started tells whether this call of Open had to start the server.
func (c *Cluster) Started() bool { return c.started }

// Close lets go of the cluster. The last user waits until PostgreSQL is gone,
// for 20 seconds at most; an error says that it is still stopping. Close may be
// called more than once.
func (c *Cluster) Close() error {
	if c.users == nil {
		return nil
	}
	users := c.users
	c.users = nil
	defer users.Close()
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	start, err := c.home.lock(ctx, startLock)
	if err != nil {
		return err
	}
	defer start.Close()
	shared, err := othersHold(users)
	if err != nil || shared {
		return err
	}
	users.Close()
	if err := c.home.waitGone(ctx); err != nil {
		return fmt.Errorf("the private PostgreSQL is still stopping: %w", err)
	}
	return nil
}

// othersHold tells whether other users share the lock. It gives up our own
// share: after it, f holds the lock in a way that Close ends.
func othersHold(f *os.File) (bool, error) {
	alone, err := tryLock(f, syscall.LOCK_EX)
	if err != nil || alone {
		return false, err
	}
	// Refused: other users are there, or the supervisor was quicker and is
	// stopping. In the second case a shared lock is refused too.
	return tryLock(f, syscall.LOCK_SH)
}

// dsnQuote quotes a value for a key=value connection string.
func dsnQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
