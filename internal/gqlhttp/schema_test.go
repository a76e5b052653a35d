package gqlhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

const sdl = `
scalar Geometry
enum Status { REPORTED VERIFIED }
input Box { west: Float! south: Float! labels: [String!] }
input Filter { box: Box statuses: [Status!] severity: Int within: Geometry }
type Query {
  ping: String
  count(first: Int = 1, filter: Filter, text: String): Int
  code(code: String!): String
  towns: [Town!]
  fails: String
  refuses: String
  panics: String
}
type Mutation { ping: String }
type Subscription { count(to: Int!): Int forever: Int flood: String breaks: Int panics: Int }
type Town { name: String town: Town towns(first: Int): [Town!] }
`

// schema is an executable schema whose fields answer in the ways that a
// transport must carry: a value, an error of the contract, any other error, and
// a panic. gqlgen's own mock would keep every request.
type schema struct{ parsed *ast.Schema }

func newSchema(tb testing.TB) schema {
	tb.Helper()
	parsed, err := gqlparser.LoadSchema(&ast.Source{Input: sdl + "extend type Query {" + numbered(33, "f%d: String ") + "}"})
	if err != nil {
		tb.Fatal(err)
	}
	return schema{parsed}
}

func (s schema) Schema() *ast.Schema { return s.parsed }

func (schema) Exec(ctx context.Context) graphql.ResponseHandler {
	if opCtx := graphql.GetOperationContext(ctx); opCtx.Operation.Operation == ast.Subscription {
		return stream(opCtx)
	}
	return answer
}

// stream answers a subscription: with the numbers up to another, with one and
// then nothing, without end, with one and then an error, or with a panic.
func stream(opCtx *graphql.OperationContext) graphql.ResponseHandler {
	field := graphql.CollectFields(opCtx, opCtx.Operation.SelectionSet, []string{"Subscription"})[0]
	to, n := 1, 0
	if field.Name == "count" {
		to64, _ := field.ArgumentMap(opCtx.Variables)["to"].(int64)
		to = int(to64)
	}
	long := strings.Repeat("x", 100_000)
	return func(ctx context.Context) *graphql.Response {
		n++
		switch {
		case field.Name == "flood":
			return &graphql.Response{Data: []byte(`{"flood":"` + long + `"}`)}
		case field.Name == "panics":
			panic("secret panic")
		case n <= to:
			return &graphql.Response{Data: fmt.Appendf(nil, `{%q:%d}`, field.Alias, n)}
		case field.Name == "forever":
			<-ctx.Done()
		case field.Name == "breaks" && n == 2:
			graphql.AddError(ctx, needmap.Errorf(needmap.CodeUnavailable, "", "read on from your cursor"))
			return &graphql.Response{}
		}
		return nil
	}
}

func (schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func answer(ctx context.Context) *graphql.Response {
	opCtx := graphql.GetOperationContext(ctx)
	data := map[string]any{}
	for _, field := range graphql.CollectFields(opCtx, opCtx.Operation.SelectionSet, []string{"Query"}) {
		value, err := resolve(field.Name, field.ArgumentMap(opCtx.Variables))
		if err != nil {
			graphql.AddError(ctx, err)
		}
		data[field.Alias] = value
	}
	text, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	return &graphql.Response{Data: text}
}

func resolve(name string, args map[string]any) (any, error) {
	switch name {
	case "__typename":
		return "Query", nil
	case "ping":
		return "pong", nil
	case "code":
		return args["code"], nil
	case "fails":
		return nil, errors.New("pq: secret table")
	case "refuses":
		return nil, needmap.NotFound("there is no such thing")
	case "panics":
		panic("secret panic")
	}
	return nil, nil
}

// newHandler serves the test's schema with its log thrown away.
func newHandler(tb testing.TB, opts gqlhttp.Options) http.Handler {
	tb.Helper()
	opts.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	return gqlhttp.NewHandler(newSchema(tb), opts)
}

// reply is an answer as a client reads it.
type reply struct {
	Status int
	Header http.Header
	Text   string
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Locations  []struct{ Line, Column int }
		Extensions map[string]any
	}
}

// code is the code of the first error, "" without one.
func (r reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// field is the field of the first error, "" without one.
func (r reply) field() string {
	if len(r.Errors) == 0 {
		return ""
	}
	field, _ := r.Errors[0].Extensions["field"].(string)
	return field
}

// do serves one request, and checks that its errors tell nothing of the server.
func do(tb testing.TB, h http.Handler, r *http.Request) reply {
	tb.Helper()
	got := send(tb, h, r)
	for _, e := range got.Errors {
		for _, leak := range []string{
			"Go ", "json.", "gqlhttp", "map[", "interface", "reflect", "secret", "goroutine", "pq:",
		} {
			if strings.Contains(e.Message, leak) {
				tb.Errorf("message leaks %q: %s", leak, e.Message)
			}
		}
	}
	return got
}

func send(tb testing.TB, h http.Handler, r *http.Request) reply {
	tb.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	got := reply{Status: recorder.Code, Header: recorder.Header(), Text: recorder.Body.String()}
	if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
		tb.Fatalf("the answer is not JSON: %v: %.200s", err, got.Text)
	}
	for _, e := range got.Errors {
		if e.Message == "" || len(e.Message) > 400 {
			tb.Errorf("message of %d bytes: %.500s", len(e.Message), e.Message)
		}
	}
	return got
}

// postRaw posts a body as application/json.
func postRaw(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// post posts a query with variables, which may be nil.
func post(tb testing.TB, query string, variables any) *http.Request {
	tb.Helper()
	body := new(bytes.Buffer)
	encoder := json.NewEncoder(body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"query": query, "variables": variables}); err != nil {
		tb.Fatal(err)
	}
	return postRaw(body.String())
}
