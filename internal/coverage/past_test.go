package coverage

import (
	"cmp"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// plain brings a need into a form in which equal ones are deeply equal.
func plain(n Need) Need {
	n.Spans = append([]Span{}, n.Spans...)
	if n.Open != nil {
		o := *n.Open
		o.Declined, o.Held = append([]int{}, o.Declined...), append([]Held{}, o.Held...)
		slices.Sort(o.Declined)
		slices.SortFunc(o.Held, func(a, b Held) int {
			return cmp.Or(cmp.Compare(a.ServiceID, b.ServiceID), cmp.Compare(a.People, b.People))
		})
		n.Open = &o
	}
	return n
}

// TestPastNeedAt goes back through histories that were written forward: just after
// each step, and just before the next, the need stands as it stood then. Going back
// does not change the history.
func TestPastNeedAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, 1)
		for range 2 {
			for i := len(h.moments) - 1; i >= 0; i-- {
				for _, later := range []time.Duration{0, time.Second, time.Hour - time.Second} {
					got, there := h.p.At(h.moments[i].Add(later))
					if !there || !reflect.DeepEqual(plain(got), plain(h.states[i])) {
						t.Fatalf("%s after step %d of %d:\ngot  %+v %+v\nwant %+v %+v", later, i, len(h.moments)-1, got, got.Open, h.states[i], h.states[i].Open)
					}
				}
			}
		}
		if _, there := h.p.At(h.moments[0].Add(-time.Second)); there {
			t.Fatal("there before it was reported")
		}
	})
}

// TestPastNeedHeldAt: the places held of a service are those of the needs' states.
func TestPastNeedHeldAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, 1)
		for i, at := range h.moments {
			held, want := map[int]int{}, map[int]int{}
			for k := range h.p.Responses {
				if service, people := h.p.Responses[k].HeldAt(at); people > 0 {
					held[service] += people
				}
			}
			if h.states[i].Open != nil {
				for _, place := range h.states[i].Open.Held {
					want[place.ServiceID] += place.People
				}
			}
			if !reflect.DeepEqual(held, want) {
				t.Fatalf("after step %d: %v places held, want %v", i, held, want)
			}
		}
	})
}

// TestPastNeedUntold: of four deliveries the history tells the first and the third.
// What it tells of the third holds the second, and not the fourth.
func TestPastNeedUntold(t *testing.T) {
	p := &PastNeed{
		ID: 1, MunicipalityID: first, Status: needmap.StatusVerified, People: 10, Answered: 10, ReportedAt: day(0),
		Changes: []Change{{At: day(2), Answered: new(0)}, {At: day(6), Answered: new(5)}},
	}
	for i, people := range []int{4, 1, 3, 2} {
		p.Responses = append(p.Responses, PastResponse{
			People: people, Status: needmap.ResponseDelivered, Since: day(1), UpdatedAt: day(2 * (i + 1)), Told: i%2 == 0,
		})
	}
	for on, want := range []int{0, 0, 4, 4, 5, 5, 8, 8, 10} {
		if n, _ := p.At(day(on)); n.Answered != want {
			t.Errorf("day %d: %d people have an answer, want %d", on, n.Answered, want)
		}
	}
}

// TestPastNeedMerged: 5 people had an answer on day 2. A duplicate whose 3 people had
// theirs on day 5 was merged into the need on day 8, and its response came along: what
// it did before is the duplicate's.
func TestPastNeedMerged(t *testing.T) {
	delivered := func(people, since, on int) PastResponse {
		return PastResponse{ServiceID: new(1), People: people, Status: needmap.ResponseDelivered, Since: day(since), UpdatedAt: day(on), Told: true}
	}
	p := &PastNeed{
		ID: 1, MunicipalityID: first, Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Status: needmap.StatusVerified, Severity: 3,
		People: 10, Answered: 8, ReportedAt: day(0), ReportedOn: "2026-01-01",
		Changes:   []Change{{At: day(2), Answered: new(0)}, {At: day(8), Answered: new(5)}},
		Responses: []PastResponse{delivered(5, 1, 2), delivered(3, 8, 5)},
	}
	for _, c := range []struct{ day, want int }{{1, 0}, {2, 5}, {3, 5}, {6, 5}, {8, 8}} {
		if n, _ := p.At(day(c.day)); n.Answered != c.want {
			t.Errorf("day %d: %d people have an answer, want %d", c.day, n.Answered, c.want)
		}
	}
}

// TestPastNeedReportedAnew: an import on day 5 said that the need of day 3 had been
// reported on day 1. Before that, nobody knew of it on day 2.
func TestPastNeedReportedAnew(t *testing.T) {
	p := &PastNeed{
		ID: 1, MunicipalityID: first, Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Status: needmap.StatusReported, Severity: 3,
		People: 1, ReportedAt: day(1), ReportedOn: needmap.DayInRome(day(1)), Changes: []Change{{At: day(5), ReportedAt: new(day(3))}},
	}
	for _, c := range []struct{ day, reported int }{{2, 0}, {4, 3}, {5, 1}} {
		n, there := p.At(day(c.day))
		if there != (c.reported > 0) {
			t.Errorf("day %d: there %v", c.day, there)
		}
		if there && (n.ReportedOn != needmap.DayInRome(day(c.reported)) || !slices.Equal(n.Spans, []Span{since(c.reported)})) {
			t.Errorf("day %d: reported on %s, open %v", c.day, n.ReportedOn, n.Spans)
		}
	}
}

