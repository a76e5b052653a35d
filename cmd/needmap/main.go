// Command needmap serves and keeps a need map. Every setting is a flag and an
// environment variable of the same name: --data-dir is NEEDMAP_DATA_DIR.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/localpg"
	"github.com/innovainrete/needmap/internal/postgres"
)

func main() {
	localpg.RunSupervisorIfAsked()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().Run(ctx, os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "needmap: "+postgres.Describe(err))
		os.Exit(1)
	}
}

func root() *cli.Command {
	return &cli.Command{
		Name:  "needmap",
		Usage: "a need map: who needs what and where, who can answer, and what is missing",
		Flags: databaseFlags(),
		Commands: []*cli.Command{
			serveCommand(),
			migrateCommand(),
			importCommand(),
			exportCommand(),
			demoCommand(),
			doctorCommand(),
			tokenCommand(),
			auditCommand(),
		},
	}
}

// logger writes to standard error; quiet commands log warnings only.
func logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
