package postgres

import (
	"math"

	"github.com/lib/pq"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/innovainrete/needmap/internal/needmap"
)

func needWhere(c needmap.NeedCriteria) where {
	var w where
	addNeedConditions(&w, c.Settled())
	return w
}

func addNeedConditions(w *where, c needmap.NeedCriteria) {
	oneOfIDs(w, "n.municipality_id", c.MunicipalityIDs)
	addScope(w, c.Access)
	oneOf(w, "n.field", "field_of_intervention", c.Fields)
	oneOf(w, "n.origin", "need_origin", c.Origins)
	oneOf(w, "n.status", "need_status", c.Statuses)
	if c.SeverityAtLeast > 1 {
		w.add(needSeverity, c.SeverityAtLeast)
	}
	if c.ReportedFrom != nil {
		w.add(needFrom, string(*c.ReportedFrom), string(*c.ReportedFrom))
	}
	if c.ReportedTo != nil {
		w.add(needTo, string(*c.ReportedTo), string(*c.ReportedTo))
	}
	addSpaceConditions(w, c)
	if c.Text != "" {
		w.add(needText, textQuery(c.Text))
	}
}

// addScope keeps a statement to what the caller may see.
func addScope(w *where, a needmap.Access) {
	switch {
	case a.Scope == nil:
	case len(a.Scope.OrganisationIDs) == 0:
		oneOfIDs(w, "n.municipality_id", a.Scope.MunicipalityIDs)
	default:
		ids := pq.Array(a.Scope.OrganisationIDs)
		w.add(needInScope, pq.Array(a.Scope.MunicipalityIDs), ids, ids)
	}
}

func addSpaceConditions(w *where, c needmap.NeedCriteria) {
	if c.Cells {
		addCellConditions(w, c)
		return
	}
	if b := c.BBox; b != nil {
		w.add(needInBox, b.West, b.South, b.East, b.North, b.West, b.East, b.South, b.North)
	}
	if n := c.Near; n != nil {
		b := boundsOfDisc(*n)
		w.add(needNear, b.West, b.South, b.East, b.North, n.Longitude, n.Latitude, n.RadiusMetres)
	}
	if c.Within != nil {
		w.add(needWithin, wkb.MustMarshal(c.Within))
	}
}

func addCellConditions(w *where, c needmap.NeedCriteria) {
	if b := c.BBox; b != nil {
		around := beyondCells(*b)
		deep := withinCells(*b)
		w.add(needCellInBox, around.West, around.South, around.East, around.North,
			deep.West, deep.East, deep.South, deep.North, b.West, b.South, b.East, b.North)
	}
	if n := c.Near; n != nil {
		around := beyondCells(boundsOfDisc(*n))
		w.add(needCellNear, around.West, around.South, around.East, around.North, n.Longitude, n.Latitude, n.RadiusMetres)
	}
	if c.Within != nil {
		bound := c.Within.Bound()
		around := beyondCells(needmap.BBox{West: bound.Left(), South: bound.Bottom(), East: bound.Right(), North: bound.Top()})
		w.add(needCellWithin, around.West, around.South, around.East, around.North, wkb.MustMarshal(c.Within))
	}
}

// beyondCells widens a box so that it holds every point whose cell's centre lies
// in it: a point is at most 708 m from there, which is less than 0.05 degrees up
// to a latitude of 80 degrees.
func beyondCells(b needmap.BBox) needmap.BBox {
	const margin = 0.05
	return needmap.BBox{West: b.West - margin, South: b.South - margin, East: b.East + margin, North: b.North + margin}
}

// withinCells narrows a box by a kilometre on each side: the centre of a cell that
// holds a point in there lies in the box. Of a small box nothing is left, and its
// bounds come the wrong way round.
func withinCells(b needmap.BBox) needmap.BBox {
	const dLat = 1.0 / 110.5 // a degree of latitude has at least 110.5 km
	dLon := dLat / math.Max(0.01, math.Cos(math.Max(math.Abs(b.South), math.Abs(b.North))*math.Pi/180))
	return needmap.BBox{West: b.West + dLon, South: b.South + dLat, East: b.East - dLon, North: b.North - dLat}
}

// boundsOfDisc gives a box that surely holds the disc, for the index: a degree
// of latitude has at least 110,500 m, one of longitude that times the cosine.
func boundsOfDisc(n needmap.Near) needmap.BBox {
	const metresPerDegree = 110_500
	dLat := n.RadiusMetres/metresPerDegree + 1e-6
	south, north := math.Max(n.Latitude-dLat, -90), math.Min(n.Latitude+dLat, 90)
	world := needmap.BBox{West: -180, South: south, East: 180, North: north}
	cos := math.Min(math.Cos(south*math.Pi/180), math.Cos(north*math.Pi/180))
	dLon := dLat / cos
	if cos <= 0.01 || n.Longitude-dLon < -180 || n.Longitude+dLon > 180 {
		return world
	}
	return needmap.BBox{West: n.Longitude - dLon, South: south, East: n.Longitude + dLon, North: north}
}
