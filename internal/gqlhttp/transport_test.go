package gqlhttp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/gqlhttp"
)

func TestWellFormedRequests(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{})
	tests := []struct {
		name string
		r    *http.Request
		want string
	}{
		{"POST", post(t, `{ping}`, nil), `{"data":{"ping":"pong"}}`},
		{"POST with a variable", post(t, `query($c: String!) {code(code: $c)}`, map[string]any{"c": "é"}),
			`{"data":{"code":"é"}}`},
		{"nulls", postRaw(`{"query":"{ping}","variables":null,"operationName":null,"extensions":null}`),
			`{"data":{"ping":"pong"}}`},
		{"named operation", postRaw(`{"query":"query A {ping} query B {b: ping}","operationName":"B"}`),
			`{"data":{"b":"pong"}}`},
		{"mutation", post(t, `mutation {ping}`, nil), `{"data":{"ping":"pong"}}`},
		{"GET", get("query", `{ping}`), `{"data":{"ping":"pong"}}`},
		{"GET with variables", get("query", `query($c: String!) {code(code: $c)}`, "variables", `{"c":"x"}`),
			`{"data":{"code":"x"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := do(t, h, tt.r)
			if got.Status != http.StatusOK || got.Text != tt.want {
				t.Errorf("got %d %s, want 200 %s", got.Status, got.Text, tt.want)
			}
		})
	}
}

// get makes a GET request of parameters: name, value, name, value, …
func get(parameters ...string) *http.Request {
	values := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		values.Set(parameters[i], parameters[i+1])
	}
	return httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil)
}

func TestTransportErrors(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{BodyLimit: 1000})
	with := func(r *http.Request, name, value string) *http.Request {
		r.Header.Set(name, value)
		return r
	}
	tests := []struct {
		name   string
		r      *http.Request
		status int
		code   string
		field  string
	}{
		{"malformed JSON", postRaw(`{"query": nonsense}`), 400, "INVALID", ""},
		{"JSON that breaks off", postRaw(`{"query": "{ping}"`), 400, "INVALID", ""},
		{"bytes after the value", postRaw(`{"query":"{ping}"} x`), 400, "INVALID", ""},
		{"a second value", postRaw(`{"query":"{ping}"}{"query":"{ping}"}`), 400, "INVALID", ""},
		{"a batch", postRaw(` [{"query":"{ping}"}]`), 400, "INVALID", ""},
		{"a number", postRaw(`5`), 400, "INVALID", ""},
		{"null", postRaw(`null`), 400, "INVALID", "query"},
		{"an empty body", postRaw(``), 400, "INVALID", ""},
		{"no query", postRaw(`{}`), 400, "INVALID", "query"},
		{"a blank query", postRaw(`{"query":" \n"}`), 400, "INVALID", "query"},
		{"a query of the wrong type", postRaw(`{"query":{}}`), 400, "INVALID", "query"},
		{"variables of the wrong type", postRaw(`{"query":"{ping}","variables":[]}`), 400, "INVALID", "variables"},
		{"invalid UTF-8", postRaw("{\"query\":\"{code(code: \\\"\xff\\\")}\"}"), 400, "INVALID", ""},
		{"a NUL byte", postRaw("{\"query\":\"{ping}\x00\"}"), 400, "INVALID", ""},
		{"a NUL in a variable", post(t, `query($c: String!) {code(code: $c)}`, map[string]any{"c": "a\x00"}),
			400, "INVALID", "c"},
		{"a NUL deep in a variable", post(t, `query($f: Filter) {count(filter: $f)}`,
			map[string]any{"f": map[string]any{"box": map[string]any{"labels": []string{"\x00"}}}}),
			400, "INVALID", "f.box.labels"},
		{"a number out of range", postRaw(`{"query":"query($f: Filter) {count(filter: $f)}",` +
			`"variables":{"f":{"box":{"west":1e999}}}}`), 400, "INVALID", "f.box.west"},
		{"deep variables", postRaw(`{"query":"{ping}","variables":{"x":` +
			strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}}`), 400, "INVALID", "x"},
		{"a long body", postRaw(`{"query":"` + strings.Repeat(" ", 1000) + `"}`), 413, "TOO_COMPLEX", ""},
		{"no content type", with(postRaw(`{"query":"{ping}"}`), "Content-Type", ""), 415, "INVALID", ""},
		{"another content type", with(postRaw(`{ping}`), "Content-Type", "application/graphql"), 415, "INVALID", ""},
		{"another charset", with(postRaw(`{}`), "Content-Type", "application/json; charset=latin1"), 415, "INVALID", ""},
		{"a compressed body", with(postRaw(`{}`), "Content-Encoding", "gzip"), 415, "INVALID", ""},
		{"nothing acceptable", with(postRaw(`{"query":"{ping}"}`), "Accept", "text/html"), 406, "INVALID", ""},
		{"PUT", httptest.NewRequest(http.MethodPut, "/graphql", nil), 405, "INVALID", ""},
		{"GET without a query", get(), 400, "INVALID", "query"},
		{"GET with bad variables", get("query", "{ping}", "variables", "{"), 400, "INVALID", "variables"},
		{"GET with a list of variables", get("query", "{ping}", "variables", "[]"), 400, "INVALID", "variables"},
		{"GET with a NUL", get("query", "{code(code: \"\x00\")}"), 200, "INVALID", ""},
		{"GET with invalid UTF-8", get("query", "{code(code: \"\xff\")}"), 400, "INVALID", ""},
		{"GET badly encoded", httptest.NewRequest(http.MethodGet, "/graphql?query=%zz", nil), 400, "INVALID", ""},
		{"GET of a mutation", get("query", "mutation {ping}"), 405, "INVALID", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := do(t, h, tt.r)
			if got.Status != tt.status || got.code() != tt.code || got.field() != tt.field {
				t.Errorf("got %d %q %q, want %d %q %q: %s",
					got.Status, got.code(), got.field(), tt.status, tt.code, tt.field, got.Text)
			}
			if got.Data != nil {
				t.Errorf("an answer to nothing has data: %s", got.Text)
			}
		})
	}
}

