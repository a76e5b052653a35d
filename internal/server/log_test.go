package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// falling is a store that panics where the network is asked for.
type falling struct{ *postgres.Store }

func (falling) PublishedFigures(context.Context) (string, needmap.PublishedFigures, error) {
	var names []string
	return names[len(names)], needmap.PublishedFigures{}, nil
}

// newLoggedSite serves the small world and logs everything that there is to log.
// logged ends it and gives the log.
func newLoggedSite(t *testing.T) (s *site, logged func() string) {
	t.Helper()
	db := pgtest.New(t)
	fillSmall(t)(db)
	territory, err := postgres.NewTerritory(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	store := postgres.New(db)
	callers, err := auth.New(auth.Options{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	h := httptest.NewUnstartedServer(server.New(server.Options{
		Schema: graph.NewSchema(falling{store}, territory), Places: store, Callers: callers, Introspection: true,
		Ready: db.PingContext, Metrics: server.NewMetrics(db.DB),
		Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}))
	h.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(&log, nil), slog.LevelDebug)
	h.Start()
	t.Cleanup(h.Close)
	return &site{db: db, url: h.URL}, func() string { h.Close(); return log.String() }
}

// breakSummaries makes PostgreSQL complain of the words of each need, in whose
// place it looks for a number.
func breakSummaries(t *testing.T, db *sqlx.DB) {
	t.Helper()
	mustExec(t, db, `
do $$ begin
  alter table need rename to need_kept;
  execute (select 'create view need as select ' || string_agg(
      case column_name when 'summary' then 'summary::int::text as summary' else quote_ident(column_name) end, ', ' order by ordinal_position)
    || ' from need_kept' from information_schema.columns where table_name = 'need_kept');
end $$`)
}

// TestLogsHoldNothingOfPeople sends words, places and tokens in every way that
// comes to mind, and looks for them in the log.
func TestLogsHoldNothingOfPeople(t *testing.T) {
	s, logged := newLoggedSite(t)
	token, _ := grant(t, s.db, needmap.RoleCoordinator)
	wrong := "nm_" + strings.Repeat("W", 43)
	known := s.as(token)
	words := map[string]any{"text": "parolasegreta", "lon": 12.345678, "lat": 41.765432}
	const asks = `query Segretissimo($text: String, $lon: Float!, $lat: Float!) {
		needs(filter: {text: $text, near: {longitude: $lon, latitude: $lat, radiusMetres: 765432.1}}) {nodes {summary}}}`

	known.ask(t, asks, words)
	known.ask(t, `{needs(filter: {text: "parolasegreta"}) {nodes {summary parolasegreta}}}`, nil) // no such field
	known.ask(t, asks, map[string]any{"text": 5, "lon": "parolasegreta", "lat": 41.765432})
	known.ask(t, `{needs(after: "parolasegreta") {nodes {id}} municipalityAt(longitude: 912.345678, latitude: 41.765432) {code}}`, nil)
	known.ask(t, `{network {name}} # parolasegreta`, nil) // panics
	known.post(t, []byte(`{"query": "parolasegreta`))
	s.as(wrong).ask(t, asks, words)
	fetch(t, s.url+"/graphql?"+url.Values{"query": {`{needs(filter: {text: "parolasegreta"}) {totalCount}}`}, "access_token": {token}}.Encode())
	fetch(t, s.url+"/graphql/"+token)
	fetch(t, s.url+"/tiles/12.345678/41.765432")
	s.send(t, token)
	breakSummaries(t, s.db)
	if code, _ := known.ask(t, asks, map[string]any{"text": "anziana", "lon": 12.7512345, "lat": 41.7512345}).first(); code != "INTERNAL" {
		t.Errorf("the broken table gives %q", code)
	}
	s.db.Close()
	if code, _ := known.ask(t, asks, words).first(); code == "" {
		t.Error("the closed database gives no error")
	}

	log := logged()
	for _, secret := range []string{
		token, token[3:], wrong, "parolasegreta", "Segretissimo", "12.345678", "41.765432", "765432.1", "12.7512345", "Anziana", "Doposcuola", "anziana", "127.0.0.1", "Prova",
	} {
		if at := strings.Index(log, secret); at >= 0 {
			t.Errorf("the log holds %q: …%s…", secret, log[max(0, at-200):min(len(log), at+100)])
		}
	}
	for _, line := range []string{`"msg":"request"`, `"msg":"panic"`, `"msg":"unexplained error"`, "SQLSTATE 22P02", `"msg":"who asks`, `"route":"/graphql"`} {
		if !strings.Contains(log, line) {
			t.Errorf("the log lacks %s:\n%s", line, log)
		}
	}
}

// decodeBody reads the answer of a request as JSON.
func decodeBody(t *testing.T, res *http.Response, v any) {
	t.Helper()
	if err := json.NewDecoder(res.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
}
