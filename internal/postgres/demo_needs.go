package postgres

import (
	"context"
	"iter"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// writeNeeds writes the needs, then their events, then their responses. Only one
// COPY can run at a time, so each pass draws its part of the needs' stories anew
// rather than hold them all.
func writeNeeds(ctx context.Context, tx *sqlx.Tx, needs *demo.Needs, counts *DemoCounts) error {
	writer, err := NewNeedWriter(ctx, tx)
	if err != nil {
		return err
	}
	writer.LeaveHistory()
	for i := range needs.Len() {
		if err := writer.Write(ctx, []needmap.Need{needs.Need(i)}); err != nil {
			return err
		}
	}
	written, err := writer.Close(ctx)
	if err != nil {
		return err
	}
	counts.Needs = written.New
	ids, err := demoNeedIDs(ctx, tx, needs.Len())
	if err != nil {
		return err
	}
	if err := copyRows(ctx, tx, sqlDemoEventCopy, eventRows(needs, ids, &counts.Events)); err != nil {
		return err
	}
	return copyRows(ctx, tx, sqlDemoResponseCopy, responseRows(needs, ids, &counts.Responses))
}

// demoNeedIDs gives the key of each need by its number in the demo.
func demoNeedIDs(ctx context.Context, tx *sqlx.Tx, count int) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, sqlDemoNeedIDs)
	if err != nil {
		return nil, failed(err)
	}
	defer rows.Close()
	ids := make([]int64, count)
	for rows.Next() {
		var id, number int64
		if err := rows.Scan(&id, &number); err != nil {
			return nil, failed(err)
		}
		ids[number-1] = id
	}
	return ids, failed(rows.Err())
}

func eventRows(needs *demo.Needs, ids []int64, count *int) iter.Seq2[[]any, error] {
	row := make([]any, 6)
	return func(yield func([]any, error) bool) {
		for i, id := range ids {
			for _, e := range needs.History(i) {
				*count++
				row[0], row[1], row[2] = id, e.At, string(e.Kind)
				row[3], row[4], row[5] = optional(e.FromStatus), optional(e.ToStatus), optional(e.Reason)
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

func responseRows(needs *demo.Needs, ids []int64, count *int) iter.Seq2[[]any, error] {
	row := make([]any, 8)
	return func(yield func([]any, error) bool) {
		for i, id := range ids {
			for _, r := range needs.Responses(i) {
				*count++
				row[0], row[1], row[2], row[3] = id, r.OrganisationID, optional(r.ServiceID), r.People
				row[4], row[5], row[6], row[7] = string(r.Status), optional(r.Reason), r.ProposedAt, r.UpdatedAt
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
