package server_test

import (
	"testing"
	"time"
)

func TestNeedQueries(t *testing.T) {
	checkGolden(t, newSmall(t, true), []golden{
		{"the caller", `{viewer {role isDemo}}`, `{"viewer": {"role": "COORDINATOR", "isDemo": true}}`},
		{"a need with all that belongs to it", `{node(id: "«Need:1»") {id ... on Need {municipality {code} field origin status severity people peopleAnswered summary
			reportedAt lastConfirmedAt location locationKind reportedBy {id slug} suspension {id from service {id}}
			responses {id organisation {__typename slug} service {name} people status reason proposedAt updatedAt}
			history {at kind fromStatus toStatus reason} allowedTransitions version isSynthetic}}}`,
			`{"node": {"id": "«Need:1»", "municipality": {"code": "058091-01"}, "field": "MINORS", "origin": "SUSPENDED_SERVICE", "status": "VERIFIED", "severity": 4,
			"people": 10, "peopleAnswered": 3, "summary": "Doposcuola chiuso", "reportedAt": "2024-01-31T23:30:00Z", "lastConfirmedAt": "2024-05-01T10:00:00Z",
			"location": {"type": "Point", "coordinates": [12.25, 41.75]}, "locationKind": "EXACT", "reportedBy": {"id": "«Cooperative:1»", "slug": "alfa"},
			"suspension": {"id": "«Suspension:2»", "from": "2021-01-10", "service": {"id": "«Service:2»"}},
			"responses": [
			{"id": "«Response:2»", "organisation": {"__typename": "Cooperative", "slug": "alfa"}, "service": {"name": "Doposcuola"}, "people": 7, "status": "DECLINED", "reason": "Nessun posto", "proposedAt": "2024-02-01T08:00:00Z", "updatedAt": "2024-02-03T08:00:00Z"},
			{"id": "«Response:1»", "organisation": {"__typename": "Partner", "slug": "parrocchia"}, "service": null, "people": 3, "status": "DELIVERED", "reason": null, "proposedAt": "2024-02-02T08:00:00Z", "updatedAt": "2024-02-20T08:00:00Z"}],
			"history": [
			{"at": "2024-01-31T23:30:00Z", "kind": "REPORTED", "fromStatus": null, "toStatus": "REPORTED", "reason": null},
			{"at": "2024-02-01T09:00:00Z", "kind": "STATUS_CHANGED", "fromStatus": "REPORTED", "toStatus": "VERIFIED", "reason": "Visitato"},
			{"at": "2024-05-01T10:00:00Z", "kind": "CONFIRMED", "fromStatus": null, "toStatus": null, "reason": null}],
			"allowedTransitions": ["ASSIGNED", "CLOSED", "REJECTED"], "version": 3, "isSynthetic": false}}`},
		{"needs, newest first", `{needs {totalCount nodes {id municipality {code} reportedBy {slug} suspension {id} responses {id} history {kind} lastConfirmedAt summary location}}}`,
			`{"needs": {"totalCount": 5, "nodes": [
			{"id": "«Need:4»", "municipality": {"code": "056001"}, "reportedBy": null, "suspension": null, "responses": [], "history": [{"kind": "REPORTED"}], "lastConfirmedAt": null, "summary": null, "location": null},
			{"id": "«Need:2»", "municipality": {"code": "058091-01"}, "reportedBy": null, "suspension": null, "responses": [], "history": [{"kind": "REPORTED"}], "lastConfirmedAt": null, "summary": null, "location": null},
			{"id": "«Need:3»", "municipality": {"code": "058091-02"}, "reportedBy": {"slug": "scuola"}, "suspension": null, "responses": [], "history": [{"kind": "REPORTED"}], "lastConfirmedAt": null, "summary": "Anziana sola", "location": {"type": "Point", "coordinates": [12.75, 41.75]}},
			{"id": "«Need:5»", "municipality": {"code": "056001"}, "reportedBy": null, "suspension": null, "responses": [], "history": [{"kind": "REPORTED"}], "lastConfirmedAt": null, "summary": "Due bambini", "location": null},
			{"id": "«Need:1»", "municipality": {"code": "058091-01"}, "reportedBy": {"slug": "alfa"}, "suspension": {"id": "«Suspension:2»"}, "responses": [{"id": "«Response:2»"}, {"id": "«Response:1»"}], "history": [{"kind": "REPORTED"}, {"kind": "STATUS_CHANGED"}, {"kind": "CONFIRMED"}], "lastConfirmedAt": "2024-05-01T10:00:00Z", "summary": "Doposcuola chiuso", "location": {"type": "Point", "coordinates": [12.25, 41.75]}}]}}`},
		{"orders", `{a: needs(orderBy: REPORTED_AT_ASC) {nodes {id}} b: needs(orderBy: SEVERITY_DESC) {nodes {severity}} c: needs(orderBy: PEOPLE_DESC) {nodes {people}}}`,
			`{"a": {"nodes": [{"id": "«Need:1»"}, {"id": "«Need:5»"}, {"id": "«Need:3»"}, {"id": "«Need:2»"}, {"id": "«Need:4»"}]},
			"b": {"nodes": [{"severity": 5}, {"severity": 4}, {"severity": 3}, {"severity": 2}, {"severity": 1}]},
			"c": {"nodes": [{"people": 10}, {"people": 7}, {"people": 4}, {"people": 2}, {"people": 1}]}}`},
		{"a need of 00:30 in Rome belongs to the next day", `{a: needs(filter: {reportedFrom: "2024-02-01", reportedTo: "2024-02-01"}) {nodes {id}} b: needs(filter: {reportedTo: "2024-01-31"}) {totalCount}}`,
			`{"a": {"nodes": [{"id": "«Need:1»"}]}, "b": {"totalCount": 0}}`},
		{"null does not restrict, an empty list matches nothing", `{a: needs(filter: {fields: null, bbox: null, text: null, openOnly: null, reportedFrom: null, within: null}) {totalCount}
			b: needs(filter: {municipalities: []}) {totalCount nodes {id}} c: needs(filter: null, first: null) {totalCount} d: needs(first: 0) {totalCount nodes {id} pageInfo {hasNextPage startCursor}}}`,
			`{"a": {"totalCount": 5}, "b": {"totalCount": 0, "nodes": []}, "c": {"totalCount": 5}, "d": {"totalCount": 5, "nodes": [], "pageInfo": {"hasNextPage": true, "startCursor": null}}}`},
		{"the map by comune", `{needMap(level: COMUNE, filter: {openOnly: true}) {totals {needs openNeeds people openPeople peopleAnswered}
			cells {area {code name level} tally {needs people} byField {field tally {needs}}}}}`,
			`{"needMap": {"totals": {"needs": 3, "openNeeds": 3, "people": 19, "openPeople": 19, "peopleAnswered": 8}, "cells": [
			{"area": {"code": "056001", "name": "Acqua Àlta", "level": "COMUNE"}, "tally": {"needs": 1, "people": 7}, "byField": [{"field": "MINORS", "tally": {"needs": 1}}, {"field": "DISABILITY", "tally": {"needs": 0}}, {"field": "ELDERLY", "tally": {"needs": 0}}, {"field": "ADULTS_AND_FAMILIES", "tally": {"needs": 0}}, {"field": "CULTURE_AND_SOCIAL_AGRICULTURE", "tally": {"needs": 0}}]},
			{"area": {"code": "058091", "name": "Roma", "level": "COMUNE"}, "tally": {"needs": 2, "people": 12}, "byField": [{"field": "MINORS", "tally": {"needs": 1}}, {"field": "DISABILITY", "tally": {"needs": 0}}, {"field": "ELDERLY", "tally": {"needs": 1}}, {"field": "ADULTS_AND_FAMILIES", "tally": {"needs": 0}}, {"field": "CULTURE_AND_SOCIAL_AGRICULTURE", "tally": {"needs": 0}}]}]}}`},
		{"the map of a region", `{needMap(level: REGION) {totals {needs openNeeds people openPeople peopleAnswered} cells {area {code name} tally {needs}}}}`,
			`{"needMap": {"totals": {"needs": 5, "openNeeds": 3, "people": 24, "openPeople": 19, "peopleAnswered": 9}, "cells": [{"area": {"code": "12", "name": "Lazio"}, "tally": {"needs": 5}}]}}`},
		{"the map keeps empty areas that the filter names", `{needMap(filter: {municipalities: ["VT", "058091-02"], fields: [DISABILITY]}) {totals {needs} cells {area {code} tally {needs}}}}`,
			`{"needMap": {"totals": {"needs": 0}, "cells": [{"area": {"code": "056001"}, "tally": {"needs": 0}}, {"area": {"code": "058091-02"}, "tally": {"needs": 0}}]}}`},
		{"points in a box", `{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 42}, limit: 1)}`,
			`{"needFeatures": {"type": "FeatureCollection", "features": [{"type": "Feature", "id": "«Need:3»", "geometry": {"type": "Point", "coordinates": [12.75, 41.75]},
			"properties": {"municipality": "058091-02", "field": "ELDERLY", "origin": "EMERGING", "status": "REPORTED", "severity": 5, "people": 2, "peopleAnswered": 0, "locationKind": "AREA", "reportedAt": "2024-03-01T08:00:00Z"}}]}}`},
		{"no points where boxes miss each other", `{needFeatures(bbox: {west: 12, south: 41, east: 12.1, north: 42}, filter: {bbox: {west: 12.5, south: 41, east: 13, north: 42}})}`,
			`{"needFeatures": {"type": "FeatureCollection", "features": []}}`},
		{"a municipality's needs and tally", `{municipality(code: "058091") {needs(filter: {municipalities: ["058091-02", "056001"]}) {totalCount nodes {id}} tally {needs people} one: tally(filter: {municipalities: ["056"]}) {needs}}}`,
			`{"municipality": {"needs": {"totalCount": 1, "nodes": [{"id": "«Need:3»"}]}, "tally": {"needs": 3, "people": 13}, "one": {"needs": 0}}}`},
	})
}

