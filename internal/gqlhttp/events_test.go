package gqlhttp_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

// eventClient reads an answer line by line.
type eventClient struct {
	*http.Response
	lines *bufio.Scanner
}

// listen asks for events.
func listen(tb testing.TB, url, query, accept string) eventClient {
	tb.Helper()
	body := `{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `"}`
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	return fetch(tb, r)
}

func fetch(tb testing.TB, r *http.Request) eventClient {
	tb.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = res.Body.Close() })
	return eventClient{res, bufio.NewScanner(res.Body)}
}

// rest reads to the end, without comments and empty lines.
func (c eventClient) rest() string {
	var lines []string
	for c.lines.Scan() {
		if line := c.lines.Text(); line != "" && line != ":" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// next reads up to a line.
func (c eventClient) until(line string) bool {
	for c.lines.Scan() {
		if c.lines.Text() == line {
			return true
		}
	}
	return false
}

const events = "text/event-stream"

func TestEvents(t *testing.T) {
	url := serve(t, newHandler(t, gqlhttp.Options{}))
	tests := []struct{ query, accept, want string }{
		{`subscription {count(to: 2)}`, events,
			"event: next\ndata: {\"data\":{\"count\":1}}\nevent: next\ndata: {\"data\":{\"count\":2}}\nevent: complete\ndata:"},
		{`subscription {count(to: 1)}`, "application/json, text/event-stream;q=0.1",
			"event: next\ndata: {\"data\":{\"count\":1}}\nevent: complete\ndata:"},
		{`{ping}`, "text/event-stream, application/json;q=0.9", "event: next\ndata: {\"data\":{\"ping\":\"pong\"}}\nevent: complete\ndata:"},
		{`{code(code: "a\\n")}`, events, "event: next\ndata: {\"data\":{\"code\":\"a\\n\"}}\nevent: complete\ndata:"},
	}
	for _, tt := range tests {
		c := listen(t, url, tt.query, tt.accept)
		if got := c.rest(); c.StatusCode != 200 || c.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || got != tt.want {
			t.Errorf("%s as %s: %d %s\n%s\nwant\n%s", tt.query, tt.accept, c.StatusCode, c.Header.Get("Content-Type"), got, tt.want)
		}
	}
	for query, code := range map[string]string{
		`subscription {breaks}`: "UNAVAILABLE", `subscription {nothing}`: "INVALID", `{`: "INVALID", `subscription {panics}`: "INTERNAL",
	} {
		got := listen(t, url, query, events).rest()
		if !strings.Contains(got, `"code":"`+code+`"`) || !strings.HasSuffix(got, "event: complete\ndata:") || strings.Contains(got, "secret") {
			t.Errorf("%s: %s, want %s", query, got, code)
		}
	}
}

func TestEventsByGet(t *testing.T) {
	base := serve(t, newHandler(t, gqlhttp.Options{}))
	ask := func(query string) eventClient {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"?query="+url.QueryEscape(query), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", events)
		return fetch(t, r)
	}
	if got := ask(`subscription {count(to: 1)}`).rest(); got != "event: next\ndata: {\"data\":{\"count\":1}}\nevent: complete\ndata:" {
		t.Errorf("got %s", got)
	}
	if c := ask(`mutation {ping}`); c.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a mutation by GET: %d", c.StatusCode)
	}
}

// TestSubscriptionWithoutAStream is refused in the form of any wrong request.
func TestSubscriptionWithoutAStream(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{})
	for accept, status := range map[string]int{"": 200, "*/*": 200, "application/graphql-response+json": 400, "application/json, text/event-stream;q=0": 200} {
		r := post(t, `subscription {count(to: 1)}`, nil)
		r.Header.Set("Accept", accept)
		if got := do(t, h, r); got.Status != status || got.code() != "INVALID" || got.Data != nil {
			t.Errorf("Accept %q: %d %s", accept, got.Status, got.Text)
		}
	}
	r := postRaw(`{}`)
	r.Header.Set("Accept", events)
	if got := do(t, h, r); got.Status != 400 || got.code() != "INVALID" || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		t.Errorf("a wrong request for events: %d %s", got.Status, got.Text)
	}
}

// TestEventsOutliveTheServersLimits for single answers, and are kept alive.
func TestEventsOutliveTheServersLimits(t *testing.T) {
	s := httptest.NewUnstartedServer(newHandler(t, gqlhttp.Options{
		Timeout: 50 * time.Millisecond, Streams: gqlhttp.StreamOptions{PingEvery: 20 * time.Millisecond},
	}))
	s.Config.ReadTimeout, s.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	s.Start()
	t.Cleanup(s.Close)
	c := listen(t, s.URL, `subscription {forever}`, events)
	if !c.until(`data: {"data":{"forever":1}}`) {
		t.Fatal("no first event")
	}
	start := time.Now()
	for time.Since(start) < 300*time.Millisecond {
		if !c.until(":") {
			t.Fatalf("the stream ended after %s", time.Since(start))
		}
	}
}

func TestEventsEnd(t *testing.T) {
	var revoked atomic.Bool
	h := newHandler(t, gqlhttp.Options{
		Streams: gqlhttp.StreamOptions{RecheckEvery: 5 * time.Millisecond, WriteTimeout: 100 * time.Millisecond, Max: 4},
		Recheck: func(context.Context) error {
			if revoked.Load() {
				return needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")
			}
			return nil
		},
	})
	streams := gqlhttp.NewStreams()
	s := httptest.NewUnstartedServer(h)
	s.Config.BaseContext = streams.Context
	s.Start()
	t.Cleanup(s.Close)

	c := listen(t, s.URL, `subscription {forever}`, events)
	if !c.until(`data: {"data":{"forever":1}}`) {
		t.Fatal("no first event")
	}
	if full := listen(t, s.URL, `subscription {forever}`, events); full.StatusCode != 503 { // nobody has a quarter of four
		t.Errorf("a second stream of one: %d", full.StatusCode)
	}
	revoked.Store(true)
	if got := c.rest(); !strings.Contains(got, `"code":"UNAUTHENTICATED"`) || !strings.HasSuffix(got, "event: complete\ndata:") {
		t.Errorf("revoked: %s", got)
	}
	revoked.Store(false)

	slow := listen(t, s.URL, `subscription {flood}`, events) // and never read
	eventually(t, "the slow one is dropped", func() bool {
		again := listen(t, s.URL, `subscription {count(to: 1)}`, events)
		return again.StatusCode == 200 && again.rest() != ""
	})
	_ = slow.Body.Close()

	c = listen(t, s.URL, `subscription {forever}`, events)
	if !c.until(`data: {"data":{"forever":1}}`) {
		t.Fatal("no first event")
	}
	go streams.End(t.Context())
	if got := c.rest(); !strings.Contains(got, `"code":"UNAVAILABLE"`) || !strings.HasSuffix(got, "event: complete\ndata:") {
		t.Errorf("the server goes down: %s", got)
	}
}
