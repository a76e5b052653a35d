package coverage

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/innovainrete/needmap/internal/needmap"
)

// drawnPlaces are few, so that services and needs meet often.
var drawnPlaces = []*orb.Point{north(0), north(1000), north(5000), north(50_000), north(90_000)}

func pick[E any](t *rapid.T, label string, of ...E) E { return rapid.SampledFrom(of).Draw(t, label) }

func drawNeed(t *rapid.T, id int64) Need {
	n := Need{
		ID: id, MunicipalityID: pick(t, "municipality", locals...), Field: pick(t, "field", needmap.Fields[:2]...),
		Origin: pick(t, "origin", needmap.NeedOrigins...), Status: pick(t, "status", needmap.NeedStatuses...),
		Severity: rapid.IntRange(1, 5).Draw(t, "severity"), People: rapid.IntRange(1, 6).Draw(t, "people"),
		ReportedOn: needmap.Date(fmt.Sprintf("2026-01-%02d", rapid.IntRange(1, 9).Draw(t, "day"))),
	}
	n.Answered = rapid.IntRange(0, n.People).Draw(t, "answered")
	from := 0
	for range rapid.IntRange(0, 2).Draw(t, "spans") {
		from += rapid.IntRange(0, 30).Draw(t, "from")
		to := from + rapid.IntRange(0, 30).Draw(t, "to")
		n.Spans = append(n.Spans, Span{MomentOf(day(from)), MomentOf(day(to))})
		from = to
	}
	if n.Status.Open() {
		n.Open = drawOpen(t, n.People, n.Answered)
		n.Spans = append(n.Spans, Span{From: MomentOf(day(from))})
	}
	return n
}

func drawOpen(t *rapid.T, people, answered int) *Open {
	o := &Open{People: people, Answered: answered, MinimumAge: pick(t, "youngest", nil, new(3), new(70))}
	o.MaximumAge = pick(t, "oldest", nil, new(80))
	if rapid.Bool().Draw(t, "located") {
		o.Place, o.Cell = pick(t, "place", drawnPlaces...), pick(t, "cell", drawnPlaces...)
	}
	for range rapid.IntRange(0, 2).Draw(t, "responses") {
		service := pick(t, "answerer", nil, new(1), new(2), new(3), new(4))
		o.AddResponse(service, rapid.IntRange(1, 3).Draw(t, "taken"), pick(t, "answer", needmap.ResponseStatuses...))
	}
	return o
}

func drawNeeds(t *rapid.T) (needs []Need) {
	for i := range rapid.IntRange(0, 12).Draw(t, "needs") {
		needs = append(needs, drawNeed(t, int64(i+1)))
	}
	return needs
}

func drawServices(t *rapid.T) (services []Service) {
	for i := range rapid.IntRange(0, 5).Draw(t, "services") {
		s := Service{
			ID: i + 1, Field: pick(t, "field", needmap.Fields[:2]...), Status: pick(t, "status", needmap.ServiceActive, needmap.ServiceActive, needmap.ServiceSuspended, needmap.ServicePlanned, needmap.ServiceClosed),
			Capacity: rapid.IntRange(0, 6).Draw(t, "capacity"), MinimumAge: pick(t, "youngest", nil, new(18)), MaximumAge: pick(t, "oldest", nil, new(60)),
			MunicipalityIDs: rapid.SliceOfDistinct(rapid.SampledFrom(locals), rapid.ID).Draw(t, "serving"),
			Place:           pick(t, "place", append([]*orb.Point{nil}, drawnPlaces...)...), CatchmentMetres: pick(t, "catchment", nil, new(2000), new(20_000), new(70_000)),
		}
		services = append(services, s)
	}
	return services
}

// drawFilter draws a filter of needs, and keys or nil.
func drawFilter(t *rapid.T) (c needmap.NeedCriteria, keys []int64) {
	some := func(label string) bool { return rapid.IntRange(0, 3).Draw(t, label) == 0 }
	c.Cells, c.SeverityAtLeast = rapid.Bool().Draw(t, "cells"), pick(t, "severe", 1, 1, 3)
	if some("by municipality") {
		c.MunicipalityIDs = rapid.SliceOfDistinct(rapid.SampledFrom(locals), rapid.ID).Draw(t, "municipalities")
	}
	if some("by field") {
		c.Fields = slices.Clone(needmap.Fields[:1])
	}
	if some("by origin") {
		c.Origins = []needmap.NeedOrigin{needmap.OriginKnown, needmap.OriginEmerging}
	}
	if some("by status") {
		c.Statuses = []needmap.NeedStatus{needmap.StatusReported, needmap.StatusMet}
	}
	if some("by day") {
		c.ReportedFrom, c.ReportedTo = new(needmap.Date("2026-01-03")), new(needmap.Date("2026-01-07"))
	}
	if some("by key") {
		keys = append([]int64{}, rapid.SliceOf(rapid.Int64Range(1, 12)).Draw(t, "keys")...)
	}
	return c, keys
}
