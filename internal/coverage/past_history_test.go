package coverage

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// history is the life of a need, built forward: p is what the database would hold
// after each step, and now is how the need stands.
type history struct {
	p       PastNeed
	now     Need
	answers []answerNow // those of p.Responses as they stand
	merged  needmap.NeedStatus
	moments []time.Time
	states  []Need // after each moment
}

type answerNow struct {
	service *int
	people  int
	status  needmap.ResponseStatus
	ended   bool
}

func (a answerNow) holds() bool {
	return a.status == needmap.ResponseProposed || a.status == needmap.ResponseAccepted
}

// hour is the moment of a step, with seconds so that moments are kept whole.
func hour(n int) time.Time { return day(0).Add(time.Duration(n) * time.Hour) }

// drawHistory draws a need of some steps, an hour or more apart. Some came with their
// end, and of some the history does not tell the report.
func drawHistory(t *rapid.T, id int64) *history {
	h := &history{now: Need{
		ID: id, MunicipalityID: pick(t, "municipality", locals...), Field: pick(t, "field", needmap.Fields...),
		Origin: pick(t, "origin", needmap.NeedOrigins...), Status: pick(t, "status", needmap.StatusReported, needmap.StatusVerified, needmap.StatusMet),
		Severity: rapid.IntRange(1, 5).Draw(t, "severity"), ReportedOn: "2026-01-01", People: rapid.IntRange(2, 20).Draw(t, "people"),
	}}
	reported := rapid.IntRange(0, 30).Draw(t, "reported")
	h.p = PastNeed{ID: id, ReportedAt: hour(reported), MinimumAge: pick(t, "youngest", nil, new(70)), Place: pick(t, "place", nil, north(0), north(5000))}
	h.p.Cell = h.p.Place
	if h.now.Status.Open() {
		h.now.Spans = []Span{{From: MomentOf(hour(reported))}}
	}
	if rapid.Bool().Draw(t, "report told") {
		h.event(hour(reported), needmap.EventReported, nil, h.now.Status)
	}
	h.note(hour(reported))
	step := reported
	for range rapid.IntRange(0, 20).Draw(t, "steps") {
		step += rapid.IntRange(1, 40).Draw(t, "hours")
		h.step(t, hour(step))
		h.note(hour(step))
	}
	return h
}

// note writes down how the need stands, and brings p up to date.
func (h *history) note(at time.Time) {
	n := h.now
	n.Spans = slices.Clone(n.Spans)
	if n.Status.Open() {
		n.Open = &Open{People: n.People, Answered: n.Answered, MinimumAge: h.p.MinimumAge, Place: h.p.Place, Cell: h.p.Cell}
		for _, a := range h.answers {
			if !(a.status == needmap.ResponseDeclined && a.ended) {
				n.Open.AddResponse(a.service, a.people, a.status)
			}
		}
	}
	h.moments, h.states = append(h.moments, at), append(h.states, n)
	h.p.MunicipalityID, h.p.Field, h.p.Origin, h.p.Status = n.MunicipalityID, n.Field, n.Origin, n.Status
	h.p.Severity, h.p.People, h.p.Answered, h.p.ReportedOn = n.Severity, n.People, n.Answered, n.ReportedOn
	for i, a := range h.answers {
		h.p.Responses[i].People, h.p.Responses[i].Status, h.p.Responses[i].Ended = a.people, a.status, a.ended
	}
}

func (h *history) event(at time.Time, kind needmap.NeedEventKind, from *needmap.NeedStatus, to needmap.NeedStatus) {
	h.p.Events = append(h.p.Events, &needmap.NeedEvent{At: at, Kind: kind, FromStatus: from, ToStatus: &to})
}

func (h *history) step(t *rapid.T, at time.Time) {
	switch kind := pick(t, "step", "values", "values", "status", "offer", "offer", "answer", "answer", "answer", "merge"); {
	case kind == "values":
		h.change(t, at)
	case kind == "merge" && h.now.Status.Open() && h.merged == "":
		h.merged = h.now.Status
		h.become(at, needmap.EventMerged, needmap.StatusRejected)
	case kind == "merge" && h.merged != "":
		h.unmerge(at)
	case h.merged != "": // a merged need stands still
	case kind == "status":
		h.changeStatus(t, at)
	case !h.now.Status.Open():
	case kind == "offer":
		h.offer(t, at)
	default:
		h.changeAnswer(t, at)
	}
}

// become moves the need to a status, with its spans and answers.
func (h *history) become(at time.Time, kind needmap.NeedEventKind, to needmap.NeedStatus) {
	from := h.now.Status
	h.event(at, kind, &from, to)
	h.now.Status = to
	switch {
	case from.Open() == to.Open():
	case to.Open():
		h.now.Spans = append(h.now.Spans, Span{From: MomentOf(at)})
	default:
		h.now.Spans[len(h.now.Spans)-1].To = MomentOf(at)
		for i := range h.answers {
			if h.answers[i].holds() {
				h.tell(i, at, true, false)
				h.answers[i].status, h.answers[i].ended = needmap.ResponseDeclined, true
			}
		}
	}
}

