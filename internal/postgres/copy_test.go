package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestCopyGivenUp gives up in the middle of a COPY without end, at many moments: it
// ends each time, and no row stays.
func TestCopyGivenUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if _, err := db.Exec(`create table copied (line text)`); err != nil {
		t.Fatal(err)
	}
	line := strings.Repeat("needmap ", 100)
	for i := range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(2+i/4)*time.Millisecond)
		ended := make(chan error, 1)
		go func() {
			ended <- postgres.InTx(ctx, db, func(tx *sqlx.Tx) error {
				return postgres.CopyRows(ctx, tx, `copy copied (line) from stdin`, func(yield func([]any, error) bool) {
					for yield([]any{line}, nil) {
					}
				})
			})
		}()
		select {
		case err := <-ended:
			if err == nil {
				t.Fatal("rows without end came to an end")
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("given up the time number %d, it goes on", i)
		}
		cancel()
	}
	if n := ask[int](t, db, `select count(*) from copied`); n != 0 {
		t.Errorf("%d rows stay", n)
	}
}
