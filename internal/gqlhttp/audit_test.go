package gqlhttp_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/innovainrete/needmap/internal/gqlhttp"
)

// TestOfficialAudits runs every audit of the npm package graphql-http against
// the handler. It needs node and npm, and fails without them.
func TestOfficialAudits(t *testing.T) {
	dir := filepath.Join("..", "..", "test", "graphql-http")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "graphql-http")); err != nil {
		run(ctx, t, dir, "npm", "ci", "--no-audit", "--no-fund")
	}
	server := httptest.NewServer(newHandler(t, gqlhttp.Options{Introspection: true}))
	defer server.Close()
	t.Logf("%s", run(ctx, t, dir, "node", "audit.mjs", server.URL+"/graphql"))
}

func run(ctx context.Context, t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
	return output
}
