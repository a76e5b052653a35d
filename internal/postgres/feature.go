package postgres

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

// FindNeedFeatures gives the newest needs with a point that a filter matches.
// The filter is to hold a box: without one the whole table would be read.
func (s *Store) FindNeedFeatures(ctx context.Context, c needmap.NeedCriteria, limit int) ([]needmap.NeedFeature, error) {
	w := needWhere(c)
	w.add(needHasPoint)
	statement := sqlNeedFeatures + w.sql() + orderBy + newestFirst + " limit " + strconv.Itoa(limit)
	features := make([]needmap.NeedFeature, 0, limit)
	err := s.queryPlanned(ctx, c, statement, w.args, func(rows *sqlx.Rows) error {
		var f needmap.NeedFeature
		err := rows.Scan(&f.ID, &f.Longitude, &f.Latitude, &f.MunicipalityID, &f.Field, &f.Origin,
			&f.Status, &f.Severity, &f.People, &f.PeopleAnswered, &f.LocationKind, &f.ReportedAt)
		features = append(features, f)
		return err
	})
	return features, err
}
