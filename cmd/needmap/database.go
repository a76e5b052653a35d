package main

import (
	"context"
	"log/slog"

	"github.com/jmoiron/sqlx"
	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/localpg"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

func databaseFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "database-url", Sources: cli.EnvVars("DATABASE_URL"),
			Usage: "PostgreSQL with PostGIS to use; without it a private cluster runs under --data-dir",
		},
		&cli.StringFlag{
			Name: "data-dir", Sources: cli.EnvVars("NEEDMAP_DATA_DIR"), Value: localpg.DefaultDataDir(),
			Usage: "directory of the private cluster",
		},
	}
}

// openDatabase connects to DATABASE_URL, or joins or starts the private cluster,
// and brings the schema up to date. The caller calls release when done; it
// leaves the cluster to others that still use it.
func openDatabase(ctx context.Context, cmd *cli.Command) (db *sqlx.DB, release func(), err error) {
	db, _, release, err = openDatabaseDSN(ctx, cmd)
	return db, release, err
}

// openDatabaseDSN is openDatabase for who also needs the address, to listen.
func openDatabaseDSN(ctx context.Context, cmd *cli.Command) (db *sqlx.DB, dsn string, release func(), err error) {
	db, dsn, release, err = connect(ctx, cmd)
	if err != nil {
		return nil, "", nil, err
	}
	if err := postgres.Migrate(ctx, db.DB); err != nil {
		release()
		return nil, "", nil, err
	}
	return db, dsn, release, nil
}

// openServing prepares the database as its owner, with the demo if that is
// wanted, and then gives connections that work as postgres.ServerRole, and their
// address to listen with. No connection of the owner stays. In the private
// cluster the server does not even log in as the owner.
func openServing(ctx context.Context, cmd *cli.Command, demo bool) (db *sqlx.DB, dsn string, release func(), err error) {
	owner, dsn, letGo, err := openDatabaseDSN(ctx, cmd)
	if err != nil {
		return nil, "", nil, err
	}
	if demo {
		err = offerDemo(ctx, owner)
	}
	if err == nil && cmd.String("database-url") == "" {
		dsn, err = postgres.ServerLogin(ctx, owner, dsn)
	}
	owner.Close()
	if err == nil {
		dsn, err = postgres.ServerDSN(dsn)
	}
	if err == nil {
		db, err = postgres.OpenServer(ctx, dsn)
	}
	if err != nil {
		letGo()
		return nil, "", nil, err
	}
	return db, dsn, func() { db.Close(); letGo() }, nil
}

// connect reaches the database without touching its schema.
func connect(ctx context.Context, cmd *cli.Command) (db *sqlx.DB, dsn string, release func(), err error) {
	stop := func() {}
	dsn = cmd.String("database-url")
	if dsn == "" {
		cluster, err := localpg.Open(ctx, clusterOptions(cmd))
		if err != nil {
			return nil, "", nil, err
		}
		dsn = cluster.DSN("needmap")
		stop = func() { cluster.Close() }
	}
	db, err = postgres.Open(ctx, dsn)
	if err != nil && cmd.IsSet("database-url") {
		err = needmap.Unavailable(err, "the database that DATABASE_URL names does not answer"+postgres.ConnectReason(err))
	}
	if err != nil {
		stop()
		return nil, "", nil, err
	}
	return db, dsn, func() { db.Close(); stop() }, nil
}

func clusterOptions(cmd *cli.Command) localpg.Options {
	return localpg.Options{DataDir: cmd.String("data-dir"), Logger: logger(slog.LevelWarn)}
}
