package server_test

import (
	"strconv"
	"strings"
	"testing"
)

// walkLength is how many objects lie behind each other on a path.
const walkLength = 2

// walkArguments fills in arguments, by "Type.field.argument". Of a field of the
// Query each value is tried; elsewhere they take turns. An argument that is
// required and missing here fails the test.
var walkArguments = map[string][]string{
	"Query.municipality.code":        {`"058091"`, `"056001"`, `"058091-02"`},
	"Query.municipalityAt.longitude": {"12.7"},
	"Query.municipalityAt.latitude":  {"41.7"},
	"Query.cooperative.slug":         {`"alfa"`, `"beta"`},
	"Query.needFeatures.bbox":        {"{west: 11, south: 41, east: 14, north: 43}"},
	"Query.suggestResponses.needId":  globalIDs("Need", secretKey, secretKey+3),

	// Only what every caller's report has can be compared: an operator of nothing has no area.
	"Coverage.compare.a": {"{}", "{field: MINORS}"}, "Coverage.compare.b": {"{field: ELDERLY}", "{}"},
	"Query.coverage.asOf": {"", "", `"2024-05-15T00:00:00Z"`, `"2024-02-01T12:00:00Z"`}, "Query.coverage.whatIf": walkScenarios,
	"Query.coverage.orderBy": {"GAP_DESC", "UNMET_RATE_DESC", "COVERAGE_ASC"}, "Query.coverage.level": walkLevels,
	"Query.needMap.asOf": {"", `"2024-05-15T00:00:00Z"`, "", `"2024-02-01T12:00:00Z"`}, "Query.needMap.level": walkLevels,
	"Query.coverageTrend.from": {"", `"2024-01-01"`}, "Query.coverageTrend.interval": {"MONTH", "QUARTER"},
	"Query.accessibility.field": walkFields, "Query.accessibility.demand": {"", "PEOPLE_IN_NEED", "PEOPLE_IN_NEED"},
	"Query.accessibility.whatIf": walkScenarios, "Query.accessibility.catchmentMetres": {"200000", "3000"},
	"Query.siting.field": walkFields, "Query.siting.count": {"2"}, "Query.siting.radiusMetres": {"200000", "150"},
	"Query.siting.candidates": {"", walkPoints, walkPoints}, "Query.siting.floorShare": {"", "", "0.5"},
	"Query.hotspots.permutations": {"99"}, "Query.criticality.field": walkFields[:2], "Query.suspensionImpact.suspension": globalIDs("Suspension", 2, 1),
}

// walkPoints lie 100 m north of the needs 0 to 3: an answer repeats candidates, and
// no place of a need may be in one.
const walkPoints = `[{longitude: 12.3141592, latitude: 41.7191818}, {longitude: 12.7171067, latitude: 41.7369679},
	{longitude: 12.2236067, latitude: 42.1458489}, {longitude: 12.6931471, latitude: 41.9107612}]`

// walkFields begin with that of need 3, which operators don't see.
var walkFields = []string{"ADULTS_AND_FAMILIES", "MINORS", "DISABILITY", "ELDERLY", "CULTURE_AND_SOCIAL_AGRICULTURE"}

var walkLevels = []string{"", "PROVINCE", "COMUNE"}

// walkScenarios change services, and put new ones where needs are that operators
// don't see.
var walkScenarios = []string{
	"", `{close: ["` + globalID("Service", 1) + `"], reopen: ["` + globalID("Service", 2) + `"]}`,
	`{suspend: ["` + globalID("Service", 4) + `"], add: [{field: ADULTS_AND_FAMILIES, capacity: 4000, point: {longitude: 12.6931471, latitude: 41.9098612}, catchmentMetres: 5}]}`,
	`{add: [{field: DISABILITY, capacity: 3, municipalities: ["12"]}, {field: ELDERLY, capacity: 7, point: {longitude: 12.2236067, latitude: 42.1449489}, catchmentMetres: 200000}]}`,
}

// walkFilters are tried wherever needs are filtered; "" leaves the filter out.
// The words and places are those of needs that operators don't see.
var walkFilters = []string{
	"", `{text: "segreto700003"}`, `{near: {longitude: 12.6931471, latitude: 41.9098612, radiusMetres: 800}}`,
	`{bbox: {west: 11, south: 41, east: 14, north: 43}, openOnly: true}`, `{reportedFrom: "2024-01-10", reportedTo: "2024-02-20"}`,
	`{municipalities: ["056001", "058091-02"], severityAtLeast: 2}`,
}

// walkKeys are the objects asked for by their identifiers.
var walkKeys = map[string][]any{
	"Municipality": {"058091-01", "056001"}, "Need": {700000, 700001, 700002, 700003, 700004, 700005, 700006, 700007, 700008},
	"Response": {800000, 800002, 800003, 800008}, "Cooperative": {1}, "Partner": {3}, "Service": {2, 1}, "Suspension": {2}, "Event": {1, 2},
	"Specialisation": {1},
}

func globalIDs(typeName string, keys ...any) []string {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = strconv.Quote(globalID(typeName, key))
	}
	return ids
}

// walker asks for every path as one caller.
type walker struct {
	*testing.T
	schema *schema
	site   *site
	role   policyRole
	points []secretPoint

	refused map[string]bool // fields that answer UNAUTHENTICATED, by "Type.field"
	seen    map[string]bool // fields that an answer held, by "Type.field"
	telling map[string]bool // types of objects whose own values told of needs
	tells   map[string]mask // what the answer to each query told, by path
}

