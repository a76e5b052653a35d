package postgres

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/coverage"
	"github.com/innovainrete/needmap/internal/needmap"
)

// statements that read needs for a board: all of them, or some by their keys.
type boardStatements struct{ needs, open, responses string }

var (
	boardOfAll  = boardStatements{sqlBoardNeeds, sqlBoardOpen, sqlBoardResponses}
	boardOfKeys = boardStatements{sqlBoardNeedsOf, sqlBoardOpenOf, sqlBoardResponsesOf}
)

// readNeeds puts needs on a board: those with some keys, or with nil all.
func (t *snapshotTx) readNeeds(ctx context.Context, b *coverage.Board, keys []int64) error {
	statements, args := boardOfAll, []any{}
	if keys != nil {
		statements, args = boardOfKeys, []any{pq.Array(keys)}
	}
	open, err := t.openNeeds(ctx, statements, args)
	if err != nil {
		return err
	}
	now := time.Now()
	return t.query(ctx, statements.needs, args, func(rows *sqlx.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		n, err := boardNeed(line, now)
		if err != nil {
			return err
		}
		if n.Status.Open() {
			if n.Open = open[n.ID]; n.Open == nil {
				return fmt.Errorf("an open need without its details")
			}
			n.Open.People, n.Open.Answered = n.People, n.Answered
		}
		b.Put(n)
		return nil
	})
}

// boardValues is how many values a line of sqlBoardNeeds holds.
const boardValues = 11

// boardNeed reads a line of sqlBoardNeeds.
func boardNeed(line string, now time.Time) (coverage.Need, error) {
	values := strings.SplitN(line, "\x1f", boardValues)
	if len(values) != boardValues {
		return coverage.Need{}, fmt.Errorf("a need of %d values, not %d", len(values), boardValues)
	}
	r := lineReader{values: values}
	n := coverage.Need{
		ID: int64(r.int()), MunicipalityID: r.int(), Field: needmap.Field(r.text()), Origin: needmap.NeedOrigin(r.text()),
		Status: needmap.NeedStatus(r.text()), Severity: r.int(), People: r.int(), Answered: r.int(),
	}
	reported := r.epoch()
	n.ReportedOn = needmap.Date(r.text())
	events := statusEvents(&r, r.text())
	n.Spans = coverage.SpansOf(needmap.Episodes(&needmap.Need{Status: n.Status, ReportedAt: reported}, events, now))
	return n, r.err
}

// statusEvents reads the steps of a need's status.
func statusEvents(r *lineReader, steps string) []*needmap.NeedEvent {
	if steps == "" {
		return nil
	}
	var events []*needmap.NeedEvent
	for step := range strings.SplitSeq(steps, "\x1e") {
		parts := lineReader{values: strings.Split(step, "\x1d")}
		if len(parts.values) != 4 {
			r.keep(fmt.Errorf("a step of %d values", len(parts.values)))
			return nil
		}
		e := &needmap.NeedEvent{At: parts.epoch(), Kind: needmap.NeedEventKind(parts.text())}
		e.FromStatus = orNil(&parts, func() needmap.NeedStatus { return needmap.NeedStatus(parts.text()) })
		e.ToStatus = orNil(&parts, func() needmap.NeedStatus { return needmap.NeedStatus(parts.text()) })
		r.keep(parts.err)
		events = append(events, e)
	}
	return events
}

// epoch reads seconds since 1970.
func (r *lineReader) epoch() time.Time {
	seconds, err := strconv.ParseFloat(r.text(), 64)
	r.keep(err)
	return momentOf(seconds)
}

// momentOf gives the moment of seconds since 1970, to the microsecond that
// PostgreSQL keeps.
func momentOf(seconds float64) time.Time {
	return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC()
}

// openNeeds reads what only open needs have.
func (t *snapshotTx) openNeeds(ctx context.Context, statements boardStatements, args []any) (map[int64]*coverage.Open, error) {
	open := map[int64]*coverage.Open{}
	cells := cellCentres{}
	err := t.query(ctx, statements.open, args, func(rows *sqlx.Rows) error {
		var id int64
		var o coverage.Open
		var lon, lat, x, y *float64
		if err := rows.Scan(&id, &o.MinimumAge, &o.MaximumAge, &lon, &lat, &x, &y); err != nil {
			return err
		}
		if o.Place = point(lon, lat); o.Place != nil {
			o.Cell = cells.at(*x, *y)
		}
		open[id] = &o
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := t.fillCells(ctx, cells); err != nil {
		return nil, err
	}
	return open, t.query(ctx, statements.responses, args, func(rows *sqlx.Rows) error {
		var id int64
		var service *int
		var people int
		var status needmap.ResponseStatus
		if err := rows.Scan(&id, &service, &people, &status); err != nil {
			return err
		}
		if o := open[id]; o != nil {
			o.AddResponse(service, people, status)
		}
		return nil
	})
}

// cellCentres are cells of the 1 km grid by their centres in EPSG:3035, with the
// same centre in degrees: shared by all needs of a cell.
type cellCentres map[[2]float64]*orb.Point

// at gives the centre of a cell; its degrees come with fillCells.
func (c cellCentres) at(x, y float64) *orb.Point {
	key := [2]float64{x, y}
	if c[key] == nil {
		c[key] = new(orb.Point)
	}
	return c[key]
}

func (t *snapshotTx) fillCells(ctx context.Context, cells cellCentres) error {
	var xs, ys []float64
	for key := range cells {
		xs, ys = append(xs, key[0]), append(ys, key[1])
	}
	return t.query(ctx, sqlCellCentres, []any{pq.Array(xs), pq.Array(ys)}, func(rows *sqlx.Rows) error {
		var x, y float64
		var centre orb.Point
		err := rows.Scan(&x, &y, &centre[0], &centre[1])
		if at := cells[[2]float64{x, y}]; at != nil {
			*at = centre
		}
		return err
	})
}

// services reads all services, without the places that are held.
func (t *snapshotTx) services(ctx context.Context) ([]coverage.Service, error) {
	var list []coverage.Service
	err := t.query(ctx, sqlBoardServices, nil, func(rows *sqlx.Rows) error {
		var v coverage.Service
		var lon, lat *float64
		var municipalities pq.Int64Array
		err := rows.Scan(&v.ID, &v.OrganisationID, &v.Name, &v.Field, &v.Status, &v.Capacity, &v.MinimumAge, &v.MaximumAge,
			&v.CatchmentMetres, &lon, &lat, &municipalities)
		v.Place = point(lon, lat)
		for _, id := range municipalities {
			v.MunicipalityIDs = append(v.MunicipalityIDs, int(id))
		}
		list = append(list, v)
		return err
	})
	return list, err
}
