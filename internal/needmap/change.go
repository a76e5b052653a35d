package needmap

import (
	"slices"
	"strconv"
	"time"
)

// NeedChanges is what happened to needs between two positions in the history.
type NeedChanges struct {
	Database string      // which database they happened in
	From, To string      // positions: snapshots of the database, as it writes them
	TooMuch  bool        // to be told one by one: whoever follows has to read again
	Needs    []NeedDelta // each need once, in the order of its first event
}

// NeedState is what a filter judges of a need by its plain values: not by its
// place and words.
type NeedState struct {
	MunicipalityID int
	Field          Field
	Origin         NeedOrigin
	Status         NeedStatus
	Severity       int
	People         int
	PeopleAnswered int
	ReportedOn     Date // in Europe/Rome
	ReportedByID   int  // 0 for nobody
}

// NeedDelta is what happened to one need.
type NeedDelta struct {
	NeedID   int64
	Kind     NeedEventKind // of its last event
	Was      *NeedState    // nil: it was not there yet
	Is       NeedState
	Moved    bool  // its place came, went or changed
	Reworded bool  // its summary did
	Takers   []int // organisations that take it up
	Former   []int // those that took it up before or since, also where a decline or a merge took that away
}

// NeedEventValues is an event by the values that it changed, as the history
// keeps them: texts by the names of the schema, nil where it kept none.
type NeedEventValues struct {
	Kind                 NeedEventKind
	Before, After        map[string]string
	BeforeMunicipalityID int // of the code in Before; 0 when the territory has it no more
	BeforeReportedByID   int // of the organisation in Before; 0 for nobody
}

// Undo goes from the need as it is through its events, given oldest first, back
// to what it was before them. ok is false when an event does not tell what it
// changed, or not in a way that makes sense.
func (d NeedDelta) Undo(events []NeedEventValues) (_ NeedDelta, ok bool) {
	was := d.Is
	d.Was = &was
	for _, e := range slices.Backward(events) {
		if d.Kind == "" {
			d.Kind = e.Kind
		}
		if e.Kind == EventReported {
			d.Was = nil
			return d, true
		}
		if e.Before == nil || e.After == nil || !was.undo(e) {
			return d, false
		}
		d.Moved = d.Moved || e.changes("location") || e.changes("locationKind")
		d.Reworded = d.Reworded || e.changes("summary")
	}
	return d, true
}

func (e NeedEventValues) changes(field string) bool {
	_, was := e.Before[field]
	_, is := e.After[field]
	return was || is
}

// undo gives s the values from before an event; false when one makes no sense.
func (s *NeedState) undo(e NeedEventValues) bool {
	if e.changes("municipality") {
		s.MunicipalityID = e.BeforeMunicipalityID
	}
	if e.changes("reportedBy") {
		s.ReportedByID = e.BeforeReportedByID
	}
	for field, value := range e.Before {
		var err error
		switch field {
		case "field":
			s.Field, err = ParseEnum(field, value, Fields)
		case "origin":
			s.Origin, err = ParseEnum(field, value, NeedOrigins)
		case "status":
			s.Status, err = ParseEnum(field, value, NeedStatuses)
		case "severity":
			s.Severity, err = strconv.Atoi(value)
		case "people":
			s.People, err = strconv.Atoi(value)
		case "peopleAnswered":
			s.PeopleAnswered, err = strconv.Atoi(value)
		case "reportedAt":
			s.ReportedOn, err = dayInRome(value)
		}
		if err != nil {
			return false
		}
	}
	return true
}

// dayInRome gives the day of a moment as the history writes it.
func dayInRome(moment string) (Date, error) {
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return "", err
	}
	return DayInRome(at), nil
}

// MayConcern reports whether the need may be under a filter now, or may have
// been before. Place and words can't be judged here: they are taken to fit.
func (d NeedDelta) MayConcern(c NeedCriteria) bool {
	return d.wasUnder(c) || c.fits(d.Is, d.Takers)
}

// MayHaveLeft reports whether a need that is not under the filter now may have
// been before. It is false for a need that never lay in the caller's scope.
func (d NeedDelta) MayHaveLeft(c NeedCriteria) bool {
	if !d.wasUnder(c) {
		return false
	}
	inSpace := c.BBox != nil || c.Near != nil || c.Within != nil
	return !c.fits(d.Is, d.Takers) || d.Moved && inSpace || d.Reworded && c.Text != ""
}

// Touched lists the municipalities whose figures under a filter may have changed.
func (d NeedDelta) Touched(c NeedCriteria) []int {
	if d.sameFigures(c) {
		return nil
	}
	var ids []int
	if d.wasUnder(c) && d.Was.MunicipalityID != 0 {
		ids = append(ids, d.Was.MunicipalityID)
	}
	if c.fits(d.Is, d.Takers) && !slices.Contains(ids, d.Is.MunicipalityID) {
		ids = append(ids, d.Is.MunicipalityID)
	}
	return ids
}

// sameFigures reports whether nothing that figures are made of changed. For the
// operators of an organisation a response brings a need that itself did not change.
func (d NeedDelta) sameFigures(c NeedCriteria) bool {
	byOrganisation := c.Scope != nil && len(c.Scope.OrganisationIDs) > 0
	return d.Was != nil && *d.Was == d.Is && !byOrganisation && !(c.BySpaceOrText() && (d.Moved || d.Reworded))
}

func (d NeedDelta) wasUnder(c NeedCriteria) bool {
	return d.Was != nil && c.fits(*d.Was, d.Former)
}

// fits reports whether a need's plain values are under the filter and within the
// caller's scope.
func (c NeedCriteria) fits(s NeedState, organisations []int) bool {
	return c.sees(s, organisations) && c.HasValues(s)
}

// HasValues reports whether a need's plain values are under the filter, whoever
// asks.
func (c NeedCriteria) HasValues(s NeedState) bool {
	return oneOf(c.MunicipalityIDs, s.MunicipalityID) &&
		oneOf(c.Fields, s.Field) && oneOf(c.Origins, s.Origin) && oneOf(c.Statuses, s.Status) &&
		s.Severity >= c.SeverityAtLeast &&
		(c.ReportedFrom == nil || s.ReportedOn >= *c.ReportedFrom) && (c.ReportedTo == nil || s.ReportedOn <= *c.ReportedTo)
}

func (c NeedCriteria) sees(s NeedState, organisations []int) bool {
	return c.Places(s.MunicipalityID, &s.ReportedByID) ||
		slices.ContainsFunc(organisations, func(id int) bool { return slices.Contains(c.Scope.OrganisationIDs, id) })
}

// oneOf reports whether a set holds a value; nil holds every one.
func oneOf[T comparable](set []T, value T) bool { return set == nil || slices.Contains(set, value) }
