package ingest

import (
	"strings"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// once refuses a key that an earlier row has.
func (r *csvRow) once(column, key string, lines map[string]int) {
	if key == "" {
		return
	}
	if line, twice := lines[key]; twice {
		r.fail(column, "line %d has the same", line)
		return
	}
	lines[key] = r.line
}

// place reads where a need is. A point that may not be known serves to find the
// municipality and goes no further.
func (n *needReader) place(row *csvRow, need *needmap.Need) {
	point, kind, ok := row.location()
	if !ok {
		return
	}
	need.LocationKind = kind
	var located string
	if point != nil {
		if located, ok = n.Locator.Locate(*point); !ok {
			row.fail("longitude", "the point lies in no municipality of the territory")
			return
		}
	}
	code := row.cell("municipality")
	if code == "" {
		code = located
	}
	if code == "" {
		row.fail("municipality", "a code is needed where there is no point")
		return
	}
	municipality := row.local("municipality", code, n.Atlas)
	if municipality == nil {
		return
	}
	if located != "" && located != code {
		row.fail("municipality", "the point lies in another municipality")
	}
	need.MunicipalityID = municipality.ID
	if mayHavePoint(kind) {
		need.Location = point
	}
}

func mayHavePoint(kind needmap.LocationKind) bool {
	return kind == needmap.LocationExact || kind == needmap.LocationArea
}

// location reads longitude, latitude and location_kind; the point is nil where
// there is none. ok is false after a problem.
func (r *csvRow) location() (point *orb.Point, kind needmap.LocationKind, ok bool) {
	before := r.table.report.ProblemCount
	if r.cell("longitude") == "" && r.cell("latitude") == "" {
		kind = wordOr(r, "location_kind", needmap.LocationKinds, needmap.LocationArea)
		if kind == needmap.LocationExact {
			r.fail("location_kind", "EXACT needs a longitude and a latitude")
		}
	} else {
		kind = wordOr(r, "location_kind", needmap.LocationKinds, needmap.LocationExact)
		point = &orb.Point{r.degrees("longitude", 180), r.degrees("latitude", 90)}
	}
	return point, kind, r.table.report.ProblemCount == before
}

// local finds a municipality in which needs can be counted.
func (r *csvRow) local(column, code string, atlas *needmap.Atlas) *needmap.Municipality {
	m, ok := atlas.ByCode(code)
	if !ok {
		r.fail(column, "no municipality has this code")
		return nil
	}
	if !m.IsLocal {
		r.fail(column, "%s has municipi: give the code of one of them, such as %s", m.Code, firstCodes(atlas.Children(m.Code)))
		return nil
	}
	return m
}

func firstCodes(list []*needmap.Municipality) string {
	const few = 3
	codes := make([]string, 0, few)
	for _, m := range list[:min(few, len(list))] {
		codes = append(codes, m.Code)
	}
	return strings.Join(codes, ", ")
}
