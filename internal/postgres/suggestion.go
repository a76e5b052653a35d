package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Candidates gives every service that is not closed, as it stands beside a need
// that the caller is known to see. Distances run on the ellipsoid from the need's
// point; for who sees cells only, from the centre of its cell.
func (s *Store) Candidates(ctx context.Context, access needmap.Access, needID int64) ([]needmap.Candidate, error) {
	statement := sqlCandidates
	if access.Cells {
		statement = sqlCellCandidates
	}
	var list []needmap.Candidate
	err := s.query(ctx, statement, []any{needID}, func(rows *sqlx.Rows) error {
		var c needmap.Candidate
		err := rows.Scan(&c.ServiceID, &c.Field, &c.Status, &c.Capacity, &c.CatchmentMetres, &c.MinimumAge, &c.MaximumAge,
			&c.Serves, &c.DistanceMetres)
		list = append(list, c)
		return err
	})
	return list, err
}

// PlacesHeld gives how many places of some services offered and agreed responses
// keep; services without any are left out.
func (s *Store) PlacesHeld(ctx context.Context, serviceIDs []int) (map[int]int, error) {
	held := make(map[int]int, len(serviceIDs))
	err := s.query(ctx, sqlPlacesHeld, []any{pq.Array(serviceIDs)}, func(rows *sqlx.Rows) error {
		var service, people int
		err := rows.Scan(&service, &people)
		held[service] = people
		return err
	})
	return held, err
}
