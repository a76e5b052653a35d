package server_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// counter counts the queries that pass through connections to a database, and
// can play that the database is away.
type counter struct {
	driver.Connector
	queries atomic.Int64
	away    atomic.Bool
}

// countQueries connects to a database, counting.
func countQueries(tb testing.TB, dsn string) (*sqlx.DB, *counter) {
	tb.Helper()
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		tb.Fatal(err)
	}
	c := &counter{Connector: connector}
	db := sqlx.NewDb(sql.OpenDB(c), "postgres")
	tb.Cleanup(func() { db.Close() })
	return db, c
}

// openPlain connects without counting, to fill a database with.
func openPlain(tb testing.TB, dsn string) *sqlx.DB {
	tb.Helper()
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

func (c *counter) Connect(ctx context.Context) (driver.Conn, error) {
	if c.away.Load() {
		return nil, &net.OpError{Op: "dial", Net: "unix", Err: errors.New("secret: connection refused")}
	}
	conn, err := c.Connector.Connect(ctx)
	return &countedConn{conn, c}, err
}

type countedConn struct {
	driver.Conn
	counter *counter
}

func (c *countedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	q, ok := c.Conn.(driver.QueryerContext)
	if !ok {
		return nil, errors.New("the driver takes no context")
	}
	c.counter.queries.Add(1)
	return q.QueryContext(ctx, query, args)
}

func (c *countedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	p, ok := c.Conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, errors.New("the driver takes no context")
	}
	stmt, err := p.PrepareContext(ctx, query)
	return &countedStmt{stmt, c.counter}, err
}

func (c *countedConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	b, ok := c.Conn.(driver.ConnBeginTx)
	if !ok {
		return nil, errors.New("the driver takes no options")
	}
	return b.BeginTx(ctx, options)
}

type countedStmt struct {
	driver.Stmt
	counter *counter
}

func (s *countedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	q, ok := s.Stmt.(driver.StmtQueryContext)
	if !ok {
		return nil, errors.New("the driver takes no context")
	}
	s.counter.queries.Add(1)
	return q.QueryContext(ctx, args)
}
