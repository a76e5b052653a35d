package coverage

import (
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
)

// PastNeed is a need with its history: what it is now, and what it was before each
// change. Its place is today's, because the history does not tell places.
type PastNeed struct {
	ID             int64
	MunicipalityID int
	Field          needmap.Field
	Origin         needmap.NeedOrigin
	Status         needmap.NeedStatus
	Severity       int
	People         int
	Answered       int
	ReportedAt     time.Time
	KnownAt        time.Time    // when it was entered; zero for one that was known as soon as it was reported
	ReportedOn     needmap.Date // in Europe/Rome
	MinimumAge     *int
	MaximumAge     *int
	Place          *orb.Point
	Cell           *orb.Point           // centre of the 1 km cell that holds Place
	Events         []*needmap.NeedEvent // those that tell a status, oldest first
	Changes        []Change             // of other values, oldest first
	Responses      []PastResponse
}

// Change is what some values of a need were before a change; nil stayed.
type Change struct {
	At             time.Time
	MunicipalityID *int
	Field          *needmap.Field
	Origin         *needmap.NeedOrigin
	Severity       *int
	People         *int
	Answered       *int
	ReportedAt     *time.Time
	MinimumAge     **int // of what may be missing, a pointer to nil is that it was
	MaximumAge     **int
}

// PastResponse is a response with its history.
type PastResponse struct {
	ServiceID *int
	People    int
	Status    needmap.ResponseStatus
	Ended     bool      // declined because its need ended
	Since     time.Time // when it was offered
	Away      []Stay    // times in which it was with another need, into which its own was merged
	Only      []Stay    // the same from the other side: it is a response to this need then only; nil for always
	UpdatedAt time.Time
	Told      bool // the history tells its delivery
	Changes   []ResponseChange
}

// Stay is a time from one moment until before another; nil for one that lasts.
type Stay struct {
	From  time.Time
	Until *time.Time
}

func (s Stay) holds(at time.Time) bool {
	return !s.From.After(at) && (s.Until == nil || at.Before(*s.Until))
}

// ResponseChange is what a response was before a change; nil stayed.
type ResponseChange struct {
	At     time.Time
	Status *needmap.ResponseStatus
	People *int
}

// At gives the need as it stood at a moment; false when nobody knew of it yet, and
// where it lay in a municipality that the territory no longer has.
func (p *PastNeed) At(at time.Time) (Need, bool) {
	was := *p
	was.undo(at)
	if was.ReportedAt.After(at) || was.KnownAt.After(at) || was.MunicipalityID == 0 {
		return Need{}, false
	}
	n := Need{
		ID: p.ID, MunicipalityID: was.MunicipalityID, Field: was.Field, Origin: was.Origin, Status: was.Status,
		Severity: was.Severity, ReportedOn: was.ReportedOn, Spans: was.spans(at), People: was.People, Answered: was.Answered,
	}
	if was.Status.Open() {
		n.Open = was.open(at)
	}
	return n, true
}

// undo takes back what changed after a moment. Of each value the first change
// after it tells what it was.
func (p *PastNeed) undo(at time.Time) {
	told := time.Time{} // when the history first tells answers after the moment
	for i := len(p.Changes) - 1; i >= 0 && p.Changes[i].At.After(at); i-- {
		c := p.Changes[i]
		back(&p.MunicipalityID, c.MunicipalityID)
		back(&p.Field, c.Field)
		back(&p.Origin, c.Origin)
		back(&p.Severity, c.Severity)
		back(&p.People, c.People)
		back(&p.Answered, c.Answered)
		back(&p.MinimumAge, c.MinimumAge)
		back(&p.MaximumAge, c.MaximumAge)
		if c.ReportedAt != nil {
			p.ReportedAt, p.ReportedOn = *c.ReportedAt, needmap.DayInRome(*c.ReportedAt)
		}
		if c.Answered != nil {
			told = c.At
		}
	}
	kept := len(p.Events)
	for ; kept > 0 && p.Events[kept-1].At.After(at); kept-- {
		back(&p.Status, p.Events[kept-1].FromStatus)
	}
	p.Events = p.Events[:kept]
	for i := range p.Responses {
		r := &p.Responses[i]
		untold := r.Status == needmap.ResponseDelivered && !r.Told && r.UpdatedAt.After(at)
		if untold && (told.IsZero() || r.UpdatedAt.Before(told)) {
			p.Answered = max(0, p.Answered-r.People)
		}
	}
}

func back[T any](value *T, was *T) {
	if was != nil {
		*value = *was
	}
}

// spans are the need's episodes with a known end, or none yet, up to a moment.
func (p *PastNeed) spans(at time.Time) []Span {
	return SpansOf(needmap.Episodes(&needmap.Need{Status: p.Status, ReportedAt: p.ReportedAt}, p.Events, at))
}

// SpansOf keeps the episodes whose end is known, or that last.
func SpansOf(episodes []needmap.Episode) []Span {
	spans := make([]Span, 0, len(episodes))
	for _, e := range episodes {
		switch {
		case e.IsOpen:
			spans = append(spans, Span{From: MomentOf(e.From)})
		case e.To != nil:
			spans = append(spans, Span{MomentOf(e.From), MomentOf(*e.To)})
		}
	}
	return spans
}

