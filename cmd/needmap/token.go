package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

func tokenCommand() *cli.Command {
	return &cli.Command{
		Name:  "token",
		Usage: "give and take away the right to use the server",
		Commands: []*cli.Command{
			{
				Name:  "create",
				Usage: "make a token and print it, once: only a hash of it is kept",
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "name", Usage: "who or what uses it; the history shows this name"},
					&cli.StringFlag{Name: "role", Usage: "OPERATOR, ANALYST, COORDINATOR or ADMIN"},
					&cli.StringSliceFlag{Name: "municipality", Usage: "code of a municipality, province or region that an OPERATOR works in; may be repeated"},
					&cli.StringSliceFlag{Name: "organisation", Usage: "slug of an organisation that an OPERATOR works for; may be repeated"},
					&cli.StringFlag{Name: "expires", Usage: "after how many days it ends, such as 90d, or its last day, such as 2027-01-31; two years at most"},
				},
				Action: withStore(createToken),
			},
			{Name: "list", Usage: "list the tokens, without their secrets", Action: withStore(listTokens)},
			{Name: "revoke", Usage: "end a token now", ArgsUsage: "ID", Action: withStore(revokeToken)},
		},
	}
}

// withStore runs a command over the database.
func withStore(run func(context.Context, *cli.Command, *postgres.Store) error) cli.ActionFunc {
	return func(ctx context.Context, cmd *cli.Command) error {
		db, release, err := openDatabase(ctx, cmd)
		if err != nil {
			return err
		}
		defer release()
		return run(ctx, cmd, postgres.New(db))
	}
}

func createToken(ctx context.Context, cmd *cli.Command, store *postgres.Store) error {
	if cmd.Args().Present() {
		return needmap.Invalid("token", "%q belongs to no flag: write a name of several words in quotes", cmd.Args().First())
	}
	now := time.Now()
	expires, err := needmap.ParseTokenExpiry(cmd.String("expires"), now)
	if err != nil {
		return err
	}
	atlas, err := postgres.LoadAtlas(ctx, store.DB())
	if err != nil {
		return err
	}
	grant := needmap.TokenGrant{
		Name: cmd.String("name"), Role: needmap.Role(cmd.String("role")), Municipalities: cmd.StringSlice("municipality"),
		Organisations: cmd.StringSlice("organisation"), ExpiresAt: expires,
	}
	if err := grant.Check(atlas, now); err != nil {
		return err
	}
	token, hash := auth.NewToken()
	id, err := store.CreateToken(ctx, grant, hash)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.Root().ErrWriter, "token %d for %s, %s, until %s; it is shown this once:\n",
		id, grant.Name, grant.Role, grant.ExpiresAt.UTC().Format(time.RFC3339))
	_, err = fmt.Fprintln(cmd.Root().Writer, token)
	return err
}

func listTokens(ctx context.Context, cmd *cli.Command, store *postgres.Store) error {
	tokens, err := store.Tokens(ctx)
	if err != nil {
		return err
	}
	now, day := time.Now(), func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	table := tabwriter.NewWriter(cmd.Root().Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tROLE\tSCOPE\tCREATED\tEXPIRES\tSTATE")
	for _, t := range tokens {
		scope := strings.Join(append(t.Municipalities, t.Organisations...), " ")
		if t.Role != needmap.RoleOperator {
			scope = "all"
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n",
			t.ID, t.Name, t.Role, scope, day(t.CreatedAt), day(t.ExpiresAt), t.State(now))
	}
	return table.Flush()
}

func revokeToken(ctx context.Context, cmd *cli.Command, store *postgres.Store) error {
	id, err := strconv.ParseInt(cmd.Args().First(), 10, 32)
	if err != nil || cmd.Args().Len() != 1 {
		return needmap.Invalid("id", "name one token by the number that needmap token list shows")
	}
	if err := store.RevokeToken(ctx, int(id)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.Root().Writer, "token %d is revoked\n", id)
	return err
}