func TestAllow(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{})
	for want, r := range map[string]*http.Request{
		"GET, POST": httptest.NewRequest(http.MethodDelete, "/graphql", nil),
		"POST":      get("query", "mutation {ping}"),
	} {
		if got := do(t, h, r).Header.Get("Allow"); got != want {
			t.Errorf("Allow of %s is %q, want %q", r.Method, got, want)
		}
	}
}

func TestNegotiation(t *testing.T) {
	const plain, graphQL = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
	h := newHandler(t, gqlhttp.Options{})
	tests := []struct {
		accept, media string
		status        int // of a document that does not parse
	}{
		{"", plain, 200},
		{"*/*", plain, 200},
		{"application/*", plain, 200},
		{"application/json", plain, 200},
		{"APPLICATION/JSON; Charset=UTF-8", plain, 200},
		{"application/graphql-response+json", graphQL, 400},
		{"application/graphql-response+json, application/json;q=0.9", graphQL, 400},
		{"application/json;q=0.9, application/graphql-response+json", graphQL, 400},
		{"application/json, multipart/mixed", plain, 200},
		{"text/html, application/xhtml+xml, */*;q=0.8", plain, 200},
		{"application/graphql-response+json; charset=latin1, application/json", plain, 200},
		{"application/json;q=0", plain, 406},
		{"application/json;q=x", plain, 406},
		{"image/png", plain, 406},
		{";;;", plain, 406},
	}
	for _, tt := range tests {
		r := post(t, `{`, nil)
		r.Header.Set("Accept", tt.accept)
		got := do(t, h, r)
		if got.Status != tt.status || got.Header.Get("Content-Type") != tt.media {
			t.Errorf("Accept %q: got %d %s, want %d %s",
				tt.accept, got.Status, got.Header.Get("Content-Type"), tt.status, tt.media)
		}
		if got.code() != "INVALID" || got.Data != nil {
			t.Errorf("Accept %q: got %s, want INVALID without data", tt.accept, got.Text)
		}
	}
}

func TestResolverErrors(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{})
	tests := []struct {
		query, code, data string
		status            int
	}{
		{`{fails}`, "INTERNAL", `{"fails":null}`, 200},
		{`{refuses}`, "NOT_FOUND", `{"refuses":null}`, 200},
		{`{panics}`, "INTERNAL", ``, 500},
	}
	for _, tt := range tests {
		got := do(t, h, post(t, tt.query, nil))
		if got.Status != tt.status || got.code() != tt.code || string(got.Data) != tt.data {
			t.Errorf("%s: got %d %s, want %d %s with data %q",
				tt.query, got.Status, got.Text, tt.status, tt.code, tt.data)
		}
	}
}
