package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CreateService adds a service and gives its key. An organisation or a
// specialisation that is not there is INVALID.
func (s *Store) CreateService(ctx context.Context, w needmap.Write, d *needmap.ServiceDraft) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (id int, err error) {
		args, err := draftArgs(d)
		if err != nil {
			return 0, err
		}
		if err := t.get(ctx, sqlServiceInsert, args, &id); err != nil {
			return 0, err
		}
		if err := t.serve(ctx, id, d.MunicipalityIDs); err != nil {
			return 0, err
		}
		return id, t.created(ctx, serviceObject, id)
	})
}

// UpdateService changes a service. One that is not there is NOT_FOUND, another
// version than the caller knows CONFLICT.
func (s *Store) UpdateService(ctx context.Context, w needmap.Write, known needmap.Known, change func(*needmap.ServiceDraft) error) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		d, err := t.lockDraft(ctx, known.ID)
		if err != nil {
			return 0, err
		}
		if err := known.Check(d.Version); err != nil {
			return 0, err
		}
		if err := change(d); err != nil {
			return 0, err
		}
		args, err := draftArgs(d)
		if err != nil {
			return 0, err
		}
		return d.ID, t.changed(ctx, serviceObject, d.ID, func() error {
			if err := t.exec(ctx, sqlServiceUpdate, append(args, d.ID)...); err != nil {
				return err
			}
			return t.serve(ctx, d.ID, d.MunicipalityIDs)
		})
	})
}

// DeleteService removes a service with its suspensions. It is CONFLICT while
// responses or needs refer to any of it.
func (s *Store) DeleteService(ctx context.Context, w needmap.Write, id int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		if _, err := t.lockDraft(ctx, id); err != nil {
			return 0, err
		}
		if err := t.unreferred(ctx, sqlServiceReferences, id); err != nil {
			return 0, err
		}
		return id, t.changed(ctx, serviceObject, id, func() error { return t.exec(ctx, sqlServiceDelete, id) })
	})
}

// lockDraft reads a service and keeps others from changing or referring to it
// until the transaction ends. The municipalities served are not read.
func (t *writeTx) lockDraft(ctx context.Context, id int) (*needmap.ServiceDraft, error) {
	var found *needmap.ServiceDraft
	err := t.query(ctx, sqlServiceDraft, []any{id}, func(rows *sqlx.Rows) error {
		var specialisationID *int
		v, err := scanService(rows, &specialisationID)
		found = &needmap.ServiceDraft{Service: *v, SpecialisationID: specialisationID}
		return err
	})
	if err == nil && found == nil {
		err = needmap.NotFound("there is no such service")
	}
	return found, err
}

// serve writes the municipalities that a service serves; nil leaves them.
func (t *writeTx) serve(ctx context.Context, id int, municipalityIDs []int) error {
	if municipalityIDs == nil {
		return nil
	}
	var changed int
	return t.get(ctx, sqlServiceAreasPut, []any{id, pq.Array(municipalityIDs)}, &changed)
}

func draftArgs(d *needmap.ServiceDraft) ([]any, error) {
	place, err := hexPoint(d.Location)
	return []any{
		d.OrganisationID, d.Name, string(d.Field), d.SpecialisationID, string(d.Status), string(d.Provision), d.IsPilot,
		d.Capacity, d.PeopleReached, d.CatchmentMetres, d.MinimumAge, d.MaximumAge, place, string(d.LocationKind),
	}, err
}
