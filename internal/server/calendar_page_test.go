package server_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// modelEvent is an event for the plain evaluation of a filter.
type modelEvent struct {
	id     int
	day    string
	kind   string
	place  string // "" for none
	fields []string
}

// calendarFilter is an EventFilter; its order of days is that of their texts.
type calendarFilter struct {
	Municipalities []string `json:"municipalities"`
	Kinds          []string `json:"kinds"`
	Fields         []string `json:"fields"`
	From           *string  `json:"from"`
	To             *string  `json:"to"`
}

func (f calendarFilter) admits(e modelEvent) bool {
	within := map[string][]string{"VT": {"056001"}, "058091": {"058091", "058091-01", "058091-02"}, "058091-02": {"058091-02"}}
	return (f.Kinds == nil || slices.Contains(f.Kinds, e.kind)) &&
		(f.Municipalities == nil || slices.ContainsFunc(f.Municipalities, func(code string) bool { return slices.Contains(within[code], e.place) })) &&
		(f.Fields == nil || slices.ContainsFunc(f.Fields, func(field string) bool { return slices.Contains(e.fields, field) })) &&
		(f.From == nil || e.day >= *f.From) && (f.To == nil || e.day <= *f.To)
}

var (
	modelDays   = []string{"1999-12-31", "2026-01-01", "2026-01-02", "2026-06-30"}
	modelFields = []string{"MINORS", "ELDERLY", "DISABILITY"}
)

func drawCalendarFilter(t *rapid.T) calendarFilter {
	var f calendarFilter
	lists := func(name string, of []string) []string {
		if rapid.Bool().Draw(t, name+" open") {
			return nil
		}
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID[string]).Draw(t, name)
	}
	f.Municipalities = lists("municipalities", []string{"VT", "058091", "058091-02"})
	f.Kinds = lists("kinds", []string{"SEMINAR", "TECHNICAL_TABLE"})
	f.Fields = lists("fields", modelFields)
	from, to := rapid.IntRange(0, 4).Draw(t, "from"), rapid.IntRange(0, 4).Draw(t, "to")
	if from < 4 {
		f.From = &modelDays[from]
	}
	if to < 4 && (from == 4 || from <= to) {
		f.To = &modelDays[to]
	}
	return f
}

// drawCalendar fills the calendar with events of few days, so that many share one.
func drawCalendar(t *testing.T, s *directorySite) []modelEvent {
	t.Helper()
	places := []string{"", "056001", "058091", "058091-01", "058091-02"}
	var events []modelEvent
	for i := range 60 {
		e := modelEvent{
			id: i + 1, day: modelDays[i*7%4], kind: []string{"SEMINAR", "TECHNICAL_TABLE"}[i/3%2], place: places[i%5], fields: []string{},
		}
		for k, field := range modelFields {
			if i>>k&1 == 1 {
				e.fields = append(e.fields, field)
			}
		}
		mustExec(t, s.all, fmt.Sprintf(`insert into event (title, kind, on_day, municipality_id, fields) values ('%d', '%s', '%s',
			(select id from municipality where code = '%s'), '{%s}')`, i, e.kind, e.day, e.place, strings.Join(e.fields, ",")))
		events = append(events, e)
	}
	slices.SortFunc(events, func(a, b modelEvent) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.id, b.id)) })
	return events
}

// TestCalendarPages draws filters and walks the pages from both ends.
func TestCalendarPages(t *testing.T) {
	s := newDirectorySite(t)
	events := drawCalendar(t, s)
	rapid.Check(t, func(t *rapid.T) {
		f := drawCalendarFilter(t)
		want := []string{}
		for _, e := range events {
			if f.admits(e) {
				want = append(want, globalID("Event", e.id))
			}
		}
		size := rapid.IntRange(max(1, len(want)/4), max(2, len(want))).Draw(t, "size")
		for _, backward := range []bool{false, true} {
			if got := s.walkCalendar(t, f, size, len(want), backward); !slices.Equal(got, want) {
				t.Errorf("%+v, pages of %d, backward %v: %v, want %v", f, size, backward, got, want)
			}
		}
	})
}

const calendarPage = `query($f: EventFilter, $first: Int, $after: String, $last: Int, $before: String) {
	events(filter: $f, first: $first, after: $after, last: $last, before: $before) {
		totalCount pageInfo {hasNextPage hasPreviousPage startCursor endCursor} nodes {id} edges {cursor node {id}}}}`

func (s *directorySite) walkCalendar(t *rapid.T, f calendarFilter, size, total int, backward bool) []string {
	ids := []string{}
	variables := map[string]any{"f": f, "first": size}
	if backward {
		variables = map[string]any{"f": f, "last": size}
	}
	for range total + 1 {
		answer := s.asks(t, "", calendarPage, variables)
		var data struct {
			Events struct {
				TotalCount int
				PageInfo   struct {
					HasNextPage, HasPreviousPage bool
					StartCursor, EndCursor       *string
				}
				Nodes []struct{ ID string }
				Edges []struct {
					Cursor string
					Node   struct{ ID string }
				}
			}
		}
		if err := json.Unmarshal(answer.Data, &data); err != nil || len(answer.Errors) > 0 {
			t.Fatalf("%v %+v", err, answer.Errors)
		}
		page := data.Events
		part := make([]string, len(page.Nodes))
		for i, n := range page.Nodes {
			if part[i] = n.ID; page.Edges[i].Node.ID != n.ID {
				t.Fatalf("edge %d is %s, node %s", i, page.Edges[i].Node.ID, n.ID)
			}
		}
		if page.TotalCount != total || len(part) > size {
			t.Fatalf("totalCount %d, want %d; a page of %d holds %d", page.TotalCount, total, size, len(part))
		}
		more := page.PageInfo.HasNextPage
		if backward {
			more = page.PageInfo.HasPreviousPage
			ids, variables["before"] = append(part, ids...), page.PageInfo.StartCursor
		} else {
			ids, variables["after"] = append(ids, part...), page.PageInfo.EndCursor
		}
		if !more {
			return ids
		}
	}
	t.Fatalf("the pages do not end")
	return nil
}

// TestCalendarAsksForWhatItGets gives the arguments of events what they can't be.
func TestCalendarAsksForWhatItGets(t *testing.T) {
	s := newDirectorySite(t)
	foreign := "eyJsIjoic2VydmljZXMiLCJpIjoxfQ" // a position among services
	for query, want := range map[string]string{
		`{events(first: 501) {totalCount}}`:                                                     "INVALID first",
		`{events(first: 1, last: 1) {totalCount}}`:                                              "INVALID last",
		`{events(after: "` + foreign + `") {totalCount}}`:                                       "INVALID after",
		`{events(filter: {municipalities: ["ZZ"]}) {totalCount}}`:                               "INVALID municipalities",
		`{events(filter: {from: "2026-02-02", to: "2026-02-01"}) {totalCount}}`:                 "INVALID to",
		`{events(filter: {kinds: [SEMINAR, SEMINAR, SEMINAR, SEMINAR, SEMINAR]}) {totalCount}}`: "INVALID kinds",
	} {
		code, field := s.asks(t, "", query, nil).first()
		if got := code + " " + field; got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}
