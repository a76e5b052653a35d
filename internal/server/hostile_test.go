package server_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/graph/cursor"
	"github.com/innovainrete/needmap/internal/needmap"
)

// hostileRequest is a body made to hurt, with the code that it must get.
type hostileRequest struct{ name, body, code string }

func document(query string) string { return string(mustJSON(map[string]string{"query": query})) }

func withVariables(query, variables string) string {
	return fmt.Sprintf(`{"query": %s, "variables": %s}`, mustJSON(query), variables)
}

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// hostileRequests are built over fields of the real schema.
func hostileRequests() []hostileRequest {
	megabyte := strings.Repeat("a", 1_000_000)
	deep := strings.Repeat("{parent", 48)
	const byText = `query($t: String) {needs(filter: {text: $t}) {totalCount}}`
	return []hostileRequest{
		{"depth 50", document(`{municipality(code: "058091")` + deep + `{code}` + strings.Repeat("}", 49)), "TOO_COMPLEX"},
		{"10,000 aliases", document("{" + repeated(10_000, `a%d: viewer {role} `) + "}"), "TOO_COMPLEX"},
		{"60 aliases", document("{" + repeated(60, `a%d: viewer {role} `) + "}"), "TOO_COMPLEX"},
		{"20,000 repeated fields", document("{" + strings.Repeat("__typename ", 20_000) + "}"), "TOO_COMPLEX"},
		{"900 repeated fields", document("{viewer{" + strings.Repeat("role ", 900) + "}}"), "TOO_COMPLEX"},
		{"doubled fragments, 40 deep", document(doubledParents(40)), "TOO_COMPLEX"},
		{"doubled lists, 10 deep", document(doubledLists(10)), "TOO_COMPLEX"},
		{"lists in lists", document(`{municipalities(first: 500) {nodes {needs(first: 500) {nodes {id}}}}}`), "TOO_COMPLEX"},
		{"lists by recursion", document(`{municipality(code: "058091") {children {services {nodes {municipalities {services {nodes {municipalities {code}}}}}}}}}`), "TOO_COMPLEX"},
		{"50 maps", document("{" + repeated(50, `a%d: needMap {cells {byField {tally {needs people openNeeds}}}} `) + "}"), "TOO_COMPLEX"},
		{"a body over 4 MB", withVariables(byText, `{"t": "`+megabyte+megabyte+megabyte+megabyte+megabyte+`"}`), "TOO_COMPLEX"},
		{"a text of 1 MB", withVariables(byText, `{"t": "`+megabyte+`"}`), "INVALID"},
		{"a literal of 1 MB", document(`{needs(filter: {text: "` + megabyte + `"}) {totalCount}}`), "TOO_COMPLEX"},
		{"a code of 1 MB", withVariables(`query($c: [String!]) {needs(filter: {municipalities: $c}) {totalCount}}`, `{"c": ["`+megabyte+`"]}`), "INVALID"},
		{"a cursor of 1 MB", withVariables(`query($c: String) {needs(after: $c) {totalCount}}`, `{"c": "`+megabyte+`"}`), "INVALID"},
		{"an identifier of 1 MB", withVariables(`query($i: ID!) {node(id: $i) {id}}`, `{"i": "`+megabyte+`"}`), "INVALID"},
		{"an area's code of 1 MB", withVariables(`query($w: String) {territory(within: $w)}`, `{"w": "`+megabyte+`"}`), "INVALID"},
		{"a province of 1 MB", withVariables(`query($p: String) {municipalities(filter: {province: $p}) {totalCount}}`, `{"p": "`+megabyte+`"}`), "INVALID"},
		{"a name of 1 MB", withVariables(`query($n: String) {partners(filter: {name: $n}) {totalCount}}`, `{"n": "`+megabyte+`"}`), "INVALID"},
		{"a slug of 1 MB", withVariables(`query($s: String) {services(filter: {organisation: $s}) {totalCount}}`, `{"s": "`+megabyte+`"}`), "INVALID"},
		{"a day of 1 MB", withVariables(`query($d: Date) {needs(filter: {reportedFrom: $d}) {totalCount}}`, `{"d": "`+megabyte+`"}`), "INVALID"},
		{"a word of an enum of 1 MB", withVariables(`query($f: [Field!]) {needs(filter: {fields: $f}) {totalCount}}`, `{"f": ["`+megabyte+`"]}`), "INVALID"},
		{"a geometry of 1 MB of text", withVariables(`query($g: Geometry) {needs(filter: {within: $g}) {totalCount}}`, `{"g": "`+megabyte+`"}`), "INVALID"},
		{"100,000 vertices", withVariables(`query($g: Geometry) {needs(filter: {within: $g}) {totalCount}}`, `{"g": `+circle(100_000)+`}`), "INVALID"},
		{"10,000 vertices, crossed", withVariables(`query($g: Geometry) {needs(filter: {within: $g}) {totalCount}}`, `{"g": `+circle(9_999)+`}`), "INVALID"},
		{"100,000 unknown codes", withVariables(`query($c: [String!]) {needs(filter: {municipalities: $c}) {totalCount}}`, `{"c": [`+strings.Repeat(`"x",`, 100_000)+`"x"]}`), "INVALID"},
		{"a geometry 60 deep", withVariables(`query($g: Geometry) {needs(filter: {within: $g}) {totalCount}}`,
			`{"g": {"type": "Polygon", "coordinates": `+strings.Repeat("[", 60)+strings.Repeat("]", 60)+`}}`), "INVALID"},
		{"half of JSON", `{"query": "{viewer`, "INVALID"},
		{"no JSON", megabyte, "INVALID"},
		{"nothing", ``, "INVALID"},
		{"a batch", `[{"query": "{viewer {role}}"}]`, "INVALID"},
		{"NUL in a literal", document(`{cooperative(slug: "\u0000") {id}}`), "INVALID"},
	}
}

