package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// CreateEvent adds an event and gives its key. A need that the caller may not see
// is INVALID.
func (s *Store) CreateEvent(ctx context.Context, w needmap.Write, e *needmap.EventDraft) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (id int, err error) {
		if err := t.get(ctx, sqlEventInsert, eventArgs(e), &id); err != nil {
			return 0, err
		}
		if err := t.concern(ctx, id, e.NeedIDs); err != nil {
			return 0, err
		}
		return id, t.created(ctx, eventObject, id)
	})
}

// UpdateEvent changes an event. One that is not there is NOT_FOUND, another
// version than the caller knows CONFLICT.
func (s *Store) UpdateEvent(ctx context.Context, w needmap.Write, known needmap.Known, change func(*needmap.EventDraft) error) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		found, err := t.lockEvent(ctx, known.ID)
		if err != nil {
			return 0, err
		}
		if err := known.Check(found.Version); err != nil {
			return 0, err
		}
		e := &needmap.EventDraft{Event: *found}
		if err := change(e); err != nil {
			return 0, err
		}
		return e.ID, t.changed(ctx, eventObject, e.ID, func() error {
			if err := t.exec(ctx, sqlEventUpdate, append(eventArgs(e), e.ID)...); err != nil {
				return err
			}
			return t.concern(ctx, e.ID, e.NeedIDs)
		})
	})
}

// DeleteEvent takes an event out of the calendar.
func (s *Store) DeleteEvent(ctx context.Context, w needmap.Write, id int) (int, error) {
	return s.writeOne(ctx, w, func(ctx context.Context, t *writeTx) (int, error) {
		if _, err := t.lockEvent(ctx, id); err != nil {
			return 0, err
		}
		return id, t.changed(ctx, eventObject, id, func() error { return t.exec(ctx, sqlEventDelete, id) })
	})
}

func (t *writeTx) lockEvent(ctx context.Context, id int) (*needmap.Event, error) {
	var found *needmap.Event
	err := t.query(ctx, sqlEventLock, []any{id}, func(rows *sqlx.Rows) (err error) {
		found, err = scanEvent(rows)
		return err
	})
	if err == nil && found == nil {
		err = needmap.NotFound("there is no such event")
	}
	return found, err
}

// concern writes the needs that an event concerns, all of which the caller has to
// see; nil leaves them.
func (t *writeTx) concern(ctx context.Context, id int, needIDs []int64) error {
	if needIDs == nil {
		return nil
	}
	visible, err := t.visibleNeeds(ctx, needIDs)
	if err != nil {
		return err
	}
	if err := needmap.CheckVisible("needs", needIDs, visible); err != nil {
		return err
	}
	return t.exec(ctx, sqlEventNeedsPut, id, pq.Array(needIDs))
}

// visibleNeeds gives those of some needs that the caller may see.
func (t *writeTx) visibleNeeds(ctx context.Context, ids []int64) (map[int64]bool, error) {
	w := needWhere(needmap.NeedCriteria{Access: t.Access, SeverityAtLeast: 1})
	w.add(needHasID, pq.Array(ids))
	visible := map[int64]bool{}
	err := t.query(ctx, numbered(sqlNeedKeys+w.sql()), w.args, func(rows *sqlx.Rows) error {
		var id int64
		err := rows.Scan(&id)
		visible[id] = true
		return err
	})
	return visible, err
}

func eventArgs(e *needmap.EventDraft) []any {
	return []any{e.Title, string(e.Kind), string(e.Date), e.MunicipalityID, words(e.Fields)}
}
