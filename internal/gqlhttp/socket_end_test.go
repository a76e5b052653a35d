package gqlhttp_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

// asRole is a middleware that knows the caller.
func asRole(v needmap.Viewer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(needmap.WithViewer(r.Context(), v)))
	})
}

// TestStreamPlaces holds a quarter of the places at most for who has no role.
func TestStreamPlaces(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{
		Streams: gqlhttp.StreamOptions{Max: 4},
		Init: func(ctx context.Context, _ string) (context.Context, error) {
			return needmap.WithViewer(ctx, needmap.Viewer{Role: needmap.RoleAnalyst}), nil
		},
	})
	nobody, analyst := serve(t, h), serve(t, asRole(needmap.Viewer{Role: needmap.RoleAnalyst}, h))
	refused := func(url string) bool {
		conn, res, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{socketProtocol}})
		if err == nil {
			_ = conn.CloseNow()
		}
		return res != nil && res.StatusCode == http.StatusServiceUnavailable
	}
	first := dial(t, nobody, nil, socketProtocol)
	if !refused(nobody) {
		t.Error("a second nobody of one was let in")
	}
	first.say(`{"type":"connection_init","payload":{"Authorization":"Bearer x"}}`)
	first.hears(`{"type":"connection_ack"}`) // it has a role now, and a place for nobody is free
	connect(t, nobody)
	connect(t, analyst)
	connect(t, analyst)
	if !refused(analyst) {
		t.Error("a fifth stream of four was let in")
	}
	_ = first.CloseNow()
	eventually(t, "a place is free again", func() bool { return !refused(analyst) })
}

// TestSocketEnds by the token, the client and the server.
func TestSocketEnds(t *testing.T) {
	var revoked atomic.Bool
	checked := gqlhttp.Options{
		Streams: gqlhttp.StreamOptions{RecheckEvery: 5 * time.Millisecond},
		Recheck: func(context.Context) error {
			if revoked.Load() {
				return needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid")
			}
			return nil
		},
	}
	begin := func(h http.Handler) *socketClient {
		c := connect(t, serve(t, h))
		c.say(subscribe("a", `subscription {forever}`))
		c.hears(`{"type":"next","id":"a","payload":{"data":{"forever":1}}}`)
		return c
	}
	t.Run("revoked", func(t *testing.T) {
		c := begin(newHandler(t, checked))
		revoked.Store(true)
		if code, message := c.hearsError("a"); code != "UNAUTHENTICATED" || message != "this token is not valid" {
			t.Errorf("ended by %s %s", code, message)
		}
		if got := c.closes(); got != 4401 {
			t.Errorf("closed with %d", got)
		}
	})
	t.Run("nobody knows", func(t *testing.T) {
		var unknown atomic.Bool
		o := checked
		o.Recheck = func(context.Context) error {
			if unknown.Load() {
				return errors.New("secret")
			}
			return nil
		}
		c := begin(newHandler(t, o))
		unknown.Store(true)
		if code, message := c.hearsError("a"); code != "UNAVAILABLE" || strings.Contains(message, "secret") {
			t.Errorf("ended by %s %s", code, message)
		}
		if got := c.closes(); got != websocket.StatusTryAgainLater {
			t.Errorf("closed with %d", got)
		}
	})
	t.Run("expired", func(t *testing.T) {
		v := needmap.Viewer{Role: needmap.RoleAnalyst, Expires: time.Now().Add(200 * time.Millisecond)}
		c := begin(asRole(v, newHandler(t, gqlhttp.Options{})))
		if code, _ := c.hearsError("a"); code != "UNAUTHENTICATED" || time.Now().Before(v.Expires) {
			t.Errorf("ended by %s", code)
		}
		if got := c.closes(); got != 4401 {
			t.Errorf("closed with %d", got)
		}
	})
	t.Run("server goes down", func(t *testing.T) {
		streams := gqlhttp.NewStreams()
		s := httptest.NewUnstartedServer(newHandler(t, gqlhttp.Options{}))
		s.Config.BaseContext = streams.Context
		s.Start()
		defer s.Close()
		c := connect(t, s.URL)
		c.say(subscribe("a", `subscription {forever}`))
		c.hears(`{"type":"next","id":"a","payload":{"data":{"forever":1}}}`)
		go streams.End(t.Context())
		if code, _ := c.hearsError("a"); code != "UNAVAILABLE" {
			t.Errorf("ended by %s", code)
		}
		if got := c.closes(); got != websocket.StatusGoingAway {
			t.Errorf("closed with %d", got)
		}
		streams.End(t.Context()) // returns, because the stream is gone
		if _, res, err := websocket.Dial(t.Context(), s.URL, nil); err == nil || res.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("a server that goes down lets streams in: %v", err)
		}
	})
}

