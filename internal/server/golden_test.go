package server_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// golden is a query over the small world with its answer, worked out by hand.
// In both, «Type:key» stands for the global identifier of an object.
type golden struct{ name, query, want string }

func checkGolden(t *testing.T, s *site, goldens []golden) {
	t.Helper()
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			var got, want any
			s.get(t, withIDs(g.query), nil, &got)
			if err := json.Unmarshal([]byte(withIDs(g.want)), &want); err != nil {
				t.Fatalf("%v: %s", err, g.want)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s\ngot  %s\nwant %s", g.query, mustJSON(got), mustJSON(want))
			}
		})
	}
}

func withIDs(text string) string {
	for {
		before, rest, found := strings.Cut(text, "«")
		if !found {
			return text
		}
		id, after, _ := strings.Cut(rest, "»")
		typeName, key, _ := strings.Cut(id, ":")
		text = before + globalID(typeName, key) + after
	}
}

func TestTerritoryQueries(t *testing.T) {
	checkGolden(t, newSmall(t, false), []golden{
		{"a municipality", `{municipality(code: "056001") {id code kind name provinceCode provinceAcronym provinceName regionCode
			parent {code} children {code} population populationYear populationSource areaKm2 centroid bbox boundarySource isSchematic isLocal}}`,
			`{"municipality": {"id": "«Municipality:056001»", "code": "056001", "kind": "COMUNE", "name": "Acqua Àlta", "provinceCode": "056",
			"provinceAcronym": "VT", "provinceName": "Viterbo", "regionCode": "12", "parent": null, "children": [], "population": 1200,
			"populationYear": 2011, "populationSource": "Census", "areaKm2": 4500, "centroid": {"type": "Point", "coordinates": [12.25, 42.25]},
			"bbox": [12, 42, 13, 42.5], "boundarySource": "by hand", "isSchematic": false, "isLocal": true}}`},
		{"a parent and its children", `{municipality(code: "058091") {isLocal population children {code kind parent {code}}}}`,
			`{"municipality": {"isLocal": false, "population": null, "children": [
			{"code": "058091-01", "kind": "MUNICIPIO", "parent": {"code": "058091"}}, {"code": "058091-02", "kind": "MUNICIPIO", "parent": {"code": "058091"}}]}}`},
		{"no municipality", `{a: municipality(code: "058") {code} b: municipality(code: "") {code} c: municipality(code: "999999") {code}}`,
			`{"a": null, "b": null, "c": null}`},
		{"the exact boundary, its hole clockwise", `{municipality(code: "056001") {boundary}}`,
			`{"municipality": {"boundary": {"type": "MultiPolygon", "coordinates": [[
			[[12, 42], [13, 42], [13, 42.5], [12, 42.5], [12, 42]],
			[[12.4, 42.2], [12.4, 42.3], [12.6, 42.3], [12.6, 42.2], [12.4, 42.2]]]]}}}`},
		{"municipalities of a province", `{municipalities(filter: {codes: ["RM"]}, first: 2) {totalCount pageInfo {hasNextPage hasPreviousPage} nodes {code}}}`,
			`{"municipalities": {"totalCount": 3, "pageInfo": {"hasNextPage": true, "hasPreviousPage": false}, "nodes": [{"code": "058091"}, {"code": "058091-01"}]}}`},
		{"the last municipality", `{municipalities(last: 1) {totalCount pageInfo {hasNextPage hasPreviousPage} edges {node {code}}}}`,
			`{"municipalities": {"totalCount": 4, "pageInfo": {"hasNextPage": false, "hasPreviousPage": true}, "edges": [{"node": {"code": "058091-02"}}]}}`},
		{"municipalities by part of a name", `{municipalities(filter: {name: "QUA alt"}) {nodes {code}}}`, `{"municipalities": {"nodes": [{"code": "056001"}]}}`},
		{"leaves that are comuni", `{municipalities(filter: {kinds: [COMUNE], local: true}) {nodes {code}}}`, `{"municipalities": {"nodes": [{"code": "056001"}]}}`},
		{"municipalities by acronym of the province", `{municipalities(filter: {province: "VT"}) {nodes {code}}}`, `{"municipalities": {"nodes": [{"code": "056001"}]}}`},
		{"an empty list matches nothing", `{municipalities(filter: {codes: []}) {totalCount nodes {code}}}`, `{"municipalities": {"totalCount": 0, "nodes": []}}`},
		{"points", `{inside: municipalityAt(longitude: 12.2, latitude: 41.6) {code}
			border: municipalityAt(longitude: 12.5, latitude: 41.6) {code}
			threeMeet: municipalityAt(longitude: 12.5, latitude: 42) {code}
			corner: municipalityAt(longitude: 13, latitude: 41.5) {code}
			hole: municipalityAt(longitude: 12.5, latitude: 42.25) {code}
			rimOfTheHole: municipalityAt(longitude: 12.4, latitude: 42.25) {code}
			sea: municipalityAt(longitude: 11.9, latitude: 41.6) {code}
			pole: municipalityAt(longitude: 180, latitude: -90) {code}}`,
			`{"inside": {"code": "058091-01"}, "border": {"code": "058091-01"}, "threeMeet": {"code": "056001"}, "corner": {"code": "058091-02"},
			"hole": null, "rimOfTheHole": {"code": "056001"}, "sea": null, "pole": null}`},
	})
}

