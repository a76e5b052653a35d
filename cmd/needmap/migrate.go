package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/postgres"
)

func migrateCommand() *cli.Command {
	return &cli.Command{
		Name:  "migrate",
		Usage: "bring the database schema up to date; every other command does so too",
		Action: func(ctx context.Context, cmd *cli.Command) error {
			db, release, err := openDatabase(ctx, cmd)
			if err != nil {
				return err
			}
			defer release()
			current, _, err := postgres.MigrationStatus(ctx, db.DB)
			if err == nil {
				fmt.Printf("the schema is at version %d, the latest\n", current)
			}
			return err
		},
	}
}
