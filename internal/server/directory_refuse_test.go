package server_test

import (
	"strings"
	"testing"
)

// TestDirectoryRefuses looks at code and field of each refusal, and that nothing
// was written.
func TestDirectoryRefuses(t *testing.T) {
	s := newDirectorySite(t)
	mustExec(t, s.all, `insert into organisation (is_cooperative, slug, name) values (true, 'delta', 'Delta');
		insert into service (organisation_id, name, field, status, provision, capacity) values (2, 'Sportello', 'ELDERLY', 'ACTIVE', 'PRIVATE', 3)`)
	before := s.digest(t)
	service := `organisation: "«Cooperative:1»", name: "S", field: MINORS, provision: PRIVATE, capacity: 1, municipalities: ["VT"]`
	for _, c := range []struct{ name, input, want string }{
		{"createCooperative", `name: " "`, "INVALID name"},
		{"createCooperative", `name: "A", slug: "A"`, "INVALID slug"},
		{"createCooperative", `name: "A", slug: "alfa"`, "CONFLICT slug"},
		{"createCooperative", `name: "A", fiscalCode: "00743110157"`, "CONFLICT fiscalCode"},
		{"createCooperative", `name: "A", fiscalCode: "RSSMRA80A01H501U"`, "INVALID fiscalCode"},
		{"createCooperative", `name: "A", municipality: "RM"`, "INVALID municipality"},
		{"createCooperative", `name: "A", idempotencyKey: ""`, "INVALID idempotencyKey"},
		{"createCooperative", `name: "", volunteers: -1`, "INVALID name, INVALID volunteers"},
		{"updateCooperative", `id: "«Cooperative:1»", version: 2, name: "B"`, "CONFLICT version"},
		{"updateCooperative", `id: "«Cooperative:2»", version: 1, fiscalCode: "00743110157"`, "CONFLICT fiscalCode"},
		{"updateCooperative", `id: "«Partner:3»", version: 1, name: "B"`, "INVALID id"},
		{"updateCooperative", `id: "«Cooperative:3»", version: 1, name: "B"`, "NOT_FOUND"},
		{"updateCooperative", `id: "x", version: 1`, "INVALID id"},
		{"updatePartner", `id: "«Partner:99»", version: 1`, "NOT_FOUND"},
		{"updatePartner", `id: "«Partner:3»", version: 1, volunteers: -4`, "INVALID volunteers"},
		{"createPartner", `name: "P", kind: SCHOOL, cooperatives: []`, "INVALID cooperatives"},
		{"createPartner", `name: "P", kind: SCHOOL, cooperatives: ["«Cooperative:1»", "«Cooperative:1»"]`, "INVALID cooperatives.1"},
		{"createPartner", `name: "P", kind: SCHOOL, cooperatives: ["«Cooperative:1»", "«Cooperative:3»"]`, "INVALID cooperatives.1"},
		{"createPartner", `name: "P", kind: SCHOOL, cooperatives: ["«Partner:3»"]`, "INVALID cooperatives.0"},
		{"createPartnership", `partner: "«Partner:5»", cooperative: "«Cooperative:1»"`, "CONFLICT cooperative"},
		{"createPartnership", `partner: "«Partner:5»", cooperative: "«Cooperative:3»"`, "INVALID cooperative"},
		{"createPartnership", `partner: "«Partner:1»", cooperative: "«Cooperative:2»"`, "NOT_FOUND"},
		{"createPartnership", `partner: "«Cooperative:1»", cooperative: "«Partner:5»"`, "INVALID partner, INVALID cooperative"},
		{"deletePartnership", `partner: "«Partner:5»", cooperative: "«Cooperative:1»"`, "CONFLICT cooperative"},
		{"deletePartnership", `partner: "«Partner:5»", cooperative: "«Cooperative:2»"`, "CONFLICT cooperative"},
		{"deleteCooperative", `id: "«Cooperative:1»"`, "CONFLICT id: 2 services, 1 needs that it reported, 1 responses, 1 partners without another cooperative"},
		{"deleteCooperative", `id: "«Cooperative:2»"`, "CONFLICT id: 1 services, 1 partners without another cooperative"},
		{"deleteCooperative", `id: "«Cooperative:5»"`, "NOT_FOUND"},
		{"deletePartner", `id: "«Partner:3»"`, "CONFLICT id: 1 services, 1 responses"},
		{"deletePartner", `id: "«Partner:4»"`, "CONFLICT id: 1 needs that it reported"},
		{"createService", service + `, status: SUSPENDED`, "INVALID status"},
		{"createService", service + `, specialisation: "«Specialisation:9»"`, "INVALID specialisation"},
		{"createService", service + `, minimumAge: 9, maximumAge: 8`, "INVALID maximumAge"},
		{"createService", service + `, locationKind: UNDISCLOSED, point: {longitude: 12, latitude: 42}`, "INVALID point"},
		{"createService", strings.Replace(service, "Cooperative:1", "Partner:99", 1), "INVALID organisation"},
		{"createService", strings.Replace(service, "Cooperative:1", "Service:1", 1), "INVALID organisation"},
		{"createService", strings.Replace(service, `["VT"]`, `[]`, 1), "INVALID municipalities"},
		{"createService", strings.Replace(service, `["VT"]`, `["VT", "ZZ"]`, 1), "INVALID municipalities.1"},
		{"updateService", `id: "«Service:1»", version: 9, name: ""`, "CONFLICT version"},
		{"updateService", `id: "«Service:1»", version: 1, status: SUSPENDED`, "CONFLICT status"},
		{"updateService", `id: "«Service:2»", version: 1, status: CLOSED`, "CONFLICT status"},
		{"updateService", `id: "«Service:1»", version: 1, locationKind: EXACT`, "INVALID locationKind"},
		{"updateService", `id: "«Service:1»", version: 1, municipalities: []`, "INVALID municipalities"},
		{"updateService", `id: "«Service:1»", version: 1, specialisation: "«Specialisation:9»"`, "INVALID specialisation"},
		{"updateService", `id: "«Service:99»", version: 1`, "NOT_FOUND"},
		{"deleteService", `id: "«Service:2»"`, "CONFLICT id: 1 responses, 1 needs that its suspensions left unmet"},
		{"deleteService", `id: "«Service:99»"`, "NOT_FOUND"},
		{"createSpecialisation", `name: "Autista "`, "CONFLICT name"},
		{"createSpecialisation", `name: "a\nb"`, "INVALID name"},
		{"updateSpecialisation", `id: "«Specialisation:1»", name: "Autista"`, "CONFLICT name"},
		{"updateSpecialisation", `id: "«Specialisation:9»", name: "Autista"`, "NOT_FOUND"},
		{"deleteSpecialisation", `id: "«Specialisation:1»"`, "CONFLICT id: 2 organisations with such operators, 1 services"},
		{"deleteSpecialisation", `id: "«Specialisation:9»"`, "NOT_FOUND"},
		{"setSpecialists", `organisation: "«Cooperative:1»", specialisation: "«Specialisation:1»", operators: -1`, "INVALID operators"},
		{"setSpecialists", `organisation: "«Cooperative:1»", specialisation: "«Specialisation:9»", operators: 0`, "INVALID specialisation"},
		{"setSpecialists", `organisation: "«Cooperative:99»", specialisation: "«Specialisation:1»", operators: 1`, "NOT_FOUND"},
	} {
		payload, answer := s.mutate(t, "coordinator", c.name, c.input, selectionOf(c.name))
		if got := toldWrong(payload, answer); got != c.want {
			t.Errorf("%s {%s}: %s, want %s", c.name, c.input, got, c.want)
		}
	}
	if after := s.digest(t); after != before {
		t.Errorf("a refusal wrote something:\n%s\n%s", before, after)
	}
}
