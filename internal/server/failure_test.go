package server_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/pgtest"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestErrorsOfTheDatabaseStayInside takes tables away under a running server.
func TestErrorsOfTheDatabaseStayInside(t *testing.T) {
	s := newSmall(t, true)
	mustExec(t, s.db, `drop table need cascade; drop table service cascade; drop table organisation cascade; drop table published_figures`)
	for _, query := range []string{
		`{needs {nodes {id}}}`, `{needs {totalCount}}`, `{needs(filter: {text: "casa"}) {nodes {id}}}`,
		`{needFeatures(bbox: {west: 12, south: 41, east: 13, north: 42})}`, `{needMap(filter: {text: "casa"}) {totals {needs}}}`,
		`{services {nodes {id}}}`, `{services {totalCount}}`, `{partners {nodes {id}}}`, `{cooperative(slug: "alfa") {id}}`, `{network {name}}`,
		`{node(id: "«Need:1»") {id}}`, `{node(id: "«Service:1»") {id}}`, `{node(id: "«Partner:3»") {id}}`,
		`{municipality(code: "058091") {needs {totalCount}}}`, `{municipality(code: "058091") {needs {nodes {id}}}}`,
		`{municipality(code: "058091") {cooperatives {id}}}`, `{municipality(code: "058091") {partners {nodes {id}}}}`,
		`{municipality(code: "058091") {services {nodes {id}}}}`, `{municipality(code: "058091") {services {totalCount}}}`,
	} {
		checkRefused(t, s.ask(t, withIDs(query), nil), "INTERNAL", "")
	}
}

// TestAwayDatabase is told from a fault of a statement, and gets over it.
func TestAwayDatabase(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	db, database := countQueries(t, dsn)
	mustExec(t, openPlain(t, dsn), smallTerritory+smallDirectory+smallNeeds)
	s := serveSite(t, db, true)
	queries := []string{`{needs {totalCount}}`, `{needs(filter: {text: "anziana"}) {nodes {id}}}`, `{services {nodes {id}}}`, `{network {name}}`, `{node(id: "«Need:1»") {id}}`}
	for _, query := range queries {
		s.ask(t, withIDs(query), nil) // what is prepared meets the loss too
	}
	database.away.Store(true)
	db.SetMaxIdleConns(0) // idle connections go
	for _, query := range queries {
		checkRefused(t, s.ask(t, withIDs(query), nil), "UNAVAILABLE", "")
	}
	if answer := s.ask(t, `{municipalityAt(longitude: 12.2, latitude: 41.6) {code}}`, nil); len(answer.Errors) > 0 {
		t.Errorf("the territory went too: %+v", answer.Errors)
	}
	if status, body := fetch(t, s.url+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "UNAVAILABLE") || strings.Contains(body, "secret") {
		t.Errorf("readyz says %d %s", status, body)
	}
	if status, _ := fetch(t, s.url+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz says %d: the process itself is well", status)
	}
	database.away.Store(false)
	for _, query := range queries {
		if answer := s.ask(t, withIDs(query), nil); len(answer.Errors) > 0 {
			t.Errorf("%s after the database came back: %+v", query, answer.Errors)
		}
	}
}

func TestRoutes(t *testing.T) {
	s := newSmall(t, true)
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/healthz", 200, "ok"},
		{"/readyz", 200, "ok"},
		{"/metrics", 200, "needmap_http_requests_total"},
		{"/", 200, "<html"}, // by way of the explorer
		{"/explorer", 200, "<html"},
		{"/nowhere", 404, ""},
	} {
		if status, body := fetch(t, s.url+c.path); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s says %d %.200s", c.path, status, body)
		}
	}
}

// TestMetricsNameNoCaller looks for what a request held in what is counted.
func TestMetricsNameNoCaller(t *testing.T) {
	s := newSmall(t, true)
	s.ask(t, `{needs(filter: {text: "anziana", municipalities: ["058091-02"]}) {nodes {summary}}}`, nil)
	_, body := fetch(t, s.url+"/metrics")
	if !strings.Contains(body, `route="graphql",status="200"} 1`) {
		t.Error("the request was not counted")
	}
	for _, secret := range []string{"anziana", "058091", "127.0.0.1"} {
		if strings.Contains(body, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
	}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := io.Copy(&body, res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body.String()
}
