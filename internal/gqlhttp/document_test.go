package gqlhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/innovainrete/needmap/graph/cost"
	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

func TestDocumentErrors(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{Introspection: true})
	tests := []struct {
		name, query, variables string
		code, field, message   string // message: a part of it
	}{
		{"syntax", `{ping`, ``, "INVALID", "", "not GraphQL"},
		{"no operation", `fragment A on Query {ping}`, ``, "INVALID", "", "operation"},
		{"unknown field", `{pong}`, ``, "INVALID", "", `"pong"`},
		{"a field suggested", `{pin}`, ``, "INVALID", "", `Did you mean "ping"`},
		{"unknown argument", `{count(second: 1)}`, ``, "INVALID", "second", `"second"`},
		{"missing argument", `{code}`, ``, "INVALID", "code", "required"},
		{"wrong literal", `{count(first: "x")}`, ``, "INVALID", "first", "Int"},
		{"wrong nested literal", `{count(filter: {box: {west: "x", south: 1}})}`, ``,
			"INVALID", "filter.box.west", "Float"},
		{"wrong enum", `{count(filter: {statuses: [REPORTED, LOST]})}`, ``, "INVALID", "filter.statuses", `"LOST"`},
		{"huge literal", `{count(first: 99999999999999999999)}`, ``, "INVALID", "first", "out of range"},
		{"huge float", `{count(filter: {box: {west: 1e999, south: 1}})}`, ``,
			"INVALID", "filter.box.west", "out of range"},
		{"huge number in a custom scalar", `{count(filter: {within: [1e999]})}`, ``,
			"INVALID", "filter.within", "out of range"},
		{"NUL literal", `{code(code: "a\u0000")}`, ``, "INVALID", "code", "NUL"},
		{"NUL literal, braced", `{code(code: "a\u{0}")}`, ``, "INVALID", "code", "NUL"},
		{"an escaped backslash is no NUL", `{code(code: "a\\u0000")}`, ``, "", "", ""},
		{"long name", `{` + strings.Repeat("a", 200) + `}`, ``, "INVALID", "", "longer than 128"},
		{"missing variable", `query($c: String!) {code(code: $c)}`, `{}`, "INVALID", "c", "$c is missing"},
		{"null variable", `query($c: String!) {code(code: $c)}`, `{"c":null}`, "INVALID", "c", "must not be null"},
		{"wrong variable", `query($n: Int) {count(first: $n)}`, `{"n":true}`, "INVALID", "n", "not a valid Int"},
		{"fractional variable", `query($n: Int) {count(first: $n)}`, `{"n":1.5}`, "INVALID", "n", "not a valid Int"},
		{"huge variable", `query($n: Int) {count(first: $n)}`, `{"n":99999999999999999999}`,
			"INVALID", "n", "not a valid Int"},
		{"wrong nested variable", `query($f: Filter) {count(filter: $f)}`, `{"f":{"severity":"high"}}`,
			"INVALID", "f.severity", "not a valid Int"},
		{"no object", `query($f: Filter) {count(filter: $f)}`, `{"f":"x"}`, "INVALID", "f", "object of type Filter"},
		{"missing in an object", `query($f: Filter) {count(filter: $f)}`, `{"f":{"box":{"west":1}}}`,
			"INVALID", "f.box.south", "is missing"},
		{"unknown in an object", `query($f: Filter) {count(filter: $f)}`, `{"f":{"colour":1}}`,
			"INVALID", "f.colour", "not a field"},
		{"wrong enum variable", `query($f: Filter) {count(filter: $f)}`, `{"f":{"statuses":["LOST"]}}`,
			"INVALID", "f.statuses[0]", "not a value of Status"},
		{"enum from an object", `query($f: Filter) {count(filter: $f)}`, `{"f":{"statuses":[{}]}}`,
			"INVALID", "f.statuses[0]", "enum"},
		{"null condition", `query($b: Boolean = true) {ping @include(if: $b)}`, `{"b":null}`,
			"INVALID", "b", "must not be null"},
		{"null condition in a fragment", `query($b: Boolean = true) {...F} fragment F on Query {ping @skip(if: $b)}`,
			`{"b":null}`, "INVALID", "b", "must not be null"},
		{"several operations", `query A {ping} query B {ping}`, ``, "INVALID", "operationName", "name of an operation"},
		{"a price too high", `{towns {towns(first: 90000) {name}}}`, ``, "TOO_COMPLEX", "", "costs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := do(t, h, post(t, tt.query, variables(t, tt.variables)))
			if got.Status != 200 || got.code() != tt.code || got.field() != tt.field {
				t.Fatalf("got %d %q %q, want 200 %q %q: %.300s",
					got.Status, got.code(), got.field(), tt.code, tt.field, got.Text)
			}
			if tt.code == "" {
				return
			}
			if got.Data != nil || !strings.Contains(got.Errors[0].Message, tt.message) {
				t.Errorf("got %.300s, want no data and %q in the message", got.Text, tt.message)
			}
			r := post(t, tt.query, variables(t, tt.variables))
			r.Header.Set("Accept", "application/graphql-response+json")
			if again := do(t, h, r); again.Status != 400 || again.code() != tt.code {
				t.Errorf("as graphql-response+json: got %d %s, want 400 %s", again.Status, again.code(), tt.code)
			}
		})
	}
}

