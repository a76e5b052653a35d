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
	head := sqlNeedFeatures
	if c.Cells {
		head = sqlNeedCellFeatures
	}
	statement := head + w.sql() + orderBy + newestFirst + " limit " + strconv.Itoa(limit)
	features := make([]needmap.NeedFeature, 0, limit)
	err := s.queryPlanned(ctx, c, statement, w.args, func(rows *sqlx.Rows) error {
		var f needmap.NeedFeature
		var cell *string
		err := rows.Scan(&f.ID, &f.Longitude, &f.Latitude, &cell, &f.MunicipalityID, &f.Field, &f.Origin,
			&f.Status, &f.Severity, &f.People, &f.PeopleAnswered, &f.LocationKind, &f.ReportedAt)
		if err == nil && cell != nil {
			r := lineReader{values: []string{*cell}}
			f.Cell, err = orNil(&r, r.polygon), r.err
		}
		features = append(features, f)
		return err
	})
	return features, err
}
