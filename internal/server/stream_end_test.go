package server_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/server"
)

// TestStreamsEndWithTheToken when it is revoked and when it expires.
func TestStreamsEndWithTheToken(t *testing.T) {
	s := newLive(t)
	analyst := s.as("analyst")
	streams := []stream{analyst.subscribe(t, needs("")), analyst.listen(t, cells(""))}
	staying := s.subscribe(t, needs(""))
	expect(t, staying)
	s.callers.revoke("analyst")
	streams = append(streams, s.as("short").subscribe(t, needs("")), s.as("short").listen(t, needs("")))
	for _, sub := range streams {
		if code := sub.ends(); code != "UNAUTHENTICATED" {
			t.Errorf("%s ends with %s", sub.name, code)
		}
	}
	s.report(t, inViterbo)
	if got := staying.next().told(); got != "REPORTED REPORTED" {
		t.Errorf("another one is told %s", got)
	}
}

// TestRevokedTokenWritesNoMore over a websocket that was open before, without
// waiting for the next time that tokens are looked at.
func TestRevokedTokenWritesNoMore(t *testing.T) {
	s := newLiveWith(t, gqlhttp.StreamOptions{RecheckEvery: time.Hour})
	conn := s.as("territory").socket(t)
	mutation := `mutation {c: reportNeed(input: {` + inMunicipioI + `}) {errors {message}}}`
	stored := func() (needs int) {
		if err := s.db.Get(&needs, `select count(*) from need`); err != nil {
			t.Fatal(err)
		}
		return needs
	}
	if answer, err := subscribeOn(t, conn, mutation).read(); err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%+v, %v", answer.Errors, err)
	}
	if _, text, err := conn.Read(t.Context()); err != nil || string(text) != `{"type":"complete","id":"1"}` {
		t.Fatalf("%s, %v", text, err)
	}
	before := stored()
	s.callers.revoke("territory")
	if code := subscribeOn(t, conn, mutation).ends(); code != "UNAUTHENTICATED" {
		t.Errorf("refused with %s", code)
	}
	if _, _, err := conn.Read(t.Context()); websocket.CloseStatus(err) != 4401 {
		t.Errorf("the websocket ends with %v", err)
	}
	if got := stored(); got != before {
		t.Errorf("%d needs were written", got-before)
	}
}

// TestStreamsEndWithTheServer says goodbye before the server goes down.
func TestStreamsEndWithTheServer(t *testing.T) {
	s := newLive(t)
	listener, err := server.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe(ctx, listener, server.New(s.options), discard()) }()
	other := &site{s.db, "http://" + listener.Addr().String(), s.token}
	conn := other.socket(t)
	streams := []stream{subscribeOn(t, conn, needs("")), other.listen(t, cells(""))}
	for _, sub := range streams {
		sub.next()
	}
	stop()
	for _, sub := range streams {
		if code := sub.ends(); code != "UNAVAILABLE" {
			t.Errorf("%s ends with %s", sub.name, code)
		}
	}
	if _, _, err := conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the websocket ends with %v", err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(9 * time.Second):
		t.Error("the server waits for streams that are gone")
	}
}

// TestSlowReaderIsDropped while the others are told everything.
func TestSlowReaderIsDropped(t *testing.T) {
	t.Parallel()
	const rows, batches = 50, 120
	s := newLive(t)
	mustExec(t, s.db, fmt.Sprintf(`insert into need (municipality_id, field, origin, status, severity, people, summary, reported_at, location_kind)
		select 1, 'DISABILITY', 'KNOWN', 'REPORTED', 3, 1, repeat('parola ', 280), now(), 'AREA' from generate_series(1, %d)`, rows))
	narrow := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if tcp, ok := conn.(*net.TCPConn); ok {
			err = errors.Join(err, tcp.SetReadBuffer(4096))
		}
		return conn, err
	}}}
	query := needs(`(filter: {fields: [DISABILITY]})`)
	slow, quick := subscribeOn(t, s.socketBy(t, narrow), query), s.subscribe(t, query)
	quick.next()
	for batch := range batches {
		mustExec(t, s.db, `insert into need_event (need_id, at, kind, before, after)
			select id, now(), 'CONFIRMED', '{}', '{}' from need where field = 'DISABILITY'`)
		for n := range rows {
			if got := quick.next(); got.told() != "CONFIRMED REPORTED" {
				t.Fatalf("batch %d, message %d: %s", batch, n, got.told())
			}
		}
	}
	eventually(t, "the slow one is dropped", func() bool { return s.followers() == 1 })
	s.write(t, "updateNeed", fmt.Sprintf(`id: %q, version: 1, severity: 5`, globalID("Need", 6)))
	if got := quick.next().told(); got != "UPDATED REPORTED" {
		t.Errorf("the quick one is told %s", got)
	}
	slow.drop()
}

// TestStreamsLeaveNothing behind when their clients go, politely or not.
func TestStreamsLeaveNothing(t *testing.T) {
	s := newLive(t)
	warm := s.subscribe(t, needs(""))
	warm.next()
	warm.drop()
	eventually(t, "the first is gone", func() bool { return s.followers() == 0 })
	before := runtime.NumGoroutine()
	var streams []stream
	for range 5 {
		streams = append(streams, s.subscribe(t, needs("")), s.listen(t, cells("")))
	}
	for _, sub := range streams {
		sub.next()
	}
	for _, sub := range streams {
		sub.drop()
	}
	eventually(t, "goroutines are gone", func() bool { return s.followers() == 0 && runtime.NumGoroutine() <= before+2 })
}

func eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			tb.Fatalf("%s: not within 20 s", what)
		case <-tick.C:
		}
	}
}