// TestOperationsAreChecked before they run: who may no more loses the websocket at
// the next operation of any kind, not only when the time has come.
func TestOperationsAreChecked(t *testing.T) {
	for _, query := range []string{`{ping}`, `mutation {ping}`, `subscription {forever}`} {
		for code, err := range map[string]error{
			"UNAUTHENTICATED": needmap.Errorf(needmap.CodeUnauthenticated, "", "this token is not valid"),
			"UNAVAILABLE":     errors.New("secret"),
		} {
			var refused atomic.Bool
			c := connect(t, serve(t, newHandler(t, gqlhttp.Options{
				Streams: gqlhttp.StreamOptions{RecheckEvery: time.Hour},
				Recheck: func(context.Context) error {
					if refused.Load() {
						return err
					}
					return nil
				},
			})))
			c.say(subscribe("a", `subscription {forever}`))
			c.hears(`{"type":"next","id":"a","payload":{"data":{"forever":1}}}`)
			refused.Store(true)
			c.say(subscribe("b", query))
			heard := map[string]string{}
			for range 2 {
				id, got, message := c.hearsAnyError()
				if heard[id] = got; strings.Contains(message, "secret") {
					t.Errorf("%s tells %s", query, message)
				}
			}
			if heard["a"] != code || heard["b"] != code {
				t.Errorf("%s and what ran before end with %v, want %s", query, heard, code)
			}
			want := websocket.StatusCode(4401)
			if code == "UNAVAILABLE" {
				want = websocket.StatusTryAgainLater
			}
			if got := c.closes(); got != want {
				t.Errorf("%s: closed with %d", query, got)
			}
		}
	}
}

// TestSocketsLeaveNothing ends sockets in every way and counts goroutines.
func TestSocketsLeaveNothing(t *testing.T) {
	h := newHandler(t, gqlhttp.Options{Streams: gqlhttp.StreamOptions{
		Max: 100, WriteTimeout: 100 * time.Millisecond, PingEvery: 50 * time.Millisecond,
	}})
	s := httptest.NewServer(h)
	defer s.Close()
	before := runtime.NumGoroutine()
	for range 5 {
		left := connect(t, s.URL)
		left.say(subscribe("a", `subscription {forever}`))
		_ = left.CloseNow()
		polite := connect(t, s.URL)
		polite.say(subscribe("a", `subscription {forever}`))
		polite.hears(`{"type":"next","id":"a","payload":{"data":{"forever":1}}}`)
		polite.say(`{"type":"complete","id":"a"}`)
		_ = polite.Close(websocket.StatusNormalClosure, "")
		silent := connect(t, s.URL) // never reads again: no pong comes
		silent.say(subscribe("a", `subscription {forever}`))
		slow := connect(t, s.URL) // never reads what does not end
		slow.say(subscribe("a", `subscription {flood}`))
		slow.say(subscribe("b", `subscription {flood}`))
		quick := connect(t, s.URL) // closes while a stream runs
		quick.say(subscribe("a", `subscription {count(to: 1000000)}`))
		quick.hears(`{"type":"next","id":"a","payload":{"data":{"count":1}}}`)
		_ = quick.CloseNow()
	}
	eventually(t, "goroutines are gone", func() bool { return runtime.NumGoroutine() <= before+1 })
}
