package gqlhttp_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/introspection"

	"github.com/innovainrete/needmap/internal/gqlhttp"
)

// hostile are requests made to hurt, with the code that each must get.
func hostile(tb testing.TB) map[string]struct {
	body, code string
} {
	tb.Helper()
	type request = struct{ body, code string }
	doc := func(query, code string) request { return request{bodyOf(query, `{}`), code} }
	megabyte := strings.Repeat("a", 1_000_000)
	return map[string]request{
		"depth 50":                doc(repeat("{town", 49)+"{name"+repeat("}", 50), "TOO_COMPLEX"),
		"depth 900":               doc(repeat("{town", 900)+"{name"+repeat("}", 901), "TOO_COMPLEX"),
		"10,000 aliases":          doc("{"+numbered(10_000, "a%d: ping ")+"}", "TOO_COMPLEX"),
		"600 aliases":             doc("{"+numbered(600, "a%d: ping ")+"}", "TOO_COMPLEX"),
		"20,000 repeated fields":  doc("{"+repeat("a ", 20_000)+"}", "TOO_COMPLEX"),
		"1,900 repeated fields":   doc("{"+repeat("ping ", 1_900)+"}", "TOO_COMPLEX"),
		"900 repeated fields":     doc("{"+repeat("ping ", 900)+"}", "TOO_COMPLEX"),
		"doubled fragments":       doc(doubled(40, "...F%d ...F%d"), "TOO_COMPLEX"),
		"doubled, below a list":   doc(doubledTowns(40), "TOO_COMPLEX"),
		"a fragment cycle":        doc(`{...A} fragment A on Query {ping ...B} fragment B on Query {...A}`, "INVALID"),
		"1 MB string literal":     doc(`{code(code: "`+megabyte[:900_000]+`")}`, "TOO_COMPLEX"),
		"1 MB of a name":          doc(`{`+megabyte[:900_000]+`}`, "TOO_COMPLEX"),
		"60 kB of a name":         doc(`{`+megabyte[:60_000]+`}`, "INVALID"),
		"1 MB of commas":          doc(`{ping`+repeat(",", 900_000)+`}`, "TOO_COMPLEX"),
		"brackets":                doc(`{count(filter: {within: `+repeat("[", 1_500), "INVALID"),
		"1 MB string as a number": {bodyOf(`query($n: Int) {count(first: $n)}`, `{"n":"`+megabyte[:900_000]+`"}`), "INVALID"},
		"1 MB string as an enum": {bodyOf(`query($f: Filter) {count(filter: $f)}`,
			`{"f":{"statuses":["`+megabyte[:900_000]+`"]}}`), "INVALID"},
		"1 MB operation name": {`{"query":"{ping}","operationName":"` + megabyte[:900_000] + `"}`, "INVALID"},
		"1 MB field name in a variable": {bodyOf(`query($f: Filter) {count(filter: $f)}`,
			`{"f":{"`+megabyte[:900_000]+`":1}}`), "INVALID"},
		"1 MB of digits": {bodyOf(`query($n: Int) {count(first: $n)}`,
			`{"n":`+repeat("9", 900_000)+`}`), "INVALID"},
		"JSON 9,000 deep":   {bodyOf(`{ping}`, `{"x":`+repeat("[", 9_000)+repeat("]", 9_000)+`}`), "INVALID"},
		"JSON 200,000 deep": {bodyOf(`{ping}`, `{"x":`+repeat("[", 200_000)+repeat("]", 200_000)+`}`), "INVALID"},
		"names on the way to a NUL": {bodyOf(`{ping}`,
			`{"`+repeat("b", 400_000)+`":{`+numbered(20_000, `"k%d":1,`)+`"z":"\u0000"}}`), "INVALID"},
		"a body over 1 MB": {bodyOf(`{ping}`, `{"x":"`+megabyte+megabyte+`"}`), "TOO_COMPLEX"},
		"300 operations":   doc(numbered(300, "query Q%d {ping} "), "INVALID"),
		"fragments that spread one another": doc(`{...S0}`+numbered(100, " fragment S%d on Query {...Big}")+
			" fragment Big on Query {"+repeat("ping count ", 25)+numbered(40, "a%d: ping ")+"}", "TOO_COMPLEX"),
		"many misspelt names":            doc("{"+numbered(900, "pinge%d ")+"}", "INVALID"),
		"nested inline fragments":        doc(repeat("{...", 60)+"{"+repeat("ping ", 30)+repeat("}", 61), "TOO_COMPLEX"),
		"as many repeats as are allowed": doc(worstRepeats(), "INVALID"),
		"arguments repeated":             doc("{"+repeat(`count(first: 1, text: "x") `, 30)+"a}", "INVALID"),
	}
}

