package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Responses gives the responses to some needs, oldest first, by need.
func (s *Store) Responses(ctx context.Context, needIDs []int64) (map[int64][]*needmap.Response, error) {
	byNeed := map[int64][]*needmap.Response{}
	err := s.query(ctx, sqlResponses, []any{pq.Array(needIDs)}, func(rows *sqlx.Rows) error {
		r, err := scanResponse(rows)
		byNeed[r.NeedID] = append(byNeed[r.NeedID], r)
		return err
	})
	return byNeed, err
}

// ResponsesByID finds responses by their keys; those that are missing, and those
// to needs that the caller may not see, are left out.
func (s *Store) ResponsesByID(ctx context.Context, access needmap.Access, ids []int64) ([]*needmap.Response, error) {
	w := needWhere(needmap.NeedCriteria{Access: access, SeverityAtLeast: 1})
	w.add(responseHasID, pq.Array(ids))
	var list []*needmap.Response
	err := s.query(ctx, numbered(sqlResponsesByID+w.sql()), w.args, func(rows *sqlx.Rows) error {
		r, err := scanResponse(rows)
		list = append(list, r)
		return err
	})
	return list, err
}

// NeedEvents gives the stored events of some needs, oldest first, by need.
func (s *Store) NeedEvents(ctx context.Context, needIDs []int64) (map[int64][]*needmap.NeedEvent, error) {
	byNeed := map[int64][]*needmap.NeedEvent{}
	err := s.query(ctx, sqlNeedEvents, []any{pq.Array(needIDs)}, func(rows *sqlx.Rows) error {
		e, err := scanNeedEvent(rows)
		byNeed[e.NeedID] = append(byNeed[e.NeedID], e)
		return err
	})
	return byNeed, err
}

func scanResponse(rows *sqlx.Rows) (*needmap.Response, error) {
	var r needmap.Response
	err := rows.Scan(&r.ID, &r.NeedID, &r.OrganisationID, &r.ServiceID, &r.People, &r.Status, &r.ReasonCode, &r.Reason,
		&r.ProposedAt, &r.UpdatedAt, &r.Version, &r.MergedFrom)
	return &r, err
}
