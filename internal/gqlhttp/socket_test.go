package gqlhttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

const socketProtocol = "graphql-transport-ws"

// socketClient is a websocket as a client holds it.
type socketClient struct {
	*websocket.Conn
	tb testing.TB
}

// serve runs a handler on a real connection.
func serve(tb testing.TB, h http.Handler) string {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s.URL
}

// dial opens a websocket without a word.
func dial(tb testing.TB, url string, header http.Header, protocols ...string) *socketClient {
	tb.Helper()
	conn, _, err := websocket.Dial(tb.Context(), url, &websocket.DialOptions{Subprotocols: protocols, HTTPHeader: header})
	if err != nil {
		tb.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	tb.Cleanup(func() { _ = conn.CloseNow() })
	return &socketClient{conn, tb}
}

// connect opens a websocket that is ready for operations.
func connect(tb testing.TB, url string) *socketClient {
	tb.Helper()
	c := dial(tb, url, nil, socketProtocol)
	c.say(`{"type":"connection_init"}`)
	c.hears(`{"type":"connection_ack"}`)
	return c
}

func (c *socketClient) say(text string) {
	c.tb.Helper()
	if err := c.Write(c.tb.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.tb.Errorf("%s: %v", text, err)
	}
}

func (c *socketClient) read() (string, error) {
	ctx, cancel := context.WithTimeout(c.tb.Context(), 10*time.Second)
	defer cancel()
	_, text, err := c.Read(ctx)
	return string(text), err
}

func (c *socketClient) hears(want string) {
	c.tb.Helper()
	got, err := c.read()
	if err != nil || got != want {
		c.tb.Fatalf("heard %s, %v; want %s", got, err, want)
	}
}

// hearsError waits for the end of an operation by an error and gives its code.
func (c *socketClient) hearsError(id string) (code, message string) {
	c.tb.Helper()
	of, code, message := c.hearsAnyError()
	if of != id {
		c.tb.Fatalf("heard an error of %s; want one of %s", of, id)
	}
	return code, message
}

// hearsAnyError is the same for an operation that it tells.
func (c *socketClient) hearsAnyError() (id, code, message string) {
	c.tb.Helper()
	text, err := c.read()
	var m struct {
		ID, Type string
		Payload  []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err != nil || json.Unmarshal([]byte(text), &m) != nil || m.Type != "error" || len(m.Payload) == 0 {
		c.tb.Fatalf("heard %s, %v; want an error", text, err)
	}
	return m.ID, m.Payload[0].Extensions.Code, m.Payload[0].Message
}

// closes reads until the server closes and gives the code.
func (c *socketClient) closes() websocket.StatusCode {
	c.tb.Helper()
	for {
		if _, err := c.read(); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func subscribe(id, query string) string {
	text, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]string{"query": query}})
	return string(text)
}

func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(2*time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			tb.Fatalf("%s: not within 10 s", what)
		case <-tick.C:
		}
	}
}

func TestSocketOperations(t *testing.T) {
	c := connect(t, serve(t, newHandler(t, gqlhttp.Options{})))
	c.say(`{"type":"ping","payload":{"a":1}}`)
	c.hears(`{"type":"pong"}`)
	c.say(`{"type":"pong"}`)
	c.say(subscribe("a", `{ping}`))
	c.hears(`{"type":"next","id":"a","payload":{"data":{"ping":"pong"}}}`)
	c.hears(`{"type":"complete","id":"a"}`)
	c.say(subscribe("\"<é", `mutation {ping}`))
	c.hears(`{"type":"next","id":"\"\u003cé","payload":{"data":{"ping":"pong"}}}`)
	c.hears(`{"type":"complete","id":"\"\u003cé"}`)
	c.say(subscribe("a", `subscription {n: count(to: 2)}`))
	c.hears(`{"type":"next","id":"a","payload":{"data":{"n":1}}}`)
	c.hears(`{"type":"next","id":"a","payload":{"data":{"n":2}}}`)
	c.hears(`{"type":"complete","id":"a"}`)
	c.say(subscribe("a", `subscription {forever}`))
	c.hears(`{"type":"next","id":"a","payload":{"data":{"forever":1}}}`)
	c.say(`{"type":"complete","id":"a"}`)
	c.say(`{"type":"complete","id":"unknown"}`)
	c.say(subscribe("a", `subscription {forever}`)) // the id is free at once
	c.hears(`{"type":"next","id":"a","payload":{"data":{"forever":1}}}`)
	c.say(`{"id":"v","type":"subscribe","payload":{"query":"query($c: String!) {code(code: $c)}","variables":{"c":"x"},"operationName":null}}`)
	c.hears(`{"type":"next","id":"v","payload":{"data":{"code":"x"}}}`)
	c.hears(`{"type":"complete","id":"v"}`)
	c.say(subscribe("e", `{refuses}`)) // an error in a field is a result
	if got, _ := c.read(); !strings.Contains(got, `"type":"next"`) || !strings.Contains(got, `"code":"NOT_FOUND"`) {
		t.Errorf("heard %s", got)
	}
}

