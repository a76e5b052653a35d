package postgres_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestMigrateWithoutTheRight plays a server on which the user of needmap may not
// add extensions: the error says what an administrator has to do.
func TestMigrateWithoutTheRight(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	db, err := postgres.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	execute(t, db, `drop extension unaccent cascade`)
	execute(t, db, `do $$ begin create role needmap_plain; exception when duplicate_object then null; end $$`)
	plain, err := postgres.Open(t.Context(), dsn+` options='-c role=needmap_plain'`)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	err = postgres.Migrate(t.Context(), plain.DB)
	if needmap.ErrorCode(err) != needmap.CodeUnavailable || !strings.Contains(err.Error(), "CREATE EXTENSION unaccent") {
		t.Errorf("got %v", err)
	}
}
