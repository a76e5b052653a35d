package postgres_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/paulmach/orb"

	"github.com/innovainrete/needmap/internal/needmap"
	"github.com/innovainrete/needmap/internal/pgtest"
	"github.com/innovainrete/needmap/internal/postgres"
)

// TestStatementsArePrepared has PostgreSQL read every statement of the read side.
func TestStatementsArePrepared(t *testing.T) {
	db := pgtest.New(t)
	for name, statement := range postgres.ReadStatements {
		mustPrepare(t, db, name, statement)
	}
	for what, statement := range postgres.OrphanStatements() {
		mustPrepare(t, db, what, statement)
	}
}

// TestComposedStatementsArePrepared does the same with filters put together.
func TestComposedStatementsArePrepared(t *testing.T) {
	db := pgtest.New(t)
	at := &needmap.Position{Moment: time.Unix(0, 0), ID: 1}
	pages := []needmap.Page{{Limit: 5}, {Limit: 5, After: at}, {Limit: 5, Backward: true, Before: at}, {Limit: 5, After: at, Before: at}}
	for i, c := range representativeCriteria() {
		for j, page := range pages {
			for _, order := range needmap.NeedOrders {
				for name, statement := range postgres.NeedStatements(c, order, page) {
					mustPrepare(t, db, fmt.Sprintf("%s of filter %d, page %d, %s", name, i, j, order), statement)
				}
			}
		}
	}
}

// representativeCriteria restrict nothing, each part by none, one or two values,
// and everything at once.
func representativeCriteria() []needmap.NeedCriteria {
	from, to := needmap.Date("2024-01-15"), needmap.Date("2024-03-10")
	open := needmap.NeedCriteria{SeverityAtLeast: 1}
	all := needmap.NeedCriteria{
		MunicipalityIDs: []int{1, 2}, Fields: needmap.Fields[:2], Origins: needmap.NeedOrigins[:2], Statuses: needmap.NeedStatuses[:2],
		SeverityAtLeast: 2, ReportedFrom: &from, ReportedTo: &to, BBox: &needmap.BBox{East: 1, North: 1},
		Near: &needmap.Near{RadiusMetres: 1}, Within: orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, Text: "casa",
	}
	list := []needmap.NeedCriteria{open, all}
	for _, restrict := range []func(*needmap.NeedCriteria){
		func(c *needmap.NeedCriteria) { c.MunicipalityIDs = []int{} },
		func(c *needmap.NeedCriteria) { c.MunicipalityIDs = []int{1} },
		func(c *needmap.NeedCriteria) { c.Fields, c.Origins = all.Fields[:1], all.Origins[:1] },
		func(c *needmap.NeedCriteria) { c.Statuses = []needmap.NeedStatus{} },
		func(c *needmap.NeedCriteria) { c.Statuses = needmap.NeedStatuses },
		func(c *needmap.NeedCriteria) { c.SeverityAtLeast = 5 },
		func(c *needmap.NeedCriteria) { c.ReportedFrom = &from },
		func(c *needmap.NeedCriteria) { c.ReportedTo = &to },
		func(c *needmap.NeedCriteria) { c.ReportedFrom, c.ReportedTo = &from, &to },
		func(c *needmap.NeedCriteria) { c.BBox = all.BBox },
		func(c *needmap.NeedCriteria) { c.Near = all.Near },
		func(c *needmap.NeedCriteria) { c.Within = all.Within },
		func(c *needmap.NeedCriteria) { c.Text = "casa" },
	} {
		c := open
		restrict(&c)
		list = append(list, c)
	}
	return list
}

func mustPrepare(t *testing.T, db *sqlx.DB, name, statement string) {
	t.Helper()
	prepared, err := db.Prepare(statement)
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, statement)
		return
	}
	prepared.Close()
}

// TestNoStatementIsForgotten reads the source for constants that are statements.
func TestNoStatementIsForgotten(t *testing.T) {
	found := 0
	files, err := filepath.Glob("*_sql.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if onTemporaryTables(file) {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for _, name := range spec.Names {
				if !strings.HasPrefix(name.Name, "sql") {
					continue
				}
				found++
				if _, listed := postgres.ReadStatements[name.Name]; !listed {
					t.Errorf("%s of %s is not in ReadStatements", name.Name, file)
				}
			}
			return true
		})
	}
	if found < 100 {
		t.Errorf("only %d statements found", found)
	}
}

// onTemporaryTables names files whose statements use tables that are there for
// one transaction only: they can't be prepared beside it.
func onTemporaryTables(file string) bool {
	return strings.Contains(file, "import") || file == "demo_sql.go"
}
