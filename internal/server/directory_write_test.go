package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestDirectoryIsWritten makes one change after the other, each of which builds on
// those before.
func TestDirectoryIsWritten(t *testing.T) {
	s := newDirectorySite(t)
	for _, c := range []struct{ name, input, want string }{
		{"createCooperative", `name: " Gàmma 2 ", fiscalCode: "01234567897", description: "Tel. 06 1234567", municipality: "058091", volunteers: 4`,
			`{"id": "«Cooperative:6»", "slug": "gamma-2", "name": "Gàmma 2", "fiscalCode": "01234567897", "description": "Tel. 06 1234567",
			"municipality": {"code": "058091"}, "volunteers": 4, "version": 1, "isSynthetic": false}`},
		{"createCooperative", `name: "Gamma 2"`, `{"id": "«Cooperative:7»", "slug": "gamma-2-2", "name": "Gamma 2", "fiscalCode": null,
			"description": null, "municipality": null, "volunteers": 0, "version": 1, "isSynthetic": false}`},
		{"updateCooperative", `id: "«Cooperative:6»", version: 1, name: "Gamma", description: "", volunteers: null`,
			`{"id": "«Cooperative:6»", "slug": "gamma-2", "name": "Gamma", "fiscalCode": "01234567897", "description": null,
			"municipality": {"code": "058091"}, "volunteers": 4, "version": 2, "isSynthetic": false}`},
		{"createPartner", `name: "Alfa", slug: "alfa-scuola", kind: SCHOOL, cooperatives: ["«Cooperative:7»", "«Cooperative:1»"]`,
			`{"id": "«Partner:8»", "slug": "alfa-scuola", "name": "Alfa", "kind": "SCHOOL", "cooperatives": [{"slug": "alfa"}, {"slug": "gamma-2-2"}],
			"municipality": null, "volunteers": 0, "version": 1}`},
		{"updatePartner", `id: "«Partner:8»", version: 1, kind: UNIVERSITY, municipality: "056001"`,
			`{"id": "«Partner:8»", "slug": "alfa-scuola", "name": "Alfa", "kind": "UNIVERSITY", "cooperatives": [{"slug": "alfa"}, {"slug": "gamma-2-2"}],
			"municipality": {"code": "056001"}, "volunteers": 0, "version": 2}`},
		{"createPartnership", `partner: "«Partner:8»", cooperative: "«Cooperative:2»"`,
			`{"id": "«Partner:8»", "version": 3, "cooperatives": [{"slug": "alfa"}, {"slug": "beta"}, {"slug": "gamma-2-2"}]}`},
		{"deletePartnership", `partner: "«Partner:8»", cooperative: "«Cooperative:1»"`,
			`{"id": "«Partner:8»", "version": 4, "cooperatives": [{"slug": "beta"}, {"slug": "gamma-2-2"}]}`},
		{"deleteCooperative", `id: "«Cooperative:7»"`, `"«Cooperative:7»"`}, // its partner has another
		{"createSpecialisation", `name: "Psicologo"`, `{"id": "«Specialisation:3»", "name": "Psicologo", "operators": 0}`},
		{"updateSpecialisation", `id: "«Specialisation:3»", name: "Psicologa"`, `{"id": "«Specialisation:3»", "name": "Psicologa", "operators": 0}`},
		{"setSpecialists", `organisation: "«Partner:8»", specialisation: "«Specialisation:3»", operators: 2`,
			`{"id": "«Partner:8»", "version": 6, "operators": [{"specialisation": "Psicologa", "operators": 2}]}`},
		{"createService", `organisation: "«Partner:8»", name: "Ascolto", field: MINORS, specialisation: "«Specialisation:3»", provision: PRIVATE,
			capacity: 12, minimumAge: 6, point: {longitude: 12.25, latitude: 41.75}, municipalities: ["058091", "056001", "RM"]`,
			`{"id": "«Service:4»", "name": "Ascolto", "organisation": {"name": "Alfa"}, "field": "MINORS", "specialisation": "Psicologa", "status": "ACTIVE",
			"provision": "PRIVATE", "isPilot": false, "capacity": 12, "peopleReached": 0, "catchmentMetres": null, "minimumAge": 6, "maximumAge": null,
			"location": {"type": "Point", "coordinates": [12.25, 41.75]}, "locationKind": "EXACT",
			"municipalities": [{"code": "056001"}, {"code": "058091-01"}, {"code": "058091-02"}], "version": 1}`},
		{"updateService", `id: "«Service:4»", version: 1, status: CLOSED, locationKind: UNDISCLOSED, maximumAge: 14, municipalities: ["058091-02"]`,
			`{"id": "«Service:4»", "name": "Ascolto", "organisation": {"name": "Alfa"}, "field": "MINORS", "specialisation": "Psicologa", "status": "CLOSED",
			"provision": "PRIVATE", "isPilot": false, "capacity": 12, "peopleReached": 0, "catchmentMetres": null, "minimumAge": 6, "maximumAge": 14,
			"location": null, "locationKind": "UNDISCLOSED", "municipalities": [{"code": "058091-02"}], "version": 2}`},
		{"deleteService", `id: "«Service:4»"`, `"«Service:4»"`},
		{"setSpecialists", `organisation: "«Partner:8»", specialisation: "«Specialisation:3»", operators: 0`,
			`{"id": "«Partner:8»", "version": 7, "operators": []}`},
		{"deleteSpecialisation", `id: "«Specialisation:3»"`, `"«Specialisation:3»"`},
		{"deletePartner", `id: "«Partner:8»"`, `"«Partner:8»"`},
	} {
		if got := s.writes(t, c.name, c.input, selectionOf(c.name)); !sameJSON(t, got, withIDs(c.want)) {
			t.Errorf("%s {%s}\n%s, want\n%s", c.name, c.input, got, c.want)
		}
	}
	s.checkHistory(t)
}

