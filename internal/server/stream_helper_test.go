package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// liveTokens are callers of whom some lose their token.
type liveTokens struct {
	mu     sync.Mutex
	tokens tokens
}

func newLiveTokens() *liveTokens {
	return &liveTokens{tokens: tokens{
		"coordinator": {Role: needmap.RoleCoordinator, Actor: "carla"},
		"analyst":     {Role: needmap.RoleAnalyst, Actor: "anna"},
		"territory":   {Role: needmap.RoleOperator, Actor: "olga", Municipalities: []string{"058091-01"}},
		"scuola":      {Role: needmap.RoleOperator, Actor: "sara", OrganisationIDs: []int{4}},
		"short":       {Role: needmap.RoleAnalyst, Actor: "bruno", Expires: time.Now().Add(2 * time.Second)},
	}}
}

// Caller is server.Callers.
func (l *liveTokens) Caller(ctx context.Context, token string) (needmap.Viewer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tokens.Caller(ctx, token)
}

func (l *liveTokens) revoke(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tokens, token)
}

// liveSite is the small world with a server that tells of changes.
type liveSite struct {
	*site
	callers *liveTokens
	store   *postgres.Store
	options server.Options
}

func (s liveSite) followers() int { return s.store.Followers() }

// newLive looks at tokens again all the time.
func newLive(tb testing.TB) liveSite {
	tb.Helper()
	return newLiveWith(tb, gqlhttp.StreamOptions{RecheckEvery: 50 * time.Millisecond})
}

func newLiveWith(tb testing.TB, streams gqlhttp.StreamOptions) liveSite {
	tb.Helper()
	dsn := pgtest.NewDSN(tb)
	db, err := postgres.Open(tb.Context(), dsn)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	mustExec(tb, db, smallTerritory+smallDirectory+smallNeeds)
	territory, err := postgres.NewTerritory(tb.Context(), db)
	if err != nil {
		tb.Fatal(err)
	}
	store, callers := postgres.New(db), newLiveTokens()
	watching, stop := context.WithCancel(context.Background())
	tb.Cleanup(stop)
	if err := store.WatchNeeds(watching, dsn, discard()); err != nil {
		tb.Fatal(err)
	}
	options := server.Options{
		Schema: graph.NewSchema(store, territory), Places: store, Callers: callers, Ready: db.PingContext,
		Metrics: server.NewMetrics(db.DB), Logger: discard(), Streams: streams,
	}
	s := httptest.NewServer(server.New(options))
	tb.Cleanup(s.Close)
	return liveSite{&site{db: db, url: s.URL, token: "coordinator"}, callers, store, options}
}

// stream is a subscription as a client reads it.
type stream struct {
	tb   testing.TB
	name string
	read func() (reply, error)
	drop func()
}

// change is what both subscriptions tell, as far as a test asks for it.
type change struct {
	Cursor string
	Reload bool
	Kind   *string
	NeedID *string
	Need   *struct {
		ID, Status, Summary string
		Severity            int
		Location            *struct{ Type string }
	}
	Cells []struct {
		Area  struct{ Code string }
		Tally struct{ Needs, People int }
	}
}

// next waits for a message.
func (s stream) next() change {
	s.tb.Helper()
	answer, err := s.read()
	if err != nil || len(answer.Errors) > 0 {
		s.tb.Fatalf("%s: %v %+v", s.name, err, answer.Errors)
	}
	var data struct{ C change }
	if err := json.Unmarshal(answer.Data, &data); err != nil {
		s.tb.Fatalf("%s: %v: %s", s.name, err, answer.Data)
	}
	return data.C
}

// ends waits for the error that ends it.
func (s stream) ends() string {
	s.tb.Helper()
	for {
		answer, err := s.read()
		if err != nil {
			s.tb.Fatalf("%s: %v", s.name, err)
		}
		if code, _ := answer.first(); code != "" {
			return code
		}
	}
}

// told is a message in short: what happened to which need, and how it is now.
func (c change) told() string {
	switch {
	case c.Reload:
		return "reload"
	case c.Cells != nil:
		texts := []string{}
		for _, cell := range c.Cells {
			texts = append(texts, fmt.Sprintf("%s %d/%d", cell.Area.Code, cell.Tally.Needs, cell.Tally.People))
		}
		return strings.Join(texts, ", ")
	case c.NeedID == nil:
		return ""
	case c.Need == nil:
		return *c.Kind + " gone"
	}
	return *c.Kind + " " + c.Need.Status
}