func TestSocketErrors(t *testing.T) {
	c := connect(t, serve(t, newHandler(t, gqlhttp.Options{Streams: gqlhttp.StreamOptions{Operations: 2}})))
	tests := []struct{ name, payload, code string }{
		{"no payload", `null`, "INVALID"},
		{"a list", `[]`, "INVALID"},
		{"a text", `"{ping}"`, "INVALID"},
		{"no query", `{}`, "INVALID"},
		{"a blank query", `{"query":" "}`, "INVALID"},
		{"a query of the wrong type", `{"query":5}`, "INVALID"},
		{"no GraphQL", `{"query":"{"}`, "INVALID"},
		{"an unknown field", `{"query":"subscription {nothing}"}`, "INVALID"},
		{"a variable that is missing", `{"query":"query($c: String!) {code(code: $c)}"}`, "INVALID"},
		{"a NUL in a variable", `{"query":"{ping}","variables":{"c":"\u0000"}}`, "INVALID"},
		{"two subscriptions in one", `{"query":"subscription {a: forever b: forever}"}`, "INVALID"},
		{"none, in the end", `{"query":"subscription {forever @skip(if: true)}"}`, "INVALID"},
		{"its type", `{"query":"subscription {__typename}"}`, "INVALID"},
		{"introspection", `{"query":"{__schema {types {name}}}"}`, "FORBIDDEN"},
		{"too deep", `{"query":"{` + strings.Repeat("towns {town {", 10) + `name` + strings.Repeat("}}", 10) + `}"}`, "TOO_COMPLEX"},
		{"too dear", `{"query":"{towns {towns(first: 500) {towns(first: 500) {name}}}}"}`, "TOO_COMPLEX"},
		{"a panic", `{"query":"subscription {panics}"}`, "INTERNAL"},
	}
	for _, tt := range tests {
		c.say(`{"id":"x","type":"subscribe","payload":` + tt.payload + `}`)
		code, message := c.hearsError("x")
		if code != tt.code || strings.Contains(message, "secret") || strings.Contains(message, "Go ") {
			t.Errorf("%s: %s %s, want %s", tt.name, code, message, tt.code)
		}
	}
	c.say(subscribe("b", `subscription {breaks}`))
	c.hears(`{"type":"next","id":"b","payload":{"data":{"breaks":1}}}`)
	if code, message := c.hearsError("b"); code != "UNAVAILABLE" || message != "read on from your cursor" {
		t.Errorf("a stream that breaks off says %s %s", code, message)
	}
	for _, id := range []string{"1", "2"} {
		c.say(subscribe(id, `subscription {forever}`))
		c.hears(`{"type":"next","id":"` + id + `","payload":{"data":{"forever":1}}}`)
	}
	c.say(subscribe("3", `{ping}`))
	if code, _ := c.hearsError("3"); code != "TOO_COMPLEX" {
		t.Errorf("a third operation of two is %s", code)
	}
	c.say(`{"type":"complete","id":"1"}`)
	c.say(subscribe("3", `{ping}`))
	c.hears(`{"type":"next","id":"3","payload":{"data":{"ping":"pong"}}}`)
}