// doubledParents unfolds to 2^levels fields.
func doubledParents(levels int) string {
	query := fmt.Sprintf(`{municipality(code: "058091") {...F%d}} fragment F0 on Municipality {code}`, levels)
	for i := range levels {
		query += fmt.Sprintf(" fragment F%d on Municipality {...F%d ...F%d}", i+1, i, i)
	}
	return query
}

// doubledLists unfolds to 30^levels objects.
func doubledLists(levels int) string {
	query := fmt.Sprintf(`{municipality(code: "058091") {...F%d}} fragment F0 on Municipality {code}`, levels)
	for i := range levels {
		query += fmt.Sprintf(" fragment F%d on Municipality {children {...F%d ...F%d}}", i+1, i, i)
	}
	return query
}

// timeToRead is what the standard library takes for a body on this machine, now.
func timeToRead(body string) time.Duration {
	start := time.Now()
	var v any
	_ = json.Unmarshal([]byte(body), &v) // some are no JSON: then it is soon done
	return time.Since(start)
}

// TestHostileRequests wants each refused with its code within 100 ms, or within some
// times what it takes to read its JSON, in bounded memory. The machine may be busy, so
// the fastest of three tells.
func TestHostileRequests(t *testing.T) {
	s := newSite(t, 500, true)
	var slowest time.Duration
	var which string
	for _, r := range hostileRequests() {
		t.Run(r.name, func(t *testing.T) {
			fastest, reading := time.Hour, time.Hour
			for range 3 {
				reading = min(reading, timeToRead(r.body))
				start := time.Now()
				answer := s.post(t, []byte(r.body))
				fastest = min(fastest, time.Since(start))
				_, field := answer.first()
				checkRefused(t, answer, r.code, field)
			}
			if limit := max(100*time.Millisecond*slowdown, 8*reading); fastest > limit {
				t.Errorf("took %v, the limit is %v", fastest, limit)
			}
			if fastest > slowest {
				slowest, which = fastest, r.name
			}
		})
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	const bound = 500 << 20
	if memory.Sys > bound {
		t.Errorf("the process holds %d MB, server and client together; the bound is %d MB", memory.Sys>>20, bound>>20)
	}
	t.Logf("the slowest is %s with %v; the process holds %d MB", which, slowest, memory.Sys>>20)
	var viewer struct{ Viewer struct{ Role string } }
	if s.get(t, `{viewer {role}}`, nil, &viewer); viewer.Viewer.Role != "COORDINATOR" {
		t.Errorf("after all this the server answers %+v", viewer)
	}
}

// TestDearButAllowed asks for the most that the cost limit grants: it must be
// answered, quickly enough and in bounded memory.
func TestDearButAllowed(t *testing.T) {
	s := newSite(t, 2000, true)
	for _, query := range []string{
		`{needs(first: 500) {nodes {id field origin status severity people summary reportedAt location municipality {code name}
			responses {people organisation {name} service {name}} history {at kind} reportedBy {name} suspension {service {name}}}}}`,
		`{municipalities(first: 80) {nodes {code tally {needs} needs(first: 10) {totalCount nodes {id municipality {code} responses {people}}} services(first: 10) {totalCount nodes {name organisation {name}}}}}}`,
		`{partners(first: 150) {nodes {name municipality {code tally {needs}} services(first: 5) {totalCount nodes {name municipalities {code}}} cooperatives {name}}}}`,
	} {
		start := time.Now()
		answer := s.ask(t, query, nil)
		if len(answer.Errors) > 0 {
			t.Errorf("%.60s…: %+v", query, answer.Errors[0])
		}
		t.Logf("%.60s… took %v for %d kB", query, time.Since(start), len(answer.Data)>>10)
	}
}

// TestForeignCursors sends cursors that are none, of another list or order, and
// well-formed ones with positions that no row has.
func TestForeignCursors(t *testing.T) {
	s := newSmall(t, true)
	at := needmap.Position{Moment: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), ID: 1}
	huge := needmap.Position{Number: 1<<31 - 1, Moment: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), ID: 1<<63 - 1, Text: "zz"}
	least := needmap.Position{Number: -1 << 31, Moment: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), ID: -1 << 63}
	for _, c := range []struct {
		name, list, cursor string
		valid              bool
	}{
		{"text", `needs`, "abc", false},
		{"empty", `needs`, "", false},
		{"padded", `needs`, cursor.Encode("needs:REPORTED_AT_DESC", at) + "=", false},
		{"cut", `needs`, cursor.Encode("needs:REPORTED_AT_DESC", at)[:20], false},
		{"of another order", `needs`, cursor.Encode("needs:SEVERITY_DESC", at), false},
		{"of partners", `cooperatives`, cursor.Encode("partners", at), false},
		{"of services", `municipalities`, cursor.Encode("services", at), false},
		{"its own", `needs`, cursor.Encode("needs:REPORTED_AT_DESC", at), true},
		{"far", `needs`, cursor.Encode("needs:REPORTED_AT_DESC", huge), true},
		{"before all", `needs`, cursor.Encode("needs:REPORTED_AT_DESC", least), true},
		{"a severity beyond a smallint", `needs(orderBy: SEVERITY_DESC)`, cursor.Encode("needs:SEVERITY_DESC", huge), true},
		{"a severity below a smallint", `needs(orderBy: SEVERITY_DESC)`, cursor.Encode("needs:SEVERITY_DESC", least), true},
		{"people beyond all", `needs(orderBy: PEOPLE_DESC)`, cursor.Encode("needs:PEOPLE_DESC", huge), true},
		{"a partner's key beyond an int", `partners`, cursor.Encode("partners", huge), true},
		{"a service's key below an int", `services`, cursor.Encode("services", least), true},
		{"a municipality that is none", `municipalities`, cursor.Encode("municipalities", huge), true},
	} {
		for _, side := range []string{"after", "before"} {
			t.Run(c.name+" "+side, func(t *testing.T) {
				list := strings.Replace(c.list+"(", "((", "(", 1)
				if name, args, found := strings.Cut(c.list, "("); found {
					list = name + "(" + strings.TrimSuffix(args, ")") + ", "
				}
				answer := s.ask(t, `query($c: String) {`+list+side+`: $c) {nodes {id}}}`, map[string]any{"c": c.cursor})
				if c.valid && len(answer.Errors) > 0 {
					t.Errorf("refused: %+v", answer.Errors)
				}
				if !c.valid {
					checkRefused(t, answer, "INVALID", side)
				}
			})
		}
	}
}