func variables(tb testing.TB, text string) any {
	tb.Helper()
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func TestUnknownOperationName(t *testing.T) {
	got := do(t, newHandler(t, gqlhttp.Options{}), postRaw(`{"query":"query A {ping}","operationName":"B"}`))
	if got.code() != "INVALID" || got.field() != "operationName" {
		t.Errorf("got %s, want INVALID of operationName", got.Text)
	}
}

func TestManyErrorsAreCut(t *testing.T) {
	var query strings.Builder
	for i := range 45 {
		fmt.Fprintf(&query, " absent%d", i)
	}
	got := do(t, newHandler(t, gqlhttp.Options{}), post(t, "{"+query.String()+"}", nil))
	if len(got.Errors) != 20 {
		t.Errorf("%d errors, want 20", len(got.Errors))
	}
}

func TestIntrospectionAndSuggestionsTogether(t *testing.T) {
	closed, open := newHandler(t, gqlhttp.Options{}), newHandler(t, gqlhttp.Options{Introspection: true})
	if got := do(t, open, post(t, introspection.Query, nil)); len(got.Errors) > 0 {
		t.Errorf("open: %.300s", got.Text)
	}
	if got := do(t, closed, post(t, introspection.Query, nil)); got.code() != "FORBIDDEN" {
		t.Errorf("closed: %.300s", got.Text)
	}
	for _, query := range []string{`{pin}`, `{count(firs: 1)}`,
		`{count(filter: {statuses: [REPORTE]})}`} {
		if got := do(t, open, post(t, query, nil)); !strings.Contains(got.Text, "Did you mean") {
			t.Errorf("open, %s: no suggestion in %s", query, got.Text)
		}
		if got := do(t, closed, post(t, query, nil)); strings.Contains(got.Text, "Did you mean") {
			t.Errorf("closed, %s: a suggestion in %s", query, got.Text)
		}
	}
}

func TestErrorPresenterIsAskedForResolversOnly(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{ErrorPresenter: func(context.Context, error) *gqlerror.Error {
		return &gqlerror.Error{Message: "presented", Extensions: map[string]any{"code": "CONFLICT"}}
	}})
	for query, want := range map[string]string{`{fails}`: "CONFLICT", `{pong}`: "INVALID", `{`: "INVALID"} {
		if got := do(t, h, post(t, query, nil)); got.code() != want {
			t.Errorf("%s: %s, want %s", query, got.code(), want)
		}
	}
}

func TestCachedDocumentsAreStillPriced(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{Cost: cost.Options{Limits: cost.Limits{Cost: 100}}})
	const query = `query($n: Int) {towns {towns(first: $n) {name}}}`
	for _, tt := range []struct {
		n    int
		want string
	}{{5, ""}, {500, "TOO_COMPLEX"}, {5, ""}} {
		got := do(t, h, post(t, query, map[string]any{"n": tt.n}))
		if got.code() != tt.want {
			t.Errorf("first %d: code %q, want %q", tt.n, got.code(), tt.want)
		}
	}
}

// counter is an extension that counts the operations that validation let pass.
type counter struct{ operations *int }

func (counter) ExtensionName() string                   { return "Counter" }
func (counter) Validate(graphql.ExecutableSchema) error { return nil }
func (c counter) MutateOperationContext(context.Context, *graphql.OperationContext) *gqlerror.Error {
	*c.operations++
	return nil
}

func TestExtensionsAreUsed(t *testing.T) {
	var operations int
	h := newHandler(t, gqlhttp.Options{Extensions: []graphql.HandlerExtension{counter{&operations}}})
	do(t, h, post(t, `{ping}`, nil))
	do(t, h, post(t, `{`, nil))
	if operations != 1 {
		t.Errorf("%d operations, want 1", operations)
	}
}

func TestPublishedCodesOnly(t *testing.T) {
	known := map[string]bool{}
	for _, code := range needmap.Codes {
		known[string(code)] = true
	}
	h := newHandler(t, gqlhttp.Options{})
	for _, query := range []string{`{`, `{pong}`, `{__schema {types {name}}}`, `{fails}`, `query($n: Int!) {count(first: $n)}`} {
		for _, e := range do(t, h, post(t, query, nil)).Errors {
			if code, _ := e.Extensions["code"].(string); !known[code] {
				t.Errorf("%s: code %v is not published", query, e.Extensions["code"])
			}
		}
	}
}