// TestTerritoryLevels reads feature collections: their codes at each level, and
// that a zoom keeps the corners of boxes.
func TestTerritoryLevels(t *testing.T) {
	s := newSmall(t, false)
	for _, c := range []struct{ args, want string }{
		{``, "056001 058091-01 058091-02"},
		{`level: LOCAL, zoom: 8`, "056001 058091-01 058091-02"},
		{`level: COMUNE`, "056001 058091"},
		{`level: PROVINCE`, "056 058"},
		{`level: REGION`, "12"},
		{`within: "058091"`, "058091-01 058091-02"},
		{`within: "RM", level: COMUNE`, "058091"},
		{`within: "056"`, "056001"},
		{`within: "058091-02"`, "058091-02"},
		{`within: "056001", level: REGION`, ""},
	} {
		query := `{territory}`
		if c.args != "" {
			query = `{territory(` + c.args + `)}`
		}
		var got struct {
			Territory struct {
				Type     string
				Features []struct {
					ID       string
					Geometry struct {
						Type        string
						Coordinates [][][][2]float64
					}
				}
			}
		}
		s.get(t, query, nil, &got)
		codes := []string{}
		for _, f := range got.Territory.Features {
			codes = append(codes, f.ID)
			if f.Geometry.Type != "MultiPolygon" || len(f.Geometry.Coordinates) == 0 {
				t.Errorf("%s: %s is a %s of %d polygons", query, f.ID, f.Geometry.Type, len(f.Geometry.Coordinates))
			}
		}
		if strings.Join(codes, " ") != c.want || got.Territory.Type != "FeatureCollection" {
			t.Errorf("%s gives a %s of %v, want %s", query, got.Territory.Type, codes, c.want)
		}
	}
}