func sameJSON(t testing.TB, a, b string) bool {
	t.Helper()
	var texts [2]string
	for i, text := range []string{a, b} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		data, _ := json.Marshal(v)
		texts[i] = string(data)
	}
	return texts[0] == texts[1]
}

// checkHistory reads what TestDirectoryIsWritten left in the history: one row a
// change, with a name for every key and nowhere a point.
func (s *directorySite) checkHistory(t *testing.T) {
	var rows []struct {
		Object, Actor string
		ID            int    `db:"object_id"`
		Role          string `db:"actor_role"`
		Before, After *string
	}
	if err := s.all.SelectContext(t.Context(), &rows,
		`select object, object_id, actor, actor_role, before::text, after::text from directory_event order by id`); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range rows {
		kind := " changed"
		switch {
		case r.Before == nil:
			kind = " created"
		case r.After == nil:
			kind = " removed"
		}
		told = append(told, fmt.Sprint(r.Object, r.ID, kind))
		if r.Actor != "token:coordinator" || r.Role != "COORDINATOR" {
			t.Errorf("%+v", r)
		}
	}
	want := "Cooperative6 created|Cooperative7 created|Cooperative6 changed|Partner8 created|Partner8 changed|Partner8 changed|Partner8 changed|" +
		"Partner8 changed|Cooperative7 removed|Specialisation3 created|Specialisation3 changed|Partner8 changed|Service4 created|Service4 changed|" +
		"Service4 removed|Partner8 changed|Specialisation3 removed|Partner8 removed"
	if got := strings.Join(told, "|"); got != want {
		t.Fatalf("the history tells\n%s, want\n%s", got, want)
	}
	service := `{"name": "Ascolto", "field": "MINORS", "status": "%s", "version": %d, "capacity": 12, "is_pilot": false, "provision": "PRIVATE",
		"has_point": %v, "external_id": null, "maximum_age": %s, "minimum_age": 6, "suspensions": [], "is_synthetic": false, "organisation": "alfa-scuola",
		"location_kind": "%s", "municipalities": [%s], "people_reached": 0, "specialisation": "Psicologa", "catchment_metres": null}`
	partner := `{"name": "Alfa", "slug": "alfa-scuola", "version": %d, "volunteers": 0, "description": null, "external_id": null, "fiscal_code": null,
		"cooperatives": [%s], "is_synthetic": false, "municipality": "056001", "partner_kind": "UNIVERSITY", "specialists": {%s}, "is_cooperative": false}`
	for i, want := range map[int][2]string{
		7:  {fmt.Sprintf(partner, 4, `"beta", "gamma-2-2"`, ""), fmt.Sprintf(partner, 5, `"beta"`, "")},
		10: {`{"name": "Psicologo"}`, `{"name": "Psicologa"}`},
		11: {fmt.Sprintf(partner, 5, `"beta"`, ""), fmt.Sprintf(partner, 6, `"beta"`, `"Psicologa": 2`)},
		13: {fmt.Sprintf(service, "ACTIVE", 1, true, "null", "EXACT", `"056001", "058091-01", "058091-02"`),
			fmt.Sprintf(service, "CLOSED", 2, false, "14", "UNDISCLOSED", `"058091-02"`)},
	} {
		if !sameJSON(t, *rows[i].Before, want[0]) || !sameJSON(t, *rows[i].After, want[1]) {
			t.Errorf("%s\n%s\n%s, want\n%s\n%s", told[i], *rows[i].Before, *rows[i].After, want[0], want[1])
		}
	}
}

