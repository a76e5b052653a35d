package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/needmap"
)

// FindEvents gives a page of the calendar by day. A position has the day as the
// moment at which it begins, UTC.
func (s *Store) FindEvents(ctx context.Context, c needmap.EventCriteria, p needmap.Page) ([]*needmap.Event, bool, error) {
	w := eventWhere(c)
	if p.After != nil {
		w.add(eventAfter, p.After.Moment.Format(time.DateOnly), p.After.ID)
	}
	if p.Before != nil {
		w.add(eventBefore, p.Before.Moment.Format(time.DateOnly), p.Before.ID)
	}
	list, err := s.events(ctx, numbered(sqlEvents+w.sql()+byName(p, eventForward, eventBackward)+limitClause(p)), w.args...)
	list, more := trimPage(list, p)
	return list, more, err
}

// CountEvents counts the events that a filter matches.
func (s *Store) CountEvents(ctx context.Context, c needmap.EventCriteria) (int, error) {
	w := eventWhere(c)
	count := 0
	err := s.get(ctx, numbered(sqlEventCount+w.sql()), w.args, &count)
	return count, err
}

// EventsByID finds events by their keys; missing ones are left out.
func (s *Store) EventsByID(ctx context.Context, ids []int) ([]*needmap.Event, error) {
	return s.events(ctx, sqlEventsByID, pq.Array(ids))
}

// EventNeeds gives the keys of the needs that some events concern, by event,
// whoever may see those needs.
func (s *Store) EventNeeds(ctx context.Context, eventIDs []int) (map[int][]int64, error) {
	byEvent := map[int][]int64{}
	err := s.query(ctx, sqlEventNeeds, []any{pq.Array(eventIDs)}, func(rows *sqlx.Rows) error {
		var event int
		var need int64
		err := rows.Scan(&event, &need)
		byEvent[event] = append(byEvent[event], need)
		return err
	})
	return byEvent, err
}

func (s *Store) events(ctx context.Context, statement string, args ...any) ([]*needmap.Event, error) {
	var list []*needmap.Event
	err := s.query(ctx, statement, args, func(rows *sqlx.Rows) error {
		e, err := scanEvent(rows)
		list = append(list, e)
		return err
	})
	return list, err
}

func eventWhere(c needmap.EventCriteria) where {
	var w where
	oneOfIDs(&w, "e.municipality_id", c.MunicipalityIDs)
	oneOf(&w, "e.kind", "event_kind", c.Kinds)
	if c.Fields != nil {
		w.add(eventFields, words(c.Fields))
	}
	if c.From != nil {
		w.add(eventFrom, string(*c.From))
	}
	if c.To != nil {
		w.add(eventTo, string(*c.To))
	}
	return w
}

func scanEvent(rows *sqlx.Rows) (*needmap.Event, error) {
	var e needmap.Event
	var fields pq.StringArray
	err := rows.Scan(&e.ID, &e.Title, &e.Kind, &e.Date, &e.MunicipalityID, &fields, &e.Version, &e.IsSynthetic)
	e.Fields = make([]needmap.Field, len(fields))
	for i, f := range fields {
		e.Fields[i] = needmap.Field(f)
	}
	return &e, err
}
