package postgres_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestErrorsHoldNoValues makes PostgreSQL and the driver complain of a value.
func TestErrorsHoldNoValues(t *testing.T) {
	db := pgtest.New(t)
	const secret = "Anziana sola"
	execute(t, db, `create table person (name text primary key, age int check (age > 0))`)
	execute(t, db, `insert into person values ('`+secret+`', 1)`)
	execute(t, db, `create function complain(text) returns int language plpgsql as $$ begin raise exception 'no %', $1; end $$`)
	for _, c := range []struct{ name, statement, says string }{
		{"a key that is there", `insert into person values ($1, 1)`, "database: SQLSTATE 23505 (unique_violation), constraint person_pkey, table person"},
		{"a row that is checked", `insert into person values ($1 || 'x', -1)`, "database: SQLSTATE 23514 (check_violation), constraint person_age_check, table person"},
		{"no integer", `select ($1::text)::int`, "database: SQLSTATE 22P02 (invalid_text_representation)"},
		{"a query of words", `select to_tsquery('simple', $1::text)`, "database: SQLSTATE 42601 (syntax_error)"},
		{"no table", `select quote_ident($1)::regclass`, "database: SQLSTATE 42P01 (undefined_table)"},
		{"a function's own words", `select complain($1)`, "database: SQLSTATE P0001 (raise_exception)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := db.ExecContext(t.Context(), c.statement, secret)
			var pqErr *pq.Error
			if !errors.As(err, &pqErr) || !strings.Contains(pqErr.Error()+pqErr.Detail, "Anziana") {
				t.Fatalf("the driver says %v, which holds no value to hide", err)
			}
			checkQuiet(t, err, c.says, &pqErr)
		})
	}
	var number int
	err := db.GetContext(t.Context(), &number, `select name from person`)
	checkQuiet(t, err, `database: sql: Scan error on column index 0, name "name"`, nil)
	checkQuiet(t, fmt.Errorf("%s: %w", secret, sql.ErrNoRows), "database: sql: no rows in result set", nil)
	checkQuiet(t, errors.New(secret), "database: *errors.errorString", nil)
}

func checkQuiet(t *testing.T, err error, says string, target **pq.Error) {
	t.Helper()
	failed := postgres.Failed(err)
	for _, shown := range []error{failed, fmt.Errorf("more: %w", failed), postgres.Failed(failed), postgres.Failed(fmt.Errorf("twice: %w", failed))} {
		if !strings.HasSuffix(shown.Error(), says) || strings.Contains(fmt.Sprintf("%v %+v %s %q", shown, shown, shown, shown), "Anziana") {
			t.Errorf("got %q, want %q", shown, says)
		}
		if !errors.Is(shown, err) || target != nil && !errors.As(shown, target) || needmap.ErrorCode(shown) != needmap.CodeInternal {
			t.Errorf("%v does not lead to its cause", shown)
		}
	}
	if told := postgres.Describe(failed); strings.Contains(told, "Anziana") {
		t.Errorf("a person at a terminal is told %s", told)
	}
}

// TestErrorsOfTheNetworkAreTold, for they hold no value.
func TestErrorsOfTheNetworkAreTold(t *testing.T) {
	err := postgres.Failed(fmt.Errorf("reading: %w", io.ErrUnexpectedEOF))
	if needmap.ErrorCode(err) != needmap.CodeUnavailable || !strings.Contains(errors.Unwrap(err).Error(), "unexpected EOF") {
		t.Errorf("got %v", err)
	}
	cut := &pq.Error{Code: "57P01", Message: "Anziana"}
	if err := postgres.Failed(cut); needmap.ErrorCode(err) != needmap.CodeUnavailable || errors.Unwrap(err).Error() != "database: SQLSTATE 57P01 (admin_shutdown)" {
		t.Errorf("got %v from %v", err, errors.Unwrap(err))
	}
}
