package postgres

import (
	"context"
	"database/sql"
)

// MigrateDownTo takes migrations back to a version.
func MigrateDownTo(ctx context.Context, db *sql.DB, version int64) error {
	p, err := migrator(db)
	if err == nil {
		_, err = p.DownTo(ctx, version)
	}
	return err
}
