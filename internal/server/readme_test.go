package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/innovainrete/needmap/internal/demo"
)

// TestReadme asks the README's first query of the demo that make run loads and
// compares the answer with the one that stands there.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	query := between(t, string(text), "--data-urlencode 'query=", "'\n```")
	var want struct{ Data map[string]any }
	if err := json.Unmarshal([]byte(between(t, string(text), "```json\n", "```")), &want); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	newSite(t, demo.DefaultNeeds, true).get(t, query, nil, &got)
	if !reflect.DeepEqual(got, want.Data) {
		t.Errorf("got %v, the README says %v", got, want.Data)
	}
}

func between(t *testing.T, text, start, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, start)
	part, _, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("the README has nothing between %q and %q", start, end)
	}
	return part
}