// open gives what is known of a need that was open, with its responses as they stood.
func (p *PastNeed) open(at time.Time) *Open {
	o := &Open{
		People: p.People, Answered: p.Answered, MinimumAge: p.MinimumAge, MaximumAge: p.MaximumAge, Place: p.Place, Cell: p.Cell,
	}
	for i := range p.Responses {
		r := &p.Responses[i]
		status, people, there := r.at(at)
		if there && !(status == needmap.ResponseDeclined && r.Ended) {
			o.AddResponse(r.ServiceID, people, status)
		}
	}
	return o
}

// at gives a response as it stood. A change that the history does not tell led away
// from an offer.
func (r *PastResponse) at(at time.Time) (status needmap.ResponseStatus, people int, there bool) {
	holds := func(s Stay) bool { return s.holds(at) }
	if r.Since.After(at) || slices.ContainsFunc(r.Away, holds) || r.Only != nil && !slices.ContainsFunc(r.Only, holds) {
		return "", 0, false
	}
	status, people = r.Status, r.People
	if r.UpdatedAt.After(at) && len(r.Changes) == 0 {
		status = needmap.ResponseProposed
	}
	for i := len(r.Changes) - 1; i >= 0 && r.Changes[i].At.After(at); i-- {
		back(&status, r.Changes[i].Status)
		back(&people, r.Changes[i].People)
	}
	return status, people, true
}

// HeldAt gives the service whose places the response held at a moment, and how many.
func (r *PastResponse) HeldAt(at time.Time) (serviceID, people int) {
	status, people, there := r.at(at)
	if !there || r.ServiceID == nil || status != needmap.ResponseProposed && status != needmap.ResponseAccepted {
		return 0, 0
	}
	return *r.ServiceID, people
}

// PastTally adds needs up by local municipality and field, as they stood.
type PastTally struct {
	criteria needmap.NeedCriteria
	keys     map[int64]struct{}
	tallies  map[tallyKey]*needmap.Tally
}

type tallyKey struct {
	municipalityID int
	field          needmap.Field
}

// NewPastTally begins a tally under a filter; keys are as for NewView.
func NewPastTally(c needmap.NeedCriteria, keys []int64) *PastTally {
	return &PastTally{criteria: c, keys: keySet(keys), tallies: map[tallyKey]*needmap.Tally{}}
}

// Add adds a need as it stood at a moment.
func (t *PastTally) Add(p *PastNeed, at time.Time) {
	if _, wanted := t.keys[p.ID]; t.keys != nil && !wanted {
		return
	}
	n, there := p.At(at)
	if !there || !t.criteria.HasValues(n.state()) {
		return
	}
	key := tallyKey{n.MunicipalityID, n.Field}
	if t.tallies[key] == nil {
		t.tallies[key] = &needmap.Tally{}
	}
	t.tallies[key].AddNeed(&needmap.Need{Status: n.Status, People: n.People, PeopleAnswered: n.Answered})
}

// Rows gives the tallies, in no order.
func (t *PastTally) Rows() []needmap.LocalTally {
	rows := make([]needmap.LocalTally, 0, len(t.tallies))
	for key, tally := range t.tallies {
		rows = append(rows, needmap.LocalTally{MunicipalityID: key.municipalityID, Field: key.field, Tally: *tally})
	}
	return rows
}

func (n *Need) state() needmap.NeedState {
	return needmap.NeedState{
		MunicipalityID: n.MunicipalityID, Field: n.Field, Origin: n.Origin, Status: n.Status, Severity: n.Severity,
		People: n.People, PeopleAnswered: n.Answered, ReportedOn: n.ReportedOn,
	}
}

// PastService is a service with its history. Its place is today's.
type PastService struct {
	Service
	Suspensions []needmap.Suspension
	Changes     []ServiceChange // oldest first
}

// ServiceChange is what a service was before a change; Was is nil where it was not
// there.
type ServiceChange struct {
	At  time.Time
	Was *PastService
}

// ServicesAt gives the services as they stood at a moment; now is when the list was
// read.
func ServicesAt(list []PastService, at, now time.Time) []Service {
	var services []Service
	for i := range list {
		if s, ok := list[i].at(at, now); ok {
			services = append(services, s)
		}
	}
	return services
}

func (p *PastService) at(at, now time.Time) (Service, bool) {
	was, told := p, false
	for i := len(p.Changes) - 1; i >= 0; i-- {
		if !p.Changes[i].At.After(at) {
			told = true // the history tells its state since then
			break
		}
		was = p.Changes[i].Was
	}
	if was == nil {
		return Service{}, false
	}
	s := was.Service
	s.ID, s.Place = p.ID, p.Place
	today := was == p && needmap.DayInRome(at) == needmap.DayInRome(now)
	if !told && !today {
		s.Status = was.statusOn(needmap.DayInRome(at))
	}
	return s, true
}

// statusOn judges by the calendar of suspensions whether a service ran on a day of
// which the history tells nothing.
func (p *PastService) statusOn(day needmap.Date) needmap.ServiceStatus {
	if !p.exists() {
		return p.Status
	}
	ended := true // every suspension that is written down
	for _, u := range p.Suspensions {
		if u.From <= day && (u.To == nil || day <= *u.To) {
			return needmap.ServiceSuspended
		}
		ended = ended && u.To != nil && *u.To < day
	}
	if p.Status == needmap.ServiceSuspended && ended {
		return needmap.ServiceSuspended // nobody wrote down since when
	}
	return needmap.ServiceActive
}
