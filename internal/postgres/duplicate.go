package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Duplicates finds, for each of some needs, open ones that may be the same, as
// far as the caller may see them; for all in one statement. Who knows places by
// their cells only is told none, since how alike needs are tells how near.
func (s *Store) Duplicates(ctx context.Context, access needmap.Access, ids []int64) (map[int64][]needmap.DuplicateCandidate, error) {
	found := map[int64][]needmap.DuplicateCandidate{}
	if access.Cells {
		return found, nil
	}
	near := map[int64][]needmap.LikelyNeed{}
	statement, args := likelyStatement(access, ids)
	err := s.query(ctx, statement, args, func(rows *sqlx.Rows) error {
		var id int64
		var n needmap.LikelyNeed
		var seconds float64
		err := rows.Scan(&id, &n.NeedID, &n.DistanceMetres, &seconds, &n.Wording)
		n.Apart = time.Duration(seconds * float64(time.Second))
		near[id] = append(near[id], n)
		return err
	})
	for id, list := range near {
		found[id] = needmap.Duplicates(list)
	}
	return found, err
}

// likelyStatement writes the search for needs near others.
func likelyStatement(access needmap.Access, ids []int64) (string, []any) {
	w := where{args: []any{pq.Array(ids), needmap.DuplicateDays, needmap.DuplicateMetres}}
	addScope(&w, access)
	return numbered(sqlLikelyNeeds + w.sql() + sqlLikelyNeedsEnd), w.args
}
