// Package postgres holds every SQL statement of needmap: sqlx and lib/pq over
// PostgreSQL with PostGIS, one <aggregate>.go with its <aggregate>_sql.go each.
// Coordinates are EPSG:4326, longitude first.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/live"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Store answers from one database. It is safe for concurrent use.
type Store struct {
	db *sqlx.DB

	heavy chan struct{} // a place for each statement that may read very much
	past  chan struct{} // a place for each question that reads every need's history

	hub *live.Hub // tells of changes; nil until WatchNeeds

	board board

	mu       sync.RWMutex
	prepared map[string]*sqlx.Stmt // by statement text, at most maxPrepared
}

// New makes a Store over an open, migrated database.
func New(db *sqlx.DB) *Store {
	return &Store{db: db, heavy: make(chan struct{}, maxHeavy), past: make(chan struct{}, maxPast), prepared: map[string]*sqlx.Stmt{}}
}

// Open connects to a server, for example with localpg's DSN or DATABASE_URL.
func Open(ctx context.Context, dsn string) (*sqlx.DB, error) {
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		return nil, needmap.Unavailable(err, "the database address can't be read")
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, needmap.Unavailable(err, "the database does not answer")
	}
	return db, nil
}

// maxHeavy is how many statements that may read very much run at a time, well
// below the connections there are: a request with many of them must not keep the
// others waiting.
const maxHeavy = 4

// DB gives the pool, for transactions that span aggregates.
func (s *Store) DB() *sqlx.DB { return s.db }

// stmt prepares a statement once and keeps it: an unprepared statement costs
// more than twice as much as a prepared one.
func (s *Store) stmt(ctx context.Context, query string) (*sqlx.Stmt, error) {
	s.mu.RLock()
	st, ok := s.prepared[query]
	s.mu.RUnlock()
	if ok {
		return st, nil
	}
	st, err := s.db.PreparexContext(ctx, query)
	if err != nil {
		return nil, failed(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.prepared[query]; ok {
		st.Close()
		return first, nil
	}
	s.makeRoom()
	s.prepared[query] = st
	return st, nil
}

// maxPrepared bounds the statements that are kept, because every connection
// keeps its own plan of each. Filters can be combined in many more ways than
// people do; hot statements that are dropped by chance come back at once.
const maxPrepared = 128

// makeRoom drops some statement when there are too many. It is closed only when
// every request that may still hold it has ended.
func (s *Store) makeRoom() {
	if len(s.prepared) < maxPrepared {
		return
	}
	for query, st := range s.prepared {
		delete(s.prepared, query)
		time.AfterFunc(closeAfter, func() { st.Close() })
		return
	}
}

// closeAfter is longer than any request may take.
const closeAfter = 2 * time.Minute

// query runs a prepared statement and hands each row to scan.
func (s *Store) query(ctx context.Context, query string, args []any, scan func(*sqlx.Rows) error) error {
	st, err := s.stmt(ctx, query)
	if err != nil {
		return err
	}
	rows, err := st.QueryxContext(ctx, args...)
	if err != nil {
		return failed(err)
	}
	return eachRow(rows, scan)
}

// queryTx is query inside a transaction.
func (s *Store) queryTx(ctx context.Context, tx *sqlx.Tx, query string, args []any, scan func(*sqlx.Rows) error) error {
	st, err := s.stmt(ctx, query)
	if err != nil {
		return err
	}
	rows, err := tx.StmtxContext(ctx, st).QueryxContext(ctx, args...)
	if err != nil {
		return failed(err)
	}
	return eachRow(rows, scan)
}

// eachRow hands each row to scan, and closes them.
func eachRow(rows *sqlx.Rows, scan func(*sqlx.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return failed(err)
		}
	}
	return failed(rows.Err())
}

// get runs a prepared statement that gives one row.
func (s *Store) get(ctx context.Context, query string, args []any, dest ...any) error {
	st, err := s.stmt(ctx, query)
	if err != nil {
		return err
	}
	return failed(st.QueryRowxContext(ctx, args...).Scan(dest...))
}

// InTx runs fn in a transaction: all of it or nothing. Once ctx has ended, no
// statement of fn begins any more, and the transaction is undone when fn returns. It is
// not begun under ctx: database/sql would undo it at once, beside a COPY that still
// reads from the connection, and both would wait for ever.
func InTx(ctx context.Context, db *sqlx.DB, fn func(*sqlx.Tx) error) error {
	conn, err := db.Connx(ctx)
	if err != nil {
		return failed(err)
	}
	defer conn.Close() //nolint:errcheck // goes back to the pool
	tx, err := conn.BeginTxx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return failed(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing to undo after a commit
	if err := fn(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return failed(err)
	}
	return failed(tx.Commit())
}

// SQLSTATE classes and codes that mean that the server, not the statement, fails.
const (
	classConnection   = "08"
	classResources    = "53"
	classIntervention = "57"
	classRollback     = "40" // deadlock or serialisation: asking again helps
)

// failed turns a database error into one that may be shown or logged. The cause
// stays wrapped for those who ask for its SQLSTATE; its text, which can hold SQL
// and values of rows, is told nowhere.
func failed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if known := new(needmap.Error); errors.As(err, &known) {
		return err
	}
	if errors.Is(err, sql.ErrConnDone) || unreachable(err) {
		return needmap.Unavailable(&quietError{err}, "the database does not answer for now")
	}
	if quiet := new(quietError); errors.As(err, &quiet) {
		return err
	}
	return &quietError{err}
}

func unreachable(err error) bool {
	var pqErr *pq.Error
	if !errors.As(err, &pqErr) {
		return !errors.Is(err, sql.ErrNoRows) && isNetwork(err)
	}
	switch string(pqErr.Code.Class()) {
	case classConnection, classResources, classIntervention, classRollback:
		return true
	}
	return false
}