func newWalker(t *testing.T, s *site, role policyRole) *walker {
	return &walker{T: t, schema: readSchema(t, s), site: role.callerAs(s), role: role, points: secretPoints(t, s),
		refused: map[string]bool{}, seen: map[string]bool{}, telling: map[string]bool{}, tells: map[string]mask{}}
}

// walk asks for all paths up to walkLength, widened by one step, and for the
// types that lie further away.
func (w *walker) walk() {
	root := w.schema.types["Query"]
	for _, f := range root.Fields {
		if len(w.schema.concrete(f)) == 0 {
			w.askLeaf(f)
		}
	}
	near := map[string]bool{}
	for i, path := range w.schema.paths(root, walkLength) {
		near[path[len(path)-1].to.Name] = true
		switch {
		case len(path) == 1:
			for turn := range w.turns(path[0]) {
				w.ask(path, turn)
			}
		case !w.schema.isPart(path, walkLength): // a longer one asks for the same
			w.ask(path, i)
		}
	}
	for i, path := range w.schema.paths(root, walkLength+1) {
		if to := path[len(path)-1].to.Name; !near[to] {
			near[to] = true
			w.ask(path, i)
		}
	}
}

// turns is how many variants of a field of the Query there are.
func (w *walker) turns(h hop) int {
	n := 1
	for _, a := range h.field.Args {
		n = max(n, len(w.values(h.field, a, h.to)))
	}
	return n
}

// values are those to try for an argument; none leaves it out.
func (w *walker) values(f *schemaField, a *schemaArgument, to *schemaType) []string {
	key := f.of.Name + "." + f.Name + "." + a.Name
	switch {
	case walkArguments[key] != nil:
		return walkArguments[key]
	case a.Type.named() == "NeedFilter":
		return walkFilters
	case a.Name == "first" && a.Type.named() == "Int":
		return []string{"9"}
	case key == "Query.node.id" && len(walkKeys[to.Name]) > 0:
		return globalIDs(to.Name, walkKeys[to.Name]...)
	case key == "Query.nodes.ids" && len(walkKeys[to.Name]) > 0:
		return []string{"[" + strings.Join(globalIDs(to.Name, walkKeys[to.Name]...), ", ") + "]"}
	case a.required():
		w.Errorf("no value for the argument %s (%s): name one in walkArguments", key, a.Type.named())
	}
	return nil
}

// arguments writes those of a field; turn picks their values.
func (w *walker) arguments(turn int) func(*schemaField, *schemaType, int) string {
	return func(f *schemaField, to *schemaType, depth int) string {
		var parts []string
		for _, a := range f.Args {
			values := w.values(f, a, to)
			if len(values) == 0 {
				continue
			}
			if value := values[(turn+depth)%len(values)]; value != "" {
				parts = append(parts, a.Name+": "+value)
			}
		}
		if len(parts) == 0 {
			return ""
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
}

func (w *walker) askLeaf(f *schemaField) {
	for turn := range w.turns(hop{field: f}) {
		name := "/" + f.Name
		w.send(name, func() string { return "{" + f.Name + w.arguments(turn)(f, nil, 0) + "}" }, w.schema.types["Query"])
	}
}

func (w *walker) ask(path []hop, turn int) {
	for _, form := range []struct{ lean, wide bool }{{false, true}, {true, true}, {true, false}} {
		q := writer{w.schema, w.arguments(turn), w.refused, form.lean}
		if w.send(pathName(path), func() string { return q.query(path, form.wide) }, w.schema.types["Query"]) {
			return
		}
	}
	w.Errorf("%s: too complex in every form", pathName(path))
}

// send asks and checks the answer. Fields that refuse the caller are left out
// and the rest is asked for again, so that nothing hides behind a refusal. It is
// false when the server grants less than that.
func (w *walker) send(name string, query func() string, root *schemaType) bool {
	for {
		text := query()
		answer := w.site.ask(w.T, text, nil)
		code, _ := answer.first()
		if code == "TOO_COMPLEX" {
			return false
		}
		again := false
		for _, e := range answer.Errors {
			field := w.schema.fieldAt(root, e.Path, text)
			switch {
			case e.Extensions.Code == "UNAUTHENTICATED" && w.role.name == "PUBLIC" && field != "":
				again = again || !w.refused[field] && !strings.HasPrefix(field, "Query.")
				w.refused[field] = true
			case e.Extensions.Code == "NOT_FOUND" && w.role.mask() != everyNeed:
			case e.Extensions.Code == "INVALID" && field == "Query.hotspots" && e.Extensions.Field == "by":
				// this world has too few areas; TestHotspotsKeepThePolicy has enough
			default:
				w.Errorf("%s: %s %s at %v (%s)\n%s", name, e.Extensions.Code, e.Message, e.Path, field, text)
			}
		}
		w.check(name, text, answer)
		if !again {
			return true
		}
	}
}

// fieldAt finds the field that a path of an answer leads to, by "Type.field".
func (s *schema) fieldAt(root *schemaType, path []any, query string) string {
	at, field := []*schemaType{root}, ""
	for _, part := range path {
		name, ok := part.(string)
		if !ok {
			continue
		}
		if _, alias, found := strings.Cut(query, name+": "); found && strings.HasPrefix(name, "as") { // as beyond writes them
			name, _, _ = strings.Cut(alias, " ")
			name, _, _ = strings.Cut(name, "(")
		}
		var next []*schemaType
		for _, t := range at {
			for _, f := range t.Fields {
				if f.Name == name {
					field, next = t.Name+"."+name, append(next, s.concrete(f)...)
				}
			}
		}
		at = next
	}
	return field
}
