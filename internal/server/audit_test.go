package server_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOfficialAudits runs every audit of the npm package graphql-http against
// the whole server. It needs node and npm, and fails without them.
func TestOfficialAudits(t *testing.T) {
	dir := filepath.Join("..", "..", "test", "graphql-http")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "graphql-http")); err != nil {
		runIn(ctx, t, dir, "npm", "ci", "--no-audit", "--no-fund")
	}
	said := runIn(ctx, t, dir, "node", "audit.mjs", newSmall(t, true).url+"/graphql")
	if !strings.Contains(said, "61 of 61 audits passed") {
		t.Error(said)
	}
}

func runIn(ctx context.Context, t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
	return string(output)
}