// TestNodes asks for objects of every type, and for what is none.
func TestNodes(t *testing.T) {
	s := newSmall(t, true)
	checkGolden(t, s, []golden{
		{"each type", `{nodes(ids: ["«Municipality:058091-01»", "«Need:2»", "«Response:1»", "«Cooperative:2»", "«Partner:5»", "«Service:3»", "«Suspension:1»"]) {__typename id}}`,
			`{"nodes": [{"__typename": "Municipality", "id": "«Municipality:058091-01»"}, {"__typename": "Need", "id": "«Need:2»"}, {"__typename": "Response", "id": "«Response:1»"},
			{"__typename": "Cooperative", "id": "«Cooperative:2»"}, {"__typename": "Partner", "id": "«Partner:5»"}, {"__typename": "Service", "id": "«Service:3»"}, {"__typename": "Suspension", "id": "«Suspension:1»"}]}`},
		{"one of each asked alone", `{a: node(id: "«Response:2»") {... on Response {organisation {slug} service {name}}} b: node(id: "«Suspension:1»") {... on Suspension {service {name}}}
			c: node(id: "«Partner:4»") {... on Partner {cooperatives {slug}}} d: node(id: "«Municipality:058091»") {... on Municipality {children {code}}}}`,
			`{"a": {"organisation": {"slug": "alfa"}, "service": {"name": "Doposcuola"}}, "b": {"service": {"name": "Doposcuola"}}, "c": {"cooperatives": [{"slug": "alfa"}, {"slug": "beta"}]},
			"d": {"children": [{"code": "058091-01"}, {"code": "058091-02"}]}}`},
		{"none, twice, out of order", `{nodes(ids: ["«Need:5»", "«Need:99»", "«Need:5»", "«Municipality:058»", "«Service:1»"]) {id}}`,
			`{"nodes": [{"id": "«Need:5»"}, null, {"id": "«Need:5»"}, null, {"id": "«Service:1»"}]}`},
		{"a partner is no cooperative", `{nodes(ids: ["«Cooperative:5»", "«Partner:1»"]) {id}}`, `{"nodes": [null, null]}`},
		{"keys that no object has", `{nodes(ids: ["«Need:0»", "«Need:-1»", "«Need:+1»", "«Need:1x»", "«Need:99999999999999999999»", "«Service:9999999999»", "«Need:»", "«Need:01»"]) {id}}`,
			`{"nodes": [null, null, null, null, null, null, null, null]}`},
		{"no identifiers", `{nodes(ids: []) {id}}`, `{"nodes": []}`},
	})
	for name, id := range map[string]string{
		"no base64": "Need:1", "empty": "", "unknown type": globalID("Tree", 1), "no type": globalID("", 1),
		"padded": "TmVlZDoxMQ==", "no key": "TmVlZA", "long": globalID("Need", time.Now().String()+string(make([]byte, 200))),
	} {
		if code, field := s.ask(t, `query($id: ID!) {node(id: $id) {id}}`, map[string]any{"id": id}).first(); code != "INVALID" || field != "id" {
			t.Errorf("%s: %s %s, want INVALID id", name, code, field)
		}
		if code, field := s.ask(t, `query($id: ID!) {nodes(ids: [$id]) {id}}`, map[string]any{"id": id}).first(); code != "INVALID" || field != "ids" {
			t.Errorf("%s: %s %s, want INVALID ids", name, code, field)
		}
	}
}

func TestTheMapSaysWhenItWasRead(t *testing.T) {
	s := newSmall(t, true)
	var got struct {
		NeedMap struct{ AsOf time.Time }
		Network struct{ Computed struct{ AsOf time.Time } }
	}
	before := time.Now().Add(-time.Minute)
	s.get(t, `{needMap {asOf} network {computed {asOf}}}`, nil, &got)
	for _, at := range []time.Time{got.NeedMap.AsOf, got.Network.Computed.AsOf} {
		if at.Before(before) || at.After(time.Now().Add(time.Minute)) {
			t.Errorf("read at %v, it is %v", at, time.Now())
		}
	}
}
