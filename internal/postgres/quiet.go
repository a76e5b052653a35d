package postgres

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// quietError is a failure of a statement whose text holds no value. A log may
// take it.
type quietError struct{ cause error }

// Error says what is known of the cause without its own text.
func (e *quietError) Error() string { return "database: " + quietly(e.cause) }

// Unwrap gives the cause, whose text is not for logs.
func (e *quietError) Unwrap() error { return e.cause }

// scanFault begins the error of a column that does not fit its destination; the
// value follows.
var scanFault = regexp.MustCompile(`^sql: Scan error on column index \d+, name "[^"]*"`)

// quietly tells of an error what can't be a value: of PostgreSQL's the SQLSTATE
// and the names of what it is about, of others their kind.
func quietly(err error) string {
	var pqErr *pq.Error
	switch {
	case errors.As(err, &pqErr):
		return sqlState(pqErr)
	case errors.Is(err, sql.ErrNoRows):
		return sql.ErrNoRows.Error()
	case errors.Is(err, sql.ErrTxDone):
		return sql.ErrTxDone.Error()
	case isNetwork(err):
		return err.Error()
	}
	if fault := scanFault.FindString(err.Error()); fault != "" {
		return fault
	}
	return fmt.Sprintf("%T", err)
}

func sqlState(e *pq.Error) string {
	var told strings.Builder
	fmt.Fprintf(&told, "SQLSTATE %s", e.Code)
	if name := e.Code.Name(); name != "" {
		fmt.Fprintf(&told, " (%s)", name)
	}
	for _, part := range []struct{ what, name string }{
		{"constraint", e.Constraint}, {"table", e.Table}, {"column", e.Column},
	} {
		if part.name != "" {
			fmt.Fprintf(&told, ", %s %s", part.what, part.name)
		}
	}
	return told.String()
}

// Describe words an error for a person at a terminal. What the database said is
// given by its SQLSTATE and constraint: its text can hold values and SQL.
func Describe(err error) string {
	var known *needmap.Error
	var pqErr *pq.Error
	switch {
	case errors.As(err, &known):
		return err.Error()
	case errors.As(err, &pqErr):
		return "the database refused a statement: " + sqlState(pqErr)
	}
	return err.Error()
}
