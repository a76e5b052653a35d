package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

// directoryObject is a kind of object whose every change leaves a row in
// directory_event: its name in the schema, and the statement that gives its
// values by its key.
type directoryObject struct{ name, values string }

var (
	cooperativeObject    = directoryObject{"Cooperative", sqlOrganisationValues}
	partnerObject        = directoryObject{"Partner", sqlOrganisationValues}
	serviceObject        = directoryObject{"Service", sqlServiceValues}
	specialisationObject = directoryObject{"Specialisation", sqlSpecialisationValues}
	eventObject          = directoryObject{"Event", sqlEventValues}
)

func organisationObject(o *needmap.Organisation) directoryObject {
	if o.IsCooperative {
		return cooperativeObject
	}
	return partnerObject
}

// writeOne runs a mutation of one object, whose key do gives.
func (s *Store) writeOne(ctx context.Context, w needmap.Write, do func(context.Context, *writeTx) (int, error)) (int, error) {
	keys, err := s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		id, err := do(ctx, t)
		return []int64{int64(id)}, err
	})
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	return int(keys[0]), nil
}

// changed runs a change of an object that is there and records its values before
// and after.
func (t *writeTx) changed(ctx context.Context, kind directoryObject, id int, change func() error) error {
	before, err := t.valuesOf(ctx, kind, id)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	return t.record(ctx, kind, id, before)
}

// created records the values of a new object.
func (t *writeTx) created(ctx context.Context, kind directoryObject, id int) error {
	return t.record(ctx, kind, id, nil)
}

func (t *writeTx) record(ctx context.Context, kind directoryObject, id int, before *string) error {
	after, err := t.valuesOf(ctx, kind, id)
	if err != nil {
		return err
	}
	return t.exec(ctx, sqlDirectoryEvent, kind.name, id, t.Actor, string(t.Role), before, after)
}

// valuesOf gives an object's values as JSON, nil when it is not there.
func (t *writeTx) valuesOf(ctx context.Context, kind directoryObject, id int) (values *string, err error) {
	err = t.get(ctx, kind.values, []any{id}, &values)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return values, err
}

// unreferred is CONFLICT when the statement counts anything that refers to an object.
func (t *writeTx) unreferred(ctx context.Context, statement string, id int) error {
	var references []needmap.Reference
	err := t.query(ctx, statement, []any{id}, func(rows *sqlx.Rows) error {
		var r needmap.Reference
		err := rows.Scan(&r.What, &r.Count)
		references = append(references, r)
		return err
	})
	if err != nil {
		return err
	}
	return needmap.CheckUnreferred(references)
}

// there is absent when a statement gives no row.
func (t *writeTx) there(ctx context.Context, statement string, id int, absent error) error {
	var is bool
	err := t.get(ctx, statement, []any{id}, &is)
	if errors.Is(err, sql.ErrNoRows) {
		return absent
	}
	return err
}