// TestPastTally adds up by municipality and field what a filter has at a moment.
func TestPastTally(t *testing.T) {
	need := func(id int64, reported int) *PastNeed {
		return &PastNeed{
			ID: id, MunicipalityID: first, Field: needmap.FieldElderly, Origin: needmap.OriginKnown, Status: needmap.StatusReported,
			Severity: 3, People: 10, Answered: 2, ReportedAt: day(reported), ReportedOn: "2026-01-02",
		}
	}
	moved, late, mild := need(1, 1), need(2, 9), need(3, 1)
	moved.Changes = []Change{{At: day(6), MunicipalityID: new(second), People: new(4)}}
	mild.Severity = 1
	tally := NewPastTally(needmap.NeedCriteria{SeverityAtLeast: 2}, []int64{1, 2, 3, 4})
	for _, n := range []*PastNeed{moved, late, mild, need(4, 1), need(5, 1)} { // 5 is not asked for
		tally.Add(n, day(5))
	}
	rows := tally.Rows()
	slices.SortFunc(rows, func(a, b needmap.LocalTally) int { return a.MunicipalityID - b.MunicipalityID })
	one := func(people int) needmap.Tally {
		return needmap.Tally{Needs: 1, OpenNeeds: 1, People: people, OpenPeople: people, PeopleAnswered: 2}
	}
	want := []needmap.LocalTally{
		{MunicipalityID: first, Field: needmap.FieldElderly, Tally: one(10)},
		{MunicipalityID: second, Field: needmap.FieldElderly, Tally: one(4)},
	}
	if !slices.Equal(rows, want) {
		t.Errorf("%+v, want %+v", rows, want)
	}
}

// suspensions are those of a calendar, from and to by turns; "" is no end yet.
func suspensions(days ...needmap.Date) (list []needmap.Suspension) {
	for i := 0; i < len(days); i += 2 {
		u := needmap.Suspension{From: days[i]}
		if to := days[i+1]; to != "" {
			u.To = &to
		}
		list = append(list, u)
	}
	return list
}

func was(s Service, calendar ...needmap.Suspension) *PastService {
	return &PastService{Service: s, Suspensions: calendar}
}

func TestServicesAt(t *testing.T) {
	small := was(home(99, serving(second), func(s *Service) { s.Capacity = 2 }))
	calendar := *was(home(1), suspensions("2026-01-05", "2026-01-07", "2026-01-20", "")...)
	planned := *was(home(1, being(needmap.ServicePlanned)), calendar.Suspensions...)
	changed := PastService{Service: home(1, located(north(7))), Changes: []ServiceChange{{day(8), small}, {day(9), was(home(99))}}}
	created := PastService{Service: home(1), Changes: []ServiceChange{{At: day(8)}}}
	deleted := PastService{Service: Service{ID: 1, Status: needmap.ServiceClosed}, Changes: []ServiceChange{{At: day(3)}, {day(8), small}}}
	resumed := PastService{Service: home(1), Changes: []ServiceChange{
		{day(8), was(home(1, being(needmap.ServiceSuspended)), suspensions("2026-01-02", "")...)},
	}}
	stopped := PastService{Service: home(1), Suspensions: suspensions("2026-01-09", "2026-01-10"), Changes: []ServiceChange{
		{day(8), was(home(1))}, {day(9), was(home(1, being(needmap.ServiceSuspended)), suspensions("2026-01-09", "")...)},
	}}
	for _, c := range []struct {
		name     string
		service  PastService
		day      int // of January 2026, from 0
		status   needmap.ServiceStatus
		capacity int
	}{
		{"before a suspension", calendar, 3, needmap.ServiceActive, 5},
		{"its first day", calendar, 4, needmap.ServiceSuspended, 5},
		{"its last day", calendar, 6, needmap.ServiceSuspended, 5},
		{"the day after", calendar, 7, needmap.ServiceActive, 5},
		{"one without an end", calendar, 25, needmap.ServiceSuspended, 5},
		{"a planned one has no calendar", planned, 25, needmap.ServicePlanned, 5},
		{"nobody wrote down since when", *was(home(1, being(needmap.ServiceSuspended))), 1, needmap.ServiceSuspended, 5},
		{"before it changed", changed, 7, needmap.ServiceActive, 2},
		{"when it changed", changed, 8, needmap.ServiceActive, 5},
		{"before it was there", created, 7, "", 0},
		{"when it came", created, 8, needmap.ServiceActive, 5},
		{"before what was deleted was there", deleted, 2, "", 0},
		{"before it was deleted", deleted, 7, needmap.ServiceActive, 2},
		{"when it was deleted", deleted, 8, needmap.ServiceClosed, 0},
		{"before it was resumed", resumed, 5, needmap.ServiceSuspended, 5},
		{"before it was suspended, and resumed since", resumed, 0, needmap.ServiceActive, 5},
		{"today it is what it is, whatever the calendar says", calendar, 100, needmap.ServiceActive, 5},
		{"resumed on the day of its suspension", stopped, 9, needmap.ServiceActive, 5},
		{"suspended on that day", stopped, 8, needmap.ServiceSuspended, 5},
	} {
		got := ServicesAt([]PastService{c.service}, day(c.day), day(100))
		switch {
		case c.status == "" && len(got) == 0:
		case len(got) != 1 || got[0].Status != c.status || got[0].Capacity != c.capacity || got[0].ID != 1 || got[0].Place != c.service.Place:
			t.Errorf("%s: %+v, want %s with %d places", c.name, got, c.status, c.capacity)
		}
	}
}
