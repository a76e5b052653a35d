package server_test

// crashWorld adds to the small world what mutations start from: response 3 is
// offered and 4 agreed, both to need 5 by service 1; organisation 6, service 4,
// specialisation 3 and event 1 are there to be changed or removed.
const crashWorld = `
update service set field = 'MINORS' where id = 1;
insert into service_area (service_id, municipality_id) values (1, 1);
insert into response (need_id, organisation_id, service_id, people, status, proposed_at, updated_at) values
 (5, 1, 1, 1, 'PROPOSED', '2024-03-01', '2024-03-01'), (5, 1, 1, 1, 'ACCEPTED', '2024-03-01', '2024-03-01');
insert into need (municipality_id, field, origin, status, severity, people, summary, reported_at, location_kind) values
 (1, 'MINORS', 'KNOWN', 'REPORTED', 3, 2, 'Due bambini a casa', '2024-02-16', 'AREA');
insert into organisation (is_cooperative, slug, name) values (true, 'gamma', 'Gamma');
insert into service (organisation_id, name, field, status, provision, capacity) values (2, 'Sportello', 'MINORS', 'PLANNED', 'PRIVATE', 3);
insert into specialisation (name) values ('Cuoco');
insert into event (title, kind, on_day, fields) values ('Tavolo minori', 'TECHNICAL_TABLE', '2024-03-01', '{MINORS}');
insert into event_need (event_id, need_id) values (1, 5);
`

// withErrors selects what every payload has.
const withErrors = ` errors {code field message} } }`

