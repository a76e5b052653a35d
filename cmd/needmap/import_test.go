package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
)

// runCommand runs needmap over a database and gives what it prints on both outputs.
func runCommand(t *testing.T, dsn string, args ...string) (out, errOut string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	app := root()
	app.Writer, app.ErrWriter = &stdout, &stderr
	err = app.Run(t.Context(), append([]string{"needmap", "--database-url", dsn}, args...))
	return stdout.String(), stderr.String(), err
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func countRows(t *testing.T, db *sqlx.DB) (n int) {
	t.Helper()
	err := db.Get(&n, `
select (select count(*) from need) + (select count(*) from organisation) + (select count(*) from service)
  + (select count(*) from specialisation) + (select count(*) from service_area) + (select count(*) from partnership)`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// demoDatabase is a database with the territory of the demo and one need.
func demoDatabase(t *testing.T) (string, *sqlx.DB) {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	if _, _, err := runCommand(t, dsn, "demo", "--needs", "1"); err != nil {
		t.Fatal(err)
	}
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return dsn, db
}

func TestTemplatesCanBeImported(t *testing.T) {
	dsn, db := demoDatabase(t)
	for _, table := range []string{"cooperatives", "partners", "services", "needs"} {
		template, _, err := runCommand(t, dsn, "import", table, "--template")
		if err != nil {
			t.Fatal(err)
		}
		path := writeFile(t, template)
		before := countRows(t, db)
		for _, step := range []struct{ flag, want string }{
			{"--dry-run", "dry run, nothing was changed; it would be: 2 " + table + " read: 2 new, 0 changed, 0 unchanged; "},
			{"", "2 " + table + " read: 2 new, 0 changed, 0 unchanged; "},
			{"", "2 " + table + " read: 0 new, 0 changed, 2 unchanged; "},
		} {
			args := []string{"import", table, path}
			if step.flag != "" {
				args = append(args, step.flag)
			}
			out, errOut, err := runCommand(t, dsn, args...)
			if err != nil || !strings.HasPrefix(out, step.want) {
				t.Errorf("%s %s: %q, %v\n%s", table, step.flag, out, err, errOut)
			}
			if step.flag != "" && countRows(t, db) != before {
				t.Errorf("%s: the dry run changed rows", table)
			}
		}
		if countRows(t, db) < before+2 {
			t.Errorf("%s: no rows came", table)
		}
	}
}

func TestABadLastRowLeavesNothing(t *testing.T) {
	dsn, db := demoDatabase(t)
	before := countRows(t, db)
	for table, test := range map[string]struct{ text, want string }{
		"needs": {"external_id,municipality,field,origin,severity,people,reported_at,summary\n" +
			"a,056059,MINORS,KNOWN,3,2,2026-03-01,\n" +
			"b,056059,MINORS,KNOWN,3,2,2026-03-01,per RSSMRA80A01H501U\n",
			"rows.csv, line 3, column summary: this holds what looks like the fiscal code of a person, which must not be stored: characters 5 to 20\n"},
		"cooperatives": {"external_id;name;fiscal_code\na;A;\nb;B;RSSMRA80A01H501U\n",
			"rows.csv, line 3, column fiscal_code: this holds what looks like the fiscal code of a person, which must not be stored: characters 1 to 16\n"},
		"partners": {"external_id,name,kind\na,A,SCHOOL\nb,B,school\n", "rows.csv, line 3, column kind: "},
		"services": {"external_id,organisation,name,field,status,provision,capacity\na,demo-meta,A,MINORS,ACTIVE,PRIVATE,1\nb,nobody,B,MINORS,ACTIVE,PRIVATE,1\n",
			"rows.csv, line 3, column organisation: no organisation has this external_id or slug\n"},
	} {
		out, errOut, err := runCommand(t, dsn, "import", table, writeFile(t, test.text))
		if needmap.ErrorCode(err) != needmap.CodeInvalid || err.Error() != "nothing was changed: the file has 1 problem in 2 rows" {
			t.Errorf("%s: %v", table, err)
		}
		if !strings.HasPrefix(errOut, test.want) || strings.Count(errOut, "\n") != 1 || out != "" {
			t.Errorf("%s: printed %q and %q", table, errOut, out)
		}
		if all := errOut + err.Error(); strings.Contains(all, "RSSMRA") {
			t.Errorf("%s: the code is repeated", table)
		}
	}
	if after := countRows(t, db); after != before {
		t.Errorf("%d rows after, %d before", after, before)
	}
}

func TestFilesThatCannotBeImported(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	for _, args := range [][]string{
		{"import", "needs"},
		{"import", "needs", "a.csv", "b.csv"},
		{"import", "needs", filepath.Join(t.TempDir(), "absent.csv")},
		{"import", "needs", writeFile(t, "")},
	} {
		if _, _, err := runCommand(t, dsn, args...); needmap.ErrorCode(err) != needmap.CodeInvalid || strings.Contains(err.Error(), "/") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
