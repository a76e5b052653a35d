package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// Specialisations lists all specialisations by name, with their operators.
func (s *Store) Specialisations(ctx context.Context) ([]*needmap.Specialisation, error) {
	return s.specialisations(ctx, sqlSpecialisationsAll)
}

// SpecialisationsByID finds specialisations by their keys; missing ones are left out.
func (s *Store) SpecialisationsByID(ctx context.Context, ids []int) ([]*needmap.Specialisation, error) {
	return s.specialisations(ctx, sqlSpecialisationsByID, pq.Array(ids))
}

func (s *Store) specialisations(ctx context.Context, statement string, args ...any) ([]*needmap.Specialisation, error) {
	list := []*needmap.Specialisation{}
	err := s.query(ctx, statement, args, func(rows *sqlx.Rows) error {
		var sp needmap.Specialisation
		err := rows.Scan(&sp.ID, &sp.Name, &sp.Operators)
		list = append(list, &sp)
		return err
	})
	return list, err
}

// CreateSpecialisation adds a specialisation and gives its key. A name that
// another has is CONFLICT.
func (s *Store) CreateSpecialisation(ctx context.Context, w needmap.Write, name string) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (id int, err error) {
		if err := t.get(ctx, sqlSpecialisationInsert, []any{name}, &id); err != nil {
			return 0, err
		}
		return id, t.created(ctx, specialisationObject, id)
	})
}

// RenameSpecialisation gives a specialisation another name.
func (s *Store) RenameSpecialisation(ctx context.Context, w needmap.Write, id int, name string) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		if err := t.there(ctx, sqlSpecialisationLock, id, errSpecialisationGone); err != nil {
			return 0, err
		}
		return id, t.changed(ctx, specialisationObject, id, func() error { return t.exec(ctx, sqlSpecialisationUpdate, id, name) })
	})
}

// DeleteSpecialisation removes a specialisation; CONFLICT while operators have it
// or services need it.
func (s *Store) DeleteSpecialisation(ctx context.Context, w needmap.Write, id int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		if err := t.there(ctx, sqlSpecialisationLock, id, errSpecialisationGone); err != nil {
			return 0, err
		}
		if err := t.unreferred(ctx, sqlSpecialisationReferences, id); err != nil {
			return 0, err
		}
		return id, t.changed(ctx, specialisationObject, id, func() error { return t.exec(ctx, sqlSpecialisationDelete, id) })
	})
}

var errSpecialisationGone = needmap.NotFound("there is no such specialisation")
