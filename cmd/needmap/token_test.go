package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/urfave/cli/v3"

	"github.com/innovainrete/needmap/internal/auth"
	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestTokenCommands makes a token, uses it, lists it and takes it back.
func TestTokenCommands(t *testing.T) {
	dsn, db := demoDatabase(t)
	out, errOut, err := runCommand(t, dsn, "token", "create", "--role", "OPERATOR", "--municipality", "058091-05", "--municipality", "VT",
		"--organisation", "meta", "--expires", "90d", "--name", "Sportello V")
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSuffix(out, "\n")
	if !regexp.MustCompile(`^nm_[A-Za-z0-9_-]{43}$`).MatchString(token) {
		t.Errorf("printed %q, want a token alone", out)
	}
	until := time.Now().UTC().Add(90 * 24 * time.Hour).Format(time.DateOnly)
	if !strings.HasPrefix(errOut, "token 1 for Sportello V, OPERATOR, until "+until) || strings.Contains(errOut, token) {
		t.Errorf("says %q", errOut)
	}
	callers, err := auth.New(auth.Options{Store: postgres.New(db)})
	if err != nil {
		t.Fatal(err)
	}
	v, err := callers.Caller(t.Context(), token)
	if err != nil || v.Role != needmap.RoleOperator || v.Actor != "Sportello V (token 1)" || len(v.Municipalities) != 2 || len(v.OrganisationIDs) != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	checkTokenList(t, dsn, token, "1 Sportello V OPERATOR 058091-05 VT meta "+time.Now().UTC().Format(time.DateOnly)+" "+until+" active")
	for range 2 {
		if out, _, err := runCommand(t, dsn, "token", "revoke", "1"); err != nil || out != "token 1 is revoked\n" {
			t.Errorf("%q, %v", out, err)
		}
	}
	if _, err := callers.Caller(t.Context(), token); needmap.ErrorCode(err) != needmap.CodeUnauthenticated {
		t.Errorf("the revoked token: %v", err)
	}
	checkTokenList(t, dsn, token, "1 Sportello V OPERATOR 058091-05 VT meta "+time.Now().UTC().Format(time.DateOnly)+" "+until+" revoked")
	if kept := everything(t, db); strings.Contains(kept, token) || strings.Contains(kept, token[3:]) {
		t.Error("the database holds the token itself")
	}
}

func checkTokenList(t *testing.T, dsn, token, want string) {
	t.Helper()
	out, _, err := runCommand(t, dsn, "token", "list")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err != nil || len(lines) != 2 || strings.Join(strings.Fields(lines[1]), " ") != want {
		t.Errorf("%v, listed\n%s\nwant %s", err, out, want)
	}
	if strings.Contains(out, token[3:]) {
		t.Error("the list holds the token itself")
	}
}

// everything is the text of every token's row.
func everything(t *testing.T, db *sqlx.DB) string {
	t.Helper()
	var rows []string
	if err := db.Select(&rows, `select t::text || encode(hash, 'escape') from token t`); err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, "\n")
}

func TestTokensThatAreNotMade(t *testing.T) {
	dsn, db := demoDatabase(t)
	for _, c := range []struct{ args, field string }{
		{"--role OPERATOR --expires 90d --name x", "municipality"},
		{"--role OPERATOR --municipality 999999 --expires 90d --name x", "municipality"},
		{"--role OPERATOR --organisation nobody --expires 90d --name x", "organisation"},
		{"--role ANALYST --municipality 058091 --expires 90d --name x", "municipality"},
		{"--role ADMIN --organisation meta --expires 90d --name x", "organisation"},
		{"--role PUBLIC --expires 90d --name x", "role"},
		{"--role BOSS --expires 90d --name x", "role"},
		{"--expires 90d --name x", "role"},
		{"--role ADMIN --name x", "expires"},
		{"--role ADMIN --expires soon --name x", "expires"},
		{"--role ADMIN --expires 2020-01-01 --name x", "expires"},
		{"--role ADMIN --expires 2199-01-01 --name x", "expires"},
		{"--role ADMIN --expires 732d --name x", "expires"},
		{"--role ADMIN --expires 90d", "name"},
		{"--role ADMIN --expires 90d --name Sportello di zona", "token"},
	} {
		out, _, err := runCommand(t, dsn, append([]string{"token", "create"}, strings.Fields(c.args)...)...)
		var known *needmap.Error
		if !errors.As(err, &known) || known.Code != needmap.CodeInvalid || known.Field != c.field || out != "" {
			t.Errorf("%s: %v, printed %q; want INVALID of %s", c.args, err, out, c.field)
		}
	}
	for _, c := range []struct {
		args string
		code needmap.Code
	}{{"", needmap.CodeInvalid}, {"x", needmap.CodeInvalid}, {"1 2", needmap.CodeInvalid}, {"99999999999", needmap.CodeInvalid}, {"7", needmap.CodeNotFound}} {
		if _, _, err := runCommand(t, dsn, append([]string{"token", "revoke"}, strings.Fields(c.args)...)...); needmap.ErrorCode(err) != c.code {
			t.Errorf("revoke %s: %v", c.args, err)
		}
	}
	var tokens int
	if err := db.Get(&tokens, `select count(*) from token`); err != nil || tokens != 0 {
		t.Errorf("%d tokens were made, %v", tokens, err)
	}
}

// TestServingWorksAsTheRole looks at the connections with which needmap serve
// answers, and that none of the owner's stays.
func TestServingWorksAsTheRole(t *testing.T) {
	dsn, db := demoDatabase(t)
	app := root()
	app.Commands = []*cli.Command{{Name: "probe", Action: func(ctx context.Context, cmd *cli.Command) error {
		serving, address, release, err := openServing(ctx, cmd, true)
		if err != nil {
			return err
		}
		defer release()
		var role string
		if err := serving.Get(&role, `select current_user`); err != nil || role != postgres.ServerRole {
			return fmt.Errorf("it works as %s, %w", role, err)
		}
		var others []string
		err = db.Select(&others, `select coalesce(query, '') from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
			and query not like 'select current_user'`)
		if err != nil || len(others) != 0 {
			return fmt.Errorf("other connections: %q, %w", others, err)
		}
		territory, err := postgres.NewTerritory(ctx, serving)
		if err != nil {
			return err
		}
		return territory.Watch(ctx, address, logger(0))
	}}}
	if err := app.Run(t.Context(), []string{"needmap", "--database-url", dsn, "probe"}); err != nil {
		t.Error(err)
	}
}

// TestServeRefusesUnsafeIssuers before it touches anything.
func TestServeRefusesUnsafeIssuers(t *testing.T) {
	for _, args := range []string{"--oidc-issuer http://login.example.org --oidc-audience a", "--oidc-issuer https://login.example.org", "--oidc-audience a"} {
		app := root()
		err := app.Run(t.Context(), append([]string{"needmap", "--database-url", "host=/nowhere", "serve"}, strings.Fields(args)...))
		if needmap.ErrorCode(err) != needmap.CodeInvalid {
			t.Errorf("%s: %v", args, err)
		}
	}
}
