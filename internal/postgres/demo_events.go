package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/demo"
)

// writeEvents writes the calendar; the needs that it concerns are there already.
func writeEvents(ctx context.Context, tx *sqlx.Tx, events []demo.Event) error {
	for _, e := range events {
		_, err := tx.ExecContext(ctx, sqlDemoEvent, e.Title, string(e.Kind), string(e.Date), e.MunicipalityID, words(e.Fields),
			e.IsSynthetic, pq.Array(e.Needs))
		if err != nil {
			return failed(err)
		}
	}
	return nil
}