var crashMutations = []mutation{
	{name: "reportNeed", document: `mutation($key: String!) {reportNeed(input: {idempotencyKey: $key, municipality: "058091-01", field: MINORS, origin: KNOWN, severity: 3, people: 2, summary: "Manca un doposcuola"}) {need {id}` + withErrors},
	{name: "reportNeeds", document: `mutation($key: String!) {reportNeeds(input: {idempotencyKey: $key, needs: [
		{municipality: "058091-01", field: MINORS, origin: KNOWN, severity: 3, people: 2},
		{point: {longitude: 12.25, latitude: 41.75}, field: ELDERLY, origin: EMERGING, severity: 5, people: 1}]}) {reported {need {id}}` + withErrors},
	{name: "updateNeed", document: `mutation($key: String!) {updateNeed(input: {idempotencyKey: $key, id: "«Need:3»", version: 1, people: 5, severity: 2, municipality: "056001", clear: [LOCATION]}) {need {version}` + withErrors},
	{name: "confirmNeed", document: `mutation($key: String!) {confirmNeed(input: {idempotencyKey: $key, id: "«Need:3»", version: 1}) {need {version}` + withErrors},
	{name: "transitionNeed", document: `mutation($key: String!) {transitionNeed(input: {idempotencyKey: $key, id: "«Need:3»", version: 1, to: REJECTED, reasonCode: NOT_A_NEED}) {need {version}` + withErrors},
	{name: "reopenNeed", document: `mutation($key: String!) {reopenNeed(input: {idempotencyKey: $key, id: "«Need:4»", version: 2, reason: "Di nuovo"}) {need {version}` + withErrors},
	{name: "mergeNeeds", setup: `update need set people = 20 where id = 6;`,
		document: `mutation($key: String!) {mergeNeeds(input: {idempotencyKey: $key, into: {id: "«Need:6»", version: 1}, duplicates: [{id: "«Need:5»", version: 1}], reason: "Stessa richiesta"}) {need {version}` + withErrors},
	{name: "unmergeNeeds", setup: `update need set people = 20 where id = 6;`, requests: []string{crashMergeFirst},
		document: `mutation($key: String!) {unmergeNeeds(input: {idempotencyKey: $key, from: {id: "«Need:6»", version: 2}}) {need {version}` + withErrors},
	{name: "respondToNeed", document: `mutation($key: String!) {respondToNeed(input: {idempotencyKey: $key, needId: "«Need:6»", service: "«Service:1»", people: 2}) {response {id}` + withErrors},
	{name: "acceptResponse", document: `mutation($key: String!) {acceptResponse(input: {idempotencyKey: $key, id: "«Response:3»", version: 1}) {response {id}` + withErrors},
	{name: "declineResponse", document: `mutation($key: String!) {declineResponse(input: {idempotencyKey: $key, id: "«Response:3»", version: 1, reasonCode: FULL}) {response {id}` + withErrors},
	{name: "deliverResponse", document: `mutation($key: String!) {deliverResponse(input: {idempotencyKey: $key, id: "«Response:4»", version: 1}) {response {id}` + withErrors},
	{name: "deliverResponse in part", setup: `update response set people = 2 where id = 4; update need set people = 9 where id = 5;`,
		document: `mutation($key: String!) {deliverResponse(input: {idempotencyKey: $key, id: "«Response:4»", version: 1, people: 1}) {response {id} remaining {id}` + withErrors},
	{name: "suspendService", document: `mutation($key: String!) {suspendService(input: {idempotencyKey: $key, service: "«Service:1»", version: 1, from: "2024-05-01", reason: "Lavori", markNeeds: true}) {suspension {id}` + withErrors},
	{name: "resumeService", document: `mutation($key: String!) {resumeService(input: {idempotencyKey: $key, service: "«Service:2»", version: 1}) {suspension {id}` + withErrors},
	{name: "createCooperative", document: `mutation($key: String!) {createCooperative(input: {idempotencyKey: $key, name: "Delta"}) {cooperative {id}` + withErrors},
	{name: "updateCooperative", document: `mutation($key: String!) {updateCooperative(input: {idempotencyKey: $key, id: "«Cooperative:1»", version: 1, volunteers: 9}) {cooperative {id}` + withErrors},
	{name: "deleteCooperative", document: `mutation($key: String!) {deleteCooperative(input: {idempotencyKey: $key, id: "«Cooperative:6»"}) {deletedId` + withErrors},
	{name: "createPartner", document: `mutation($key: String!) {createPartner(input: {idempotencyKey: $key, name: "Eta", kind: SCHOOL, cooperatives: ["«Cooperative:1»", "«Cooperative:2»"]}) {partner {id}` + withErrors},
	{name: "updatePartner", document: `mutation($key: String!) {updatePartner(input: {idempotencyKey: $key, id: "«Partner:5»", version: 1, kind: PARISH}) {partner {id}` + withErrors},
	{name: "deletePartner", document: `mutation($key: String!) {deletePartner(input: {idempotencyKey: $key, id: "«Partner:5»"}) {deletedId` + withErrors},
	{name: "createPartnership", document: `mutation($key: String!) {createPartnership(input: {idempotencyKey: $key, partner: "«Partner:5»", cooperative: "«Cooperative:2»"}) {partner {id}` + withErrors},
	{name: "deletePartnership", document: `mutation($key: String!) {deletePartnership(input: {idempotencyKey: $key, partner: "«Partner:4»", cooperative: "«Cooperative:2»"}) {partner {id}` + withErrors},
	{name: "createService", document: `mutation($key: String!) {createService(input: {idempotencyKey: $key, organisation: "«Cooperative:1»", name: "Doposcuola", field: MINORS, provision: PRIVATE, capacity: 3, municipalities: ["058091"]}) {service {id}` + withErrors},
	{name: "updateService", document: `mutation($key: String!) {updateService(input: {idempotencyKey: $key, id: "«Service:1»", version: 1, capacity: 50, municipalities: ["056001"]}) {service {id}` + withErrors},
	{name: "deleteService", document: `mutation($key: String!) {deleteService(input: {idempotencyKey: $key, id: "«Service:4»"}) {deletedId` + withErrors},
	{name: "createSpecialisation", document: `mutation($key: String!) {createSpecialisation(input: {idempotencyKey: $key, name: "Logopedista"}) {specialisation {id}` + withErrors},
	{name: "updateSpecialisation", document: `mutation($key: String!) {updateSpecialisation(input: {idempotencyKey: $key, id: "«Specialisation:3»", name: "Cuoca"}) {specialisation {id}` + withErrors},
	{name: "deleteSpecialisation", document: `mutation($key: String!) {deleteSpecialisation(input: {idempotencyKey: $key, id: "«Specialisation:3»"}) {deletedId` + withErrors},
	{name: "setSpecialists", document: `mutation($key: String!) {setSpecialists(input: {idempotencyKey: $key, organisation: "«Cooperative:2»", specialisation: "«Specialisation:1»", operators: 4}) {organisation {slug}` + withErrors},
	{name: "createEvent", document: `mutation($key: String!) {createEvent(input: {idempotencyKey: $key, title: "Seminario", kind: SEMINAR, date: "2024-06-01", fields: [MINORS], needs: ["«Need:5»"]}) {event {id}` + withErrors},
	{name: "updateEvent", document: `mutation($key: String!) {updateEvent(input: {idempotencyKey: $key, id: "«Event:1»", version: 1, title: "Tavolo sui minori", needs: ["«Need:6»"]}) {event {id}` + withErrors},
	{name: "deleteEvent", document: `mutation($key: String!) {deleteEvent(input: {idempotencyKey: $key, id: "«Event:1»"}) {deletedId` + withErrors},
}

// crashMergeFirst merges need 5 into need 6.
const crashMergeFirst = `mutation {mergeNeeds(input: {into: {id: "«Need:6»", version: 1}, duplicates: [{id: "«Need:5»", version: 1}]}) {need {version}` + withErrors
