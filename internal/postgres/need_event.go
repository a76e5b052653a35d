package postgres

import (
	"encoding/json"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
)

func scanNeedEvent(rows *sqlx.Rows) (*needmap.NeedEvent, error) {
	var e needmap.NeedEvent
	var before, after []byte
	err := rows.Scan(&e.NeedID, &e.At, &e.Kind, &e.FromStatus, &e.ToStatus, &e.Reason, &e.ReasonCode, &e.Actor, &e.ActorRole,
		&e.Version, &e.ResponseID, &before, &after)
	if err == nil {
		e.Changes, err = valueChanges(before, after)
	}
	return &e, err
}

// valueChanges pairs the values before and after an event, each a JSON object of
// texts by field, in the order of their names.
func valueChanges(before, after []byte) ([]needmap.ValueChange, error) {
	var was, is map[string]*string
	if err := json.Unmarshal(before, &was); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(after, &is); err != nil {
		return nil, err
	}
	fields := []string{}
	for _, values := range []map[string]*string{was, is} {
		for field := range values {
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	slices.Sort(fields)
	changes := make([]needmap.ValueChange, len(fields))
	for i, field := range fields {
		changes[i] = needmap.ValueChange{Field: field, Before: was[field], After: is[field]}
	}
	return changes, nil
}
