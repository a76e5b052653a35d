package postgres

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/internal/live"
	"github.com/innovainrete/needmap/internal/needmap"
)

// channelNeedEvent is what the database notifies when something happens to a need.
const channelNeedEvent = "needmap_event"

// WatchNeeds lets FollowNeeds tell what happens to needs, until ctx ends. It has
// to be called before requests are served.
func (s *Store) WatchNeeds(ctx context.Context, dsn string, logger *slog.Logger) error {
	notices, err := listen(ctx, dsn, channelNeedEvent)
	if err != nil {
		return err
	}
	hub, err := live.NewHub(ctx, s, logger)
	if err != nil {
		return err
	}
	s.hub = hub
	go hub.Run(ctx, notices)
	return nil
}

// FollowNeeds asks a question of all that happens to needs after a cursor, or
// from now on. It is INVALID, naming after, for a text that is no cursor, and
// UNAVAILABLE where nobody watches.
func (s *Store) FollowNeeds(ctx context.Context, after *string, q live.Question) (*live.Follower, error) {
	if s.hub == nil {
		return nil, needmap.Errorf(needmap.CodeUnavailable, "", "this server does not tell of changes")
	}
	return s.hub.Follow(ctx, after, q)
}

// Followers counts those who follow needs now.
func (s *Store) Followers() int {
	if s.hub == nil {
		return 0
	}
	return s.hub.Followers()
}

var _ live.Source = (*Store)(nil)

// NeedPosition gives a name for the database and its snapshot now.
func (s *Store) NeedPosition(ctx context.Context) (database, now string, err error) {
	err = s.get(ctx, sqlNeedPosition, nil, &database, &now)
	return database, now, err
}

// NeedChanges gives what happened to needs between two snapshots; "" for the
// second is now. More than 1,000 events are too much, and so is anything after a
// snapshot that is yet to come: it is of a database that was put back.
func (s *Store) NeedChanges(ctx context.Context, from, to string) (needmap.NeedChanges, error) {
	changes := needmap.NeedChanges{From: from}
	var told []byte
	err := s.get(ctx, sqlNeedChanges, []any{from, to}, &changes.Database, &changes.To, &changes.TooMuch, &told)
	if err != nil || changes.TooMuch {
		return changes, err
	}
	var events []toldEvent
	if err := json.Unmarshal(told, &events); err != nil {
		return changes, failed(err)
	}
	changes.Needs, changes.TooMuch = deltas(events)
	return changes, nil
}

// toldEvent is an event with its need as that is now.
type toldEvent struct {
	NeedID         int64                 `json:"need_id"`
	Kind           needmap.NeedEventKind `json:"kind"`
	Before         json.RawMessage       `json:"before"`
	After          json.RawMessage       `json:"after"`
	WasIn          int                   `json:"was_in"`
	WasBy          int                   `json:"was_by"`
	MunicipalityID int                   `json:"municipality_id"`
	Field          needmap.Field         `json:"field"`
	Origin         needmap.NeedOrigin    `json:"origin"`
	Status         needmap.NeedStatus    `json:"status"`
	Severity       int                   `json:"severity"`
	People         int                   `json:"people"`
	PeopleAnswered int                   `json:"people_answered"`
	ReportedOn     needmap.Date          `json:"reported_on"`
	ReportedByID   int                   `json:"reported_by"`
	Takers         []int                 `json:"takers"`
	Former         []int                 `json:"former"`
}

// deltas puts the events of each need together. They are too much when one does
// not tell what it changed.
func deltas(events []toldEvent) (list []needmap.NeedDelta, tooMuch bool) {
	byNeed := map[int64][]needmap.NeedEventValues{}
	for _, e := range events {
		if byNeed[e.NeedID] == nil {
			list = append(list, e.delta())
		}
		byNeed[e.NeedID] = append(byNeed[e.NeedID], e.values())
	}
	for i, d := range list {
		told, ok := d.Undo(byNeed[d.NeedID])
		if !ok {
			return nil, true
		}
		list[i] = told
	}
	return list, false
}

func (e toldEvent) delta() needmap.NeedDelta {
	return needmap.NeedDelta{NeedID: e.NeedID, Takers: e.Takers, Former: e.Former, Is: needmap.NeedState{
		MunicipalityID: e.MunicipalityID, Field: e.Field, Origin: e.Origin, Status: e.Status, Severity: e.Severity,
		People: e.People, PeopleAnswered: e.PeopleAnswered, ReportedOn: e.ReportedOn, ReportedByID: e.ReportedByID,
	}}
}

func (e toldEvent) values() needmap.NeedEventValues {
	return needmap.NeedEventValues{
		Kind: e.Kind, Before: texts(e.Before), After: texts(e.After), BeforeMunicipalityID: e.WasIn, BeforeReportedByID: e.WasBy,
	}
}

// texts reads an object of texts; nil for anything else.
func texts(object json.RawMessage) map[string]string {
	var values map[string]string
	if json.Unmarshal(object, &values) != nil {
		return nil
	}
	return values
}

// NeedsUnder finds those of some needs that are under a filter now.
func (s *Store) NeedsUnder(ctx context.Context, c needmap.NeedCriteria, ids []int64) ([]*needmap.Need, error) {
	w := needWhere(c)
	w.add(needHasID, pq.Array(ids))
	var needs []*needmap.Need
	err := s.query(ctx, numbered("select "+needsOf(c.Access)+w.sql()), w.args, func(rows *sqlx.Rows) error {
		n, err := scanNeed(rows)
		needs = append(needs, n)
		return err
	})
	return needs, err
}
