package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/graph"
	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/localpg"
	"github.com/innovainrete/needmap/internal/postgres"
	"github.com/innovainrete/needmap/internal/server"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "answer GraphQL over HTTP until interrupted",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Sources: cli.EnvVars("NEEDMAP_LISTEN"), Value: "127.0.0.1:8080", Usage: "address to listen on"},
			&cli.BoolFlag{Name: "demo", Sources: cli.EnvVars("NEEDMAP_DEMO"), Usage: "load synthetic data if the database is empty, and let every caller on this machine be COORDINATOR"},
			&cli.BoolFlag{Name: "introspection", Sources: cli.EnvVars("NEEDMAP_INTROSPECTION"), Value: true, Usage: "let clients read the schema, as the explorer does"},
			&cli.BoolFlag{Name: "verbose", Sources: cli.EnvVars("NEEDMAP_VERBOSE"), Usage: "log each request, without its content"},
		},
		Action: serve,
	}
}

// gcPercent lets the heap grow further between collections than Go does by
// itself: the server rests at some 30 MB, and collecting that often costs more
// than it saves. GOGC overrules it.
const gcPercent = 300

func serve(ctx context.Context, cmd *cli.Command) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	demo := cmd.Bool("demo")
	listener, err := server.Listen(cmd.String("listen"), demo)
	if err != nil {
		return err
	}
	defer listener.Close()
	db, dsn, release, err := openDatabaseDSN(ctx, cmd)
	if err != nil {
		return err
	}
	defer release()
	if cmd.String("database-url") == "" {
		go keepCluster(ctx, cmd, db)
	}
	if demo {
		if err := offerDemo(ctx, db); err != nil {
			return err
		}
	}
	level := slog.LevelInfo
	if cmd.Bool("verbose") {
		level = slog.LevelDebug
	}
	return run(ctx, listener, db, dsn, server.Options{
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
func run(ctx context.Context, listener net.Listener, db *sqlx.DB, dsn string, o server.Options) error {
	territory, err := postgres.NewTerritory(ctx, db)
	if err != nil {
		return err
	}
	if err := territory.Watch(ctx, dsn, o.Logger); err != nil {
		return err
	}
	o.Schema = graph.NewSchema(postgres.New(db), territory)
	o.Ready = db.PingContext
	o.Metrics = server.NewMetrics(db.DB)
	greet(ctx, listener.Addr().String(), db, o.Demo)
	return server.ListenAndServe(ctx, listener, server.New(o), o.Logger)
}

// greet prints where to go.
func greet(ctx context.Context, address string, db *sqlx.DB, demo bool) {
	fmt.Printf("needmap listens on http://%s\n\n  GraphQL   http://%s/graphql\n  Explorer  http://%s/explorer\n\n", address, address, address)
	if synthetic, err := postgres.HoldsSynthetic(ctx, db); err == nil && synthetic {
		fmt.Print("The data are SYNTHETIC: made up for this demo, about nobody. Every such row says isSynthetic.\n\n")
	}
	if demo {
		fmt.Print("Demo mode: every caller on this machine may read and write everything.\n\n")
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
