package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// expect reads the first message of a stream, which gives the position only, and
// gives a function that checks the next one.
func expect(tb testing.TB, s stream) func(want string) change {
	tb.Helper()
	if first := s.next(); first.told() != "" || first.Cursor == "" || first.Reload {
		tb.Fatalf("%s begins with %+v", s.name, first)
	}
	return func(want string) change {
		tb.Helper()
		got := s.next()
		if got.told() != want {
			tb.Errorf("%s\ntells %q, want %q", s.name, got.told(), want)
		}
		return got
	}
}

const (
	inMunicipioI = `municipality: "058091-01", field: MINORS, origin: KNOWN, severity: 4, people: 2`
	inViterbo    = `municipality: "056001", field: ELDERLY, origin: KNOWN, severity: 2, people: 3`
)

// TestChangesReachBothTransports reports needs; who asked for others hears nothing.
func TestChangesReachBothTransports(t *testing.T) {
	s := newLive(t)
	all, allCells := expect(t, s.subscribe(t, needs(""))), expect(t, s.subscribe(t, cells("")))
	elderly := expect(t, s.listen(t, needs(`(filter: {fields: [ELDERLY]})`)))
	region := expect(t, s.listen(t, cells(`(level: REGION)`)))
	viterbo := expect(t, s.listen(t, cells(`(filter: {municipalities: ["056"]}, level: PROVINCE)`)))
	id := s.report(t, inMunicipioI)
	if got := all("REPORTED REPORTED"); *got.NeedID != id || got.Need.ID != id || got.Need.Severity != 4 {
		t.Errorf("told %+v of %s", got, id)
	}
	allCells("058091-01 3/13")
	region("12 6/26")
	s.report(t, inViterbo)
	all("REPORTED REPORTED")
	allCells("056001 3/14")
	region("12 7/29")
	elderly("REPORTED REPORTED")
	viterbo("056 3/14")
	s.write(t, "transitionNeed", fmt.Sprintf(`id: %q, version: 1, to: REJECTED, reasonCode: NOT_A_NEED`, id))
	all("STATUS_CHANGED REJECTED")
	allCells("058091-01 3/13")
}

