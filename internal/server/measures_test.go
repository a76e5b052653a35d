package server_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// example is a query of docs/measures.md and the answer that stands behind it.
var example = regexp.MustCompile("(?s)```graphql\n(.*?)```\n```json\n(.*?)```")

// checkMeasuresDocument asks every example of docs/measures.md, and compares the answers.
func checkMeasuresDocument(t *testing.T, s *site) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "measures.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := example.FindAllStringSubmatch(string(text), -1)
	if len(found) < 15 {
		t.Fatalf("only %d examples found", len(found))
	}
	for _, e := range found {
		var got, want any
		if err := json.Unmarshal([]byte(e[2]), &want); err != nil {
			t.Fatalf("%v\n%s", err, e[2])
		}
		if s.get(t, e[1], nil, &got); !near(got, want) {
			t.Errorf("%s\nanswers %v,\nthe document says %v", e[1], got, want)
		}
	}
}

// near compares two answers; the document rounds to four decimals.
func near(got, want any) bool {
	switch w := want.(type) {
	case float64:
		g, ok := got.(float64)
		return ok && math.Abs(g-w) <= 5.1e-5
	case []any:
		g, ok := got.([]any)
		same := ok && len(g) == len(w)
		for i := 0; same && i < len(w); i++ {
			same = near(g[i], w[i])
		}
		return same
	case map[string]any:
		g, ok := got.(map[string]any)
		same := ok && len(g) == len(w)
		for key := range w {
			same = same && near(g[key], w[key])
		}
		return same
	}
	return fmt.Sprint(got) == fmt.Sprint(want)
}
