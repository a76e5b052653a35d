package postgres

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// needValues is how many values a needLine holds.
const needValues = 22

// scanNeed reads a row that ends with a needLine.
func scanNeed(rows *sqlx.Rows, before ...any) (*needmap.Need, error) {
	var line string
	if err := rows.Scan(append(before, &line)...); err != nil {
		return nil, err
	}
	return parseNeed(line)
}

// parseNeed reads a needLine.
func parseNeed(line string) (*needmap.Need, error) {
	values := strings.SplitN(line, "\x1f", needValues)
	if len(values) != needValues {
		return nil, fmt.Errorf("a need of %d values, not %d", len(values), needValues)
	}
	r := lineReader{values: values}
	n := &needmap.Need{
		ID: int64(r.int()), MunicipalityID: r.int(),
		Field: needmap.Field(r.text()), Origin: needmap.NeedOrigin(r.text()), Status: needmap.NeedStatus(r.text()),
		Severity: r.int(), People: r.int(), PeopleAnswered: r.int(),
		ReportedAt: r.moment(), LastConfirmedAt: orNil(&r, r.moment),
		Location: orNil(&r, r.point), Cell: orNil(&r, r.polygon),
		LocationKind: needmap.LocationKind(r.text()), MinimumAge: orNil(&r, r.int), MaximumAge: orNil(&r, r.int),
		ReportedByID: orNil(&r, r.int), SuspensionID: orNil(&r, r.int),
		EndReason:  orNil(&r, func() needmap.EndReason { return needmap.EndReason(r.text()) }),
		MergedInto: orNil(&r, func() int64 { return int64(r.int()) }),
		Version:    r.int(), IsSynthetic: r.text() == "t", Summary: orNil(&r, r.text),
	}
	return n, r.err
}

// lineReader hands out the values of a line and keeps the first error.
type lineReader struct {
	values []string
	err    error
}

func (r *lineReader) text() string {
	value := r.values[0]
	r.values = r.values[1:]
	return value
}

func (r *lineReader) int() int {
	n, err := strconv.Atoi(r.text())
	r.keep(err)
	return n
}

func (r *lineReader) moment() time.Time {
	t, err := pq.ParseTimestamp(nil, r.text())
	r.keep(err)
	return t
}

func (r *lineReader) point() (p orb.Point) {
	r.geometry(&p)
	return p
}

func (r *lineReader) polygon() (p orb.Polygon) {
	r.geometry(&p)
	return p
}

// geometry reads EWKB in hexadecimal, as PostGIS writes a geometry.
func (r *lineReader) geometry(into any) {
	data, err := hex.DecodeString(r.text())
	if err == nil {
		err = ewkb.Scanner(into).Scan(data)
	}
	r.keep(err)
}

func (r *lineReader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// orNil reads a value that may be missing: nothing stands for nil.
func orNil[T any](r *lineReader, read func() T) *T {
	if r.values[0] == "" {
		r.values = r.values[1:]
		return nil
	}
	value := read()
	return &value
}
