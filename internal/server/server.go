// Package server serves the need map over HTTP: routes, callers, limits, health
// and metrics.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/explorer"
	"github.com/innovainrete/needmap/internal/gqlhttp"
	"github.com/innovainrete/needmap/internal/needmap"
)

// Limits of one request and of the connection that carries it. A request's own
// limit is below the write timeout, so that its refusal still reaches the client.
const (
	requestTimeout    = 30 * time.Second
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 20 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	shutdownTimeout   = 10 * time.Second
)

// bodyLimit, in bytes, lets a thousand needs with long summaries through.
const bodyLimit = 4 << 20

// Options say how to serve.
type Options struct {
	Schema        graphql.ExecutableSchema
	Demo          bool // callers without a token are COORDINATOR; loopback only
	Introspection bool
	Places        graph.PlaceLog              // who was shown which exact places
	Callers       Callers                     // who shows a token; nil when there are no tokens
	Ready         func(context.Context) error // nil error when the server can answer
	Streams       gqlhttp.StreamOptions       // bounds of subscriptions; zeros take the defaults
	Metrics       *Metrics
	Logger        *slog.Logger
}

// New gives the handler of all routes.
func New(o Options) http.Handler {
	graphQL := gqlhttp.NewHandler(o.Schema, gqlhttp.Options{
		Introspection:  o.Introspection,
		BodyLimit:      bodyLimit,
		ErrorPresenter: presentError(o.Logger),
		Logger:         o.Logger,
		Cost:           prices(),
		Timeout:        requestTimeout,
		Streams:        o.Streams,
		Init:           Authenticate,
		Recheck:        Recheck,
		Extensions: []graphql.HandlerExtension{
			graph.StreamErrors{}, graph.LogPlaces{Log: o.Places}, graph.PlainLists{},
		},
	})
	mux := http.NewServeMux()
	handle := func(pattern, route string, h http.Handler) { mux.Handle(pattern, o.Metrics.observe(route, h)) }
	handle("/graphql", "graphql", graphQL)
	handle("/explorer", "explorer", explorer.Handler(ExampleQuery))
	handle("/explorer/", "explorer", explorer.Handler(ExampleQuery))
	handle("GET /healthz", "healthz", http.HandlerFunc(healthy))
	handle("GET /readyz", "readyz", ready(o.Ready))
	handle("GET /metrics", "metrics", o.Metrics.handler())
	handle("GET /{$}", "home", http.RedirectHandler("/explorer", http.StatusFound))
	return withLog(o.Logger, mux, withHeaders(withCaller(o.Demo, o.Callers, o.Logger, mux)))
}

// ListenAndServe serves on a listener until ctx ends, then ends streams and lets
// requests finish.
func ListenAndServe(ctx context.Context, listener net.Listener, h http.Handler, logger *slog.Logger) error {
	streams := gqlhttp.NewStreams()
	s := &http.Server{
		Handler:           h,
		BaseContext:       streams.Context,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	streams.End(end)
	if err := s.Shutdown(end); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return s.Close()
}

// Listen opens the address. In demo mode everybody who reaches it is
// COORDINATOR, so it refuses any address but loopback.
func Listen(address string, demo bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, needmap.Invalid("listen", "%q is not an address such as 127.0.0.1:8080", address)
	}
	if demo && !isLoopback(host) {
		return nil, needmap.Invalid("listen", "demo mode lets everybody read and write, so it listens on loopback only "+
			"(127.0.0.1, [::1] or localhost), not on %q", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("can't listen on %s: %w", address, err)
	}
	return listener, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
