package server_test

import (
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestCalendarIsWritten makes one change after the other.
func TestCalendarIsWritten(t *testing.T) {
	s := newDirectorySite(t)
	for _, c := range []struct{ name, input, want string }{
		{"createEvent", `title: " Tavolo sull'abitare ", kind: TECHNICAL_TABLE, date: "2026-05-01", municipality: "058091",
			fields: [ELDERLY, MINORS], needs: ["«Need:3»", "«Need:1»"]`,
			`{"id": "«Event:1»", "title": "Tavolo sull'abitare", "kind": "TECHNICAL_TABLE", "date": "2026-05-01", "municipality": {"code": "058091"},
			"fields": ["ELDERLY", "MINORS"], "needs": [{"id": "«Need:1»"}, {"id": "«Need:3»"}], "version": 1, "isSynthetic": false}`},
		{"createEvent", `title: "Seminario", kind: SEMINAR, date: "2026-04-01"`,
			`{"id": "«Event:2»", "title": "Seminario", "kind": "SEMINAR", "date": "2026-04-01", "municipality": null, "fields": [], "needs": [],
			"version": 1, "isSynthetic": false}`},
		{"updateEvent", `id: "«Event:1»", version: 1, date: "2026-05-02", title: null`,
			`{"id": "«Event:1»", "title": "Tavolo sull'abitare", "kind": "TECHNICAL_TABLE", "date": "2026-05-02", "municipality": {"code": "058091"},
			"fields": ["ELDERLY", "MINORS"], "needs": [{"id": "«Need:1»"}, {"id": "«Need:3»"}], "version": 2, "isSynthetic": false}`},
		{"updateEvent", `id: "«Event:1»", version: 2, municipality: "056001", fields: [], needs: ["«Need:3»", "«Need:5»"]`,
			`{"id": "«Event:1»", "title": "Tavolo sull'abitare", "kind": "TECHNICAL_TABLE", "date": "2026-05-02", "municipality": {"code": "056001"},
			"fields": [], "needs": [{"id": "«Need:3»"}, {"id": "«Need:5»"}], "version": 3, "isSynthetic": false}`},
		{"updateEvent", `id: "«Event:2»", version: 1, needs: []`,
			`{"id": "«Event:2»", "title": "Seminario", "kind": "SEMINAR", "date": "2026-04-01", "municipality": null, "fields": [], "needs": [],
			"version": 2, "isSynthetic": false}`},
		{"deleteEvent", `id: "«Event:1»"`, `"«Event:1»"`},
	} {
		if got := s.writes(t, c.name, c.input, selectionOf(c.name)); !sameJSON(t, got, withIDs(c.want)) {
			t.Errorf("%s {%s}\n%s, want\n%s", c.name, c.input, got, c.want)
		}
	}
	var told string
	if err := s.all.GetContext(t.Context(), &told, `select string_agg(concat_ws(' ', object, object_id, before ->> 'needs', '->', after ->> 'needs'), ', ' order by id)
		from directory_event`); err != nil {
		t.Fatal(err)
	}
	want := "Event 1 -> [1, 3], Event 2 -> [], Event 1 [1, 3] -> [1, 3], Event 1 [1, 3] -> [3, 5], Event 2 [] -> [], Event 1 [3, 5] ->"
	if told != want {
		t.Errorf("the history tells %s, want %s", told, want)
	}
}

func TestCalendarRefuses(t *testing.T) {
	s := newDirectorySite(t)
	mustExec(t, s.all, `insert into event (title, kind, on_day) values ('Tavolo', 'SEMINAR', '2026-01-01')`)
	before := s.digest(t)
	event := `title: "Tavolo", kind: SEMINAR, date: "2026-01-01"`
	for _, c := range []struct{ name, input, want string }{
		{"createEvent", strings.Replace(event, "Tavolo", " ", 1), "INVALID title"},
		{"createEvent", strings.Replace(event, "Tavolo", strings.Repeat("à", 201), 1), "INVALID title"},
		{"createEvent", strings.Replace(event, "Tavolo", "Caso RSSMRA80A01H501U", 1), "INVALID title"},
		{"createEvent", event + `, municipality: "12"`, "INVALID municipality"},
		{"createEvent", event + `, fields: [MINORS, MINORS]`, "INVALID fields.1"},
		{"createEvent", event + `, needs: ["«Need:1»", "«Need:99»"]`, "INVALID needs.1"},
		{"createEvent", event + `, needs: ["«Need:1»", "«Service:1»"]`, "INVALID needs.1"},
		{"createEvent", event + `, needs: ["«Need:1»", "«Need:2»", "«Need:1»"]`, "INVALID needs.2"},
		{"createEvent", event + `, needs: [` + strings.Repeat(`"«Need:1»",`, 101) + `]`, "INVALID needs"},
		{"updateEvent", `id: "«Event:1»", version: 3, title: ""`, "CONFLICT version"},
		{"updateEvent", `id: "«Event:1»", version: 1, title: "", needs: ["«Need:1»", "«Need:1»"]`, "INVALID title, INVALID needs.1"},
		{"updateEvent", `id: "«Event:1»", version: 1, needs: ["«Need:77»"]`, "INVALID needs.0"},
		{"updateEvent", `id: "«Event:9»", version: 1`, "NOT_FOUND"},
		{"updateEvent", `id: "«Need:1»", version: 1`, "INVALID id"},
		{"deleteEvent", `id: "«Event:9»"`, "NOT_FOUND"},
	} {
		if payload, answer := s.mutate(t, "coordinator", c.name, c.input, selectionOf(c.name)); toldWrong(payload, answer) != c.want {
			t.Errorf("%s {%s}: %s, want %s", c.name, c.input, toldWrong(payload, answer), c.want)
		}
	}
	if after := s.digest(t); after != before {
		t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
	}
}

// TestWhoSeesTheNeedsOfEvents asks as every role, by every way to an event. Event
// 1 concerns needs 1 (municipio I), 3 (municipio II) and 5 (Viterbo); event 2 none.
func TestWhoSeesTheNeedsOfEvents(t *testing.T) {
	s := newDirectorySite(t)
	mustExec(t, s.all, `insert into event (title, kind, on_day) values ('Tavolo', 'TECHNICAL_TABLE', '2026-01-01'), ('Seminario', 'SEMINAR', '2026-02-01');
		insert into event_need (event_id, need_id) values (1, 5), (1, 1), (1, 3)`)
	for _, c := range []struct{ who, want string }{
		{"coordinator", `[{"id": "«Need:1»"}, {"id": "«Need:3»"}, {"id": "«Need:5»"}]`},
		{"admin", `[{"id": "«Need:1»"}, {"id": "«Need:3»"}, {"id": "«Need:5»"}]`},
		{"analyst", `[{"id": "«Need:1»"}, {"id": "«Need:3»"}, {"id": "«Need:5»"}]`},
		{"operator", `[{"id": "«Need:3»"}]`},
		{"nobody", `[]`},
		{"", ``},
	} {
		plain := s.asks(t, c.who, `{events {totalCount nodes {title date}} node(id: "«Event:2»") {... on Event {title}}}`, nil)
		if want := `{"events": {"totalCount": 2, "nodes": [{"title": "Tavolo", "date": "2026-01-01"}, {"title": "Seminario", "date": "2026-02-01"}]},
			"node": {"title": "Seminario"}}`; !sameJSON(t, string(plain.Data), want) {
			t.Errorf("%q sees %s", c.who, plain.Data)
		}
		list := s.asks(t, c.who, `{events {nodes {needs {id}}}}`, nil)
		node := s.asks(t, c.who, `{node(id: "«Event:1»") {... on Event {needs {id}}}}`, nil)
		none := s.asks(t, c.who, `{node(id: "«Event:2»") {... on Event {needs {id}}}}`, nil)
		if c.want == "" {
			for _, answer := range []reply{list, node, none} {
				if code, _ := answer.first(); code != "UNAUTHENTICATED" || strings.Contains(string(answer.Data), "needs") {
					t.Errorf("PUBLIC is told %s %s", code, answer.Data)
				}
			}
			continue
		}
		for _, check := range []struct {
			answer reply
			want   string
		}{
			{list, `{"events": {"nodes": [{"needs": ` + c.want + `}, {"needs": []}]}}`},
			{node, `{"node": {"needs": ` + c.want + `}}`},
			{none, `{"node": {"needs": []}}`},
		} {
			if !sameJSON(t, string(check.answer.Data), withIDs(check.want)) {
				t.Errorf("%q sees %s, want %s", c.who, check.answer.Data, check.want)
			}
		}
	}
	cell := s.asks(t, "analyst", `{node(id: "«Event:1»") {... on Event {needs {location}}}}`, nil)
	if strings.Contains(string(cell.Data), "Point") || strings.Count(string(cell.Data), "Polygon") != 2 {
		t.Errorf("ANALYST is shown %s", cell.Data)
	}
}

// TestEventsOfTheDemo reads the calendar that the demo brings.
func TestEventsOfTheDemo(t *testing.T) {
	s := newSite(t, 500, true)
	var got struct {
		Events struct {
			TotalCount int
			Nodes      []struct {
				Title        string
				Date         string
				IsSynthetic  bool
				Municipality *struct{ Code string }
				Needs        []struct{ IsSynthetic bool }
			}
		}
	}
	s.get(t, `{events {totalCount nodes {title date isSynthetic municipality {code} needs {isSynthetic}}}}`, nil, &got)
	needs := 0
	for i, e := range got.Events.Nodes {
		if needs += len(e.Needs); !e.IsSynthetic || e.Municipality == nil || i > 0 && e.Date < got.Events.Nodes[i-1].Date {
			t.Errorf("event %d: %+v", i, e)
		}
	}
	if got.Events.TotalCount != 12 || needs < 12 {
		t.Errorf("%d events that concern %d needs", got.Events.TotalCount, needs)
	}
}

// TestEventsAreBatched counts statements: as many for ten events as for two.
func TestEventsAreBatched(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	if _, err := postgres.LoadDemo(t.Context(), openPlain(t, dsn), postgres.DemoOptions{Needs: 300, Seed: demo.DefaultSeed}); err != nil {
		t.Fatal(err)
	}
	db, counted := countQueries(t, dsn)
	s := serveSite(t, db, true)
	for _, n := range []int{2, 10} {
		before := counted.queries.Load()
		var answer any
		s.get(t, `query($n: Int) {events(first: $n) {nodes {municipality {code} needs {municipality {code} history {kind}}}}}`, map[string]any{"n": n}, &answer)
		if got := counted.queries.Load() - before; got != 4 { // events, what they concern, those needs, their history
			t.Errorf("%d statements for %d events, want 4", got, n)
		}
	}
}
