package postgres

import (
	"context"
	"iter"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/needmap"
)

// writeNetwork writes the directory under the identifiers that it came with.
func writeNetwork(ctx context.Context, tx *sqlx.Tx, n *demo.Network) error {
	trades := make(map[string]int, len(n.Specialisations))
	for i, name := range n.Specialisations {
		trades[name] = i + 1
	}
	tables := []struct {
		statement string
		rows      iter.Seq2[[]any, error]
	}{
		{sqlDemoOrganisationCopy, rowsOf(n.Organisations, organisationRow)},
		{sqlDemoPartnershipCopy, rowsOf(n.Partnerships, func(p demo.Partnership) ([]any, error) {
			return []any{p.PartnerID, p.CooperativeID}, nil
		})},
		{sqlDemoSpecialisationCopy, rowsOf(n.Specialisations, func(name string) ([]any, error) {
			return []any{trades[name], name}, nil
		})},
		{sqlDemoSpecialistsCopy, rowsOf(n.Specialists, func(s demo.Specialists) ([]any, error) {
			return []any{s.OrganisationID, s.SpecialisationID, s.Operators}, nil
		})},
		{sqlDemoServiceCopy, rowsOf(n.Services, func(s needmap.Service) ([]any, error) {
			return serviceRow(s, trades)
		})},
		{sqlDemoServiceAreaCopy, rowsOf(n.ServiceAreas, func(a demo.ServiceArea) ([]any, error) {
			return []any{a.ServiceID, a.MunicipalityID}, nil
		})},
		{sqlDemoSuspensionCopy, rowsOf(n.Suspensions, suspensionRow)},
	}
	for _, t := range tables {
		if err := copyRows(ctx, tx, t.statement, t.rows); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, sqlDemoSequences)
	return failed(err)
}

func organisationRow(o needmap.Organisation) ([]any, error) {
	return []any{
		o.ID, o.ExternalID, o.IsCooperative, o.Slug, o.Name, optional(o.PartnerKind), optional(o.Description),
		optional(o.MunicipalityID), o.Volunteers, o.IsSynthetic,
	}, nil
}

func serviceRow(s needmap.Service, trades map[string]int) ([]any, error) {
	location, err := hexPoint(s.Location)
	return []any{
		s.ID, s.ExternalID, s.OrganisationID, s.Name, string(s.Field), trades[*s.Specialisation],
		string(s.Status), string(s.Provision), s.IsPilot, s.Capacity, s.PeopleReached,
		optional(s.CatchmentMetres), optional(s.MinimumAge), optional(s.MaximumAge),
		location, string(s.LocationKind), s.IsSynthetic,
	}, err
}

func suspensionRow(s needmap.Suspension) ([]any, error) {
	return []any{s.ID, s.ServiceID, string(s.From), optional(s.To), s.Reason}, nil
}

// hexPoint writes a point for COPY, nil for none.
func hexPoint(p *orb.Point) (any, error) {
	if p == nil {
		return nil, nil
	}
	return ewkb.MarshalToHex(*p, srid)
}

// rowsOf turns values into rows of a COPY.
func rowsOf[T any](list []T, row func(T) ([]any, error)) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, value := range list {
			if !yield(row(value)) {
				return
			}
		}
	}
}

// copyRows streams rows into a table; the first error of either side ends it.
func copyRows(ctx context.Context, tx *sqlx.Tx, statement string, rows iter.Seq2[[]any, error]) error {
	stmt, err := tx.PrepareContext(ctx, statement)
	if err != nil {
		return failed(err)
	}
	defer stmt.Close()
	for row, err := range rows {
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return failed(err)
		}
	}
	_, err = stmt.ExecContext(ctx)
	return failed(err)
}

// optional is NULL for nil. The driver knows the kinds of T's values.
func optional[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}
