package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/localpg"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "answer GraphQL over HTTP until interrupted",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "listen", Sources: cli.EnvVars("NEEDMAP_LISTEN"), Value: "127.0.0.1:8080", Usage: "address to listen on"},
			&cli.BoolFlag{Name: "demo", Sources: cli.EnvVars("NEEDMAP_DEMO"), Usage: "load synthetic data if the database is empty, and let every caller on this machine be COORDINATOR"},
			&cli.BoolFlag{Name: "introspection", Sources: cli.EnvVars("NEEDMAP_INTROSPECTION"), Value: true, Usage: "let clients read the schema, as the explorer does"},
			&cli.BoolFlag{Name: "verbose", Sources: cli.EnvVars("NEEDMAP_VERBOSE"), Usage: "log each request, without its content"},
		}, oidcFlags()...),
		Action: serve,
	}
}

func serve(ctx context.Context, cmd *cli.Command) error {
	demo, oidc := cmd.Bool("demo"), oidcSettings(cmd)
	if err := oidc.Check(); err != nil {
		return err
	}
	listener, err := server.Listen(cmd.String("listen"), demo)
	if err != nil {
		return err
	}
	defer listener.Close()
	db, dsn, release, err := openServing(ctx, cmd, demo)
	if err != nil {
		return err
	}
	defer release()
	if cmd.String("database-url") == "" {
		go keepCluster(ctx, cmd, db)
	}
	level := slog.LevelInfo
	if cmd.Bool("verbose") {
		level = slog.LevelDebug
	}
	return run(ctx, listener, db, dsn, oidc, server.Options{
		Demo: demo, Introspection: cmd.Bool("introspection"), Logger: logger(level),
	})
}

// keepCluster starts the private cluster again when it went away, for example
// because its supervisor was killed; it ends with ctx.
func keepCluster(ctx context.Context, cmd *cli.Command, db *sqlx.DB) {
	var started []*localpg.Cluster
	defer func() {
		for _, cluster := range started {
			cluster.Close()
		}
	}()
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if alive(ctx, db) || ctx.Err() != nil {
			continue
		}
		cluster, err := localpg.Open(ctx, clusterOptions(cmd))
		if err != nil {
			logger(slog.LevelError).Error("the private cluster went away and can't be started", "error", err)
			continue
		}
		if !cluster.Started() { // it is there, only slow to answer
			cluster.Close()
			continue
		}
		logger(slog.LevelWarn).Warn("the private cluster went away and was started again")
		started = append(started, cluster)
	}
}

// keepEvery is how often the private cluster is looked after.
const keepEvery = 2 * time.Second

func alive(ctx context.Context, db *sqlx.DB) bool {
	ctx, cancel := context.WithTimeout(ctx, keepEvery)
	defer cancel()
	return db.PingContext(ctx) == nil
}

// run wires the store to the schema and serves until ctx ends.
func run(ctx context.Context, listener net.Listener, db *sqlx.DB, dsn string, oidc auth.OIDC, o server.Options) error {
	territory, err := postgres.NewTerritory(ctx, db)
	if err != nil {
		return err
	}
	if err := territory.Watch(ctx, dsn, o.Logger); err != nil {
		return err
	}
	store := postgres.New(db)
	if o.Callers, err = auth.New(auth.Options{Store: store, OIDC: oidc}); err != nil {
		return err
	}
	if err := store.WatchNeeds(ctx, dsn, o.Logger); err != nil {
		return err
	}
	go settle(ctx, store, o.Logger)
	go func() {
		warm(ctx, store, o.Logger)
		tuneGC(ctx)
	}()
	o.Schema, o.Places = graph.NewSchema(store, territory), store
	o.Ready = db.PingContext
	o.Metrics = server.NewMetrics(db.DB)
	greet(ctx, listener.Addr().String(), db, o.Demo)
	return server.ListenAndServe(ctx, listener, server.New(o), o.Logger)
}

// settleEvery is how often what time has passed is looked for.
const settleEvery = time.Hour

// settle brings back services on the day after their suspension and forgets old
// idempotency keys, until ctx ends.
func settle(ctx context.Context, store *postgres.Store, log *slog.Logger) {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		if count, err := store.SettleSuspensions(ctx); err != nil && ctx.Err() == nil {
			log.Error("services whose suspension is over could not be resumed", "error", postgres.Describe(err))
		} else if count > 0 {
			log.Info("services are active again after their suspension", "count", count)
		}
		if _, err := store.ForgetRequests(ctx); err != nil && ctx.Err() == nil {
			log.Error("old idempotency keys could not be forgotten", "error", postgres.Describe(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// warm has the needs read into memory, so that the first who asks for coverage need
// not wait for it.
func warm(ctx context.Context, store *postgres.Store, log *slog.Logger) {
	err := sparingMemory(func() error { return store.WarmBoard(ctx) })
	if err != nil && ctx.Err() == nil {
		log.Warn("the needs could not be read into memory; the first question about coverage does it", "error", postgres.Describe(err))
	}
}

// greet prints where to go.
func greet(ctx context.Context, address string, db *sqlx.DB, demo bool) {
	fmt.Printf("needmap listens on http://%s\n\n  GraphQL   http://%s/graphql\n  Explorer  http://%s/explorer\n\n", address, address, address)
	if synthetic, err := postgres.HoldsSynthetic(ctx, db); err == nil && synthetic {
		fmt.Print("The data are SYNTHETIC: made up for this demo, about nobody. Every such row says isSynthetic.\n\n")
	}
	if demo {
		fmt.Print("Demo mode: every caller on this machine may read and write everything.\n\n")
	} else {
		fmt.Print("Without a token a caller sees territory, directory and calendar, and no need. To make one:\n\n" +
			"  needmap token create --role COORDINATOR --expires 90d --name \"Coordinamento\"\n\n")
	}
	fmt.Printf("Try, in the explorer or with curl:\n\n%s\nCtrl-C stops everything.\n", server.ExampleQuery)
}

// offerDemo loads the demo into an empty database and says so.
func offerDemo(ctx context.Context, db *sqlx.DB) error {
	loaded, err := loadDemoIfEmpty(ctx, db, demo.DefaultNeeds)
	if err == nil && loaded {
		fmt.Fprintln(os.Stderr, "needmap: the database was empty; synthetic demo data were loaded")
	}
	return err
}