// TestNeedsComeAndGo under filters of every kind.
func TestNeedsComeAndGo(t *testing.T) {
	s := newLive(t)
	filter := func(parts string) func(string) change {
		return expect(t, s.subscribe(t, needs(`(filter: {`+parts+`})`)))
	}
	reported, verified := filter(`statuses: [REPORTED]`), filter(`statuses: [VERIFIED]`)
	severe, open := filter(`severityAtLeast: 5`), expect(t, s.subscribe(t, cells(`(filter: {severityAtLeast: 5})`)))
	box := filter(`bbox: {west: 12.2, south: 41.7, east: 12.3, north: 41.8}`)
	text := filter(`text: "doposcuola"`)

	s.write(t, "transitionNeed", fmt.Sprintf(`id: %q, version: 1, to: VERIFIED`, globalID("Need", 3)))
	reported("STATUS_CHANGED gone")
	verified("STATUS_CHANGED VERIFIED")
	severe("STATUS_CHANGED VERIFIED") // still under it: it was 5 and is
	open("058091-02 1/2")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 2, severity: 1, summary: "Nessuno in casa"`, globalID("Need", 3)))
	verified("UPDATED VERIFIED")
	severe("UPDATED gone")
	open("058091-02 0/0")
	text("UPDATED gone") // whether its words were under the filter can't be told

	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 3, severity: 3`, globalID("Need", 1)))
	verified("UPDATED VERIFIED")
	box("UPDATED VERIFIED")
	text("UPDATED VERIFIED")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 4, point: {longitude: 12.45, latitude: 41.75}`, globalID("Need", 1)))
	box("UPDATED gone")
	text("UPDATED VERIFIED")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 5, summary: "Mensa chiusa"`, globalID("Need", 1)))
	text("UPDATED gone")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 6, point: {longitude: 12.25, latitude: 41.75}, summary: "Doposcuola"`, globalID("Need", 1)))
	box("UPDATED VERIFIED") // of the summary it heard nothing: that was outside
	text("UPDATED VERIFIED")
}

// TestRolesHoldInStreams shows each role what it may see, and nothing of the rest.
func TestRolesHoldInStreams(t *testing.T) {
	s := newLive(t)
	for _, open := range []func(testing.TB, string) stream{s.as("").subscribe, s.as("").listen} {
		for _, query := range []string{needs(""), cells("")} {
			if code := open(t, query).ends(); code != "UNAUTHENTICATED" {
				t.Errorf("PUBLIC: %s gives %s", query, code)
			}
		}
	}
	coordinator, analyst := expect(t, s.subscribe(t, needs(""))), expect(t, s.as("analyst").listen(t, needs("")))
	territory, scuola := expect(t, s.as("territory").subscribe(t, needs(""))), expect(t, s.as("scuola").subscribe(t, needs("")))
	lazio := expect(t, s.as("territory").subscribe(t, cells(`(level: REGION)`)))
	schools := expect(t, s.as("scuola").subscribe(t, cells(``)))

	first, third := globalID("Need", 1), globalID("Need", 3)
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 3, severity: 5, people: 11`, first))
	if got := coordinator("UPDATED VERIFIED"); got.Need.Location.Type != "Point" {
		t.Errorf("COORDINATOR sees a %s", got.Need.Location.Type)
	}
	if got := analyst("UPDATED VERIFIED"); got.Need.Location.Type != "Polygon" {
		t.Errorf("ANALYST sees a %s", got.Need.Location.Type)
	}
	territory("UPDATED VERIFIED")
	lazio("12 2/12") // its own two
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 1, people: 5`, third))
	scuola("UPDATED REPORTED")
	schools("058091-02 1/5")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 4, point: {longitude: 12.75, latitude: 41.75}`, first))
	territory("UPDATED gone")
	lazio("12 1/1")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 5, severity: 2`, first)) // nobody's of these two
	s.write(t, "respondToNeed", fmt.Sprintf(`needId: %q, version: 6, organisation: %q, people: 1`, first, globalID("Partner", 4)))
	scuola("RESPONSE_PROPOSED VERIFIED")
	schools("058091-02 2/16")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 2, reportedBy: %q`, third, globalID("Partner", 5)))
	scuola("UPDATED gone")
	schools("058091-02 1/11")
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 3, point: {longitude: 12.25, latitude: 41.75}`, third))
	territory("UPDATED REPORTED") // the first that it hears since its need went

	var readers []string
	if err := s.db.Select(&readers, `select distinct actor from location_read where 1 = any(needs) order by 1`); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(readers, " "); got != "carla olga sara" {
		t.Errorf("the place of need 1 was read by %s", got)
	}
}

// TestMergesInStreams tells the operator of an organisation which need it sees no
// more and which one instead, in the municipalities of both.
func TestMergesInStreams(t *testing.T) {
	s := newLive(t)
	all := s.subscribe(t, needs(""))
	duplicate, target := s.report(t, inMunicipioI), s.report(t, `municipality: "056001", field: MINORS, origin: KNOWN, severity: 2, people: 3`)
	s.write(t, "respondToNeed", fmt.Sprintf(`needId: %q, version: 1, organisation: %q, people: 1`, duplicate, globalID("Partner", 4)))
	for got := ""; got != "RESPONSE_PROPOSED REPORTED"; got = all.next().told() { // who follows now is not told of it
	}
	told, foreign := s.as("scuola").subscribe(t, needs("")), expect(t, s.as("territory").subscribe(t, needs("")))
	areas := expect(t, s.as("scuola").listen(t, cells("")))
	expect(t, told)
	both := func() map[string]string {
		one, two := told.next(), told.next()
		return map[string]string{*one.NeedID: one.told(), *two.NeedID: two.told()}
	}
	s.write(t, "mergeNeeds", fmt.Sprintf(`into: {id: %q, version: 1}, duplicates: [{id: %q, version: 2}]`, target, duplicate))
	if got := both(); got[duplicate] != "MERGED gone" || got[target] != "MERGED REPORTED" {
		t.Errorf("a merge tells %v", got)
	}
	areas("056001 1/3, 058091-01 0/0")
	foreign("MERGED REJECTED") // its territory has the duplicate only
	s.write(t, "unmergeNeeds", fmt.Sprintf(`from: {id: %q, version: 2}`, target))
	if got := both(); got[duplicate] != "UNMERGED REPORTED" || got[target] != "UNMERGED gone" {
		t.Errorf("a merge that is taken back tells %v", got)
	}
	areas("058091-01 1/2, 056001 0/0")
	foreign("UNMERGED REPORTED")
}

// TestComingBackToAStream tells what was missed, once and in order, or to reload.
func TestComingBackToAStream(t *testing.T) {
	s := newLive(t)
	sub := s.subscribe(t, needs(""))
	next := expect(t, sub)
	s.report(t, inViterbo)
	cursor := next("REPORTED REPORTED").Cursor
	sub.drop()
	stays := expect(t, s.subscribe(t, needs("")))
	first, second := s.report(t, inMunicipioI), s.report(t, inViterbo)
	stays("REPORTED REPORTED")
	stays("REPORTED REPORTED")
	after := func(filter string) string { return fmt.Sprintf(`(after: %q%s)`, cursor, filter) }
	for _, open := range []func(testing.TB, string) stream{s.subscribe, s.listen} {
		again := open(t, needs(after("")))
		one, two := again.next(), again.next()
		if *one.NeedID != first || *two.NeedID != second || one.Cursor != cursor || two.Cursor == cursor {
			t.Errorf("missed %+v and %+v", one, two)
		}
		if got := open(t, cells(after(""))).next().told(); got != "058091-01 3/13, 056001 4/17" && got != "056001 4/17, 058091-01 3/13" {
			t.Errorf("missed %s", got)
		}
		if got := open(t, needs(after(`, filter: {fields: [DISABILITY]}`))).next(); got.told() != "" || got.Cursor != two.Cursor {
			t.Errorf("missed nothing: %+v", got)
		}
		for _, query := range []string{needs(`(after: "x")`), cells(`(after: "")`)} {
			answer, err := open(t, query).read()
			if code, field := answer.first(); err != nil || code != "INVALID" || field != "after" {
				t.Errorf("%s gives %s %s, %v", query, code, field, err)
			}
		}
	}
	watching, watchingCells := expect(t, s.subscribe(t, needs(""))), expect(t, s.listen(t, cells("")))
	mustExec(t, s.db, `insert into need_event (need_id, at, kind, before, after)
		select 1, now(), 'CONFIRMED', '{}', '{}' from generate_series(1, 1001)`)
	watching("reload")
	watchingCells("reload")
	if got := s.subscribe(t, needs(after(""))).next(); !got.Reload || got.NeedID != nil || got.Cursor == cursor {
		t.Errorf("after too much: %+v", got)
	}
	s.report(t, inViterbo) // both go on
	watching("REPORTED REPORTED")
	watchingCells("056001 5/20")
}

// TestStreamsRefuse what can't be subscribed to, with published codes.
func TestStreamsRefuse(t *testing.T) {
	s := newLive(t)
	for query, want := range map[string]string{
		needs(`(filter: {municipalities: ["nowhere"]})`): "INVALID", needs(`(filter: {severityAtLeast: 9})`): "INVALID",
		cells(`(level: CITY)`): "INVALID", `subscription {__typename}`: "INVALID", `subscription {nothing}`: "INVALID",
		`subscription {a: needChanged {cursor} b: needChanged {cursor}}`: "INVALID", `{__schema {types {name}}}`: "FORBIDDEN",
	} {
		for _, open := range []func(testing.TB, string) stream{s.subscribe, s.listen} {
			if code := open(t, query).ends(); code != want {
				t.Errorf("%s gives %s, want %s", query, code, want)
			}
		}
	}
	if code, _ := s.ask(t, needs(""), nil).first(); code != "INVALID" {
		t.Errorf("a plain POST gives %s", code)
	}
	wrong, _, err := websocket.Dial(t.Context(), s.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	speak(t, wrong, `{"type":"connection_init","payload":{"Authorization":"Bearer nobody"}}`)
	if _, _, err := wrong.Read(t.Context()); websocket.CloseStatus(err) != 4403 {
		t.Errorf("a wrong token gives %v", err)
	}
}

// TestSocketsCarryEverything has one socket report a need and hear of it.
func TestSocketsCarryEverything(t *testing.T) {
	s := newLive(t)
	conn := s.socket(t)
	speak(t, conn, `{"type":"subscribe","id":"s","payload":{"query":"subscription {needChanged {kind need {people}}}"}}`)
	if answer, err := nextOfSocket(t, conn); err != nil || string(answer.Data) != `{"needChanged":{"kind":null,"need":null}}` {
		t.Fatalf("%s, %v", answer.Data, err)
	}
	speak(t, conn, `{"type":"subscribe","id":"m","payload":{"query":"mutation($i: ReportNeedInput!) {reportNeed(input: $i) {need {people}}}",
		"variables":{"i":{"municipality":"056001","field":"MINORS","origin":"KNOWN","severity":2,"people":6}}}}`)
	want := map[string]bool{
		`{"type":"next","id":"m","payload":{"data":{"reportNeed":{"need":{"people":6}}}}}`: true,
		`{"type":"complete","id":"m"}`: true,
		`{"type":"next","id":"s","payload":{"data":{"needChanged":{"kind":"REPORTED","need":{"people":6}}}}}`: true,
	}
	for range 3 {
		_, text, err := conn.Read(t.Context())
		if err != nil || !want[string(text)] {
			t.Errorf("heard %s, %v", text, err)
		}
		delete(want, string(text))
	}
}