func bodyOf(query, variables string) string {
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(query)
	return `{"query":"` + escaped + `","variables":` + variables + `}`
}

func repeat(s string, n int) string { return strings.Repeat(s, n) }

func numbered(n int, format string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

func doubled(levels int, spreads string) string {
	query := fmt.Sprintf("{...F%d} fragment F0 on Query {ping}", levels)
	for i := range levels {
		query += fmt.Sprintf(" fragment F%d on Query {"+spreads+"}", i+1, i, i)
	}
	return query
}

// doubledTowns is the recursive list that once took 4 GB.
func doubledTowns(levels int) string {
	query := fmt.Sprintf("{towns {...F%d}} fragment F0 on Town {name}", levels)
	for i := range levels {
		query += fmt.Sprintf(" fragment F%d on Town {towns {...F%d ...F%d}}", i+1, i, i)
	}
	return query
}

// worstRepeats stays within every limit of shape and makes the validator compare
// as many fields as it can; one unknown field makes it invalid.
func worstRepeats() string {
	var body string
	for i := range 33 {
		body += repeat(fmt.Sprintf("f%d ", i), 30)
	}
	return repeat("{...", 28) + "{absent " + body + repeat("}", 29)
}

func TestHostileRequestsAreRefusedQuickly(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{Introspection: true})
	for name, request := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			fastest := time.Hour
			for range 3 { // the machine may be busy: the fastest tells
				start := time.Now()
				got := do(t, h, postRaw(request.body))
				fastest = min(fastest, time.Since(start))
				if got.code() != request.code || got.Status >= http.StatusInternalServerError {
					t.Fatalf("got %d %.300s, want %s", got.Status, got.Text, request.code)
				}
			}
			t.Logf("%v", fastest)
			if limit := 100 * time.Millisecond; fastest > limit*slowdown {
				t.Errorf("took %v, the limit is %v", fastest, limit)
			}
		})
	}
}

func TestHostileRequestsLeaveNoMemoryBehind(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{})
	requests := hostile(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, request := range requests {
		do(t, h, postRaw(request.body))
	}
	for i := range 500 { // valid documents, all different, each as long as the cache takes
		do(t, h, post(t, fmt.Sprintf("{a%d: ping %s}", i, repeat(" ", 15_000)), nil))
	}
	runtime.GC() // twice, since pools keep what they hold through one
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 20<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	runtime.KeepAlive(h)
	runtime.KeepAlive(requests)
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{"query":"{ping}"}`, `[]`, `{"query":"{code(code: \"\\u0000\")}"}`,
		`{"query":"query($f: Filter) {count(filter: $f)}","variables":{"f":{"box":{"west":1e9}}}}`,
		bodyOf(introspection.Query, `{}`), bodyOf(doubled(3, "...F%d ...F%d"), `null`), `{"query":"{"}`} {
		f.Add(seed)
	}
	h := newHandler(f, gqlhttp.Options{})
	f.Fuzz(func(t *testing.T, body string) {
		got := send(t, h, postRaw(body))
		if got.Status >= 500 && !strings.Contains(body, "panics") {
			t.Errorf("got %d %s", got.Status, got.Text)
		}
		for _, e := range got.Errors {
			if e.Extensions["code"] == nil {
				t.Errorf("no code: %s", got.Text)
			}
		}
	})
}

func BenchmarkPing(b *testing.B) {
	h := newHandler(b, gqlhttp.Options{})
	b.ReportAllocs()
	for b.Loop() {
		do(b, h, postRaw(`{"query":"{ping}"}`))
	}
}