const (
	toldNeedFields = `{cursor reload kind needId need {id status severity summary location}}`
	toldCellFields = `{cursor reload cells {area {code} tally {needs people}}}`
)

// socket opens a websocket and shows the site's token in its init.
func (s *site) socket(tb testing.TB) *websocket.Conn {
	tb.Helper()
	return s.socketBy(tb, http.DefaultClient)
}

func (s *site) socketBy(tb testing.TB, client *http.Client) *websocket.Conn {
	tb.Helper()
	conn, _, err := websocket.Dial(tb.Context(), s.url+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: client,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(1 << 20)
	init := `{"type":"connection_init"}`
	if s.token != "" {
		init = `{"type":"connection_init","payload":{"Authorization":"Bearer ` + s.token + `"}}`
	}
	speak(tb, conn, init)
	if _, text, err := conn.Read(tb.Context()); err != nil || string(text) != `{"type":"connection_ack"}` {
		tb.Fatalf("%s: %v", text, err)
	}
	return conn
}

func speak(tb testing.TB, conn *websocket.Conn, text string) {
	tb.Helper()
	if err := conn.Write(tb.Context(), websocket.MessageText, []byte(text)); err != nil {
		tb.Fatal(err)
	}
}

// subscribe runs a subscription, aliased c, over a websocket of its own.
func (s *site) subscribe(tb testing.TB, query string) stream {
	tb.Helper()
	return subscribeOn(tb, s.socket(tb), query)
}

func subscribeOn(tb testing.TB, conn *websocket.Conn, query string) stream {
	tb.Helper()
	body, _ := json.Marshal(map[string]any{"type": "subscribe", "id": "1", "payload": map[string]string{"query": query}})
	speak(tb, conn, string(body))
	return stream{tb, query, func() (reply, error) { return nextOfSocket(tb, conn) }, func() { _ = conn.CloseNow() }}
}

func nextOfSocket(tb testing.TB, conn *websocket.Conn) (reply, error) {
	ctx, cancel := context.WithTimeout(tb.Context(), 20*time.Second)
	defer cancel()
	_, text, err := conn.Read(ctx)
	if err != nil {
		return reply{}, err
	}
	var m struct {
		Type    string
		Payload json.RawMessage
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return reply{}, err
	}
	var answer reply
	switch m.Type {
	case "next":
		err = json.Unmarshal(m.Payload, &answer)
	case "error":
		err = json.Unmarshal(m.Payload, &answer.Errors)
	default:
		err = fmt.Errorf("heard %s", text)
	}
	return answer, err
}

// listen runs a subscription, aliased c, as server-sent events.
func (s *site) listen(tb testing.TB, query string) stream {
	tb.Helper()
	body, _ := json.Marshal(map[string]string{"query": query})
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	return stream{tb, query, func() (reply, error) {
		for lines.Scan() {
			var answer reply
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return answer, json.Unmarshal([]byte(data), &answer)
			}
		}
		return reply{}, fmt.Errorf("the stream has ended: %v", lines.Err())
	}, func() { _ = res.Body.Close() }}
}

// needs and cells subscribe with the arguments of a filter and more, "" for none.
func needs(arguments string) string {
	return "subscription {c: needChanged" + arguments + toldNeedFields + "}"
}
func cells(arguments string) string {
	return "subscription {c: needMapChanged" + arguments + toldCellFields + "}"
}

// report reports a need of municipio I with some people and gives its key.
func (s liveSite) report(tb testing.TB, input string) string {
	tb.Helper()
	var data struct {
		ReportNeed struct {
			Need   *struct{ ID string }
			Errors []gqlError
		}
	}
	s.get(tb, `mutation {reportNeed(input: {`+input+`}) {need {id} errors {message}}}`, nil, &data)
	if data.ReportNeed.Need == nil {
		tb.Fatalf("%s: %+v", input, data.ReportNeed.Errors)
	}
	return data.ReportNeed.Need.ID
}

// write runs a mutation that must not fail.
func (s liveSite) write(tb testing.TB, field, input string) {
	tb.Helper()
	var data map[string]struct{ Errors []gqlError }
	s.get(tb, `mutation {`+field+`(input: {`+input+`}) {errors {message}}}`, nil, &data)
	if errs := data[field].Errors; len(errs) > 0 {
		tb.Fatalf("%s %s: %+v", field, input, errs)
	}
}
