package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

// PublishedFigures gives the network's name and what it says of itself.
func (s *Store) PublishedFigures(ctx context.Context) (string, needmap.PublishedFigures, error) {
	var name string
	var p needmap.PublishedFigures
	err := s.get(ctx, sqlPublishedFigures, nil, &name, &p.Cooperatives, &p.Partners, &p.Operators,
		&p.Specialisations, &p.Volunteers, &p.Municipi, &p.PeopleReached, &p.Source)
	if err != nil {
		return "", p, err
	}
	p.PeopleReachedByField, err = s.fieldPeople(ctx, sqlPublishedPeople)
	return name, p, err
}

// ComputedFigures counts the same figures from the directory.
func (s *Store) ComputedFigures(ctx context.Context) (needmap.ComputedFigures, error) {
	var c needmap.ComputedFigures
	err := s.get(ctx, sqlComputedFigures, nil, &c.Cooperatives, &c.Partners, &c.Volunteers, &c.Services,
		&c.Operators, &c.Specialisations, &c.IncludesSynthetic, &c.AsOf)
	if err != nil {
		return c, err
	}
	c.PeopleReachedByField, err = s.fieldPeople(ctx, sqlComputedPeople)
	for _, f := range c.PeopleReachedByField {
		c.PeopleReached += f.People
	}
	return c, err
}

func (s *Store) fieldPeople(ctx context.Context, statement string) ([]needmap.FieldPeople, error) {
	var list []needmap.FieldPeople
	err := s.query(ctx, statement, nil, func(rows *sqlx.Rows) error {
		var f needmap.FieldPeople
		err := rows.Scan(&f.Field, &f.People)
		list = append(list, f)
		return err
	})
	return list, err
}

// HoldsSynthetic reports whether the database holds any row of the demo.
func HoldsSynthetic(ctx context.Context, q sqlx.QueryerContext) (bool, error) {
	var holds bool
	err := sqlx.GetContext(ctx, q, &holds, sqlHoldsSynthetic)
	return holds, failed(err)
}
