package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/postgres"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "check the database: versions, indexes, rollup, orphaned rows; exit status 1 on a finding",
		Action: func(ctx context.Context, cmd *cli.Command) error {
			db, _, release, err := connect(ctx, cmd)
			if err != nil {
				return err
			}
			defer release()
			return examine(ctx, postgres.NewDoctor(db))
		},
	}
}

func examine(ctx context.Context, doctor *postgres.Doctor) error {
	findings := 0
	for _, check := range doctor.Checks() {
		result, err := check.Run(ctx)
		switch {
		case err != nil: // the next checks may still tell more
			findings++
			fmt.Printf("FINDING  %-22s could not be checked: %s\n", check.Name, postgres.Describe(err))
		case len(result.Findings) == 0:
			fmt.Printf("ok       %-22s %s\n", check.Name, result.Detail)
		default:
			findings += len(result.Findings)
			for _, finding := range result.Findings {
				fmt.Printf("FINDING  %-22s %s\n", check.Name, finding)
			}
			if check.NeededByNext {
				return errors.New(plural(findings, "finding") + "; the other checks need this one mended first")
			}
		}
	}
	if findings > 0 {
		return errors.New(plural(findings, "finding"))
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