func TestDirectoryQueries(t *testing.T) {
	checkGolden(t, newSmall(t, false), []golden{
		{"a cooperative", `{cooperative(slug: "alfa") {id slug name fiscalCode description volunteers isSynthetic municipality {code}
			operators {specialisation operators} partners {totalCount nodes {slug}} services {totalCount nodes {name}}}}`,
			`{"cooperative": {"id": "«Cooperative:1»", "slug": "alfa", "name": "Alfa", "fiscalCode": "00743110157", "description": "Prima", "volunteers": 5,
			"isSynthetic": false, "municipality": {"code": "058091-01"}, "operators": [{"specialisation": "Autista", "operators": 2}, {"specialisation": "Educatore", "operators": 10}],
			"partners": {"totalCount": 2, "nodes": [{"slug": "scuola"}, {"slug": "zeta"}]}, "services": {"totalCount": 2, "nodes": [{"name": "Doposcuola"}, {"name": "Mensa"}]}}}`},
		{"no cooperative", `{a: cooperative(slug: "gamma") {slug} partner: cooperative(slug: "scuola") {slug}}`, `{"a": null, "partner": null}`},
		{"cooperatives", `{cooperatives(last: 1) {totalCount pageInfo {hasPreviousPage hasNextPage} nodes {slug operators {operators} fiscalCode}}}`,
			`{"cooperatives": {"totalCount": 2, "pageInfo": {"hasPreviousPage": true, "hasNextPage": false}, "nodes": [{"slug": "beta", "operators": [], "fiscalCode": null}]}}`},
		{"partners", `{partners {totalCount nodes {slug kind municipality {code} cooperatives {slug} isSynthetic}}}`,
			`{"partners": {"totalCount": 3, "nodes": [
			{"slug": "parrocchia", "kind": "PARISH", "municipality": null, "cooperatives": [{"slug": "beta"}], "isSynthetic": true},
			{"slug": "scuola", "kind": "SCHOOL", "municipality": {"code": "058091"}, "cooperatives": [{"slug": "alfa"}, {"slug": "beta"}], "isSynthetic": false},
			{"slug": "zeta", "kind": "ASSOCIATION", "municipality": {"code": "058091-02"}, "cooperatives": [{"slug": "alfa"}], "isSynthetic": false}]}}`},
		{"partners seated in Rome, of which one is known by its comune", `{partners(filter: {municipalities: ["058091"]}) {totalCount nodes {slug}}}`,
			`{"partners": {"totalCount": 2, "nodes": [{"slug": "scuola"}, {"slug": "zeta"}]}}`},
		{"partners of a kind joined to beta", `{partners(filter: {kinds: [SCHOOL, PARISH], cooperative: "beta", name: "scu"}) {totalCount nodes {slug}}}`,
			`{"partners": {"totalCount": 1, "nodes": [{"slug": "scuola"}]}}`},
		{"a name without its accent", `{partners(filter: {name: "ZETA"}) {nodes {name}}}`, `{"partners": {"nodes": [{"name": "Zéta"}]}}`},
		{"a service", `{services(filter: {pilot: true}) {totalCount nodes {id name organisation {id __typename slug} field specialisation status provision isPilot capacity
			peopleReached catchmentMetres minimumAge maximumAge location locationKind isSynthetic municipalities {code} suspensions {id from to reason service {name}}}}}`,
			`{"services": {"totalCount": 1, "nodes": [{"id": "«Service:2»", "name": "Doposcuola", "organisation": {"id": "«Cooperative:1»", "__typename": "Cooperative", "slug": "alfa"},
			"field": "MINORS", "specialisation": "Educatore", "status": "SUSPENDED", "provision": "PRIVATE", "isPilot": true, "capacity": 20, "peopleReached": 15,
			"catchmentMetres": 2000, "minimumAge": 6, "maximumAge": 14, "location": {"type": "Point", "coordinates": [12.25, 41.75]}, "locationKind": "EXACT", "isSynthetic": false,
			"municipalities": [{"code": "058091-01"}], "suspensions": [
			{"id": "«Suspension:2»", "from": "2021-01-10", "to": null, "reason": "Sede inagibile", "service": {"name": "Doposcuola"}},
			{"id": "«Suspension:1»", "from": "2020-03-09", "to": "2020-06-30", "reason": "Pandemia", "service": {"name": "Doposcuola"}}]}]}}`},
		{"services by what they are", `{a: services(filter: {municipalities: ["058"], statuses: [ACTIVE]}) {nodes {name municipalities {code}}}
			b: services(filter: {fields: [ELDERLY, MINORS], provisions: [MUTUAL_AID]}) {nodes {name suspensions {id} location}}
			c: services(filter: {organisation: "alfa", name: "mens"}) {totalCount} d: services(filter: {fields: []}) {totalCount nodes {name}}}`,
			`{"a": {"nodes": [{"name": "Mensa", "municipalities": [{"code": "058091-01"}, {"code": "058091-02"}]}]},
			"b": {"nodes": [{"name": "Assistenza", "suspensions": [], "location": null}]}, "c": {"totalCount": 1}, "d": {"totalCount": 0, "nodes": []}}`},
		{"what is in a municipality", `{municipalities {nodes {code cooperatives {slug} partners(first: 1) {totalCount pageInfo {hasNextPage} nodes {slug}}
			services(first: 1) {totalCount nodes {name}} minors: services(filter: {fields: [MINORS]}) {totalCount}}}}`,
			`{"municipalities": {"nodes": [
			{"code": "056001", "cooperatives": [{"slug": "beta"}], "partners": {"totalCount": 0, "pageInfo": {"hasNextPage": false}, "nodes": []}, "services": {"totalCount": 1, "nodes": [{"name": "Assistenza"}]}, "minors": {"totalCount": 0}},
			{"code": "058091", "cooperatives": [{"slug": "alfa"}], "partners": {"totalCount": 2, "pageInfo": {"hasNextPage": true}, "nodes": [{"slug": "scuola"}]}, "services": {"totalCount": 2, "nodes": [{"name": "Doposcuola"}]}, "minors": {"totalCount": 1}},
			{"code": "058091-01", "cooperatives": [{"slug": "alfa"}], "partners": {"totalCount": 0, "pageInfo": {"hasNextPage": false}, "nodes": []}, "services": {"totalCount": 2, "nodes": [{"name": "Doposcuola"}]}, "minors": {"totalCount": 1}},
			{"code": "058091-02", "cooperatives": [{"slug": "alfa"}], "partners": {"totalCount": 1, "pageInfo": {"hasNextPage": false}, "nodes": [{"slug": "zeta"}]}, "services": {"totalCount": 1, "nodes": [{"name": "Mensa"}]}, "minors": {"totalCount": 0}}]}}`},
		{"the network", `{network {name published {cooperatives partners operators specialisations volunteers municipi peopleReached peopleReachedByField {field people} source}
			computed {cooperatives partners services operators specialisations volunteers peopleReached peopleReachedByField {field people} includesSynthetic}
			findings {code expected found difference}}}`,
			`{"network": {"name": "Innovainrete", "published": {"cooperatives": 10, "partners": 676, "operators": 2300, "specialisations": 48, "volunteers": 500,
			"municipi": 10, "peopleReached": 21462, "peopleReachedByField": [{"field": "MINORS", "people": 3464}, {"field": "DISABILITY", "people": 2142}, {"field": "ELDERLY", "people": 1139},
			{"field": "ADULTS_AND_FAMILIES", "people": 13570}, {"field": "CULTURE_AND_SOCIAL_AGRICULTURE", "people": 147}], "source": "Public page of the network Innovainrete"},
			"computed": {"cooperatives": 2, "partners": 3, "services": 3, "operators": 13, "specialisations": 2, "volunteers": 7, "peopleReached": 122,
			"peopleReachedByField": [{"field": "MINORS", "people": 15}, {"field": "DISABILITY", "people": 0}, {"field": "ELDERLY", "people": 7}, {"field": "ADULTS_AND_FAMILIES", "people": 100},
			{"field": "CULTURE_AND_SOCIAL_AGRICULTURE", "people": 0}], "includesSynthetic": true},
			"findings": [{"code": "PUBLISHED_PEOPLE_TOTAL", "expected": 21462, "found": 20462, "difference": 1000}, {"code": "COOPERATIVES_IN_DIRECTORY", "expected": 10, "found": 2, "difference": 8},
			{"code": "PARTNERS_IN_DIRECTORY", "expected": 676, "found": 3, "difference": 673}, {"code": "PEOPLE_REACHED_BY_SERVICES", "expected": 20462, "found": 122, "difference": 20340}]}}`},
		{"the caller", `{viewer {role isDemo}}`, `{"viewer": {"role": "PUBLIC", "isDemo": false}}`},
	})
}
