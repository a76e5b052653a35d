package postgres

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/innovainrete/needmap/migrations"
)

// Migrate brings the schema to the newest version known to this program. Two
// processes may call it at once: an advisory lock lets one work while the other
// waits, for five minutes at most. A failing migration leaves those before it.
func Migrate(ctx context.Context, db *sql.DB) error {
	p, err := migrator(db)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

// MigrationStatus gives the version of the database's schema (0 when it is
// empty) and the newest one that this program knows.
func MigrationStatus(ctx context.Context, db *sql.DB) (current, latest int64, err error) {
	p, err := migrator(db)
	if err != nil {
		return 0, 0, err
	}
	return p.GetVersions(ctx)
}

// migrator is never closed: that would close db, which is the caller's.
func migrator(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // each second, 300 times
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, migrations.FS,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
}
