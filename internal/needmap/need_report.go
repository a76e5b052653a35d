package needmap

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Bounds of a need.
const (
	MaxPeople       = 100_000
	MaxSummaryRunes = 2000
	MaxReasonRunes  = 500
	MaxAge          = 120
	MaxReports      = 1000 // of needs in one request
)

// NeedReport is a new need as a caller states it.
type NeedReport struct {
	Municipality *string    // code of the local municipality
	Point        *orb.Point // EPSG:4326, lon/lat; finds the municipality
	LocationKind *LocationKind
	Field        Field
	Origin       NeedOrigin
	Severity     int
	People       int
	MinimumAge   *int
	MaximumAge   *int
	Summary      *string
	ReportedAt   *time.Time
	ReportedByID *int
	SuspensionID *int
}

// Place finds the local municipality that covers a point; false outside.
type Place func(orb.Point) (*Municipality, bool)

// Reporting is what a report, or a change of what was reported, is judged by.
type Reporting struct {
	Access      Access
	Atlas       *Atlas
	Place       Place
	Now         time.Time
	Suspensions map[int]bool // those that exist, of those that the report names
	Reporters   map[int]bool // the same of organisations
}

// Need makes a need of a report, or says everything that is wrong with it,
// naming each part. A place outside the caller's scope is FORBIDDEN.
func (r Reporting) Need(report NeedReport) (*Need, error) {
	n := &Need{
		Field: report.Field, Origin: report.Origin, Status: StatusReported,
		Severity: report.Severity, People: report.People, Summary: trimmed(report.Summary), ReportedAt: r.Now,
		MinimumAge: report.MinimumAge, MaximumAge: report.MaximumAge,
		ReportedByID: report.ReportedByID, SuspensionID: report.SuspensionID, Version: 1,
	}
	if s := r.Access.Scope; n.ReportedByID == nil && s != nil && len(s.OrganisationIDs) == 1 {
		own := s.OrganisationIDs[0]
		n.ReportedByID = &own
	}
	if report.ReportedAt != nil {
		n.ReportedAt = *report.ReportedAt
	}
	err := errors.Join(
		r.put(n, report.Municipality, report.Point, report.LocationKind), n.check(), checkOrigin(n), r.checkTime(n),
		CheckFreeText("summary", report.Summary, MaxSummaryRunes), r.checkKnown(report.SuspensionID, report.ReportedByID),
	)
	if err == nil {
		err = r.checkScope(&Need{}, n)
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

// Needs makes the needs of a bulk report, or says everything that is wrong with
// each row: errors have their row and are named needs.3.severity. A row that the
// caller may not report is INVALID among them.
func (r Reporting) Needs(reports []NeedReport) ([]*Need, error) {
	needs := make([]*Need, len(reports))
	var wrong []error
	for i, report := range reports {
		n, err := r.Need(report)
		needs[i], wrong = n, append(wrong, InRow("needs", i, mendable(err)))
	}
	return needs, errors.Join(wrong...)
}

// mendable makes of what a caller may not do in a row something to mend in it,
// so that it stands beside the mistakes of the other rows.
func mendable(err error) error {
	var known *Error
	if errors.As(err, &known) && known.Code == CodeForbidden {
		return Invalid(known.Field, "%s", known.Message)
	}
	return err
}

// InRow puts a row of a list, from 0, before the field that an error names, as in
// needs.3.severity, and into its detail.
func InRow(list string, row int, err error) error {
	placed := Part(list+"."+strconv.Itoa(row), err)
	for _, e := range Mistakes(placed) {
		detail := Detail{}
		if e.Detail != nil {
			detail = *e.Detail
		}
		detail.Row = &row
		e.Detail = &detail
	}
	return placed
}

// CheckReports holds a bulk report to its length: INVALID, naming needs.
func CheckReports(count int) error {
	if count < 1 || count > MaxReports {
		return Invalid("needs", "report 1 to %d needs at a time, not %d", MaxReports, count)
	}
	return nil
}

// put gives a need its place: the municipality that covers the point, or the one
// that is named. Both are to agree.
func (r Reporting) put(n *Need, code *string, point *orb.Point, kind *LocationKind) error {
	n.LocationKind = LocationArea
	if point != nil {
		n.LocationKind = LocationExact
	}
	if kind != nil {
		n.LocationKind = *kind
	}
	var named *Municipality
	if code != nil {
		m, ok := r.Atlas.ByCode(*code)
		if !ok {
			return Invalid("municipality", "there is no municipality with code %q", shorten(*code))
		}
		if !m.IsLocal {
			return Invalid("municipality", "%s is not local: name one of its municipi", m.Name)
		}
		named, n.MunicipalityID = m, m.ID
	}
	if point == nil {
		return r.putWithoutPoint(n, named)
	}
	return r.putPoint(n, *point, named)
}

func (r Reporting) putWithoutPoint(n *Need, named *Municipality) error {
	n.Location = nil
	switch {
	case named == nil && n.MunicipalityID == 0:
		return Invalid("municipality", "a need without a point names its municipality")
	case n.LocationKind == LocationExact:
		return Invalid("locationKind", "EXACT wants a point; without one the kind is AREA")
	}
	return nil
}

func (r Reporting) putPoint(n *Need, point orb.Point, named *Municipality) error {
	if !n.LocationKind.mayHavePoint() {
		return Invalid("point", "a place that is %s has no point: name its municipality instead", n.LocationKind)
	}
	if err := CheckPoint("point", point.Lon(), point.Lat()); err != nil {
		return err
	}
	covering, ok := r.Place(point)
	switch {
	case !ok:
		return Invalid("point", "no municipality of this map covers the point")
	case named != nil && named.ID != covering.ID:
		return Invalid("point", "the point lies in %s (%s), not in %s (%s)", covering.Name, covering.Code, named.Name, named.Code)
	}
	n.MunicipalityID, n.Location = covering.ID, &point
	return nil
}

// mayHavePoint reports whether a place of this kind may be known by a point.
func (k LocationKind) mayHavePoint() bool { return k == LocationExact || k == LocationArea }

// check holds the values of a need to their bounds, all at once. A text is
// checked as it was typed, so that the span of what offends is right.
func (n *Need) check() error {
	return errors.Join(
		checkWord("field", n.Field, Fields), checkWord("origin", n.Origin, NeedOrigins),
		checkWord("locationKind", n.LocationKind, LocationKinds),
		checkRange("severity", n.Severity, 1, 5), checkRange("people", n.People, 1, MaxPeople),
		checkAges(n.MinimumAge, n.MaximumAge),
	)
}

// checkKnown refuses what a report names and nobody has.
func (r Reporting) checkKnown(suspensionID, reporterID *int) error {
	var suspension, reporter error
	if suspensionID != nil && !r.Suspensions[*suspensionID] {
		suspension = Invalid("suspension", "there is no such suspension")
	}
	if reporterID != nil && !r.Reporters[*reporterID] {
		reporter = Invalid("reportedBy", "there is no such organisation")
	}
	return errors.Join(suspension, reporter)
}

func checkOrigin(n *Need) error {
	switch {
	case n.Origin == OriginSuspendedService && n.SuspensionID == nil:
		return Invalid("suspension", "a need of origin SUSPENDED_SERVICE names the suspension that left it unmet")
	case n.Origin != OriginSuspendedService && n.SuspensionID != nil:
		return Invalid("suspension", "only a need of origin SUSPENDED_SERVICE names a suspension")
	}
	return nil
}

// oldestReport bounds how far back a report may lie.
var oldestReport = time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)

// checkTime lets clocks differ by some minutes.
func (r Reporting) checkTime(n *Need) error {
	switch {
	case n.ReportedAt.After(r.Now.Add(5 * time.Minute)):
		return Invalid("reportedAt", "a report can't lie in the future")
	case n.ReportedAt.Before(oldestReport):
		return Invalid("reportedAt", "a report can't be from before %d", oldestReport.Year())
	}
	return nil
}

// checkScope keeps an OPERATOR from putting a need where it could not see it, or
// under the name of another organisation. What is as it was is not judged: an
// operator may change a need of its territory that another organisation reported.
func (r Reporting) checkScope(was, n *Need) error {
	if r.Access.Scope == nil || n.MunicipalityID == was.MunicipalityID && same(n.ReportedByID, was.ReportedByID) {
		return nil
	}
	if n.ReportedByID != nil && !same(n.ReportedByID, was.ReportedByID) && !r.Access.AnswersFor(*n.ReportedByID) {
		return Errorf(CodeForbidden, "reportedBy", "your token does not let you report for this organisation")
	}
	if !r.Access.Places(n.MunicipalityID, n.ReportedByID) {
		return Errorf(CodeForbidden, "municipality", "your token does not reach this municipality")
	}
	return nil
}

func same(a, b *int) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// checkWord refuses what is no word of a closed set.
func checkWord[E Enum](field string, word E, set []E) error {
	_, err := ParseEnum(field, string(word), set)
	return err
}

func checkRange(field string, value, least, most int) error {
	if value < least || value > most {
		return Invalid(field, "%s runs from %d to %d, not %d", field, least, most, value)
	}
	return nil
}

func checkAges(youngest, oldest *int) error {
	var err error
	if youngest != nil {
		err = checkRange("minimumAge", *youngest, 0, MaxAge)
	}
	if oldest != nil {
		err = errors.Join(err, checkRange("maximumAge", *oldest, 0, MaxAge))
	}
	if err == nil && youngest != nil && oldest != nil && *youngest > *oldest {
		return Invalid("maximumAge", "the oldest age %d is below the youngest %d", *oldest, *youngest)
	}
	return err
}

// HoldsControl reports whether a text holds characters that are not for reading,
// line breaks and tabs excepted.
func HoldsControl(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

// trimmed gives a text without space around it, nil when nothing is left.
func trimmed(text *string) *string {
	if isBlank(text) {
		return nil
	}
	plain := strings.TrimSpace(*text)
	return &plain
}