// TestPartsAreTakenAway asks for what is left of the part and for what the history
// says was there.
func TestPartsAreTakenAway(t *testing.T) {
	s := newDirectorySite(t)
	mustExec(t, s.all, `update organisation set fiscal_code = '01234567897', description = 'Seconda' where id = 4;
		insert into event (title, kind, on_day, municipality_id) values ('Tavolo', 'SEMINAR', '2026-01-01', 1)`)
	for _, c := range []struct{ name, object, part, left, before, after string }{
		{"updateCooperative", "Cooperative:1", "FISCAL_CODE", `fiscalCode`, `{"fiscal_code": "00743110157"}`, `{"fiscal_code": null}`},
		{"updateCooperative", "Cooperative:1", "DESCRIPTION", `description`, `{"description": "Prima"}`, `{"description": null}`},
		{"updateCooperative", "Cooperative:1", "MUNICIPALITY", `municipality {code}`, `{"municipality": "058091-01"}`, `{"municipality": null}`},
		{"updatePartner", "Partner:4", "FISCAL_CODE, DESCRIPTION, MUNICIPALITY", `fiscalCode description municipality {code}`,
			`{"fiscal_code": "01234567897", "description": "Seconda", "municipality": "058091"}`,
			`{"fiscal_code": null, "description": null, "municipality": null}`},
		{"updateService", "Service:2", "SPECIALISATION", `specialisation`, `{"specialisation": "Educatore"}`, `{"specialisation": null}`},
		{"updateService", "Service:2", "CATCHMENT", `catchmentMetres`, `{"catchment_metres": 2000}`, `{"catchment_metres": null}`},
		{"updateService", "Service:2", "AGES", `minimumAge maximumAge`, `{"minimum_age": 6, "maximum_age": 14}`, `{"minimum_age": null, "maximum_age": null}`},
		{"updateService", "Service:2", "LOCATION", `location`, `{"has_point": true, "location_kind": "EXACT"}`, `{"has_point": false, "location_kind": "AREA"}`},
		{"updateEvent", "Event:1", "MUNICIPALITY", `municipality {code}`, `{"municipality": "056001"}`, `{"municipality": null}`},
	} {
		var version int
		table := map[string]string{"Service": "service", "Event": "event", "Cooperative": "organisation", "Partner": "organisation"}
		kind, key, _ := strings.Cut(c.object, ":")
		if err := s.all.GetContext(t.Context(), &version, `select version from `+table[kind]+` where id = $1`, key); err != nil {
			t.Fatal(err)
		}
		object := s.writes(t, c.name, fmt.Sprintf(`id: "«%s»", version: %d, clear: [%s]`, c.object, version, c.part),
			fmt.Sprintf(`%s {%s}`, strings.ToLower(kind), c.left))
		var left map[string]any
		if err := json.Unmarshal([]byte(object), &left); err != nil || len(left) == 0 {
			t.Fatalf("%v: %s", err, object)
		}
		for field, value := range left {
			if value != nil {
				t.Errorf("%s of %s is still %v", field, c.object, value)
			}
		}
		s.checkLastChange(t, c.before, c.after)
	}
}

// checkLastChange compares the values that the last change made different, but for
// the version.
func (s *directorySite) checkLastChange(t *testing.T, before, after string) {
	t.Helper()
	var row struct{ Before, After string }
	if err := s.all.GetContext(t.Context(), &row, `select jsonb_object_agg(b.key, b.value)::text as before, jsonb_object_agg(a.key, a.value)::text as after
		from directory_event e, jsonb_each(e.before) b join jsonb_each(e.after) a using (key)
		where e.id = (select max(id) from directory_event) and a.value <> b.value and key <> 'version'`); err != nil {
		t.Fatal(err)
	}
	if !sameJSON(t, row.Before, before) || !sameJSON(t, row.After, after) {
		t.Errorf("the history tells\n%s\n%s, want\n%s\n%s", row.Before, row.After, before, after)
	}
}

