package needmap

import (
	"errors"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Date is a calendar day in ISO 8601, "2026-11-22". Dates compare as text.
// A day of a need is the day in Europe/Rome at the moment it was reported.
type Date string

// ParseDate reads a calendar day between the years 1900 and 2199.
func ParseDate(field, s string) (Date, error) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) {
		return "", Invalid(field, "%q is not a calendar day such as 2026-11-22", shorten(s))
	}
	if day.Year() < 1900 || day.Year() > 2199 {
		return "", Invalid(field, "the day %s is not between the years 1900 and 2199", s)
	}
	return Date(s), nil
}

// BBox is a box in degrees, EPSG:4326; its edges belong to it.
type BBox struct{ West, South, East, North float64 }

// Near is a disc: a centre in degrees, EPSG:4326, and a radius in metres on the
// ellipsoid; its rim belongs to it.
type Near struct{ Longitude, Latitude, RadiusMetres float64 }

// MaxRadiusMetres bounds Near: about the length of Italy.
const MaxRadiusMetres = 1_000_000

// MaxTextRunes bounds a text search.
const MaxTextRunes = 200

// NeedFilter is what a caller asks for. A nil list or pointer leaves that part
// open; an empty list matches nothing. All parts must hold.
type NeedFilter struct {
	Municipalities  []string // codes; a parent, province or region stands for all its leaves
	Fields          []Field
	Origins         []NeedOrigin
	Statuses        []NeedStatus
	OpenOnly        *bool
	SeverityAtLeast *int
	ReportedFrom    *Date // inclusive, Europe/Rome
	ReportedTo      *Date // inclusive, Europe/Rome
	BBox            *BBox
	Near            *Near
	Within          orb.Geometry // Polygon or MultiPolygon, EPSG:4326; its border belongs to it
	Text            *string      // every word must occur; Italian stems, accents ignored
}

// NeedCriteria is a NeedFilter that was checked against an Atlas: what the
// store answers. A nil slice means no restriction, an empty one no match.
type NeedCriteria struct {
	Access                // what the caller may see; space is judged by cells where it sees cells
	MunicipalityIDs []int // local municipalities
	Fields          []Field
	Origins         []NeedOrigin
	Statuses        []NeedStatus
	SeverityAtLeast int // 1 when not restricted
	ReportedFrom    *Date
	ReportedTo      *Date
	BBox            *BBox
	Near            *Near
	Within          orb.Geometry
	Text            string
}

// Criteria checks the filter and resolves its codes. A wrong part is INVALID,
// naming the part.
func (f *NeedFilter) Criteria(atlas *Atlas) (NeedCriteria, error) {
	c := NeedCriteria{SeverityAtLeast: 1}
	if f == nil {
		return c, nil
	}
	if err := f.check(); err != nil {
		return c, err
	}
	ids, err := idsWithin(atlas, f.Municipalities)
	if err != nil {
		return c, err
	}
	c.MunicipalityIDs = ids
	c.Fields, c.Origins, c.Statuses = f.Fields, f.Origins, f.statuses()
	c.ReportedFrom, c.ReportedTo = f.ReportedFrom, f.ReportedTo
	c.BBox, c.Near, c.Within = f.BBox, f.Near, f.Within
	if f.SeverityAtLeast != nil {
		c.SeverityAtLeast = *f.SeverityAtLeast
	}
	if f.Text != nil {
		c.Text = strings.TrimSpace(*f.Text)
	}
	return c, nil
}

// Narrow restricts c to some local municipalities as well.
func (c NeedCriteria) Narrow(ids []int) NeedCriteria {
	if c.MunicipalityIDs != nil {
		ids = intersect(c.MunicipalityIDs, ids)
	}
	c.MunicipalityIDs = ids
	return c
}

// OfField restricts c to one field as well.
func (c NeedCriteria) OfField(f Field) NeedCriteria {
	fields := []Field{f}
	if c.Fields != nil {
		fields = intersect(c.Fields, fields)
	}
	c.Fields = fields
	return c
}

