package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/demo"
	"github.com/innovainrete/needmap/internal/postgres"
)

func demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "fill the database with synthetic data: the same seed gives the same data",
		Flags: []cli.Flag{
			&cli.IntFlag{
				Name: "needs", Sources: cli.EnvVars("NEEDMAP_NEEDS"), Value: demo.DefaultNeeds,
				Usage: "how many needs",
			},
			&cli.Uint64Flag{
				Name: "seed", Sources: cli.EnvVars("NEEDMAP_SEED"), Value: demo.DefaultSeed,
				Usage: "start of the random numbers",
			},
			&cli.BoolFlag{
				Name: "replace", Sources: cli.EnvVars("NEEDMAP_REPLACE"),
				Usage: "put the new demo in the place of one that is there; other data are never touched",
			},
		},
		Action: runDemo,
	}
}

func runDemo(ctx context.Context, cmd *cli.Command) error {
	db, release, err := openDatabase(ctx, cmd)
	if err != nil {
		return err
	}
	defer release()
	start := time.Now()
	counts, err := postgres.LoadDemo(ctx, db, postgres.DemoOptions{
		Needs: cmd.Int("needs"), Seed: cmd.Uint64("seed"), Replace: cmd.Bool("replace"),
	})
	if err != nil {
		return err
	}
	out := cmd.Root().Writer
	if counts.Municipalities > 0 {
		fmt.Fprintf(out, "%d municipalities drawn as schematic polygons\n", counts.Municipalities)
	} else {
		fmt.Fprintln(out, "the territory in the database was kept")
	}
	_, err = fmt.Fprintf(out,
		"%d organisations, %d services, %d needs with %d events and %d responses in %s: all of them synthetic\n",
		counts.Organisations, counts.Services, counts.Needs, counts.Events, counts.Responses,
		time.Since(start).Round(10*time.Millisecond))
	return err
}

// loadDemoIfEmpty loads the demo of the default seed into a database that holds
// no organisation, service or need.
func loadDemoIfEmpty(ctx context.Context, db *sqlx.DB, needs int) (loaded bool, err error) {
	used, err := postgres.HoldsNetwork(ctx, db)
	if err != nil || used {
		return false, err
	}
	_, err = postgres.LoadDemo(ctx, db, postgres.DemoOptions{Needs: needs, Seed: demo.DefaultSeed})
	return err == nil, err
}