// TestWhatIsNotTakenAway gives parts and takes them away, and takes away what is
// no part.
func TestWhatIsNotTakenAway(t *testing.T) {
	s := newDirectorySite(t)
	mustExec(t, s.all, `insert into event (title, kind, on_day, municipality_id) values ('Tavolo', 'SEMINAR', '2026-01-01', 1)`)
	before := s.digest(t)
	for _, c := range []struct{ name, input, want string }{
		{"updateCooperative", `id: "«Cooperative:1»", clear: [FISCAL_CODE], fiscalCode: "01234567897"`, "INVALID clear"},
		{"updateCooperative", `id: "«Cooperative:1»", clear: [DESCRIPTION], description: ""`, "INVALID clear"},
		{"updatePartner", `id: "«Partner:4»", clear: [MUNICIPALITY], municipality: "056001"`, "INVALID clear"},
		{"updateService", `id: "«Service:2»", clear: [SPECIALISATION], specialisation: "«Specialisation:2»"`, "INVALID clear"},
		{"updateService", `id: "«Service:2»", clear: [CATCHMENT, AGES], catchmentMetres: 5, maximumAge: 9`, "INVALID clear, INVALID clear"},
		{"updateService", `id: "«Service:2»", clear: [LOCATION], point: {longitude: 12, latitude: 42}`, "INVALID clear"},
		{"updateService", `id: "«Service:2»", clear: [LOCATION], locationKind: EXACT`, "INVALID locationKind"},
		{"updateEvent", `id: "«Event:1»", clear: [MUNICIPALITY], municipality: "058091"`, "INVALID clear"},
		{"updateEvent", `id: "«Event:1»", clear: [MUNICIPALITY, MUNICIPALITY, MUNICIPALITY]`, "INVALID clear"},
		{"updateCooperative", `id: "«Cooperative:1»", clear: [NAME]`, "INVALID"},
		{"updatePartner", `id: "«Partner:4»", clear: [VOLUNTEERS]`, "INVALID"},
		{"updateService", `id: "«Service:2»", clear: [CAPACITY]`, "INVALID"},
		{"updateEvent", `id: "«Event:1»", clear: [NEEDS]`, "INVALID"},
	} {
		payload, answer := s.mutate(t, "coordinator", c.name, c.input+`, version: 1`, selectionOf(c.name))
		if got := toldWrong(payload, answer); got != c.want {
			t.Errorf("%s {%s}: %s, want %s", c.name, c.input, got, c.want)
		}
	}
	if after := s.digest(t); after != before {
		t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
	}
}

// TestWhoWritesTheDirectory tries every mutation as every role.
func TestWhoWritesTheDirectory(t *testing.T) {
	s := newDirectorySite(t)
	before := s.digest(t)
	inputs := map[string]string{
		"createCooperative": `name: "X"`, "updateCooperative": `id: "«Cooperative:1»", version: 1`, "deleteCooperative": `id: "«Cooperative:1»"`,
		"createPartner": `name: "X", kind: SCHOOL, cooperatives: ["«Cooperative:1»"]`, "updatePartner": `id: "«Partner:3»", version: 1`,
		"deletePartner":     `id: "«Partner:5»"`,
		"createPartnership": `partner: "«Partner:5»", cooperative: "«Cooperative:2»"`,
		"deletePartnership": `partner: "«Partner:4»", cooperative: "«Cooperative:2»"`,
		"createService":     `organisation: "«Cooperative:1»", name: "S", field: MINORS, provision: PRIVATE, capacity: 1, municipalities: ["VT"]`,
		"updateService":     `id: "«Service:1»", version: 1`, "deleteService": `id: "«Service:1»"`,
		"createSpecialisation": `name: "X"`, "updateSpecialisation": `id: "«Specialisation:1»", name: "X"`, "deleteSpecialisation": `id: "«Specialisation:1»"`,
		"setSpecialists": `organisation: "«Cooperative:1»", specialisation: "«Specialisation:1»", operators: 1`,
		"createEvent":    `title: "X", kind: SEMINAR, date: "2026-01-01"`, "updateEvent": `id: "«Event:1»", version: 1`, "deleteEvent": `id: "«Event:1»"`,
	}
	for _, who := range []string{"", "operator", "analyst"} {
		want := "FORBIDDEN"
		if who == "" {
			want = "UNAUTHENTICATED"
		}
		for name, input := range inputs {
			if payload, answer := s.mutate(t, who, name, input, selectionOf(name)); toldWrong(payload, answer) != want {
				t.Errorf("%s as %q: %s", name, who, toldWrong(payload, answer))
			}
		}
	}
	if after := s.digest(t); after != before {
		t.Error("who may not write wrote something")
	}
	if payload, answer := s.mutate(t, "admin", "createCooperative", `name: "X"`, `cooperative {slug}`); toldWrong(payload, answer) != "" {
		t.Errorf("ADMIN: %s", toldWrong(payload, answer))
	}
	for _, who := range []string{"", "operator", "analyst", "coordinator"} {
		answer := s.asks(t, who, `{specialisations {id name operators} node(id: "«Specialisation:1»") {... on Specialisation {name operators}}}`, nil)
		want := `{"specialisations": [{"id": "«Specialisation:2»", "name": "Autista", "operators": 2}, {"id": "«Specialisation:1»", "name": "Educatore", "operators": 11}],
			"node": {"name": "Educatore", "operators": 11}}`
		if !sameJSON(t, string(answer.Data), withIDs(want)) {
			t.Errorf("%q sees %s", who, answer.Data)
		}
	}
}
