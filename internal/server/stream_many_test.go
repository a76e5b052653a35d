package server_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/gqlhttp"
)

// manySubscribers is how many one server is to carry.
const manySubscribers = 500

// mixedFilters are filters under which the report of manyInput falls, as further
// arguments.
var mixedFilters = []string{
	``, `, filter: {fields: [MINORS]}`, `, filter: {municipalities: ["058091"]}`, `, filter: {openOnly: true, severityAtLeast: 2}`,
	`, filter: {bbox: {west: 12, south: 41.5, east: 12.5, north: 42}}`, `, filter: {text: "doposcuola"}`,
	`, filter: {reportedFrom: "2024-01-01", origins: [KNOWN, EMERGING]}`,
}

// mixedQueries are subscriptions that the report concerns, and who asks them.
func mixedQueries() (roles, queries []string) {
	for _, role := range []string{"coordinator", "analyst", "territory"} {
		for _, filter := range mixedFilters {
			roles, queries = append(roles, role, role), append(queries, needs("(after: null"+filter+")"), cells("(level: LOCAL"+filter+")"))
		}
	}
	return roles, queries
}

const manyInput = `point: {longitude: 12.25, latitude: 41.75}, field: MINORS, origin: KNOWN, severity: 4, people: 2, summary: "Doposcuola chiuso"`

// subscribeMany opens the subscriptions, every tenth as server-sent events.
func subscribeMany(tb testing.TB, s liveSite) []stream {
	tb.Helper()
	roles, queries := mixedQueries()
	streams := make([]stream, manySubscribers)
	for i := range streams {
		caller := s.as(roles[i%len(roles)])
		if query := queries[i%len(queries)]; i%10 == 9 {
			streams[i] = caller.listen(tb, query)
		} else {
			streams[i] = caller.subscribe(tb, query)
		}
		streams[i].next()
	}
	return streams
}

// reach reports a need and gives how long it took to reach each of the streams,
// in milliseconds, shortest first.
func reach(tb testing.TB, s liveSite, streams []stream) []float64 {
	tb.Helper()
	var all sync.WaitGroup
	start := time.Now()
	times, told := make([]time.Time, len(streams)), make([]error, len(streams))
	for i, sub := range streams {
		all.Go(func() {
			answer, err := sub.read()
			if times[i] = time.Now(); err == nil && len(answer.Errors) > 0 {
				err = fmt.Errorf("%s: %+v", sub.name, answer.Errors)
			}
			told[i] = err
		})
	}
	s.report(tb, manyInput)
	all.Wait()
	took := make([]float64, len(streams))
	for i := range streams {
		if told[i] != nil {
			tb.Fatal(told[i])
		}
		took[i] = float64(times[i].Sub(start)) / float64(time.Millisecond)
	}
	slices.Sort(took)
	return took
}

// TestAWriteReachesManySubscribers of all roles and filters, each time.
func TestAWriteReachesManySubscribers(t *testing.T) {
	s := newLiveWith(t, gqlhttp.StreamOptions{})
	streams := subscribeMany(t, s)
	for range 3 {
		took := reach(t, s, streams)
		t.Logf("a write reached %d subscribers: half of them in %.0f ms, all in %.0f ms", len(took), took[len(took)/2], took[len(took)-1])
	}
	if got := s.followers(); got != manySubscribers {
		t.Errorf("%d follow", got)
	}
}

// TestToldCellsAreThoseOfTheMap compares, for each role, filter and level, what is
// told after a write with what the map says then.
func TestToldCellsAreThoseOfTheMap(t *testing.T) {
	s := newLive(t)
	type told struct {
		caller *site
		query  string
		stream
	}
	var all []told
	for _, role := range []string{"coordinator", "analyst", "territory"} {
		for _, filter := range mixedFilters {
			for _, level := range []string{"LOCAL", "COMUNE", "PROVINCE", "REGION"} {
				arguments := "(level: " + level + filter + ")"
				sub := s.as(role).subscribe(t, cells(arguments))
				sub.next()
				all = append(all, told{s.as(role), "{c: needMap" + arguments + "{cells {area {code} tally {needs people}}}}", sub})
			}
		}
	}
	s.report(t, manyInput)
	for _, one := range all {
		message := one.next()
		var data struct{ C change }
		one.caller.get(t, one.query, nil, &data)
		onMap := map[string]string{}
		for _, cell := range data.C.Cells {
			onMap[cell.Area.Code] = fmt.Sprint(cell.Tally)
		}
		if len(message.Cells) != 1 {
			t.Errorf("%s tells %d cells", one.name, len(message.Cells))
		}
		for _, cell := range message.Cells {
			if got := fmt.Sprint(cell.Tally); got != onMap[cell.Area.Code] {
				t.Errorf("%s tells %s of %s, the map says %s", one.name, got, cell.Area.Code, onMap[cell.Area.Code])
			}
		}
	}
}

// BenchmarkAWriteReachesManySubscribers measures from before the mutation is sent
// until a client has read the message; the clients share the machine.
func BenchmarkAWriteReachesManySubscribers(b *testing.B) {
	s := newLiveWith(b, gqlhttp.StreamOptions{})
	streams := subscribeMany(b, s)
	var all []float64
	for b.Loop() {
		all = append(all, reach(b, s, streams)...)
	}
	slices.Sort(all)
	b.ReportMetric(all[len(all)/2], "p50-ms")
	b.ReportMetric(all[len(all)*95/100], "p95-ms")
}
