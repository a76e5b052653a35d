package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// pastNeeds hands every need with its history since a moment to each, which must not
// keep it. Who sees cells is given cells only.
func (t *snapshotTx) pastNeeds(ctx context.Context, since time.Time, cells bool, each func(*coverage.PastNeed)) error {
	statement, centres := sqlPastNeeds, cellCentres(nil)
	if cells {
		statement, centres = sqlPastNeedsInCell, cellCentres{}
		err := t.query(ctx, sqlPastCells, nil, func(rows *sqlx.Rows) error {
			var x, y float64
			err := rows.Scan(&x, &y)
			centres.at(x, y)
			return err
		})
		if err != nil {
			return err
		}
		if err := t.fillCells(ctx, centres); err != nil {
			return err
		}
	}
	return t.query(ctx, statement, []any{since}, func(rows *sqlx.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		p, err := pastNeed(line, centres)
		if err == nil {
			each(p)
		}
		return err
	})
}

// pastValues is how many values a line of sqlPastNeeds holds.
const pastValues = 18

// pastNeed reads a line of sqlPastNeeds, or with centres of sqlPastNeedsInCell.
func pastNeed(line string, centres cellCentres) (*coverage.PastNeed, error) {
	values := strings.SplitN(line, "\x1f", pastValues)
	if len(values) != pastValues {
		return nil, fmt.Errorf("a need of %d values, not %d", len(values), pastValues)
	}
	r := lineReader{values: values}
	p := &coverage.PastNeed{
		ID: int64(r.int()), MunicipalityID: r.int(), Field: needmap.Field(r.text()), Origin: needmap.NeedOrigin(r.text()),
		Status: needmap.NeedStatus(r.text()), Severity: r.int(), People: r.int(), Answered: r.int(),
		ReportedAt: r.epoch(), ReportedOn: needmap.Date(r.text()),
		MinimumAge: orNil(&r, r.int), MaximumAge: orNil(&r, r.int),
	}
	if x, y := orNil(&r, r.float), orNil(&r, r.float); x != nil && y != nil {
		p.Place = &orb.Point{*x, *y}
		if centres != nil {
			p.Place = centres.at(*x, *y)
		}
		p.Cell = p.Place
	}
	if known := orNil(&r, r.epoch); known != nil {
		p.KnownAt = *known
	}
	p.Events = statusEvents(&r, r.text())
	changes := pastChangesOf(&r, r.text())
	for _, c := range changes {
		p.Changes = append(p.Changes, c.ofNeed(&r))
	}
	p.Responses, r.err = pastResponsesOf(&r, r.text(), changes)
	return p, r.err
}

func (r *lineReader) float() float64 {
	f, err := strconv.ParseFloat(r.text(), 64)
	r.keep(err)
	return f
}

// pastChange is an event by the values that it changed, as the history keeps them.
type pastChange struct {
	At       float64               `json:"at"` // seconds since 1970
	Kind     needmap.NeedEventKind `json:"kind"`
	Response *int64                `json:"response"`
	Before   map[string]string     `json:"before"`
	After    map[string]string     `json:"after"`
	WasIn    *int                  `json:"wasIn"`
}

func pastChangesOf(r *lineReader, list string) []pastChange {
	if list == "" {
		return nil
	}
	var changes []pastChange
	r.keep(json.Unmarshal([]byte(list), &changes))
	return changes
}

func (c *pastChange) time() time.Time { return momentOf(c.At) }

// ofNeed gives what the need was before the event.
func (c *pastChange) ofNeed(r *lineReader) coverage.Change {
	change := coverage.Change{At: c.time()}
	if _, moved := c.Before["municipality"]; moved {
		unknown := 0 // of a territory that went
		if change.MunicipalityID = c.WasIn; c.WasIn == nil {
			change.MunicipalityID = &unknown
		}
	}
	change.Field = pastWord[needmap.Field](c.Before, "field")
	change.Origin = pastWord[needmap.NeedOrigin](c.Before, "origin")
	change.Severity = pastNumber(r, c.Before, "severity")
	change.People = pastNumber(r, c.Before, "people")
	change.Answered = pastNumber(r, c.Before, "peopleAnswered")
	change.MinimumAge, change.MaximumAge = c.optional(r, "minimumAge"), c.optional(r, "maximumAge")
	if reported, ok := c.Before["reportedAt"]; ok {
		at, err := time.Parse(time.RFC3339, reported)
		r.keep(err)
		change.ReportedAt = &at
	}
	return change
}

// optional gives what a number was that may be missing: nil where it stayed, and a
// pointer to nil where there was none.
func (c *pastChange) optional(r *lineReader, name string) **int {
	was := pastNumber(r, c.Before, name)
	if _, is := c.After[name]; was == nil && !is {
		return nil
	}
	return &was
}

func pastWord[E ~string](values map[string]string, name string) *E {
	word, ok := values[name]
	if !ok {
		return nil
	}
	value := E(word)
	return &value
}

func pastNumber(r *lineReader, values map[string]string, name string) *int {
	word, ok := values[name]
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(word)
	r.keep(err)
	return &n
}
