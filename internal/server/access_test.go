package server_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/server"
)

// TestPublicSeesNoNeed tries every path to needs without a role.
func TestPublicSeesNoNeed(t *testing.T) {
	s := newSmall(t, false)
	for _, query := range []string{
		`{needs {totalCount}}`,
		`{needs {nodes {id}}}`,
		`{needs(first: 0) {pageInfo {hasNextPage}}}`,
		`{needMap {totals {needs}}}`,
		`{needMap(level: REGION) {cells {tally {people}}}}`,
		`{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 42})}`,
		`{municipality(code: "058091") {tally {needs}}}`,
		`{municipality(code: "058091") {needs {totalCount}}}`,
		`{municipality(code: "058091") {needs(first: 1) {edges {node {id}}}}}`,
		`{node(id: "«Need:1»") {id}}`,
		`{node(id: "«Response:1»") {id ... on Response {people}}}`,
		`{nodes(ids: ["«Municipality:058091»", "«Need:1»"]) {id}}`,
		`{node(id: "«Need:99»") {id}}`, // nor whether there is one
	} {
		answer := s.ask(t, withIDs(query), nil)
		if code, _ := answer.first(); code != "UNAUTHENTICATED" {
			t.Errorf("%s gives %s %s", query, code, answer.Data)
		}
		for _, secret := range []string{"«Need:1»", "Doposcuola chiuso", `"people"`, `"needs":{"totalCount"`} {
			if strings.Contains(string(answer.Data), withIDs(secret)) {
				t.Errorf("%s shows %s", query, answer.Data)
			}
		}
	}
}

// TestPublicSeesTheRest is the other half: the golden queries of the territory
// and the directory run as PUBLIC too.
func TestPublicSeesTheRest(t *testing.T) {
	s := newSmall(t, false)
	for _, query := range []string{
		`{municipalities {totalCount} territory cooperatives {totalCount} partners {totalCount} services {totalCount} labels {enum}}`,
		`{network {published {peopleReached} computed {services} findings {code}}}`,
		`{nodes(ids: ["«Municipality:058091»", "«Cooperative:1»", "«Partner:3»", "«Service:1»", "«Suspension:1»"]) {id}}`,
	} {
		if answer := s.ask(t, withIDs(query), nil); len(answer.Errors) > 0 {
			t.Errorf("%s: %+v", query, answer.Errors)
		}
	}
}

// TestCallersThatAreRefused sends a token, or reaches a demo by another name.
func TestCallersThatAreRefused(t *testing.T) {
	demo, public := newSmall(t, true), newSmall(t, false)
	for _, c := range []struct {
		name, host, token string
		site              *site
		status            int
	}{
		{"demo", "", "", demo, 200},
		{"demo by name", "localhost:8080", "", demo, 200},
		{"demo by IPv6", "[::1]:8080", "", demo, 200},
		{"demo by another name", "evil.example", "", demo, http.StatusMisdirectedRequest},
		{"demo by a name with a port", "evil.example:8080", "", demo, http.StatusMisdirectedRequest},
		{"demo by a name that begins like loopback", "127.0.0.1.evil.example", "", demo, http.StatusMisdirectedRequest},
		{"demo by another address", "192.0.2.1", "", demo, http.StatusMisdirectedRequest},
		{"demo with a token", "", "Bearer x", demo, http.StatusUnauthorized},
		{"demo with a password", "", "Basic eDp5", demo, http.StatusUnauthorized},
		{"public", "", "", public, 200},
		{"public by another name", "map.example", "", public, 200},
		{"public with a token", "", "Bearer x", public, http.StatusUnauthorized},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.site.url+"/graphql?query=%7Bviewer%7Brole%7D%7D", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = c.host
			if c.token != "" {
				r.Header.Set("Authorization", c.token)
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != c.status {
				t.Errorf("status %d, want %d", res.StatusCode, c.status)
			}
			if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", res.Header)
			}
			if res.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("other sites may read the answers")
			}
		})
	}
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		address string
		demo    bool
		refused bool
	}{
		{"127.0.0.1:0", true, false},
		{"localhost:0", true, false},
		{"127.0.0.1:0", false, false},
		{"0.0.0.0:0", false, false},
		{"0.0.0.0:0", true, true},
		{":0", true, true},
		{"[::]:0", true, true},
		{"192.0.2.1:0", true, true},
		{"example.org:0", true, true},
		{"127.0.0.1", true, true},
		{"", false, true},
	} {
		listener, err := server.Listen(c.address, c.demo)
		if (needmap.ErrorCode(err) == needmap.CodeInvalid) != c.refused {
			t.Errorf("%s, demo %v: %v", c.address, c.demo, err)
		}
		if listener != nil {
			listener.Close()
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := server.Listen(taken.Addr().String(), true); err == nil {
		t.Error("an address in use was listened on")
	}
}

// TestListenAndServe ends when its context does, and lets a request finish.
func TestListenAndServe(t *testing.T) {
	listener, err := server.Listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	begun, ended := make(chan bool), make(chan error, 1)
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun <- true
		<-ctx.Done()
		_, _ = w.Write([]byte("finished"))
	})
	go func() { ended <- server.ListenAndServe(ctx, listener, slow, discard()) }()
	answered := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer res.Body.Close()
		body := make([]byte, 8)
		n, _ := res.Body.Read(body)
		answered <- string(body[:n])
	}()
	<-begun
	stop()
	select {
	case err := <-ended:
		if got := <-answered; err != nil || got != "finished" {
			t.Errorf("ended with %v, the request got %q", err, got)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server did not end")
	}
}
