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

// TestDocuments asks what the documents ask of the demo that make run loads.
func TestDocuments(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.DefaultNeeds, true)
	t.Run("measures.md", func(t *testing.T) { checkMeasuresDocument(t, s) })
	t.Run("README.md", func(t *testing.T) { checkReadme(t, s) })
}

// checkReadme asks the README's first query and compares the answer with the one that
// stands there; then it reports the README's need, twice, since its key makes that one.
func checkReadme(t *testing.T, s *site) {
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
	if s.get(t, query, nil, &got); !reflect.DeepEqual(got, want.Data) {
		t.Errorf("got %v, the README says %v", got, want.Data)
	}
	var report struct {
		Coverage struct{ Rows, Placing []any }
	}
	_, gaps, _ := strings.Cut(string(text), "## Where help is missing")
	if s.get(t, between(t, gaps, "```graphql\n", "```"), nil, &report); len(report.Coverage.Rows) != 5 || len(report.Coverage.Placing) != 1 {
		t.Errorf("the README's report answers %+v", report)
	}
	mutation := between(t, string(text), "```graphql\n", "```")
	for range 2 {
		var reported struct {
			ReportNeed struct {
				Need   struct{ ID string }
				Errors []any
			}
		}
		s.get(t, mutation, nil, &reported)
		if r := reported.ReportNeed; r.Need.ID != globalID("Need", demo.DefaultNeeds+1) || len(r.Errors) > 0 {
			t.Errorf("the README's mutation answers %+v", r)
		}
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
