package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// LogPlacesRead records that a caller was shown the exact places of some needs.
func (s *Store) LogPlacesRead(ctx context.Context, viewer needmap.Viewer, needIDs []int64) error {
	var nothing string // a function without result gives one empty value
	return s.get(ctx, sqlLogLocationRead, []any{viewer.Actor, string(viewer.Role), pq.Array(needIDs)}, &nothing)
}

// ExactPlaces finds those of some needs whose places are exact.
func (s *Store) ExactPlaces(ctx context.Context, needIDs []int64) ([]int64, error) {
	var exact []int64
	err := s.query(ctx, sqlExactPlaces, []any{pq.Array(needIDs)}, func(rows *sqlx.Rows) error {
		var id int64
		err := rows.Scan(&id)
		exact = append(exact, id)
		return err
	})
	return exact, err
}

// PlacesRead hands out who was shown exact places since a day (Europe/Rome),
// oldest first: of one need, or with 0 of any.
func (s *Store) PlacesRead(ctx context.Context, since needmap.Date, needID int64, each func(needmap.PlaceRead) error) error {
	return s.query(ctx, sqlLocationReads, []any{string(since), needID}, func(rows *sqlx.Rows) error {
		var r needmap.PlaceRead
		var ids pq.Int64Array
		if err := rows.Scan(&r.At, &r.Actor, &r.Role, &ids); err != nil {
			return err
		}
		r.NeedIDs = ids
		return each(r)
	})
}