func TestSocketProtocolErrors(t *testing.T) {
	const ready = `{"type":"connection_init"}`
	h := newHandler(t, gqlhttp.Options{
		BodyLimit: 10_000,
		Streams:   gqlhttp.StreamOptions{InitTimeout: 200 * time.Millisecond},
		Init: func(context.Context, string) (context.Context, error) {
			return nil, needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")
		},
	})
	url := serve(t, h)
	tests := []struct {
		name     string
		messages []string
		want     websocket.StatusCode
	}{
		{"nothing", nil, 4408},
		{"no JSON", []string{`nonsense`}, 4400},
		{"nothing in it", []string{``}, 4400},
		{"a list", []string{`[]`}, 4400},
		{"a number", []string{ready, `5`}, 4400},
		{"null", []string{ready, `null`}, 4400},
		{"two values", []string{ready, `{"type":"ping"}{}`}, 4400},
		{"no type", []string{ready, `{}`}, 4400},
		{"a type that is a number", []string{ready, `{"type":1}`}, 4400},
		{"an unknown type", []string{ready, `{"type":"start","id":"1"}`}, 4400},
		{"a type of servers", []string{ready, `{"type":"next","id":"1","payload":{}}`}, 4400},
		{"invalid UTF-8", []string{ready, "{\"type\":\"ping\",\"x\":\"\xff\"}"}, 4400},
		{"deep nesting", []string{ready, strings.Repeat("[", 9_000)}, 4400},
		{"no id", []string{ready, `{"type":"subscribe","payload":{"query":"{ping}"}}`}, 4400},
		{"an id that is a number", []string{ready, `{"type":"subscribe","id":1,"payload":{"query":"{ping}"}}`}, 4400},
		{"a long id", []string{ready, subscribe(strings.Repeat("x", 201), `{ping}`)}, 4400},
		{"subscribe first", []string{subscribe("1", `{ping}`)}, 4401},
		{"ping first", []string{`{"type":"ping"}`}, 4401},
		{"two inits", []string{ready, ready}, 4429},
		{"an init with a list", []string{`{"type":"connection_init","payload":[]}`}, 4400},
		{"a token that is a number", []string{`{"type":"connection_init","payload":{"Authorization":5}}`}, 4400},
		{"a token that is wrong", []string{`{"type":"connection_init","payload":{"authorization":"Bearer x"}}`}, 4403},
		{"an id twice", []string{ready, subscribe("1", `subscription {forever}`), subscribe("1", `{ping}`)}, 4409},
		{"a long message", []string{ready, strings.Repeat(" ", 10_001)}, websocket.StatusMessageTooBig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, url, nil, socketProtocol)
			for _, message := range tt.messages {
				c.say(message)
			}
			if got := c.closes(); got != tt.want {
				t.Errorf("closed with %d, want %d", got, tt.want)
			}
		})
	}
	binary := dial(t, url, nil, socketProtocol)
	if err := binary.Write(t.Context(), websocket.MessageBinary, []byte(ready)); err != nil {
		t.Fatal(err)
	}
	if got := binary.closes(); got != 4400 {
		t.Errorf("a binary message is answered by %d", got)
	}
	for _, protocols := range [][]string{nil, {"graphql-ws"}} {
		if got := dial(t, url, nil, protocols...).closes(); got != 4406 {
			t.Errorf("the protocols %v are answered by %d", protocols, got)
		}
	}
}

// TestSocketOrigin keeps other sites from speaking for who looks at them.
func TestSocketOrigin(t *testing.T) {
	url := serve(t, newHandler(t, gqlhttp.Options{}))
	for origin, want := range map[string]int{"": 101, url: 101, "https://elsewhere.example": 403, "null": 403} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, res, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{socketProtocol}, HTTPHeader: header})
		if res == nil || res.StatusCode != want {
			t.Errorf("from %q: %v, %v, want %d", origin, res, err, want)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
}
