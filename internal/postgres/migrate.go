package postgres

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/migrations"
)

// Migrate brings the schema to the newest version known to this program. Two
// processes may call it at once: an advisory lock lets one work while the other
// waits, for five minutes at most. A failing migration leaves those before it.
func Migrate(ctx context.Context, db *sql.DB) error {
	if err := extend(ctx, db); err != nil {
		return err
	}
	if err := makeServerRole(ctx, db); err != nil {
		return err
	}
	p, err := migrator(db)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

// extend makes sure of the extensions before anything else. A server that we did
// not start may lack them, or lack the right to add them, and only the person
// who runs it can mend that.
func extend(ctx context.Context, db *sql.DB) error {
	for _, name := range []string{"postgis", "unaccent"} {
		there, err := hasExtension(ctx, db, name)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		_, refused := db.ExecContext(ctx, sqlAddExtension+pq.QuoteIdentifier(name))
		if refused == nil {
			continue
		}
		if there, _ := hasExtension(ctx, db, name); !there { // another program may have come first
			return needmap.Unavailable(refused, fmt.Sprintf("the database lacks the extension %[1]s and would not add it: "+
				"install it on the server and let an administrator run CREATE EXTENSION %[1]s in this database", name))
		}
	}
	return nil
}

func hasExtension(ctx context.Context, db *sql.DB, name string) (bool, error) {
	var there bool
	err := db.QueryRowContext(ctx, sqlHasExtension, name).Scan(&there)
	return there, failed(err)
}

const (
	sqlHasExtension = `select exists (select from pg_extension where extname = $1)`
	sqlAddExtension = `create extension if not exists `
)

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
