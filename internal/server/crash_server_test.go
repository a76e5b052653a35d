package server_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

// crashDSN is set for a test binary that is to be a server until it is killed.
const crashDSN = "NEEDMAP_TEST_CRASH_DSN"

func init() {
	dsn := os.Getenv(crashDSN)
	if dsn == "" {
		return
	}
	fmt.Fprintln(os.Stderr, serveUntilKilled(dsn))
	os.Exit(1)
}

// killer ends the process at a message to the database.
type killer struct {
	armed  atomic.Int64 // messages until then; 0 for never
	before atomic.Bool  // before the message leaves, or after
}

func (k *killer) passes(send func() (int, error)) (int, error) {
	if k.armed.Load() == 0 || k.armed.Add(-1) > 0 {
		return send()
	}
	if !k.before.Load() {
		send() //nolint:errcheck // nobody is left to be told
	}
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// Dial and the others make the killer a pq.Dialer.
func (k *killer) Dial(network, address string) (net.Conn, error) {
	return k.DialContext(context.Background(), network, address)
}

func (k *killer) DialTimeout(network, address string, limit time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return k.DialContext(ctx, network, address)
}

func (k *killer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return &killingConn{conn, k}, err
}

type killingConn struct {
	net.Conn
	killer *killer
}

func (c *killingConn) Write(p []byte) (int, error) {
	return c.killer.passes(func() (int, error) { return c.Conn.Write(p) })
}

// serveUntilKilled serves a demo of the database and tells its address on
// standard output. PUT /arm?moment=before&n=3 arms it.
func serveUntilKilled(dsn string) error {
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return err
	}
	k := &killer{}
	connector.Dialer(k)
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	territory, err := postgres.NewTerritory(context.Background(), db)
	if err != nil {
		return err
	}
	store := postgres.New(db)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /arm", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.ParseInt(r.FormValue("n"), 10, 64)
		k.before.Store(r.FormValue("moment") == "before")
		k.armed.Store(n)
	})
	mux.Handle("/", server.New(server.Options{
		Schema: graph.NewSchema(store, territory), Places: store, Demo: true,
		Ready: db.PingContext, Metrics: server.NewMetrics(db.DB), Logger: discard(),
	}))
	fmt.Println(listener.Addr())
	return http.Serve(listener, mux)
}

// crashServer is a server in a process of its own.
type crashServer struct {
	site
	process *exec.Cmd
}

func startCrashServer(t *testing.T, dsn string) *crashServer {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(program)
	process.Env = append(os.Environ(), crashDSN+"="+dsn)
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill() }) // fails where it has ended
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	return &crashServer{site{url: "http://" + strings.TrimSpace(address)}, process}
}

func (s *crashServer) arm(t *testing.T, moment string, n int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, fmt.Sprintf("%s/arm?moment=%s&n=%d", s.url, moment, n), nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
}

// try sends a request that the server may not survive.
func (s *crashServer) try(query string, variables map[string]any) (string, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return "", err
	}
	res, err := http.Post(s.url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return string(data), err
}

// wait waits for the end of a server that was killed.
func (s *crashServer) wait() { _ = s.process.Wait() }

// stop kills the server.
func (s *crashServer) stop() {
	_ = s.process.Process.Kill()
	s.wait()
}
