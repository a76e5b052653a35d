// Package archtest holds the layers of the design: dependencies point one way.
package archtest

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/innovainrete/needmap/"

// allowed are the edges that the design draws: what each package may import of
// this module. A package that is not here fails the test, so that whoever adds
// one places it.
var allowed = map[string]string{
	"cmd/needmap": "graph internal/auth internal/coverage internal/demo internal/export internal/ingest internal/localpg internal/needmap internal/postgres internal/server",
	"bench":       "internal/localpg internal/postgres",

	// GraphQL over the domain, which comes to it through interfaces.
	"internal/server":   "graph graph/cost internal/explorer internal/gqlhttp internal/needmap",
	"internal/explorer": "",
	"internal/auth":     "internal/needmap",
	"internal/gqlhttp":  "graph/cost internal/needmap",
	"graph":             "graph/cursor graph/scalar internal/coverage internal/live internal/needmap internal/territory",
	"graph/cost":        "internal/needmap",
	"graph/cursor":      "internal/needmap",
	"graph/scalar":      "internal/needmap internal/territory",

	// Storage and readers.
	"internal/postgres": "internal/coverage internal/demo internal/live internal/needmap internal/territory migrations",
	"internal/ingest":   "internal/needmap internal/territory",
	"internal/export":   "internal/coverage internal/needmap",
	"internal/demo":     "internal/needmap",
	"internal/localpg":  "internal/needmap",
	"migrations":        "",

	// The domain, with its measures and geometry beside it.
	"internal/needmap":   "",
	"internal/coverage":  "internal/needmap",
	"internal/territory": "",
	"internal/live":      "internal/needmap",

	// For tests only.
	"internal/pgtest":   "internal/localpg internal/postgres migrations",
	"internal/archtest": "",
}

// outside are packages of others that belong to few of ours; "/..." is for all
// packages of a module.
var outside = map[string]string{
	"net/http":                            "bench internal/server internal/explorer internal/gqlhttp internal/auth",
	"database/sql":                        "internal/postgres internal/pgtest internal/localpg internal/server", // the server's metrics count connections
	"github.com/jmoiron/sqlx":             "cmd/needmap bench internal/postgres internal/pgtest",
	"github.com/lib/pq":                   "bench internal/postgres internal/pgtest internal/localpg",
	"github.com/99designs/gqlgen/graphql": "graph graph/cost graph/scalar internal/gqlhttp internal/server",
	"github.com/coreos/go-oidc/v3/oidc":   "internal/auth",
	"github.com/xuri/excelize/v2/...":     "internal/export",
	"gonum.org/v1/gonum/...":              "internal/coverage",
	"github.com/tidwall/geodesic/...":     "internal/coverage",
	"os/exec":                             "bench internal/localpg",
	"unsafe":                              "",
}

// packageInfo is what go list tells of a package.
type packageInfo struct {
	ImportPath, Dir           string
	Imports, GoFiles          []string
	TestImports, XTestImports []string
}

func (p packageInfo) name() string { return strings.TrimPrefix(p.ImportPath, module) }

// packages lists the packages of this module.
func packages(t *testing.T) []packageInfo {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,GoFiles,TestImports,XTestImports", "./...")
	command.Dir = filepath.Join("..", "..")
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []packageInfo
	for d := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p packageInfo
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		edges, placed := allowed[p.name()]
		if seen[p.name()] = true; !placed {
			t.Errorf("the package %s has no place in the table of layers", p.name())
			continue
		}
		for _, imported := range p.Imports {
			if own, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(strings.Fields(edges), own) {
				t.Errorf("%s imports %s, which the design does not draw", p.name(), own)
			}
			if who, restricted := belongsTo(imported); restricted && !slices.Contains(strings.Fields(who), p.name()) {
				t.Errorf("%s imports %s, which belongs to %s", p.name(), imported, who)
			}
		}
	}
	for name, edges := range allowed {
		for _, end := range append(strings.Fields(edges), name) {
			if !seen[end] {
				t.Errorf("the table of layers names %s, which is not there", end)
			}
		}
	}
}

// belongsTo gives who may import a package of others, if not everybody may.
func belongsTo(imported string) (who string, restricted bool) {
	for pattern, who := range outside {
		stem, all := strings.CutSuffix(pattern, "/...")
		if imported == stem || all && strings.HasPrefix(imported, stem+"/") {
			return who, true
		}
	}
	return "", false
}

// TestPgtestIsForTests looks at imports of packages, and not of their tests.
func TestPgtestIsForTests(t *testing.T) {
	users := 0
	for _, p := range packages(t) {
		if slices.Contains(p.Imports, module+"internal/pgtest") {
			t.Errorf("%s imports internal/pgtest outside its tests", p.name())
		}
		if slices.Contains(append(p.TestImports, p.XTestImports...), module+"internal/pgtest") {
			users++
		}
	}
	if users < 3 {
		t.Errorf("%d packages test against a database: is the list of packages complete?", users)
	}
}

// ending are calls that end the process, which only a main package may do.
var ending = map[string][]string{"os": {"Exit"}, "log": {"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"}}

// mayEnd are files whose process is their own: localpg's supervisor.
var mayEnd = []string{"internal/localpg/supervisor.go"}

func TestOnlyMainEndsTheProcess(t *testing.T) {
	files := 0
	for _, p := range packages(t) {
		if strings.HasPrefix(p.name(), "cmd/") || p.name() == "bench" {
			continue
		}
		for _, file := range p.GoFiles {
			files++
			if name := p.name() + "/" + file; !slices.Contains(mayEnd, name) {
				checkCalls(t, name, filepath.Join(p.Dir, file))
			}
		}
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}

func checkCalls(t *testing.T, name, path string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && slices.Contains(ending[of.Name], selector.Sel.Name) {
			t.Errorf("%s calls %s.%s", name, of.Name, selector.Sel.Name)
		}
		return true
	})
}
