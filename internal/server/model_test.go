package server_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// modelNeed is a need as the property test knows it: what was written into the
// tables, and nothing that the server computed.
type modelNeed struct {
	id       int64
	leaf     place
	field    string
	origin   string
	status   string
	severity int
	people   int
	answered int
	words    []string // of the summary; nil for none
	reported time.Time
	reporter int         // key of the organisation that reported it, 0 for none
	answerer int         // the same of one that offered to answer it
	point    *[2]float64 // longitude, latitude
	middle   *[2]float64 // of the cell of the grid that holds the point
}

// place is a local municipality with every code that stands for it in a filter.
type place struct {
	ID                                      int
	Code, Comune, Province, Acronym, Region string
}

// at gives the code of the area of a level that holds the place.
func (p place) at(level string) string {
	return map[string]string{"LOCAL": p.Code, "COMUNE": p.Comune, "PROVINCE": p.Province, "REGION": p.Region}[level]
}

func (p place) under(code string) bool {
	return slices.Contains([]string{p.Code, p.Comune, p.Province, p.Acronym, p.Region}, code)
}

// stems puts together by hand the words that share an Italian stem. A word of
// the vocabulary belongs to one of them.
var stems = [][]string{
	{"anziana", "anziani", "Anziane", "ANZIANA", "anzianità", "anzianita", "Anzianità", "ANZIANITÀ"},
	{"famiglia", "famiglie", "Famiglia"},
	{"bambino", "bambini", "bambina", "Bambine"},
	{"spesa", "spese"},
	{"scuola", "SCUOLE"},
	{"disabilità", "disabilita", "DISABILITÀ"},
	{"età", "eta"},
	{"casa", "case"},
}

func stemOf(word string) int {
	return slices.IndexFunc(stems, func(words []string) bool { return slices.Contains(words, word) })
}

// modelFilter is a filter as it travels in variables; what is nil is left out.
type modelFilter struct {
	Municipalities  *[]string      `json:"municipalities,omitempty"`
	Fields          *[]string      `json:"fields,omitempty"`
	Origins         *[]string      `json:"origins,omitempty"`
	Statuses        *[]string      `json:"statuses,omitempty"`
	OpenOnly        *bool          `json:"openOnly,omitempty"`
	SeverityAtLeast *int           `json:"severityAtLeast,omitempty"`
	ReportedFrom    *string        `json:"reportedFrom,omitempty"`
	ReportedTo      *string        `json:"reportedTo,omitempty"`
	BBox            *modelBox      `json:"bbox,omitempty"`
	Near            *modelDisc     `json:"near,omitempty"`
	Within          *modelGeometry `json:"within,omitempty"`
	Text            *string        `json:"text,omitempty"`
}

type modelBox struct {
	West  float64 `json:"west"`
	South float64 `json:"south"`
	East  float64 `json:"east"`
	North float64 `json:"north"`
}

type modelDisc struct {
	Longitude    float64 `json:"longitude"`
	Latitude     float64 `json:"latitude"`
	RadiusMetres float64 `json:"radiusMetres"`
}

// modelGeometry is a MultiPolygon in degrees.
type modelGeometry struct {
	Type        string           `json:"type"`
	Coordinates [][][][2]float64 `json:"coordinates"`
}

var (
	rome         = mustZone("Europe/Rome")
	openStatuses = []string{"REPORTED", "VERIFIED", "ASSIGNED", "IN_PROGRESS"}
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func (n *modelNeed) open() bool { return slices.Contains(openStatuses, n.status) }

// day is the day of the report in Rome.
func (n *modelNeed) day() string { return n.reported.In(rome).Format(time.DateOnly) }

// admits evaluates the filter in plain Go, for who knows the need to be at a place.
func (f *modelFilter) admits(n *modelNeed, at *[2]float64) bool {
	return f.admitsPlace(n.leaf) && oneOf(f.Fields, n.field) && oneOf(f.Origins, n.origin) && oneOf(f.Statuses, n.status) &&
		(f.OpenOnly == nil || !*f.OpenOnly || n.open()) &&
		(f.SeverityAtLeast == nil || n.severity >= *f.SeverityAtLeast) &&
		(f.ReportedFrom == nil || n.day() >= *f.ReportedFrom) && (f.ReportedTo == nil || n.day() <= *f.ReportedTo) &&
		(f.BBox == nil || at != nil && f.BBox.holds(*at)) &&
		(f.Near == nil || at != nil && geodesic([2]float64{f.Near.Longitude, f.Near.Latitude}, *at) <= f.Near.RadiusMetres) &&
		(f.Within == nil || at != nil && f.Within.covers(*at)) &&
		(f.Text == nil || n.says(*f.Text))
}

func (f *modelFilter) admitsPlace(p place) bool {
	return f.Municipalities == nil || slices.ContainsFunc(*f.Municipalities, p.under)
}

func oneOf(set *[]string, word string) bool { return set == nil || slices.Contains(*set, word) }

func (b *modelBox) holds(p [2]float64) bool {
	return b.West <= p[0] && p[0] <= b.East && b.South <= p[1] && p[1] <= b.North
}

// says reports whether every word of a text shares its stem with one of the summary.
func (n *modelNeed) says(text string) bool {
	for _, word := range strings.Fields(text) {
		stem := stemOf(word)
		if !slices.ContainsFunc(n.words, func(w string) bool { return stemOf(w) == stem }) {
			return false
		}
	}
	return true
}

// covers counts the borders of every polygon as part of it, also around holes.
func (g *modelGeometry) covers(p [2]float64) bool {
	return slices.ContainsFunc(g.Coordinates, func(rings [][][2]float64) bool {
		inside := false
		for _, ring := range rings {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				side := (b[0]-a[0])*(p[1]-a[1]) - (p[0]-a[0])*(b[1]-a[1])
				if side == 0 && min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1]) {
					return true
				}
				if (a[1] <= p[1]) != (b[1] <= p[1]) && (side > 0) == (b[1] > a[1]) {
					inside = !inside
				}
			}
		}
		return inside
	})
}