// BySpaceOrText reports whether c asks for single needs' places or words, which
// only the needs themselves can answer and the rollup can't.
func (c NeedCriteria) BySpaceOrText() bool {
	return c.BBox != nil || c.Near != nil || c.Within != nil || c.Text != ""
}

func (f *NeedFilter) statuses() []NeedStatus {
	if f.OpenOnly == nil || !*f.OpenOnly {
		return f.Statuses
	}
	open := []NeedStatus{}
	for _, s := range NeedStatuses {
		if s.Open() {
			open = append(open, s)
		}
	}
	if f.Statuses == nil {
		return open
	}
	return intersect(f.Statuses, open)
}

func (f *NeedFilter) check() error {
	err := errors.Join(CheckWords("fields", f.Fields, Fields), CheckWords("origins", f.Origins, NeedOrigins),
		CheckWords("statuses", f.Statuses, NeedStatuses))
	if err != nil {
		return err
	}
	if s := f.SeverityAtLeast; s != nil && (*s < 1 || *s > 5) {
		return Invalid("severityAtLeast", "severity runs from 1 to 5, not %d", *s)
	}
	if f.ReportedFrom != nil && f.ReportedTo != nil && *f.ReportedFrom > *f.ReportedTo {
		return Invalid("reportedTo", "the last day %s is before the first day %s", *f.ReportedTo, *f.ReportedFrom)
	}
	if f.BBox != nil {
		if err := f.BBox.Check("bbox"); err != nil {
			return err
		}
	}
	if f.Near != nil {
		if err := f.Near.check(); err != nil {
			return err
		}
	}
	return checkText(f.Text)
}

// Check refuses a box that is not one, is empty or lies outside the world.
func (b BBox) Check(field string) error {
	if err := CheckPoint(field, b.West, b.South); err != nil {
		return err
	}
	if err := CheckPoint(field, b.East, b.North); err != nil {
		return err
	}
	if b.West > b.East {
		return Invalid(field, "west %v is east of east %v; boxes across the date line are not served", b.West, b.East)
	}
	if b.South > b.North {
		return Invalid(field, "south %v is north of north %v", b.South, b.North)
	}
	return nil
}

// Intersect gives the box that two boxes have in common, and whether there is one.
func (b BBox) Intersect(o BBox) (BBox, bool) {
	both := BBox{max(b.West, o.West), max(b.South, o.South), min(b.East, o.East), min(b.North, o.North)}
	return both, both.West <= both.East && both.South <= both.North
}

// CheckPoint refuses coordinates that are not finite degrees of this world.
func CheckPoint(field string, longitude, latitude float64) error {
	if math.IsNaN(longitude) || math.Abs(longitude) > 180 {
		return Invalid(field, "longitude %v is not between -180 and 180", longitude)
	}
	if math.IsNaN(latitude) || math.Abs(latitude) > 90 {
		return Invalid(field, "latitude %v is not between -90 and 90", latitude)
	}
	return nil
}

func (n Near) check() error {
	if err := CheckPoint("near", n.Longitude, n.Latitude); err != nil {
		return err
	}
	if !(n.RadiusMetres > 0) || n.RadiusMetres > MaxRadiusMetres {
		return Invalid("near", "radiusMetres %v is not above 0 and at most %d", n.RadiusMetres, MaxRadiusMetres)
	}
	return nil
}

func checkText(text *string) error {
	switch {
	case text == nil:
		return nil
	case !utf8.ValidString(*text) || strings.ContainsRune(*text, 0):
		return Invalid("text", "the text is not valid UTF-8 or holds a NUL character")
	case utf8.RuneCountInString(*text) > MaxTextRunes:
		return Invalid("text", "the text has %d characters, the most is %d", utf8.RuneCountInString(*text), MaxTextRunes)
	case strings.IndexFunc(*text, isWordRune) < 0:
		return Invalid("text", "the text holds no word to search for")
	}
	return nil
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func intersect[T comparable](a, b []T) []T {
	in := make(map[T]bool, len(b))
	for _, v := range b {
		in[v] = true
	}
	both := []T{}
	for _, v := range a {
		if in[v] {
			both = append(both, v)
			in[v] = false
		}
	}
	return both
}
