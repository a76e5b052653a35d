package needmap

import (
	"errors"
	"slices"
)

// EventPart is a part of an event that can be taken away.
type EventPart string

// PartEventMunicipality is the municipality of an event.
const PartEventMunicipality EventPart = "MUNICIPALITY"

// EventParts is the set, in its published order.
var EventParts = []EventPart{PartEventMunicipality}

// EventDraft is an event as it is to be stored.
type EventDraft struct {
	Event
	NeedIDs []int64 // that it concerns; nil stays as it is
}

// EventValues are what a caller states of an event; nil stays as it is.
type EventValues struct {
	Title        *string
	Kind         *EventKind
	Date         *Date
	Municipality *string // code of any municipality
	Fields       []Field
	NeedIDs      []int64
	Clear        []EventPart
}

// New makes an event. Everything that is wrong is INVALID, naming each part.
func (v EventValues) New(atlas *Atlas) (*EventDraft, error) {
	e := &EventDraft{Event: Event{Version: 1}}
	return e, v.apply(e, atlas)
}

// Change gives the change of a locked event that the values make.
func (v EventValues) Change(atlas *Atlas) func(*EventDraft) error {
	return func(e *EventDraft) error { return v.apply(e, atlas) }
}

func (v EventValues) apply(e *EventDraft, atlas *Atlas) error {
	set(&e.Kind, v.Kind)
	set(&e.Date, v.Date)
	if v.Fields != nil {
		e.Fields = v.Fields
	}
	e.NeedIDs = v.NeedIDs
	return errors.Join(
		v.clear(e),
		given(v.Title, func(title string) (err error) {
			if e.Title, err = CheckTitle("title", title); err != nil {
				return err
			}
			return CheckFreeText("title", &e.Title, MaxTitleRunes)
		}),
		checkWord("kind", e.Kind, EventKinds),
		given(v.Date, func(day Date) error {
			_, err := ParseDate("date", string(day))
			return err
		}),
		given(v.Municipality, func(code string) (err error) {
			e.MunicipalityID, err = placeOf(code, atlas)
			return err
		}),
		errors.Join(CheckWords("fields", v.Fields, Fields), checkOnce("fields", v.Fields)),
		checkEventNeeds(v.NeedIDs),
	)
}

func (v EventValues) clear(e *EventDraft) error {
	if slices.Contains(v.Clear, PartEventMunicipality) {
		e.MunicipalityID = nil
	}
	return checkClear(v.Clear, EventParts, map[EventPart]bool{PartEventMunicipality: v.Municipality != nil})
}

func checkEventNeeds(ids []int64) error {
	if len(ids) > MaxEventNeeds {
		return Invalid("needs", "an event concerns at most %d needs, not %d", MaxEventNeeds, len(ids))
	}
	return checkOnce("needs", ids)
}

// CheckVisible refuses a list of needs that names one that is not among those
// that the caller may see, as if it did not exist.
func CheckVisible(field string, ids []int64, visible map[int64]bool) error {
	for i, id := range ids {
		if !visible[id] {
			return Invalid(item(field, i), "there is no such need, or you may not see it")
		}
	}
	return nil
}