// tally is a NeedTally of the contract.
type tally struct{ Needs, OpenNeeds, People, OpenPeople, PeopleAnswered int }

func (t *tally) add(n *modelNeed) {
	t.Needs++
	t.People += n.people
	t.PeopleAnswered += n.answered
	if n.open() {
		t.OpenNeeds++
		t.OpenPeople += n.people
	}
}

func tallyOf(needs []*modelNeed) (t tally) {
	for _, n := range needs {
		t.add(n)
	}
	return t
}

// orders compare needs as each NeedOrder says.
var orders = map[string]func(a, b *modelNeed) int{
	"REPORTED_AT_DESC": newest,
	"REPORTED_AT_ASC":  func(a, b *modelNeed) int { return newest(b, a) },
	"SEVERITY_DESC":    func(a, b *modelNeed) int { return cmp.Or(b.severity-a.severity, newest(a, b)) },
	"PEOPLE_DESC":      func(a, b *modelNeed) int { return cmp.Or(b.people-a.people, newest(a, b)) },
}

func newest(a, b *modelNeed) int {
	return cmp.Or(b.reported.Compare(a.reported), cmp.Compare(b.id, a.id))
}

// geodesic is the distance of two points in degrees on the ellipsoid of WGS 84,
// in metres, by Vincenty's inverse formula: good to 0.1 mm away from antipodes.
func geodesic(p, q [2]float64) float64 {
	const a, f = 6378137.0, 1 / 298.257223563
	const b = a * (1 - f)
	rad := math.Pi / 180
	u1, u2 := math.Atan((1-f)*math.Tan(p[1]*rad)), math.Atan((1-f)*math.Tan(q[1]*rad))
	l := (q[0] - p[0]) * rad
	sinU1, cosU1, sinU2, cosU2 := math.Sin(u1), math.Cos(u1), math.Sin(u2), math.Cos(u2)
	for lambda, i := l, 0; ; i++ {
		sinL, cosL := math.Sin(lambda), math.Cos(lambda)
		sinS := math.Hypot(cosU2*sinL, cosU1*sinU2-sinU1*cosU2*cosL)
		if sinS == 0 {
			return 0
		}
		cosS := sinU1*sinU2 + cosU1*cosU2*cosL
		sigma := math.Atan2(sinS, cosS)
		sinA := cosU1 * cosU2 * sinL / sinS
		cos2A := 1 - sinA*sinA
		cos2M := cosS - 2*sinU1*sinU2/cos2A
		c := f / 16 * cos2A * (4 + f*(4-3*cos2A))
		next := l + (1-c)*f*sinA*(sigma+c*sinS*(cos2M+c*cosS*(2*cos2M*cos2M-1)))
		if math.Abs(next-lambda) > 1e-13 && i < 100 {
			lambda = next
			continue
		}
		u := cos2A * (a*a - b*b) / (b * b)
		big := 1 + u/16384*(4096+u*(-768+u*(320-175*u)))
		small := u / 1024 * (256 + u*(-128+u*(74-47*u)))
		delta := small * sinS * (cos2M + small/4*(cosS*(2*cos2M*cos2M-1)-small/6*cos2M*(4*sinS*sinS-3)*(4*cos2M*cos2M-3)))
		return b * big * (sigma - delta)
	}
}