// unmerge takes a merge back: the episode never ended.
func (h *history) unmerge(at time.Time) {
	from := h.now.Status
	h.event(at, needmap.EventUnmerged, &from, h.merged)
	h.now.Status, h.merged = h.merged, ""
	h.now.Spans[len(h.now.Spans)-1].To = 0
}

func (h *history) changeStatus(t *rapid.T, at time.Time) {
	if !h.now.Status.Open() {
		h.become(at, needmap.EventReopened, needmap.StatusReported)
		return
	}
	to := pick(t, "to", needmap.StatusVerified, needmap.StatusAssigned, needmap.StatusInProgress, needmap.StatusMet, needmap.StatusClosed)
	if to != h.now.Status {
		h.become(at, needmap.EventStatus, to)
	}
}

// change changes one value or several at once.
func (h *history) change(t *rapid.T, at time.Time) {
	c, n := Change{At: at}, &h.now
	for range rapid.IntRange(1, 3).Draw(t, "values") {
		switch pick(t, "value", "people", "municipality", "field", "origin", "severity") {
		case "people":
			set(&c.People, &n.People, rapid.IntRange(max(1, n.Answered), max(1, n.Answered)+5).Draw(t, "people"))
		case "municipality":
			set(&c.MunicipalityID, &n.MunicipalityID, pick(t, "municipality", locals...))
		case "field":
			set(&c.Field, &n.Field, pick(t, "field", needmap.Fields...))
		case "origin":
			set(&c.Origin, &n.Origin, pick(t, "origin", needmap.NeedOrigins...))
		case "severity":
			set(&c.Severity, &n.Severity, rapid.IntRange(1, 5).Draw(t, "severity"))
		}
	}
	h.p.Changes = append(h.p.Changes, c)
}

// set changes a value, and keeps what it was before the change.
func set[T any](was **T, value *T, to T) {
	if *was == nil {
		*was = new(*value)
	}
	*value = to
}

func (h *history) offer(t *rapid.T, at time.Time) {
	a := answerNow{pick(t, "service", nil, new(1), new(2), new(3)), rapid.IntRange(1, 4).Draw(t, "offered"), needmap.ResponseProposed, false}
	h.answers = append(h.answers, a)
	h.p.Responses = append(h.p.Responses, PastResponse{ServiceID: a.service, Since: at, UpdatedAt: at})
}

// tell writes into the history what a response was before a change.
func (h *history) tell(i int, at time.Time, status, people bool) {
	r, c := &h.p.Responses[i], ResponseChange{At: at}
	if status {
		c.Status = new(h.answers[i].status)
	}
	if people {
		c.People = new(h.answers[i].people)
	}
	r.Changes, r.UpdatedAt = append(r.Changes, c), at
}

// changeAnswer accepts, declines or delivers; the history tells it, or does not where
// it told nothing of the response before.
func (h *history) changeAnswer(t *rapid.T, at time.Time) {
	var holding []int
	for i, a := range h.answers {
		if a.holds() {
			holding = append(holding, i)
		}
	}
	if len(holding) == 0 {
		return
	}
	i := pick(t, "response", holding...)
	a, r := &h.answers[i], &h.p.Responses[i]
	to := pick(t, "becomes", needmap.ResponseAccepted, needmap.ResponseDeclined, needmap.ResponseDelivered, needmap.ResponseDelivered)
	untold := a.status == needmap.ResponseProposed && len(r.Changes) == 0 && rapid.Bool().Draw(t, "untold")
	switch {
	case to == a.status || to == needmap.ResponseDelivered && h.now.Answered+a.people > h.now.People:
	case to == needmap.ResponseDelivered && !untold:
		h.deliver(t, i, at)
	case to == needmap.ResponseDelivered:
		a.status, r.UpdatedAt = to, at
		h.now.Answered += a.people
	case untold:
		a.status, r.UpdatedAt = to, at
	default:
		fewer := rapid.IntRange(1, a.people).Draw(t, "people")
		if to == needmap.ResponseDeclined {
			fewer = a.people
		}
		h.tell(i, at, true, fewer != a.people)
		a.status, a.people = to, fewer
	}
}

// deliver delivers to some people; what is left is a response of its own.
func (h *history) deliver(t *rapid.T, i int, at time.Time) {
	a := h.answers[i]
	some := rapid.IntRange(1, a.people).Draw(t, "delivered")
	h.tell(i, at, true, some != a.people)
	h.p.Responses[i].Told = true
	h.p.Changes = append(h.p.Changes, Change{At: at, Answered: new(h.now.Answered)})
	h.now.Answered += some
	h.answers[i].status, h.answers[i].people = needmap.ResponseDelivered, some
	if rest := a.people - some; rest > 0 {
		a.people = rest
		h.answers = append(h.answers, a)
		h.p.Responses = append(h.p.Responses, PastResponse{ServiceID: a.service, Since: at, UpdatedAt: at})
	}
}
