package postgres

import (
	"context"
	"reflect"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// ReportNeeds stores new needs, each with the event that tells all its values,
// and gives their keys in the order of the needs.
func (s *Store) ReportNeeds(ctx context.Context, w needmap.Write, needs []*needmap.Need) ([]int64, error) {
	records, err := reportRecords(needs)
	if err != nil {
		return nil, err
	}
	return s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		return t.ids(ctx, sqlNeedsReport, records, t.Actor, string(t.Role))
	})
}

// ChangeNeed changes a need that the caller may see: NOT_FOUND without one,
// CONFLICT when it is not in the version that the caller knew. A change that
// leaves everything as it was is no change, and writes nothing.
func (s *Store) ChangeNeed(ctx context.Context, w needmap.Write, known needmap.NeedVersion, change needmap.NeedChange) error {
	_, err := s.write(ctx, w, func(ctx context.Context, t *writeTx) ([]int64, error) {
		n, err := t.lockNeed(ctx, known.ID)
		if err != nil {
			return nil, err
		}
		if err := t.Access.MayChange(n); err != nil {
			return nil, err
		}
		if err := t.checkVersion(ctx, n, known.Version); err != nil {
			return nil, err
		}
		was := *n
		step, err := change(n)
		if err != nil || reflect.DeepEqual(was, *n) {
			return []int64{n.ID}, err
		}
		if err := t.checkPromised(ctx, &was, n); err != nil {
			return nil, err
		}
		return []int64{n.ID}, t.saveChange(ctx, &was, n, step)
	})
	return err
}

// saveChange writes a need that changed. With one that ends, all ends that was
// offered and agreed.
func (t *writeTx) saveChange(ctx context.Context, was, n *needmap.Need, step needmap.NeedStep) error {
	err := t.saveNeed(ctx, n, step, nil)
	if err != nil || !was.Status.Open() || n.Status.Open() {
		return err
	}
	return t.exec(ctx, sqlResponsesEnd, pq.Array([]int64{n.ID}), t.Actor, string(t.Role))
}

// checkPromised keeps the people of a need from falling below its answers.
func (t *writeTx) checkPromised(ctx context.Context, was, n *needmap.Need) error {
	if n.People >= was.People {
		return nil
	}
	promised, err := t.promised(ctx, n.ID)
	if err != nil {
		return err
	}
	return n.CheckPromised(promised)
}

// promised adds up the people of the offered and agreed responses to a need.
func (t *writeTx) promised(ctx context.Context, needID int64) (people int, err error) {
	err = t.get(ctx, sqlPeoplePromised, []any{needID}, &people)
	return people, err
}

// ids runs a statement that gives keys.
func (t *writeTx) ids(ctx context.Context, query string, args ...any) ([]int64, error) {
	list := []int64{}
	err := t.query(ctx, query, args, func(rows *sqlx.Rows) error {
		var id int64
		err := rows.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}
